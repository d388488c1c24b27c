"""What of a learner's notebook an exercise needs: its own cell, imports, definitions. Pure text."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from mtslib.learn.source import global_names

# Calls that put the solution on the page, or the reference into the hand.
SHOWING = ("show_solution", "reference", "reference_source")


@dataclass(frozen=True)
class Cell:
    """A code cell: its text and the exercise that its metadata names, or ''."""

    source: str
    exercise: str = ""


class MissingError(Exception):
    """A notebook has no answer to an exercise; the message says in which way."""


@dataclass(frozen=True)
class _Statement:
    cell: int
    text: str
    binds: frozenset[str]
    changes: frozenset[str]  # attributes or items of these names are assigned
    needs: frozenset[str]


def code_cells(notebook: NotebookNode) -> list[Cell]:
    """The code cells of a notebook, outputs and other text left out."""
    made = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            named = cell.metadata.get("mts", {})
            exercise = named.get("exercise", "") if isinstance(named, dict) else ""
            made.append(Cell(cell.source, exercise if isinstance(exercise, str) else ""))
    return made


def needed_source(cells: Sequence[Cell], exercise: str, name: str, given: Iterable[str]) -> str:
    """The statements that define `name`, and those that they need, in the notebook's order.

    given: names that are provided from outside. Checks and plain expressions (a print, a call) are
    left out: only imports, definitions and assignments remain. Raises MissingError.
    """
    own = [index for index, cell in enumerate(cells) if cell.exercise == exercise]
    if not own:
        raise MissingError("no cell carries this exercise in its metadata")
    stub = own[-1]
    statements: list[_Statement] = []
    for index, cell in enumerate(cells):
        try:
            statements += _statements(index, cell.source)
        except (SyntaxError, ValueError) as error:
            if index == stub:
                line = getattr(error, "lineno", None)
                where = f" in line {line}" if line else ""
                raise MissingError(f"the cell is not Python{where}: {error.args[0]}") from error
    first = _binding(statements, name, stub)
    if first is None or statements[first].cell not in own:
        raise MissingError(f"the cell of this exercise defines no {name}")
    provided = set(given) - {name}
    chosen = {i for i, s in enumerate(statements) if "*" in s.binds and s.cell <= stub}
    waiting = [first]
    while waiting:
        place = waiting.pop()
        if place in chosen:
            continue
        chosen.add(place)
        wanted = statements[place].needs | (statements[place].binds & {name})
        for used in wanted - provided:
            # x = x + 1 needs the x before it.
            again = used in statements[place].binds and used in statements[place].needs
            found = _binding(statements[:place] if again else statements, used, stub)
            waiting += [] if found is None else [found]
            waiting += [i for i, s in enumerate(statements) if used in s.changes and s.cell <= stub]
    return "\n".join(statements[i].text for i in sorted(chosen))


def _binding(statements: Sequence[_Statement], name: str, stub: int) -> int | None:
    """Where a name gets its value: the last time up to the stub, else the first time after."""
    places = [i for i, s in enumerate(statements) if name in s.binds]
    before = [i for i in places if statements[i].cell <= stub]
    if before:
        return before[-1]
    return places[0] if places else None


def _statements(index: int, source: str) -> list[_Statement]:
    text = plain(source)
    lines = text.splitlines(keepends=True)
    made = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Expr) or _is_check(node):
            continue
        first = min(part.lineno for part in (node, *getattr(node, "decorator_list", [])))
        piece = "".join(lines[first - 1 : node.end_lineno])
        if first == node.lineno:  # without decorators; another statement may share its line
            piece = (ast.get_source_segment(text, node) or "") + "\n"
        bound, read = global_names(piece)
        needs = frozenset(used for used in read if not hasattr(builtins, used))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            needs -= {node.name}  # it may call itself
        changes = _changed(node)
        star = ["*"] if _is_star(node) else []
        if isinstance(node, ast.AugAssign):
            bound, changes = [], changes | set(bound)
        made.append(_Statement(index, piece, frozenset([*bound, *star]), frozenset(changes), needs))
    return made


def plain(source: str) -> str:
    """A cell without its IPython lines: `%%time` on top, `%matplotlib`, `!ls`, `name?`."""
    return re.sub(r"^[ \t]*(%{1,2}|!|\?).*$|^[\w.]+\?{1,2}$", "", source, flags=re.MULTILINE)


def _is_check(node: ast.stmt) -> bool:
    """`X = learn.check("03.4", X)` and the like: what it gives may be the reference."""
    value = getattr(node, "value", None)
    return value is not None and any(
        isinstance(part, ast.Attribute)
        and part.attr in ("check", "replay", "my_parts")
        and isinstance(part.value, ast.Name)
        and part.value.id == "learn"
        for part in ast.walk(value)
    )


def _is_star(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def _changed(node: ast.stmt) -> set[str]:
    """The names of which an assignment changes an attribute or an item."""
    changes = set()
    for target in getattr(node, "targets", [getattr(node, "target", None)]):
        base = target
        while isinstance(base, ast.Attribute | ast.Subscript):
            base = base.value
        if base is not target and isinstance(base, ast.Name):
            changes.add(base.id)
    return changes


def shown(cells: Iterable[Cell], exercise: str) -> bool:
    """Whether a notebook calls for the solution of an exercise, in any cell."""
    for cell in cells:
        try:
            tree = ast.parse(plain(cell.source))
        except (SyntaxError, ValueError):
            continue
        for part in ast.walk(tree):
            called = part.func if isinstance(part, ast.Call) else part
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name not in SHOWING:
                continue
            said = [n.value for n in ast.walk(part) if isinstance(n, ast.Constant)]
            if isinstance(part, ast.Call) and exercise in said:
                return True
            if name == "reference_source" and isinstance(part, ast.Attribute):
                return True
    return False


def same_code(source: str, reference: str) -> bool:
    """Whether two pieces of code are one but for comments, docstrings, types and layout."""
    try:
        return _bare(source) == _bare(reference)
    except (SyntaxError, ValueError):
        return False


def _bare(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    kept = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    return "\n".join(ast.dump(node) for node in kept)
