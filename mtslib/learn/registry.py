"""All exercises, found by chapter: `notebooks/exercises/03/one_query.py` is one of chapter 03.

A chapter's files are loaded when its exercises are asked for. What two exercises of a chapter
share stands in the first one's file; the second reaches it by

    one_query = exercise_file("03/one_query.py")
"""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from mtslib.base.errors import MtsError
from mtslib.base.paths import EXERCISES
from mtslib.learn.exercise import Exercise, NotationError


class Chapters(Mapping[str, tuple[Exercise, ...]]):
    """Chapter number → its exercises in reading order, loaded when they are asked for.

    Raises MtsError, which names the file, for an exercise that cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = {path.parent.name for path in folder.glob("*/*.py")}
        self._numbers = sorted(name for name in found if re.fullmatch(r"\d\d[a-z]?", name))
        self._loaded: dict[str, tuple[Exercise, ...]] = {}

    def __getitem__(self, number: str) -> tuple[Exercise, ...]:
        if number not in self._numbers:
            raise KeyError(number)
        if number not in self._loaded:
            paths = sorted((self.folder / number).glob("*.py"))
            own = [_exercise(path) for path in paths]
            self._loaded[number] = tuple(sorted(own, key=lambda e: int(e.id.split(".")[1])))
        return self._loaded[number]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


@cache
def chapters() -> Mapping[str, tuple[Exercise, ...]]:
    """Chapter number → its exercises, in reading order. Raises MtsError where there are none."""
    found = Chapters(EXERCISES)
    if not found:
        raise MtsError(
            f"{EXERCISES}: no exercises; expected the folder notebooks/exercises beside mtslib/. "
            "Clone the whole project, and install it with pip install -e"
        )
    return found


def every() -> tuple[Exercise, ...]:
    """All exercises in reading order."""
    return tuple(exercise for chapter in chapters().values() for exercise in chapter)


def chosen(chapter: str | None = None) -> tuple[Exercise, ...]:
    """The exercises of a chapter, `03`, or all. Raises MtsError where it has none."""
    own = every() if chapter is None else chapters().get(chapter, ())
    if not own:
        known = ", ".join(number for number, own in chapters().items() if own)
        raise MtsError(f"chapter {chapter!r} has no exercises; these have: {known}")
    return own


def find(number: str) -> Exercise:
    """The exercise called `03.4`, or formerly so. Raises MtsError that lists its chapter's."""
    if not isinstance(number, str):
        raise MtsError(f'exercise {number!r}: expected its number in quotes, as in "03.4"')
    own = chapters().get(number.split(".")[0], ())
    for exercise in own:
        if exercise.id == number:
            return exercise
    for exercise in every():
        if number and exercise.formerly == number:
            return exercise
    meant = re.sub(r"^\s*(\d[a-z]?\.)", r"0\1", number).strip()  # 3.1 for 03.1
    if meant != number and any(meant == one.id for one in chapters().get(meant.split(".")[0], ())):
        raise MtsError(f'there is no exercise {number}; did you mean "{meant}"?')
    known = [exercise.id for exercise in own] or list(chapters())
    raise MtsError(f"there is no exercise {number}; there are {', '.join(known)}")


def exercise_file(place: str | Path) -> ModuleType:
    """The module of an exercise's file, `03/one_query.py`, loaded once.

    Raises MtsError that names the file and the line where it cannot be loaded.
    """
    path = EXERCISES / place
    name = f"exercises.{path.parent.name}.{path.stem}"
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(path):
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where inspect looks for the source of a class
    try:
        spec.loader.exec_module(module)
    except MtsError:  # of a file that this one needs
        del sys.modules[name]
        raise
    except Exception as error:
        del sys.modules[name]
        raise MtsError(f"{path}{_line(error, path)}: {type(error).__name__}: {error}") from error
    return module


def _exercise(path: Path) -> Exercise:
    found = getattr(exercise_file(path), "EXERCISE", None)
    if not isinstance(found, Exercise):
        raise MtsError(f"{path}: it defines no EXERCISE; expected `EXERCISE = Exercise(…)`")
    if found.chapter != path.parent.name:
        raise MtsError(f"{path}: exercise {found.id} stands in the folder of another chapter")
    return found


def _line(error: Exception, path: Path) -> str:
    """`, line 12`: where in its file loading an exercise failed, or nothing."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    further = error.line if isinstance(error, NotationError) else 0
    return f", line {(own[-1].lineno or 0) + further}" if own else ""
