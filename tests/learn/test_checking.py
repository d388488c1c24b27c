"""What a check says first, and what it says of mistakes it knows and of those it does not."""

from __future__ import annotations

import fractions
import math

import numpy as np
import pytest
import torch
from answers import POOL, written

from mtslib.learn import registry, show
from mtslib.learn.checking import (
    FAILED,
    NOT_ATTEMPTED,
    PASSED,
    REFERENCE,
    examine,
)
from mtslib.learn.compare import compare, describe
from mtslib.minbert.model import mean_pool

RIGHT = "return (hidden * attention_mask[..., None]).sum(1) / attention_mask.sum(1, keepdim=True)"


def said(body: str) -> str:
    """All that the check says of an answer."""
    return str(show.verdict_message(examine(POOL, written(body))))


# Outcomes --------------------------------------------------------------------------------------


def test_a_right_answer_passes_however_it_is_written():
    verdict = examine(POOL, written(RIGHT))
    assert verdict.outcome == PASSED
    assert verdict.difference is None
    assert len(verdict.seconds) == 3


@pytest.mark.parametrize("answer", [None, ..., written("raise NotImplementedError")])
def test_what_was_not_begun_is_not_attempted(answer):
    assert examine(POOL, answer).outcome == NOT_ATTEMPTED


def test_the_reference_handed_in_is_called_the_librarys_own():
    verdict = examine(POOL, mean_pool)
    assert verdict.outcome == REFERENCE
    assert not verdict.passed
    assert "THE LIBRARY'S OWN" in str(show.verdict_message(verdict))


# Before numbers: type, shape, dtype, NaN --------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "saw"),
    [
        ("pass", "None (is the return line missing?)"),
        ("return 'a word'", "'a word'"),
        ("return [1.0, 2.0]", "[1.0, 2.0]"),
        ("return hidden.sum().item()", "Saw: "),
        ("return hidden[:, 0, :2] * 1", "a tensor of shape (2, 2), float32"),
        ("return hidden.sum()", "a tensor of shape (), float32"),
        ("return {'pooled': hidden}", "{'pooled': tensor("),
        ("return hidden.sum(1).long()", "a tensor of shape (2, 3), int64"),
        ("return hidden.sum(1) > 0", "a tensor of shape (2, 3), bool"),
        ("return hidden.sum(1).to(torch.complex64)", "a tensor of shape (2, 3), complex64"),
        ("return hidden.sum(1) * float('nan')", "with NaN in it"),
        ("return hidden.sum(1).to_sparse()", "stored as torch.sparse_coo"),
        ("return hidden.sum(1).to('meta')", "without numbers (meta)"),
        ("return torch.zeros(1).expand(10**12)", "a tensor of shape (1000000000000,), float32"),
        ("return mean_pool", "<function mean_pool"),
    ],
)
def test_kind_and_shape_are_told_before_numbers(body, saw):
    verdict = examine(POOL, written(body))
    assert verdict.outcome == FAILED
    text = str(show.verdict_message(verdict))
    assert saw in text
    assert "Expected: a tensor of shape (2, 3), float32" in text or "Expected: finite" in text
    assert verdict.difference.place == ""


def test_a_wrong_number_is_told_with_its_place():
    verdict = examine(POOL, written(RIGHT + " + torch.tensor([0.0, 0.0, 1.0])"))
    assert verdict.difference.place == "[0, 2]"
    seen, expected = float(verdict.difference.seen), float(verdict.difference.expected)
    assert seen - expected == pytest.approx(1, abs=1e-4)


def test_an_answer_may_compute_in_another_precision_and_comes_back_in_its_inputs():
    double = RIGHT.replace("hidden *", "hidden.double() *")
    assert examine(POOL, written(f"{double.replace('return ', 'return (')}).float()")).passed
    difference = examine(POOL, written(double)).difference
    assert difference.asked.startswith("the dtype of: ")
    assert (difference.seen, difference.expected) == ("'torch.float64'", "'torch.float32'")


# Mistakes by name ------------------------------------------------------------------------------


def test_a_known_mistake_is_named_with_where_to_look():
    text = said("return hidden.sum(1) / attention_mask.sum(1)[:, None]")
    assert "Likely cause (padding-summed): the sum ran over padding too." in text
    assert "Look: the sum: real tokens only." in text
    assert "Asked: two sentences, the first of them padded" in text
    assert 'learn.hint("99.1")' in text
    assert "Until then the chapter goes on with the library's mean_pool." in text


def test_two_mistakes_together_are_both_named():
    text = said("return hidden.sum(1)")
    assert "Two things at once would give just this:" in text
    assert "(padding-summed)" in text
    assert "(sum-not-mean)" in text


def test_an_unknown_difference_gets_facts_and_no_cause():
    text = said(RIGHT + " * 17")
    assert "True of it: In every question that differs: 17 times as large as expected." in text
    assert "Likely cause" not in text


# Comparing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seen",
    [0.5, np.float32(0.5), np.float64(0.5), torch.tensor(0.5), torch.tensor([0.5]),
     fractions.Fraction(1, 2)],
)  # fmt: skip
def test_a_number_is_a_number_in_every_dress(seen):
    assert compare({"x": seen}, {"x": 0.5}, 1e-5) is None


@pytest.mark.parametrize(
    "seen", ["0.5", None, True, 0.5j, [0.5], torch.zeros(2), 10**400, -(10**400), math.nan]
)
def test_what_is_no_such_number_differs(seen):
    assert compare({"x": seen}, {"x": 0.5}, 1e-5) is not None


def test_the_first_difference_is_the_one_that_is_told():
    found = compare({"a": 1, "b": [1, 2, 4]}, {"a": 1, "b": [1, 2, 3], "c": 5}, 1e-5)
    assert (found.asked, found.place, found.seen, found.expected) == ("b", "[2]", "4", "3")
    missing = compare({"a": 1}, {"a": 1, "c": 5}, 1e-5)
    assert (missing.asked, missing.seen) == ("c", "nothing")


def test_equal_things_of_every_kind_agree():
    things = {
        "tensor": torch.tensor([1.0, math.inf]),
        "words": "yes",
        "truth": True,
        "nested": {"a": [1, (2.0, None)]},
        "ids": torch.tensor([1, 2]),
    }
    assert compare(things, things, 1e-5) is None


def test_anything_can_be_put_in_words():
    class Mute:
        def __repr__(self):
            raise ValueError

    assert describe(Mute()) == "a Mute"
    assert len(describe("x" * 10_000)) < 200


def test_what_cannot_be_used_is_not_said_to_have_raised():
    exercise = registry.find("14.1")
    source = "def task_shares(sizes, epoch, epochs):\n    return [1 / len(sizes) for _ in sizes]\n"
    text = str(show.verdict_message(examine(exercise, exercise.make(source, "a list"))))
    assert "your code raised" not in text
    assert "what came back, [" in text
    assert "Expected in its place: {" in text
