"""What an answer leaves alone: its arguments, element by element, and the modules it works with."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

SMALL = 20_000  # numbers; larger weights, which are real ones, are compared by their version


class AnswerError(Exception):
    """Something about an answer that can be said in a sentence, before any number is compared."""


def record(value: Any) -> bool:
    """Whether a value is a dataclass, which is looked into."""
    return dataclasses.is_dataclass(value) and not isinstance(value, type | nn.Module)


def tensors(value: Any) -> Iterator[Tensor]:
    """The dense tensors in a result; those of a dictionary by its keys, in whatever order it is."""
    if isinstance(value, Tensor):
        if value.layout == torch.strided and not value.is_meta:
            yield value
    elif isinstance(value, Mapping | list | tuple):
        if isinstance(value, Mapping):
            value = [value[key] for key in sorted(value, key=str)]
        for item in value:
            yield from tensors(item)
    elif record(value):
        yield from tensors([getattr(value, field.name) for field in dataclasses.fields(value)])


def unchanged(old: Any, new: Any) -> bool:
    """Whether a copy still holds what its original holds, element by element."""
    if isinstance(old, Tensor | np.ndarray):
        if type(new) is not type(old) or old.shape != new.shape or old.dtype != new.dtype:
            return False
        if isinstance(old, np.ndarray):
            return bool(((old == new) | ((old != old) & (new != new))).all())
        left, right = old.detach(), new.detach()
        same = torch.equal(left, right)  # which NaN is not
        return same or torch.allclose(left, right, rtol=0, atol=0, equal_nan=True)
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(unchanged, old, new))
    if isinstance(old, dict):
        return list(old) == list(new) and all(unchanged(old[key], new[key]) for key in old)
    if record(old):
        names = [field.name for field in dataclasses.fields(old)]
        return all(unchanged(getattr(old, name), getattr(new, name)) for name in names)
    if isinstance(old, bool | int | float | str | set | None):
        return old == new or (old != old and new != new)
    return not callable(old) or old is new  # layers in a list, say: they may not change places


def _state(module: nn.Module) -> dict[str, Any]:
    """What a forward pass leaves alone: every tensor, and for each part whether it trains."""
    kept: dict[str, Any] = {name: part.training for name, part in module.named_modules()}
    for name, tensor in (*module.named_parameters(), *module.named_buffers()):
        small = tensor.numel() <= SMALL
        kept[f"its tensor {name}"] = tensor.detach().clone() if small else tensor._version
    return kept


@contextlib.contextmanager
def left_alone(module: nn.Module) -> Iterator[None]:
    """Raises AnswerError where a module is no longer as it was; its modes are put back."""
    before = _state(module)
    try:
        yield
        changed = [
            name
            for name, now in _state(module).items()
            if not unchanged(before.get(name, now), now)
        ]
    finally:
        for name, part in module.named_modules():
            part.training = before.get(name, part.training)
    if changed:
        name = changed[0]
        mode = (
            f"the mode, train or eval, of its part {name}" if name else "the mode, train or eval,"
        )
        what = name if name.startswith("its tensor") else mode
        raise AnswerError(
            f"your code changed {what} in a {type(module).__name__}; expected the module left as "
            "it was. Likely cause: an assignment to a parameter, or a call of train() or eval()"
        )
