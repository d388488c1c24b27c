"""`task check`: every fault that is planted here is found, with what it does to a score."""

from __future__ import annotations

import random

import pytest
from learner_files import WORDS

from mtslib.data import datasets, tasks
from mtslib.data.task_check import check, sample
from mtslib.minbert.tokenizer import Tokenizer

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghijklmnopqrstuvwxyz0123456789,.'"]
VOCABULARY = {piece: i for i, piece in enumerate([*MARKS, *(f"##{m}" for m in MARKS[4:])])}
TASK = """
name = "tickets"
asks = "what is it about?"
text = ["text"]
label = "label"
{labels}
[files]
train = "train.csv"
dev = "dev.csv"
"""
CLASSES = 'classes = ["bug", "praise", "billing"]'


@pytest.fixture
def checked(tmp_path):
    """The rows (text, label) of train and dev, as files of a task → what the check says."""

    def look(train, dev, labels=CLASSES, max_length=128):
        (tmp_path / "t.toml").write_text(TASK.format(labels=labels))
        for split, rows in (("train", train), ("dev", dev)):
            lines = ["text,label", *(f"{text},{label}" for text, label in rows)]
            (tmp_path / f"{split}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        task = tasks.get(tmp_path / "t.toml")
        splits = {split: datasets.load(task, split) for split in ("train", "dev")}
        return check(task, splits, Tokenizer(VOCABULARY), max_length)

    return look


def made_up(n, seed, labels=("bug", "praise", "billing")):
    rng = random.Random(seed)
    return [
        (f"{' '.join(rng.choices(WORDS, k=8))} n{seed}x{i}", labels[i % len(labels)])
        for i in range(n)
    ]


TRAIN, DEV = made_up(60, seed=1), made_up(33, seed=2)


def the_one(warnings):
    assert len(warnings) == 1, warnings
    return warnings[0]


def test_of_sound_files_everything_is_told_and_nothing_warned_of(checked):
    found = checked(TRAIN, DEV)
    assert found.warnings == []
    assert found.facts[0] == "train: 60 rows (train.csv, comma-separated)"
    assert "in 3 classes: 0 (bug) 33%, 1 (praise) 33%, 2 (billing) 33%" in found.facts[1]
    assert found.facts[2].endswith("0.0% are cut at 128")
    assert len(found.lengths["train"]) == 60


@pytest.mark.parametrize("changed", [str.upper, lambda text: f" {text} ", str.title])
def test_a_leak_is_found_and_its_worth_told(checked, changed):
    leaked = [(changed(text), label) for text, label in TRAIN[:3]]
    told = the_one(checked(TRAIN, [*DEV[3:], *leaked]).warnings)
    assert told.startswith("leak: 3 of 33 dev rows (9.1%) stand in train too, such as ")
    assert told.endswith("can lift the share of right answers in dev by 0.091")


def test_a_near_leak_is_found(checked):
    leaked = [(f"{text} !", label) for text, label in TRAIN[:3]]
    told = the_one(checked(TRAIN, [*DEV[3:], *leaked]).warnings)
    assert told.startswith("leak: 3 of 33 dev rows (9.1%) nearly stand in train, such as ")


def test_rows_that_repeat_are_counted_in_each_split(checked):
    told = checked([*TRAIN, *TRAIN[:6]], [*DEV, *DEV[:3]]).warnings
    assert told[0].startswith("train: 6 of 66 rows repeat another; such rows weigh more")
    assert told[1].startswith("dev: 3 of 36 rows repeat another; such rows count more than once")


def test_a_text_under_two_labels_bounds_the_score(checked):
    told = checked(TRAIN, [*DEV, (DEV[0][0], "praise")]).warnings
    assert "1 text stands under more than one label" in told[-1]
    assert "(bug, praise); at least 1 dev row will be wrong whatever a model says" in told[-1]
    assert told[-1].endswith("no accuracy is above 0.971")


def test_a_class_of_dev_that_train_lacks_is_lost(checked):
    told = checked([row for row in TRAIN if row[1] != "billing"], DEV).warnings
    assert any("class 'billing' has 11 rows in dev and none in train; each will" in t for t in told)


def test_a_class_that_dev_lacks_or_hardly_has(checked):
    told = the_one(checked(TRAIN, [row for row in DEV if row[1] != "bug"][:20]).warnings[:1])
    assert "class 'bug' has no row in dev; the score says nothing about it" in told
    told = the_one(checked(TRAIN, [*DEV[:12], *made_up(30, 3, ("bug", "praise"))]).warnings)
    assert told.startswith("few rows in dev have class billing (4); a macro-F1 moves by 0.083")


def test_long_empty_and_unlabelled_rows(checked):
    rows = [*TRAIN, ("word " * 10_000, "bug"), ("", "bug"), ("a text", "")]
    told = checked(rows, DEV, max_length=40).warnings
    assert any(
        "rows are cut at 40 word pieces; what stands behind is never read" in t for t in told
    )
    assert any("1 of 62 labelled rows has an empty text" in t for t in told)
    assert any("1 row has no label; they are neither trained on nor scored" in t for t in told)


def test_scores_are_looked_at_like_classes(checked):
    scores = [str(i / 10) for i in range(50)]
    train, dev = made_up(60, 1, scores), made_up(33, 2, scores)
    assert checked(train, dev, "range = [0, 5]").warnings == [
        "dev: no score is above 3.2 on the scale of 0 to 5; does theirs end elsewhere?"
    ]


def test_a_sample_is_seeded_and_in_order():
    rows = list(range(1000))
    some = sample(rows, 100)
    assert some == sorted(some) == sample(rows, 100)
    assert len(set(some)) == 100
    assert sample(rows, 1000) is rows


def test_what_a_web_page_is_written_in_is_told(checked):
    marked = [
        (f"{text} &amp; more" if i % 3 else text, label) for i, (text, label) in enumerate(TRAIN)
    ]
    told = the_one(checked(marked, DEV).warnings)
    assert told.startswith("train: 40 of 60 rows hold HTML, such as '&amp;'; ")
    plain = [(f"r&d {text} 3 < 4 & so on;", label) for text, label in TRAIN]
    assert not checked(plain, DEV).warnings
