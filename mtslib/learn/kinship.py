"""How any two things are alike: tensors, lists, strings, mappings, and one kind for another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mtslib.learn.compare import differ
from mtslib.learn.relations import relations
from mtslib.learn.shapes import MOST_NUMBERS, Relation, close

MOST_ITEMS = 2_000


def kinship(seen: Any, expected: Any, tolerance: float) -> list[Relation]:
    """What relates something to what was expected. Empty where the two agree or nothing does."""
    if differ(seen, expected, tolerance) is None:
        return []
    kind = _kind(seen, expected)
    mine, right = numbers_of(seen), numbers_of(expected)
    if mine is not None and right is not None:
        if kind and mine.shape == right.shape and close(mine, right):
            return [Relation("kind only", f"the right numbers, {kind}")]
        found = relations(mine, right)
        return ([Relation("kind", kind)] if kind else []) + found
    for several, look in ((Mapping, _mappings), (list | tuple, _lists), (str, _strings)):
        if isinstance(seen, several) and isinstance(expected, several):
            return look(seen, expected, tolerance)
    if isinstance(expected, list | tuple) and [seen] == list(expected):
        return [Relation("bare item", "the right item, not in a list")]
    if isinstance(seen, list | tuple) and list(seen) == [expected]:
        return [Relation("in a list", "the right thing, in a list of its own")]
    return [Relation("kind", kind)] if kind else []


def numbers_of(value: Any) -> Tensor | None:
    """The numbers of a tensor, an array, one number or regular lists of numbers; None if none."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return None
    if isinstance(value, Tensor):
        usable = value.layout == torch.strided and not value.is_meta and not value.is_complex()
        usable = usable and value.numel() <= MOST_NUMBERS
        return value.detach().double() if usable else None
    if isinstance(value, int | float):
        return torch.tensor(float(value)).double() if abs(value) < 1e300 else None
    if not isinstance(value, list | tuple | np.ndarray) or len(value) == 0:
        return None
    try:
        if any(isinstance(item, bool | str) or item is None for item in _leaves(value)):
            return None
        if isinstance(value[0], Tensor):
            return torch.stack([numbers_of(item) for item in value])
        return torch.as_tensor(np.array(value, dtype=np.float64))
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None


def _leaves(value: Any, depth: int = 0) -> Iterable[Any]:
    if isinstance(value, list | tuple) and depth < 8:
        for item in value[:MOST_ITEMS]:
            yield from _leaves(item, depth + 1)
    else:
        yield value


def _kind(seen: Any, expected: Any) -> str:
    """`as a list; expected a tensor`, where the kinds differ."""
    if isinstance(seen, Tensor) and isinstance(expected, Tensor):
        floating = [t.dtype.is_floating_point for t in (seen, expected)]
        if floating[0] == floating[1] and (floating[0] or seen.dtype == expected.dtype):
            return ""
        names = [str(t.dtype).removeprefix("torch.") for t in (seen, expected)]
        return f"as {names[0]}; expected {names[1]}"
    sort = [_sort(value) for value in (seen, expected)]
    untold = ("nothing", "a string")  # what came says more of itself, or is the exercise's own word
    return (
        ""
        if sort[0] == sort[1] or sort[0] in untold or sort[1] == "nothing"
        else f"as {sort[0]}; expected {sort[1]}"
    )


def _sort(value: Any) -> str:
    for kind, word in (
        (type(None), "nothing"),
        (Tensor, "a tensor"),
        (np.ndarray, "a numpy array"),
        (bool, "True or False"),
        (int | float, "a number"),
        (str, "a string"),
        (Mapping, "a dictionary"),
        (list | tuple, "a list"),
        (set | frozenset, "a set"),
    ):
        if isinstance(value, kind):
            return word
    return f"a {type(value).__name__}"


def _mappings(seen: Mapping, expected: Mapping, tolerance: float) -> list[Relation]:
    found = []
    left, right = set(map(str, seen)), set(map(str, expected))
    for kind, keys in (("missing", right - left), ("too many", left - right)):
        if keys:
            found.append(Relation(f"keys {kind}", f"{kind}: {_some(sorted(keys))}"))
    if not found and list(map(str, seen)) != list(map(str, expected)):
        found.append(Relation("key order", "the right keys, in another order"))
    shared = [key for key in expected if key in seen]
    pairs = [(seen[key], expected[key]) for key in shared]
    found += _items([str(key) for key in shared], pairs, tolerance)
    if not found and len(pairs) > 1:
        sides = [numbers_of(list(side)) for side in zip(*pairs, strict=True)]
        if not any(side is None for side in sides):
            found += [
                Relation(r.kind, f"taken together, {r.words}", r.with_) for r in relations(*sides)
            ]
    return found


