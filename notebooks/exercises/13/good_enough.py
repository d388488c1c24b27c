"""Exercise 13.3: the plans that are good enough."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np  # noqa: F401 (for the styles)

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def good_enough(
    costs: Sequence[float],
    scores: Sequence[float],
    is_worse: Callable[[int, int], bool],
    limit: float,
) -> list[int]:
    """Positions of the plans within a budget that are not worse than the best of them.

    costs, scores: of each plan. is_worse(plan, other): whether the comparison says that the plan
    is worse; no plan is worse than itself. limit: the most that a plan may cost. The cheapest
    comes first; of equals, the earlier.
    """
    affordable = [plan for plan in range(len(costs)) if costs[plan] <= limit]
    best = max(affordable, key=lambda plan: scores[plan], default=None)
    same = [plan for plan in affordable if not is_worse(plan, best)]
    return sorted(same, key=lambda plan: costs[plan])


def slow_good_enough(
    costs: Sequence[float],
    scores: Sequence[float],
    is_worse: Callable[[int, int], bool],
    limit: float,
) -> list[int]:
    """The best by going through all; then plan by plan, put where it belongs."""
    best = None
    for plan in range(len(costs)):
        if costs[plan] <= limit and (best is None or scores[plan] > scores[best]):
            best = plan
    found: list[int] = []
    for plan in range(len(costs)):
        if costs[plan] > limit or is_worse(plan, best):
            continue
        place = 0
        while place < len(found) and costs[found[place]] <= costs[plan]:
            place += 1
        found.insert(place, plan)
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A table by hand, a budget that nobody meets, drawn plans at three budgets, drawn verdicts."""

    def asked(
        words: str,
        costs: list[float],
        scores: list[float],
        limit: float,
        surely: Collection[tuple[int, int]] | None = None,
    ) -> None:
        def is_worse(plan: int, other: int) -> bool:
            if surely is None:
                return scores[other] - scores[plan] > 0.02
            return (plan, other) in surely

        found[words] = inputs.call(answer, costs, scores, is_worse, limit)

    found: dict[str, Any] = {}
    costs, scores = [8.0, 7.0, 6.5, 6.0], [0.735, 0.72, 0.705, 0.54]
    asked("four plans, a margin of .02, no limit to speak of", costs, scores, 100.0)
    asked("the same, when the best is too dear", costs, scores, 7.0)
    asked("the same, when nothing is cheap enough", costs, scores, 5.0)
    count = 12
    costs = [round(5 + 3 * abs(float(x)), 3) for x in inputs.randn(count)]
    scores = [round(0.6 + 0.02 * float(x), 4) for x in inputs.randn(count)]
    for share in (1.0, 0.6, 0.3):
        limit = sorted(costs)[round(share * count) - 1]
        asked(f"twelve drawn plans, the cheapest {share:.0%} allowed", costs, scores, limit)
    # Two plans that share their runs differ by less chance: one can be surely worse than its
    # neighbour, and not than a better one that is built of other runs.
    some = [0.73, 0.72, 0.71]
    asked("plan 2 is worse than plan 1 and not than the best, 0", [8, 7, 6], some, 9.0, {(2, 1)})
    surely = {
        (plan, other)
        for plan, other in itertools.permutations(range(count), 2)
        if scores[plan] < scores[other] and inputs.pick((True, False))
    }
    asked("twelve drawn plans, each pair's verdict drawn", costs, scores, limit, surely)
    asked("two plans of one cost", [6.0, 7.0, 6.0], [0.61, 0.62, 0.615], 7.0)
    return found


