"""A file as rows of named columns, and what is wrong with it, told all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mtslib.base.errors import DataError

Rows = Iterator[tuple[int, Sequence[str]]]


class Trouble:
    """What is wrong with the rows of one file: of each kind the count and the first three."""

    def __init__(self, path: Path, unit: str = "line") -> None:
        self.path, self.unit = path, unit
        self._kinds: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._expected: dict[tuple[str, str], str] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, number: int, column: str, read: str, expected: str, kind: str = "") -> None:
        """One row: where, what was read, and what was expected.

        kind: what its kind is called, where `expected` says more than that about this row.
        """
        key = (column, kind or expected)
        self._expected.setdefault(key, expected)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] <= 3:
            self._kinds.setdefault(key, []).append((number, read))

    def tell(self) -> None:
        """Raise DataError, one line, if there was any."""
        told = [self._told(key) for key in self._counts]
        if len(told) == 1:
            raise DataError(f"{self.path}, {told[0]}")
        if told:
            listed = "; ".join(f"({i}) {text}" for i, text in enumerate(told, start=1))
            raise DataError(f"{self.path} has {len(told)} kinds of trouble: {listed}")

    def _told(self, key: tuple[str, str]) -> str:
        shown, count = self._kinds[key], self._counts[key]
        where = and_so_on([f"{number:d}" for number, _ in shown], count)
        read = ", ".join(dict.fromkeys(cut(text) for _, text in shown))
        column = f", column {key[0]!r}" if key[0] else ""
        unit = self.unit if count == 1 else f"{self.unit}s"
        return f"{unit} {where}{column}: read {read}; expected {self._expected[key]}"


def and_so_on(shown: Sequence[str], count: int) -> str:
    """`5`, `5 and 9`, `5, 9, 17 and 40 more`."""
    if count > len(shown):
        return f"{', '.join(shown)} and {count - len(shown):,} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def cut(text: str) -> str:
    """A text as it is shown in a message."""
    return text if len(text) <= 80 else text[:79] + "…"


@dataclass(frozen=True)
class Table:
    """A file whose form is known and whose rows have not been read yet.

    form: what it is, for people: `comma-separated`, `Parquet`.
    unit: what rows are counted in, `line` (of the file, from 1) or `row` (from 1).
    read: its rows, streamed; what is wrong with a row goes to the Trouble, and the row is left out.
    """

    path: Path
    form: str
    header: tuple[str, ...]
    read: Callable[[Trouble], Rows] = field(repr=False)
    unit: str = "line"

    def rows(self, trouble: Trouble | None = None) -> Rows:
        """Each row's number and its fields, as many as the header has.

        trouble: where bad rows are noted; otherwise they are a DataError when all has been read.
        """
        noted = trouble or Trouble(self.path, self.unit)
        yield from self.read(noted)
        if trouble is None:
            noted.tell()
