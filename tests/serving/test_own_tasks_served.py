"""A task of one's own, from its file to an answer, by the commands; and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from own_tasks import OWN, TOML, write_own

from mtslib.base.errors import MergeError
from mtslib.cli.main import main
from mtslib.evidence import results
from mtslib.finetune import cache, read
from mtslib.serving import ask, load, merge, open_model

PAIR, SENTENCE = ("great great", "great great great great"), ("a great good film",)


@pytest.fixture(scope="module")
def place(made_once, backbone_folder) -> Path:
    """Both own tasks and sst, trained by the command; their files have moved away since."""

    def build(folder: Path) -> None:
        quick = ["--backbone", str(backbone_folder), "--batch-size", "16", "--freeze-depth", "1"]
        quick += ["--learning-rate", "4e-3", "--epochs", "3", "--precision", "fp32"]
        for name in OWN:
            write_own(folder, name, "dev", 30, seed=2)
            described = write_own(folder, name, "train", 60, seed=1)
            out = str(folder / "runs" / name)
            assert main(["finetune", "--task", str(described), "--out", out, *quick]) == 0
        away = folder / "away"
        away.mkdir()
        for path in [*folder.glob("*.toml"), *folder.glob("*.csv")]:
            shutil.move(path, away)

    return made_once("own-tasks", build)


@pytest.fixture(scope="module")
def merged(place, teachers, made_once) -> Path:
    parts = [place / "runs" / "matches", place / "runs" / "warmth", teachers["sst"]]
    return made_once("own-merged", lambda folder: merge(parts, folder / "m")) / "m"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_card_holds_the_whole_description(place):
    for name, task in OWN.items():
        found = read(place / "runs" / name)
        assert found.task == task
        assert found.card["settings"]["description"] == task.as_dict()


def test_a_merged_folder_answers_without_any_task_file(merged):
    model = load(merged)
    sentence, pair = ask(model, [SENTENCE, PAIR])
    assert [answer.task for answer in sentence] == ["warmth", "sst"]
    assert [answer.task for answer in pair] == ["matches"]
    assert pair[0].words in OWN["matches"].class_names
    assert -1 <= sentence[0].value <= 1
    assert sentence[0].words == f"{sentence[0].value:.2f} on -1 to 1"


def test_a_file_is_answered_by_name_and_by_task_file(merged, place, capsys):
    rows = place / "away" / "matches-dev.csv"
    by_name = run(capsys, "predict", merged, "--task", "matches", "--file", rows)
    by_file = run(capsys, "predict", merged, "--task", place / "away/matches.toml", "--file", rows)
    assert by_name == by_file
    assert by_name[0] == 0
    assert by_name[1].count("\n") == 30


def test_scores_need_the_rows_and_say_so(merged, place, capsys):
    described = place / "away" / "warmth.toml"
    code, said, _ = run(capsys, "evaluate", merged, "--task", described, "--precision", "fp32")
    card = read(place / "runs" / "warmth").card["dev"]
    assert code == 0
    for metric in card:
        assert f"warmth dev {metric['name']} {metric['value']:.4f} [{metric['low']:.4f}, " in said
    code, said, error = run(capsys, "evaluate", merged)
    assert code == 2
    assert "sst dev accuracy" in said, "what has its rows is scored all the same"
    assert error.splitlines()[-1].startswith("error: where matches-dev.csv lies is not known")


def test_a_task_is_left_out_by_its_file(merged, place, tmp_path, capsys):
    arguments = (merged, "--without", place / "away" / "matches.toml", "--out", tmp_path / "two")
    assert run(capsys, "merge", *arguments)[0] == 0
    assert list(load(tmp_path / "two").checkpoints) == ["warmth", "sst"]


def test_the_same_name_with_another_meaning_is_refused(merged, place, tmp_path, capsys):
    text = TOML["matches"].replace('"none", "some"', '"some", "none"')
    described = tmp_path / "matches.toml"
    described.write_text(text, "utf-8")
    for path in (place / "away").glob("matches-*.csv"):
        shutil.copy(path, tmp_path)
    said = "classes none, some, all and classes some, none, all"
    code, _, error = run(capsys, "evaluate", merged, "--task", described)
    assert code == 2
    assert f"task matches is another one in {merged} than in {described}: {said}" in error
    backbone = open_model(place / "runs" / "matches").checkpoints["matches"].settings.backbone
    quick = ("--backbone", backbone, "--freeze-depth", "3", "--epochs", "0")
    assert run(capsys, "finetune", "--task", described, "--out", tmp_path / "x", *quick)[0] == 0
    with pytest.raises(MergeError, match=f"task matches means two things: .* have {said}"):
        merge([merged, tmp_path / "x"], tmp_path / "again", replace=True)
    assert not (tmp_path / "again").exists()


def test_recorded_runs_describe_the_task(place, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    folders = [place / "runs" / name for name in OWN]
    described = place / "away" / "warmth.toml"
    assert run(capsys, "record", *folders, "--task", described)[0] == 0
    (one,) = results.read_runs().values()
    assert one["settings"]["description"] == OWN["warmth"].as_dict()
    assert run(capsys, "record", *folders)[0] == 0
    runs = results.table(tmp_path)
    assert set(runs.task) == set(OWN)
    assert set(runs.metric) == {"macro_f1", "accuracy", "spearman", "pearson"}
    (matches,) = set(runs[runs.task == "matches"].run_id)
    rows, said = results.read_predictions(matches)
    assert list(rows) == list(range(30))
    assert set(said) <= {0, 1, 2}


def test_what_the_trunk_kept_of_a_task_is_listed_and_removed(
    place, backbone_folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    quick = ("--backbone", backbone_folder, "--freeze-depth", "1", "--epochs", "1")
    for name in OWN:
        described = place / "away" / f"{name}.toml"
        run(capsys, "finetune", "--task", described, "--out", tmp_path / name, *quick)
    assert len(cache.entries()) == 4
    one = ("--task", place / "away" / "warmth.toml")
    assert ": 2 entries" in run(capsys, "cache", "status", *one)[1]
    assert ": 2 entries removed" in run(capsys, "cache", "clean", *one)[1]
    assert len(cache.entries()) == 2
