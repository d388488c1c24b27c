"""The rows of a task's file: each text and label in its place, validated.

Rows are read by column name from whatever `mtslib.data.tables` can open, so a file may have
further columns, in any order. Where there is no column `id`, the row's number serves.

What happens to a text: white space at both ends is removed, and nothing else. All rows of SST and
CFIMDB begin with a space and hundreds of STS rows end with one; BERT's tokenizer ignores it, so
no word piece changes, and equal texts become equal strings. Case, mark-up, no-break spaces and
zero-width marks stay: they are the tokenizer's business.

No row is dropped: a row without a label is kept, with None, and a row with an empty text too. A
byte order mark, Windows line ends and empty lines at the very end carry no meaning and are
tolerated. Everything else that is not as expected is told in one DataError: of each kind of
trouble how many rows have it, and the first three with line and column.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.data.columns import looks_like_header
from mtslib.data.table import Table, Trouble, cut
from mtslib.data.tables import open_table
from mtslib.data.task_form import NUMBER
from mtslib.data.tasks import Task

_FLAGS = {"": False, "0": False, "0.0": False, "false": False}
_FLAGS |= {"1": True, "1.0": True, "true": True}


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a task file.

    row: its place among the data rows, from 0.
    texts: one string, or two for a sentence pair.
    label: a class index (int), a score (float), or None where the file gives none.
    group: rows that belong together and must not be torn apart by a split, where a task says so.
    phenomenon, template, unseen: what a controlled row probes; empty for the real files.
    """

    row: int
    id: str
    texts: tuple[str, ...]
    label: float | int | None
    group: str = ""
    phenomenon: str = ""
    template: str = ""
    unseen: bool = False


@dataclass(frozen=True)
class TaskFile:
    """All rows of a file, and what it is known by.

    form: how it is written, `comma-separated` say.
    sha256, git_sha1: of the rows in one form, which is what pandas writes: tabs, the csv module's
        own quoting, plain line ends, UTF-8. The course's files and ours have it, so that theirs
        are those of their bytes; a file that a tool has written anew is still the same.
    """

    examples: tuple[Example, ...]
    form: str
    sha256: str
    git_sha1: str


def read(task: Task, path: Path, needs_labels: bool) -> TaskFile:
    """Read and validate a task's file. needs_labels: whether there must be some.

    Raises DataError, one line that names the file and each kind of trouble in it.
    """
    required = [*task.text_columns, *([task.label_column] if needs_labels else [])]
    table = open_table(path, required)
    columns = _columns(task, table, required)
    trouble, known = Trouble(path, table.unit), _Known(table.header)
    example = _reader(task, columns, trouble)
    examples = []
    for number, fields in table.rows(trouble):
        known.add(fields)
        examples.append(example(len(examples), number, fields))
    trouble.tell()
    if not examples:
        raise DataError(f"{path} has a header and no rows; was the file cut short?")
    if needs_labels and all(row.label is None for row in examples):
        raise DataError(f"{path}: column {task.label_column!r} is blank in every row")
    return TaskFile(tuple(examples), table.form, *known.hashes())


class _Known:
    """The hashes of rows in one form, taken while they pass by.

    Git's hash begins with the length, so the rows are kept for it; a larger file than any that is
    known by it needs none.
    """

    LARGEST = 1 << 26  # bytes

    def __init__(self, header: Sequence[str]) -> None:
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, delimiter="\t", lineterminator="\n")
        self._sha256, self._kept, self._size = hashlib.sha256(), [], 0
        self.add(header)

    def add(self, fields: Sequence[str]) -> None:
        self._writer.writerow([_plain_ends(field) if "\r" in field else field for field in fields])
        if self._text.tell() > 1 << 20:
            self._flush()

    def _flush(self) -> None:
        raw = self._text.getvalue().encode(errors="surrogatepass")
        self._text.seek(0)
        self._text.truncate()
        self._sha256.update(raw)
        self._size += len(raw)
        if self._size <= self.LARGEST:
            self._kept.append(raw)
        else:
            self._kept.clear()

    def hashes(self) -> tuple[str, str]:
        """sha256 and, for a file that is not too large, git's name of it."""
        self._flush()
        git = hashlib.sha1(f"blob {self._size}\0".encode(), usedforsecurity=False)
        for raw in self._kept:
            git.update(raw)
        return self._sha256.hexdigest(), git.hexdigest() if self._kept else ""


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# Columns ---------------------------------------------------------------------------------------


