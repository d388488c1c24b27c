"""Each judge can give every verdict, and takes nothing that is missing for a result."""

from __future__ import annotations

import pytest

from mtslib.evidence.claim_judges import (
    FAILS,
    HOLDS,
    OPEN,
    UNTESTED,
    above,
    among,
    apart,
    equal,
    fitting,
    inside,
    not_below,
    reaching,
)
from mtslib.evidence.claims import combined
from mtslib.evidence.comparison import Difference
from mtslib.evidence.intervals import Interval


def difference(value: float, error: float) -> Difference:
    return Difference.of_error(value, error, freedom=100, n=1000, seeds=3)


def said(parts) -> list[str]:
    return [part.said for part in parts]


SURE, WIDE = 0.002, 0.02
CASES = [
    ("above 0", lambda one: above({"it": one}), {HOLDS: (0.03, SURE), FAILS: (-0.03, SURE)}),
    (
        "above 0, or the same within a point",
        lambda one: above({"it": one}, same=0.01),
        {HOLDS: (0.03, SURE), FAILS: (0.001, SURE)},
    ),
    ("above a half", lambda one: above({"it": one}, 0.5), {HOLDS: (0.6, WIDE), FAILS: (0.4, WIDE)}),
    ("within a point", lambda one: inside({"it": one}), {HOLDS: (0.0, SURE), FAILS: (0.03, SURE)}),
    (
        "not a point below",
        lambda one: not_below({"it": one}),
        {HOLDS: (0, SURE), FAILS: (-1, SURE)},
    ),
    (
        "any two apart",
        lambda one: apart({"it": [one] if one else []}),
        {HOLDS: (0.03, SURE), FAILS: (0.0, SURE)},
    ),
]


@pytest.mark.parametrize("judge, cases", [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_judge_of_differences_gives_every_verdict(judge, cases):
    for verdict, (value, error) in cases.items():
        assert said(judge(difference(value, error))) == [verdict]
    middle = (cases[HOLDS][0] + cases[FAILS][0]) / 2
    assert said(judge(difference(middle, 1.0))) == [OPEN], "an interval that reaches over both"
    assert said(judge(None)) == [UNTESTED]


def test_many_are_judged_together():
    """One difference that would be told alone is not among twenty, each of which may be luck."""
    one, others = difference(0.022, 0.01), [difference(0.0, 0.01)] * 19
    assert said(above({"it": one})) == [HOLDS]
    many = above({str(i): each for i, each in enumerate([one, *others])})
    assert set(said(many)) == {OPEN}
    assert said(apart({"group": [one, *others]})) == [OPEN]


def test_what_is_missing_does_not_count_as_compared():
    one = difference(0.022, 0.01)
    assert said(above({"it": one} | dict.fromkeys("abc"))) == [HOLDS, *[UNTESTED] * 3]


@pytest.mark.parametrize(
    "score, cells, verdict",
    [
        (0.525, [0.521, 0.525], HOLDS),
        (0.525, [0.525, 0.525], OPEN),  # which of the two cannot be told
        (0.862, [0.802, 0.849], FAILS),
        (None, [0.8], UNTESTED),
        (0.8, [], UNTESTED),
    ],
)
def test_a_merged_score_is_that_of_one_checkpoint(score, cells, verdict):
    assert said(among({"sts": (score, cells)})) == [verdict]


@pytest.mark.parametrize(
    "found, verdict",
    [
        ((0.376, ["always “paraphrase”"]), HOLDS),
        ((0.5, ["a class at random", "always “one”"]), OPEN),
        ((0.399, []), FAILS),
        (None, UNTESTED),
    ],
)
def test_one_simple_answer_explains_a_score(found, verdict):
    assert said(fitting({"quora": found})) == [verdict]


@pytest.mark.parametrize(
    "score, rescaled, verdict",
    [(0.751, 0.777, HOLDS), (0.760, 0.777, FAILS), (0.751, 0.7515, OPEN), (None, 0.777, UNTESTED)],
)
def test_one_formula_gives_the_published_score(score, rescaled, verdict):
    formulas = {"plain": 0.7510, "rescaled": rescaled}
    assert said(equal("overall", score, formulas, "plain")) == [verdict]
    assert said(equal("overall", score, formulas, "another")) == [UNTESTED]


@pytest.mark.parametrize(
    "found, verdict",
    [
        (Interval(0.7, 0.67, 0.8, 3), HOLDS),
        (Interval(0.5, 0.3, 0.6, 3), FAILS),
        (Interval(0.6, 0.5, 0.7, 3), OPEN),
        (None, UNTESTED),
    ],
)
def test_a_number_reaches_the_least_over_its_whole_range(found, verdict):
    assert said(reaching({"saved": found}, 0.667)) == [verdict]


@pytest.mark.parametrize(
    "parts, every, verdict",
    [
        ([HOLDS, HOLDS], True, HOLDS),
        ([HOLDS, OPEN], True, OPEN),
        ([HOLDS, UNTESTED, OPEN], True, UNTESTED),
        ([FAILS, UNTESTED, HOLDS], True, FAILS),  # refuted, whatever is missing
        ([HOLDS, UNTESTED, FAILS], False, HOLDS),
        ([FAILS, FAILS], False, FAILS),
        ([FAILS, OPEN], False, OPEN),
        ([FAILS, UNTESTED], False, UNTESTED),
        ([], True, UNTESTED),
        ([], False, UNTESTED),
    ],
)
def test_a_claim_is_the_sum_of_its_parts(parts, every, verdict):
    assert combined(parts, every) == verdict
