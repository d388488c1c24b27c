"""A task file from somebody's data: look at the files, say what was understood, write the TOML.

What can be told from the files is not asked for. What cannot be told is a DataError that names
the possibilities and the option that decides. What the readers take as it is stays where it lies;
any other form that is known (see `raw_files`) is written anew as CSV beside the task file.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from mtslib.base.errors import DataError
from mtslib.base.files import check_place, file_written_whole
from mtslib.data import columns, raw_files
from mtslib.data.columns import Column
from mtslib.data.raw_files import Found, parts_of
from mtslib.data.table import Rows, Table, Trouble, cut
from mtslib.data.task_form import RESERVED, SPLITS, toml
from mtslib.data.tasks import TASKS, Task

DEV, TEST = 0.2, 0.1  # of one file that is split
# What names of files, and values of a column that says which split a row is in, mean.
SPLIT_WORDS = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("dev", "development", "val", "valid", "validation", "trial"), "dev"),
    **dict.fromkeys(("test", "testing", "tst", "eval", "evaluation"), "test"),
}


@dataclass
class Sources:
    """The files of a task.

    tables: by split, or one under `all`. as_is: which of them stay as they lie.
    stem: what their names have in common. folder: of the first. columns: by split, then by name.
    """

    tables: dict[str, Table]
    as_is: set[str]
    stem: str
    folder: Path
    notes: list[str] = field(default_factory=list)
    columns: dict[str, dict[str, Column]] = field(default_factory=dict)


@dataclass(frozen=True)
class NewTask:
    """What was understood of a learner's files, and what was written.

    written: paths, the task file last. notes: for people, a line each.
    """

    task: Task
    written: tuple[Path, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*self.notes, *(f"written: {path}" for path in self.written)])


def new_task(
    files: Sequence[str],
    out: Path | None = None,
    text: Sequence[str] = (),
    label: str = "",
) -> NewTask:
    """Look at files and write the task file that describes them.

    files: paths; `test=PATH` says which split a file is where its name does not.
    out: the task file, else NAME.toml beside the first file. text, label: columns.

    Raises DataError, one line, where something cannot be told; nothing is written then.
    """
    with ExitStack() as kept:
        sources = _sources(files, kept)
        by_column = _look(sources)
        texts = columns.choose_texts(by_column, text, sources.notes)
        chosen = columns.choose_label(by_column, label, texts, sources.notes)
        chosen = _without_unlabelled_test(sources, chosen)
        labels = columns.describe_labels(chosen, sources.notes)
        _same_columns(sources, texts, chosen.name)
        _divide(sources, by_column)
        out = out or sources.folder / f"{_name(sources.stem)}.toml"
        _check(out)
        new = _new_files(sources, out)
        told = {
            "name": _name(out.stem),
            "asks": f"{chosen.name} of {' and '.join(texts)}",
            "text": texts,
            "label": chosen.name,
            **labels,
            **_places(sources, new, out),
        }
        task = Task.from_dict(told, out)
        sources.notes += _rows_as_read(task, sources)
        _write(sources, new, told, out)
    return NewTask(task, (*new.values(), out), tuple(sources.notes))


# Files -----------------------------------------------------------------------------------------


def _sources(files: Sequence[str], kept: ExitStack) -> Sources:
    """Each file, which split it is, and what it is."""
    paths = [Path(given.partition("=")[2] if _named_split(given) else given) for given in files]
    splits = [
        _named_split(given) or _split_in(path) for given, path in zip(files, paths, strict=True)
    ]
    if task_files := [path for path in paths if path.suffix == ".toml"]:
        raise DataError(f"{task_files[0]} is a task file already; name the files of rows")
    found = [raw_files.find(path, kept) for path in paths]
    by_split: dict[str, list[Found]] = {}
    for split, one in zip(splits, found, strict=True):
        by_split.setdefault(split or "all", []).append(one)
    if "all" in by_split and len(by_split) > 1:
        lost = next(path for path, split in zip(paths, splits, strict=True) if not split)
        raise DataError(
            f"cannot tell which split {lost} is, as its name says neither train, dev nor test; "
            f"write it as test={lost}, or dev={lost}"
        )
    sources = Sources({}, set(), _stem(paths), paths[0].parent)
    for split, group in by_split.items():
        one = _one(split, group)
        sources.tables[split] = one.table
        if one.as_is:
            sources.as_is.add(split)
    if "all" not in by_split and "train" not in by_split:
        raise DataError(f"no file is the training set; write it as train={paths[0]}")
    return sources


def _stem(paths: Sequence[Path]) -> str:
    """What the files' names begin with, splits and numbers aside; else the name of their folder."""
    named = [
        [part for part in parts_of(Path(path.stem)) if part not in SPLIT_WORDS and part.isalpha()]
        for path in paths
    ]
    common = [parts[0] for parts in zip(*named, strict=False) if len(set(parts)) == 1]
    begins = common and all(parts[:1] == common[:1] for parts in named)
    return " ".join(common) if begins else paths[0].resolve().parent.name


