"""The course's prediction files: read by a reader of its own, and refused for every fault."""

from __future__ import annotations

import csv
import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from finetune.conftest import sentence, write_task
from own_tasks import EVERY_TASK

from mtslib.base.errors import DataError, MtsError
from mtslib.cli.main import main
from mtslib.evidence import overall
from mtslib.serving import evaluate, load, submission

COURSE = {"sst": "sst", "quora": "para", "sts": "sts"}
REAL = os.environ.get("MTS_DATA", "")  # which the tests of this folder do not see
COLUMNS = ("Predicted_Sentiment", "Predicted_Is_Paraphrase", "Predicted_Similiary")


def read_as_the_course_does(path: Path) -> dict[str, float]:
    """An independent reader, from the format's description alone: a table with the separator ` , `.

    The first line is no row. Every field may have white space around it.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        next(stream)
        return {name.strip(): float(value) for name, value in csv.reader(stream)}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Dev files with labels, two of which quora lacks, and test files as the course has them."""
    folder = tmp_path_factory.mktemp("data")
    for task in COURSE:
        write_task(folder, task, "dev", 30, seed=3)
    blank = folder / "quora-dev.csv"
    lines = blank.read_text("utf-8").splitlines()
    for row in (4, 9):
        lines[row] = lines[row].rsplit("\t", 1)[0] + "\t"
    blank.write_text("\n".join(lines) + "\n", "utf-8")
    draw = random.Random(0)
    rows = [f"{n}\t{n - 1}.0\ts{n}\t {sentence(n % 5, draw)}" for n in range(1, 21)]
    header = "0\t\tid\tsentence"
    (folder / "ids-sst-test-student.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    for task in ("quora", "sts"):
        rows = [f"{n}\t{task[0]}{n}\tgreat film \tthe great film" for n in range(20)]
        text = "\n".join(["\tid\tsentence1\tsentence2", *rows]) + "\n"
        (folder / f"{task}-test-student.csv").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def model(whole):
    return load(whole)


@pytest.fixture(scope="module")
def written(model, data, tmp_path_factory) -> Path:
    """The six files; read only."""
    out = tmp_path_factory.mktemp("predictions")
    for split in ("dev", "test"):
        submission.write(model, out, split, data, progress=False)
    return out


@pytest.fixture
def copied(written, tmp_path) -> Path:
    return shutil.copytree(written, tmp_path / "out")


# What is written ---------------------------------------------------------------------------------


def test_the_six_files_have_the_names_and_first_lines_of_the_handout(written):
    names = [f"{stem}-{split}-output.csv" for stem in COURSE.values() for split in ("dev", "test")]
    assert sorted(names) == sorted(path.name for path in written.iterdir())
    for stem, column in zip(COURSE.values(), COLUMNS, strict=True):
        for split in ("dev", "test"):
            raw = (written / f"{stem}-{split}-output.csv").read_bytes()
            assert raw.startswith(f"id \t {column} \n".encode())
            assert raw.endswith(b" \n")
            assert b"\r" not in raw


@pytest.mark.parametrize(
    "stem, row",
    [("sst", "[0-4]"), ("para", "[01][.]0"), ("sts", r"\d\.\d+(e-\d+)?")],
)
def test_a_row_is_an_id_and_a_value_with_four_spaces(written, stem, row):
    for split in ("dev", "test"):
        lines = (written / f"{stem}-{split}-output.csv").read_text("utf-8").splitlines()
        assert all(re.fullmatch(rf"\w+ , {row} ", line) for line in lines[1:])


@pytest.mark.parametrize("task", COURSE)
def test_another_reader_finds_the_answers_of_the_model(model, written, data, task):
    found = evaluate(model, EVERY_TASK[task], "dev", data, progress=False)
    expected = {e.id: s for e, s in zip(found.split.labelled, found.predicted, strict=True)}
    seen = read_as_the_course_does(written / f"{COURSE[task]}-dev-output.csv")
    assert list(seen) == list(expected)
    assert list(seen.values()) == pytest.approx(list(expected.values()), rel=1e-6)


def test_dev_leaves_out_the_rows_without_a_label_and_test_has_every_row(written):
    rows = {path.name: len(read_as_the_course_does(path)) for path in written.iterdir()}
    assert rows["para-dev-output.csv"] == 28
    assert {count for name, count in rows.items() if "dev" in name} == {28, 30}
    assert {count for name, count in rows.items() if "test" in name} == {20}


def test_what_is_no_prediction_file_stays(model, data, tmp_path):
    (tmp_path / "sts-dev-output.csv").write_text("my notes")
    with pytest.raises(MtsError, match=r"no file of this command .*nothing was changed"):
        submission.write(model, tmp_path, "dev", data, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["sts-dev-output.csv"]
    submission.write(model, tmp_path, "dev", data, ["sst"], progress=False)
    submission.write(model, tmp_path, "dev", data, ["sst"], progress=False)  # ours is replaced
    assert submission.check(tmp_path, data, ["sst"])[1] == []


def test_a_model_without_one_of_the_tasks_is_refused_before_it_is_asked(other, data, tmp_path):
    with pytest.raises(MtsError, match="does not answer sts; it answers sst, quora"):
        submission.write(load(other), tmp_path / "out", "dev", data, progress=False)
    assert not (tmp_path / "out").exists()
    submission.write(load(other), tmp_path / "out", "dev", data, ["quora", "sst"], progress=False)
    facts, faults = submission.check(tmp_path / "out", data, ["sst", "quora"])
    assert (len(facts), faults) == (2, [])


# What is checked ---------------------------------------------------------------------------------


def test_what_was_written_is_accepted_with_its_scores(model, written, data):
    facts, faults = submission.check(written, data)
    assert faults == []
    assert len(facts) == 7
    scores = {}
    for task, fact in zip(COURSE, facts, strict=False):
        metric = evaluate(model, EVERY_TASK[task], "dev", data, progress=False).metrics[0]
        assert fact.endswith(f"rows, as in dev; {metric.name} {metric.value:.3f}")
        scores[task] = metric.value
    assert f"overall {np.mean(list(scores.values())):.3f}, the mean of the three" in facts[3]
    assert f"; {overall.rescaled(**scores):.3f} with the correlation" in facts[3]
    assert all("score" not in fact for fact in facts[4:])


def test_the_formulas_are_those_of_two_handouts():
    paper = {"sst": 0.524, "quora": 0.885, "sts": 0.844}  # Table 4
    assert round(overall.plain(**paper), 3) == 0.751
    assert round(overall.rescaled(**paper), 3) == 0.777
    assert overall.rescaled(0.0, 0.0, 0.0) == pytest.approx(1 / 6)
    assert overall.rescaled(1.0, 1.0, 1.0) == overall.plain(1.0, 1.0, 1.0) == 1.0


def changed(line: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        made = re.sub(old, new, lines[line])
        assert made != lines[line]
        return [*lines[:line], made, *lines[line + 1 :]]

    return change


FAULTS = {
    "the column spelt right": (
        "sts",
        changed(0, "Similiary", "Similarity"),
        r"line 1: read .*Similarity.*expected .*Predicted_Similiary \'",
    ),
    "no space at the end of the header": ("sst", changed(0, " $", ""), r"line 1: read "),
    "a comma in the header": ("sst", changed(0, "\t", ","), r"line 1: read "),
    "no space before the comma": ("sst", changed(3, " , ", ", "), r"line 4: .*'ID , VALUE '"),
    "no space at the end": ("para", changed(3, " $", ""), r"line 4: .*'ID , VALUE '"),
    "a tab": ("para", changed(3, " , ", "\t"), r"line 4: .*'ID , VALUE '"),
    "Windows' line ends": ("sst", lambda lines: [line + "\r" for line in lines], r"lines 2, 3, 4"),
    "a class of none": ("sst", changed(2, r" , \d", " , 5"), r"line 3, .*'5'; expected a class"),
    "a class as a float": ("sst", changed(2, r"(\d) $", r"\1.0 "), r"line 3.*expected a class"),
    "a class as a whole number": ("para", changed(2, r"\.0", ""), r"line 3.*expected 0\.0 or 1\.0"),
    "a probability": ("para", changed(2, r"[01]\.0", "0.4"), r"line 3.*'0\.4'; expected 0\.0"),
    "a score outside": ("sts", changed(2, r"\d\.\S+", "5.01"), r"line 3.*from 0 to 5"),
    "a score below": ("sts", changed(2, r"\d\.\S+", "-0.1"), r"line 3.*from 0 to 5"),
    "no number": ("sts", changed(2, r"\d\.\S+", "nan"), r"line 3.*'nan'; expected a number"),
    "infinity": ("sts", changed(2, r"\d\.\S+", "1e999"), r"line 3.*expected a number"),
    "an id twice": (
        "sst",
        lambda lines: [*lines, lines[4]],
        r"line 32, column 'id'.*it is on line 5 too",
    ),
    "a row missing": ("sst", lambda lines: lines[:-1], r"29 rows, expected the 30.*1 id of the"),
    "a row too many": ("sts", lambda lines: [*lines, "x7 , 1.0 "], r"1 id not in the task file"),
    "an id changed": ("para", changed(2, r"^\w+", "x7"), r"missing, 'id1' say; 1 id not in"),
    "another order": (
        "sst",
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        r"line 2: its ids stand in another order .*read 'id1', expected 'id0'",
    ),
    "blank lines": ("sst", lambda lines: [*lines, ""], r"line 32: read ''"),
    "nothing": ("sst", lambda lines: [], r"does not end with a line end; was it cut short"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_by_file_line_and_what_was_expected(copied, data, fault):
    stem, change, said = FAULTS[fault]
    path = copied / f"{stem}-dev-output.csv"
    lines = change(path.read_bytes().decode().splitlines())
    path.write_bytes("".join(line + "\n" for line in lines).encode())
    facts, faults = submission.check(copied, data)
    (told,) = faults
    assert told.startswith(str(path))
    assert re.search(said, told), told
    assert "\n" not in told
    assert len(facts) == 5, "the other five are told, and no overall score of dev"


def test_a_row_without_a_label_may_not_stand_in_a_dev_file(copied, data):
    path = copied / "para-dev-output.csv"
    path.write_text(path.read_text("utf-8") + "id3 , 1.0 \n", "utf-8")
    assert "29 rows, expected the 28" in submission.check(copied, data)[1][0]


@pytest.mark.parametrize("seed", range(3))
def test_a_file_cut_anywhere_is_a_fault(copied, data, seed):
    path = copied / "sts-test-output.csv"
    raw = path.read_bytes()
    for length in random.Random(seed).sample(range(len(raw)), 10):
        path.write_bytes(raw[:length])
        assert len(submission.check(copied, data)[1]) == 1


def test_a_missing_file_a_folder_a_pipe_and_no_text_are_faults(copied, data):
    path = copied / "sst-test-output.csv"
    path.unlink()
    assert "is missing; the course takes the files" in submission.check(copied, data)[1][0]
    path.mkdir()
    assert "is a folder" in submission.check(copied, data)[1][0]
    path.rmdir()
    path.write_bytes(b"id \t Predicted_Sentiment \n\xff\n")
    assert "is not UTF-8" in submission.check(copied, data)[1][0]
    path.unlink()
    os.mkfifo(path)
    assert "is a device or a pipe" in submission.check(copied, data)[1][0]


def test_a_folder_without_prediction_files_is_refused(data, tmp_path):
    with pytest.raises(DataError, match=r"no prediction file; expected sst-dev-output\.csv"):
        submission.check(tmp_path, data)


# The command -------------------------------------------------------------------------------------


def test_the_command_writes_and_checks(whole, data, tmp_path, capsys):
    out = tmp_path / "predictions"
    assert main(["submit", str(whole), "--out", str(out), "--data", str(data)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert main(["submit", "--check", str(out), "--data", str(data)]) == 0
    assert "sst-test-output.csv: 20 rows, as in test" in capsys.readouterr().out
    (out / "sts-test-output.csv").unlink()
    assert main(["submit", "--check", str(out), "--data", str(data)]) == 2
    seen = capsys.readouterr()
    assert "fault: " in seen.out
    assert re.fullmatch(r"error: \S+ is missing; .*\n", seen.err)


@pytest.mark.parametrize(
    "arguments, said",
    [
        ([], "say which model with --out DIR, or --check DIR alone"),
        (["m", "--check", "c"], "say which model"),
        (["m"], "--out is required"),
        (["m", "--out", "o", "--tasks", "cfimdb"], "no prediction file of 'cfimdb'"),
        (["--check", "gone"], "gone holds no prediction file"),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments, said, capsys):
    assert main(["submit", *arguments]) == 2
    assert said in capsys.readouterr().err


# The course's own files --------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.parametrize("split", ["dev", "test"])
def test_on_the_real_files(model, tmp_path, split):
    """Their ids come back, in their order, from a reader that shares nothing with ours."""
    real = Path(REAL)
    tasks = ["sst", "sts"]  # quora's test file is not among the files at hand
    submission.write(model, tmp_path, split, real, tasks, progress=False)
    facts, faults = submission.check(tmp_path, real, tasks)
    assert (len(facts), faults) == (2, [])
    for task in tasks:
        ending = "dev" if split == "dev" else "test-student"
        name = f"{'ids-' * (task == 'sst')}{task}-{ending}.csv"
        with next(real.rglob(name)).open(newline="", encoding="utf-8") as stream:
            ids = [row["id"] for row in csv.DictReader(stream, delimiter="\t")]
        assert list(read_as_the_course_does(tmp_path / f"{task}-{split}-output.csv")) == ids
