"""Exercise 13.2: how surely does one plan beat another?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def plan_difference(
    values: Sequence[float], errors: Sequence[float], shares: Sequence[float]
) -> tuple[float, float]:
    """The difference between two plans and its standard error.

    values, errors: for each task, the difference between the two plans and its standard error; 0
    and 0 where the plans agree. shares: of the requests. The tasks share neither rows nor runs.
    """
    value = sum(share * one for share, one in zip(shares, values, strict=True))
    variance = sum((share * error) ** 2 for share, error in zip(shares, errors, strict=True))
    return value, math.sqrt(variance)


def slow_plan_difference(
    values: Sequence[float], errors: Sequence[float], shares: Sequence[float]
) -> tuple[float, float]:
    """From the covariance matrix of independent tasks, wᵀ Σ w, term by term."""
    count, value, variance = len(values), 0.0, 0.0
    for i in range(count):
        value += shares[i] * values[i]
        for j in range(count):
            covariance = errors[i] * errors[j] if i == j else 0.0
            variance += shares[i] * covariance * shares[j]
    return value, variance**0.5


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two tasks by hand, plans that agree on one, and uneven shares of three."""

    def two(words: str, *arguments: list[float]) -> None:
        result = inputs.call(answer, *arguments)
        if not isinstance(result, list | tuple | np.ndarray) or len(result) != 2:
            raise AnswerError(
                "plan_difference gave back something else than two numbers; expected (value, error)"
            )
        found[f"the difference, {words}"], found[f"its error, {words}"] = result

    found: dict[str, Any] = {}
    two("two tasks alike, −.02 ± .01 and +.01 ± .02", [-0.02, 0.01], [0.01, 0.02], [0.5, 0.5])
    two("plans that agree on the second task", [-0.03, 0.0], [0.012, 0.0], [0.5, 0.5])
    values = (0.05 * inputs.randn(3)).tolist()
    errors = (0.01 + 0.02 * inputs.randn(3).abs()).tolist()
    two("three tasks, shares .6, .3, .1", values, errors, [0.6, 0.3, 0.1])
    two("one task alone", values[:1], errors[:1], [1.0])
    return found


EXERCISE = Exercise(
    id="13.2",
    title="how surely does one plan beat another?",
    minutes=8,
    difficulty="warm-up",
    core=True,
    reference=plan_difference,
    specification=slow_plan_difference,
    observe=observe,
    hints=(
        "Give one task alone, with share 1. Its own difference and its own error must come back.",
        "Values add, each times its share. Of independent things the variances add, and a factor "
        "w in front of a value is a factor w² in front of its variance.",
        "value = Σ share · value of the task\nerror = √ Σ (share · error of the task)²",
    ),
    mistakes=mistakes(r"""
        errors-added: the errors were added, as if all tasks were unlucky together; of independent
            ones the variances add.
          look: the error: the root of a sum of squares.
          - variance = sum((share * error) ** 2 for
          + variance = sum((share * error) for
          - math.sqrt(variance)
          + variance
        shares-not-squared: the variances were weighted by the shares and not by their squares.
          look: the square: of share times error, both.
          - (share * error) ** 2
          + share * error**2
        shares-left-out-of-the-error: the errors were not weighted.
          look: the error: each task's times its share.
          - (share * error) ** 2
          + error**2
        root-forgotten: the variance came back; the error is its root.
          look: what is returned: √ of the variance.
          - math.sqrt(variance)
          + variance
        shares-left-out-of-the-value: the differences were added without their shares.
          look: the value: each task's difference times its share.
          - share * one for
          + one for
        plain-mean: every task counted alike, whatever its share.
          look: the value: shares, not 1 / n.
          - value = sum(share * one for share, one in zip(shares, values, strict=True))
          + value = sum(values) / len(values)
        sizes-added: the signs were taken off: a loss on one task no longer makes up for a gain.
          look: the value: differences may be negative.
          - share * one for
          + share * abs(one) for
        divided-by-the-root-of-n: the error was divided by √n, as that of a mean; the shares already
            do this.
          look: the error: no further division.
          - math.sqrt(variance)
          + math.sqrt(variance / len(values))
        largest-error: only the largest of the weighted errors was taken.
          look: the error: all of them take part.
          - math.sqrt(variance)
          + max(share * error for share, error in zip(shares, errors, strict=True))
    """),
    styles=styles(r"""
        arrays:
          def plan_difference(values, errors, shares):
              values, errors, shares = map(np.asarray, (values, errors, shares))
              return float(shares @ values), float(np.linalg.norm(shares * errors))

        hypot:
          def plan_difference(values, errors, shares):
              weighted = [w * e for w, e in zip(shares, errors)]
              return sum(w * v for w, v in zip(shares, values)), math.hypot(*weighted)

        one loop:
          def plan_difference(values, errors, shares):
              total = squares = 0.0
              for value, error, share in zip(values, errors, shares):
                  total += share * value
                  squares += share * share * error * error
              return total, squares**0.5
    """),
)
