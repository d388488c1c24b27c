"""Compare an answer with its specification, and find the mistake that explains a difference."""

from __future__ import annotations

import itertools
import math
import numbers
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mtslib.learn import run_limited
from mtslib.learn.exercise import Exercise, Form, Mistake
from mtslib.learn.inputs import AnswerError, Trial
from mtslib.learn.run_limited import NotAttempted

SEEDS = (0, 1, 2)
PASSED, FAILED, NOT_ATTEMPTED, REFERENCE = "passed", "failed", "not attempted", "reference"


@dataclass(frozen=True)
class Difference:
    """The first place where an answer and the specification part.

    asked: what the answer was asked for, in words. seen, expected: in words, at `place`.
    """

    asked: str
    seen: str
    expected: str
    place: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    outcome: one of PASSED, FAILED, NOT_ATTEMPTED, REFERENCE.
    mistakes: those that explain the difference, usually one; empty where none is known.
    problem: a sentence about an answer that could not be compared at all.
    printed: what the learner's code printed meanwhile.
    seconds: what each trial took, where all passed.
    """

    exercise: Exercise
    outcome: str
    difference: Difference | None = None
    mistakes: tuple[Mistake, ...] = ()
    problem: str = ""
    printed: str = ""
    seconds: tuple[float, ...] = ()
    form: Form | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer does what the specification does."""
        return self.outcome == PASSED


def examine(exercise: Exercise, answer: Any, seeds: Sequence[int] = SEEDS) -> Verdict:
    """Put an answer to the test, one seed after the other, and stop at the first difference."""
    if answer is None or answer is Ellipsis:
        return Verdict(exercise, NOT_ATTEMPTED)
    if answer is exercise.load_reference():
        return Verdict(exercise, REFERENCE)
    printed, seconds = "", []
    forms = exercise.accepted
    for seed in seeds:
        began = time.perf_counter()
        try:
            seen, printed = run_limited.run(
                lambda seed=seed: exercise.observe(answer, Trial(seed)), exercise.seconds
            )
        except NotAttempted:
            return Verdict(exercise, NOT_ATTEMPTED)
        except AnswerError as error:
            return Verdict(exercise, FAILED, problem=str(error))
        seconds.append(time.perf_counter() - began)
        differences = [_difference(exercise, form, seen, seed) for form in forms]
        if None not in differences:
            found, form = diagnose(exercise, seen, seed)
            difference = _difference(exercise, form, seen, seed)
            return Verdict(exercise, FAILED, difference, found, printed=printed, form=form)
        # An answer keeps its form: one seed in this and the next in that is no pass.
        forms = tuple(f for f, d in zip(forms, differences, strict=True) if d is None)
    return Verdict(exercise, PASSED, printed=printed, seconds=tuple(seconds), form=forms[0])


def _difference(
    exercise: Exercise, form: Form, seen: Mapping[str, Any], seed: int
) -> Difference | None:
    expected = exercise.observe(form.specification, Trial(seed))
    return compare(seen, expected, exercise.tolerance)


def diagnose(
    exercise: Exercise, seen: Mapping[str, Any], seed: int
) -> tuple[tuple[Mistake, ...], Form]:
    """The mistake, or the two together, that give just what was seen, and in which form.

    No mistake and the first form where none gives it.
    """
    for mistakes, form, mutant in _mutants(exercise):
        try:
            theirs, _ = run_limited.run(
                lambda mutant=mutant: exercise.observe(mutant, Trial(seed)), exercise.seconds
            )
        except (AnswerError, NotAttempted):
            continue  # a mistake that raises explains no number
        if compare(seen, theirs, exercise.tolerance) is None:
            return mistakes, form
    return (), exercise.accepted[0]


def _mutants(exercise: Exercise) -> Iterator[tuple[tuple[Mistake, ...], Form, Any]]:
    """Every mistake, then every two of them that can be made in one answer, in every form."""
    for mistake in exercise.mistakes:
        for form in exercise.accepted:
            source = exercise.mistaken_source(mistake, form)
            yield (mistake,), form, exercise.make(source, mistake.name)
    patched = [mistake for mistake in exercise.mistakes if mistake.edits]
    for first, second in itertools.combinations(patched, 2):
        both = Mistake("both", "", "", first.edits + second.edits)
        for form in exercise.accepted:
            try:
                source = exercise.mistaken_source(both, form)
                mutant = exercise.make(source, f"{first.name} and {second.name}")
            except (ValueError, SyntaxError):
                continue  # they patch the same place
            yield (first, second), form, mutant


