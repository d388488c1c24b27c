"""Minimal pairs of questions: `python data/probes/make.py` writes `minimal-pairs.csv` beside it.

Each line of `minimal-pairs.txt` is a phenomenon, a question, and the same question asked again, in
which words are marked: in square brackets some that change nothing, in braces as many that matter.
It gives three rows of the task quora, in this order: all words left in (a paraphrase), the harmless
ones cut (still a paraphrase), those that matter cut (another question). Written for this project;
nothing is copied.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).resolve().parent / "minimal-pairs.csv"
COLUMNS = ("", "id", "sentence1", "sentence2", "is_duplicate", "phenomenon", "cut")
ITEMS = FILE.with_suffix(".txt")
_HARMLESS, _MEANT = re.compile(r" ?\[[^]]+\]"), re.compile(r" ?\{[^}]+\}")
# What is cut, and whether the rest still asks the same.
CUTS = {"nothing": (None, 1.0), "harmless": (_HARMLESS, 1.0), "meant": (_MEANT, 0.0)}


def rows() -> Iterator[tuple[str, ...]]:
    """Three rows for each item, as they stand in the file."""
    for item in ITEMS.read_text(encoding="utf-8").splitlines():
        phenomenon, questions = item.split(": ", 1)
        first, marked = questions.split(" | ")
        for cut, (pattern, label) in CUTS.items():
            second = re.sub(r"[\[\]{}]", "", pattern.sub("", marked) if pattern else marked)
            name = hashlib.sha256(f"{first} {second}".encode()).hexdigest()[:25]
            yield name, first, second, str(label), phenomenon, cut


def write(path: Path) -> None:
    """The file, as the course writes its own."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((number, *row) for number, row in enumerate(rows()))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
