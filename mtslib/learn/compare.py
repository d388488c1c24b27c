"""Compare what an answer gave with what is right, question by question.

One rule everywhere: a number is a number in every dress (Python, numpy, a tensor of one element),
a sequence is a list or a tuple, and whole numbers that count something are exact.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

DEEPEST = 8  # lists in lists: more than any question has
NO_RETURN = "None (is the return line missing?)"


@dataclass(frozen=True)
class Difference:
    """A place where an answer and the specification differ.

    asked: what the answer was asked for, in words. seen, expected: in words, at `place`.
    given: the input behind the question, where it is known.
    """

    asked: str
    seen: str
    expected: str
    place: str = ""
    given: str = ""


@dataclass(frozen=True)
class Thing:
    """Stands for an object of a kind that no question has: its words, and nothing that can act."""

    words: str

    def __repr__(self) -> str:
        return self.words


def plain(value: Any, depth: int = 0) -> Any:
    """The same value without a learner's own methods in it: to be called where those may fail.

    Subclasses of tensors, numbers, strings and containers become the thing itself, numpy's single
    numbers Python's, and objects of unknown kinds a `Thing`.
    """
    if isinstance(value, Tensor):
        return value if type(value) is Tensor else value.as_subclass(Tensor)
    if value is None or isinstance(value, bool | complex | bytes | type | range):
        return value
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value.item()
    for kind, bare in ((int, int.__int__), (float, float.__float__), (str, _text)):
        if isinstance(value, kind):
            return bare(value)
    if depth < DEEPEST and isinstance(value, Mapping):
        return {plain(k, depth + 1): plain(v, depth + 1) for k, v in value.items()}
    if depth < DEEPEST and isinstance(value, list | tuple | set | frozenset):
        items = [plain(item, depth + 1) for item in value]
        return items if isinstance(value, list) else (tuple, set)[isinstance(value, set)](items)
    if isinstance(value, numbers.Real):
        return _float(value)
    known = type(value).__module__.partition(".")[0] in ("torch", "numpy", "mtslib")
    return value if known else Thing(describe(value))


def _text(value: str) -> str:
    return str.__getitem__(value, slice(None))


def compare(seen: Any, expected: Any, tolerance: float) -> Difference | None:
    """The first difference between two observations, types and shapes before numbers."""
    return next(differences(seen, expected, tolerance), None)


def differences(seen: Any, expected: Any, tolerance: float) -> Iterator[Difference]:
    """The first difference in every question in which two observations differ."""
    if not isinstance(seen, Mapping):
        yield Difference("the answer", describe(seen), describe(expected))
        return
    for asked, wanted in expected.items():
        if asked not in seen:
            yield Difference(asked, "nothing", describe(wanted))
            continue
        found = differ(seen[asked], wanted, tolerance)
        if found is not None:
            place, left, right = found
            yield Difference(asked, left, right, place)


def differ(seen: Any, expected: Any, tolerance: float) -> tuple[str, str, str] | None:
    """(place, seen, expected) in words, or None where the two agree."""
    if isinstance(expected, Tensor):
        return _tensors_differ(seen, expected, tolerance)
    if isinstance(expected, np.ndarray) and isinstance(seen, np.ndarray):
        return differ(seen.tolist(), expected.tolist(), tolerance)
    if isinstance(expected, np.ndarray):
        return "", describe(seen), describe(expected)
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
        found = differ(left, right, tolerance)
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
    if isinstance(seen, Tensor | np.ndarray | np.generic) and _size(seen) == 1:
        seen = seen.item()
    if isinstance(seen, bool) or not isinstance(seen, numbers.Real):
        return "", describe(seen), describe(expected)
    value = _float(seen)
    same = value != value and expected != expected  # both NaN, as a mistake may give
    relative = 0.0 if isinstance(expected, int) else tolerance  # what is counted is exact
    if same or math.isclose(value, _float(expected), rel_tol=relative, abs_tol=tolerance):
        return None
    precise = isinstance(expected, int) and value == int(value) if math.isfinite(value) else False
    return "", str(int(value)) if precise else _number(value), describe(expected)


def _size(value: Any) -> int:
    return value.numel() if isinstance(value, Tensor) else value.size


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _storage(tensor: Tensor) -> str:
    return "without numbers (meta)" if tensor.is_meta else f"stored as {tensor.layout}"


def _number(value: float) -> str:
    return f"{value:.6g}"


def describe(value: Any) -> str:
    """A value in words: a tensor by type and shape, other things as they print, cut short."""
    if isinstance(value, Tensor | np.ndarray):
        kind = "a tensor" if isinstance(value, Tensor) else "a numpy array"
        return f"{kind} of shape {tuple(value.shape)}, {str(value.dtype).removeprefix('torch.')}"
    if value is None:
        return NO_RETURN
    if isinstance(value, float):
        return _number(value)
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a learner's object, printed by a learner's method
        return f"a {type(value).__name__}"
    return text if len(text) <= 160 else text[:157] + " …"
