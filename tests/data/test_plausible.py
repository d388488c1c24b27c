"""Doubts about files that are well formed: each is told, and none about what is as it should be."""

from __future__ import annotations

import os
import random

import pytest

from mtslib.data import datasets, plausible, tasks
from mtslib.data.plausible import doubts, summary, unknown
from mtslib.evidence.metrics import Metric
from mtslib.finetune.evaluate import below_a_guess

WORDS = ("a", "calm", "and", "funny", "film", "about", "two", "lost", "brothers", "at", "sea")


def text(draw: random.Random) -> str:
    return " ".join(draw.choices(WORDS, k=12))


def pair(draw: random.Random) -> tuple[str, str]:
    return text(draw), text(draw)


@pytest.fixture(params=range(3))
def told(request, tmp_path):
    """(task, train rows, dev rows) → what is doubted; a row is its texts and its label.

    Rows may be a function of a random generator, for 100 of them.
    """

    def write(task: str, split: str, rows) -> None:
        draw = random.Random(f"{request.param} {split}")
        made = [rows(draw) for _ in range(100)] if callable(rows) else rows
        own = tasks.get(task)
        header = [*own.text_columns, own.label_column]
        lines = ["\t".join(map(str, row)) for row in [header, *made]]
        path = tmp_path / f"{task}-{split}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def ask(task: str, train, dev=None) -> str:
        write(task, "train", train)
        write(task, "dev", train if dev is None else dev)
        files = (tmp_path / f"{task}-{split}.csv" for split in ("train", "dev"))
        return "\n".join(doubts(tasks.get(task), *datasets.load_pair(task, None, *files)))

    return ask


def scores(low: float, high: float):
    return lambda draw: (*pair(draw), round(draw.uniform(low, high), 2))


def classes(*choices: int):
    return lambda draw: (text(draw), draw.choice(choices))


def test_what_is_as_it_should_be_raises_no_doubt(told):
    assert told("sst", classes(0, 1, 2, 3, 4)) == ""
    assert told("cfimdb", classes(0, 1)) == ""
    assert told("quora", lambda draw: (*pair(draw), draw.choice((0, 0, 1)))) == ""
    assert told("sts", scores(0, 5)) == ""


@pytest.mark.parametrize("task", tasks.TASKS)
def test_our_own_corpora_raise_none(task):
    assert doubts(tasks.get(task), *datasets.load_pair(task, datasets.CONTROLLED)) == []


@pytest.mark.real_data
@pytest.mark.parametrize("task", tasks.TASKS)
def test_the_courses_files_raise_none(task):
    part = "quora-train-part.csv" if task == "quora" else None
    pair = datasets.load_pair(task, os.environ["MTS_DATA"], part)
    assert doubts(tasks.get(task), *pair) == []


# Scores ----------------------------------------------------------------------------------------


def test_scores_from_0_to_1_on_a_scale_of_5(told):
    seen = told("sts", scores(0, 1))
    assert "sts-train.csv: scores 0" in seen
    assert "of the scale of 0 to 5; is theirs another (from 0 to 1, multiply each by 5)?" in seen
    stray = told("sts", [*(("a b", "c d", 0.01 * i) for i in range(99)), ("e f", "g h", 5)])
    assert "multiply each by 5" in stray, "one score at the other end fills no scale"


@pytest.mark.parametrize(
    "low, high, words",
    [
        (1, 5, "no score is below 1"),
        (0, 4, "no score is above"),
        (2, 4, "of the scale of 0 to 5; is theirs another?"),
        (3, 3, "every score is 3"),
    ],
)
def test_scores_on_another_scale(told, low, high, words):
    assert words in told("sts", scores(low, high))


def test_classes_where_scores_are_expected(told):
    assert "the only scores are 0 and 5; are they classes?" in told(
        "sts", lambda draw: (*pair(draw), draw.choice((0, 5)))
    )


def test_train_and_dev_on_two_scales(told):
    seen = told("sts", scores(0, 5), scores(0, 1))
    assert "train has scores 0" in seen
    assert "are both on one scale?" in seen


# Classes ---------------------------------------------------------------------------------------


def test_a_class_without_rows(told):
    assert "no row has class 2 (neutral)" in told("sst", classes(0, 1, 3, 4))
    assert "no row has class 0 (very negative), 2 (neutral)\n" in told("sst", classes(1, 3, 4))


def test_classes_counted_from_1(told):
    """Where five stars would be refused, four of five may pass."""
    seen = told("sst", classes(1, 2, 3, 4))
    assert "no row has class 0 (very negative); if the file counts its classes from 1" in seen


def test_one_class_alone_or_nearly(told):
    assert "every row has class 1 (positive)" in told("cfimdb", classes(1))
    rows = [*((f"one {i}", 0) for i in range(95)), *((f"two {i}", 1) for i in range(5))]
    assert "95.0% of the rows have class 0 (negative)" in told("cfimdb", rows)


