"""A result that grows learner by learner, and a note beside it from which the same call goes on.

The note `.OUT.unfinished` holds the word behind the seeds and every learner's rows, a line each. It
is there only while grading is unfinished.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import IO, Any

from mtslib import __version__
from mtslib.base.files import check_place, flush, sha256_file
from mtslib.base.locks import locked
from mtslib.learn.instructor.handins import HandIn


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


class Journal:
    """The rows of a grading, on disk as they come. Raises BusyError where another writes them."""

    def __init__(self, out: Path, salt: str, given: dict[str, Any]) -> None:
        check_place(out, "file")
        self.out, self.note = out, out.with_name(f".{out.name}.unfinished")
        self.head = {"salt": salt, "version": __version__, **given}
        self.made: list[Row] = []
        self._known: dict[str, list[Row]] = {}
        self._open = ExitStack()

    def __enter__(self) -> Journal:
        self._open.enter_context(locked(self.out.with_name(f".{self.out.name}.lock"), 0.0))
        self._take_over()
        safe = {"errors": "backslashreplace", "newline": ""}
        opened = self.out.open("w", encoding="utf-8", **safe)
        self._csv: IO[str] = self._open.enter_context(opened)
        self._csv.write(",".join(field.name for field in fields(Row)) + "\n")
        self._csv.flush()
        handle = os.open(self.note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # holds the seeds
        self._notes: IO[str] = self._open.enter_context(os.fdopen(handle, "w", encoding="utf-8"))
        for line in (self.head, *({"sign": s, "rows": r} for s, r in self._known.items())):
            self._write(line)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def salt(self) -> str:
        """The word behind the seeds: given, or that of the grading that goes on."""
        return self.head["salt"]

    def has(self, own: Sequence[HandIn]) -> bool:
        """Whether just this was graded before grading was ended."""
        return _sign(own) in self._known

    def add(self, own: Sequence[HandIn], rows: Sequence[Row]) -> None:
        """Keep a learner's rows, so that they need not be made again."""
        self._known[_sign(own)] = list(rows)
        self._write({"sign": _sign(own), "rows": list(rows)})

    def rows(self, own: Sequence[HandIn]) -> list[Row]:
        """A learner's rows, which now stand in the CSV."""
        rows = self._known[_sign(own)]
        writer = csv.writer(self._csv, lineterminator="\n")
        writer.writerows([_harmless(cell) for cell in astuple(row)] for row in rows)
        self._csv.flush()
        self.made += rows
        return rows

    def finished(self) -> list[Row]:
        """All rows; the note is gone."""
        self._open.close()
        flush(self.out)
        self.note.unlink(missing_ok=True)
        return self.made

    def _write(self, line: dict[str, Any]) -> None:
        if "rows" in line:
            line = line | {"rows": [asdict(row) for row in line["rows"]]}
        self._notes.write(json.dumps(line) + "\n")
        self._notes.flush()

    def _take_over(self) -> None:
        """Read what an earlier grading left, if it was asked the same."""
        try:
            head, *lines = self.note.read_text(encoding="utf-8").split("\n")[:-1]
            head = json.loads(head)
            same = all(head[key] == value for key, value in self.head.items() if key != "salt")
            if not same or not isinstance(head["salt"], str):
                return
            for line in lines:
                one = json.loads(line)
                self._known[one["sign"]] = [Row(**row) for row in one["rows"]]
            self.head["salt"] = head["salt"]
        except (OSError, ValueError, KeyError, TypeError):
            self._known.clear()  # nothing to go on from, or cut short: it is graded anew


def _sign(own: Sequence[HandIn]) -> str:
    """What identifies what a learner handed in, by its content."""
    parts = [
        (
            one.name,
            one.problem,
            one.date,
            one.path and sha256_file(one.path),
            one.modules and [(name, path.stat().st_size) for name, path in one.modules],
        )
        for one in own
    ]
    return hashlib.sha256(repr((own[0].learner, parts)).encode()).hexdigest()


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r＝＋－＠") else cell
