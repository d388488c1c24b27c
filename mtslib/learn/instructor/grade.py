"""Grade a folder of learners' notebooks: each in its own process, with limits, to a CSV.

Nothing that a notebook already shows is believed. The cell of each exercise is run anew, with the
imports and definitions it needs, and checked with seeds of this learner's own, so that outputs
written into an answer do not help. This is not a sandbox: the code of learners runs with your
rights. Use a container.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole
from mtslib.base.paths import NOTEBOOKS, ROOT
from mtslib.learn import registry
from mtslib.learn.checking import PASSED
from mtslib.learn.instructor import cells as reading
from mtslib.learn.instructor.cells import Cell
from mtslib.workbook.execute import read_notebook

WORKER = "mtslib.learn.instructor.grade_worker"
UNREADABLE, NO_EXERCISES = "unreadable", "no exercises"
TIMED_OUT, CRASHED, SHOWN = "timed out", "crashed", "solution shown"
LARGEST = 50 * 2**20  # bytes of a notebook
SECRET = ("TOKEN", "KEY", "SECRET", "PASSWORD", "CREDENTIAL")


@dataclass(frozen=True)
class Row:
    """A line of the result. mistakes: names, with spaces between."""

    learner: str
    exercise: str
    outcome: str
    mistakes: str = ""
    note: str = ""


@dataclass(frozen=True)
class Limits:
    """seconds: the longest that one exercise may take. megabytes: memory beyond torch's own."""

    seconds: float = 60.0
    megabytes: int = 2048


def grade(
    folder: Path,
    out: Path,
    salt: str = "",
    limits: Limits = Limits(),
    announce: Callable[[str], None] = print,
) -> list[Row]:
    """Grade every notebook in `folder` → the rows, which are also written to the CSV `out`.

    A file is a learner, and so is a sub-folder with all that is in it. salt: another word gives
    other seeds. Raises MtsError where there is nothing to grade or `out` is something else.
    """
    _check_out(out)
    found = list(submissions(folder))
    if not found:
        raise MtsError(f"no notebook in {folder}: expected NAME.ipynb, or NAME/….ipynb")
    rows: list[Row] = []
    for learner in dict.fromkeys(name for name, _ in found):
        own = [path for name, path in found if name == learner]
        made = [row for path in own for row in grade_notebook(learner, path, salt, limits)]
        made = made or [Row(learner, "", NO_EXERCISES, note=f"{len(own)} notebooks")]
        passed = sum(row.outcome == PASSED for row in made)
        announce(f"{_printable(learner)}: {passed} passed, {len(made) - passed} other")
        rows += made
    with file_written_whole(out) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows([_harmless(cell) for cell in astuple(row)] for row in rows)
    return rows


def submissions(folder: Path) -> Iterator[tuple[str, Path]]:
    """(learner, notebook) for every notebook in a folder; hidden folders and links are left out.

    Raises MtsError where `folder` is none.
    """
    if not folder.is_dir():
        raise MtsError(f"{folder} is no folder")
    for top in sorted(folder.iterdir()):
        if top.name.startswith(".") or top.is_symlink():
            continue
        if top.is_dir():
            for path in sorted(top.rglob("*.ipynb")):
                inner = path.relative_to(folder).parts
                if path.is_file() and not path.is_symlink() and not any(p[0] == "." for p in inner):
                    yield top.name, path
        elif top.suffix == ".ipynb":
            yield top.stem, top


def grade_notebook(learner: str, path: Path, salt: str, limits: Limits) -> list[Row]:
    """The rows of one notebook: one an exercise of each chapter that it holds exercises of."""
    try:
        if path.stat().st_size > LARGEST:
            raise MtsError(f"larger than {LARGEST // 2**20} MB")
        cells = reading.code_cells(read_notebook(path))
    except (MtsError, OSError, RecursionError, MemoryError) as error:
        reason = str(error).removeprefix(f"{path.name}: ") or type(error).__name__
        return [Row(learner, "", UNREADABLE, note=f"{path.name}: {reason}")]
    chapters = {cell.exercise.split(".")[0] for cell in cells if cell.exercise}
    wanted = [
        e.id
        for number in registry.chapters()
        if number in chapters
        for e in registry.chapters()[number]
    ]
    results = run_workers(cells, {n: seeds(learner, n, salt) for n in wanted}, limits)
    return [_row(learner, number, results[number], cells) for number in wanted]


def seeds(learner: str, exercise: str, salt: str = "") -> list[int]:
    """Eight seeds that belong to this learner and exercise, the same every time; three are used."""
    digest = hashlib.sha256(f"{salt}\n{learner}\n{exercise}".encode()).digest()
    return [1000 + int.from_bytes(digest[i : i + 3], "big") for i in range(0, 24, 3)]


