"""Exercise 09b.2: the same, or not told?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def within_margin(low: float, high: float, margin: float) -> str:
    """What an interval of a difference says of the claim −margin < difference < margin.

    low, high: the ends of the interval, both part of it. → `holds`, `does not hold`, or
    `cannot be told`.
    """
    if low > -margin and high < margin:
        return "holds"
    if low >= margin or high <= -margin:
        return "does not hold"
    return "cannot be told"


def slow_within_margin(low: float, high: float, margin: float) -> str:
    """The claim is asked of many differences in the interval, its ends and the least among them."""
    inside = [low, high, float(np.clip(0, low, high)), *np.linspace(low, high, 101)[1:-1]]
    smaller = [abs(difference) < margin for difference in inside]
    if all(smaller):
        return "holds"
    return "cannot be told" if any(smaller) else "does not hold"


# Around 0 and wide; inside; off 0 and inside; outside on each side; across one end; on an end.
BY_HAND = (
    (-0.03, 0.04, 0.01),
    (-0.004, 0.006, 0.01),
    (0.002, 0.006, 0.01),
    (0.02, 0.05, 0.01),
    (-0.05, -0.02, 0.01),
    (-0.004, 0.03, 0.01),
    (-0.03, 0.004, 0.01),
    (0.004, 0.03, 0.01),
    (-0.004, 0.01, 0.01),
    (-0.01, 0.004, 0.01),
    (0.01, 0.02, 0.01),
    (-0.02, -0.01, 0.01),
)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Twelve intervals by hand, and four that are drawn."""
    asked = list(BY_HAND)
    for _ in range(4):
        ends = ((-40, 40), (1, 30), (3, 40))  # middle, half the width, margin: thousandths
        middle, half, margin = (int(inputs.randint(*between, (1,))) for between in ends)
        asked.append(((middle - half) / 1000, (middle + half) / 1000, margin / 1000))
    return {
        f"within_margin({low}, {high}, {margin})": inputs.call(answer, low, high, margin)
        for low, high, margin in asked
    }


EXERCISE = Exercise(
    id="09b.2",
    title="the same, or not told?",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference=within_margin,
    specification=slow_within_margin,
    observe=observe,
    hints=(
        "Draw a line with −margin, 0 and margin, and lay the interval on it in three ways: wholly "
        "between the two, wholly beyond one of them, across one of them. Which of the three does "
        "your answer get wrong?",
        "Every difference in the interval is still possible. The claim holds if it is true of all "
        "of them, does not hold if it is true of none, and cannot be told otherwise. Where 0 lies "
        "decides nothing.",
        "holds: low is above −margin and high is below margin\n"
        "does not hold: low is at margin or above, or high at −margin or below\n"
        "else: cannot be told",
    ),
    mistakes=mistakes(r"""
        zero-inside-taken-for-the-same: the claim was said to hold wherever the interval holds 0;
            a wide interval holds 0 and large differences too.
          look: the first condition: both ends against the margin, not against 0.
          - low > -margin and high < margin
          + low <= 0 <= high
        middle-only: the middle of the interval was compared with the margin; the ends are possible
            as well.
          look: the first condition: both ends have to be inside.
          - low > -margin and high < margin
          + abs(low + high) / 2 < margin
        width-taken-for-place: the width of the interval was compared with the margin; a narrow
            interval can lie far away.
          look: the first condition: where the ends are, not how far apart.
          - low > -margin and high < margin
          + high - low < margin
        lower-end-not-asked: only the upper end was compared, so a difference far below passes.
          look: the first condition: low has to be above −margin too.
          - low > -margin and high < margin
          + high < margin
        upper-end-not-asked: only the lower end was compared, so a difference far above passes.
          look: the first condition: high has to be below margin too.
          - low > -margin and high < margin
          + low > -margin
        some-inside-is-enough: the claim was said to hold where any part of the interval is inside.
          look: the first condition: all of the interval, so low against −margin and high against
            margin.
          - low > -margin and high < margin
          + high > -margin and low < margin
        ends-counted-as-inside: an end that equals the margin was counted as smaller.
          look: the first condition: smaller than, not at most.
          - low > -margin and high < margin
          + low >= -margin and high <= margin
        ends-not-counted-as-outside: an interval that begins at the margin holds no smaller
            difference, and was left open.
          look: the second condition: at least, not more than.
          - low >= margin or high <= -margin
          + low > margin or high < -margin
        zero-outside-taken-for-refuted: the claim was refuted wherever the interval leaves 0 out; a
            difference can be real and small.
          look: the second condition: both against the margin, not against 0.
          - low >= margin or high <= -margin
          + low > 0 or high < 0
        below-not-refuted: an interval wholly below −margin was left open.
          look: the second condition: two cases, one on each side.
          - low >= margin or high <= -margin
          + low >= margin
        above-not-refuted: an interval wholly above margin was left open.
          look: the second condition: two cases, one on each side.
          - low >= margin or high <= -margin
          + high <= -margin
        not-shown-taken-for-refuted: what was not shown to hold was called refuted; there is a third
            answer.
          look: the last line: an interval across an end of the margin decides nothing.
          - "cannot be told"
          + "does not hold"
        never-refuted: an interval wholly outside was left open; no difference in it is smaller.
          look: the second answer.
          - return "does not hold"
          + return "cannot be told"
    """),
    styles=styles(r"""
        distances from zero:
          def within_margin(low, high, margin):
              farthest = max(abs(low), abs(high))
              nearest = 0 if low <= 0 <= high else min(abs(low), abs(high))
              if farthest < margin:
                  return "holds"
              return "does not hold" if nearest >= margin else "cannot be told"

        all and any:
          def within_margin(low, high, margin):
              inside = [-margin < end < margin for end in (low, high)]
              if all(inside):
                  return "holds"
              crosses = any(inside) or low < 0 < high
              return "cannot be told" if crosses else "does not hold"

        in another order:
          def within_margin(low, high, margin):
              answer = "cannot be told"
              if high <= -margin or low >= margin:
                  answer = "does not hold"
              elif max(-low, high) < margin:
                  answer = "holds"
              return answer

        a table of two questions:
          def within_margin(low, high, margin):
              possible = low < margin and high > -margin
              sure = low > -margin and high < margin
              return {(True, True): "holds", (False, False): "does not hold"}.get(
                  (possible, sure), "cannot be told"
              )
    """),
)
