"""The error microscope: a classifier's wrong answers by class, phenomenon, length and confidence.

Chapters 08 and 17. A slider goes through the groups; `table` holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from torch import Tensor

from mtslib.data.readers import Example
from mtslib.evidence import confusion
from mtslib.evidence.confusion import by_phenomenon
from mtslib.report import widgets
from mtslib.report.plots import Picture
from mtslib.report.training import answer_plots

LENGTHS = "the shortest third", "the middle third", "the longest third"
CONFIDENCES = "the least sure third", "the second third", "the surest third"
SHOWN = 4  # wrong answers of a group, the surest first


@dataclass(frozen=True)
class Answers:
    """What a classifier said of labelled examples.

    said, sure: (n,) classes, and the probability that each was given.
    """

    examples: Sequence[Example]
    said: np.ndarray
    sure: np.ndarray
    class_names: Sequence[str]

    @classmethod
    def of(cls, logits: Tensor, examples: Sequence[Example], class_names: Sequence[str]) -> Answers:
        """From logits (n, C)."""
        sure, said = logits.float().softmax(-1).max(-1)
        return cls(examples, said.numpy(), sure.numpy(), class_names)

    @property
    def labels(self) -> np.ndarray:
        """(n,) the classes that are right."""
        return np.array([int(example.label) for example in self.examples])

    def kinds(self) -> dict[str, list[str]]:
        """The name of each answer's group, (n,), by what is looked at."""
        words = [sum(len(text.split()) for text in example.texts) for example in self.examples]
        found = {
            "label": [self.class_names[label] for label in self.labels],
            "phenomenon": [example.phenomenon for example in self.examples],
            "length": _thirds(words, LENGTHS),
            "confidence": _thirds(self.sure, CONFIDENCES),
        }
        return {kind: names for kind, names in found.items() if len(set(names)) > 1}


def _thirds(values: Sequence[float], names: Sequence[str]) -> list[str]:
    """The name of each value's third, lowest first; equal values fall into one third."""
    ends = np.quantile(values, [1 / 3, 2 / 3])
    return [names[third] for third in np.searchsorted(ends, values)]


def table(answers: Answers) -> pd.DataFrame:
    """One row for each group: kind, group, texts, wrong, accuracy with its interval, differs.

    differs: whether the interval excludes the accuracy over all.
    """
    rows = []
    for kind, names in answers.kinds().items():
        for row in by_phenomenon(answers.said, answers.labels, names).itertuples():
            wrong = row.n - round(row.accuracy * row.n)
            accuracy = f"{row.accuracy:.2f} [{row.low:.2f}, {row.high:.2f}]"
            differs = "yes" if row.differs else "no"
            rows.append((kind, row.phenomenon, row.n, wrong, accuracy, differs))
    return pd.DataFrame(rows, columns=["kind", "group", "texts", "wrong", "accuracy", "differs"])


def surest_wrong(answers: Answers, kind: str, group: str, most: int = SHOWN) -> list[str]:
    """The wrong answers of a group, the surest first, each in a line."""
    inside = np.array([name == group for name in answers.kinds()[kind]])
    wrong = np.flatnonzero(inside & (answers.said != answers.labels))
    lines = []
    for row in wrong[np.argsort(-answers.sure[wrong], kind="stable")][:most]:
        example, names = answers.examples[row], answers.class_names
        lines.append(
            f"“{' | '.join(example.texts)}” is {names[int(example.label)]}; said: "
            f"{names[answers.said[row]]}, {answers.sure[row]:.0%} sure"
        )
    return lines


def browse(answers: Answers, name: str = "error-microscope") -> widgets.Slider:
    """A slider over every group: its place among the others, and its surest wrong answers."""
    right = confusion.distances(answers.said, answers.labels)[0]
    kinds = answers.kinds()
    groups = {k: by_phenomenon(answers.said, answers.labels, names) for k, names in kinds.items()}
    order = [*answers.class_names, *sorted(kinds.get("phenomenon", ())), *LENGTHS, *CONFIDENCES]
    places = {
        f"{kind}: {group}": (kind, group)
        for kind, names in kinds.items()
        for group in sorted(set(names), key=order.index)
    }

    def view(position: str) -> tuple[Picture, list[str]]:
        kind, group = places[position]
        found = groups[kind]
        row = found[found.phenomenon == group].iloc[0]
        wrong = row.n - round(row.accuracy * row.n)
        told = f"{wrong} of {row.n} are wrong, the surest first:" if wrong else "none is wrong"
        lines = [f"wrong answers of = {position}", told]
        picture = answer_plots.phenomenon_picture(found, right, f"by {kind}", marked=group)
        return picture, [*lines, *surest_wrong(answers, kind, group)]

    return widgets.slider("wrong answers of", list(places), view, name=name, picture_width=420)
