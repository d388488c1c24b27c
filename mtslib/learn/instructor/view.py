"""The library as an answer may see it: without the reference and the specification it is asked for.

A view is a copy of the project: `mtslib` with the reference as a stub, the data, and of the
exercises only what the observation needs. Neither hints, mistakes, styles nor git are in it.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from mtslib.base.paths import DATA, EXERCISES, ROOT
from mtslib.learn.exercise import Exercise
from mtslib.learn.source import global_names

LEFT_OUT = ("instructor", "cli", "bench")  # folders of the library that no answer needs
WORKER = ("grade_worker.py", "fence.py", "not_here.py", "wire.py")
FUNCTION = """def {name}(*_, **__):
    from mtslib.learn.instructor.not_here import not_here

    raise not_here({name!r})
"""
CLASS = """class {name}({bases}):
    def __init__(self, *_, **__):
        from mtslib.learn.instructor.not_here import not_here

        raise not_here({name!r})
"""


def base(place: Path) -> None:
    """Copy the library and its data to a new folder, from which views are made."""
    ignore = shutil.ignore_patterns(*LEFT_OUT, "*.md")
    shutil.copytree(ROOT / "mtslib", place / "mtslib", ignore=ignore)
    shutil.copytree(DATA, place / "data", ignore=shutil.ignore_patterns("results", "build"))
    own = place / "mtslib" / "learn" / "instructor"
    own.mkdir()
    (own / "__init__.py").touch()
    for name in WORKER:
        shutil.copy(Path(__file__).with_name(name), own)


def build(exercise: Exercise, whole: Path, place: Path) -> None:
    """Make the view of one exercise in a new folder, from the copy in `whole`."""
    hidden = _hidden(exercise)
    shutil.copytree(whole, place, copy_function=os.link)
    for path, names in hidden.items():
        if path.is_relative_to(ROOT / "mtslib"):
            inside = place / path.relative_to(ROOT)
            for compiled in (inside.parent / "__pycache__").glob(f"{inside.stem}.*"):
                compiled.unlink()
            text = without(path.read_text(encoding="utf-8"), names)
            inside.unlink()  # linked: to write into it would change the whole
            inside.write_text(text, encoding="utf-8")
    observing = file_of(exercise.observe)
    for path in _files(exercise, observing):
        text = path.read_text(encoding="utf-8")
        if path == observing:
            own = {exercise.name} if file_of(exercise.reference) == path else set()
            text = needed(without(text, own), {exercise.observe.__wrapped__.__name__, *own})
            kept = {
                name for name in hidden.get(path, ()) if re.search(rf"^class {name}\b", text, re.M)
            }
            text = without(text, kept, ("__init__",))
        else:
            text = without(text, hidden.get(path, ()))
            text = re.sub(r"^EXERCISE = .*", "", text, flags=re.DOTALL | re.MULTILINE)
        target = place / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def file_of(value: object) -> Path:
    """The file in which a function or class stands."""
    value = getattr(value, "__wrapped__", value)
    return Path(sys.modules[value.__module__].__file__ or "")


def _hidden(exercise: Exercise) -> dict[Path, set[str]]:
    """File → the names in it that are the reference's or a specification's."""
    found: dict[Path, set[str]] = {}
    for one in (exercise.reference, *(form.specification for form in exercise.accepted)):
        if hasattr(one, "__name__") and one.__module__.split(".")[0] in ("mtslib", "exercises"):
            found.setdefault(file_of(one), set()).add(one.__name__)
    return found


def _files(exercise: Exercise, first: Path) -> list[Path]:
    """The files of a chapter's exercises, that of the observation, and those that they load."""
    found = [first, *sorted((EXERCISES / exercise.chapter).glob("*.py"))]
    for path in found:
        text = path.read_text(encoding="utf-8")
        found += [
            EXERCISES / name
            for name in re.findall(r'exercise_file\("([\w/]+\.py)"\)', text)
            if EXERCISES / name not in found
        ]
    return list(dict.fromkeys(found))


def without(text: str, names: set[str], methods: tuple[str, ...] = ()) -> str:
    """A module's text with a stub in the place of some definitions.

    methods: those of a class that stay, where only its parameters are asked for.
    """
    lines = text.splitlines(keepends=True)
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name not in names:
            continue
        if isinstance(node, ast.FunctionDef):
            stub = FUNCTION.format(name=node.name)
        elif methods:
            kept = [one for one in node.body if getattr(one, "name", "") in methods]
            stub = ast.unparse(_with_body(node, kept or [ast.Pass()])) + "\n"
        else:
            bases = ", ".join(map(ast.unparse, node.bases))
            stub = CLASS.format(name=node.name, bases=bases)
        first = min(part.lineno for part in (node, *node.decorator_list))
        lines[first - 1 : node.end_lineno] = [stub]
    return "".join(lines)


def _with_body(node: ast.ClassDef, body: list[ast.stmt]) -> ast.ClassDef:
    return ast.ClassDef(node.name, node.bases, node.keywords, body, node.decorator_list)


def needed(text: str, names: set[str]) -> str:
    """Of a module's text the statements that some of its definitions need, in their order."""
    lines = text.splitlines(keepends=True)
    pieces: list[tuple[str, set[str], set[str]]] = []
    for node in ast.parse(text).body:
        first = min(part.lineno for part in (node, *getattr(node, "decorator_list", [])))
        piece = "".join(lines[first - 1 : node.end_lineno])
        binds, reads = global_names(piece)
        pieces.append((piece, set(binds), set(reads)))
    wanted, waiting = {"annotations"}, [*names]
    while waiting:
        one = waiting.pop()
        if one not in wanted:
            wanted.add(one)
            waiting += [used for _, binds, reads in pieces if one in binds for used in reads]
    return "\n".join(piece for piece, binds, _ in pieces if binds & wanted)


def address(value: object) -> str:
    """Where a view finds a reference: `mtslib.minbert.attention:mask_bias`, `03/pad.py:pad`."""
    path, name = file_of(value), getattr(value, "__name__", "")
    if path.is_relative_to(EXERCISES):
        return f"{path.relative_to(EXERCISES).as_posix()}:{name}"
    return f"{getattr(value, '__module__', '')}:{name}"


def given(others: Mapping[str, Exercise], source: str) -> dict[str, str]:
    """Name → address of the other exercises of a chapter that a source calls."""
    used = set(global_names(source)[1])
    return {name: address(one.reference) for name, one in others.items() if name in used}
