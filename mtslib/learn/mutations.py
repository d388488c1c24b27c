"""Free mistakes: a function's or class's syntax tree, changed in one place at a time.

The operators know nothing of what the code is for.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from mtslib.learn.operators import Scope, changes, is_text


@dataclass(frozen=True)
class Mutant:
    """A source with one thing changed.

    operator: the kind of change. change: `old → new`, the code before and after, in one line;
    numbered where the source has the same change twice. line: of the source, counted from 1.
    """

    operator: str
    change: str
    source: str
    line: int

    def __str__(self) -> str:
        return f"{self.operator}: {self.change}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every change that an operator makes in a source that compiles, in the order of its lines."""
    tree = ast.parse(source)
    original = ast.unparse(tree)
    seen: dict[str, int] = {}
    known = {original}
    for parent, name, index, node, scope in list(_places(tree, Scope())):
        leaf = isinstance(node, ast.Constant | ast.Name | ast.UnaryOp)
        whole = parent if leaf and isinstance(parent, ast.expr | ast.keyword) else None
        old = ast.unparse(whole or node)
        for operator, new, words in changes(node, scope, parent, name):
            _put(parent, name, index, new)
            text = ast.unparse(ast.fix_missing_locations(tree))
            after = ast.unparse(whole or new)
            _put(parent, name, index, node)
            if text in known or not _compiles(text):
                continue
            known.add(text)
            change = " ".join((words or f"{old} → {after}").split())
            key = f"{operator}: {change}"
            seen[key] = seen.get(key, 0) + 1
            again = f" ({seen[key]})" if seen[key] > 1 else ""
            yield Mutant(operator, change + again, text, getattr(node, "lineno", 1))


def _places(
    node: ast.AST, scope: Scope
) -> Iterator[tuple[ast.AST, str, int | None, ast.AST, Scope]]:
    """(parent, field, index in it, node, scope) of all code: no annotations, docstrings, errors."""
    if isinstance(node, ast.FunctionDef):
        arguments = [*node.args.args, *node.args.kwonlyargs]
        types = {a.arg: ast.unparse(a.annotation) if a.annotation else "" for a in arguments}
        scope = Scope(types, scope.parts, ast.unparse(node.returns) if node.returns else "")
    if isinstance(node, ast.ClassDef):
        scope = Scope(parts=_parts(node))
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "bases", "exc", "ctx"):
            continue
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, item in items:
            if isinstance(item, ast.AST) and not is_text(item):
                yield node, name, index, item, scope
                yield from _places(item, scope)


def _parts(node: ast.ClassDef) -> dict[str, str]:
    """`query` → `nn.Linear`: the attributes of self, by what made them."""
    found = {}
    for one in ast.walk(node):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Attribute):
            made = one.value.func if isinstance(one.value, ast.Call) else one.value
            found[one.targets[0].attr] = ast.unparse(made)
    return found


def _put(parent: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # as of `1[0]`
            compile(text, "<mutant>", "exec")
    except (SyntaxError, SyntaxWarning, ValueError):
        return False
    return True