def _named_split(given: str) -> str:
    split = given.partition("=")[0]
    return split if "=" in given and split in SPLITS else ""


def _split_in(path: Path) -> str:
    """The split that a file's name says; empty where it says none."""
    said = {SPLIT_WORDS[part] for part in parts_of(path) if part in SPLIT_WORDS}
    return said.pop() if len(said) == 1 else ""


def _one(split: str, group: Sequence[Found]) -> Found:
    """The one table of a split: a file, or the files of its classes."""
    if len(group) == 1 and not group[0].lines:
        return group[0]
    if len(group) == 1:
        raise DataError(
            f"{group[0].table.path} has a text on each line and no label that could be found; "
            "expected columns with a header (and no comment above it), a label first on each line, "
            "or a file for each class"
        )
    if all(found.lines for found in group):
        return Found(raw_files.class_files(group, frozenset(SPLIT_WORDS)), as_is=False)
    names = " and ".join(str(found.table.path) for found in group)
    if split != "all":
        raise DataError(f"{names} are both {split}; join them, or name one")
    raise DataError(
        f"cannot tell which of {names} is train and which dev, as their names do not say; write "
        "train=FILE, dev=FILE and, if there is one, test=FILE"
    )


# Columns ---------------------------------------------------------------------------------------


def _look(sources: Sources) -> dict[str, Column]:
    """The columns of all files together. Raises DataError where one is missing in a file."""
    merged: dict[str, Column] = {}
    for split, table in sources.tables.items():
        twice = [name for name in table.header if name and table.header.count(name) > 1]
        if twice:
            raise DataError(f"{table.path}: column {twice[0]!r} stands there twice; rename one")
        trouble = Trouble(table.path, table.unit)
        seen = columns.look(table.header, (fields for _, fields in table.rows(trouble)))
        trouble.tell()
        if not seen or not seen[0].rows:
            raise DataError(f"{table.path} has a header and no rows; was the file cut short?")
        what = "rows" if split == "all" else split
        sources.notes.append(f"{what}: {seen[0].rows:,} of {table.path.name}, {table.form}")
        sources.columns[split] = {column.name: column for column in seen}
        for column in seen:
            merged.setdefault(column.name, Column(column.name)).merge(column)
    return merged


def _without_unlabelled_test(sources: Sources, label: Column) -> Column:
    """The label's column without a test file that says, `-1` say, that its labels are not told."""
    other = Column(label.name)
    for split, own in sources.columns.items():
        if split != "test" and label.name in own:
            other.merge(own[label.name])
    test = sources.columns.get("test", {}).get(label.name)
    if test is None or len(test.spellings) != 1 or test.spellings.keys() <= other.spellings.keys():
        return label
    sources.notes.append(
        f"test: left out, as every row has {next(iter(test.values))!r}, which no other file has "
        "for a label; nothing can be scored on it"
    )
    del sources.tables["test"]
    return other


def _same_columns(sources: Sources, texts: Sequence[str], label: str) -> None:
    """Raise DataError where a file lacks a column that is read; a test file needs no label."""
    for split, table in sources.tables.items():
        for name in [*texts, *([label] if split != "test" else [])]:
            if name not in table.header:
                raise DataError(
                    f"{table.path} has no column {name!r}, which another file has; its columns are "
                    f"{cut(', '.join(table.header))}"
                )


