"""The starter model: trained once, used again, and never taken for another."""

from __future__ import annotations

import multiprocessing
import shutil
from dataclasses import replace

import pytest
import torch
from serving.conftest import tiny_settings

from mtslib.base import provenance
from mtslib.base.files import sha256_file
from mtslib.cli.main import main
from mtslib.data import datasets
from mtslib.serving import ask, load, starter


@pytest.fixture
def branches(backbone_folder):
    """Untrained heads on the tiny backbone: all steps but the training."""
    return tuple(
        tiny_settings(task, backbone_folder, freeze_depth=1, epochs=0) for task in ("sst", "quora")
    )


def bytes_of(folder) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256_file(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_is_made_once_used_again_and_mended(branches, tmp_path):
    branches = branches[:1]
    merged = starter.starter_model(tmp_path, progress=False, branches=branches)
    data = merged.checkpoints["sst"].card["data"]
    assert data["dataset"] == "controlled"
    before = bytes_of(merged.folder)
    stamps = {path: path.stat().st_mtime_ns for path in merged.folder.rglob("*")}

    again = starter.starter_model(tmp_path, progress=False, branches=branches)
    assert {path: path.stat().st_mtime_ns for path in again.folder.rglob("*")} == stamps

    for damaged in ("trunk.safetensors", "certificate.json"):
        path = merged.folder / damaged
        path.write_bytes(path.read_bytes()[:-1])
        mended = starter.starter_model(tmp_path, progress=False, branches=branches)
        assert bytes_of(mended.folder).keys() == before.keys()
        assert ask(load(mended.folder), [("fine",)])[0][0].task == "sst"
    assert [path.name for path in tmp_path.glob("*/certificate.json")] == ["certificate.json"]


def make(branches, folder) -> None:
    """In another process: ask for the model."""
    torch.set_num_threads(1)
    starter.starter_model(folder, progress=False, branches=branches)


@pytest.mark.long
def test_two_processes_that_ask_at_once_train_it_once(branches, tmp_path, monkeypatch):
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=make, args=(branches, tmp_path)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    monkeypatch.setattr(starter, "finetune", lambda *_, **__: pytest.fail("trained again"))
    merged = starter.starter_model(tmp_path, progress=False, branches=branches)
    assert list(merged.checkpoints) == ["sst", "quora"]


def test_other_files_in_its_folder_stay(branches, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine too")
    starter.starter_model(tmp_path, progress=False, branches=branches[:1])
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine too"


def test_an_outdated_model_is_replaced_not_kept_beside(branches, tmp_path):
    old = starter.starter_model(tmp_path, progress=False, branches=branches[:1])
    new = starter.starter_model(tmp_path, progress=False, branches=branches)
    assert old.folder != new.folder
    assert not old.folder.exists()
    assert list(new.checkpoints) == ["sst", "quora"]


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"learning_rate": 1e-3}, {"freeze_depth": 2}, {"task": "cfimdb"}]
)
def test_the_key_changes_with_every_setting(change):
    first, *others = starter.BRANCHES
    assert starter._key((replace(first, **change), *others)) != starter._key(starter.BRANCHES)
    assert starter._key((*others, first)) != starter._key(starter.BRANCHES)
    assert starter._key(tuple(starter.BRANCHES)) == starter._key(starter.BRANCHES)


@pytest.fixture
def code_read_anew():
    """The code's hash is kept for a process; here it may change, and is forgotten afterwards."""
    yield provenance.code_sha256.cache_clear
    provenance.code_sha256.cache_clear()


def test_the_key_changes_with_data_and_code(tmp_path, monkeypatch, code_read_anew):
    key = starter._key(starter.BRANCHES)
    data = shutil.copytree(datasets.CONTROLLED, tmp_path / "data", ignore=lambda *_: ["build"])
    monkeypatch.setattr(datasets, "CONTROLLED", data)
    assert starter._key(starter.BRANCHES) == key
    path = data / "sentiment-dev.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line.replace(b"\n", b"\r\n") for line in lines))
    assert starter._key(starter.BRANCHES) == key, "the same rows, as Windows writes them"
    path.write_bytes(b"".join(lines[:-1]))
    assert starter._key(starter.BRANCHES) != key
    monkeypatch.undo()
    package = shutil.copytree(provenance.PACKAGE, tmp_path / "package")
    monkeypatch.setattr(provenance, "PACKAGE", package)
    code_read_anew()
    assert starter._key(starter.BRANCHES) == key
    with (package / "finetune" / "train.py").open("a") as stream:
        stream.write("# another line\n")
    code_read_anew()
    assert starter._key(starter.BRANCHES) != key


@pytest.mark.slow
def test_the_real_one_answers_three_questions():
    """Trained on the controlled corpora in about a minute, where chapters 00 and 11 find it."""
    merged = starter.starter_model(progress=False)
    assert list(merged.checkpoints) == ["sst", "quora", "sts"]
    for item in merged.checkpoints.values():
        assert item.card["data"]["dataset"] == "controlled"
        assert item.card["dev"][0]["value"] > 0.4
    sentence, pair = ask(merged, [("A wonderful evening.",), ("Is it late?", "Is it late?")])
    assert [answer.task for answer in sentence + pair] == ["sst", "quora", "sts"]


def test_a_terminal_asks_it_by_a_name_that_a_folder_may_take(
    branches, tmp_path, monkeypatch, capsys
):
    """Chapter 00's line; the first time, the model is trained with a bar."""
    monkeypatch.chdir(tmp_path)
    small = (tmp_path / "made", True, branches[:1])
    monkeypatch.setattr(starter.starter_model, "__defaults__", small)
    assert main(["predict", "starter", "--sentence", "good"]) == 0
    assert "sst: " in capsys.readouterr().out
    (tmp_path / "starter").mkdir()
    assert main(["predict", "starter", "--sentence", "good"]) == 2
    assert "starter is neither a merged model nor a checkpoint" in capsys.readouterr().err
