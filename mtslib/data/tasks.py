"""What a task is: its columns, its input, what its labels mean, and how it is scored.

The four tasks of the paper (its section 3, and CS224N's default project). A `Task` holds facts
only; losses and predictions live with the objectives (`mtslib.finetune.objectives`), because one
task can be trained with several. Chapter 07 builds the pieces of this module.
"""

from __future__ import annotations

from dataclasses import dataclass

from mtslib.base.errors import DataError


@dataclass(frozen=True)
class Task:
    """One task.

    name: the word used everywhere (`sst`, `cfimdb`, `quora`, `sts`).
    title: what it asks, for people.
    text_columns: one column for a sentence, two for a sentence pair.
    label_column: where the label stands; a file without it is an unlabelled test file.
    label_range: lowest and highest admissible label, both included.
    integer_labels: class indices (written `1` or `1.0`) against real scores.
    class_names: words for the classes, in label order; empty for a score.
    metric: the metric that a run is judged by, `accuracy` or `pearson`.
    objective: what it is trained with unless told otherwise.
    cs224n_stem, controlled_stem: how its files are called in each dataset.
    """

    name: str
    title: str
    text_columns: tuple[str, ...]
    label_column: str
    label_range: tuple[float, float]
    integer_labels: bool
    class_names: tuple[str, ...]
    metric: str
    objective: str
    cs224n_stem: str
    controlled_stem: str

    @property
    def is_pair(self) -> bool:
        """Whether an input is a sentence pair."""
        return len(self.text_columns) == 2

    @property
    def num_classes(self) -> int:
        """How many classes; six for sts, whose scores 0–5 are treated as classes by `soft-ce`."""
        return int(self.label_range[1] - self.label_range[0]) + 1


SST = Task(
    name="sst",
    title="sentiment of a sentence, five classes",
    text_columns=("sentence",),
    label_column="sentiment",
    label_range=(0, 4),
    integer_labels=True,
    class_names=("very negative", "negative", "neutral", "positive", "very positive"),
    metric="accuracy",
    objective="ce",
    cs224n_stem="ids-sst",
    controlled_stem="sentiment",
)
CFIMDB = Task(
    name="cfimdb",
    title="sentiment of a whole review, two classes",
    text_columns=("sentence",),
    label_column="sentiment",
    label_range=(0, 1),
    integer_labels=True,
    class_names=("negative", "positive"),
    metric="accuracy",
    objective="ce",
    cs224n_stem="ids-cfimdb",
    controlled_stem="reviews",
)
QUORA = Task(
    name="quora",
    title="do two questions ask the same?",
    text_columns=("sentence1", "sentence2"),
    label_column="is_duplicate",
    label_range=(0, 1),
    integer_labels=True,
    class_names=("different", "paraphrase"),
    metric="accuracy",
    objective="ce",
    cs224n_stem="quora",
    controlled_stem="paraphrase",
)
STS = Task(
    name="sts",
    title="how close in meaning are two sentences, from 0 to 5?",
    text_columns=("sentence1", "sentence2"),
    label_column="similarity",
    label_range=(0, 5),
    integer_labels=False,
    class_names=(),
    metric="pearson",
    objective="soft-ce",
    cs224n_stem="sts",
    controlled_stem="similarity",
)

TASKS: dict[str, Task] = {task.name: task for task in (SST, CFIMDB, QUORA, STS)}


def get(name: str) -> Task:
    """The task called `name`.

    Raises DataError naming the known tasks.
    """
    if name in TASKS:
        return TASKS[name]
    raise DataError(f"unknown task {name!r}; the tasks are {', '.join(TASKS)}")
