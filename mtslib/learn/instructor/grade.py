"""Grade what learners handed in: each notebook in its own process, with limits, to a CSV.

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
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass, fields, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole
from mtslib.base.paths import ROOT
from mtslib.learn import registry
from mtslib.learn.checking import NOT_ATTEMPTED, PASSED
from mtslib.learn.instructor import cells as reading
from mtslib.learn.instructor.cells import Cell
from mtslib.learn.instructor.handins import HandIn, Modules, find, newest

WORKER = "mtslib.learn.instructor.grade_worker"
NOT_GRADED, UNREADABLE, NO_EXERCISES = "not graded", "unreadable", "no exercises"
TIMED_OUT, CRASHED, SHOWN = "timed out", "crashed", "solution shown"
MOST_AT_ONCE = 4  # processes
LARGEST_MODULE = 2**20  # bytes
SECRET = ("TOKEN", "KEY", "SECRET", "PASSWORD", "CREDENTIAL")


@dataclass(frozen=True)
class Row:
    """A line of the result. mistakes: names, with spaces between. newest: yes or no."""

    learner: str
    exercise: str
    outcome: str
    mistakes: str = ""
    note: str = ""
    file: str = ""
    newest: str = "yes"


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
    """Grade every entry of a folder, or of an archive → the rows, also written to the CSV `out`.

    Every entry has rows: one per exercise, or one with the reason why it could not be graded. Of
    several attempts of a learner at one exercise, one row is the newest. salt: another word gives
    other seeds. Raises MtsError where there is nothing to grade or `out` is something else.
    """
    _check_out(out)
    registry.every()  # loaded once, before several threads ask for them
    made: list[Row] = []
    stop = threading.Event()
    pool = ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        found = find(folder, Path(place), out)
        if not found:
            raise MtsError(f"no notebook in {folder}: expected NAME.ipynb, or NAME/….ipynb")
        learners = list(dict.fromkeys(one.learner for one in found))
        found.sort(key=lambda one: learners.index(one.learner))
        graded = zip(
            found, pool.map(lambda one: grade_one(one, salt, limits, stop), found), strict=True
        )
        try:
            for learner, own in groupby(graded, key=lambda pair: pair[0].learner):
                rows = _of_learner([(one, row) for one, some in own for row in some])
                passed = sum(row.outcome == PASSED for row in rows)
                announce(f"{learner}: {passed} passed, {len(rows) - passed} other")
                made += rows
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    safe = {"errors": "backslashreplace", "newline": ""}
    with file_written_whole(out) as part, part.open("w", encoding="utf-8", **safe) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows([_harmless(cell) for cell in astuple(row)] for row in made)
    return made


def grade_one(handed_in: HandIn, salt: str, limits: Limits, stop: threading.Event) -> list[Row]:
    """The rows of one hand-in: one per exercise of each chapter that it holds exercises of."""
    row = Row(handed_in.learner, "", NOT_GRADED, note=handed_in.problem, file=handed_in.name)
    if handed_in.path is None:
        return [row]
    try:
        cells, said = reading.read(handed_in.path)
        numbers = reading.chapters(cells, said)
        wanted = [e.id for number in numbers for e in registry.chapters()[number]]
        own = {number: seeds(handed_in.learner, number, salt) for number in wanted}
        results = run_workers(cells, own, limits, handed_in.modules, stop)
        rows = [_row(row, number, results[number], cells) for number in wanted]
    except Exception as error:  # noqa: BLE001 - one file costs no other learner their rows
        reason = str(error).removeprefix(f"{handed_in.path.name}: ") or type(error).__name__
        return [replace(row, outcome=UNREADABLE, note=_line(reason))]
    scratch = replace(row, outcome=NO_EXERCISES, note="no exercise of the workbook is in it")
    return rows or [scratch]


def seeds(learner: str, exercise: str, salt: str = "") -> list[int]:
    """Eight seeds that belong to this learner and exercise, the same every time; three are used."""
    digest = hashlib.sha256(f"{salt}\n{learner}\n{exercise}".encode()).digest()
    return [1000 + int.from_bytes(digest[i : i + 3], "big") for i in range(0, 24, 3)]


def _row(blank: Row, number: str, result: Mapping[str, Any], cells: Sequence[Cell]) -> Row:
    outcome, note = result["outcome"], result["note"]
    if reading.shows_solution(cells, number) and not reading.workbook_shows(number):
        outcome = SHOWN if outcome == PASSED else outcome
        note = "; ".join(filter(None, ["the notebook asks for the solution", note]))
    named = " ".join(result["mistakes"])
    return replace(blank, exercise=number, outcome=outcome, mistakes=named, note=_line(note))


def _of_learner(rows: Sequence[tuple[HandIn, Row]]) -> list[Row]:
    """The rows of one learner: attempts marked, scratch files beside graded ones left out."""
    graded = {row.file.partition("/")[0] for _, row in rows if row.exercise}
    last = {}
    for number in {row.exercise for _, row in rows if row.exercise}:
        own = [(one, row.outcome) for one, row in rows if row.exercise == number]
        # A chapter as it was handed out, beside the learner's own, is no attempt.
        tried = [one for one, outcome in own if outcome != NOT_ATTEMPTED]
        last[number] = newest(tried or [one for one, _ in own])
    return [
        replace(row, newest="yes" if last.get(row.exercise, one) is one else "no")
        for one, row in rows
        if row.outcome != NO_EXERCISES or row.file.partition("/")[0] not in graded
    ]


# Processes -------------------------------------------------------------------------------------


def run_workers(
    cells: Sequence[Cell],
    wanted: Mapping[str, list[int]],
    limits: Limits,
    modules: Modules,
    stop: threading.Event,
) -> dict[str, dict[str, Any]]:
    """Exercise → result. A process that ends early costs the exercise it was at, and no other."""
    results: dict[str, dict[str, Any]] = {}
    while left := {number: own for number, own in wanted.items() if number not in results}:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            place = Path(name)
            _copy_modules(modules, reading.written_modules(cells), place / "home")
            job = {"cells": [(cell.source, cell.exercise) for cell in cells], "seeds": left}
            job["memory"] = limits.megabytes
            (place / "job.json").write_text(json.dumps(job), encoding="utf-8")
            begun, why = _run_worker(place, limits.seconds, left, results, stop)
        if why:
            outcome = TIMED_OUT if "longer than" in why else CRASHED
            results[begun or next(iter(left))] = {"outcome": outcome, "mistakes": [], "note": why}
    return results


def _copy_modules(modules: Modules, written: Mapping[str, str], home: Path) -> None:
    """Put a learner's own modules into the folder that the process runs in."""
    home.mkdir()
    for name, text in written.items():
        (home / name).write_text(text, encoding="utf-8")
    for name, path in modules:
        if path.stat().st_size <= LARGEST_MODULE and ".." not in PurePosixPath(name).parts:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, home / name)


