"""What of a learner's notebook an exercise needs: its definition, and what that needs. Pure text.

An exercise is found by the metadata of its cell or by its check, else by the name that it defines:
many editors drop metadata. The last definition before the check counts, in whichever cell.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry
from mtslib.learn.instructor.python_text import NOT_PARSED, decoded, plain, run_as_cell
from mtslib.learn.source import global_names
from mtslib.workbook.chapters import CHAPTERS
from mtslib.workbook.notebooks import read_notebook

# Calls that put the solution on the page, or the reference into the hand.
SHOWING = ("show_solution", "reference", "reference_source")
CHANGING = {"append", "extend", "insert", "update", "setdefault", "add", "sort", "reverse"}
LARGEST_SCRIPT = 1_000_000  # bytes
# What begins a cell in a script: VS Code and jupytext, nbconvert, Databricks.
MARKER = re.compile(r"^# ?(?=%%|In\[[\d ]*\]:|COMMAND -----).*$", re.MULTILINE)
TITLE = re.compile(r'^(?:# |""")?# (\d\d[a-z]?) · ', re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """A code cell: its text and the exercise that its metadata names, or ''."""

    source: str
    exercise: str = ""

    @cached_property
    def tree(self) -> ast.Module:
        """Its code, parsed. Raises one of NOT_PARSED."""
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(plain(self.source))


class MissingError(Exception):
    """A notebook has no answer to an exercise; the message says in which way."""


# Reading ---------------------------------------------------------------------------------------


def read(path: Path) -> tuple[list[Cell], str]:
    """(the code cells of a notebook or a script, the chapter in its title or file name, or '').

    Raises MtsError where a notebook is none, OSError where a script cannot be read.
    """
    if is_script(path):
        if path.stat().st_size > LARGEST_SCRIPT:
            raise MtsError(f"{path.name}: larger than {LARGEST_SCRIPT // 1000} kB")
        text = decoded(path.read_bytes())
        cells, prose = list(_script_cells(text)), text
    else:
        notebook = read_notebook(path)
        cells = [
            Cell(cell.source, _exercise(cell.metadata.get("mts")))
            for cell in notebook.cells
            if cell.cell_type == "code"
        ]
        prose = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    title = TITLE.search(prose)
    name = re.sub(r"\W|_", "", path.stem.lower())
    stems = {re.sub(r"\W|_", "", c.file.removesuffix(".ipynb")): c.number for c in CHAPTERS}
    by_file = next((number for stem, number in stems.items() if stem in name), "")
    return cells, title[1] if title else by_file


def _exercise(named: object) -> str:
    exercise = named.get("exercise", "") if isinstance(named, dict) else ""
    return exercise if isinstance(exercise, str) else ""


def _script_cells(text: str) -> Iterator[Cell]:
    """The cells of an exported notebook; a script without markers is one cell."""
    starts = [match.start() for match in MARKER.finditer(text)]
    for start, end in zip([0, *starts], [*starts, len(text)], strict=True):
        named = re.match(r'#.*"exercise": ?"([^"]+)"', text[start:end])
        yield Cell(text[start:end], named[1] if named else "")


def is_script(path: Path) -> bool:
    """Whether a file is Python, by its name."""
    return path.suffix.lower() == ".py"


def is_export(path: Path) -> bool:
    """Whether a script was a notebook, or checks exercises itself; else it may be a helper."""
    text = decoded(path.read_bytes()[:LARGEST_SCRIPT])
    return bool(MARKER.search(text) or re.search(r"\bcheck\(\s*[\"']\d\d[a-z]?\.\d+[\"']", text))


def chapters(cells: Sequence[Cell], said: str) -> list[str]:
    """The chapters of which a notebook holds exercises, in reading order.

    said: the chapter in its title. By what its cells and checks name; else by that; else the one
    chapter of which it defines most.
    """
    known = registry.chapters()
    statements = list(_statements(cells, []))
    named = {cell.exercise for cell in cells} | {s.check for s in statements}
    found = [number for number in known if number in {name.split(".")[0] for name in named}]
    if found or said in known:
        return found or [said]
    # Not by assignments: any notebook may have a variable called fit.
    defined = {n for s in statements if re.match(r"def |class |@", s.text) for n in s.binds}
    counts = {number: len(defined & {e.name for e in own}) for number, own in known.items()}
    best = max(counts, key=counts.__getitem__, default="")
    return [best] if counts.get(best) else []


