"""The controlled corpora are what their builder writes, and what their datasheet says."""

import csv
import re
import subprocess
import sys
from collections import Counter

import pytest

from mtslib import paths
from mtslib.tasks import TASKS

FOLDER = paths.DATA / "controlled"
SPLITS = ("train", "dev", "test")
SIZES = {
    "sentiment": (1200, 300, 300),
    "reviews": (300, 100, 100),
    "paraphrase": (1200, 300, 300),
    "similarity": (1000, 250, 250),
}
BY_STEM = {task.controlled_stem: task for task in TASKS.values()}
PROVENANCE = ("phenomenon", "template", "unseen")


def read(stem: str, split: str) -> list[dict[str, str]]:
    """The rows of one file."""
    with (FOLDER / f"{stem}-{split}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def texts(stem: str, row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[column] for column in BY_STEM[stem].text_columns)


def held_out(stem: str, kind: str) -> set[str]:
    with (FOLDER / f"{stem}-held-out.csv").open(encoding="utf-8", newline="") as file:
        return {row["entry"] for row in csv.DictReader(file, delimiter="\t") if row["kind"] == kind}


def plain(text: str) -> str:
    return " " + " ".join(re.findall(r"[a-z0-9'-]+", text.lower())) + " "


def test_the_builder_writes_the_committed_bytes(tmp_path):
    subprocess.run(
        [sys.executable, FOLDER / "build" / "make.py", tmp_path], check=True, timeout=300
    )
    rebuilt = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in FOLDER.glob("*.csv")}
    assert rebuilt == committed


@pytest.mark.parametrize("stem", SIZES)
def test_columns_sizes_and_labels(stem):
    task = BY_STEM[stem]
    low, high = task.label_range
    identifiers = []
    for split, size in zip(SPLITS, SIZES[stem], strict=True):
        rows = read(stem, split)
        assert list(rows[0]) == ["", "id", *task.text_columns, task.label_column, *PROVENANCE]
        assert [row[""] for row in rows] == [str(number) for number in range(size)]
        for row in rows:
            assert low <= float(row[task.label_column]) <= high
            assert re.fullmatch(r"[0-9a-f]{25}", row["id"])
        assert b"\r" not in (FOLDER / f"{stem}-{split}.csv").read_bytes()
        identifiers += [row["id"] for row in rows]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("stem", SIZES)
def test_no_text_or_pair_stands_twice(stem):
    keys = Counter(
        tuple(sorted(text.lower() for text in texts(stem, row)))
        for split in SPLITS
        for row in read(stem, split)
    )
    assert keys.most_common(1)[0][1] == 1


@pytest.mark.parametrize("split", SPLITS)
def test_class_shares(split):
    sentiments = Counter(row["sentiment"] for row in read("sentiment", split))
    assert max(sentiments.values()) <= 0.30 * sentiments.total()
    duplicates = Counter(row["is_duplicate"] for row in read("paraphrase", split))
    assert duplicates["1.0"] / duplicates.total() == pytest.approx(0.37, abs=0.01)
    reviews = Counter(row["sentiment"] for row in read("reviews", split))
    assert abs(reviews["0"] - reviews["1"]) <= 2


@pytest.mark.parametrize("stem", SIZES)
def test_the_unseen_third_is_unseen(stem):
    training = read(stem, "train")
    training_text = "|".join(plain(text) for row in training for text in texts(stem, row))
    assert all(row["unseen"] == "0" for row in training)
    assert not held_out(stem, "template") & {row["template"] for row in training}
    found_in_training = [item for item in held_out(stem, "item") if plain(item) in training_text]
    assert found_in_training == []
    for split in ("dev", "test"):
        rows = read(stem, split)
        unseen = [row for row in rows if row["unseen"] == "1"]
        assert len(unseen) == len(rows) // 3
        assert {row["template"] for row in unseen} <= held_out(stem, "template")
