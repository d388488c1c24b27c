"""Where task files are looked for, which dataset serves, and what `data status` says."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mtslib.base.errors import DataError, MtsError
from mtslib.data import datasets, known, status, tasks

ROWS = "\tid\tsentence\tsentiment\n0\ta\t one film\t1\n1\tb\t another\t\n"


@pytest.fixture(autouse=True)
def no_folder_set(monkeypatch):
    monkeypatch.delenv("MTS_DATA", raising=False)


@pytest.fixture
def folder(tmp_path):
    """A folder in the layout of the real data, and with its names, of made-up rows for sst."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("ids-sst-train.csv", "ids-sst-dev.csv", "ids-sst-test-student.csv"):
        (tmp_path / "deep" / "er" / name).write_text(ROWS, encoding="utf-8")
    return tmp_path


# Which dataset serves --------------------------------------------------------------------------


@pytest.mark.parametrize("task", tasks.TASKS)
@pytest.mark.parametrize("split", known.SPLITS)
def test_the_controlled_corpora_serve_where_no_folder_is_named(task, split):
    found = datasets.load(task, split)
    assert found.dataset == "controlled"
    assert found.path.parent == datasets.CONTROLLED
    assert found.original is None
    assert found.labelled


def test_a_named_folder_is_searched_to_its_leaves(folder):
    split = datasets.load("sst", "dev", data=folder)
    assert split.dataset == f"{folder.name}-{split.sha256[:8]}"
    assert split.path == folder / "deep" / "er" / "ids-sst-dev.csv"
    assert datasets.load("sst", "test", data=folder).path.name == "ids-sst-test-student.csv"


