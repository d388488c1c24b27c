"""Exercise 17.2: what two published scores allow to be said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from mtslib.evidence.published import interval_of_difference
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def slow_interval_of_difference(
    first: float,
    second: float,
    first_n: int,
    second_n: int,
    metric: str = "accuracy",
    correlation: float = 0.0,
) -> tuple[float, float, float]:
    """From the covariance matrix of the two scores, aᵀ Σ a with a = (1, −1), term by term."""
    variances = []
    for score, n in ((first, first_n), (second, second_n)):
        if metric == "pearson":
            variances.append((1 - score * score) * (1 - score * score) / (n - 3))
        else:
            variances.append((score - score * score) / n)
    variance = 0.0
    for i, sign in enumerate((1, -1)):
        for j, other in enumerate((1, -1)):
            shared = correlation * math.sqrt(variances[0] * variances[1])
            variance += sign * other * (variances[i] if i == j else shared)
    middle, half = first - second, 1.96 * variance**0.5
    return middle, middle - half, middle + half


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Shares and correlations, on other rows and on the same, on as many rows and on fewer."""

    def ask(words: str, *arguments: Any) -> None:
        found = inputs.call(answer, *arguments)
        if not isinstance(found, list | tuple | np.ndarray) or len(found) != 3:
            raise AnswerError(
                "interval_of_difference gave back something else than three numbers; expected "
                "(difference, low, high)"
            )
        names = "the difference", "its lower end", "its upper end"
        for name, value in zip(names, found, strict=True):
            seen[f"{name}, {words}"] = value

    seen: dict[str, Any] = {}
    ask("two accuracies, 400 rows each", 0.52, 0.5, 400, 400, "accuracy", 0.0)
    ask("the same two, nothing else said", 0.52, 0.5, 400, 400)
    ask("the same two the other way round", 0.5, 0.52, 400, 400, "accuracy", 0.0)
    ask("the same two on the same rows, correlation .6", 0.52, 0.5, 400, 400, "accuracy", 0.6)
    ask("accuracies on 2,000 and on 100 rows", 0.9, 0.8, 2000, 100, "accuracy", 0.0)
    ask("two correlations, 20 rows each", 0.8, 0.6, 20, 20, "pearson", 0.0)
    ask("correlations on 50 and on 12 rows", 0.85, -0.3, 50, 12, "pearson", 0.0)
    one, other = (0.5 + 0.4 * inputs.randn(2).tanh()).tolist()
    ask("two drawn scores, accuracy", one, other, 300, 700, "accuracy", 0.3)
    ask("two drawn scores, correlation", one, other, 30, 70, "pearson", 0.3)
    return seen


