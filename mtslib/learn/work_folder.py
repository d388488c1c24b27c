"""The learner's `work/` as a whole: see it, begin a chapter anew, take a newer workbook, export.

`mtslib.workbook.lab` makes the first copies and writes over none; `three_way` combines notebooks.
Whatever is replaced goes to `work/.old/` first, with its date. Nothing is ever deleted there.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from mtslib import __version__
from mtslib.base.disks import advice
from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole, read_json, write_json
from mtslib.base.paths import NOTEBOOKS, WORK
from mtslib.base.text import first_of
from mtslib.learn import progress_store, registry, three_way
from mtslib.workbook.lab import BASE, copy_pristine
from mtslib.workbook.notebooks import display_path, find_notebooks, read_notebook

OLD = ".old"
LEFT = ": left as it is, "  # what is said of a notebook that could not be upgraded
EXPORT = "mtslib progress"  # how an exported file says what it is


@dataclass(frozen=True)
class Status:
    """One notebook: what the learner did to it, whether a newer one is here, what passed."""

    notebook: str
    yours: str
    workbook: str
    passed: str


def status(work: Path = WORK, notebooks: Path = NOTEBOOKS) -> list[Status]:
    """Each chapter of the workbook, as it lies in `work`. Reads only."""
    with progress_store.at(work):
        records = progress_store.everything()
    lines = []
    for source in find_notebooks(notebooks):
        own = registry.chapters().get(_number(source), ())
        passed = f"{sum(records[e.id].passed for e in own)} of {len(own)}" if own else ""
        lines.append(Status(source.stem, *_state(source, work), passed))
    return lines


def _state(source: Path, work: Path) -> tuple[str, str]:
    """(what the learner did to a notebook, whether its base is the workbook's)."""
    mine, base = work / source.name, work / BASE / source.name
    if not os.path.lexists(mine):
        return "not copied yet", ""
    if not base.is_file():
        return "yours", "copied before bases were kept: reset it to follow the workbook"
    newer = ""
    try:
        before, new = read_notebook(base), read_notebook(source)
        newer = "up to date" if before == new else "a newer one is here: work upgrade"
        count = three_way.changed(before, read_notebook(mine))
    except MtsError:
        return "cannot be read", newer
    return f"{count} cells changed" if count != 1 else "1 cell changed", newer


def reset(chapter: str, work: Path = WORK, notebooks: Path = NOTEBOOKS) -> str:
    """Begin a chapter anew: its notebook and its progress go to `work/.old/`, a fresh copy comes.

    Returns what was done, in a sentence. Raises MtsError for an unknown chapter or where files
    cannot be moved; then everything is as it was.
    """
    (source,) = find_notebooks(notebooks, only=chapter)
    mine = work / source.name
    kept = _old_name(work, source.stem)
    moved = os.path.lexists(mine)
    try:
        if moved:
            kept.parent.mkdir(parents=True, exist_ok=True)
            os.rename(mine, kept)
        try:
            copy_pristine(source, work)
        except MtsError:
            if moved:
                os.rename(kept, mine)
            raise
        with progress_store.at(work):
            forgotten = progress_store.forget(_number(source), kept.with_suffix(".progress"))
    except OSError as error:
        raise MtsError(
            f"{display_path(mine)} could not be set aside ({error.strerror}): " + advice(error)
        ) from error
    said = f"{source.name}: a fresh copy is in {display_path(work)}"
    if moved:
        said += f"; yours is {display_path(kept)}"
    if forgotten:
        said += f", with its {forgotten} records of progress beside it"
    return said


def upgrade(work: Path = WORK, notebooks: Path = NOTEBOOKS) -> list[str]:
    """Take a newer workbook's text in every cell that the learner left as it was copied.

    Cells that they changed or added stay, in place. What a notebook was before goes to
    `work/.old/`. Returns a line per notebook. One that cannot be read is named and left alone.
    """
    lines = []
    for source in find_notebooks(notebooks):
        try:
            lines.append(f"{source.name}: {_upgrade(source, work)}")
        except MtsError as error:
            reason = str(error).removeprefix(f"{source.name}: ")
            lines.append(f"{source.name}{LEFT}{reason}")
    return lines


def _upgrade(source: Path, work: Path) -> str:
    mine, base = work / source.name, work / BASE / source.name
    if not os.path.lexists(mine):
        copy_pristine(source, work)
        return "new, copied"
    if mine.is_symlink():
        raise MtsError("it is a link; put the file itself there")
    if not base.is_file():
        number = _number(source)
        raise MtsError(f"no base was kept when it was copied; `work reset {number}` starts it anew")
    before, new = read_notebook(base), read_notebook(source)
    if before == new:  # parsed, as git may give the same text other line ends
        return "up to date"
    found = three_way.combine(before, read_notebook(mine), new)
    text = nbformat.writes(found.notebook) + "\n"
    try:
        _write(_old_name(work, source.stem), mine.read_bytes())
        _write(mine, text.encode("utf-8", "replace"))
        # The base last: until then the same upgrade can be made once more, with the same result.
        _write(base, source.read_bytes())
    except OSError as error:
        raise MtsError(f"it could not be written ({error.strerror})") from error
    said = ", ".join(f"{count} {words}" for words, count in found.counts.items() if count)
    if found.conflicts:
        said += f"; the workbook changed {', '.join(found.conflicts)} too: yours stands, the new "
        said += "text is in notebooks/"
    return said or "only outputs are new"


def export(file: Path, work: Path = WORK) -> int:
    """Write progress to one small file → how many exercises are passed.

    Per exercise: passed, tries, mistakes, hints, the workbook's version, a hash of what passed;
    no source, no name, no path. Raises MtsError where `file` is something else already, where there
    is no `work`, and where a record cannot be read: it would stand there as not passed.
    """
    _check_export(file)
    if not work.is_dir():
        raise MtsError(f"{display_path(work)} is not there, so there is no progress to export")
    with progress_store.at(work):
        records = progress_store.everything()
        troubles = [said for one in registry.every() if (said := progress_store.load(one.id)[1])]
    if troubles:
        raise MtsError(f"nothing was exported: {first_of(troubles)}")
    exercises: dict[str, Any] = {}
    for exercise in registry.every():
        record = records[exercise.id]
        known = {mistake.name for mistake in exercise.mistakes}
        exercises[exercise.id] = {
            "passed": record.passed,
            "tries": record.tries,
            "mistakes": [name for name in record.mistakes if name in known],
            "hints": record.hints,
            "solutions": record.solutions,
            "workbook": record.version,
            "sha256": hashlib.sha256(record.source.encode()).hexdigest() if record.source else "",
        }
    try:
        with file_written_whole(file) as part:
            write_json(part, {"kind": EXPORT, "workbook": __version__, "exercises": exercises})
    except OSError as error:
        raise MtsError(f"{file} cannot be written ({error.strerror})") from error
    return sum(kept["passed"] for kept in exercises.values())


def _check_export(file: Path) -> None:
    if not os.path.lexists(file):
        return
    try:
        ours = read_json(file)["kind"] == EXPORT
    except (OSError, ValueError, TypeError, KeyError):
        ours = False
    if not ours:
        raise MtsError(f"{file} exists and is not an export of progress; choose another name")


def _number(source: Path) -> str:
    """The chapter of a notebook, `03`."""
    return source.stem.split("_")[0]


def _old_name(work: Path, stem: str) -> Path:
    """A place in `.old` that is free: the name with the date, and a number where that is taken."""
    date = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    for count in range(1, 1000):
        extra = "" if count == 1 else f"-{count}"
        path = work / OLD / f"{stem}-{date}{extra}.ipynb"
        if not os.path.lexists(path) and not path.with_suffix(".progress").exists():
            return path
    raise MtsError(f"{display_path(work / OLD)} is full of copies of one second; try again")


def _write(path: Path, raw: bytes) -> None:
    with file_written_whole(path) as part:
        part.write_bytes(raw)
