"""The commands for a task of one's own: `task new` from files, `task check` of what it says."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.paths import expanded
from mtslib.cli.parser import DATA, command, group, named, option

BAG_ROWS = 20_000  # of train, that the bag of words learns from, and of dev, that it is asked

group("task", "a task of your own: describe your files, check what they hold")


@command(
    "task new",
    "look at your files and write the task file that describes them",
    "task new train.csv dev.csv --out questions.toml",
    option("files", nargs="+", metavar="FILE", help="CSV, TSV, JSON Lines, …; test=FILE is test"),
    option("--out", type=expanded, metavar="FILE.toml", help="else beside the first file"),
    option("--text", default="", metavar="COLUMN[,COLUMN]", help="one text, or two of a pair"),
    option("--label", default="", metavar="COLUMN"),
    notes="""\
read as they are: text with a header and commas, semicolons, tabs or |; JSON Lines; Parquet
written anew as CSV beside the task file:
  a label first on each line      LOC:city What is the capital of Chad ?
  a file for each class           custrev.pos custrev.neg
  reviews marked feature by feature  zoom[-2], size[+1]##the zoom is awful
  rows without a header, text that is not UTF-8, numbers such as 3,5 or 70%
splits: as names say (train, dev or valid, test), as test=FILE says, as a column of train and
test says, or drawn from the one file with a seed""",
)
def _new(options: Namespace) -> None:
    from mtslib.data.task_new import new_task

    texts = [name for name in options.text.split(",") if name]
    made = new_task(options.files, options.out, texts, options.label)
    print(made)
    print(f"next: python -m mtslib task check {made.written[-1]}")


@command(
    "task check",
    "what a task's files hold, what a score has to beat, and how long training would take",
    "task check questions.toml",
    option("task", metavar="NAME|FILE.toml"),
    DATA,
    option(
        "--backbone", type=named, default=None, help="minilm-l6, bert-base-uncased, or a folder"
    ),
    option("--max-length", type=int, help="word pieces of an input; 512 else"),
    notes="""\
A warning is no error: the task can be trained as it is. Each says what it does to a score.""",
)
def _check(options: Namespace) -> None:
    from mtslib import backbones
    from mtslib.base.errors import DataError
    from mtslib.base.text import counted
    from mtslib.data import datasets, tasks
    from mtslib.data.task_check import check, sample
    from mtslib.evidence.baselines import baselines
    from mtslib.finetune import settings
    from mtslib.finetune.depth_seconds import depth_seconds
    from mtslib.finetune.grid import duration
    from mtslib.finetune.settings import depth_name

    task = tasks.get(options.task)
    given = {"backbone": options.backbone, "max_length": options.max_length}
    chosen = settings(task, **{key: value for key, value in given.items() if value})
    has_test = "test" in task.files or (task.one_file and task.one_file.test)
    names = ("train", "dev", "test") if has_test else ("train", "dev")
    splits = datasets.load_splits(task, names, options.data)
    train, dev = splits["train"], splits["dev"]
    for split in (train, dev):
        if not split.labelled:
            raise DataError(f"{split.path} has no labelled row; {split.split} needs labels")
    tokenizer = backbones.load(chosen.backbone).tokenizer()
    found = check(task, splits, tokenizer, chosen.max_length)
    print(*found.facts, sep="\n")
    known, asked = (sample(split.labelled, BAG_ROWS) for split in (train, dev))
    part = len(asked) < len(dev.labelled)
    print(f"to beat, on {f'{BAG_ROWS:,} rows of ' if part else ''}dev:")
    for name, metric in baselines(task, known, asked).items():
        print(f"  {name}: {metric}")
    print(f"time here, {counted(chosen.epochs, 'epoch')}, if nothing else runs:")
    counts = {name: len(split.labelled) for name, split in splits.items()}
    seconds = depth_seconds(chosen, found.lengths, counts)
    print("  " + ", ".join(f"{depth_name(d)} {duration(s)}" for d, s in seconds.items()))
    for warning in found.warnings:
        print(f"warning: {warning}")
    if not found.warnings:
        print("nothing looks odd")
