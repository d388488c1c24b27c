"""Exercise 18.5: real by luck."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def by_luck(
    intervals: Sequence[tuple[float, float]], level: float = 0.05
) -> tuple[int, float, float]:
    """How many differences look real, and what luck alone would do.

    intervals: (low, high) of each difference; one looks real where its interval leaves 0 out.
    level: how often an interval misses the truth, 0.05 for 95 % intervals. → how many look real;
    how many would on average if nothing differed; the chance that at least one would, if they
    were independent.
    """
    seen = sum(low > 0 or high < 0 for low, high in intervals)
    count = len(intervals)
    return seen, level * count, 1 - (1 - level) ** count


def slow_by_luck(
    intervals: Sequence[tuple[float, float]], level: float = 0.05
) -> tuple[int, float, float]:
    """By going through every pattern of hits and misses; long rows one at a time."""
    seen = len([1 for low, high in intervals if not low <= 0 <= high])
    count = len(intervals)
    if count > 10:
        none = 1.0
        for _ in range(count):
            none *= 1 - level
        return seen, sum([level] * count), 1 - none
    expected = at_least_one = 0.0
    for pattern in itertools.product((True, False), repeat=count):
        chance = 1.0
        for hit in pattern:
            chance *= level if hit else 1 - level
        expected += chance * sum(pattern)
        at_least_one += chance * any(pattern)
    return seen, expected, at_least_one


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Intervals above, below and around 0; one alone; many; another level."""
    few = [(0.01, 0.05), (-0.04, -0.01), (-0.02, 0.03), (-0.01, 0.0), (0.0, 0.02)]
    found = {}
    for name, result in (
        ("five differences", inputs.call(answer, few)),
        ("a single one that looks real", inputs.call(answer, few[:1])),
        ("a single one below 0", inputs.call(answer, few[1:2])),
        ("eight differences at level 0.2", inputs.call(answer, (few * 2)[:8], 0.2)),
        ("forty differences", inputs.call(answer, few * 8)),
    ):
        parts = list(result) if isinstance(result, tuple | list) else [result]
        words = ("how many look real", "how many by luck", "the chance of at least one")
        for place, word in enumerate(words):
            found[f"{name}: {word}"] = parts[place] if place < len(parts) else None
        found[f"{name}: how many numbers came"] = len(parts)
    return found


EXERCISE = Exercise(
    id="18.5",
    title="real by luck",
    minutes=10,
    difficulty="steady",
    core=False,
    reference=by_luck,
    specification=slow_by_luck,
    observe=observe,
    hints=(
        "With one comparison both numbers of luck are the level itself. With forty the chance of "
        "at least one is near 0.87, and it never passes 1.",
        "Look real: the whole interval above 0, or the whole below. On average each comparison "
        "adds its level. At least one is the opposite of none, and none is: every single one "
        "misses.",
        "seen = count of low > 0 or high < 0\nexpected = level · how many\n"
        "chance = 1 − (1 − level) to the power of how many",
    ),
    mistakes=mistakes(r"""
        only-the-better: only intervals above 0 were counted; one that lies below is as real.
          look: the count: above 0 or below 0.
          - low > 0 or high < 0
          + low > 0
        touching-counts: an interval that ends exactly at 0 was counted.
          look: the comparisons: 0 must be left out.
          - low > 0 or high < 0
          + low >= 0 or high <= 0
        those-with-zero: the intervals that hold 0 were counted.
          look: the count: those that leave 0 out.
          - low > 0 or high < 0
          + low <= 0 <= high
        chance-above-one: the chance was taken as level times how many, which passes 1.
          look: the last number: 1 less the chance of none.
          - 1 - (1 - level) ** count
          + level * count
        chance-of-none: the chance of none came back.
          look: the last number: 1 less that.
          - 1 - (1 - level) ** count
          + (1 - level) ** count
        chance-of-all: the chance that all of them look real was taken away from 1.
          look: the last number: the opposite of none, (1 − level) to the power.
          - 1 - (1 - level) ** count
          + 1 - level ** count
        of-those-seen: luck was worked out for those that look real, not for all that were tried.
          look: the count in both numbers: all intervals.
          - count = len(intervals)
          + count = seen
        level-of-the-other-side: the share that is right was taken for the share that misses.
          look: the expected number: level, not 1 − level.
          - seen, level * count
          + seen, (1 - level) * count
    """),
    styles=styles(r"""
        with a loop:
          def by_luck(intervals, level=0.05):
              seen, none = 0, 1.0
              for low, high in intervals:
                  if not (low <= 0 <= high):
                      seen += 1
                  none *= 1 - level
              return seen, len(intervals) * level, 1 - none

        by the sign of the ends:
          def by_luck(intervals, level=0.05):
              n = len(intervals)
              looks_real = [low * high > 0 for low, high in intervals]
              return looks_real.count(True), n * level, 1 - pow(1 - level, n)

        with tensors:
          def by_luck(intervals, level=0.05):
              ends = torch.tensor(intervals, dtype=torch.float64)
              seen = int(((ends[:, 0] > 0) | (ends[:, 1] < 0)).sum())
              chance = 1 - torch.tensor(1 - level, dtype=torch.float64) ** len(ends)
              return seen, level * len(ends), float(chance)
    """),
)
