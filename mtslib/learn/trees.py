"""Syntax trees changed from one: two changes in one tree, and a change without another."""

from __future__ import annotations

import ast
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any


def dump(node: Any) -> str:
    """A tree as text, worked out once for each node."""
    if isinstance(node, list):
        return "\n".join(map(dump, node))
    if not isinstance(node, ast.AST):
        return repr(node)
    if not hasattr(node, "_text"):
        inner = [dump(value) for _, value in ast.iter_fields(node)]
        node._text = f"{type(node).__name__}({', '.join(inner)})"
    return node._text


def changed(right: list, other: list) -> tuple[int, int, list]:
    """(start, end, what stands there now) of the part of a list that was changed."""
    texts = [list(map(dump, one)) for one in (right, other)]
    least = min(map(len, texts))
    start = next((i for i in range(least) if texts[0][i] != texts[1][i]), least)
    tail = 0
    while tail < least - start and texts[0][-1 - tail] == texts[1][-1 - tail]:
        tail += 1
    return start, len(right) - tail, other[start : len(other) - tail]


def merged(right: Any, first: Any, second: Any) -> Any:
    """Two changed syntax trees in one. Raises ValueError where both changed the same place."""
    texts = [dump(one) for one in (right, first, second)]
    if texts[1] == texts[0]:
        return second
    if texts[2] in (texts[0], texts[1]):
        return first
    if isinstance(right, list):
        return _merged_lists(right, first, second)
    names = right._fields if isinstance(right, ast.AST) else ()
    for one, other in ((first, second), (second, first)):
        for name in names if type(right) is type(one) else ():
            held = getattr(right, name)  # of what is left where something around it was dropped
            if isinstance(held, ast.AST) and dump(held) == dump(other):
                return getattr(one, name)
    if not names or not type(right) is type(first) is type(second):
        raise ValueError("both changed the same place")
    return type(right)(
        **{n: merged(*(getattr(one, n) for one in (right, first, second))) for n in names}
    )


def _merged_lists(right: list, first: list, second: list) -> list:
    if len(right) == len(first) == len(second):
        return [merged(*three) for three in zip(right, first, second, strict=True)]
    (a, b, new), (c, d, newer) = sorted((changed(right, first), changed(right, second)), key=_ends)
    if b > c:
        raise ValueError("both changed the same place")
    return [*right[:a], *new, *right[b:c], *newer, *right[d:]]


def _ends(change: tuple[int, int, list]) -> tuple[int, int]:
    return change[:2]


def within(right: Any, theirs: Any, wrong: Any) -> Any:
    """`theirs`, with what it changed put back wherever `wrong` leaves `right` as it is."""
    if dump(right) in (dump(theirs), dump(wrong)):
        return right
    if isinstance(right, list):
        return _within_lists(right, theirs, wrong)
    if not isinstance(right, ast.AST) or not type(right) is type(theirs) is type(wrong):
        return theirs
    return type(right)(
        **{n: within(*(getattr(one, n) for one in (right, theirs, wrong))) for n in right._fields}
    )


def _within_lists(right: list, theirs: list, wrong: list) -> list:
    if len(right) == len(theirs) == len(wrong):
        return [within(*three) for three in zip(right, theirs, wrong, strict=True)]
    beside: dict[int, Any] = {}  # what `wrong` has in the place of each, where it has something
    places = []  # where it has something else
    for same, a, b, there in _aligned(right, wrong):
        if same:
            beside |= zip(range(a, b), there, strict=True)
            places += [(i, i + 1) for i in range(a, b) if dump(beside[i]) != dump(right[i])]
        else:
            places.append((a, b))
    made = []
    for same, a, b, there in _aligned(right, theirs):
        if same:
            both = zip(range(a, b), there, strict=True)
            made += [within(right[i], x, beside.get(i, x)) for i, x in both]
        else:
            made += there if any(_meet((a, b), place) for place in places) else right[a:b]
    return made


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two parts of a list share an item; of what is only added, whether they touch."""
    (a, b), (c, d) = one, other
    return (a < d and c < b) if a < b and c < d else (a <= d and c <= b)


def _aligned(right: list, other: list) -> list[tuple[bool, int, int, list]]:
    """(whether the heads agree, start, end, what stands there in the other) of parts of a list."""
    heads = [list(map(_head, one)) for one in (right, other)]
    codes = SequenceMatcher(None, *heads, autojunk=False).get_opcodes()
    return [(code == "equal", a, b, other[c:d]) for code, a, b, c, d in codes]


def _head(node: Any) -> str:
    """What makes two statements the same one, changed: what they assign, or their kind."""
    if isinstance(node, ast.Assign):
        return dump(node.targets)
    if isinstance(node, ast.AugAssign | ast.For):
        return type(node).__name__ + dump(node.target)
    if isinstance(node, ast.If | ast.While | ast.With | ast.Return | ast.FunctionDef):
        return type(node).__name__ + getattr(node, "name", "")
    return dump(node)


@lru_cache(1024)
def plain_definition(source: str, name: str) -> ast.AST | None:
    """A class or function of a source without its comments on itself; None where it has none.

    Gone are docstrings and annotations, which compute nothing. The same tree each time: leave it
    as it is.
    """
    own = [node for node in ast.parse(source).body if getattr(node, "name", "") == name]
    return _Bare().visit(ast.parse(ast.unparse(own[-1])).body[0]) if own else None


class _Bare(ast.NodeTransformer):
    """Takes docstrings and annotations out of a tree."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for note in ("annotation", "returns"):
            if hasattr(node, note) and not isinstance(node, ast.AnnAssign):
                setattr(node, note, None)
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and body[1:]:
            node.body = body[1:]
        return node