def written_modules(cells: Iterable[Cell]) -> dict[str, str]:
    """Name → text of the modules that a notebook writes: `%%writefile mine.py`, common in Colab."""
    above = r"(?:[ \t]*(?:#[^\n]*)?\n)*"
    pattern = re.compile(above + r"\s*%%(?:writefile|file)\s+([\w-]+\.py)[ \t]*\n(.*)", re.DOTALL)
    return {m[1]: m[2] for cell in cells if (m := pattern.match(cell.source))}


# What an answer needs --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Statement:
    """One at the top level. binds, needs: names. changes: an attribute or item of these is set.

    check: the exercise that it checks, and then answer is the name that it hands in.
    """

    cell: int
    text: str = ""
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    check: str = ""
    answer: str = ""


def needed_source(cells: Sequence[Cell], exercise: str, name: str, given: Iterable[str]) -> str:
    """The statements that define `name`, and those that they need, in the notebook's order.

    given: names that are provided from outside. Checks and plain expressions (a print, a call) are
    left out: only imports, definitions and assignments remain. Raises MissingError.
    """
    broken: list[tuple[int, str]] = []
    statements = list(_statements(cells, broken))
    checks = [i for i, s in enumerate(statements) if s.check == exercise]
    end = checks[-1] if checks else len(statements)
    handed_in = statements[end].answer if checks else name
    answer = handed_in if _binding(statements[:end], handed_in) is not None else name
    own = max((i for i, cell in enumerate(cells) if cell.exercise == exercise), default=-1)
    first = _binding(statements[:end], answer)
    at = statements[first].cell if first is not None else -1
    last = statements[end].cell if checks else len(cells)
    for index, reason in broken:
        begun = re.search(rf"^[^#\n]*\b{re.escape(answer)} *[=(:]", cells[index].source, re.M)
        if at < index <= last and (index == own or begun):
            raise MissingError(f"the cell is not Python {reason}")
    if first is None:
        later = _binding(statements, answer) is not None
        raise MissingError(
            f"{answer} is defined only after its check" if later else f"no cell defines {answer}"
        )
    provided = set(given) - {answer}
    chosen = {i for i, s in enumerate(statements[:end]) if "*" in s.binds}
    waiting = [first]
    while waiting:
        place = waiting.pop()
        if place in chosen:
            continue
        chosen.add(place)
        statement = statements[place]
        for used in (statement.needs | (statement.binds & {answer})) - provided:
            # x = x + 1 needs the x before it.
            again = used in statement.binds and used in statement.needs
            found = _binding(statements[: place if again else end], used)
            if found is None and not again:  # a helper that stands below its use
                found = next((i for i, s in enumerate(statements) if used in s.binds), None)
            waiting += [] if found is None else [found]
            waiting += [i for i, s in enumerate(statements[:end]) if used in s.changes]
    renamed = [] if answer == name else [f"{name} = {answer}\n"]
    return "\n".join([*(statements[i].text for i in sorted(chosen)), *renamed])


def _binding(statements: Sequence[_Statement], name: str) -> int | None:
    """Where a name gets its value for the last time."""
    return next((i for i in reversed(range(len(statements))) if name in statements[i].binds), None)


def _statements(cells: Sequence[Cell], broken: list[tuple[int, str]]) -> Iterator[_Statement]:
    """The statements of all cells; a cell that is not Python goes to `broken`, with its reason."""
    for index, cell in enumerate(cells):
        try:
            lines = plain(cell.source).splitlines(keepends=True)
            yield from [s for node in cell.tree.body for s in _statement(index, node, lines)]
        except NOT_PARSED as error:
            line = getattr(error, "lineno", None)
            where = f" in line {line}" if line else ""
            said = str(error.args[0]) if error.args else type(error).__name__
            broken.append((index, f"{sys.version_info[0]}.{sys.version_info[1]}{where}: {said}"))


