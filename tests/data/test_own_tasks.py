"""The files of a task of one's own: each split's file, or one file that is split by a seed."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from mtslib.base.errors import DataError
from mtslib.data import datasets, tasks

HEAD = 'name = "rooms"\nasks = "does it fit?"\ntext = ["rule", "case"]\nlabel = "fits"\n'
CLASSES = 'classes = ["no", "yes"]\n'
SPLIT = '[split]\nfile = "all.csv"\ndev = 0.2\ntest = 0.1\ngroup = "topic"\n'


@pytest.fixture(autouse=True)
def _no_real_data(monkeypatch):
    monkeypatch.delenv("MTS_DATA", raising=False)


def rows(n: int) -> str:
    head = "topic\trule\tcase\tfits\n"
    words = ("No", "yes ")
    return head + "".join(f"t{i // 5}\trule {i}\tcase {i}\t{words[i % 3 == 0]}\n" for i in range(n))


def task_file(folder: Path, ending: str) -> Path:
    path = folder / "rooms.toml"
    path.write_text(HEAD + CLASSES + ending, "utf-8")
    return path


@pytest.fixture
def one_file(tmp_path) -> Path:
    (tmp_path / "all.csv").write_text(rows(300), "utf-8")
    return task_file(tmp_path, SPLIT)


def test_each_split_is_the_file_that_the_task_names(tmp_path):
    (tmp_path / "deep").mkdir()
    for name, count in (("deep/train.csv", 30), ("dev.csv", 10)):
        (tmp_path / name).write_text(rows(count), "utf-8")
    path = task_file(tmp_path, '[files]\ntrain = "deep/train.csv"\ndev = "dev.csv"\n')
    train, dev = datasets.load_pair(path)
    assert (len(train.examples), len(dev.examples)) == (30, 10)
    assert train.examples[3].texts == ("rule 3", "case 3")
    assert [row.label for row in train.examples[:4]] == [1, 0, 0, 1]
    assert dev.dataset == f"{tmp_path.name}-{dev.sha256[:8]}"
    with pytest.raises(DataError, match="task rooms names no test file"):
        datasets.load(path, "test")


def test_one_file_is_split_by_group_and_class(one_file):
    parts = {split: datasets.load(one_file, split) for split in ("train", "dev", "test")}
    assert {name: len(part.examples) for name, part in parts.items()} == {
        "train": 210,
        "dev": 60,
        "test": 30,
    }
    ids = [row.id for part in parts.values() for row in part.examples]
    assert sorted(map(int, ids)) == list(range(300))
    groups = [{row.group for row in part.examples} for part in parts.values()]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
    for part in parts.values():
        assert [row.row for row in part.examples] == list(range(len(part.examples)))
        assert 0.25 < Counter(row.label for row in part.examples)[1] / len(part.examples) < 0.45


def test_the_hash_says_which_rows_a_part_has(one_file):
    first = datasets.load(one_file, "dev")
    assert datasets.load(one_file, "dev").sha256 == first.sha256
    assert datasets.load(one_file, "train").sha256 != first.sha256
    text = one_file.read_text("utf-8")
    one_file.write_text(text.replace("test = 0.1", "test = 0.1\nseed = 1"), "utf-8")
    assert datasets.load(one_file, "dev").sha256 != first.sha256


def test_the_test_split_may_have_a_file_of_its_own(one_file):
    (one_file.parent / "asked.csv").write_text(rows(9), "utf-8")
    text = one_file.read_text("utf-8").replace("test = 0.1", 'test = "asked.csv"')
    one_file.write_text(text, "utf-8")
    parts = [datasets.load(one_file, split) for split in ("train", "dev", "test")]
    assert [len(part.examples) for part in parts] == [240, 60, 9]


def test_another_file_in_place_of_a_part_is_taken_whole(one_file):
    (one_file.parent / "more.csv").write_text(rows(7), "utf-8")
    train, dev = datasets.load_pair(one_file, train_file=one_file.parent / "more.csv")
    assert (len(train.examples), len(dev.examples)) == (7, 60)


def test_the_real_data_folder_is_not_asked_for_own_files(one_file, tmp_path, monkeypatch):
    monkeypatch.setenv("MTS_DATA", str(tmp_path))
    assert len(datasets.load(one_file, "dev").examples) == 60


def test_a_description_of_a_card_finds_its_files_in_a_named_folder(one_file, tmp_path):
    described = tasks.Task.from_dict(tasks.get(one_file).as_dict())
    moved = tmp_path / "moved"
    moved.mkdir()
    shutil.copy(one_file.parent / "all.csv", moved)
    assert datasets.load(described, "dev", moved).sha256 == datasets.load(one_file, "dev").sha256
    with pytest.raises(DataError, match=r"where all\.csv lies is not known.* --task FILE\.toml"):
        datasets.load(described, "dev")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("topic", "subject"), "no column 'subject', or nothing in it"),
        (("all.csv", "none.csv"), "none.csv is missing"),
        (("dev = 0.2", "dev = 0.001"), "none falls to dev"),
    ],
)  # fmt: skip
def test_what_cannot_be_split_is_one_line(one_file, change, said):
    one_file.write_text(one_file.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(DataError) as raised:
        datasets.load(one_file, "dev")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
