"""Label noise for sentiment, like that of annotators: now and then the neighbouring class.

The moved rows stand in `sentiment-noise.csv` with the label that the composition gave them.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import draw
from draw import Row

SHARE = 0.08


def move_labels(split: str, rows: list[Row]) -> list[Row]:
    """`rows` with `SHARE` of the labels moved by one class."""
    rng = draw.generator("noise", split)
    moved = set(rng.sample(range(len(rows)), round(SHARE * len(rows))))
    return [
        replace(row, label=_neighbour(rng, int(row.label))) if index in moved else row
        for index, row in enumerate(rows)
    ]


def _neighbour(rng, label: int) -> str:
    return str(label + (1 if label == 0 else -1 if label == 4 else rng.choice([-1, 1])))


def write_record(path: Path, files: dict[str, list[Row]]) -> None:
    """Write which rows were moved: file, id, the label composed and the label written."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["file", "id", "composed", "written"])
        for name, rows in files.items():
            for row in rows:
                if row.label != row.composed:
                    identifier = draw.row_id(name, row.texts)
                    writer.writerow([name, identifier, row.composed, row.label])
