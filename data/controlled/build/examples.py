"""Two training rows of every phenomenon, as the tables of the datasheet show them.

`python data/controlled/build/examples.py` prints the tables; `data/README.md` holds them so.
"""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
LABELS = {
    "sentiment": "sentiment",
    "paraphrase": "is_duplicate",
    "similarity": "similarity",
}


def read(name: str) -> list[dict[str, str]]:
    """The rows of one file."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def examples(stem: str, count: int = 2) -> list[str]:
    """The lines of one table: by phenomenon, the rows whose ids come first."""
    noisy = {row["id"] for row in read("sentiment-noise.csv")}
    by_phenomenon: dict[str, list[dict[str, str]]] = {}
    for row in sorted(read(f"{stem}-train.csv"), key=lambda row: row["id"]):
        if row["id"] not in noisy:
            by_phenomenon.setdefault(row["phenomenon"], []).append(row)
    lines = [f"| {stem} phenomenon | rows in train | label | example |", "|---|---|---|---|"]
    for phenomenon in sorted(by_phenomenon):
        rows = by_phenomenon[phenomenon]
        for row in rows[:count]:
            texts = [
                row[column] for column in ("sentence", "sentence1", "sentence2") if column in row
            ]
            shown = " / ".join(texts)
            lines.append(f"| {phenomenon} | {len(rows)} | {row[LABELS[stem]]} | {shown} |")
    return lines


if __name__ == "__main__":
    print("\n\n".join("\n".join(examples(stem)) for stem in LABELS))
