"""What no run can say is not recorded, and nothing is written."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from mtslib.base.errors import ResultsError
from mtslib.evidence.results import record


def changed(card: dict, **metric: object) -> dict:
    made = copy.deepcopy(card)
    made["dev"][0] |= metric
    return made


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda c, r, p: (changed(c, value=float("nan")), r, p), "is nan; expected a number"),
        (lambda c, r, p: (changed(c, value=1.7), r, p), "accuracy is 1.7; expected 0 to 1"),
        (lambda c, r, p: (changed(c, value=-0.1), r, p), "accuracy is -0.1; expected 0 to 1"),
        (lambda c, r, p: (changed(c, low=0.9, high=0.1), r, p), "the interval 0.9 to 0.1"),
        (lambda c, r, p: (changed(c, n=0), r, p), "accuracy on n = 0 rows"),
        (lambda c, r, p: (changed(c, name="a,b"), r, p), "a metric called 'a,b'"),
        (lambda c, r, p: (changed(c, name="a\nb"), r, p), "a metric called 'a\\nb'"),
        (lambda c, r, p: (c, [r[0], *r[:-1]], p), "expected one each"),
        (lambda c, r, p: (c, r[:-1], p), "expected one each"),
        (lambda c, r, p: (c, [*r[:-1], 10**6], p), "a prediction of dev row 1000000"),
        (lambda c, r, p: (c, r, np.where(p == p[0], 5, p)), "the task has the classes 0 to 4"),
        (lambda c, r, p: (c, r, np.where(p == p[0], np.nan, p)), "no number"),
    ],
)
def test_what_cannot_be_is_not_recorded(runs, tmp_path, change, said) -> None:
    card, rows, predicted = runs["sst"]
    with pytest.raises(ResultsError) as caught:
        record(*change(card, list(rows), np.asarray(predicted)), folder=tmp_path)
    assert said in str(caught.value)
    assert not list(tmp_path.glob("*.*"))


def test_the_same_run_with_another_score_is_told(runs, tmp_path) -> None:
    card, rows, predicted = runs["sst"]
    record(card, rows, predicted, folder=tmp_path)
    better = changed(card, value=card["dev"][0]["value"] + 0.01)
    with pytest.raises(ResultsError, match="one of the two was not made as it says"):
        record(better, rows, predicted, folder=tmp_path)
    assert record(card, rows, predicted, folder=tmp_path)[1] is False
