"""What a task is: its columns, its input, what its labels mean, and how it is scored.

A task is data. It is described by a small TOML file, and the four of the paper (its section 3, and
CS224N's default project) are such files in `task_files/`. A `Task` holds facts only; losses and
predictions live with the objectives (`mtslib.finetune.objectives`), because one task can be
trained with several. Chapter 07 builds the pieces of this module, chapter 19 a task of one's own.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mtslib.base.errors import DataError
from mtslib.base.paths import expanded
from mtslib.data.task_form import NUMBER, checked, read_toml, same_word

SCORE_CLASSES = 6  # a score is spread over the classes 0 to 5 by `soft-ce`


@dataclass(frozen=True)
class OneFile:
    """How one file becomes the splits of a task: shares of dev and test, the rest is train.

    test: also the name of a file of its own. seed: decides which rows go where.
    group: a column; rows that agree in it stay together.
    """

    file: str
    dev: float
    test: float | str = 0.0
    seed: int = 0
    group: str = ""

    def holds(self, split: str) -> str:
        """The file that the rows of a split are in."""
        return self.test if split == "test" and isinstance(self.test, str) else self.file

    @property
    def shares(self) -> dict[str, float]:
        """What falls to each split, in sum 1; a split without rows of this file is left out."""
        test = 0.0 if isinstance(self.test, str) else self.test
        shares = {"train": 1 - self.dev - test, "dev": self.dev, "test": test}
        return {split: share for split, share in shares.items() if share}


@dataclass(frozen=True)
class Task:
    """One task.

    name: the word used everywhere (`sst`, `cfimdb`, `quora`, `sts`, or one's own).
    title: what it asks, for people.
    text_columns: one column for a sentence, two for a sentence pair.
    label_column: where the label stands; a file without it is an unlabelled test file.
    label_range: lowest and highest label, both included: of a score, or the class indices.
    metric: the metric that a run is judged by, a key of `mtslib.evidence.metrics.METRICS`.
    class_names: words for the classes, in label order; empty for a score.
    values: what stands for each class in the files, where that is neither its name nor its index.
    objective: what it is trained with unless told otherwise.
    files: the file of each split; one_file: the file that is split; both relative to `source`.
    stems: how its files are called in a dataset, `cs224n` and `controlled`.
    source: the TOML file; None where the description comes from a checkpoint's card.
    """

    name: str
    title: str
    text_columns: tuple[str, ...]
    label_column: str
    label_range: tuple[float, float]
    metric: str
    objective: str
    class_names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict, hash=False)
    one_file: OneFile | None = None
    stems: Mapping[str, str] = field(default_factory=dict, hash=False)
    source: Path | None = field(default=None, compare=False)

    @property
    def is_pair(self) -> bool:
        """Whether an input is a sentence pair."""
        return len(self.text_columns) == 2

    @property
    def has_classes(self) -> bool:
        """Whether a label is a class, written as a word or a number; otherwise it is a score."""
        return bool(self.class_names)

    @property
    def num_classes(self) -> int:
        """How many classes; six for a score, which `soft-ce` treats as classes."""
        return len(self.class_names) or SCORE_CLASSES

    @property
    def group(self) -> str:
        """The column whose rows stay together where one file is split; empty for none."""
        return self.one_file.group if self.one_file else ""

    @cached_property
    def _words(self) -> dict[str, int]:
        """The class that each word stands for; numbers only where no class is called by one."""
        names = [same_word(word) for word in self.values or self.class_names]
        numbered = not self.values and not any(map(NUMBER.fullmatch, names))
        numbers = {str(index): index for index in range(len(names))} if numbered else {}
        return numbers | {name: index for index, name in enumerate(names)}

    def label_of(self, written: str) -> float | int | None:
        """A label as a file has it → a class index (int) or a score (float); None for no label.

        Words are compared without case and outer white space, `1` and `1.0` are one number.
        Raises ValueError with what was expected.
        """
        if not written.strip():
            return None
        if self.has_classes:
            index = self._words.get(same_word(written))
            if index is not None:
                return index
        elif NUMBER.fullmatch(written.strip()):
            low, high = self.label_range
            if low <= float(written) <= high:
                return float(written)
        raise ValueError(self.expected_label)

    @property
    def expected_label(self) -> str:
        """What may stand in the label column, for people."""
        low, high = self.label_range
        if not self.has_classes:
            return f"a number from {low:g} to {high:g}"
        words = ", ".join(map(repr, (self.values or self.class_names)[:8]))
        words += ", …" if len(self.class_names) > 8 else ""
        numbers = f"a whole number from {low} to {high}, or " if "0" in self._words else ""
        return f"{numbers}one of {words}"

    def differs_from(self, other: Task) -> str:
        """What another task of this name means otherwise, for people; empty where it is the same.

        Compared is what decides the meaning of an answer: not files, columns or the metric.
        """
        if self.is_pair != other.is_pair:
            return " and ".join("pairs" if t.is_pair else "sentences" for t in (self, other))
        own, theirs = (
            f"classes {', '.join(t.class_names)}"
            if t.has_classes
            else "scores from {:g} to {:g}".format(*t.label_range)
            for t in (self, other)
        )
        return "" if own == theirs else f"{own} and {theirs}"

    def as_dict(self) -> dict[str, Any]:
        """The whole description as its TOML file has it, in plain values: what a card keeps."""
        told = {
            "name": self.name,
            "asks": self.title,
            "text": list(self.text_columns),
            "label": self.label_column,
            "classes": list(self.class_names),
            "range": [] if self.has_classes else list(self.label_range),
            "values": list(self.values),
            "metric": self.metric.replace("_", "-"),
            "objective": self.objective,
            "files": dict(self.files),
            "split": _told(asdict(self.one_file)) if self.one_file else {},
            "stems": dict(self.stems),
        }
        return _told(told)

    @classmethod
    def from_dict(cls, told: Mapping[str, Any], source: Path | None = None) -> Task:
        """The inverse of `as_dict`; what is told is checked. Raises DataError, one line."""
        told = checked(told, str(source or "the task's description"), source and source.parent)
        classes = tuple(told.get("classes", ()))
        return cls(
            name=told["name"],
            title=told["asks"],
            text_columns=tuple(told["text"]),
            label_column=told["label"],
            label_range=(0, len(classes) - 1) if classes else tuple(told["range"]),
            metric=told["metric"].replace("-", "_"),
            class_names=classes,
            values=tuple(told.get("values", ())),
            objective=told["objective"],
            files=told.get("files", {}),
            one_file=OneFile(**told["split"]) if "split" in told else None,
            stems=told.get("stems", {}),
            source=source,
        )


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is not empty and not 0: the rest is as if it were not there."""
    return {key: value for key, value in values.items() if value}


# The four of the paper --------------------------------------------------------------------------


def read(path: Path | str) -> Task:
    """The task that a TOML file describes. Raises DataError, one line, where it does not."""
    path = expanded(path)
    return Task.from_dict(read_toml(path), path)


_OWN = Path(__file__).with_name("task_files")
SST, CFIMDB, QUORA, STS = (
    read(_OWN / f"{name}.toml") for name in ("sst", "cfimdb", "quora", "sts")
)
TASKS: dict[str, Task] = {task.name: task for task in (SST, CFIMDB, QUORA, STS)}


def get(task: Task | str | Path) -> Task:
    """A task by its name, or by the path of its TOML file.

    Raises DataError naming the known tasks, or what is wrong with the file.
    """
    if isinstance(task, Task):
        return task
    if str(task) in TASKS:
        return TASKS[str(task)]
    if isinstance(task, Path) or task.lower().endswith(".toml") or Path(task).name != task:
        return read(task)
    near = difflib.get_close_matches(task, TASKS, 1)
    hint = f" (is {near[0]} meant?)" if near else ""
    raise DataError(
        f"unknown task {task!r}; the tasks are {', '.join(TASKS)}, or a file, FILE.toml{hint}"
    )
