"""The commands for a task of one's own: `task new` from files, `task check` of what it says."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.paths import expanded
from mtslib.cli.parser import command, group, option

group("task", "a task of your own: describe your files, check what they hold")


@command(
    "task new",
    "look at your files and write the task file that describes them",
    "task new train.csv dev.csv --out questions.toml",
    option("files", nargs="+", metavar="FILE", help="CSV, TSV, JSON Lines, …; test=FILE is test"),
    option("--out", type=expanded, metavar="FILE.toml", help="else beside the first file"),
    option("--text", default="", metavar="COLUMN[,COLUMN]", help="one text, or two of a pair"),
    option("--label", default="", metavar="COLUMN"),
)
def _new(options: Namespace) -> None:
    from mtslib.data.task_new import new_task

    texts = [name for name in options.text.split(",") if name]
    made = new_task(options.files, options.out, texts, options.label)
    print(made)
    print(f"next: python -m mtslib task check {made.written[-1]}")
