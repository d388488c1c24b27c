"""What is stored as JSON, read with limits and held against a declared shape. It imports nothing.

`parse` gives a value that can be trusted as JSON: of bounded size and depth, without a key twice,
a number that is not finite or half a pair of surrogates. `fill` makes a dataclass of it: each field
has the type that is declared, what is unknown is named, and the dataclass's own `__post_init__`
has the ranges. Both raise ValueError, one line, which the caller completes with the file's name.
A seal around a document shows damage; whoever can write a file can seal it anew, so that what is
sealed is held against its shape all the same.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

LARGEST = 64 * 2**20  # bytes of a document
DEEPEST = 64  # lists and objects in each other
T = TypeVar("T")


def parse(raw: bytes | str, largest: int = LARGEST) -> Any:
    """The value of a JSON text, in any UTF, with or without a byte order mark.

    Raises ValueError that says what stands there and is no JSON of ours.
    """
    if len(raw) > largest:
        raise ValueError(f"{len(raw) / 2**20:.0f} MB, and {largest / 2**20:.0f} MB is the most")
    is_text = isinstance(raw, str)
    text = raw if is_text else raw.decode(json.detect_encoding(raw)).removeprefix("\ufeff")
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_float=_finite, parse_constant=_not_finite
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if type(value) in (dict, list):
        _check_depth(value)
    if "\\ud" in text or "\\uD" in text or (is_text and not _is_whole(text)):
        _check_characters(value)
    return value


def _finite(text: str) -> float:
    number = float(text)
    if number in _INFINITE:
        raise ValueError("a number too large for a float")
    return number


_INFINITE = (float("inf"), float("-inf"))


def _is_whole(text: str) -> bool:
    """Whether a text holds no half of a character."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise ValueError(f"the key {twice[:40]!a} stands twice in one object")
    return made


def _not_finite(text: str) -> None:
    raise ValueError(f"{text} is not a number of JSON")


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError(f"nested more than {DEEPEST} deep")
        inner: list[Any] = []
        for one in level:
            for item in one.values() if type(one) is dict else one:
                if type(item) is dict or type(item) is list:
                    inner.append(item)
        level = inner


def _check_characters(value: Any) -> None:
    """Refuse halves of characters, which Python's reader lets through."""
    waiting = [value]
    for item in waiting:
        if type(item) is str and not _is_whole(item):
            raise ValueError(f"half a character in {item[:40]!a}")
        if type(item) is dict:
            waiting += item
            waiting += item.values()
        elif type(item) is list:
            waiting += item


# Shapes ------------------------------------------------------------------------------------------


def fill(kind: type[T], value: Any, where: str = "", more: bool = False, **made: Any) -> T:
    """A dataclass from the values of a JSON object, each of the type that its field declares.

    A whole number serves where a float is declared, a list where a tuple is. more: further keys are
    allowed, and left out. made: fields that the caller has made already. Raises ValueError that
    names the field and says what was read; what the dataclass itself refuses passes through.
    """
    return _filled(kind, value, where, more, made)


def _fitted(kind: Any, value: Any, where: str) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        return _first(inner, value, where)
    if origin is typing.Literal:
        if not any(value == one and type(value) is type(one) for one in inner):
            raise _unfit(where, value, " or ".join(map(repr, inner)))
        return value
    if is_dataclass(kind):
        return _filled(kind, value, where)
    if kind in (int, str, bool, type(None), dict, list):
        if type(value) is not kind:
            raise _unfit(where, value, WORDS[kind])
        return value
    if kind is float:
        if type(value) not in (int, float):
            raise _unfit(where, value, WORDS[float])
        return value
    if origin in (dict, Mapping):
        if type(value) is not dict:
            raise _unfit(where, value, WORDS[dict])
        return {key: _fitted(inner[1], item, _path(where, key)) for key, item in value.items()}
    if origin in (list, tuple, Sequence):
        return _listed(origin, inner, value, where)
    raise TypeError(f"{kind!r} is no shape of a document")


WORDS = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    type(None): "null",
    dict: "an object",
    list: "a list",
}


def _filled(
    kind: Any,
    value: Any,
    where: str,
    more: bool = False,
    made: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    if type(value) is not dict:
        raise _unfit(where, value, WORDS[dict])
    known = {field.name: field for field in fields(kind) if field.init}
    unknown = [key for key in value if key not in known and not more]
    if unknown:
        raise ValueError(f"{_path(where, unknown[0])} is not a key that is known here")
    needed = (n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING)
    missing = [name for name in needed if name not in value and name not in made]
    if missing:
        raise ValueError(f"{_path(where, missing[0])} is missing")
    types_of = _hints(kind)
    given = {n: v for n, v in value.items() if n in known and n not in made}
    return kind(**{n: _fitted(types_of[n], v, _path(where, n)) for n, v in given.items()}, **made)


def _first(kinds: Sequence[Any], value: Any, where: str) -> Any:
    refused: list[ValueError] = []
    for kind in kinds:
        try:
            return _fitted(kind, value, where)
        except ValueError as error:
            refused.append(error)
    deepest = max(refused, key=lambda error: len(str(error).partition(" is ")[0]))
    raise deepest


def _listed(origin: Any, inner: Sequence[Any], value: Any, where: str) -> Any:
    if type(value) is not list:
        raise _unfit(where, value, WORDS[list])
    endless = origin is not tuple or (len(inner) == 2 and inner[1] is Ellipsis)
    kinds = [inner[0]] * len(value) if endless else inner
    if len(kinds) != len(value):
        raise ValueError(f"{where or 'it'} has {len(value)} items, expected {len(kinds)}")
    made = [
        _fitted(k, v, f"{where}[{i}]") for i, (k, v) in enumerate(zip(kinds, value, strict=True))
    ]
    return made if origin is list else tuple(made)


@lru_cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _path(where: str, key: str) -> str:
    return f"{where}.{key[:60]}" if where else key[:60]


def _unfit(where: str, value: Any, expected: str) -> ValueError:
    seen = ascii(value)
    seen = seen if len(seen) <= 60 else f"{seen[:58]} …"
    return ValueError(f"{where or 'it'} is {seen}, expected {expected}")
