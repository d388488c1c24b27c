"""Exercise 08.5: who is taken for whom."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from mtslib.evidence.confusion import confusion_shares
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_confusion(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Each cell by counting."""
    pairs = list(zip(labels.tolist(), predicted.tolist(), strict=True))
    table = np.zeros((classes, classes))
    for true in range(classes):
        of_class = [said for label, said in pairs if label == true]
        for said in range(classes):
            table[true, said] = of_class.count(said) / len(of_class) if of_class else 0.0
    return table


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A case to read, a class that never occurs, chance, and real numbers as labels."""

    def ask(predicted: Any, labels: Any, classes: int) -> Any:
        table = inputs.call(answer, np.array(predicted), np.array(labels), classes)
        return torch.tensor(np.asarray(table, dtype=float)) if _is_table(table) else table

    drawn = inputs.randint(0, 5, (60,)).numpy()
    said = np.where(inputs.randn(60).numpy() > 0, drawn, (drawn + 1) % 5)
    absent = np.array([0, 0, 1, 3, 3, 3])
    return {
        "labels 0 0 0 1, said 0 1 1 1, two classes": ask([0, 1, 1, 1], [0, 0, 0, 1], 2),
        "labels that lack class 2 of four": ask([0, 2, 1, 3, 0, 3], absent, 4),
        "a last class that nobody says and no text has": ask([0, 1, 1], [0, 1, 0], 3),
        "sixty answers at random": ask(said, drawn, 5),
    }


def _is_table(value: Any) -> bool:
    try:
        return math.prod(np.asarray(value, dtype=float).shape) > 0
    except (TypeError, ValueError):
        return False


EXERCISE = Exercise(
    id="08.5",
    title="who is taken for whom",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=confusion_shares,
    specification=slow_confusion,
    observe=observe,
    hints=(
        "Sum your table along each row. A row is a label, so it should sum to 1, or to 0 where no "
        "text has that label.",
        "Count first: each text adds 1 in the row of its label and the column of the answer. Then "
        "divide each row by the number of its texts.",
        "a (C, C) table of zeros\nfor each text: table[label, answer] += 1\n"
        "divide each row by its sum, where that is not 0",
    ),
    mistakes=mistakes(r"""
        rows-and-columns-swapped: rows are answers and columns are labels: who is taken for whom was
            turned round.
          look: the order of the two indices: label first, then answer.
          - (np.asarray(labels, int), np.asarray(predicted, int))
          + (np.asarray(predicted, int), np.asarray(labels, int))
        divided-by-the-answers: columns were made to sum to 1, so a cell is a share of the answers,
            not of the texts.
          look: the sum that you divide by: a row holds all texts of one label.
          - counts.sum(axis=1, keepdims=True)
          + counts.sum(axis=0, keepdims=True)
        sums-along-the-wrong-side: the sums of the rows were laid along the columns: each cell was
            divided by another row's sum.
          look: the shape of the sums: (C, 1), with keepdims=True.
          - counts.sum(axis=1, keepdims=True)
          + counts.sum(axis=1)
        shares-of-all-texts: everything was divided by the number of all texts, so rare classes look
            empty.
          look: the sum that you divide by: one per row.
          - counts.sum(axis=1, keepdims=True)
          + counts.sum()
        counts-not-shares: the counts came back as they are.
          look: the last line: divide each row by the number of its texts.
          - return counts / np.maximum(texts, 1)
          + return counts
        repeated-pairs-count-once: counts[labels, predicted] += 1 adds 1 to a cell once, however
            often it is named.
          look: the way of counting: np.add.at, a loop, or bincount.
          - np.add.at(counts, (np.asarray(labels, int), np.asarray(predicted, int)), 1)
          + counts[np.asarray(labels, int), np.asarray(predicted, int)] += 1
        nothing-divided-by-nothing: a class that no text has was divided by 0, which gave NaN.
          look: the division: leave a row without texts at 0.
          -     return counts / np.maximum(texts, 1)
          +     with np.errstate(invalid="ignore"):
          +         return counts / texts
        right-answers-left-out: only wrong answers were counted, so the diagonal is empty.
          look: what is counted: every text, right or wrong.
          -     texts = counts
          +     np.fill_diagonal(counts, 0)
          +     texts = counts
    """),
    styles=styles(r"""
        loop:
          def confusion_shares(predicted, labels, classes):
              table = np.zeros((classes, classes))
              for said, label in zip(predicted, labels):
                  table[int(label), int(said)] += 1
              for row in table:
                  if row.sum():
                      row /= row.sum()
              return table

        bincount:
          def confusion_shares(predicted, labels, classes):
              cells = np.bincount(labels * classes + predicted, minlength=classes**2)
              counts = cells.reshape(classes, classes)
              texts = np.bincount(labels, minlength=classes)[:, None]
              return np.where(texts > 0, counts / np.maximum(texts, 1), 0.0)

        one-hot:
          def confusion_shares(predicted, labels, classes):
              eye = np.eye(classes)
              counts = eye[labels].T @ eye[predicted]
              return counts / np.clip(counts.sum(1), 1, None).reshape(-1, 1)

        pandas:
          def confusion_shares(predicted, labels, classes):
              import pandas as pd
              table = pd.crosstab(labels, predicted, normalize="index")
              every = range(classes)
              return table.reindex(index=every, columns=every, fill_value=0.0).to_numpy()

        class by class:
          def confusion_shares(predicted, labels, classes):
              rows = []
              for c in range(classes):
                  said = predicted[labels == c]
                  rows.append([np.mean(said == d) if len(said) else 0.0 for d in range(classes)])
              return np.array(rows)
    """),
)
