"""Exercise 19.4: which depth to take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def choose_depth(intervals: Mapping[int | None, tuple[float, float]], margin: float) -> int | None:
    """The most frozen depth that is shown to lose no more than `margin`. Chapter 19.

    intervals: by freeze_depth, None for `full`, the 95 % interval (low, high) of its score minus
    that of the best depth, paired by row. A depth serves if even the low end is at least −margin.
    Returns None where no frozen depth serves.
    """
    serving = [
        depth for depth, (low, _) in intervals.items() if depth is not None and low >= -margin
    ]
    return max(serving, default=None)


def slow_choose_depth(
    intervals: Mapping[int | None, tuple[float, float]], margin: float
) -> int | None:
    """Go down from the most frozen depth and stop at the first that serves."""
    frozen = sorted((depth for depth in intervals if depth is not None), reverse=True)
    for depth in frozen:
        if not intervals[depth][0] < -margin:
            return depth
    return None


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Tables that a reader can judge, and random ones in any order."""

    def ask(intervals: dict[int | None, tuple[float, float]], margin: float) -> Any:
        found = inputs.call(answer, intervals, margin)
        if found is not None and found not in intervals:
            raise AnswerError(
                f"choose_depth gave back {found!r}; expected one of the depths, or None for full"
            )
        return "full" if found is None else found

    wide = {6: (-0.21, -0.09), 4: (-0.06, 0.03), 2: (-0.02, 0.02), None: (0.0, 0.0)}
    seen = {
        f"head alone −0.21 to −0.09, depth 4 −0.06 to 0.03, 2 −0.02 to 0.02, margin {m}": ask(
            wide, m
        )
        for m in (0.03, 0.06, 0.3, 0.0)
    }
    seen["depth 0 alone serves"] = ask({0: (-0.01, 0.02), 3: (-0.2, 0.0), None: (0.0, 0.0)}, 0.02)
    seen["a small dev set: every interval is wide"] = ask(
        {4: (-0.12, 0.11), 2: (-0.09, 0.12), None: (0.0, 0.0)}, 0.05
    )
    seen["shown to be worse, by less than the margin"] = ask(
        {5: (-0.02, -0.01), 1: (0.0, 0.0), None: (-0.03, 0.01)}, 0.02
    )
    seen["it may be far better"] = ask({4: (-0.01, 0.2), 1: (-0.01, 0.01), None: (0.0, 0.0)}, 0.05)
    seen["it is better by more than the margin"] = ask(
        {4: (0.06, 0.2), 1: (-0.01, 0.01), None: (0.0, 0.0)}, 0.05
    )
    seen["the low end at the margin itself"] = ask({3: (-0.25, 0.1), None: (0.0, 0.0)}, 0.25)
    for number in range(3):
        depths = inputs.randn(7).argsort().tolist()
        lows = (inputs.randn(7).abs() * 0.04).tolist()
        widths = (inputs.randn(7).abs() * 0.05).tolist()
        table: dict[int | None, tuple[float, float]] = {
            depth: (-low, width - low)
            for depth, low, width in zip(depths, lows, widths, strict=True)
        }
        seen[f"seven depths in any order, draw {number + 1}"] = ask(table | {None: (0, 0)}, 0.03)
    return seen


EXERCISE = Exercise(
    id="19.4",
    title="which depth to take",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=choose_depth,
    specification=slow_choose_depth,
    observe=observe,
    hints=(
        "An interval from −0.12 to 0.11 holds 0. Does it show that the depth loses no more than "
        "0.05? Look at what came out for the small dev set.",
        "Not distinguishable is not the same as equal. What you want to know is how bad it could "
        "still be, and that is the low end of the interval. Of the depths whose low end is good "
        "enough, the one with the largest number shares most.",
        "serving = depths, other than None, whose low end ≥ −margin\n"
        "the largest of them, or None where there is none",
    ),
    mistakes=mistakes(r"""
        holds-zero: every interval that holds 0 passed: with few rows that is nearly every one.
          look: the condition: the low end against the margin.
          - depth, (low, _) in
          + depth, (low, high) in
          - low >= -margin
          + low <= 0 <= high
        high-end: the high end was compared: how good it might be, not how bad.
          look: the condition: the low end.
          - (low, _)
          + (_, low)
        middle-of-the-interval: the middle was compared, which forgets how wide the interval is.
          look: the condition: the low end.
          - (low, _)
          + (low, high)
          - low >= -margin
          + (low + high) / 2 >= -margin
        least-frozen: the least frozen depth came back; the largest number shares most.
          look: the choice: the largest freeze_depth that serves.
          - max(serving, default=None)
          + min(serving, default=None)
        zero-taken-for-none: depth 0 was taken for `full`: 0 is a depth, and false.
          look: the condition: is not None.
          - if depth is not None and
          + if depth and
        sign-of-the-margin: the low end was compared with +margin: then a depth must be better.
          look: the condition: −margin.
          - >= -margin
          + >= margin
        best-score: the depth with the best middle came back, however little it shares.
          look: the choice: not the best, the most frozen that is good enough.
          def choose_depth(intervals, margin):
              return max(intervals, key=lambda depth: sum(intervals[depth]))
        margin-forgotten: a depth had to be shown to be no worse at all.
          look: the condition: −margin, not 0.
          - >= -margin
          + >= 0
        size-of-the-low-end: a low end above the margin counted as bad: a better depth is fine.
          look: the condition: no absolute value.
          def choose_depth(intervals, margin):
              near = [d for d, (low, high) in intervals.items() if d is not None
                      and abs(low) <= margin and abs(high) <= margin]
              return max(near, default=None)
        size-of-the-end: only the size of the low end was compared: a depth that is better by more
            than the margin was refused.
          look: the condition: no absolute value.
          - low >= -margin
          + abs(low) <= margin
        strictly-above: a low end that is exactly −margin was refused.
          look: the condition: at least −margin.
          - low >= -margin
          + low > -margin
        first-in-the-table: the first depth that serves came back, in the order of the table.
          look: the choice: the largest, in whatever order they stand.
          - max(serving, default=None)
          + serving[0] if serving else None
    """),
    styles=styles(r"""
        a loop from the top:
          def choose_depth(intervals, margin):
              for depth in sorted((d for d in intervals if d is not None), reverse=True):
                  low, high = intervals[depth]
                  if low + margin >= 0:
                      return depth

        compared and kept:
          def choose_depth(intervals, margin):
              best = None
              for depth, ends in intervals.items():
                  if depth is not None and ends[0] >= -margin and (best is None or depth > best):
                      best = depth
              return best
    """),
)
