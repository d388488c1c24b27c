"""What a learner has passed. It lives in `work/`; losing it loses nothing but progress.

One small file an exercise, written whole, so that two notebooks open at once do not disturb each
other. In the pristine notebooks, and in tests, nothing is written: progress is then kept in memory
until the kernel ends.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from mtslib.files import write_json
from mtslib.learn import registry
from mtslib.paths import WORK

FOLDER = ".progress"
_in_memory: dict[str, Record] = {}


@dataclass(frozen=True)
class Record:
    """What is known of one exercise: outcome, tries, mistakes made by name, the passed source."""

    exercise: str
    passed: bool = False
    tries: int = 0
    mistakes: tuple[str, ...] = ()
    source: str = ""
    hints: int = 0


def folder() -> Path | None:
    """Where progress is kept: `MTS_WORK`, or `work/` when the notebook runs there, else None."""
    named = os.environ.get("MTS_WORK")
    if named:
        return Path(named) / FOLDER
    here = Path.cwd().resolve()
    return WORK / FOLDER if here.is_relative_to(WORK.resolve()) else None


def read(exercise: str) -> Record:
    """The record of one exercise; an empty one where there is none or it cannot be read."""
    place = folder()
    if place is None:
        return _in_memory.get(exercise, Record(exercise))
    try:
        kept = json.loads((place / f"{exercise}.json").read_text(encoding="utf-8"))
        return Record(**{**kept, "mistakes": tuple(kept["mistakes"]), "exercise": exercise})
    except (OSError, ValueError, TypeError, KeyError):
        return Record(exercise)


def write(record: Record) -> str:
    """Keep a record → a sentence where that was not possible, else an empty string."""
    place = folder()
    if place is None:
        _in_memory[record.exercise] = record
        return ""
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_json(place / f"{record.exercise}.json", asdict(record))
    except OSError as error:
        _in_memory[record.exercise] = record
        return (
            f"your progress could not be saved ({error.strerror}): check the space on the disk "
            "and the permissions of work/; the chapter goes on without it"
        )
    return ""


def everything() -> dict[str, Record]:
    """Exercise → its record, for all exercises there are."""
    return {exercise.id: read(exercise.id) for exercise in registry.every()}
