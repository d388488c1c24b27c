"""Two training rows of every phenomenon, as the tables of the datasheet show them.

`python data/controlled/build/examples.py` puts the tables into `data/README.md`.
"""

from __future__ import annotations

import baselines
import render

STEMS = ("sentiment", "paraphrase", "similarity")


def examples(stem: str, count: int = 2) -> list[str]:
    """The lines of one table: by phenomenon, the rows whose ids come first."""
    noisy = {row["id"] for row in render.read_table("sentiment-noise.csv")}
    by_phenomenon: dict[str, list[dict[str, str]]] = {}
    for row in sorted(baselines.read(stem, "train"), key=lambda row: row["id"]):
        if row["id"] not in noisy:
            by_phenomenon.setdefault(row["phenomenon"], []).append(row)
    lines = [f"| {stem} phenomenon | rows in train | label | example |", "|---|---|---|---|"]
    for phenomenon in sorted(by_phenomenon):
        rows = by_phenomenon[phenomenon]
        for row in rows[:count]:
            texts = [
                row[column] for column in ("sentence", "sentence1", "sentence2") if column in row
            ]
            label, shown = row[baselines.LABELS[stem]], " / ".join(texts)
            lines.append(f"| {phenomenon} | {len(rows)} | {label} | {shown} |")
    return lines


def tables() -> str:
    """All tables, as they stand between their marks."""
    return "\n\n".join("\n".join(examples(stem)) for stem in STEMS)


if __name__ == "__main__":
    render.replace_block("examples", tables())
