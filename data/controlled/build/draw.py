"""Drawing rows: seeded, without repetition, and the same on every machine.

Only `random.Random` seeded with a string decides; nothing depends on hash order or on the clock.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One row before it is written: its texts, its label as written, and where it came from.

    fillers: the lexicon entries that fill its slots; `composed` is the label before noise.
    """

    texts: tuple[str, ...]
    label: str
    phenomenon: str
    template: str
    unseen: bool
    fillers: tuple[str, ...] = ()
    composed: str = ""


class Book:
    """What one task has written so far; it admits a row only once, in whatever order.

    After `close_training` it admits an unseen row only if none of its fillers stands in the texts
    of training.
    """

    def __init__(self) -> None:
        self._keys: set[tuple[str, ...]] = set()
        self._training = ""

    def close_training(self, rows: list[Row]) -> None:
        """Take note of all training texts, as one string of plain words."""
        self._training = " | ".join(plain(text) for row in rows for text in row.texts)

    def admits(self, row: Row) -> bool:
        """Whether the row may be written; if so, it is noted."""
        key = pair_key(row.texts)
        if key in self._keys:
            return False
        if row.unseen and any(plain(entry) in self._training for entry in row.fillers):
            return False
        self._keys.add(key)
        return True


def plain(text: str) -> str:
    """Lower case words with single spaces and a space at either end, nothing else."""
    return " " + " ".join(re.findall(r"[a-z0-9'-]+", text.lower())) + " "


def generator(*names: object) -> random.Random:
    """A generator of its own for each named purpose, so that one change moves one file."""
    return random.Random("/".join(str(name) for name in names))


def weighted(rng: random.Random, weights: dict) -> object:
    """One key of `weights`, drawn in proportion to its weight, in the order of the dict."""
    point = rng.random() * sum(weights.values())
    for key, weight in weights.items():
        point -= weight
        if point < 0:
            return key
    return key


def quotas(total: int, shares: dict) -> dict:
    """Whole numbers that sum to `total` and follow `shares` as closely as they can."""
    scale = total / sum(shares.values())
    counts = {key: int(share * scale) for key, share in shares.items()}
    by_remainder = sorted(shares, key=lambda key: (counts[key] - shares[key] * scale, str(key)))
    for key in by_remainder[: total - sum(counts.values())]:
        counts[key] += 1
    return counts


def pair_key(texts: tuple[str, ...]) -> tuple[str, ...]:
    """What makes two rows the same: their texts, in either order, whatever their case."""
    return tuple(sorted(text.lower() for text in texts))


def write(path: Path, text_columns: tuple[str, ...], label_column: str, rows: list[Row]) -> None:
    """Write rows in the CS224N format: tab-separated, row number first, LF line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["", "id", *text_columns, label_column, "phenomenon", "template", "unseen"])
        for number, row in enumerate(rows):
            writer.writerow(
                [
                    number,
                    row_id(path.name, row.texts),
                    *row.texts,
                    row.label,
                    row.phenomenon,
                    row.template,
                    int(row.unseen),
                ]
            )


def write_plain(path: Path, delimiter: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    """Write rows as somebody's own file has them: a header and their columns, LF line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def row_id(file_name: str, texts: tuple[str, ...]) -> str:
    """25 hexadecimal characters that name a row by its file and its texts."""
    return hashlib.sha1("\n".join((file_name, *texts)).encode()).hexdigest()[:25]
