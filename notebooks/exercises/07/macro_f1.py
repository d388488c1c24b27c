"""Exercise 07.5: macro-F1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mtslib.evidence.metrics import macro_f1
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_macro_f1(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Count hits, false alarms and misses of each class that occurs on either side."""
    pairs = list(zip(predicted.tolist(), labels.tolist(), strict=True))
    found = []
    for c in sorted({value for pair in pairs for value in pair}):
        hits = sum(p == c and t == c for p, t in pairs)
        alarms = sum(p == c and t != c for p, t in pairs)
        misses = sum(p != c and t == c for p, t in pairs)
        found.append(2 * hits / (2 * hits + alarms + misses))
    return sum(found) / len(found)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A rare class that is never found, one that is predicted but never there, and chance."""
    labels = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 2])
    constant = np.zeros(10, dtype=int)
    rare = np.array([0, 0, 0, 0, 1, 1, 1, 2, 0, 0])
    stray = np.array([0, 0, 3, 0, 0, 3, 1, 1, 2, 0])
    drawn = inputs.randint(0, 4, (30,)).numpy()
    noisy = np.where(inputs.randn(30).numpy() > 0, drawn, (drawn * 2) % 3)
    return {
        "predictions that find all but the rare classes": inputs.call(answer, rare, labels),
        "always class 0, right 6 times of 10": inputs.call(answer, constant, labels),
        "a class predicted that no label has": inputs.call(answer, stray, labels),
        "thirty predictions at random": inputs.call(answer, noisy, drawn),
        "the same with classes called 1, 4, 7 and 10": inputs.call(
            answer, 3 * noisy + 1, 3 * drawn + 1
        ),
    }


EXERCISE = Exercise(
    id="07.5",
    title="macro-F1",
    minutes=12,
    difficulty="steady",
    core=False,
    reference=macro_f1,
    specification=slow_macro_f1,
    observe=observe,
    hints=(
        "A model that always says class 0 of three is right 6 times of 10. Its macro-F1 is far "
        "lower, because two classes were never found.",
        "For each class that occurs among labels or predictions: F1 = 2·hits / (2·hits + false "
        "alarms + misses). Then the plain mean over classes, however rare each is.",
        "for each class c in labels or predictions:\n    hits, alarms, misses\n"
        "    f1 = 2·hits / (2·hits + alarms + misses)\nmean of all f1",
    ),
    mistakes=mistakes(r"""
        accuracy-instead: all classes were counted together, which is the accuracy.
          look: the kind of average: one F1 per class, then their mean (sklearn: average='macro').
          - "macro"
          + "micro"
        weighted-by-frequency: frequent classes count for more in the mean.
          look: the mean over classes: each counts the same.
          - "macro"
          + "weighted"
        recall-only: the mean of the recalls came back: false alarms cost nothing.
          look: F1 needs the false alarms too, in its denominator.
          def macro_f1(predicted, labels):
              found = [np.mean(predicted[labels == c] == c) for c in np.unique(labels)]
              return float(np.mean(found + [0.0] * len(set(predicted) - set(labels))))
        precision-only: the mean of the precisions came back: misses cost nothing.
          look: F1 needs the misses too, in its denominator.
          def macro_f1(predicted, labels):
              found = [np.mean(labels[predicted == c] == c) for c in np.unique(predicted)]
              return float(np.mean(found + [0.0] * len(set(labels) - set(predicted))))
        classes-of-labels-only: a class that is predicted but that no label has was left out of the
            mean.
          look: the classes you go through: those of labels and of predictions.
          - average="macro"
          + labels=np.unique(labels), average="macro"
        found-classes-only: classes that were never predicted were left out, so a lazy model looks
            good.
          look: the classes you go through: one that is never predicted has F1 0, and counts.
          - average="macro"
          + labels=np.unique(predicted), average="macro"
        two-hits-forgotten: the hits were counted once: hits / (hits + alarms + misses) is another
            measure, Jaccard's.
          look: the formula: twice the hits, above and below.
          def macro_f1(predicted, labels):
              found = []
              for c in np.union1d(predicted, labels):
                  both = np.sum((predicted == c) & (labels == c))
                  found.append(both / np.sum((predicted == c) | (labels == c)))
              return float(np.mean(found))
    """),
    styles=styles(r"""
        by hand:
          def macro_f1(predicted, labels):
              found = []
              for c in np.union1d(predicted, labels):
                  hits = np.sum((predicted == c) & (labels == c))
                  found.append(2 * hits / (np.sum(predicted == c) + np.sum(labels == c)))
              return float(np.mean(found))

        precision and recall:
          def macro_f1(predicted, labels):
              total = 0.0
              classes = set(predicted.tolist()) | set(labels.tolist())
              for c in classes:
                  hits = float(((predicted == c) & (labels == c)).sum())
                  if hits:
                      precision = hits / (predicted == c).sum()
                      recall = hits / (labels == c).sum()
                      total += 2 * precision * recall / (precision + recall)
              return total / len(classes)

        sets of rows:
          def macro_f1(predicted, labels):
              scores = []
              for c in set(predicted.tolist()) | set(labels.tolist()):
                  said = {i for i, p in enumerate(predicted) if p == c}
                  true = {i for i, t in enumerate(labels) if t == c}
                  scores.append(2 * len(said & true) / (len(said) + len(true)))
              return sum(scores) / len(scores)

        scikit-learn, class by class:
          def macro_f1(predicted, labels):
              from sklearn.metrics import f1_score
              return f1_score(y_true=labels, y_pred=predicted, average=None).mean()

        a table of counts:
          def macro_f1(predicted, labels):
              names, codes = np.unique(np.concatenate([predicted, labels]), return_inverse=True)
              table = np.zeros((len(names), len(names)))
              np.add.at(table, (codes[: len(predicted)], codes[len(predicted) :]), 1)
              return np.mean(2 * table.diagonal() / (table.sum(0) + table.sum(1)))
    """),
)
