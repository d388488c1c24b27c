"""A fifth of a training file, held out: where a choice is made, so that dev stays untouched.

Chapter 09 chooses learning rates on it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from mtslib.base.files import file_written_whole, text_of
from mtslib.data import datasets

SHARE = 0.2
SUFFIX = "-held-out"  # of the part that is scored


def split(
    task: str, folder: Path, data: str | Path | None = None, file: str | Path | None = None
) -> dict[str, str]:
    """Write both parts of a task's training file into `folder` → {train_file, dev_file}.

    data, file: as in `datasets.load`. Which rows are held out is the same on every machine. Rows
    keep their order. Raises DataError as `datasets.load` does.
    """
    source = datasets.load(task, "train", data, file).path
    reader = csv.reader(text_of(source.read_bytes()).splitlines(keepends=True), delimiter="\t")
    header, *rows = reader
    held = set(np.random.default_rng(0).permutation(len(rows))[: int(SHARE * len(rows))].tolist())
    parts = {
        "train_file": (f"{source.stem}-kept.csv", [i for i in range(len(rows)) if i not in held]),
        "dev_file": (f"{source.stem}{SUFFIX}.csv", sorted(held)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, places in parts.values():
        with (
            file_written_whole(folder / name) as fresh,
            fresh.open("w", encoding="utf-8", newline="") as stream,
        ):
            writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
            writer.writerows([header, *(rows[place] for place in places)])
    return {option: str(folder / name) for option, (name, _) in parts.items()}
