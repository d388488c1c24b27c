"""Files that are no tables with a header, as tables: what `task new` writes anew as CSV.

- A label first on each line, then the text: `LOC:city What is the capital …` (TREC, where a label
  with a colon is a coarse and a fine one), `__label__spam …` (fastText), `1 a fine film`.
- Reviews marked feature by feature, `zoom[-2], size[+1]##the zoom is awful` (Hu and Liu, 2004):
  the class is the sign of the sum, and what has no opinion, or an even one, is left out.
- A file for each class with a text on each line (SUBJ, CR): the class is what the names differ in.
- Rows without a header: their columns are called column1, column2, …
- Numbers written `3,5` or `70%` in columns that hold nothing else: they become 3.5 and 70.
- Text that is not UTF-8: it is taken for UTF-16 where its mark says so, else for Windows-1252, of
  which Latin-1 is a part.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.data.columns import TEXT_NAMES, looks_like_header, named_like
from mtslib.data.separated import opened, read_as
from mtslib.data.table import Rows, Table, Trouble
from mtslib.data.tables import open_table

SAMPLE = 200  # rows that decide what a file is
NEARLY = 0.9  # of them
_LABEL_FIRST = re.compile(r"(__label__\S+|[\w-]+:[\w-]+|[+-]?\d+) +(\S.*)")
_MARKED = re.compile(r"[^#]*\[[+-]\d\][^#]*##(.*)")
_MARK = re.compile(r"\[([+-]\d)\]")
_NUMBER_IN_WORDS = re.compile(r"([+-]?\d+)(?:,(\d+))? *%?")


@dataclass(frozen=True)
class Found:
    """A file as a table. as_is: whether the readers take it without being told more.

    lines: whether it holds a text on each line and nothing else.
    """

    table: Table
    as_is: bool = True
    lines: bool = False


def find(path: Path, kept: ExitStack) -> Found:
    """What a file is. kept: closes what it needs while it is read.

    Raises DataError, one line, where it is nothing that is known here.
    """
    if not path.is_file():
        raise DataError(f"{path} is {'a folder' if path.is_dir() else 'missing'}; expected a file")
    try:
        return _find(open_table(path))
    except DataError as error:
        if "is not UTF-8" not in str(error) and "mark of UTF-16" not in str(error):
            raise
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in _UTF16 else "cp1252")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    known = "UTF-16" if raw[:2] in _UTF16 else "Windows-1252"
    kept.enter_context(read_as(path, text.encode()))
    found = _find(open_table(path))
    form = f"{found.table.form}, not UTF-8 and taken for {known}"
    return replace(found, table=replace(found.table, form=form), as_is=False)


_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _find(table: Table) -> Found:
    path = table.path
    if table.form in ("JSON Lines", "Parquet"):
        return Found(table)
    first = _first(path)
    if not table.header:
        raise DataError(f"{path}: its first line is empty; expected the names of the columns")
    if _are_labelled(first):
        return Found(_label_first(path), as_is=False)
    if sum("##" in line for line in first) > len(first) / 2 and any(map(_MARKED.match, first)):
        return Found(_marked(path), as_is=False)
    try:
        sample = [list(fields) for _, fields in islice(table.rows(Trouble(path)), SAMPLE)]
    except DataError:  # a quotation mark that no csv writer wrote
        sample = []
    whole = len(sample) >= min(SAMPLE, len(first) - 1)
    lines = len(table.header) == 1 and not named_like(table.header[0], TEXT_NAMES)
    header = looks_like_header(table.header, sample)
    if lines or (_is_prose([table.header, *sample]) and not (whole and header)):
        return Found(_texts(path), as_is=False, lines=True)
    if sample and not header:
        return Found(_without_header(table), as_is=False)
    return _plain_numbers(table, sample)


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    """Whether what parts the fields is punctuation: white space comes after each."""
    return all(field[:1].isspace() for row in rows for field in row[1:])


def _first(path: Path) -> list[str]:
    with opened(path) as lines:
        return [line.strip() for line in islice(lines, SAMPLE) if line.strip()]


def _are_labelled(lines: Sequence[str]) -> bool:
    """Whether a label stands first on (nearly) each line: there are few, and more than one."""
    found = [parts[1] for parts in map(_LABEL_FIRST.fullmatch, lines) if parts]
    few = 2 <= len(set(found)) <= max(2, len(lines) / 2)
    return few and len(found) >= NEARLY * len(lines) and bool(_LABEL_FIRST.fullmatch(lines[0]))


def _label_first(path: Path) -> Table:
    coarse = ":" in _first(path)[0].split(" ")[0]

    def read(trouble: Trouble) -> Rows:
        for number, line in _nonblank(path):
            parts = _LABEL_FIRST.fullmatch(line)
            if parts is None:
                trouble.add(number, "", repr(line), "a label, white space and a text, as before")
                continue
            label = parts[1].removeprefix("__label__")
            fine = (label.partition(":")[0], label) if coarse else (label,)
            yield number, (parts[2].strip(), *fine)

    header = ("text", "label", "fine_label") if coarse else ("text", "label")
    return Table(path, "a label first on each line", header, read)


def _marked(path: Path) -> Table:
    def read(_: Trouble) -> Rows:
        for number, line in _nonblank(path):
            parts = _MARKED.fullmatch(line)
            points = sum(map(int, _MARK.findall(line.partition("##")[0])))
            if parts and points:
                yield number, (parts[1].strip(), "positive" if points > 0 else "negative")

    form = "features with their strength before ##; lines without an opinion are left out"
    return Table(path, form, ("text", "label"), read)


def _plain_numbers(table: Table, sample: Sequence[Sequence[str]]) -> Found:
    """The table with `3,5` and `70%` as 3.5 and 70, if it has a column of such."""
    columns = [[value.strip() for value in column] for column in zip(*sample, strict=False)]
    places = [place for place, values in enumerate(columns) if _are_written_so(values)]
    if not places:
        return Found(table)

    def read(trouble: Trouble) -> Rows:
        for number, fields in table.read(trouble):
            fields = list(fields)
            for place in places:
                if parts := _NUMBER_IN_WORDS.fullmatch(fields[place].strip()):
                    fields[place] = ".".join(filter(None, parts.groups()))
            yield number, fields

    names = ", ".join(table.header[place] for place in places)
    form = f"{table.form}, the numbers in {names} with a point and without %"
    return Found(replace(table, read=read, form=form), as_is=False)


def _are_written_so(values: Sequence[str]) -> bool:
    """Whether a column is numbers with a decimal comma or %; `1,250` may be a thousand and more."""
    found = [_NUMBER_IN_WORDS.fullmatch(value) for value in values if value]
    if not found or not all(found):
        return False
    behind = [parts[2] for parts in found if parts[2]]
    return any(len(digits) != 3 for digits in behind) or (
        not behind and any(parts[0][-1] == "%" for parts in found)
    )


def _nonblank(path: Path) -> Iterator[tuple[int, str]]:
    with opened(path) as lines:
        yield from ((i, line.strip()) for i, line in enumerate(lines, start=1) if line.strip())


def _without_header(table: Table) -> Table:
    """The same rows with the first one among them."""
    header = tuple(f"column{place}" for place in range(1, len(table.header) + 1))

    def read(trouble: Trouble) -> Rows:
        return chain([(1, table.header)], table.read(trouble))

    return replace(table, header=header, read=read, form=f"{table.form}, without a header")


def class_files(files: Sequence[Found], ignored: frozenset[str]) -> Table:
    """One table of files that hold a class each. ignored: parts of names that are no class."""
    paths = [found.table.path for found in files]
    names = [class_of(path, paths, ignored) for path in paths]

    def read(trouble: Trouble) -> Rows:
        for found, name in zip(files, names, strict=True):
            for number, (text, _) in found.table.read(trouble):
                yield number, (text, name)

    form = f"a text on each line, a file for each of {', '.join(names)}"
    return replace(files[0].table, form=form, read=read)


def class_of(path: Path, paths: Sequence[Path], ignored: frozenset[str]) -> str:
    """What the name of one file says that those of the others do not."""
    others = set.intersection(*(set(parts_of(other)) for other in paths))
    own = [part for part in parts_of(path) if part not in others | ignored]
    return "-".join(own) or path.name


def parts_of(path: Path) -> list[str]:
    """The words and numbers of a file's name, in small letters."""
    return re.findall(r"[a-z]+|\d+", path.name.lower())


def _texts(path: Path) -> Table:
    def read(trouble: Trouble) -> Rows:
        yield from ((number, (line, "")) for number, line in _nonblank(path))

    return Table(path, "a text on each line", ("text", "label"), read)
