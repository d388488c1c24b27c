"""One file as rows of named columns, whatever wrote it.

Text whose fields are separated by tabs, commas, semicolons or | (found, and told), JSON Lines, and
Parquet where pyarrow is installed. UTF-8, with or without a byte order mark, with any line ends.
The course's files are tab-separated despite their name `.csv`; no ending of a name means anything.

Rows are streamed: a file of two million needs no more memory than one of ten.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mtslib.base.disks import refuse_device
from mtslib.base.errors import DataError
from mtslib.data.separated import EXPECTED, bytes_of, check_text, opened, refuse_foreign, separated
from mtslib.data.table import Rows, Table, Trouble

LARGEST = 4 << 30  # bytes; the largest of the course's files has 22 million


def open_table(path: Path, wanted: Sequence[str] = ()) -> Table:
    """Find out how a file is written.

    wanted: columns that are looked for, which decide where two separators would fit.
    Raises DataError, one line, where it is no table.
    """
    start = _first_bytes(path)
    if start.startswith(b"PAR1"):
        return _parquet(path, wanted)
    refuse_foreign(start, path)
    has_quotes = check_text(path)
    if start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return _json_lines(path, wanted)
    return separated(path, wanted, has_quotes)


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise DataError(f"{path} is a folder; expected one task file (--data names a folder)")
    refuse_device(path)
    try:
        with bytes_of(path) as stream:
            start = stream.read(4096)
            size = path.stat().st_size
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    if size > LARGEST:
        raise DataError(
            f"{path} has {size / 1e9:,.1f} GB, more than a task file can have here; train on a "
            "part of it"
        )
    return start


# Objects and columns ---------------------------------------------------------------------------


def _json_lines(path: Path, wanted: Sequence[str]) -> Table:
    found: dict[str, None] = {}
    number, value = 0, None
    for number, value in _objects(path):
        if isinstance(value, dict):
            found.update(dict.fromkeys(value))
        elif number == 1:
            raise DataError(f"{path} is JSON (a notebook?); expected {EXPECTED}")
    if number == 1 and any(map(_are_rows, value.values())):
        raise DataError(f"{path} is one JSON object with lists of rows in it; expected {EXPECTED}")
    names = tuple(found)

    def read(trouble: Trouble) -> Rows:
        for number, value in _objects(path):
            if isinstance(value, dict):
                values = [value.get(name) for name in names]
                yield from _in_words(number, values, names, wanted, trouble)
            else:
                trouble.add(number, "", repr(value), "a JSON object on each line")

    return Table(path, "JSON Lines", names, read)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(v, dict) for v in value)


def _objects(path: Path) -> Iterator[tuple[int, Any]]:
    """Each line's number and its object; where it holds none, the line itself."""
    with opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)  # what a column may hold is judged column by column
            except (ValueError, RecursionError):
                found = None
            yield number, found if isinstance(found, dict) else line.rstrip("\r\n")


def _parquet(path: Path, wanted: Sequence[str]) -> Table:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise DataError(
            f"{path} is a Parquet file, which is read with pyarrow: `pip install pyarrow`; or "
            "write it as comma-separated text, with pandas `to_csv`"
        ) from error
    try:
        with bytes_of(path) as stream:
            names = parquet.read_schema(stream).names
    except (ArrowException, OSError) as error:
        raise DataError(f"{path} is a damaged Parquet file: {error}") from error

    def read(trouble: Trouble) -> Rows:
        number = 0
        try:
            with bytes_of(path) as stream, parquet.ParquetFile(stream) as file:
                for batch in file.iter_batches(batch_size=10_000):
                    columns = [column.to_pylist() for column in batch.columns]
                    for values in zip(*columns, strict=True):
                        number += 1
                        yield from _in_words(number, values, names, wanted, trouble)
        except (ArrowException, OSError) as error:
            raise DataError(f"{path} is a damaged Parquet file: {error}") from error

    return Table(path, "Parquet", tuple(names), read, unit="row")


def _in_words(
    number: int, values: Sequence[Any], names: Sequence[str], wanted: Sequence[str], to: Trouble
) -> Rows:
    """One row of values as texts; none, noted in `to`, where a wanted one is something else."""
    fields = list(map(_written, values))
    bad = [place for place, text in enumerate(fields) if text is None and names[place] in wanted]
    for place in bad:
        to.add(number, names[place], repr(values[place]), "a text, a number, true or false")
    if not bad:
        yield number, [text or "" for text in fields]


def _written(value: Any) -> str | None:
    """A value as text would have it, `1.0` and `true`; None where it is a list, or no whole text.

    JSON can hold one half of a character, `\\ud83d`, which can be written nowhere.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | bytes):
        return None
    text = "" if value is None else str(value)
    whole = text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
    return text if whole else None