def _columns(task: Task, table: Table, required: Sequence[str]) -> dict[str, int]:
    """Where each column stands that this project reads."""
    header, path = table.header, table.path
    optional = ["id", task.label_column, task.group, "phenomenon", "template", "unseen"]
    names = dict.fromkeys([*required, *filter(None, optional)])
    for name in names:
        if header.count(name) > 1:
            raise DataError(f"{path}, line 1: column {name!r} stands there twice")
    missing = [name for name in required if name not in header]
    if missing:
        seen = ", ".join(map(repr, header)) if any(map(str.strip, header)) else "an empty line"
        raise DataError(
            f"{path}, line 1: no column {missing[0]!r}{_why_no_column(header, required)}; read "
            f"{cut(seen)} ({table.form}); task {task.name} expects {', '.join(map(repr, required))}"
        )
    return {name: header.index(name) for name in names if name in header}


def _why_no_column(header: Sequence[str], required: Sequence[str]) -> str:
    words = {name.strip().lower() for name in required}
    near = [name for name in header if name.strip().lower() in words and name not in required]
    if near:
        return f" (column {near[0]!r} differs in capitals or white space)"
    named = looks_like_header(header, []) or not any(map(str.strip, header))
    return "" if named else " (has the file no header? `task new` adds one)"


# Rows ------------------------------------------------------------------------------------------


def _reader(
    task: Task, columns: dict[str, int], trouble: Trouble
) -> Callable[[int, int, Sequence[str]], Example]:
    """(row, number in the file, fields) → an example; what is wrong goes to `trouble`."""
    texts = [columns[name] for name in task.text_columns]
    label_of = _label_reader(task, trouble)
    label = columns.get(task.label_column)
    others = ("id", task.group, "phenomenon", "template", "unseen")
    id_, group, phenomenon, template, unseen = (columns.get(name) for name in others)
    first: dict[str, int] = {}

    def example(row: int, number: int, fields: Sequence[str]) -> Example:
        def field(place: int | None) -> str:
            return "" if place is None else fields[place].strip()

        name = field(id_)
        if id_ is not None and first.setdefault(name, number) != number:
            expected = f"each id once; {trouble.unit} {first[name]} has {name!r} too"
            trouble.add(number, "id", repr(name), expected, kind="again")
        elif id_ is not None and not name:
            trouble.add(number, "id", "''", "an id, or no column of ids")
        flag = field(unseen).lower()
        if flag not in _FLAGS:
            trouble.add(number, "unseen", repr(flag), "true or false")
        return Example(
            row,
            name or str(row),
            tuple([fields[place].strip() for place in texts]),
            None if label is None else label_of(number, fields[label].strip()),
            field(group),
            field(phenomenon),
            field(template),
            _FLAGS.get(flag, False),
        )

    return example


def _label_reader(task: Task, trouble: Trouble) -> Callable[[int, str], float | int | None]:
    """(number, what was written) → the label; each spelling is looked at once."""
    known: dict[str, float | int | None] = {}

    def label_of(number: int, written: str) -> float | int | None:
        if written in known:
            return known[written]
        try:
            known[written] = task.label_of(written)
        except ValueError as error:
            expected = f"{error}, or blank for no label"
            hint = _why_no_label(task, written)
            trouble.add(number, task.label_column, repr(written), expected + hint, kind="label")
            return None
        return known[written]

    return label_of


def _why_no_label(task: Task, written: str) -> str:
    if NUMBER.fullmatch(written):
        if task.has_classes and float(written) == task.num_classes:
            return " (if the file counts its classes from 1, subtract 1 from each)"
    elif NUMBER.fullmatch(written.replace(",", ".")):
        return " (with a decimal point, not a comma)"
    return ""
