"""Chapter 17: minimal pairs, what they hold, and the test of them."""

from __future__ import annotations

import importlib.util
import re

import numpy as np
import pytest
from scipy import stats

from mtslib.data import datasets
from mtslib.evidence import minimal


@pytest.fixture(scope="module")
def make():
    path = minimal.FILE.with_name("make.py")
    spec = importlib.util.spec_from_file_location("make_minimal_pairs", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_file_is_what_its_items_give(make, tmp_path):
    make.write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == minimal.FILE.read_bytes()


def test_both_cuts_take_as_many_words_and_leave_a_sentence(make):
    for line in make.ITEMS.read_text(encoding="utf-8").splitlines():
        marked = line.split(" | ")[1]
        (harmless,), (meant,) = re.findall(r"\[(.+?)\]", marked), re.findall(r"\{(.+?)\}", marked)
        assert len(harmless.split()) == len(meant.split()), line
        assert "  " not in marked


def test_every_item_is_three_rows_of_which_one_asks_something_else():
    split = minimal.load()
    names = minimal.phenomena(split)
    assert len(split.examples) == 3 * len(names) == 180
    assert dict(zip(*np.unique(names, return_counts=True), strict=True)) == dict.fromkeys(
        ("manner", "negation", "person", "place", "quantity", "time"), 10
    )
    for nothing, harmless, meant in zip(*(split.examples[i::3] for i in range(3)), strict=True):
        assert (nothing.label, harmless.label, meant.label) == (1, 1, 0)
        assert len({nothing.texts[1], harmless.texts[1], meant.texts[1]}) == 3
        assert {row.texts[0] for row in (nothing, harmless, meant)} == {nothing.texts[0]}


def test_no_question_of_ours_was_trained_on():
    train = datasets.load("quora", "train", datasets.CONTROLLED).examples
    seen = {text for row in train for text in row.texts}
    assert not seen & {text for row in minimal.load().examples for text in row.texts}


def test_only_an_answer_that_was_there_can_move():
    said = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 1, 0], [0, 0, 1]]).ravel()
    asked, meant, harmless = minimal.moved(said)
    assert asked.tolist() == [True, True, True, False, False]
    assert meant.tolist() == [True, False, False, False, False]
    assert harmless.tolist() == [False, True, False, False, False]


@pytest.mark.parametrize("seed", range(5))
def test_the_paired_test_is_mcnemars(seed):
    random = np.random.default_rng(seed)
    first, second = random.random((2, 40)) < [[0.6], [0.3]]
    value, p = minimal.paired_test(first, second)
    assert value == pytest.approx(first.mean() - second.mean())
    table = [[sum(~first & ~second), sum(~first & second)], [sum(first & ~second), 0]]
    smaller = min(table[0][1], table[1][0])
    tail = stats.binom.cdf(smaller, table[0][1] + table[1][0], 0.5)
    assert p == pytest.approx(min(1.0, 2 * tail))


def test_luck_is_told_as_luck():
    """By luck alone, in one of twenty drawn sets at most is p below .05."""
    random = np.random.default_rng(0)
    ps = [minimal.paired_test(*(random.random((2, 60)) < 0.4))[1] for _ in range(1000)]
    assert np.mean(np.array(ps) < 0.05) < 0.06
    assert minimal.paired_test([True, False], [True, False]) == (0.0, 1.0)


def test_the_table_corrects_for_the_phenomena():
    names = np.repeat(["one", "two"], 10)
    said = np.ones((20, 3), dtype=int)
    said[:6, minimal.MEANT] = 0  # six of ten move, and only by what matters
    found = minimal.table(said.ravel(), names).set_index("phenomenon")
    alone = minimal.paired_test(said[:10, 2] == 0, said[:10, 1] == 0)[1]
    assert found.p["one"] == pytest.approx(2 * alone)
    assert found.p["all"] == pytest.approx(alone), "the others take no side"
    assert list(found["meaning moves it"]) == ["cannot be told", "cannot be told", "more"]
    assert list(found.asked) == [10, 10, 20]


def test_the_share_that_stays_is_of_those_asked():
    said = np.array([[1, 1, 1], [1, 1, 0], [0, 1, 1], [1, 1, 1]]).ravel()
    found = minimal.stays(np.stack([said, said]))
    assert found.value == pytest.approx(2 / 3)
    assert (found.seeds, found.n) == (2, 4)


def test_runs_that_were_scored_on_other_rows_are_none_of_these(snapshot):
    probe = {"dataset": "probes", "dev_sha256": minimal.load().sha256, "freeze_depth": 3}
    said = [np.full(180, value) for value in (0, 1)]
    snapshot(
        ("quora", 0.5, probe | {"seed": 1, "predicted": said[1]}),
        ("quora", 0.5, probe | {"seed": 0, "predicted": said[0]}),
        ("quora", 0.5, probe | {"seed": 0, "predicted": said[0], "dev_sha256": "3" * 64}),
        ("quora", 0.5, probe | {"seed": 2, "predicted": said[0], "freeze_depth": 2}),
    )
    assert minimal.recorded("3").mean(axis=1).tolist() == [0, 1]
    assert minimal.recorded("4") is None