EXERCISE = Exercise(
    id="17.2",
    title="what two published scores allow to be said",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=interval_of_difference,
    specification=slow_interval_of_difference,
    observe=observe,
    hints=(
        "Give the same score twice, on 400 rows each. The difference is 0; is the interval √2 "
        "times as wide on each side as that of one score alone?",
        "Each score has a standard error of its own. The variance of a difference is the sum of "
        "both variances, less twice their covariance, and that is correlation · error · error. "
        "With correlation 0 it is the plain sum.",
        "error of a share: √(p(1 − p) / n); of Pearson's r: (1 − r²) / √(n − 3)\n"
        "variance = error₁² + error₂² − 2 · correlation · error₁ · error₂\n"
        "half = WIDTH · √variance\n"
        "first − second, that − half, that + half",
    ),
    mistakes=mistakes(r"""
        errors-added: the two errors were added, as if both were unlucky together and in opposite
            directions; of independent scores the variances add.
          look: the half-width: the root of a sum of squares.
          - math.sqrt(one**2 + other**2 - 2 * correlation * one * other)
          + (one + other)
        error-of-one: only the first score's error was counted; the second is uncertain too.
          look: the half-width: both errors.
          - math.sqrt(one**2 + other**2 - 2 * correlation * one * other)
          + one
        variances-subtracted: the variances were subtracted, as the scores are; uncertainty adds.
          look: the half-width: plus between the two squares.
          - one**2 + other**2 - 2
          + abs(one**2 - other**2) - 2
          - 2 * correlation * one * other)
          + 0 * correlation)
        correlation-added: the covariance was added; what both share cancels in a difference.
          look: the half-width: minus twice the covariance.
          - other**2 - 2
          + other**2 + 2
        correlation-left-out: the correlation was not used: on the same rows the interval is too
            wide.
          look: the half-width: less 2 · correlation · error · error.
          -  - 2 * correlation * one * other
        covariance-once: the covariance was taken off once; it stands twice in the square of a
            difference.
          look: the half-width: the 2.
          - - 2 * correlation
          + - correlation
        ninety-per-cent: 1.645 standard errors make a 90 % interval.
          look: the half-width: WIDTH, 1.96.
          - half = WIDTH *
          + half = 1.645 *
        one-standard-error: one standard error was taken on each side: about two thirds, not 95 %.
          look: the half-width: times WIDTH.
          - half = WIDTH *
          + half =
        same-rows-for-both: the rows of the first were used for both scores.
          look: the second error: second_n.
          - standard_error(metric, second, second_n)
          + standard_error(metric, second, first_n)
        share-for-correlation: the error of a share was used for a correlation as well.
          look: the errors: Pearson's r has a formula of its own.
          def interval_of_difference(
              first, second, first_n, second_n, metric="accuracy", correlation=0.0
          ):
              pairs = ((first, first_n), (second, second_n))
              one, other = (math.sqrt(max(0.0, p * (1 - p)) / n) for p, n in pairs)
              half = WIDTH * math.sqrt(one**2 + other**2 - 2 * correlation * one * other)
              return first - second, first - second - half, first - second + half
        correlation-for-share: the error of a correlation was used for an accuracy as well.
          look: the errors: a share has √(p(1 − p) / n).
          - standard_error(metric, first, first_n), standard_error(metric, second, second_n)
          + standard_error("pearson", first, first_n), standard_error("pearson", second, second_n)
        second-minus-first: the sign is turned round: second − first came back.
          look: what is returned: first − second, everywhere.
          - return first - second, first - second - half, first - second + half
          + return second - first, second - first - half, second - first + half
        ends-without-the-middle: the ends are those of 0, not of the difference.
          look: what is returned: the difference minus and plus the half-width.
          - return first - second, first - second - half, first - second + half
          + return first - second, -half, half
    """),
    styles=styles(r"""
        written out:
          def interval_of_difference(
              first, second, first_n, second_n, metric="accuracy", correlation=0.0
          ):
              if metric == "accuracy":
                  a = first * (1 - first) / first_n
                  b = second * (1 - second) / second_n
              else:
                  a = (1 - first**2) ** 2 / (first_n - 3)
                  b = (1 - second**2) ** 2 / (second_n - 3)
              middle = first - second
              half = 1.96 * (a + b - 2 * correlation * (a * b) ** 0.5) ** 0.5
              return middle, middle - half, middle + half

        exact quantile:
          def interval_of_difference(
              first, second, first_n, second_n, metric="accuracy", correlation=0.0
          ):
              from scipy.stats import norm

              def variance(score, n):
                  if metric == "pearson":
                      return (1 - score**2) ** 2 / (n - 3)
                  return score * (1 - score) / n

              v, w = variance(first, first_n), variance(second, second_n)
              error = math.sqrt(v + w - 2 * correlation * math.sqrt(v * w))
              half = round(norm.ppf(0.975), 2) * error
              return first - second, first - second - half, first - second + half

        matrices:
          def interval_of_difference(
              first, second, first_n, second_n, metric="accuracy", correlation=0.0
          ):
              import numpy as np

              scores, n = np.array([first, second]), np.array([first_n, second_n])
              if metric == "pearson":
                  errors = (1 - scores**2) / np.sqrt(n - 3)
              else:
                  errors = np.sqrt(scores * (1 - scores) / n)
              shape = np.array([[1, correlation], [correlation, 1]])
              weights = errors * [1, -1]
              half = 1.96 * np.sqrt(weights @ shape @ weights)
              return np.array([0, -half, half]) + (first - second)
    """),
)
