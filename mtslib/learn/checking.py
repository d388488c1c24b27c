"""Compare an answer with its specification, and find the mistake that explains a difference."""

from __future__ import annotations

import itertools
import math
import numbers
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mtslib.learn import run_limited
from mtslib.learn.exercise import Exercise, Form, Mistake
from mtslib.learn.inputs import AnswerError, SeededInputs
from mtslib.learn.run_limited import NotAttempted

SEEDS = (0, 1, 2)
PASSED, FAILED, NOT_ATTEMPTED, REFERENCE = "passed", "failed", "not attempted", "reference"
_Mistaken = tuple[tuple[Mistake, ...], Form, Mapping[str, Any]]


@dataclass(frozen=True)
class Difference:
    """The first place where an answer and the specification differ.

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
    seconds: what each seed took, where all passed.
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


class Known:
    """What the right forms and the mistakes of an exercise give with one seed, each observed once.

    Mistaken answers are observed as they are asked for: every mistake, then every two of them that
    can be made in one answer, in every form.
    """

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise, self.seed = exercise, seed
        self._forms: dict[str, Mapping[str, Any]] = {}
        self._mistaken: list[_Mistaken] = []
        self._further = self._observe_mistaken()

    def expected(self, form: Form) -> Mapping[str, Any]:
        """What a right answer of this form gives."""
        if form.name not in self._forms:
            self._forms[form.name] = self.exercise.expected(form, self.seed)
        return self._forms[form.name]

    def difference(self, form: Form, seen: Mapping[str, Any]) -> Difference | None:
        """Where an answer first departs from a form."""
        return compare(seen, self.expected(form), self.exercise.tolerance)

    def diagnose(self, seen: Mapping[str, Any]) -> tuple[tuple[Mistake, ...], Form]:
        """The mistake, or the two together, that give just what was seen, and in which form.

        No mistake and the first form where none gives it.
        """
        for mistakes, form, theirs in itertools.chain(tuple(self._mistaken), self._further):
            if compare(seen, theirs, self.exercise.tolerance) is None:
                return mistakes, form
        return (), self.exercise.accepted[0]

    def _observe_mistaken(self) -> Iterator[_Mistaken]:
        for mistakes, form, mutant in _mutants(self.exercise):
            try:
                seen, _ = observe(self.exercise, mutant, self.seed)
            except (AnswerError, NotAttempted):
                continue  # a mistake that raises explains no number
            self._mistaken.append((mistakes, form, seen))
            yield self._mistaken[-1]


def observe(exercise: Exercise, answer: Any, seed: int) -> tuple[Mapping[str, Any], str]:
    """Put an answer to work → (what it gave, what it printed). Raises as `run_limited.run`."""
    return run_limited.run(lambda: exercise.observe(answer, SeededInputs(seed)), exercise.seconds)


def examine(
    exercise: Exercise,
    answer: Any,
    seeds: Sequence[int] = SEEDS,
    known: Callable[[Exercise, int], Known] = Known,
) -> Verdict:
    """Put an answer to the test, one seed after the other, and stop at the first difference.

    known: gives what the answer is compared with; many answers may share it.
    """
    if answer is None or answer is Ellipsis:
        return Verdict(exercise, NOT_ATTEMPTED)
    if answer is exercise.reference:
        return Verdict(exercise, REFERENCE)
    printed, seconds = "", []
    forms = exercise.accepted
    for seed in seeds:
        began = time.process_time()
        try:
            seen, printed = observe(exercise, answer, seed)
        except NotAttempted:
            return Verdict(exercise, NOT_ATTEMPTED)
        except AnswerError as error:
            return Verdict(exercise, FAILED, problem=str(error))
        seconds.append(time.process_time() - began)
        others = known(exercise, seed)
        # An answer keeps its form: one seed in this and the next in that is no pass.
        forms = tuple(form for form in forms if others.difference(form, seen) is None)
        if not forms:
            found, form = others.diagnose(seen)
            difference = others.difference(form, seen)
            return Verdict(exercise, FAILED, difference, found, printed=printed, form=form)
    return Verdict(exercise, PASSED, printed=printed, seconds=tuple(seconds), form=forms[0])


def _mutants(exercise: Exercise) -> Iterator[tuple[tuple[Mistake, ...], Form, Any]]:
    """Every mistaken answer, with the mistakes in it and the form it was made in."""
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
