"""Two tasks that these tests write themselves: classes of pairs, and a score of a sentence.

Neither is like one of the four: words for labels, a metric of their own, another range of scores.
"""

from __future__ import annotations

import csv
import random
import tomllib
from pathlib import Path

from mtslib.data.tasks import TASKS, Task

MATCHES = """
name = "matches"
asks = "how do two lists of words agree?"
text = ["left", "right"]
label = "verdict"
classes = ["none", "some", "all"]
metric = "macro-f1"
[files]
train = "matches-train.csv"
dev = "matches-dev.csv"
"""
WARMTH = """
name = "warmth"
asks = "how warm is a sentence, from -1 to 1?"
text = ["words"]
label = "warmth"
range = [-1, 1]
metric = "spearman"
[files]
train = "warmth-train.csv"
dev = "warmth-dev.csv"
"""
TOML = {"matches": MATCHES, "warmth": WARMTH}
OWN = {name: Task.from_dict(tomllib.loads(text)) for name, text in TOML.items()}
EVERY_TASK = {**TASKS, **OWN}
GOOD, BAD, DULL = ("great", "good"), ("awful", "poor"), ("the", "film", "was", "and", "we", "saw")


def rows_of(name: str, n: int, seed: int) -> list[list[str]]:
    """Rows whose rule is easy to see: columns of texts, then the label."""
    draw = random.Random(f"{name} {seed}")
    rows = []
    for number in range(n):
        if name == "matches":
            kind = number % 3
            right = ["great"] * 4 if kind == 2 else ["awful"] * 4 if kind == 0 else list(GOOD + BAD)
            draw.shuffle(right)
            label = (" None", "some", "ALL ")[kind]
            rows.append(["great " * draw.randint(1, 5), " ".join(right), label])
        else:
            warm = number % 5  # so many of four words
            words = [*draw.choices(GOOD, k=warm), *draw.choices(BAD, k=4 - warm)]
            words += draw.choices(DULL, k=draw.randint(0, 4))
            draw.shuffle(words)
            rows.append([" ".join(words), f"{(warm - 2) / 2:g}"])
    return rows


def write_own(folder: Path, name: str, split: str, n: int, seed: int) -> Path:
    """One file of a task of these tests, and its description beside it → the description's path."""
    task = OWN[name]
    with (folder / task.files[split]).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow([*task.text_columns, task.label_column])
        writer.writerows(rows_of(name, n, seed))
    described = folder / f"{name}.toml"
    described.write_text(TOML[name], "utf-8")
    return described
