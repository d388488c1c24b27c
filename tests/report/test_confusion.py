"""What was confused: shares by class, intervals by phenomenon, flips from epoch to epoch."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import confusion_matrix

from mtslib.evidence import metrics
from mtslib.report import confusion


@pytest.mark.parametrize("seed", range(3))
def test_the_shares_are_sklearns(seed):
    random = np.random.default_rng(seed)
    labels, said = random.integers(0, 4, 50), random.integers(0, 5, 50)  # no text of class 4
    expected = confusion_matrix(labels, said, labels=range(5), normalize="true")
    assert confusion.confusion_shares(said, labels, 5) == pytest.approx(expected)
    assert confusion.confusion_shares(said, labels, 5)[4].sum() == 0


def test_distances_sum_to_one_and_tell_near_from_far():
    labels = np.array([0, 0, 1, 4, 2])
    said = np.array([0.0, 1.0, 3.0, 0.0, 2.0])  # as predictions come: floats
    assert confusion.distances(said, labels) == pytest.approx((0.4, 0.2, 0.4))


@pytest.mark.parametrize("right, n", [(0, 7), (3, 16), (16, 16), (250, 600)])
def test_the_interval_is_wilsons(right, n):
    expected = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert metrics.wilson(right / n, n) == pytest.approx((expected.low, expected.high), abs=1e-4)


def test_phenomena_are_counted_apart_best_first_and_judged_against_all():
    phenomena = ["plain"] * 20 + ["sarcasm"] * 20 + ["turn"] * 2
    labels = np.zeros(42, int)
    said = np.array([0] * 18 + [1] * 2 + [0] * 3 + [1] * 17 + [0, 1])
    found = confusion.by_phenomenon(said, labels, phenomena)
    assert list(found.phenomenon) == ["plain", "turn", "sarcasm"]
    assert list(found.n) == [20, 2, 20]
    assert list(found.accuracy) == pytest.approx([0.9, 0.5, 0.15])
    assert list(found.differs) == [True, False, True]
    picture = confusion.phenomenon_picture(found, 22 / 42, "All")
    assert "best first, over all 0.52: plain 0.90, turn 0.50, sarcasm 0.15" in picture.alt


def test_flips_name_what_became_of_each_text():
    labels = np.array([1, 1, 1, 1])
    before, now = np.array([1, 0, 1, 0]), np.array([1, 1, 0, 2])
    assert confusion.flips(before, now, labels) == ["right", "won", "lost", "wrong"]
    assert confusion.flips(None, now, labels) == ["right", "right", "wrong", "wrong"]


def test_the_pictures_say_what_they_draw():
    states = ["right", "won", "lost", "wrong", "lost"]
    picture = confusion.flip_picture(states, ["a", "a", "b", "b", "b"], "dev after epoch 2")
    assert picture.alt.startswith("dev after epoch 2.")
    assert picture.alt.endswith("In all: right 1, won 1, lost 2, wrong 1.")
    table = confusion.confusion_shares(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    picture = confusion.confusion_picture({"test": table}, ("no", "yes"))
    assert "Right by class, test: no 50%, yes 100%." in picture.alt
