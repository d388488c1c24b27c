"""Inputs that note every call of an answer: which question it belongs to, and what it was given."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn import run_limited, state
from mtslib.learn.compare import describe, plain
from mtslib.learn.exercise import Exercise, Form
from mtslib.learn.inputs import AnswerError, SeededInputs

DERIVED = ("the gradient by ", "the dtype of: ")  # how questions begin that inputs ask of a result
LEFT = "your code left"
SHORT = 16  # numbers that are shown one by one


@dataclass(eq=False)
class Call:
    """One call of an answer, or of what it made. names: of its arguments, where they have some.

    training: of a module, at that time. done: whether it came back.
    """

    callee: Any
    given: dict[str, Any]
    training: bool | None = None
    result: Any = None
    done: bool = False

    @property
    def size(self) -> int:
        """How many numbers it was given."""
        return sum(count(value) for value in self.given.values())

    def words(self, in_part: bool = False) -> str:
        """`hidden = a tensor of shape (2, 4, 3), float32; …`; few numbers one by one.

        Empty where an input is code or prints as its address, as no reader could give it again;
        in_part: the others then.
        """
        shown = {name: _shown(value) for name, value in self.given.items()}
        code = {n for n, value in self.given.items() if callable(value) or " at 0x" in shown[n]}
        if code and not in_part:
            return ""
        return "; ".join(f"{name} = {text}" for name, text in shown.items() if name not in code)


class WatchedInputs(SeededInputs):
    """As `SeededInputs`; refuses a call that leaves the notebook's settings changed."""

    def __init__(self, seed: int, gradients: bool = True) -> None:
        super().__init__(seed, gradients)
        self.calls: list[Call] = []

    def call(self, answer: Any, *args: Any, **named: Any) -> Any:
        training = answer.training if isinstance(answer, nn.Module) else None
        given = dict(zip(_names(answer, len(args)), args, strict=True)) | named
        one = Call(answer, given, training)
        self.calls.append(one)
        with state.kept() as before:
            try:
                one.result = super().call(answer, *args, **named)
            finally:
                _check_left(before.left(), self.seed)
        one.done = True
        return one.result


def _check_left(left: str, seed: int) -> None:
    """Raise where a call left something changed: that comes before whatever follows from it."""
    if left:
        raise AnswerError(
            f"{LEFT} {left}, for everything that runs after it; the check has put that back. "
            "Use a with block, as in `with torch.no_grad():`, or leave it out"
        )
    if torch.initial_seed() != seed:
        raise AnswerError(
            f"your code set torch's seed to {torch.initial_seed()}, so that everything random "
            "after it repeats; the check has put that back. Take the line out, or draw from a "
            "torch.Generator of your own"
        )


@dataclass(eq=False)
class Observed:
    """What one answer gave with one seed.

    seen: {question: what came}, plain. calls: in order. asked: the call behind a question, where
    that is certain. problem: a sentence where it gave nothing to compare.
    """

    seed: int
    seen: Mapping[str, Any] = field(default_factory=dict)
    calls: Sequence[Call] = ()
    asked: Mapping[str, Call] = field(default_factory=dict)
    printed: str = ""
    problem: str = ""


def is_derived(question: str) -> bool:
    """Whether a question is about the gradient or the dtype of another's result."""
    return question.startswith(DERIVED)


def observe(exercise: Exercise, answer: Any, seed: int) -> Observed:
    """Put an answer to work. Raises NotAttempted; everything else becomes a `problem`."""
    inputs = WatchedInputs(seed)
    kept: dict[str, Any] = {}

    def work() -> None:
        with state.kept() as before, state.kept_modules() as replaced:
            try:
                raw = exercise.observe(answer, inputs)
            except (TypeError, ValueError, LookupError, AttributeError, RuntimeError) as error:
                _check_raised_by_answer(error, inputs.calls)
                raise
            left = before.left()
            if other := replaced():
                left = left or f"another {other} in the place of the right one"
        kept["asked"] = _asked(raw, inputs.calls)
        kept["seen"] = plain(raw)
        if left:
            raise AnswerError(f"{LEFT} {left}; the check has put that back")

    try:
        _, printed = run_limited.run(work, exercise.seconds)
    except AnswerError as error:
        return Observed(seed, calls=inputs.calls, problem=str(error))
    return Observed(seed, kept["seen"], inputs.calls, kept["asked"], printed)


def _check_raised_by_answer(error: Exception, calls: Sequence[Call]) -> None:
    """Raise AnswerError where not the answer's code raised, but what works with its results."""
    if calls and calls[-1].done and not run_limited.where(error):
        came = describe(plain(calls[-1].result))
        raise AnswerError(f"what came back, {came}, cannot be used here: {error}") from None


def specified(exercise: Exercise, form: Form, seed: int) -> Observed:
    """What is right in a form."""
    inputs = WatchedInputs(seed, gradients=False)
    raw = exercise.expected(form, seed, inputs)
    return Observed(seed, plain(raw), inputs.calls, _asked(raw, inputs.calls))


def _asked(seen: Mapping[str, Any], calls: Sequence[Call]) -> dict[str, Call]:
    """Which call gave the value of which question: by identity, where only one call can have."""
    found = {}
    for question, value in seen.items():
        own = [call for call in calls if call.done and call.result is value]
        if len(own) == 1 and not isinstance(value, bool | int | str | None):
            found[question] = own[0]
    if not found and len(calls) == len(seen):
        pairs = zip(seen.items(), calls, strict=True)
        found = {q: call for (q, value), call in pairs if call.result is value}
    return found


def _names(callee: Any, count: int) -> list[str]:
    """The names of the first arguments of a callable; numbers where it hides them."""
    target = callee.forward if isinstance(callee, nn.Module) else callee
    try:
        names = list(inspect.signature(target).parameters)[:count]
    except (TypeError, ValueError):
        names = []
    return names + [f"argument {i + 1}" for i in range(len(names), count)]


def count(value: Any) -> int:
    """How many numbers or words something holds."""
    if isinstance(value, Tensor):
        return value.numel()
    if isinstance(value, Mapping):
        return sum(map(count, value.values()))
    several = isinstance(value, Sequence) and not isinstance(value, str | bytes)
    return sum(map(count, value)) if several else 1


def _shown(value: Any) -> str:
    if isinstance(value, Tensor) and value.numel() <= SHORT:
        rounded = value.detach().double().mul(1e4).round().div(1e4).tolist()
        return str(rounded if value.is_floating_point() else value.tolist())
    text = "None" if value is None else describe(value)
    return text if len(text) <= 100 else text[:98] + " …"
