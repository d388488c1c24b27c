"""For which other inputs an answer would be right: asked of the specification, not the answer."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.compare import differ, plain
from mtslib.learn.watched import Call

SEARCH = 0.5  # seconds
LARGEST = 20_000  # numbers in an input that the specification is asked about once more
Asked = tuple[Call | None, Any, Any]  # a call, what came of it, and what is right


def would_be_right(wrong: Sequence[Asked], tolerance: float) -> str:
    """Under which change of the inputs all that came is right, in words; '' where none is found.

    Arguments exchanged, one left out of account, doubled, turned. wrong: the questions that differ.
    """
    if any(call is None or call.size > LARGEST for call, _, _ in wrong):
        return ""
    small = sorted(wrong, key=lambda asked: asked[0].size)
    end = time.monotonic() + SEARCH
    for words, change in _changes(small[0][0]):
        if all(time.monotonic() < end and _holds(asked, change, tolerance) for asked in small):
            return words
    return ""


def _holds(asked: Asked, change: Callable[[Call], Mapping[str, Any]], tolerance: float) -> bool:
    """Whether the specification gives what came when its inputs are changed."""
    call, seen, expected = asked
    try:
        if differ(seen, _specified(call, change(call)), tolerance) is not None:
            return False
        again = _specified(call, call.given)
    except Exception:  # noqa: BLE001 - inputs that the specification does not take
        return False
    return differ(expected, again, tolerance) is None  # else something else decides as well


def _specified(call: Call, given: Mapping[str, Any]) -> Any:
    """What the specification gives for some inputs."""
    with torch.random.fork_rng(devices=[]), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of inputs that nobody gave: a head without outputs
        if isinstance(call.callee, nn.Module):
            call.callee.train(bool(call.training))
        if any(name.startswith("argument ") for name in given):
            return plain(call.callee(*given.values()))
        return plain(call.callee(**given))


def _changes(call: Call) -> Iterator[tuple[str, Callable[[Call], Mapping[str, Any]]]]:
    """Ways to change the inputs of a call, in words and in deed."""
    names = list(call.given)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            a, b = call.given[one], call.given[other]
            if type(a) is type(b) and not isinstance(a, nn.Module):
                yield (
                    f"{one} and {other} changed places",
                    lambda c, x=one, y=other: c.given | {x: c.given[y], y: c.given[x]},
                )
    for name in names:
        if isinstance(call.given[name], Tensor):
            for words, f in _TENSOR_CHANGES.items():
                yield words.format(name), lambda c, n=name, f=f: c.given | {n: f(c.given[n])}
        elif isinstance(call.given[name], int | float) and not isinstance(call.given[name], bool):
            for words, f in _NUMBER_CHANGES.items():
                yield words.format(name), lambda c, n=name, f=f: c.given | {n: f(c.given[n])}


_TENSOR_CHANGES: dict[str, Callable[[Tensor], Tensor]] = {
    "{} were 0 everywhere": torch.zeros_like,
    "{} were 1 everywhere": torch.ones_like,
    "{} had the other sign": torch.neg,
    "{} were backwards along its last axis": lambda x: x.flip(-1),
    "{} were transposed": lambda x: x.transpose(-1, -2),
    "0 and 1 changed places in {}": lambda x: 1 - x,
}
_NUMBER_CHANGES: dict[str, Callable[[Any], Any]] = {
    "{} were 0": lambda x: type(x)(0),
    "{} were 1": lambda x: type(x)(1),
    "{} were larger by 1": lambda x: x + 1,
    "{} were smaller by 1": lambda x: x - 1,
    "{} were twice as large": lambda x: 2 * x,
    "{} had the other sign": lambda x: -x,
}
