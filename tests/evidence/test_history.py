"""What a model said after each epoch, and what its curves say."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from mtslib.evidence.history import best_epoch, curve_lines


def test_the_history_computes_what_it_was_told(history):
    assert history.predicted("dev", 2).tolist() == [0, 1, 0]
    assert history.accuracy("train", 2) == 1
    assert history.loss("dev", 2) == pytest.approx((2 * math.log1p(math.exp(-9)) + 9) / 3, rel=1e-3)
    assert history.sureness("dev", 2) == pytest.approx(1 / (1 + math.exp(-9)), rel=1e-4)
    assert math.isnan(history.sureness("train", 2))
    found = history.table()
    assert list(found.epoch) == [1, 2]
    assert list(found["dev accuracy"]) == pytest.approx([2 / 3, 2 / 3])


def test_the_best_epoch_counts_from_one_and_the_first_of_equals_wins():
    assert best_epoch([0.2, 0.5, 0.5]) == 2
    assert best_epoch([1.6, 1.5, 1.5], lower=True) == 2


def test_the_verdicts_follow_the_curves(history):
    lines = curve_lines(history.table(), 3)
    assert lines[0].endswith("1.00")
    assert lines[1].startswith("dev loss is lowest after epoch 1 ")
    assert lines[-1].endswith("yes")
    falling = pd.DataFrame(
        {
            "train loss": [1.0, 0.5],
            "dev loss": [1.0, 0.9],
            "train accuracy": [0.5, 0.9],
            "dev accuracy": [0.5, 0.6],
            "sure when wrong": [0.5, 0.5],
        }
    )
    assert curve_lines(falling, 100)[-1].endswith("no")
