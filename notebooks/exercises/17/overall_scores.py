"""Exercise 17.1: one score for three tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def overall_scores(sst: float, quora: float, sts: float) -> tuple[float, float]:
    """Both of the course's overall scores: the plain mean, and that with the correlation rescaled.

    sst, quora: accuracies, 0 to 1. sts: a correlation, −1 to 1, which the second formula brings to
    0 to 1 first. The library's are in `mtslib.evidence.overall`.
    """
    plain = (sst + quora + sts) / 3
    rescaled = (sst + quora + (sts + 1) / 2) / 3
    return plain, rescaled


def slow_overall_scores(sst: float, quora: float, sts: float) -> tuple[float, float]:
    """Each task's points on a scale from 0 to 1, one after the other."""
    points = {"sst": sst, "quora": quora, "sts": sts}
    means = []
    for lowest in (0.0, -1.0):  # what the correlation is counted from
        total = 0.0
        for task, score in points.items():
            bottom = lowest if task == "sts" else 0.0
            total += (score - bottom) / (1.0 - bottom)
        means.append(total / len(points))
    return means[0], means[1]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Scores by hand, the ends of the scales, and some that are drawn."""

    def two(*scores: float) -> None:
        found = inputs.call(answer, *scores)
        if not isinstance(found, list | tuple | np.ndarray) or len(found) != 2:
            raise AnswerError(
                "overall_scores gave back something else than two numbers; expected "
                "(plain, rescaled)"
            )
        plain, rescaled = found
        names = "overall_scores({}, {}, {})".format(*scores)
        seen[f"the plain mean of {names}"] = plain
        seen[f"the rescaled one of {names}"] = rescaled

    seen: dict[str, Any] = {}
    two(0.5, 0.9, 0.8)
    two(0.2, 0.4, 0.0)  # no correlation
    two(0.3, 0.6, -0.5)
    two(1.0, 1.0, 1.0)
    two(*(round(float(score), 3) for score in 0.5 + 0.1 * inputs.randn(3)))
    return seen


EXERCISE = Exercise(
    id="17.1",
    title="one score for three tasks",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=overall_scores,
    specification=slow_overall_scores,
    observe=observe,
    hints=(
        "Give a correlation of 0, what guessing has. The plain mean counts it as nothing, the "
        "rescaled one as a half. Do yours?",
        "Both are means of three numbers. The second first moves the correlation from −1 … 1 to "
        "0 … 1, as the accuracies are: −1 becomes 0, 0 becomes ½, 1 stays 1.",
        "plain: the sum of the three, divided by 3\n"
        "rescaled: the same with (sts + 1) / 2 in the place of sts",
    ),
    mistakes=mistakes(r"""
        half-the-correlation: the correlation was halved and not moved: 1 has to stay 1.
          look: the second formula: add 1 before halving.
          - (sts + 1) / 2
          + sts / 2
        moved-not-halved: the correlation was moved up by 1 and not halved: 1 becomes 2.
          look: the second formula: a range from −1 to 1 is two wide.
          - (sts + 1) / 2
          + (sts + 1)
        one-half-added: a half was added and the correlation was not halved.
          look: the second formula: the 1 and the correlation are halved together.
          - (sts + 1) / 2
          + sts + 1 / 2
        whole-sum-rescaled: the mean was moved to another scale; only the correlation has to be.
          look: the second formula: the accuracies stay.
          - (sst + quora + (sts + 1) / 2) / 3
          + ((sst + quora + sts) / 3 + 1) / 2
        all-three-rescaled: the accuracies were rescaled too; they go from 0 to 1 already.
          look: the second formula: sts alone.
          - (sst + quora + (sts + 1) / 2) / 3
          + ((sst + 1) / 2 + (quora + 1) / 2 + (sts + 1) / 2) / 3
        absolute-correlation: the sign of the correlation was taken off; a reversed ranking is worse
            than none.
          look: the second formula: a correlation of −1 is to become 0.
          - (sts + 1) / 2
          + abs(sts)
        negative-cut-to-zero: a correlation below 0 was counted as 0.
          look: the first formula: a correlation may be negative.
          - plain = (sst + quora + sts) / 3
          + plain = (sst + quora + max(sts, 0.0)) / 3
        accuracies-averaged-first: the two accuracies were averaged first, so that the correlation
            weighs as much as both.
          look: the first formula: three tasks, a third each.
          - plain = (sst + quora + sts) / 3
          + plain = ((sst + quora) / 2 + sts) / 2
        sum-for-mean: the sum came back; divide by the number of tasks.
          look: the first formula: / 3.
          - plain = (sst + quora + sts) / 3
          + plain = sst + quora + sts
        formulas-swapped: the two came back in the other order.
          look: the last line: the plain mean first.
          - return plain, rescaled
          + return rescaled, plain
        same-formula-twice: both are the plain mean.
          look: the second formula: it rescales the correlation.
          - (sts + 1) / 2
          + sts
        geometric-mean: the scores were multiplied; these are plain means.
          look: the first formula: a sum, divided by 3.
          - plain = (sst + quora + sts) / 3
          + plain = abs(sst * quora * sts) ** (1 / 3)
    """),
    styles=styles(r"""
        by their difference:
          def overall_scores(sst, quora, sts):
              plain = (sst + quora + sts) / 3
              return plain, plain + (1 - sts) / 6

        a helper:
          def overall_scores(sst, quora, sts):
              def mean(*scores):
                  return sum(scores) / len(scores)

              return mean(sst, quora, sts), mean(sst, quora, 0.5 + 0.5 * sts)

        arrays:
          def overall_scores(sst, quora, sts):
              both = np.array([[sst, quora, sts], [sst, quora, (1 + sts) / 2]])
              return tuple(both.mean(axis=1))
    """),
)
