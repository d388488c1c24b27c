"""The controlled corpora are what their builder writes, and what their datasheet says."""

import csv
import re
import subprocess
import sys
from collections import Counter

import pytest

from mtslib.base import paths
from mtslib.data.tasks import TASKS

FOLDER = paths.DATA / "controlled"
SPLITS = ("train", "dev", "test")
SIZES = {
    "sentiment": (3000, 600, 600),
    "reviews": (600, 120, 120),
    "paraphrase": (3000, 600, 600),
    "similarity": (2400, 480, 480),
}
BY_STEM = {task.stems["controlled"]: task for task in TASKS.values()}
PROVENANCE = ("phenomenon", "template", "unseen")


def table(name: str) -> list[dict[str, str]]:
    """The rows of one file in the folder of the corpora."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def read(stem: str, split: str) -> list[dict[str, str]]:
    """The rows of one split of one task."""
    return table(f"{stem}-{split}.csv")


def every_row(stem: str) -> list[dict[str, str]]:
    return [row for split in SPLITS for row in read(stem, split)]


def texts(stem: str, row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[column] for column in BY_STEM[stem].text_columns)


def held_out(stem: str, kind: str) -> set[str]:
    return {row["entry"] for row in table(f"{stem}-held-out.csv") if row["kind"] == kind}


def plain(text: str) -> str:
    """Lower-case words with single spaces and a space at either end."""
    return " " + " ".join(re.findall(r"[a-z0-9'-]+", text.lower())) + " "


def test_the_builder_writes_the_committed_bytes(tmp_path):
    builder = FOLDER / "build" / "make.py"
    subprocess.run([sys.executable, builder, tmp_path], check=True, timeout=300)
    rebuilt = {
        str(path.relative_to(tmp_path)): path.read_bytes()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    files = [*FOLDER.glob("*-*.csv"), FOLDER / "files.json", *FOLDER.glob("own/*.?sv")]
    committed = {str(path.relative_to(FOLDER)): path.read_bytes() for path in files}
    assert rebuilt == committed


def test_the_files_stay_small():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.csv")) < 3_000_000


@pytest.mark.parametrize("stem", SIZES)
def test_columns_sizes_and_labels(stem):
    task = BY_STEM[stem]
    low, high = task.label_range
    for split, size in zip(SPLITS, SIZES[stem], strict=True):
        rows = read(stem, split)
        assert list(rows[0]) == ["", "id", *task.text_columns, task.label_column, *PROVENANCE]
        assert [row[""] for row in rows] == [str(number) for number in range(size)]
        assert b"\r" not in (FOLDER / f"{stem}-{split}.csv").read_bytes()
        for row in rows:
            assert low <= float(row[task.label_column]) <= high
            assert all(row[column] for column in ("phenomenon", "template"))
            assert row["unseen"] in ("0", "1")


@pytest.mark.parametrize("stem", SIZES)
def test_ids_name_one_row_of_one_split(stem):
    identifiers = [row["id"] for row in every_row(stem)]
    assert all(re.fullmatch(r"[0-9a-f]{25}", identifier) for identifier in identifiers)
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("stem", SIZES)
def test_no_text_or_pair_stands_twice_in_either_order(stem):
    keys = Counter(
        tuple(sorted(text.lower() for text in texts(stem, row))) for row in every_row(stem)
    )
    assert keys.most_common(1)[0][1] == 1


@pytest.mark.parametrize("stem", ["paraphrase", "similarity"])
def test_the_two_texts_of_a_pair_differ(stem):
    assert all(len(set(texts(stem, row))) == 2 for row in every_row(stem))


@pytest.mark.parametrize("split", SPLITS)
def test_class_shares(split):
    sentiments = Counter(row["sentiment"] for row in read("sentiment", split))
    assert set(sentiments) == set("01234")
    assert max(sentiments.values()) <= 0.30 * sentiments.total()
    duplicates = Counter(row["is_duplicate"] for row in read("paraphrase", split))
    assert set(duplicates) == {"0.0", "1.0"}
    assert duplicates["1.0"] / duplicates.total() == pytest.approx(0.37, abs=0.01)
    reviews = Counter(row["sentiment"] for row in read("reviews", split))
    assert abs(reviews["0"] - reviews["1"]) <= 2


@pytest.mark.parametrize("split", SPLITS)
def test_scores_are_means_of_five_whole_ratings_and_use_the_whole_scale(split):
    scores = [float(row["similarity"]) for row in read("similarity", split)]
    assert all((score * 5) == pytest.approx(round(score * 5)) for score in scores)
    by_band = Counter(min(4, int(score)) for score in scores)
    assert all(by_band[band] >= 0.1 * len(scores) for band in range(5))


@pytest.mark.parametrize("stem", SIZES)
def test_the_unseen_third_is_unseen(stem):
    training = read(stem, "train")
    assert all(row["unseen"] == "0" for row in training)
    training_text = "|".join(plain(text) for row in training for text in texts(stem, row))
    items, templates = held_out(stem, "item"), held_out(stem, "template")
    assert [item for item in sorted(items) if plain(item) in training_text] == []
    assert not templates & {row["template"] for row in training}
    for split in ("dev", "test"):
        rows = read(stem, split)
        unseen = [row for row in rows if row["unseen"] == "1"]
        assert len(unseen) == len(rows) // 3
        for row in unseen:
            assert row["template"] in templates
            words = "|".join(plain(text) for text in texts(stem, row))
            assert any(plain(item) in words for item in items), row["id"]


@pytest.mark.parametrize("stem", SIZES)
def test_templates_are_many(stem):
    assert len({row["template"] for row in every_row(stem)}) >= 300


def test_the_vocabulary_is_wide():
    """Word types, without words that stand in capitals within a sentence and without numbers."""
    types = set()
    for stem in SIZES:
        for row in every_row(stem):
            for text in texts(stem, row):
                first, *rest = re.findall(r"[A-Za-z][a-z'-]+", text)
                types |= {first.lower()} | {word for word in rest if word[0].islower()}
    assert len(types) >= 2500


@pytest.mark.parametrize(
    "stem, shortest, longest, median",
    [
        ("sentiment", 5, 35, (11, 20)),
        ("paraphrase", 3, 26, (9, 14)),
        ("similarity", 5, 26, (9, 14)),
    ],
)
def test_lengths_spread_like_the_real_sets(stem, shortest, longest, median):
    lengths = sorted(len(text.split()) for row in every_row(stem) for text in texts(stem, row))
    assert shortest <= lengths[0]
    assert lengths[-1] <= longest
    assert median[0] <= lengths[len(lengths) // 2] <= median[1]
    tenth, last_tenth = lengths[len(lengths) // 10], lengths[-len(lengths) // 10]
    assert last_tenth - tenth >= 6


def test_reviews_have_five_to_nine_parts():
    """A part is a sentence; a few parts are two or three short ones."""
    for row in every_row("reviews"):
        sentences = re.findall(r"[.?!](?: |$)", row["sentence"])
        assert 5 <= len(sentences) <= 14


@pytest.mark.parametrize("split", SPLITS)
def test_about_eight_percent_of_the_sentiment_labels_are_moved_and_recorded(split):
    name = f"sentiment-{split}.csv"
    written = {row["id"]: row["sentiment"] for row in read("sentiment", split)}
    moved = [row for row in table("sentiment-noise.csv") if row["file"] == name]
    assert len(moved) / len(written) == pytest.approx(0.08, abs=0.005)
    for row in moved:
        assert written[row["id"]] == row["written"]
        assert abs(int(row["written"]) - int(row["composed"])) == 1


def test_the_words_of_a_negative_pair_can_be_the_words_of_its_partner():
    """Hard negatives: some pairs that are no duplicates share every single word."""
    negatives = [row for row in every_row("paraphrase") if row["is_duplicate"] == "0.0"]
    same_words = [
        row
        for row in negatives
        if sorted(plain(row["sentence1"]).split()) == sorted(plain(row["sentence2"]).split())
    ]
    assert len(same_words) >= 0.08 * len(negatives)