def test_other_shares_in_dev(told):
    seen = told("cfimdb", classes(0, 0, 0, 1), classes(0, 1, 1, 1))
    assert "class 0 (negative) is" in seen
    assert "of dev" in seen


# Texts -----------------------------------------------------------------------------------------


def test_empty_texts(told):
    rows = [("a b", 0), ("", 1), ("\u200b", 0), ("c d", 1)]
    assert "2 of 4 labelled rows have an empty text" in told("cfimdb", rows)


def test_a_pair_of_one_column(told):
    seen = told("quora", lambda draw: (*[text(draw)] * 2, draw.choice((0, 1))))
    assert "100% of the pairs are a text and itself; is one column a copy?" in seen


def test_a_column_of_ids_in_place_of_texts(told):
    seen = told("quora", lambda draw: (text(draw), f"{draw.random():.9f}", draw.choice((0, 1))))
    assert "column 'sentence2' holds single words or numbers; are two columns swapped?" in seen


def test_rows_that_repeat_another(told):
    rows = [(f"{number % 50} good films", number % 5) for number in range(100)]
    assert "50 of 100 rows repeat the texts of another row" in told("sst", rows)


def test_one_text_of_several_classes(told):
    found = told("sst", lambda draw: (f"film {draw.randint(0, 3)}", draw.randint(0, 4)))
    assert "rows have the texts of another row and another class; is a column shifted?" in found


@pytest.mark.parametrize("word", ["trÃ¨s", "itâ€™s", "caf\ufffd"])
def test_texts_of_another_encoding(told, word):
    found = told("cfimdb", lambda draw: (f"{text(draw)} {word}", draw.randint(0, 1)))
    assert "100 rows have characters like `Ã©`" in found


def test_texts_in_another_writing_than_the_backbone_s(told, tmp_path):
    told("cfimdb", classes(0, 1))
    train = datasets.load("cfimdb", "train", file=tmp_path / "cfimdb-train.csv")
    assert unknown(train, [2, 7, 1, 8, 3], 1) == []
    (line,) = unknown(train, [2, 1, 1, 1, 3], 1)
    assert "60% of the tokens are [UNK]" in line


def test_a_score_below_a_guess():
    sts, sst = tasks.get("sts"), tasks.get("sst")
    assert below_a_guess(sts, Metric(-0.1, -0.4, 0.2, 100, name="pearson")) == []
    (line,) = below_a_guess(sts, Metric(-0.9, -0.95, -0.85, 100, name="pearson"))
    assert "pearson -0.900 on dev is worse than guessing" in line
    assert below_a_guess(sst, Metric(0.2, 0.15, 0.25, 100, name="accuracy")) == []
    assert len(below_a_guess(sst, Metric(0.02, 0.0, 0.05, 100, name="accuracy"))) == 1


def test_dev_rows_that_were_trained_on(told):
    rows = [(f"a text {i}", i % 2) for i in range(50)]
    assert "50 of 50 dev rows (100%) stand in train too" in told("cfimdb", rows, rows)
    turned = [(f"other {i}", f"text {i}", i % 2) for i in range(50)]
    again = [(second, first, label) for first, second, label in turned]
    assert "stand in train too" in told("quora", turned, again), "in either order"


# How it is told --------------------------------------------------------------------------------


def test_a_summary_says_what_the_labels_are_held_for(told, tmp_path):
    told("cfimdb", [("a b", 0), ("c d", 1), ("e f", 1), ("g h", "")])
    found = datasets.load("cfimdb", "train", file=tmp_path / "cfimdb-train.csv")
    assert summary(tasks.get("cfimdb"), found) == (
        "cfimdb train: 3 labelled rows, sentiment in 2 classes: 0 (negative) 33%, 1 (positive) 67%"
    )
    told("sts", [("a b", "c", 0.5), ("c d", "e", 4)])
    found = datasets.load("sts", "train", file=tmp_path / "sts-train.csv")
    assert summary(tasks.get("sts"), found) == (
        "sts train: 2 labelled rows, similarity 0–5: scores 0.5–4.0, mean 2.25"
    )


def test_a_doubt_is_told_on_stderr_once_and_the_summary_where_it_is_wanted(told, tmp_path, capsys):
    plausible._once.cache_clear()
    told("cfimdb", classes(1))
    files = (tmp_path / f"cfimdb-{split}.csv" for split in ("train", "dev"))
    train, dev = datasets.load_pair("cfimdb", None, *files)
    plausible.tell(tasks.get("cfimdb"), train, dev, summaries=False)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert "warning: cfimdb-train.csv: every row has class 1 (positive)" in seen.err
    plausible.tell(tasks.get("cfimdb"), train, dev)
    seen = capsys.readouterr()
    assert seen.out.startswith("cfimdb train: 100 labelled rows, sentiment in 2 classes")
    assert seen.err == ""
