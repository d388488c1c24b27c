"""What was observed, as bytes from a process that nobody trusts: no pickle, every part bounded.

A question's value is JSON. What JSON lacks is a list that begins with its kind: a tensor is
`["tensor", "float32", [2, 3], "base64 of its bytes"]`. What reads it makes tensors, numbers, text
and containers, and nothing that can act.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mtslib.learn.compare import DEEPEST, Thing, describe

MOST_BYTES = 64 * 2**20  # of one answer, with all its seeds
DTYPES = {
    str(kind).removeprefix("torch."): kind
    for kind in (
        *(torch.float64, torch.float32, torch.float16, torch.bfloat16),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
        *(torch.complex64, torch.complex128),
    )
}
LISTS = {"list": list, "tuple": tuple, "set": set}


class NonsenseError(ValueError):
    """What a process told is not an observation."""


def encoded(value: Any) -> Any:
    """A plain value, as `compare.plain` makes it, for JSON."""
    if value is None or isinstance(value, bool | int | str):
        return value if not isinstance(value, str) else ["text", value]
    if isinstance(value, float):
        return value if math.isfinite(value) else ["float", repr(value)]
    if isinstance(value, Tensor):
        return _tensor(value)
    if isinstance(value, np.ndarray):
        try:
            return ["array", *_tensor(torch.from_numpy(np.ascontiguousarray(value)))[1:]]
        except TypeError:
            return ["thing", describe(value)]
    if isinstance(value, Mapping):
        return ["dict", [[encoded(key), encoded(item)] for key, item in value.items()]]
    for name, kind in LISTS.items():
        if isinstance(value, kind):
            return [name, [encoded(item) for item in value]]
    return ["thing", describe(value)]


def _tensor(value: Tensor) -> list[Any]:
    kind = str(value.dtype).removeprefix("torch.")
    if kind not in DTYPES or value.layout != torch.strided or value.is_meta:
        where = "meta" if value.is_meta else value.layout
        return ["thing", f"{describe(value)}, stored as {where}"]
    flat = value.detach().cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
    raw = flat.view(torch.uint8).numpy().tobytes()
    return ["tensor", kind, list(value.shape), base64.b64encode(raw).decode()]


def decoded(value: Any, depth: int = 0) -> Any:
    """What `encoded` gave. Raises NonsenseError for everything else."""
    if value is None or type(value) in (bool, int):
        return value
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is not list or not value or type(value[0]) is not str or depth > DEEPEST + 2:
        raise NonsenseError("a value of no known kind")
    kind, *rest = value
    try:
        if kind in ("tensor", "array"):
            made = _made(*rest)
            return made if kind == "tensor" else made.numpy()
        (inner,) = rest
        if kind == "text" or kind == "thing":
            return _text(inner) if kind == "text" else Thing(_text(inner)[:200])
        if kind == "float":
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[inner]
        if kind == "dict":
            return {decoded(k, depth + 1): decoded(v, depth + 1) for k, v in inner}
        return LISTS[kind]([decoded(item, depth + 1) for item in inner])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise NonsenseError(f"no {kind[:20]}") from error


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _made(kind: str, shape: list[int], text: str) -> Tensor:
    if len(shape) > 16 or any(type(n) is not int or n < 0 for n in shape):
        raise ValueError
    raw = base64.b64decode(text, validate=True)
    if len(raw) != math.prod(shape) * DTYPES[kind].itemsize:
        raise ValueError
    if not raw:
        return torch.empty(shape, dtype=DTYPES[kind])
    if kind == "bool" and raw.strip(b"\0\1"):
        raise ValueError
    return torch.frombuffer(bytearray(raw), dtype=DTYPES[kind]).reshape(shape)


def lines(raw: bytes) -> list[dict[str, Any]]:
    """The whole lines that a process told. Raises NonsenseError for one that is no JSON object."""
    found = []
    for line in raw.split(b"\n")[:-1]:
        try:
            value = json.loads(line, parse_constant=_refused)
        except (ValueError, RecursionError) as error:
            raise NonsenseError("a line that is not JSON") from error
        if not isinstance(value, dict):
            raise NonsenseError("a line that is no object")
        found.append(value)
    return found


def _refused(text: str) -> None:
    raise ValueError(text)