def _row(learner: str, number: str, result: Mapping[str, Any], cells: Sequence[Cell]) -> Row:
    outcome, note = result["outcome"], " ".join(result["note"].split())
    if reading.shown(cells, number) and not _workbook_shows(number):
        outcome = SHOWN if outcome == PASSED else outcome
        note = "; ".join(filter(None, ["the notebook asks for the solution", note]))
    return Row(learner, number, outcome, " ".join(result["mistakes"]), note[:400])


def _workbook_shows(number: str) -> bool:
    """Whether the chapter itself, as it is handed out, shows the solution of an exercise."""
    for path in NOTEBOOKS.glob(f"{number.split('.')[0]}_*.ipynb"):
        with suppress(MtsError):
            return reading.shown(reading.code_cells(read_notebook(path)), number)
    return False


# Processes -------------------------------------------------------------------------------------


def run_workers(
    cells: Sequence[Cell], wanted: Mapping[str, list[int]], limits: Limits
) -> dict[str, dict[str, Any]]:
    """Exercise → result. A process that ends early costs the exercise it was at, and no other."""
    results: dict[str, dict[str, Any]] = {}
    while left := {number: own for number, own in wanted.items() if number not in results}:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
            begun, why = _run_worker(cells, left, limits, Path(place), results)
        if why:
            number = begun or next(iter(left))
            outcome = TIMED_OUT if "longer than" in why else CRASHED
            results[number] = {"outcome": outcome, "mistakes": [], "note": why}
    return results


def _run_worker(
    cells: Sequence[Cell],
    left: Mapping[str, list[int]],
    limits: Limits,
    place: Path,
    results: dict[str, dict[str, Any]],
) -> tuple[str, str]:
    """Run one process → the exercise it was at, and why it ended early ('' where it did not)."""
    job = {
        "cells": [(cell.source, cell.exercise) for cell in cells],
        "seeds": left,
        "memory": limits.megabytes,
    }
    (place / "job.json").write_text(json.dumps(job), encoding="utf-8")
    told = place / "told.jsonl"
    told.touch()
    (place / "home").mkdir()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            WORKER,
            *map(str, (place / "job.json", told)),
        ],
        cwd=place / "home",
        env=_environment(place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        begun, why = _wait(process, told, limits.seconds, left, results)
    finally:
        _end(process)
    return begun, why


def _wait(
    process: subprocess.Popen,
    told: Path,
    seconds: float,
    left: Mapping[str, list[int]],
    results: dict[str, dict[str, Any]],
) -> tuple[str, str]:
    begun, count, moved = "", 0, time.monotonic()
    while True:
        ended = process.poll() is not None
        lines = _lines(told)
        for line in lines[count:]:
            moved = time.monotonic()
            begun = line.get("begun", begun if line.get("exercise") != begun else "")
            if line.get("exercise") in left:
                results.setdefault(line["exercise"], line)
        count = len(lines)
        if ended:
            if all(number in results for number in left):
                return "", ""
            return begun, _ending(process.returncode)
        if time.monotonic() - moved > seconds + (0 if begun else 60):
            return begun, f"it took longer than {seconds:g} s and was stopped"
        time.sleep(0.02)


def _lines(told: Path) -> list[dict[str, Any]]:
    """The whole lines that a process has written so far."""
    found = []
    for line in told.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]:
        with suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, dict):
                found.append(value)
    return found


def _ending(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"it ended its process by {signal.Signals(-code).name}"
    return f"it ended its process with code {code}"


def _end(process: subprocess.Popen) -> None:
    """End a process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _environment(place: Path) -> dict[str, str]:
    """This environment without what looks like a secret, and with a `work/` of its own."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not any(word in key.upper() for word in SECRET)
    }
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return kept | {"MTS_WORK": str(place / "work"), "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}


# The file --------------------------------------------------------------------------------------


def _check_out(out: Path) -> None:
    """Refuse to write over what is no result of an earlier grading, before any time is spent."""
    header = ",".join(field.name for field in fields(Row))
    if out.is_dir():
        raise MtsError(f"--out {out} is a folder; expected the name of a CSV file")
    if not out.exists():
        if not os.access(next(p for p in out.absolute().parents if p.exists()), os.W_OK):
            raise MtsError(f"--out {out} cannot be written; choose another place")
        return
    with out.open(encoding="utf-8", errors="replace") as stream:
        if stream.readline().strip() != header:
            raise MtsError(f"{out} exists and is no result of grading; choose another --out")


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)