def test_the_variable_serves_where_no_folder_is_given(folder, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("MTS_DATA", str(folder))
    assert datasets.data_dir() == folder
    assert datasets.load("sst").path.is_relative_to(folder)
    other = tmp_path_factory.mktemp("other")
    assert datasets.data_dir(other) == other
    monkeypatch.setenv("MTS_DATA", "")
    assert datasets.data_dir() is None


def test_naming_the_controlled_folder_overrides_the_variable(folder, monkeypatch):
    monkeypatch.setenv("MTS_DATA", str(folder))
    assert datasets.data_dir(datasets.CONTROLLED) is None
    assert datasets.locate("sst", "dev", data=datasets.CONTROLLED).parent == datasets.CONTROLLED


def test_a_file_that_the_folder_lacks_is_never_taken_from_the_other_dataset(folder, monkeypatch):
    monkeypatch.setenv("MTS_DATA", str(folder))
    with pytest.raises(DataError, match=r"sts-dev\.csv is not in .*data fetch"):
        datasets.load("sts", "dev")


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_a_folder_that_is_none_is_refused(tmp_path, monkeypatch, how):
    for named, what in ((tmp_path / "gone", "missing"), (tmp_path / "file", "a file")):
        (tmp_path / "file").write_text("x", encoding="utf-8")
        if how == "variable":
            monkeypatch.setenv("MTS_DATA", str(named))
        with pytest.raises(DataError, match=f"which is {what}; expected a folder"):
            datasets.load("sst", data=None if how == "variable" else named)
    with pytest.raises(MtsError, match="'' is no name of a file or folder"):
        datasets.data_dir("")


def test_two_files_of_one_name_are_refused_unless_they_are_copies(folder):
    (folder / "copy").mkdir()
    copy = folder / "copy" / "ids-sst-dev.csv"
    copy.write_text(ROWS, encoding="utf-8")
    assert datasets.load("sst", "dev", data=folder).path == copy  # the shallower of the two
    copy.write_text(ROWS + "2\tc\tthird\t1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"two different files .*copy.* and .*deep"):
        datasets.load("sst", "dev", data=folder)


def test_unknown_tasks_and_splits_name_the_known_ones(folder):
    with pytest.raises(DataError, match="unknown task 'mnli'; the tasks are sst, cfimdb"):
        datasets.load("mnli", data=folder)
    with pytest.raises(DataError, match="unknown split 'valid'; the splits are train, dev, test"):
        datasets.load("sst", "valid", data=folder)


# Another training file -------------------------------------------------------------------------


def test_another_training_file_is_named_by_path_or_by_name(folder, tmp_path_factory):
    own = tmp_path_factory.mktemp("own") / "mine.csv"
    own.write_text(ROWS, encoding="utf-8")
    assert datasets.locate("sst", "train", folder, own) == own
    (folder / "deep" / "part.csv").write_text(ROWS, encoding="utf-8")
    assert datasets.locate("sst", "train", folder, "part.csv") == folder / "deep" / "part.csv"


def test_a_part_of_an_absent_file_is_offered_and_never_taken(folder):
    (folder / "quora-train-part.csv").write_text("x", encoding="utf-8")
    expected = r"quora-train\.csv is not in .*pass `--train-file quora-train-part\.csv`"
    with pytest.raises(DataError, match=expected):
        datasets.load("quora", "train", data=folder)


def test_our_files_never_meet_others_in_one_run(folder, tmp_path):
    own, ours = tmp_path / "mine.csv", datasets.CONTROLLED / "sentiment-train.csv"
    own.write_text(ROWS, encoding="utf-8")
    for data, train_file, dev_file in ((None, own, None), (folder, ours, None), (None, None, own)):
        with pytest.raises(DataError, match=r"do not belong together.*never mixed.*--dev-file"):
            datasets.load_pair("sst", data, train_file, dev_file)
    train, dev = datasets.load_pair("sst", None, own, own)
    assert (train.path, dev.path) == (own, own)
    assert datasets.load_pair("sst", None, ours)[0].dataset == "controlled"


# What a file is known by -----------------------------------------------------------------------


def test_a_name_makes_no_file_the_courses(folder):
    """Other rows under the course's names go by their folder and hash, alone and as a pair."""
    train, dev = datasets.load_pair("sst", folder)
    for split in (train, dev):
        assert split.dataset == f"{folder.name}-{split.sha256[:8]}"
        assert split.original is False
    name = datasets.dataset_name(train, dev)
    assert re.fullmatch(rf"{folder.name}-[0-9a-f]{{8}}", name)
    (folder / "deep" / "er" / "ids-sst-train.csv").write_text(ROWS + "2\tc\tthird\t1\n")
    assert datasets.dataset_name(*datasets.load_pair("sst", folder)) != name


def test_not_even_a_folder_called_cs224n_makes_them(folder, tmp_path):
    other = shutil.copytree(folder / "deep", tmp_path / "cs224n")
    assert re.fullmatch("cs224n-[0-9a-f]{8}", datasets.load("sst", "dev", other).dataset)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_ours_are_known_by_their_rows_under_any_name_and_line_end(tmp_path, end):
    rows = (datasets.CONTROLLED / "sentiment-dev.csv").read_text(encoding="utf-8")
    path = tmp_path / "any.csv"
    path.write_text(rows, encoding="utf-8", newline=end)
    assert datasets.load("sst", "dev", file=path).dataset == "controlled"
    assert datasets.load("sst", "train", file=path).dataset != "controlled", "another split's"
    path.write_text(rows.replace("film", "movie", 1), encoding="utf-8", newline=end)
    found = datasets.load("sst", "dev", file=path)
    assert found.dataset == f"{tmp_path.name}-{found.sha256[:8]}"


@pytest.mark.parametrize("name", ["sst_dev.csv", "SST-dev.tsv", "ids_sst_dev.txt", "dev.csv"])
def test_files_of_nearly_the_right_name_are_offered(tmp_path, name):
    (tmp_path / name).write_text(ROWS, encoding="utf-8")
    with pytest.raises(DataError, match=rf"which has {name}; .* pass `--dev-file {name}`"):
        datasets.load("sst", "dev", tmp_path)
    assert datasets.load("sst", "dev", tmp_path, name).labelled


def test_a_missing_training_file_and_a_folder_in_its_place_are_refused(folder):
    with pytest.raises(DataError, match=r"gone\.csv is missing; looked for that path"):
        datasets.load("sst", data=folder, file="gone.csv")
    with pytest.raises(DataError, match="is a folder; expected one task file"):
        datasets.load("sst", data=folder, file=folder / "deep")


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="needs POSIX modes")
def test_a_file_that_cannot_be_read_is_one_line(folder):
    path = folder / "deep" / "er" / "ids-sst-dev.csv"
    if os.geteuid() == 0:  # root reads everything, but not a link that leads to itself
        path.unlink()
        path.symlink_to(path.name)
    else:
        path.chmod(0)
    with pytest.raises(DataError, match=r"cannot read .*ids-sst-dev\.csv"):
        datasets.load("sst", "dev", data=folder)


# What is said about a file ---------------------------------------------------------------------


def test_describe_says_what_was_used(folder):
    split = datasets.load("sst", "dev", data=folder)
    digest = hashlib.sha256(ROWS.encode()).hexdigest()
    assert split.sha256 == digest
    assert split.describe() == (
        f"sst dev: 2 rows of {folder.name}-{digest[:8]} (ids-sst-dev.csv, sha256 {digest[:8]}…, "
        "not the course's file of this name), 1 without a label"
    )
    assert split.unlabelled == (1,)


def test_a_file_of_the_courses_name_and_other_bytes_is_not_called_original(folder):
    assert datasets.load("sst", "dev", data=folder).original is False
    (folder / "mine.csv").write_text(ROWS, encoding="utf-8")
    assert datasets.load("sst", "train", data=folder, file="mine.csv").original is None


@pytest.mark.parametrize("content", [b"", b"x", b"made-up text\n" * 1000, bytes(range(256))])
def test_the_blob_hash_is_the_one_git_computes(content):
    run = subprocess.run(
        ["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True
    )
    assert known.git_blob_sha1(content) == run.stdout.decode().strip()


def test_any_file_in_the_format_can_be_read_for_prediction(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text("id\tsentence1\tsentence2\nx\t one\ttwo \n", encoding="utf-8")
    (example,) = datasets.read("quora", path)
    assert (example.id, example.texts, example.label) == ("x", ("one", "two"), None)
    with pytest.raises(DataError, match="cannot read"):
        datasets.read("quora", tmp_path / "gone.csv")


def test_status_lists_every_task_and_split_and_what_is_wrong(folder):
    (folder / "sts-dev.csv").write_text("\tid\tsentence1\n0\ta\tb\n", encoding="utf-8")
    rows = status.rows(folder)
    assert [(row.task, row.split) for row in rows] == [
        (task, split) for task in tasks.TASKS for split in known.SPLITS
    ]
    by_file = {(row.task, row.split): row for row in rows}
    dev = by_file["sst", "dev"]
    assert (dev.rows, dev.unlabelled, dev.original) == (2, 1, False)
    assert dev.path == "deep/er/ids-sst-dev.csv"
    assert "no column 'sentence2'" in by_file["sts", "dev"].problem
    assert "quora-train.csv is not in" in by_file["quora", "train"].problem
    text = status.table(rows)
    table = text.splitlines()
    assert len(table) == 2 + len(rows) + sum(bool(row.problem) for row in rows)
    assert "CHANGED" in table[3]
    assert table[-1].startswith("sts test: sts-test-student.csv is not in")


def test_status_of_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(DataError, match="expected a folder"):
        status.rows(tmp_path / "gone")


def test_twenty_thousand_rows_are_read(tmp_path):
    rows = [
        f'{i}\tid{i}\tmade-up question {i}?\t"is ""{i}"" so?"\t{i % 2}.0\n' for i in range(20_000)
    ]
    text = "\tid\tsentence1\tsentence2\tis_duplicate\n" + "".join(rows)
    (tmp_path / "quora-dev.csv").write_text(text, encoding="utf-8")
    assert len(datasets.load("quora", "dev", data=tmp_path).labelled) == 20_000


# Links, pipes and devices ----------------------------------------------------------------------


def test_a_link_to_a_folder_is_searched_and_a_loop_once(folder, tmp_path_factory):
    linked = tmp_path_factory.mktemp("linked")
    (linked / "real").symlink_to(folder)
    (linked / "loop").symlink_to(linked)
    found = datasets.locate("sst", "train", linked)
    assert found.is_relative_to(linked)
    assert found.samefile(datasets.locate("sst", "train", folder))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_that_nobody_writes_to_is_no_file_and_no_wait(folder, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(MtsError, match="is a device or a pipe; expected a file"):
            datasets.load("sst", "train", folder, path)


def test_a_home_is_not_searched_to_its_end(tmp_path, monkeypatch):
    """`MTS_DATA=~`: a bound says so, before minutes have gone by."""
    monkeypatch.setattr(datasets, "MOST_FILES", 50)
    for number in range(60):
        (tmp_path / f"{number}").mkdir()
    with pytest.raises(DataError, match="holds more than 50 files and folders, too many to look"):
        datasets.load("sst", "train", tmp_path)
