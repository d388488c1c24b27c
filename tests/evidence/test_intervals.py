"""Intervals: one class, one way of writing."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from mtslib.base.text import counted
from mtslib.evidence.intervals import Interval, wilson


@pytest.mark.parametrize("right, n", [(0, 7), (3, 16), (16, 16), (250, 600), (1, 20212)])
def test_wilsons_interval_is_scipys(right, n):
    expected = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right / n, n) == pytest.approx((expected.low, expected.high), abs=1e-4)


@pytest.mark.parametrize("share, n", [(0.415, 20), (1 / 3, 100)])
def test_a_share_need_be_no_whole_number_of_rows(share, n):
    """At its ends a share p is just rejected: (share − p)² = z² · p (1 − p) / n (Wilson, 1927)."""
    for end in wilson(share, n):
        assert (share - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end) / n)


def test_an_interval_is_written_with_its_ends():
    (row,) = pd.DataFrame([dict(value=0.5, low=0.48, high=0.523, n=1101)]).itertuples()
    assert str(Interval.of(row)) == "0.500 [0.480, 0.523]"
    assert counted(1, "seed") == "1 seed"
