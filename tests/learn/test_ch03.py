"""Chapters 02 and 03: what their checks say where the proof does not look."""

from __future__ import annotations

import pytest

from mtslib.learn import registry
from mtslib.learn.checking import FAILED, PASSED, examine
from mtslib.learn.exercise import Mistake


def _together(number: str, *names: str):
    """An answer with several of an exercise's mistakes in it, and its verdict."""
    exercise = registry.find(number)
    edits = [edit for m in exercise.mistakes if m.name in names for edit in m.edits]
    source = exercise.mistaken_source(Mistake("both", "", "", tuple(edits)))
    return examine(exercise, exercise.make(source, "both"))


@pytest.mark.parametrize(
    ("number", "names"),
    [
        ("02.1", ("unbiased-variance", "eps-outside-the-root")),
        ("02.2", ("positions-from-one", "token-types-ignored")),
        ("03.3", ("scores-not-scaled", "softmax-over-queries")),
        ("03.6", ("value-from-the-key", "heads-merged-without-transpose")),
    ],
)
def test_two_mistakes_in_one_answer_are_both_named(number: str, names: tuple[str, str]) -> None:
    verdict = _together(number, *names)
    assert verdict.outcome == FAILED
    assert {mistake.name for mistake in verdict.mistakes} == set(names)


def test_a_missing_linear_map_is_seen_before_any_number() -> None:
    exercise = registry.find("03.6")
    source = exercise.reference_source.replace(
        "self.output = nn.Linear(size, size)", "self.output = nn.Identity()"
    )
    verdict = examine(exercise, exercise.make(source, "no output"))
    assert verdict.outcome == FAILED
    assert "parameters" in verdict.difference.asked


@pytest.mark.parametrize("number", ["02.2", "03.6"])
def test_an_answer_that_returns_nothing_is_told_so(number: str) -> None:
    exercise = registry.find(number)
    source = exercise.reference_source.replace("return self.dropout", "self.dropout").replace(
        "return self.output", "self.output"
    )
    verdict = examine(exercise, exercise.make(source, "no return"))
    assert verdict.outcome == FAILED
    said = verdict.difference.seen if verdict.difference else verdict.problem
    assert "return line" in said


@pytest.mark.parametrize("lowest", ["-1e3", "-1e4", "-1e9", "torch.finfo(torch.bfloat16).min"])
def test_any_finite_number_that_is_low_enough_is_a_right_bias(lowest: str) -> None:
    exercise = registry.find("03.2")
    source = f"def mask_bias(mask):\n    return (1 - mask.float())[:, None, None] * {lowest}\n"
    assert examine(exercise, exercise.make(source, "bias")).outcome == PASSED


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("mask * -10000", {"mask-sign-flipped", "whole-numbers"}),
        ("mask * -10000.0", {"mask-sign-flipped"}),
        ("mask.float() * -1e9", {"mask-sign-flipped"}),
        ("(1 - mask) * -10000", {"whole-numbers"}),
        ("(1 - mask.float()) * -10", {"bias-too-small"}),
        ("(1 - mask.float()) * 10000", {"padding-raised"}),
    ],
)
def test_a_wrong_bias_is_named_whatever_its_number(formula: str, names: set[str]) -> None:
    exercise = registry.find("03.2")
    source = f"def mask_bias(mask):\n    return ({formula})[:, None, None]\n"
    verdict = examine(exercise, exercise.make(source, "bias"))
    assert verdict.outcome == FAILED
    assert {mistake.name for mistake in verdict.mistakes} == names


def test_values_that_were_not_split_are_told_so() -> None:
    exercise = registry.find("03.6")
    source = exercise.reference_source.replace(
        "self.split_heads(self.value(hidden))", "self.value(hidden)"
    )
    verdict = examine(exercise, exercise.make(source, "one value for all heads"))
    assert "values were not split into heads" in verdict.problem


def test_a_key_turned_around_by_all_axes_is_told_so() -> None:
    exercise = registry.find("03.3")
    source = exercise.reference_source.replace("key.transpose(-1, -2)", "key.T")
    verdict = examine(exercise, exercise.make(source, "all axes"))
    assert ".T reverses all axes" in verdict.problem


def test_a_bias_that_is_no_tensor_is_told_so() -> None:
    exercise = registry.find("03.2")
    source = "def mask_bias(mask):\n    return None\n"
    verdict = examine(exercise, exercise.make(source, "bias"))
    assert verdict.outcome == FAILED
    said = verdict.difference.seen if verdict.difference else verdict.problem
    assert "return line" in said
