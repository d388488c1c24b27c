"""What a learner has passed. It lives in `work/`; losing it loses nothing but progress.

One small file per exercise, written whole and changed under a lock, so that two notebooks open at
once do not disturb each other. In the pristine notebooks, and where `work/` cannot be written,
progress is kept in memory until the kernel ends. Nothing here ever stops a chapter: what goes
wrong becomes a sentence.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from mtslib.base import documents
from mtslib.base.disks import advice
from mtslib.base.errors import BusyError, LockError
from mtslib.base.files import file_written_whole, write_json
from mtslib.base.locks import locked
from mtslib.base.paths import WORK, expanded
from mtslib.learn import registry

FOLDER = ".progress"
FORMAT = 1  # of the files; a later one is left alone
PATIENCE = 2.0  # seconds to wait for another notebook
_unlocked: set[Path] = set()  # where waiting for a lock was in vain
_in_memory: dict[tuple[str, str], Record] = {}
_named: list[Path] = []


@dataclass(frozen=True)
class Record:
    """What is known of one exercise.

    mistakes: those made, by name. source: what passed last, with all it needs, as text.
    hints, solutions: how often they were shown. version: of the workbook in which it passed.
    """

    exercise: str
    passed: bool = False
    tries: int = 0
    mistakes: tuple[str, ...] = ()
    source: str = ""
    hints: int = 0
    solutions: int = 0
    version: str = ""


class _Newer(ValueError):
    """Written by a later workbook than this one."""


def folder() -> Path | None:
    """Where progress is kept: `MTS_WORK`, or `work/` when the notebook runs there, else None.

    Inside `at(work)` it is that folder's.
    """
    if _named:
        return _named[-1] / FOLDER
    named = os.environ.get("MTS_WORK", "")
    if named.strip():
        return expanded(named) / FOLDER
    try:
        here = Path.cwd().resolve()
    except OSError:  # the folder was removed meanwhile
        return None
    return WORK / FOLDER if here.is_relative_to(WORK.resolve()) else None


def read(exercise: str) -> Record:
    """The record of one exercise; an empty one where there is none or it cannot be read."""
    return load(exercise)[0]


def load(exercise: str) -> tuple[Record, str]:
    """The record of one exercise, and a sentence where its file could not be read."""
    kept = _in_memory.get(_key(exercise))
    place = folder()
    if kept is not None or place is None:
        return kept or Record(exercise), ""
    path = place / f"{exercise}.json"
    try:
        if not path.exists() and (former := _former(exercise)):
            path = place / f"{former}.json"
        return _parse(exercise, path.read_bytes()), ""
    except (FileNotFoundError, NotADirectoryError):
        return Record(exercise), ""
    except OSError as error:
        return Record(exercise), f"progress of {exercise} cannot be read ({error.strerror})"
    except _Newer:
        return Record(exercise), (
            f"progress of {exercise} was written by a newer workbook: it is left as it is, and "
            "what you do here is remembered until the kernel ends; update this workbook"
        )
    except (ValueError, RecursionError):  # the latter: nested without end
        return Record(exercise), (
            f"progress of {exercise} is damaged: its next check starts it anew and keeps the old "
            f"file as {path.name}.damaged"
        )


def change(exercise: str, step: Callable[[Record], Record]) -> str:
    """Replace a record by what `step` makes of it → a sentence where it could not be kept.

    Another process that changes the same record waits, so nothing is lost between them.
    """
    place = folder()
    key = _key(exercise)
    if place is None:
        _in_memory[key] = step(read(exercise))
        return ""
    path = place / f"{exercise}.json"
    try:
        place.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            patience = 0.0 if place in _unlocked else PATIENCE
            try:  # better saved without a lock than not at all
                held.enter_context(locked(place / f".{exercise}.lock", patience, "your progress"))
                _unlocked.discard(place)
            except (BusyError, LockError):
                _unlocked.add(place)  # the next check does not wait as long again
            if path.is_dir():
                path.replace(path.with_name(f"{path.name}.{os.getpid()}.damaged"))
            before, trouble = load(exercise)
            if "newer workbook" in trouble:
                _in_memory[key] = step(before)
                return trouble
            if "damaged" in trouble and path.exists():
                path.replace(path.with_name(f"{path.name}.damaged"))
            after = step(before)
            with file_written_whole(path) as part:
                write_json(part, {"format": FORMAT, **asdict(after)})
    except OSError as error:
        _in_memory[key] = step(read(exercise))
        return (
            f"your progress could not be saved in {place} ({error.strerror or error}): "
            f"{advice(error)}; the chapter goes on, and remembers until the kernel ends"
        )
    _in_memory.pop(key, None)
    return trouble


def write(record: Record) -> str:
    """Keep a record in the place of the old one → a sentence where that was not possible."""
    return change(record.exercise, lambda _: record)


def forget(chapter: str, keep: Path | None = None) -> int:
    """Remove the records of a chapter, damaged ones too → how many files that were.

    keep: a folder to move them to instead. Raises OSError where they cannot be moved or removed.
    """
    place = folder()
    for key in [key for key in _in_memory if key[1].split(".")[0] == chapter]:
        del _in_memory[key]
    found = sorted(place.glob(f"{chapter}.*.json*")) if place else []
    for exercise in registry.every():  # what had a number of this chapter may be another's now
        formerly = exercise.formerly if place else ""
        old = sorted(place.glob(f"{formerly}.json*")) if formerly else []
        found = [path for path in found if path not in old]
        found += old if exercise.chapter == chapter else []
    for path in found:
        if keep is None:
            path.unlink(missing_ok=True)
        else:
            keep.mkdir(parents=True, exist_ok=True)
            path.replace(keep / path.name)
    return len(found)


@contextmanager
def at(work: Path) -> Iterator[None]:
    """Read and write the progress of this `work/`, wherever the program runs."""
    _named.append(work)
    try:
        yield
    finally:
        _named.pop()


def everything() -> dict[str, Record]:
    """Exercise → its record, for all exercises there are."""
    return {exercise.id: read(exercise.id) for exercise in registry.every()}


def troubles() -> list[str]:
    """A sentence for each record that cannot be read."""
    return [said for exercise in registry.every() if (said := load(exercise.id)[1])]


def _former(exercise: str) -> str:
    """The number under which an earlier workbook kept an exercise; empty where it is the same."""
    own = registry.chapters().get(exercise.split(".")[0], ())
    return next((one.formerly for one in own if one.id == exercise), "")


def _key(exercise: str) -> tuple[str, str]:
    return str(folder()), exercise


def _parse(exercise: str, raw: bytes) -> Record:
    """Raises ValueError for anything but a record as `change` writes it."""
    kept = documents.parse(raw)
    if not isinstance(kept, dict):
        raise ValueError("not an object")
    written = kept.pop("format", FORMAT)
    if type(written) is int and written > FORMAT:
        raise _Newer
    empty = asdict(Record(exercise))
    for name, value in kept.items():
        wanted = list if name == "mistakes" else type(empty.get(name))
        if name not in empty or type(value) is not wanted:
            raise ValueError(name)
    mistakes = kept.get("mistakes", [])
    if not all(isinstance(name, str) for name in mistakes):
        raise ValueError("mistakes")
    return Record(**{**kept, "mistakes": tuple(mistakes), "exercise": exercise})
