"""Text files whose fields are separated by tabs, commas, semicolons or vertical bars.

Quotation marks of the format are resolved by the csv module: a quoted field may hold separators
and line ends, and writes `"` as `""`. Some tab-separated files (MRPC) have quotation marks that
are text. They are taken for that where the strict reading fails and every line has its fields
all the same.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from mtslib.base.errors import DataError
from mtslib.data.table import Rows, Table, Trouble, cut

MOST_RAGGED = 0.1  # of the rows, in a file whose quotation marks can still be text
CHUNK = 1 << 20  # bytes that are looked at in one go
EXPECTED = "UTF-8 text with a header and rows, JSON Lines or Parquet"
_SEPARATORS = {
    "\t": "tab-separated",
    ",": "comma-separated",
    ";": "semicolon-separated",
    "|": "separated by |",
}

# What a file may be instead, by its first bytes.
_BINARY = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet; export its sheet as tab-separated text"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file; export its sheet as tab-separated text"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file; run `git lfs pull`"),
    (b"BZh9", "compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; unpack it first"),
)
_MARKUP = (
    (
        b"[",
        "JSON, one list; write it as JSON Lines, an object on each line (in pandas, "
        "read_json(FILE).to_json(NEW, orient='records', lines=True))",
    ),
    (b"<", "a web page (a login or error page, saved in place of the file?)"),
)


def refuse_foreign(start: bytes, path: Path) -> None:
    """Raise DataError when a file's first bytes say that it is no table."""
    start = start[:200].removeprefix(codecs.BOM_UTF8).lstrip(b" \r\n")
    if start[:4].lower() == b"sep=":
        raise DataError(f"{path}, line 1: `sep=` is Excel's own; remove that line")
    for mark, kind in (*_BINARY, *_MARKUP):
        if start.startswith(mark):
            raise DataError(f"{path} is {kind}; expected {EXPECTED}")


# Text ------------------------------------------------------------------------------------------


