"""The format of task files: bytes in, validated rows out.

A task file is tab-separated despite its name `.csv`, UTF-8, with a header line, as pandas writes
it. It is read by column name, so a file may have further columns, in any order. Where there is no
column `id`, the row's number serves.

What happens to a text: white space at both ends is removed, and nothing else. All rows of SST and
CFIMDB begin with a space and hundreds of STS rows end with one; BERT's tokenizer ignores it, so
no word piece changes, and equal texts become equal strings. Quotation marks of the format are
resolved by the csv module. Case, mark-up, no-break spaces and zero-width marks stay: they are the
tokenizer's business.

No row is dropped: a row without a label is kept, with None, and a row with an empty text too. A
byte order mark, Windows line ends and empty lines at the very end carry no meaning and are
tolerated. Everything else that is not as expected is a DataError with file, line and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mtslib.base.errors import DataError
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


def parse(
    task: Task, raw: bytes, path: Path, needs_labels: bool
) -> tuple[tuple[Example, ...], bytes]:
    """The rows of a task file's bytes, and the same rows in the one form that a file is known by.

    That form is what pandas writes: the csv module's own quoting, plain line ends, UTF-8. The
    course's files and ours have it, so their hashes are those of their bytes; a file whose line
    ends, byte order mark or quoting a tool has changed is still the same.
    path: for messages. needs_labels: whether the label column must be there, with a label.

    Raises DataError, one line that names file, line and column, what was read and expected.
    """
    refuse_foreign(raw, path)
    text = decode(raw, path).rstrip("\r\n")
    if not text.strip():
        raise DataError(f"{path} is empty; expected a header line and rows")
    rows = _rows(text, path)
    _, header = next(rows)
    columns = _columns(task, header, text, path, needs_labels)
    examples: list[Example] = []
    line_of: dict[str, int] = {}
    same = io.StringIO(newline="")
    writer = csv.writer(same, delimiter="\t", lineterminator="\n")
    writer.writerow([_plain_ends(field) for field in header])
    for line, fields in rows:
        if len(fields) != len(header):
            raise _ragged(path, line, fields, header)
        example = _example(task, len(examples), fields, columns, path, line)
        if example.id in line_of:
            expected = f"each id once; line {line_of[example.id]} has it too"
            raise _bad(path, line, "id", example.id, expected)
        line_of[example.id] = line
        examples.append(example)
        writer.writerow([_plain_ends(field) for field in fields])
    if not examples:
        raise DataError(f"{path} has a header and no rows; was the file cut short?")
    if needs_labels and all(example.label is None for example in examples):
        raise DataError(f"{path}: column {task.label_column!r} is blank in every row")
    return tuple(examples), same.getvalue().encode()


def _plain_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# What a file may be instead, by its first bytes.
_BINARY = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet; export its sheet as tab-separated text"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file; export its sheet as tab-separated text"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"PAR1", "a Parquet file; write it as tab-separated text, with pandas `to_csv(sep='\\t')`"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file; run `git lfs pull`"),
    (b"BZh9", "compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"),
)
_MARKUP = (
    (b"{", "JSON (a notebook?)"),
    (b"[", "JSON"),
    (b"<", "a web page (a login or error page, saved in place of the file?)"),
)


def refuse_foreign(start: bytes, path: Path) -> None:
    """Raise DataError when a file's first bytes say that it is no text of tab-separated rows."""
    start = start[:200].removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n")
    for mark, kind in (*_BINARY, *_MARKUP):
        if start.startswith(mark):
            raise DataError(f"{path} is {kind}; expected UTF-8 text, a header and rows with tabs")


def decode(raw: bytes, path: Path) -> str:
    """The text of a UTF-8 file. Raises DataError that says what else its bytes are."""
    for mark, kind in _BINARY:
        if raw.startswith(mark):
            raise DataError(f"{path} is {kind}; expected UTF-8 text")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{path} begins with the mark of UTF-16; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the byte order mark.
        offset = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        raise DataError(
            f"{path}, line {_line_of(raw, offset)}: byte {offset} is 0x{raw[offset]:02x}, which "
            "is not UTF-8; expected UTF-8 text (was it saved as Windows-1252, or compressed?)"
        ) from error
    if "\0" in text:
        offset = raw.index(b"\0")
        raise DataError(
            f"{path}, line {_line_of(raw, offset)}: byte {offset} is NUL; expected text "
            "(a damaged download, or UTF-16?)"
        )
    return text


