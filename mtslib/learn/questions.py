"""Which questions an answer gets right and which wrong, and what sets them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.watched import Call, is_derived

LONGEST = 70  # characters of a question that is named among others


@dataclass(frozen=True)
class Fact:
    """One fact. kind: what sort it is, for whoever counts them."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False)
class Pair:
    """What one question gave, beside what is right, and the call behind it where that is known."""

    question: str
    seen: Any
    expected: Any
    wrong: bool
    call: Call | None


def questions(pairs: Sequence[Pair]) -> Iterator[Fact]:
    """Which came out right with every seed, and which wrong with some."""
    asked = [pair for pair in pairs if not is_derived(pair.question)]
    wrong = list(dict.fromkeys(pair.question for pair in asked if pair.wrong))
    right = [q for q in dict.fromkeys(pair.question for pair in asked) if q not in wrong]
    if right:
        yield Fact("questions", f"Right: {named(right)}. Wrong: {named(wrong)}.")


def named(questions: Sequence[str]) -> str:
    half = LONGEST // 2 - 2  # what distinguishes long ones often stands at their ends
    shown = [f"“{q if len(q) <= LONGEST else f'{q[:half]} … {q[-half:]}'}”" for q in questions[:2]]
    more = len(questions) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def distinguished(pairs: Sequence[Pair]) -> Iterator[Fact]:
    """What the inputs of all wrong questions have in common, and those of no right one."""
    asked = [p for p in pairs if not is_derived(p.question)]
    if any(p.call is None for p in asked):
        return  # of a question without a call nobody knows whether the sentence holds
    traits = {p.wrong: [] for p in asked}
    for pair in asked:
        traits[pair.wrong].append(_traits(pair.call))
    if len(traits) < 2:
        return
    for key in traits[True][0]:
        wrong, right = ({own.get(key) for own in traits[side]} for side in (True, False))
        if wrong & right or None in wrong | right or 1 not in (len(wrong), len(right)):
            continue
        told = [f"wrong where {phrase}" for phrase in wrong] if len(wrong) == 1 else []
        told += [f"right where {phrase}" for phrase in right] if len(right) == 1 else []
        if len(told) == 1:
            told.append(f"{'right' if len(wrong) == 1 else 'wrong'} wherever that is not so")
        words = ", ".join(told) + "."
        yield Fact("distinguished", words[0].upper() + words[1:])
        return


def _traits(call: Call) -> dict[str, str]:
    """What can be said of the inputs of a call, each in a phrase, by what it is about."""
    found = {}
    if call.training is not None:
        mode = "training" if call.training else "eval"
        found["mode"] = f"the module is in {mode} mode"
    for name, value in call.given.items():
        if isinstance(value, Tensor):
            for axis, size in enumerate(value.shape):
                many = "one entry" if size == 1 else "several entries"
                found[f"{name} {axis}"] = f"axis {axis} of {name} has {many}"
            if value.numel() and value.dtype != torch.bool and not value.is_complex():
                for what, held in (
                    ("0", value == 0),
                    ("negative number", value < 0),
                    ("number beyond 80", value.abs() > 80),
                ):
                    some = "a" if held.any() else "no"
                    found[f"{name} {what}"] = f"{name} holds {some} {what}"
        elif value is None or isinstance(value, bool | str):
            found[name] = f"{name} is {value!r:.40}"
        elif isinstance(value, int | float):
            found[name] = f"{name} is {value:.6g}"
            found[f"{name} sign"] = f"{name} is {'negative' if value < 0 else 'not negative'}"
        elif isinstance(value, list | tuple):
            many = ("no item", "one item", "several items")[min(len(value), 2)]
            found[name] = f"{name} has {many}"
    return found
