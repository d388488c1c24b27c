"""Exercise 17.3: a test of minimal pairs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mtslib.evidence.minimal import paired_test
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def slow_paired_test(first: Sequence[bool], second: Sequence[bool]) -> tuple[float, float]:
    """Item by item, and the two tails of the coin summed outcome by outcome."""
    ones = others = 0
    for one, other in zip(first, second, strict=True):
        ones += bool(one) and not other
        others += bool(other) and not one
    tosses = ones + others
    chances = [math.comb(tosses, heads) / 2**tosses for heads in range(tosses + 1)]
    p = sum(chance for chance in chances if chance <= chances[ones] * (1 + 1e-9))
    return (sum(map(bool, first)) - sum(map(bool, second))) / len(first), min(1.0, p)


# (first only, second only, both, neither)
BY_HAND = ((5, 0, 3, 4), (0, 5, 0, 1), (6, 2, 0, 0), (2, 6, 10, 20), (1, 0, 0, 7), (0, 0, 4, 4))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Counts by hand, in a drawn order, and items that are drawn."""

    def ask(words: str, first: np.ndarray, second: np.ndarray) -> None:
        found = inputs.call(answer, first, second)
        if not isinstance(found, list | tuple | np.ndarray) or len(found) != 2:
            raise AnswerError(
                "paired_test gave back something else than two numbers; expected (difference, p)"
            )
        seen[f"the difference, {words}"], seen[f"p, {words}"] = found

    seen: dict[str, Any] = {}
    for counts in BY_HAND:
        items = np.repeat([[True, False], [False, True], [True, True], [False, False]], counts, 0)
        order = inputs.randn(len(items)).argsort().numpy()
        words = "{} only first, {} only second, {} both, {} neither".format(*counts)
        ask(words, *items[order].T)
    first, second = inputs.randn(2, 30).numpy() > np.array([[0.0], [0.4]])
    ask("thirty drawn items", first, second)
    return seen


EXERCISE = Exercise(
    id="17.3",
    title="a test of minimal pairs",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=paired_test,
    specification=slow_paired_test,
    observe=observe,
    hints=(
        "Add a hundred items at which neither moves. The difference shrinks, as it is a share; p "
        "must stay. Does yours?",
        "Where both move, or neither, an item takes no side. Count the others: only the first, "
        "only the second. If the two kinds of cut were alike, each of these items would be a coin "
        "toss. How likely is a split as uneven as yours, or more, on either side?",
        "only_first = items with first and not second; only_second likewise\n"
        "p = binomtest(only_first, only_first + only_second).pvalue, or 1 where none differ\n"
        "share of first − share of second, p",
    ),
    mistakes=mistakes(r"""
        one-tail-only: only the side that was seen was counted; luck could have gone to the other
            side as well.
          look: p: both tails, binomtest's default.
          - stats.binomtest(only_one, differ).pvalue
          + stats.binomtest(max(only_one, only_other), differ, alternative="greater").pvalue
        all-items-tossed: the coin was tossed for every item; those that move in both or in neither
            take no side.
          look: p: the number of tosses is that of the items that differ.
          - stats.binomtest(only_one, differ).pvalue
          + stats.binomtest(only_one, len(one)).pvalue
        all-of-the-first-tossed: all items that the first moves were counted, those that both move
            among them.
          look: the counts: first and not second.
          - int((one & ~other).sum()), int((other & ~one).sum())
          + int(one.sum()), int(other.sum())
        pairs-ignored: the two shares were compared as if they came from other items.
          look: p: look at each item, not at the two totals.
          def paired_test(first, second):
              first, second = np.asarray(first, bool), np.asarray(second, bool)
              n = len(first)
              table = [[first.sum(), n - first.sum()], [second.sum(), n - second.sum()]]
              return float(first.mean() - second.mean()), float(stats.fisher_exact(table).pvalue)
        normal-for-few: the normal approximation was used; with few items that differ it is far off.
          look: p: the exact binomial test.
          def paired_test(first, second):
              one, other = np.asarray(first, bool), np.asarray(second, bool)
              b, c = int((one & ~other).sum()), int((other & ~one).sum())
              p = float(stats.chi2.sf((b - c) ** 2 / (b + c), 1)) if b + c else 1.0
              return float(one.mean() - other.mean()), p
        agreement-tested: the items that are equal in both were put against those that differ.
          look: p: first only against second only.
          - stats.binomtest(only_one, differ).pvalue if differ else 1.0
          + stats.binomtest(differ, len(one)).pvalue
        nothing-differs-is-sure: with no item that differs p came out as 0; then nothing speaks
            against luck.
          look: p where none differ: 1.
          - if differ else 1.0
          + if differ else 0.0
        difference-among-those-that-differ: the difference was divided by the items that differ; it
            is one of shares of all.
          look: the difference: mean of first − mean of second.
          - float(one.mean() - other.mean())
          + (only_one - only_other) / max(1, differ)
        difference-in-items: a number of items came back, not a share.
          look: the difference: divide by how many items there are.
          - float(one.mean() - other.mean())
          + float(one.sum() - other.sum())
        second-minus-first: the sign is turned round.
          look: the difference: first − second.
          - float(one.mean() - other.mean())
          + float(other.mean() - one.mean())
        sign-taken-off: the size of the difference came back without its sign.
          look: the difference: it may be negative.
          - float(one.mean() - other.mean())
          + float(abs(one.mean() - other.mean()))
    """),
    styles=styles(r"""
        tails by hand:
          def paired_test(first, second):
              import math

              pairs = [(bool(a), bool(b)) for a, b in zip(first, second)]
              b, c = pairs.count((True, False)), pairs.count((False, True))
              tail = sum(math.comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
              return (b - c) / len(pairs), min(1.0, 2 * tail)

        differences:
          def paired_test(first, second):
              apart = np.asarray(first, int) - np.asarray(second, int)
              wins, losses = (apart > 0).sum(), (apart < 0).sum()
              if wins == losses:
                  return apart.mean(), 1.0
              return apart.mean(), 2 * stats.binom.cdf(min(wins, losses), wins + losses, 0.5)

        where they disagree:
          def paired_test(first, second):
              first, second = np.array(first), np.array(second)
              disagree = first != second
              difference = np.mean(first) - np.mean(second)
              if not disagree.any():
                  return float(difference), 1.0
              return float(difference), stats.binomtest(
                  int(first[disagree].sum()), int(disagree.sum()), 0.5, alternative="two-sided"
              ).pvalue
    """),
)