def _statement(index: int, node: ast.stmt, lines: Sequence[str]) -> Iterator[_Statement]:
    check = _check(node)
    if check is not None:
        if check[0]:
            yield _Statement(index, check=check[0], answer=check[1])
        return
    if isinstance(node, ast.Expr) and (body := run_as_cell(node)):
        inner = ast.parse(body).body
        yield from [s for n in inner for s in _statement(index, n, body.splitlines(keepends=True))]
        return
    changes = _changed(node)
    if isinstance(node, ast.Expr) and not changes:
        return
    first = min(part.lineno for part in (node, *getattr(node, "decorator_list", [])))
    piece = "".join(lines[first - 1 : node.end_lineno])
    if first == node.lineno:  # without decorators; another statement may share its line
        piece = (ast.get_source_segment("".join(lines), node) or "") + "\n"
    bound, read = global_names(piece)
    needs = frozenset(used for used in read if not hasattr(builtins, used))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        needs -= {node.name}  # it may call itself
    if isinstance(node, ast.AugAssign):
        bound, changes = [], changes | set(bound)
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        bound = [*bound, "*"]
    yield _Statement(index, piece, frozenset(bound), frozenset(changes), needs)


def _check(node: ast.stmt) -> tuple[str, str] | None:
    """(exercise, name handed in) of `X = learn.check("03.4", X)`; ('', '') for what is like it.

    What such a call gives may be the reference. None where there is no such call.
    """
    value = getattr(node, "value", None)
    for part in ast.walk(value) if isinstance(value, ast.expr) else ():
        if not isinstance(part, ast.Call):
            continue
        called = getattr(part.func, "attr", getattr(part.func, "id", ""))
        owner = getattr(getattr(part.func, "value", None), "id", "")
        number = part.args[0].value if part.args and isinstance(part.args[0], ast.Constant) else ""
        if called == "check" and re.fullmatch(r"\d\d[a-z]?\.\d+", str(number)):
            if any(keyword.arg == "record" for keyword in part.keywords):
                return "", ""  # broken on purpose
            return number, getattr(part.args[1], "id", "") if len(part.args) > 1 else ""
        if owner == "learn" and called in ("check", "replay", "my_parts"):
            return "", ""
    return None


def _changed(node: ast.AST) -> set[str]:
    """The names of which a statement changes an attribute or an item, also deep in a loop.

    By an assignment, by `setattr`, or by a method that changes a list, dictionary or set. What
    stands in a function happens only when it is called.
    """
    changes, waiting = set(), [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        waiting += ast.iter_child_nodes(part)
        stored = isinstance(getattr(part, "ctx", None), ast.Store | ast.Del)
        base = part if stored else _changed_by_call(part)
        inside = base is not part
        while isinstance(base, ast.Attribute | ast.Subscript):
            base, inside = base.value, True
        if inside and isinstance(base, ast.Name):
            changes.add(base.id)
    return changes


def _changed_by_call(part: ast.AST) -> ast.AST | None:
    if not isinstance(part, ast.Call):
        return None
    if getattr(part.func, "id", "") == "setattr" and part.args:
        return part.args[0]
    return part.func.value if getattr(part.func, "attr", "") in CHANGING else None


# Copied or shown -------------------------------------------------------------------------------


def shows_solution(cells: Iterable[Cell], exercise: str) -> bool:
    """Whether a notebook calls for the solution of an exercise, in any cell."""
    for cell in cells:
        try:
            parts = list(ast.walk(cell.tree))
        except NOT_PARSED:
            continue
        for part in parts:
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


@lru_cache
def workbook_shows(exercise: str) -> bool:
    """Whether the chapter itself, as it is handed out, shows the solution of an exercise."""
    number = exercise.split(".")[0]
    files = [chapter.file for chapter in CHAPTERS if chapter.number == number]
    return any(shows_solution(read(NOTEBOOKS / file)[0], exercise) for file in files)


def same_code(source: str, reference: str) -> bool:
    """Whether two pieces of code are one but for comments, docstrings, types and layout."""
    try:
        return _bare(source) == _bare(reference)
    except NOT_PARSED:
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
