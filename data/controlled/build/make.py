"""Build the controlled corpora: `python data/controlled/build/make.py [folder]`.

Without a folder the files are written where they are committed, in `data/controlled/`, and those
of chapter 19 in `own/` inside it. The same code writes the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import draw
import kinds
import noise
import paraphrase
import reviews
import rules
import sentiment
import similarity

SIZES = {
    "sentiment": {"train": 3000, "dev": 600, "test": 600},
    "reviews": {"train": 600, "dev": 120, "test": 120},
    "paraphrase": {"train": 3000, "dev": 600, "test": 600},
    "similarity": {"train": 2400, "dev": 480, "test": 480},
}
TASKS = {
    "sentiment": sentiment,
    "reviews": reviews,
    "paraphrase": paraphrase,
    "similarity": similarity,
}


def build(folder: Path) -> None:
    """Write all files of all tasks to `folder`."""
    for name, task in TASKS.items():
        book = draw.Book()
        files = {}
        for split, count in SIZES[name].items():
            rows = task.rows(split, count, book)
            if split == "train":
                book.close_training(rows)
            if name == "sentiment":
                rows = noise.move_labels(split, rows)
            files[f"{name}-{split}.csv"] = rows
        for file_name, rows in files.items():
            draw.write(folder / file_name, task.COLUMNS, task.LABEL, rows)
        if name == "sentiment":
            noise.write_record(folder / "sentiment-noise.csv", files)
        write_held_out(folder / f"{name}-held-out.csv", files)
    names = [f"{name}-{split}.csv" for name in TASKS for split in SIZES[name]]
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    text = json.dumps(hashes, indent=1) + "\n"
    (folder / "files.json").write_text(text, encoding="utf-8", newline="\n")
    (folder / "own").mkdir(exist_ok=True)
    draw.write_plain(folder / "own" / "questions.csv", ",", kinds.COLUMNS, kinds.rows())
    draw.write_plain(folder / "own" / "rules.tsv", "\t", rules.COLUMNS, rules.rows())


def write_held_out(path: Path, files: dict[str, list[draw.Row]]) -> None:
    """Write the templates and lexical items of the unseen rows, which training never uses."""
    unseen = [row for rows in files.values() for row in rows if row.unseen]
    lines = {("template", row.template) for row in unseen}
    lines |= {("item", entry) for row in unseen for entry in row.fillers}
    text = "".join(f"{kind}\t{entry}\n" for kind, entry in sorted(lines))
    path.write_text("kind\tentry\n" + text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
