"""Small damage to a document: to its values, where it is JSON, or to its bytes."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 10**6, 10**30, 0.5, -1e308, float("nan"), float("inf")),
    *("", "x", "\ud800", "\0", "../../x", "/dev/stdin", "é" * 300, "9" * 5000, "full"),
    *([], {}, [[]], {"a": 1}, [0] * 50, {"": None}),
)
RAW = (b"\0", b"\xff", b"{", b"}", b"[", b"]", b'"', b",", b"\n", b"\t", b"1e999", b"NaN", b"\\")


def value(whole: Any, draw: random.Random) -> Any:
    """The same JSON value with one to three places changed: another value, a key more or less."""
    made = copy.deepcopy(whole)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        holder, key = _place(made, draw)
        if holder is None:
            return draw.choice(ODD)
        what = draw.randrange(6)
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder, dict):
            holder[draw.choice(("new", "format", "a" * 100, "name"))] = draw.choice(ODD)
        elif what == 2 and isinstance(holder[key], str):
            holder[key] = holder[key][: draw.randrange(len(holder[key]) + 1)]
        elif what == 3 and type(holder[key]) in (int, float):
            holder[key] = holder[key] * draw.choice((-1, 0, 10**3, 10**6, 1.5))
        else:
            holder[key] = copy.deepcopy(draw.choice(ODD))
    return made


def _place(value: Any, draw: random.Random) -> tuple[Any, Any]:
    """A list or object somewhere in a value, and one of its keys."""
    places = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        places += [(one, key) for key in keys]
        waiting += [one[key] for key in keys if isinstance(one[key], dict | list)]
    return draw.choice(places) if places else (None, None)


def text(whole: Any, draw: random.Random) -> bytes:
    """A damaged value as JSON, now and then damaged once more."""
    made = json.dumps(value(whole, draw)).encode()
    return raw(made, draw) if draw.random() < 0.2 else made


def raw(whole: bytes, draw: random.Random) -> bytes:
    """The same bytes with one to three places changed: cut, doubled, replaced, put in."""
    made = whole
    for _ in range(draw.choice((1, 1, 2, 3))):
        start = draw.randrange(len(made) + 1)
        end = min(len(made), start + draw.choice((0, 1, 1, 5, 50)))
        piece = draw.choice((b"", draw.choice(RAW), made[start:end] * 2, draw.randbytes(2)))
        made = made[:start] + piece + made[end:]
    return made if draw.random() < 0.9 else made[: draw.randrange(len(made) + 1)]
