"""Exercise 19.3: F1 class by class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def f1_by_class(predicted: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """F1 of each class, 0 … num_classes − 1; NaN where no label and no prediction has it. Ch. 19.

    predicted, labels: (n,) class indices. F1 = 2·hits / (2·hits + false alarms + misses).
    """
    hits = np.bincount(labels[predicted == labels], minlength=num_classes)
    both = np.bincount(predicted, minlength=num_classes)
    both = both + np.bincount(labels, minlength=num_classes)
    found = np.full(num_classes, np.nan)
    np.divide(2 * hits, both, out=found, where=both > 0)
    return found


def slow_f1_by_class(predicted: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Count hits, false alarms and misses of each class, row by row."""
    found = []
    for c in range(num_classes):
        hits = alarms = misses = 0
        for p, t in zip(predicted.tolist(), labels.tolist(), strict=True):
            hits += p == c and t == c
            alarms += p == c and t != c
            misses += p != c and t == c
        total = 2 * hits + alarms + misses
        found.append(2 * hits / total if total else float("nan"))
    return np.array(found)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A rare class that is never found, a class that nothing has, and chance."""

    def ask(predicted: np.ndarray, labels: np.ndarray, classes: int) -> list[Any]:
        found = np.asarray(inputs.call(answer, predicted, labels, classes), dtype=float)
        return ["nothing has it" if np.isnan(f1) else float(f1) for f1 in found.ravel()]

    labels = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 2])
    drawn = inputs.randint(0, 4, (40,)).numpy()
    noisy = np.where(inputs.randn(40).numpy() > -0.3, drawn, (drawn * 3 + 1) % 4)
    return {
        "always class 0 of three, right 6 times of 10": ask(np.zeros(10, int), labels, 3),
        "all right but the one row of class 2": ask(np.where(labels == 2, 0, labels), labels, 3),
        "class 2 found, with two false alarms": ask(
            np.array([0, 0, 0, 0, 2, 2, 1, 1, 0, 2]), labels, 3
        ),
        "a fourth class that nothing has": ask(labels, labels, 4),
        "a fourth class that is only predicted": ask(
            np.array([0, 0, 3, 0, 0, 3, 1, 1, 1, 2]), labels, 4
        ),
        "forty predictions at random": ask(noisy, drawn, 4),
    }


EXERCISE = Exercise(
    id="19.3",
    title="F1 class by class",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference=f1_by_class,
    specification=slow_f1_by_class,
    observe=observe,
    hints=(
        "A model that says class 0 always: F1 of class 0 is high, of every other class 0. What do "
        "yours say?",
        "For one class c: hits are rows where prediction and label are c, false alarms where only "
        "the prediction is, misses where only the label is. A class with none of the three has no "
        "F1: NaN.",
        "for each class c from 0 to num_classes − 1:\n"
        "    hits, alarms, misses = three counts\n"
        "    f1 = 2·hits / (2·hits + alarms + misses), or NaN where that divides by 0\n"
        "the array of all",
    ),
    mistakes=mistakes(r"""
        recall-only: the recall came back: false alarms cost nothing.
          look: the denominator: predictions of the class count too.
          def f1_by_class(predicted, labels, num_classes):
              found = np.full(num_classes, np.nan)
              for c in range(num_classes):
                  if (labels == c).any():
                      found[c] = (predicted[labels == c] == c).mean()
                  elif (predicted == c).any():
                      found[c] = 0.0
              return found
        precision-only: the precision came back: misses cost nothing.
          look: the denominator: labels of the class count too.
          def f1_by_class(predicted, labels, num_classes):
              found = np.full(num_classes, np.nan)
              for c in range(num_classes):
                  if (predicted == c).any():
                      found[c] = (labels[predicted == c] == c).mean()
                  elif (labels == c).any():
                      found[c] = 0.0
              return found
        two-hits-forgotten: the hits were counted once above and twice below.
          look: the numerator: twice the hits.
          - np.divide(2 * hits
          + np.divide(hits
        jaccard-instead: hits / (hits + alarms + misses) is another measure, Jaccard's.
          look: the formula: twice the hits, above and below.
          - np.divide(2 * hits, both
          + np.divide(hits, both - hits
        zero-for-no-class: a class that nothing has got 0, which pulls the mean down.
          look: a class without labels and predictions: NaN.
          - np.full(num_classes, np.nan)
          + np.zeros(num_classes)
        never-predicted-is-nan: a class that is never predicted got NaN; it has F1 0, and counts.
          look: where NaN stands: only where no label has the class either.
          - where=both > 0
          + where=np.bincount(predicted, minlength=num_classes) > 0
        no-label-is-nan: a class that is only predicted got NaN; its F1 is 0.
          look: where NaN stands: only where no prediction has the class either.
          - where=both > 0
          + where=np.bincount(labels, minlength=num_classes) > 0
        classes-that-occur-only: classes that nothing has were left out, so the places shift.
          look: the length: one number for each of num_classes.
          - return found
          + return found[both > 0]
        accuracy-of-each: the accuracy of "this class or not" came back; where a class is rare that
            is near 1 whatever the model does.
          look: the rows that are neither: they do not count.
          def f1_by_class(predicted, labels, num_classes):
              found = np.full(num_classes, np.nan)
              for c in range(num_classes):
                  if (predicted == c).any() or (labels == c).any():
                      found[c] = ((predicted == c) == (labels == c)).mean()
              return found
    """),
    styles=styles(r"""
        precision and recall:
          def f1_by_class(predicted, labels, num_classes):
              found = []
              for c in range(num_classes):
                  said, there = predicted == c, labels == c
                  if not said.any() and not there.any():
                      found.append(float("nan"))
                      continue
                  hits = (said & there).sum()
                  precision = hits / said.sum() if said.any() else 0.0
                  recall = hits / there.sum() if there.any() else 0.0
                  down = precision + recall
                  found.append(2 * precision * recall / down if down else 0.0)
              return np.array(found)

        a table of who was taken for whom:
          def f1_by_class(predicted, labels, num_classes):
              table = np.zeros((num_classes, num_classes))
              np.add.at(table, (labels, predicted), 1)
              with np.errstate(invalid="ignore"):
                  return 2 * np.diag(table) / (table.sum(0) + table.sum(1))
    """),
)
