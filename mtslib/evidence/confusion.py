"""What a classifier gets wrong: by class, by phenomenon, from epoch to epoch. Chapter 08.

The pictures of it are in `mtslib.report.training.answer_plots`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mtslib.evidence.intervals import wilson

STATES = STAYED, WON, LOST, WRONG = "right", "won", "lost", "wrong"


def confusion_shares(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Of the texts of each class, the share that was said to be each class → (C, C).

    Rows are labels and sum to 1, columns are answers; the row of a class without texts is 0.
    """
    counts = np.zeros((classes, classes))
    np.add.at(counts, (np.asarray(labels, int), np.asarray(predicted, int)), 1)
    texts = counts.sum(axis=1, keepdims=True)
    return counts / np.maximum(texts, 1)


def distances(predicted: np.ndarray, labels: np.ndarray) -> tuple[float, float, float]:
    """Of all texts: the shares that are right, off by one class, and off by more."""
    off = np.abs(np.asarray(predicted, int) - np.asarray(labels, int))
    return float(np.mean(off == 0)), float(np.mean(off == 1)), float(np.mean(off > 1))


def by_phenomenon(
    predicted: np.ndarray, labels: np.ndarray, phenomena: Sequence[str]
) -> pd.DataFrame:
    """Accuracy within each phenomenon, best first: phenomenon, n, accuracy, low, high, differs.

    differs: whether the interval excludes the accuracy over all texts.
    """
    right = np.asarray(predicted, int) == np.asarray(labels, int)
    rows = []
    for name in sorted(set(phenomena)):
        own = right[[phenomenon == name for phenomenon in phenomena]]
        low, high = wilson(float(own.mean()), len(own))
        rows.append((name, len(own), float(own.mean()), low, high, not low <= right.mean() <= high))
    columns = ["phenomenon", "n", "accuracy", "low", "high", "differs"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["accuracy", "phenomenon"], ascending=[False, True], ignore_index=True)


def flips(before: np.ndarray | None, now: np.ndarray, labels: np.ndarray) -> list[str]:
    """What became of each text since the epoch before: right, won, lost or wrong.

    before: None in the first epoch, where nothing is won or lost yet.
    """
    right = np.asarray(now, int) == np.asarray(labels, int)
    was = right if before is None else np.asarray(before, int) == np.asarray(labels, int)
    names = {(True, True): STAYED, (False, True): WON, (True, False): LOST, (False, False): WRONG}
    return [names[bool(old), bool(new)] for old, new in zip(was, right, strict=True)]
