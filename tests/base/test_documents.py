"""A document is JSON of bounded size and depth, and fits the shape that is declared for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from mtslib.base import documents


@dataclass(frozen=True)
class Inner:
    name: str
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outer:
    count: int
    rate: float = 0.5
    inner: Inner | None = None
    words: dict[str, str] | None = None
    pair: tuple[float, bool] = (0.0, False)
    open: Any = None

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"count is {self.count}, expected at least 0")


def test_a_document_fills_its_dataclass() -> None:
    told = {"count": 3, "rate": 1, "inner": {"name": "x", "sizes": [1, 2]}, "pair": [1, True]}
    assert documents.fill(Outer, told) == Outer(3, 1, Inner("x", (1, 2)), pair=(1, True))
    assert documents.fill(Outer, {"count": 3, "later": 1}, more=True) == Outer(3)


@pytest.mark.parametrize(
    "told, said",
    [
        ({}, "count is missing"),
        ({"count": 1, "cuont": 1}, "cuont is not a key that is known here"),
        ({"count": "1"}, "count is '1', expected a whole number"),
        ({"count": True}, "count is True, expected a whole number"),
        ({"count": 1.0}, "count is 1.0, expected a whole number"),
        ({"count": -1}, "expected at least 0"),
        ({"count": 1, "rate": "fast"}, "rate is 'fast', expected a number"),
        ({"count": 1, "inner": {"name": 5}}, "inner.name is 5, expected a text"),
        ({"count": 1, "inner": {"name": "", "sizes": [1, ""]}}, "inner.sizes[1] is ''"),
        ({"count": 1, "words": {"a": 1}}, "words.a is 1, expected a text"),
        ({"count": 1, "pair": [1]}, "pair has 1 items, expected 2"),
        ([], "it is [], expected an object"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(told: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        documents.fill(Outer, told)


@pytest.mark.parametrize(
    "raw, said",
    [
        (b'{"a": 1, "b": 2, "a": 3}', "the key 'a' stands twice"),
        (b"[NaN]", "NaN is not a number of JSON"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b"[1e999]", "too large for a float"),
        (b'{"\\ud800": 1}', "half a character"),
        (b"[" * 65 + b"]" * 65, "nested more than 64 deep"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "digits"),
        (b'"\xff"', "utf-8"),
        (b"{", "Expecting"),
    ],
)
def test_what_is_no_json_of_ours_is_named(raw: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        documents.parse(raw)
    assert "\n" not in str(caught.value)


def test_the_size_is_bounded_before_anything_is_parsed() -> None:
    with pytest.raises(ValueError, match="is the most"):
        documents.parse(b"[" + b" " * 2000 + b"]", largest=1000)


def test_any_utf_and_a_byte_order_mark_are_read() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert documents.parse('{"ä": "😀"}'.encode(encoding)) == {"ä": "😀"}