def decode(raw: bytes, path: Path) -> str:
    """The text of a UTF-8 file. Raises DataError that says what else its bytes are."""
    for mark, kind in _BINARY:
        if raw.startswith(mark):
            raise DataError(f"{path} is {kind}; expected UTF-8 text")
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise DataError(f"{path} begins with the mark of UTF-16; save it as UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # utf-8-sig counts from behind the byte order mark.
        offset = error.start + (3 if raw.startswith(codecs.BOM_UTF8) else 0)
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


def check_text(path: Path) -> bool:
    """Whether a UTF-8 file has quotation marks. Raises DataError where it is something else."""
    decoder, quotes, blank = codecs.getincrementaldecoder("utf-8")(), False, True
    with bytes_of(path) as stream:
        try:
            while chunk := stream.read(CHUNK):
                if b"\0" in chunk:
                    break
                text = decoder.decode(chunk)
                quotes = quotes or '"' in text
                blank = blank and not text.removeprefix("\ufeff").strip()
            else:
                decoder.decode(b"", final=True)
                if blank:
                    raise DataError(f"{path} is empty; expected a header line and rows")
                return quotes
        except UnicodeDecodeError:
            pass  # told below, with its place in the file
    decode(bytes_of(path).read(), path)
    raise DataError(f"{path} was changed while it was read; run this again")


def opened(path: Path) -> io.TextIOWrapper:
    """The text of a file, its line ends as they are."""
    return io.TextIOWrapper(bytes_of(path), encoding="utf-8-sig", newline="")


def bytes_of(path: Path) -> BinaryIO:
    """A file to be read from its beginning, each time anew."""
    if path in _READ_AS:
        return io.BytesIO(_READ_AS[path])
    return path.open("rb") if path.is_file() else io.BytesIO(_handed_over(path))


_READ_AS: dict[Path, bytes] = {}


@contextmanager
def read_as(path: Path, raw: bytes) -> Iterator[None]:
    """Let a file be read as if it held these bytes, so that messages name the file."""
    _READ_AS[path] = raw
    try:
        yield
    finally:
        del _READ_AS[path]


@cache
def _handed_over(path: Path) -> bytes:
    """What the shell hands over, `<(…)`: it can be read only once."""
    return path.read_bytes()


# Fields between separators ---------------------------------------------------------------------


def separated(path: Path, wanted: Sequence[str], has_quotes: bool) -> Table:
    """The table in a text file. wanted, has_quotes: see `tables.open_table`, `check_text`."""
    separator = _separator(path, wanted)
    literal = has_quotes and separator == "\t" and _marks_are_text(path)
    with opened(path) as lines:
        _, header = next(_records(lines, path, separator, literal))

    def read(trouble: Trouble) -> Rows:
        with opened(path) as lines:
            records = _records(lines, path, separator, literal)
            next(records)
            for number, fields in records:
                if len(fields) == len(header):
                    yield number, fields
                else:
                    trouble.add(number, "", f"{len(fields)} fields", *_ragged(fields, header))

    form = _SEPARATORS[separator] + (", quotation marks as text" if literal else "")
    return Table(path, form, tuple(header), read)


def _separator(path: Path, wanted: Sequence[str]) -> str:
    """The one with the wanted columns, else the one that cuts most of the first rows alike."""
    with opened(path) as file:
        first = list(islice(file, 100))
    best, most = "\t", 0.0
    for separator in _SEPARATORS:
        try:
            header, *rows = csv.reader(first, delimiter=separator)
        except csv.Error:
            continue
        if wanted and set(wanted) <= set(header):
            return separator
        alike = (1 + sum(len(row) == len(header) for row in rows)) / (1 + len(rows))
        if len(header) > 1 and alike > most:
            best, most = separator, alike
    return best


def _records(lines: Iterator[str], path: Path, separator: str, literal: bool) -> Rows:
    """The records of the file, each with the line on which it begins; blank ones at the end go."""
    quoting = csv.QUOTE_NONE if literal else csv.QUOTE_MINIMAL
    # strict: a quotation mark left open would otherwise swallow the rows behind it in silence.
    reader = csv.reader(lines, delimiter=separator, strict=True, quoting=quoting)
    line, blank = 1, []
    try:
        for fields in reader:
            if reader.line_num > line and separator == "\t" and any(map(_swallowed, fields)):
                raise csv.Error("one field holds both tabs and line ends")
            if fields:
                yield from blank
                blank.clear()
                yield line, fields
            else:
                blank.append((line, fields))
            line = reader.line_num + 1
    except csv.Error as error:
        why = 'likely a quotation mark that is not closed; inside a quoted field, write " as ""'
        if "field limit" in str(error):
            why = "a text of that length, to be shortened, or a quotation mark that is not closed"
        raise DataError(
            f"{path}, line {line}: {error}; expected {_SEPARATORS[separator]} fields ({why})"
        ) from error


def _swallowed(text: str) -> bool:
    return "\t" in text and ("\n" in text or "\r" in text)


# A field that only a csv writer writes: in quotation marks, with others doubled inside.
_WRITTEN = re.compile(r'(?:^|\t)"(?:[^"\t]|"")*""(?:[^"\t]|"")*"(?=[\t\r\n]|$)')


def _marks_are_text(path: Path) -> bool:
    """Whether the quotation marks of a tab-separated file do not belong to its format."""
    try:
        ragged = _ragged_share(path, literal=False)
    except DataError:  # a mark that no csv writer wrote: then some rows may be bad all the same
        ragged = MOST_RAGGED
    if not ragged:
        return False
    with opened(path) as lines:
        written = any(map(_WRITTEN.search, lines))
    return not written and _ragged_share(path, literal=True) < ragged


def _ragged_share(path: Path, literal: bool) -> float:
    """The share of records that have not as many fields as the header, read this way."""
    with opened(path) as lines:
        records = _records(lines, path, "\t", literal)
        _, header = next(records)
        fits = [len(fields) == len(header) for _, fields in records]
    return 1 - sum(fits) / max(1, len(fits))


def _ragged(fields: Sequence[str], header: Sequence[str]) -> tuple[str, str]:
    """What was expected in place of a row with too many or too few fields, and its kind."""
    if not fields or not header:
        kind = where = "the line is empty"
    elif len(fields) < len(header):
        kind, where = "few", f"column {header[len(fields)]!r} and what follows are missing"
    else:
        behind = cut(repr(fields[len(header)]))
        kind, where = "many", f"{behind} stands behind column {header[-1]!r}"
    expected = f"{len(header)} as in the header; {where}"
    return f"{expected} (a stray or lost separator, or a file cut short?)", kind
