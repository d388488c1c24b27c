"""Rows that a model would be trained on and scored on.

A few rows stand in train and dev of every real corpus, and are a doubt (`plausible`). Most of dev
in train is another matter: a whole file was named twice, or two were put together. Its score would
be recorded like any other, so it is refused.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.base.text import counted
from mtslib.data import datasets
from mtslib.data.datasets import Split
from mtslib.data.tasks import Task

BY_ID = 0.1  # of the rows of dev that stand in train with their id: no corpus has one by chance
BY_CHANCE = 2  # rows that may do so in a file of a few rows
BY_TEXT = 0.9  # with their texts alone: short made-up texts meet by chance, and not nearly all


def shared(train: Split, other: Split) -> int:
    """How many rows of `other` stand in train, where they are too many for chance; else 0."""
    rows = other.labelled or other.examples
    named = any(row.id != str(row.row) for row in rows)
    texts = {row.texts for row in train.labelled}
    ids = {(row.id, row.texts) for row in train.labelled} if named else set()
    by_text = sum(row.texts in texts for row in rows)
    by_id = sum((row.id, row.texts) in ids for row in rows)
    if by_text >= BY_TEXT * len(rows) or by_id > max(BY_CHANCE, BY_ID * len(rows)):
        return by_text
    return 0


def check(
    task: Task, train: Split, dev: Split, data: Path | str | None = None, allowed: bool = False
) -> int:
    """Refuse a training file that holds the rows of dev, or of test where it is not the task's own.

    allowed: say so instead → how many rows of dev it holds. Raises DataError.
    """
    for other in (dev, *_test(task, train, data)):
        count = shared(train, other)
        if count and not allowed:
            rows = counted(len(other.labelled or other.examples), "row")
            raise DataError(
                f"{train.path} holds {count:,} of the {rows} of {other.path}, so that the score "
                f"on {other.split} would be one on rows that were trained on; name another file, "
                "or ask for it with --train-on-dev"
            )
    return shared(train, dev)


def _test(task: Task, train: Split, data: Path | str | None) -> list[Split]:
    """The test file, if there is one and `train` was not made beside it."""
    places = {}
    for split in ("train", "test"):
        with suppress(DataError):  # the task has no such file here
            places[split] = datasets.locate(task, split, data)
    if "test" not in places or train.path == places.get("train"):
        return []
    return [datasets.load(task, "test", data)]