def _lists(seen: Sequence, expected: Sequence, tolerance: float) -> list[Relation]:
    n, m = len(seen), len(expected)
    if max(n, m) > MOST_ITEMS:
        return []

    def same(a: Sequence, b: Sequence) -> bool:
        return len(a) == len(b) and all(
            differ(x, y, tolerance) is None for x, y in zip(a, b, strict=True)
        )

    found = []
    if n != m:
        word = "short" if n < m else "many"
        found.append(
            Relation("length", f"{abs(n - m)} too {'few' if n < m else word} ({n}, expected {m})")
        )
        for kind, a, b, words in (
            (
                "beginning",
                list(seen),
                list(expected)[:n],
                f"the first {n} are right, the rest is missing",
            ),
            (
                "end",
                list(seen),
                list(expected)[m - n :] if n < m else None,
                f"the last {n} are right, the beginning is missing",
            ),
            (
                "goes on",
                list(seen)[:m],
                list(expected),
                f"the first {m} are right, then it goes on",
            ),
            (
                "begins early",
                list(seen)[n - m :] if n > m else None,
                list(expected),
                f"the last {m} are right, with {n - m} before them",
            ),
        ):
            if b is not None and a is not None and a and same(a, b):
                return [Relation(kind, words)]
    keys = [repr(item) for item in seen], [repr(item) for item in expected]
    if n == m and n > 1 and sorted(keys[0]) == sorted(keys[1]):
        turned = same(list(seen)[::-1], list(expected))
        words = "backwards" if turned else "in another order"
        return [Relation("backwards" if turned else "reordered", f"the right items, {words}")]
    if n != m:
        missing = [k for k in dict.fromkeys(keys[1]) if k not in keys[0]]
        extra = [k for k in dict.fromkeys(keys[0]) if k not in keys[1]]
        for kind, some in (("missing", missing), ("too many", extra)):
            if some and len(" ".join(some)) < 200:
                found.append(Relation(f"items {kind}", f"{kind}: {_some(some)}"))
        if not missing and not extra:
            found.append(Relation("repeats", "the right items, but not each as often as expected"))
        return found
    return _items([str(i) for i in range(n)], list(zip(seen, expected, strict=True)), tolerance)


def _items(names: list[str], pairs: list[tuple[Any, Any]], tolerance: float) -> list[Relation]:
    """Which items are right, and what holds of all that are wrong."""
    wrong = [i for i, two in enumerate(pairs) if differ(*two, tolerance) is not None]
    if not wrong:
        return []
    found = []
    if len(wrong) < len(pairs):
        right = [i for i in range(len(pairs)) if i not in wrong]
        told = [_some([names[i] for i in some]) for some in (right, wrong)]
        words = f"right at {told[0]}; wrong at {told[1]}"
        found.append(Relation("items", words, tuple(wrong)))
    shared = common([kinship(*pairs[i], tolerance) for i in wrong])
    more = "" if len(wrong) == 1 else "at each of them " if found else "at each place "
    found += [Relation(r.kind, f"{more}{r.words}", r.with_) for r in shared]
    return found


def common(each: Sequence[Sequence[Relation]]) -> list[Relation]:
    """The relations that stand in all of some lists, in the order of the first."""
    if not each:
        return []
    return [one for one in each[0] if all(any(alike(one, r) for r in rest) for rest in each[1:])]


def alike(one: Relation, other: Relation) -> bool:
    """Whether two relations say the same: in the same words, or with numbers nearly equal."""
    if one.kind != other.kind or len(one.with_) != len(other.with_):
        return False
    pairs = zip(one.with_, other.with_, strict=True)
    near = all(abs(a - b) <= 1e-4 * max(abs(a), abs(b)) for a, b in pairs)
    return one.words == other.words or (bool(one.with_) and near)


def _strings(seen: str, expected: str, tolerance: float) -> list[Relation]:
    for kind, same, words in (
        ("case", seen.lower() == expected.lower(), "the same but for upper and lower case"),
        ("blanks", seen.split() == expected.split(), "the same but for blanks"),
        ("blanks", "".join(seen.split()) == "".join(expected.split()), "the same but for blanks"),
        (
            "beginning",
            bool(seen) and expected.startswith(seen),
            "the beginning of what was expected",
        ),
        (
            "goes on",
            bool(expected) and seen.startswith(expected),
            "what was expected, and then more",
        ),
        ("end", bool(seen) and expected.endswith(seen), "the end of what was expected"),
        (
            "begins early",
            bool(expected) and seen.endswith(expected),
            "what was expected, with more before it",
        ),
        ("letters", sorted(seen) == sorted(expected), "the right letters, in another order"),
    ):
        if same:
            return [Relation(kind, words)]
    same = next((i for i, (a, b) in enumerate(zip(seen, expected)) if a != b), 0)  # noqa: B905
    words = [re.sub(r"\d+", "#", text) for text in (seen, expected)]
    if words[0] == words[1]:
        return [Relation("number in it", "the right words, with another number")]
    if same > len(expected) // 2:
        return [Relation("until", f"right for the first {same} letters", (same,))]
    return []


def _some(names: Sequence[str], most: int = 4) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