EXERCISE = Exercise(
    id="13.3",
    title="the plans that are good enough",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=good_enough,
    specification=slow_good_enough,
    observe=observe,
    hints=(
        "Take a budget that rules out the best plan. The set must still have a best: the best of "
        "what is left. Does yours?",
        "Three steps: what the budget allows; the best of these by score; of these, all that are "
        "not worse than it. What is cheap decides the order and nothing else.",
        "affordable = plans with cost ≤ limit (none: an empty list)\n"
        "best = the affordable one with the highest score\n"
        "same = affordable plans for which not is_worse(plan, best)\n"
        "sorted by cost",
    ),
    mistakes=mistakes(r"""
        best-of-all-plans: the best was looked for among all plans; one that you cannot pay for
            rules out those that you can.
          look: the best: among the affordable.
          - best = max(affordable, key
          + best = max(range(len(costs)), key
        limit-excluded: a plan that costs exactly the limit was left out.
          look: the budget: ≤.
          - costs[plan] <= limit
          + costs[plan] < limit
        budget-ignored: plans beyond the budget were kept.
          look: the first step: only what the budget allows.
          - [plan for plan in range(len(costs)) if costs[plan] <= limit]
          + list(range(len(costs)))
        compared-the-wrong-way-round: the best was asked whether it is worse than the plan, which it
            never is.
          look: is_worse(plan, best), in this order.
          - is_worse(plan, best)
          + is_worse(best, plan)
        worse-ones-kept: those that are worse were kept, the others dropped.
          look: the condition: not worse.
          - not is_worse(plan, best)
          + is_worse(plan, best)
        compared-with-the-cheapest: the plans were compared with the cheapest, not with the best.
          look: what a plan is compared with.
          - max(affordable, key=lambda plan: scores[plan], default=None)
          + min(affordable, key=lambda plan: costs[plan], default=None)
        compared-with-all: a plan was dropped that is worse than some other plan; what counts is
            whether it is worse than the best.
          look: what a plan is compared with: the best, and nothing else.
          - not is_worse(plan, best)
          + not any(is_worse(plan, other) for other in affordable)
        dearest-first: the order is turned round: the cheapest should come first.
          look: the last line: sorted by cost, upwards.
          - sorted(same, key=lambda plan: costs[plan])
          + sorted(same, key=lambda plan: -costs[plan])
        ordered-by-score: the plans were sorted by score; they are not distinguishable by it.
          look: the last line: by cost.
          - sorted(same, key=lambda plan: costs[plan])
          + sorted(same, key=lambda plan: -scores[plan])
        not-sorted: the plans came back in the order given.
          look: the last line: the cheapest first.
          - sorted(same, key=lambda plan: costs[plan])
          + same
        only-the-best: one plan came back; the others that are not worse belong to the set too.
          look: what is returned: the whole set.
          - return sorted(same, key=lambda plan: costs[plan])
          + return [best]
    """),
    styles=styles(r"""
        sorted first:
          def good_enough(costs, scores, is_worse, limit):
              ordered = sorted(range(len(costs)), key=costs.__getitem__)
              allowed = [plan for plan in ordered if costs[plan] <= limit]
              best = max(allowed, key=scores.__getitem__, default=None)
              return [plan for plan in allowed if plan == best or not is_worse(plan, best)]

        arrays:
          def good_enough(costs, scores, is_worse, limit):
              costs, scores = np.array(costs), np.array(scores)
              allowed = np.flatnonzero(costs <= limit)
              if len(allowed) == 0:
                  return []
              best = int(allowed[scores[allowed].argmax()])
              kept = [int(plan) for plan in allowed if not is_worse(int(plan), best)]
              return [kept[place] for place in np.argsort([costs[p] for p in kept], kind="stable")]

        two lists:
          def good_enough(costs, scores, is_worse, limit):
              found, best = [], None
              for plan, cost in enumerate(costs):
                  if cost <= limit and (best is None or scores[plan] > scores[best]):
                      best = plan
              for plan, cost in enumerate(costs):
                  if cost > limit:
                      continue
                  if plan == best or not is_worse(plan, best):
                      found.append((cost, plan))
              return [plan for _, plan in sorted(found)]
    """),
)
