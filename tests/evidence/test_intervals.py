"""Intervals and verdicts: one class, one set of words."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from mtslib.evidence.intervals import (
    BETTER,
    EQUIVALENT,
    NOT_DISTINGUISHABLE,
    WORSE,
    Interval,
    seeds_in_words,
    verdict,
    verdict_against,
    wilson,
)


@pytest.mark.parametrize("right, n", [(0, 7), (3, 16), (16, 16), (250, 600), (1, 20212)])
def test_wilsons_interval_is_scipys(right, n):
    expected = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert wilson(right / n, n) == pytest.approx((expected.low, expected.high), abs=1e-4)


@pytest.mark.parametrize("share, n", [(0.415, 20), (1 / 3, 100)])
def test_a_share_need_be_no_whole_number_of_rows(share, n):
    """At its ends a share p is just rejected: (share − p)² = z² · p (1 − p) / n (Wilson, 1927)."""
    for end in wilson(share, n):
        assert (share - end) ** 2 == pytest.approx(1.96**2 * end * (1 - end) / n)


@pytest.mark.parametrize(
    "low, high, said",
    [
        (0.01, 0.2, BETTER),
        (-0.2, -0.1, WORSE),
        (-0.1, 0.1, NOT_DISTINGUISHABLE),
        (-0.1, 0.0, NOT_DISTINGUISHABLE),
        (0.0, 0.1, NOT_DISTINGUISHABLE),
    ],
)
def test_a_verdict_reads_its_interval(low, high, said):
    assert verdict(Interval((low + high) / 2, low, high, 100)) == said


def test_a_difference_that_does_not_matter_is_equivalent():
    small = Interval(0.005, 0.001, 0.009, 100)
    assert verdict(small) == BETTER
    assert verdict(small, margin=0.01) == EQUIVALENT
    assert verdict(small, margin=0.009) == BETTER, "the interval touches the margin"
    assert verdict(Interval(0.0, -0.02, 0.02, 100), margin=0.01) == NOT_DISTINGUISHABLE


def test_a_difference_can_be_held_against_more_than_nothing():
    gain = Interval(0.03, 0.01, 0.05, 100)
    said = [verdict(gain, threshold=t) for t in (0.0, 0.02, 0.06)]
    assert said == [BETTER, NOT_DISTINGUISHABLE, WORSE]


def test_a_verdict_names_what_it_is_against():
    assert verdict_against("full", Interval(0.1, 0.05, 0.15, 9)) == "better than full"
    assert verdict_against("full", Interval(0.1, -0.05, 0.15, 9)) == "not distinguishable from full"
    same = Interval(0.0, -0.01, 0.01, 9)
    assert verdict_against("full", same, margin=0.02) == "equivalent to full within 0.02"


def test_an_interval_is_written_with_its_ends_and_what_stands_behind_it():
    (row,) = pd.DataFrame([dict(value=0.5, low=0.48, high=0.523, n=1101)]).itertuples()
    assert str(Interval.of(row)) == "0.500 [0.480, 0.523]"
    found = Interval(-0.004, -0.03, 0.023, 1101).as_difference(seeds=3)
    assert found == "-0.004 [-0.030, +0.023], 3 seeds, n = 1,101"
    assert seeds_in_words(1) == "1 seed"
