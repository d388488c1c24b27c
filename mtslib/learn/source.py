"""The text of a learner's object, with everything of their own that it needs."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import symtable
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from mtslib.base.paths import EXERCISES

MOST = 100_000  # characters: longer than any answer
_HOMES = ("torch", "torch.nn", "torch.nn.functional", "math")


def source_of(answer: Any, name: str) -> str:
    """Code that defines `name` as `answer` is: imports, helpers, then itself. Empty if unknown.

    Notebook cells share one space of names, so a helper from an earlier cell comes along, and so
    does a plain number or string. Tensors and other made objects do not.
    """
    space = space_of(answer)
    pieces: list[str] = []
    if space is None or not _collect(answer, space, pieces, set()):
        return ""
    own = getattr(answer, "__name__", "")
    if own != name and name not in global_names(pieces[-1])[0]:
        if not own.isidentifier():
            return ""
        pieces.append(f"{name} = {own}\n")
    text = "\n".join(pieces)
    return text if len(text) <= MOST else ""


def _collect(value: Any, space: Mapping[str, Any], pieces: list[str], seen: set[str]) -> bool:
    """Append what `value` needs and then its own text → whether that is known."""
    text = own_text(value)
    if not text:
        return False
    seen.add(getattr(value, "__name__", ""))
    for used in global_names(text)[1]:
        if used in seen or used not in space or hasattr(builtins, used):
            continue
        seen.add(used)
        needed = space[used]
        if _is_own(needed, space):
            _collect(needed, space, pieces, seen)
            if needed.__name__ != used:
                pieces.append(f"{used} = {needed.__name__}\n")
        else:
            pieces += _line(used, needed)
    pieces.append(text)
    return True


def _line(name: str, value: Any) -> list[str]:
    """One line that gives `name` its value, where one line can."""
    if isinstance(value, ModuleType):
        own = value.__name__
        return [f"import {own}\n" if own == name else f"import {own} as {name}\n"]
    if type(value) is float:
        return [f"{name} = float({str(value)!r})\n"]
    if value is None or type(value) in (bool, int, str):
        return [f"{name} = {value!r}\n"]
    own = getattr(value, "__name__", "")
    for home in (getattr(value, "__module__", None), *_HOMES):
        module = sys.modules.get(home)
        if not own or getattr(module, own, None) is not value:
            continue
        path = Path(getattr(module, "__file__", None) or "")
        if path.is_relative_to(EXERCISES):  # the reference of another exercise
            place = path.relative_to(EXERCISES).as_posix()
            return [
                "from mtslib.learn.registry import exercise_file\n",
                f"{name} = exercise_file({place!r}).{own}\n",
            ]
        return [f"from {home} import {own}{'' if own == name else f' as {name}'}\n"]
    return []


def _is_own(value: Any, space: Mapping[str, Any]) -> bool:
    """Whether a function or class was defined in the same notebook."""
    return isinstance(value, FunctionType | type) and space_of(value) is space


def space_of(value: Any) -> Mapping[str, Any] | None:
    """The names that code of this object can see."""
    if isinstance(value, FunctionType):
        return inspect.unwrap(value).__globals__
    methods = _methods(value) if isinstance(value, type) else []
    return methods[0].__globals__ if methods else None


def _methods(kind: type) -> list[FunctionType]:
    """The functions that stand in a class's own body."""
    bare = [getattr(v, "__func__", getattr(v, "fget", v)) for v in vars(kind).values()]
    found = [inspect.unwrap(f) for f in bare if isinstance(f, FunctionType)]
    return [f for f in found if f.__qualname__.startswith(f"{kind.__qualname__}.")]


def own_text(value: Any) -> str:
    """The lines that define a function or a class, decorators included. Empty if unknown."""
    try:
        if not isinstance(value, type):
            found = textwrap.dedent(inspect.getsource(value))
        else:
            found = _class_text(value)
        ast.parse(found)
    except (OSError, TypeError, SyntaxError, IndexError):
        return ""
    return found if found.endswith("\n") else found + "\n"


def _class_text(kind: type) -> str:
    """As `inspect.getsource`, which in Python 3.11 finds no class of a notebook."""
    code = _methods(kind)[0].__code__
    lines = linecache.getlines(code.co_filename)
    whole = [
        node
        for node in ast.walk(ast.parse("".join(lines)))
        if isinstance(node, ast.ClassDef)
        and node.name == kind.__name__
        and node.lineno <= code.co_firstlineno <= node.end_lineno
    ]
    node = whole[-1]
    first = min(part.lineno for part in (node, *node.decorator_list))
    return textwrap.dedent("".join(lines[first - 1 : node.end_lineno]))


def global_names(text: str) -> tuple[list[str], list[str]]:
    """(the names that a piece of code binds at its top level, those it reads from there).

    Variables of its functions are neither, also where something else has the same name.
    """
    top = symtable.symtable(text, "<code>", "exec")
    symbols = top.get_symbols()
    binds = [s.get_name() for s in symbols if s.is_assigned() or s.is_imported()]
    reads = [s.get_name() for s in symbols if s.is_referenced()]
    inner = list(top.get_children())
    while inner:
        scope = inner.pop(0)
        inner += scope.get_children()
        reads += [s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()]
    return binds, list(dict.fromkeys(reads))