def _run_worker(
    place: Path,
    seconds: float,
    left: Mapping[str, Any],
    results: dict[str, dict[str, Any]],
    stop: threading.Event,
) -> tuple[str, str]:
    """Run one process → the exercise it was at, and why it ended early ('' where it did not)."""
    results_file = place / "results.jsonl"
    results_file.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", WORKER, str(place / "job.json"), str(results_file)],
        cwd=place / "home",
        env=_environment(place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    begun, count, moved = "", 0, time.monotonic()
    try:
        while True:
            ended = process.poll() is not None
            lines = _lines(results_file)
            for line in lines[count:]:
                moved = time.monotonic()
                begun = line.get("begun", begun if line.get("exercise") != begun else "")
                if line.get("exercise") in left:
                    results.setdefault(line["exercise"], line)
            count = len(lines)
            if ended:
                done = all(number in results for number in left)
                return ("", "") if done else (begun, _ending(process.returncode))
            if stop.is_set():
                raise InterruptedError("grading was stopped")
            if time.monotonic() - moved > seconds + (0 if begun else 60):
                return begun, f"it took longer than {seconds:g} s and was stopped"
            time.sleep(0.02)
    finally:
        _end(process)


def _lines(results_file: Path) -> list[dict[str, Any]]:
    """The whole lines that a process has written so far."""
    found = []
    for line in results_file.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]:
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
    """This environment without what looks like a secret, and with a `work/` of its own.

    The folder that it runs in is on no path until the learner's code runs: a module of theirs may
    be called as one that the worker needs.
    """
    kept = {k: v for k, v in os.environ.items() if not any(word in k.upper() for word in SECRET)}
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    own = {"MTS_WORK": str(place / "work"), "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    return kept | own | {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


# The file --------------------------------------------------------------------------------------


def _check_out(out: Path) -> None:
    """Refuse to write over what is no result of an earlier grading, before any time is spent."""
    if out.is_dir():
        raise MtsError(f"--out {out} is a folder; expected the name of a CSV file")
    if not out.exists():
        if not os.access(next(p for p in out.absolute().parents if p.exists()), os.W_OK):
            raise MtsError(f"--out {out} cannot be written; choose another place")
        return
    with out.open(encoding="utf-8", errors="replace") as stream:
        if not stream.readline().startswith("learner,exercise,outcome,mistakes,note"):
            raise MtsError(f"{out} exists and is not a result of grading; choose another --out")


def _line(text: str) -> str:
    return " ".join(text.split())[:400]


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r＝＋－＠") else cell