def _line_of(raw: bytes, offset: int) -> int:
    return len(re.findall(rb"\r\n|\r|\n", raw[:offset])) + 1


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The records of the file, each with the file line on which it begins."""
    # strict: a quotation mark left open would otherwise swallow the rows behind it in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
    line = 1
    try:
        for fields in reader:
            if reader.line_num > line and any(_swallowed(field) for field in fields):
                raise csv.Error("one field holds both tabs and line ends")
            yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        first = text.split("\n", 1)[0]
        why = 'likely a quotation mark that is not closed; inside a quoted field, write " as ""'
        if line == 1 and "\t" not in first:
            why = "this line has no tab; are the fields separated by commas or semicolons?"
        raise DataError(
            f"{path}, line {line}: {error}; expected tab-separated fields ({why})"
        ) from error


def _swallowed(field: str) -> bool:
    return "\t" in field and ("\n" in field or "\r" in field)


def _columns(
    task: Task, header: list[str], text: str, path: Path, needs_labels: bool
) -> dict[str, int]:
    """Where each column stands that this project reads."""
    required = [*task.text_columns]
    if needs_labels:
        required.append(task.label_column)
    optional = [
        "id",
        task.label_column,
        *filter(None, [task.group]),
        "phenomenon",
        "template",
        "unseen",
    ]
    for name in {*required, *optional}:
        if header.count(name) > 1:
            raise DataError(f"{path}, line 1: column {name!r} stands there twice")
    missing = [name for name in required if name not in header]
    if missing:
        read = ", ".join(map(repr, header)) if any(map(str.strip, header)) else "an empty line"
        raise DataError(
            f"{path}, line 1: no column {missing[0]!r}{_why_no_column(text, header, required)}; "
            f"read {_shown(read)}; task {task.name} expects "
            f"{', '.join(map(repr, required))}"
        )
    return {name: header.index(name) for name in [*required, *optional] if name in header}


def _why_no_column(text: str, header: list[str], required: list[str]) -> str:
    if header and header[0].lower().startswith("sep="):
        return " (the line `sep=` is Excel's own; remove it, so that the header comes first)"
    near = [name for name in header if name.strip().lower() in required and name not in required]
    if near:
        return f" (column {near[0]!r} differs in capitals or white space)"
    return _other_separator(text, required)


def _other_separator(text: str, required: list[str]) -> str:
    first_line = text.splitlines()[0][:10_000]  # far below the csv module's limit of a field
    for separator, name in ((",", "comma"), (";", "semicolon"), ("|", "bar")):
        if set(required) <= set(next(csv.reader([first_line], delimiter=separator))):
            return f" (the fields are {name}-separated; expected tabs)"
    return ""


def _example(
    task: Task, row: int, fields: list[str], columns: dict[str, int], path: Path, line: int
) -> Example:
    def field(name: str) -> str:
        return fields[columns[name]].strip() if name in columns else ""

    if "id" in columns and not field("id"):
        raise _bad(path, line, "id", "", "an id, or no column of ids")
    flag = field("unseen").lower()
    if flag not in _FLAGS:
        raise _bad(path, line, "unseen", flag, "true or false")
    return Example(
        row=row,
        id=field("id") or str(row),
        texts=tuple(field(name) for name in task.text_columns),
        label=_label(task, field(task.label_column), path, line),
        group=field(task.group) if task.group else "",
        phenomenon=field("phenomenon"),
        template=field("template"),
        unseen=_FLAGS[flag],
    )


def _label(task: Task, written: str, path: Path, line: int) -> float | int | None:
    try:
        return task.label_of(written)
    except ValueError as error:
        raise _bad(
            path, line, task.label_column, written, f"{error}{_why_no_label(task, written)}"
        ) from None


def _why_no_label(task: Task, written: str) -> str:
    hint = ", or blank for no label"
    if NUMBER.fullmatch(written):
        if task.has_classes and float(written) == task.num_classes:
            hint += " (if the file counts its classes from 1, subtract 1 from each)"
    elif NUMBER.fullmatch(written.replace(",", ".")):
        hint += " (with a decimal point, not a comma)"
    return hint


def _ragged(path: Path, line: int, fields: list[str], header: list[str]) -> DataError:
    if not fields:
        where = "the line is empty"
    elif len(fields) < len(header):
        where = f"column {header[len(fields)]!r} and what follows are missing"
    else:
        where = f"{_shown(repr(fields[len(header)]))} stands behind column {header[-1]!r}"
    return DataError(
        f"{path}, line {line}: read {len(fields)} fields, expected {len(header)} as in the "
        f"header; {where} (a stray or lost tab, or a file cut short?)"
    )


def _bad(path: Path, line: int, column: str, read: str, expected: str) -> DataError:
    shown = _shown(repr(read))
    return DataError(f"{path}, line {line}, column {column!r}: read {shown}; expected {expected}")


def _shown(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