# Comparing -------------------------------------------------------------------------------------


def compare(seen: Any, expected: Any, tolerance: float) -> Difference | None:
    """The first difference between two observations, types and shapes before numbers."""
    if not isinstance(seen, Mapping):
        return Difference("the answer", describe(seen), describe(expected))
    for asked, wanted in expected.items():
        if asked not in seen:
            return Difference(asked, "nothing", describe(wanted))
        found = _differ(seen[asked], wanted, tolerance)
        if found is not None:
            place, left, right = found
            return Difference(asked, left, right, place)
    return None


def _differ(seen: Any, expected: Any, tolerance: float) -> tuple[str, str, str] | None:
    """(place, seen, expected) in words, or None where the two agree."""
    if isinstance(expected, Tensor):
        return _tensors_differ(seen, expected, tolerance)
    if isinstance(expected, bool | str) or expected is None:
        same = type(seen) is type(expected) and seen == expected
        return None if same else ("", describe(seen), describe(expected))
    if isinstance(expected, int | float):
        return _numbers_differ(seen, expected, tolerance)
    if isinstance(expected, Mapping):
        if not isinstance(seen, Mapping) or list(map(str, seen)) != list(map(str, expected)):
            return "", describe(seen), describe(expected)
        pairs = [(f"[{key!r}]", seen[key], expected[key]) for key in expected]
    elif isinstance(expected, list | tuple):
        if not isinstance(seen, list | tuple) or len(seen) != len(expected):
            return "", describe(seen), describe(expected)
        pairs = [(f"[{i}]", *two) for i, two in enumerate(zip(seen, expected, strict=True))]
    else:
        return None if seen == expected else ("", describe(seen), describe(expected))
    for place, left, right in pairs:
        found = _differ(left, right, tolerance)
        if found is not None:
            return place + found[0], found[1], found[2]
    return None


def _tensors_differ(seen: Any, expected: Tensor, tolerance: float) -> tuple[str, str, str] | None:
    if not isinstance(seen, Tensor) or seen.shape != expected.shape:
        return "", describe(seen), describe(expected)
    if seen.layout != torch.strided or seen.is_meta:
        return "", f"{describe(seen)}, {_storage(seen)}", describe(expected)
    kinds = [tensor.dtype.is_floating_point for tensor in (seen, expected)]
    if kinds[0] != kinds[1] or (not kinds[1] and seen.dtype != expected.dtype):
        return "", describe(seen), describe(expected)
    left, right = seen.detach().double(), expected.detach().double()
    if kinds[1] and left.isnan().any() and not right.isnan().any():
        return "", f"{describe(seen)} with NaN in it", "finite numbers"
    close = torch.isclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    if close.all():
        return None
    index = tuple(int(i) for i in (~close).nonzero()[0])
    place = f"[{', '.join(map(str, index))}]" if index else ""
    return place, _number(left[index].item()), _number(right[index].item())


def _numbers_differ(seen: Any, expected: float, tolerance: float) -> tuple[str, str, str] | None:
    if isinstance(seen, Tensor) and seen.numel() == 1:
        seen = seen.item()
    if isinstance(seen, bool) or not isinstance(seen, numbers.Real):
        return "", describe(seen), describe(expected)
    try:
        value = float(seen)
    except OverflowError:
        value = math.inf if seen > 0 else -math.inf
    same = value != value and expected != expected  # both NaN, as a mistake may give
    if same or math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance):
        return None
    return "", _number(value), _number(expected)


def _storage(tensor: Tensor) -> str:
    return "without numbers (meta)" if tensor.is_meta else f"stored as {tensor.layout}"


def _number(value: float) -> str:
    return f"{value:.6g}"


def describe(value: Any) -> str:
    """A value in words: a tensor by type and shape, other things as they print, cut short."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}, {str(value.dtype).removeprefix('torch.')}"
    if value is None:
        return "None (is the return line missing?)"
    if isinstance(value, float):
        return _number(value)
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a learner's object, printed by a learner's method
        return f"a {type(value).__name__}"
    return text if len(text) <= 160 else text[:157] + " …"
