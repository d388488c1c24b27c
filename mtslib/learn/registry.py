"""All exercises, found by chapter. Each chapter's stand in `mtslib/learn/exercises/chNN.py`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from mtslib.base.errors import MtsError
from mtslib.learn import exercises
from mtslib.learn.exercise import Exercise


@cache
def chapters() -> dict[str, tuple[Exercise, ...]]:
    """Chapter number → its exercises, in reading order."""
    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(exercises.__path__)):
        number = module.removeprefix("ch")
        if module.startswith("ch") and number[:2].isdigit() and "_" not in number:
            loaded = importlib.import_module(f"{exercises.__name__}.{module}")
            found[number] = tuple(loaded.EXERCISES)
    return found


def every() -> tuple[Exercise, ...]:
    """All exercises in reading order."""
    return tuple(exercise for chapter in chapters().values() for exercise in chapter)


def find(number: str) -> Exercise:
    """The exercise called `03.4`. Raises MtsError that lists what its chapter has."""
    if not isinstance(number, str):
        raise MtsError(f'exercise {number!r}: expected its number in quotes, as in "03.4"')
    own = chapters().get(number.split(".")[0], ())
    for exercise in own:
        if exercise.id == number:
            return exercise
    known = [exercise.id for exercise in own] or list(chapters())
    raise MtsError(f"there is no exercise {number}; there are {', '.join(known)}")
