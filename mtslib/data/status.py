"""What task files are there, which of them can serve, and why others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.data import datasets, tasks
from mtslib.data.known import CONTROLLED, SPLITS, file_name


@dataclass(frozen=True)
class StatusRow:
    """One line of `data status`; `problem` says why the file cannot serve, or is empty."""

    task: str
    split: str
    dataset: str
    path: str
    rows: int
    unlabelled: int
    sha256: str
    original: bool | None
    problem: str


def rows(data: str | Path | None = None) -> list[StatusRow]:
    """Every task and split of the dataset in use, read and validated.

    A file that is missing or malformed is a row with its problem, not an exception.
    Raises DataError if the data folder itself is missing.
    """
    folder = datasets.data_dir(data)
    dataset = "controlled" if folder is None else "cs224n"  # that one looks for here
    told = []
    for task in tasks.TASKS.values():
        for split in SPLITS:
            try:
                found = datasets.load(task, split, data)
            except DataError as error:
                name = file_name(task, split, dataset)
                told.append(StatusRow(task.name, split, dataset, name, 0, 0, "", None, str(error)))
                continue
            path = found.path.relative_to(folder or CONTROLLED).as_posix()
            counts = len(found.examples), len(found.unlabelled)
            row = found.dataset, path, *counts, found.sha256, found.original, ""
            told.append(StatusRow(task.name, split, *row))
    return told


def table(rows: list[StatusRow]) -> str:
    """`rows` as a plain text table, with what is wrong listed below it."""
    files_are = {True: "the course's", False: "CHANGED", None: "-"}
    lines = [("task", "split", "dataset", "file", "rows", "no label", "sha256", "file is")]
    for row in rows:
        if row.problem:
            cells = ("-", "-", "-", "NOT USABLE")
        else:
            digest = row.sha256[:8]
            cells = (f"{row.rows:,}", f"{row.unlabelled:,}", digest, files_are[row.original])
        lines.append((row.task, row.split, row.dataset, row.path, *cells))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = {4, 5}
    text = [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    text.insert(1, "  ".join("-" * width for width in widths))
    problems = [f"{row.task} {row.split}: {row.problem}" for row in rows if row.problem]
    return "\n".join([*text, *problems])