def _divide(sources: Sources, by_column: Mapping[str, Column]) -> None:
    """Part one table by the column that says which split a row is in, if it has one."""
    if set(sources.tables) != {"all"}:
        return
    table = sources.tables["all"]
    for name, column in by_column.items():
        splits = {value: SPLIT_WORDS.get(value.lower(), "") for value in column.values}
        if {"train"} < set(splits.values()) and all(splits.values()):
            sources.tables = {
                split: _part(table, table.header.index(name), split, splits)
                for split in SPLITS
                if split in splits.values()
            }
            sources.as_is.clear()
            sources.notes.append(f"splits: as column {name!r} says, {', '.join(column.values)}")
            return


def _part(table: Table, place: int, split: str, splits: Mapping[str, str]) -> Table:
    """The rows of one split."""

    def read(trouble: Trouble) -> Rows:
        for number, fields in table.read(trouble):
            if splits[fields[place].strip()] == split:
                yield number, fields

    return replace(table, read=read)


# The task file ---------------------------------------------------------------------------------


def _name(stem: str) -> str:
    """A name for a task that begins like its files."""
    name = re.sub(r"[^a-z0-9_-]+", "-", stem.lower()).strip("-_")[:36] or "task"
    return f"{name}-own" if name in TASKS or name in RESERVED else name


def _check(path: Path) -> None:
    """Refuse to write where something is, or can never be. Raises DataError, MtsError."""
    check_place(path, "file")
    if os.path.lexists(path):
        raise DataError(f"{path} exists; nothing was changed; choose another --out, or move it")


def _new_files(sources: Sources, out: Path) -> dict[str, Path]:
    """Where each table goes that is written anew, by split."""
    new = {
        split: out.with_name(f"{out.stem}-{'rows' if split == 'all' else split}.csv")
        for split in sources.tables
        if split not in sources.as_is
    }
    for path in new.values():
        _check(path)
    return new


def _places(sources: Sources, new: Mapping[str, Path], out: Path) -> dict[str, Any]:
    """Where the rows are, as the TOML says it."""
    folder = out.resolve().parent
    files = {}
    for split, table in sources.tables.items():
        path = new.get(split, table.path).resolve()
        if not path.is_relative_to(folder):
            raise DataError(
                f"{path} lies outside {folder}; a task file names files in its own folder or "
                f"below, so write it there: --out {path.parent / out.name}"
            )
        files[split] = path.relative_to(folder).as_posix()
    if "train" in files and "dev" in files:
        return {"files": {split: files[split] for split in SPLITS if split in files}}
    whole = files.get("train") or files["all"]
    test = files.get("test") or (TEST if "all" in files else 0.0)
    drawn = f"dev {DEV:.0%}" + (f" and test {test:.0%}" if test == TEST else "")
    sources.notes.append(
        f"splits: {drawn} of {Path(whole).name}, drawn with seed 0, each class in its share; where "
        'rows belong together, name their column in [split], `group = "COLUMN"`'
    )
    return {"split": {"file": whole, "dev": DEV, **({"test": test} if test else {}), "seed": 0}}


def _rows_as_read(task: Task, sources: Sources) -> Iterator[str]:
    """Three rows, as the task reads them."""
    table = sources.tables.get("train") or sources.tables["all"]
    place = {name: table.header.index(name) for name in (*task.text_columns, task.label_column)}
    yield "the first rows, as they are read:"
    for _, fields in islice(table.rows(Trouble(table.path)), 3):
        told = [fields[i].strip() for i in place.values()]
        texts = " | ".join(repr(cut(text)) for text in told[:-1])
        try:
            label = task.label_of(told[-1])
        except ValueError:
            yield f"  {texts} → {told[-1]!r}, which is no label"
            continue
        blank = label is None
        yield f"  {texts} → {task.class_names[label] if task.has_classes and not blank else label}"


def _write(sources: Sources, new: Mapping[str, Path], told: Mapping[str, Any], out: Path) -> None:
    """Write everything, or nothing."""
    with ExitStack() as kept:
        for split, path in new.items():
            fresh = kept.enter_context(file_written_whole(path))
            with fresh.open("w", encoding="utf-8", newline="") as file:
                table = sources.tables[split]
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(table.header)
                writer.writerows(fields for _, fields in table.rows())
        part = kept.enter_context(file_written_whole(out))
        part.write_text(toml(told), encoding="utf-8", newline="\n")
