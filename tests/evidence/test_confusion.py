"""What was confused: shares by class, intervals by phenomenon, flips from epoch to epoch."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from mtslib.evidence import confusion


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


def test_phenomena_are_counted_apart_best_first_and_judged_against_all():
    phenomena = ["plain"] * 20 + ["sarcasm"] * 20 + ["turn"] * 2
    labels = np.zeros(42, int)
    said = np.array([0] * 18 + [1] * 2 + [0] * 3 + [1] * 17 + [0, 1])
    found = confusion.by_phenomenon(said, labels, phenomena)
    assert list(found.phenomenon) == ["plain", "turn", "sarcasm"]
    assert list(found.n) == [20, 2, 20]
    assert list(found.accuracy) == pytest.approx([0.9, 0.5, 0.15])
    assert list(found.differs) == [True, False, True]


def test_flips_name_what_became_of_each_text():
    labels = np.array([1, 1, 1, 1])
    before, now = np.array([1, 0, 1, 0]), np.array([1, 1, 0, 2])
    assert confusion.flips(before, now, labels) == ["right", "won", "lost", "wrong"]
    assert confusion.flips(None, now, labels) == ["right", "right", "wrong", "wrong"]
