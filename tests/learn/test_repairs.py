"""One small change of a wrong answer that passes: in the learner's own words, or not at all."""

from __future__ import annotations

import pytest
from answers import POOL, written

from mtslib.learn import registry, repairs, show

SUM = "(hidden * attention_mask[..., None]).sum(1)"


@pytest.mark.parametrize(
    ("body", "before", "after"),
    [
        (f"return {SUM} / attention_mask.sum(0, keepdim=True)", "sum(0, keepdim", "sum(1, keepdim"),
        (f"return {SUM} * attention_mask.sum(1, keepdim=True)", ".sum(1) *", ".sum(1) /"),
        (f"return {SUM} / hidden.sum(1, keepdim=True)", "/ hidden.sum", "/ attention_mask.sum"),
    ],
)
def test_one_wrong_place_is_found(body: str, before: str, after: str) -> None:
    found = repairs.find(POOL, written(body))
    assert before in found.before[0]
    assert after in found.after[0]
    text = str(show.repaired(POOL, found))
    assert f"This line: {found.before[0]}" in text
    assert f"Would pass as: {found.after[0]}" in text


def test_a_call_that_only_the_reference_makes_is_put_in() -> None:
    exercise = registry.find("06.1")
    source = exercise.reference_source.replace("len(labels)", "labels")
    found = repairs.find(exercise, exercise.make(source, "no length"))
    assert "len(labels)" in found.after[0]


def test_where_more_is_wrong_nothing_is_shown() -> None:
    found = repairs.find(POOL, written("return hidden.sum() + attention_mask.sum() * 7"))
    assert not found
    assert "No single small change" in str(show.repaired(POOL, found))


def test_the_search_ends_in_time() -> None:
    assert not repairs.find(POOL, written(f"return {SUM} / attention_mask.sum(0)"), seconds=0.0)


def test_an_answer_with_match_is_searched_and_does_not_end_the_search() -> None:
    """A changed pattern may be no Python at all; such a change is left out."""
    exercise = registry.find("00.1")
    source = (
        "def share_trained(freeze_depth, num_layers):\n"
        "    match freeze_depth:\n"
        "        case None:\n            frozen = 0\n"
        "        case other:\n            frozen = other\n"
        "    return (num_layers + frozen) / num_layers"
    )
    found = repairs.find(exercise, exercise.make(source, "match"))
    assert found.after == ("return (num_layers - frozen) / num_layers",)
