"""Exercise 12.1: who rides in the next pass. The library's `next_batch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, listed
from mtslib.serving.shared_pass import next_batch


def slow_next_batch(
    waiting: Sequence[Sequence[tuple[int, ...]]], budget: int, max_padding: int
) -> list[int]:
    """The pass laid out anew, row by row, for each request that might join."""
    chosen: list[int] = []
    for position in range(len(waiting)):
        rows: list[tuple[int, ...]] = []
        for place in [*chosen, position]:
            for row in waiting[place]:
                if row not in rows:
                    rows.append(row)
        longest = max(len(row) for row in rows)
        padding = sum(longest - len(row) for row in rows)
        fits = longest * len(rows) <= budget and padding <= max_padding
        if len(chosen) == 0 or fits:
            chosen.append(position)
    return chosen


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Queues of sentences, of pairs in two rows, with equal ones among them; edges by hand."""

    def row(length: int) -> tuple[int, ...]:
        return tuple(inputs.randint(0, 1000, (length,)).tolist())

    def of(*lengths: int) -> list[list[tuple[int, ...]]]:
        return [[row(length)] for length in lengths]

    drawn = inputs.randint(2, 30, (24,)).tolist()
    sentences = of(*drawn)
    pairs = [[row(a), row(b)] for a, b in zip(drawn[::2], drawn[1::2], strict=True)]
    same = of(9, 4)
    found: dict[str, Any] = {}
    for words, waiting, budget, padding in (
        ("24 sentences, budget 120, padding 20", sentences, 120, 20),
        ("24 sentences, budget 120, any padding", sentences, 120, 120),
        ("pairs in two rows, budget 150, padding 40", pairs, 150, 40),
        ("every other request the same", [same[i % 2] for i in range(8)] + of(5, 9), 40, 10),
        ("one row three times, budget for one", [same[0]] * 3, 9, 0),
        ("the oldest above the budget", of(50, 3, 2), 20, 20),
        ("one that does not fit between two that do", of(5, 30, 5, 5), 20, 20),
        ("exactly the budget", of(10, 10, 10), 20, 0),
        ("exactly the padding", of(10, 6, 5), 30, 4),
        ("an empty queue", [], 20, 20),
    ):
        found[words] = listed(inputs.call(answer, waiting, budget, padding))
    return found


EXERCISE = Exercise(
    id="12.1",
    title="who rides in the next pass",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=next_batch,
    specification=slow_next_batch,
    observe=observe,
    hints=(
        "Put one very long request first and short ones behind it. Does your function take the "
        "long one, and does it leave the short ones for the next pass?",
        "A pass is a rectangle: as many rows as ride, each as wide as the longest. Before a "
        "request joins, work out the rectangle that would come of it. Rows that are in it already "
        "cost nothing again.",
        "for each waiting request, the oldest first:\n    fresh = its rows that do not ride yet\n"
        "    width = the longest of all, cost = width × number of rows, padding = cost − tokens\n"
        "    if nobody rides yet, or cost and padding are within their limits: it joins\n"
        "give back the positions of those who joined",
    ),
    mistakes=mistakes(r"""
        padding-not-in-the-budget: the tokens of the requests were held against the budget; the
            pass computes the padding too.
          look: the budget: rows × the longest row.
          - cost <= budget
          + tokens <= budget
        requests-counted-for-rows: each request was counted as one row; a pair that is read apart
            brings two, and an equal one brings none.
          look: the cost: the number of different rows that ride.
          - (len(riding) + len(fresh))
          + (len(chosen) + 1)
        stopped-at-the-first-misfit: the search ended with the first request that did not fit, and
            those behind it that would have were left behind.
          look: the loop: one that does not fit is passed over.
          - real, longest = tokens, width
          + real, longest = tokens, width
          +         else:
          +             break
        oldest-can-be-left: the oldest request was left behind where it is above the budget by
            itself: it would wait for ever.
          look: the condition: whoever is first rides in any case.
          - not chosen or (cost <= budget and cost - tokens <= max_padding)
          + cost <= budget and cost - tokens <= max_padding
        equal-rows-counted-again: a row that rides already was counted a second time.
          look: the rows that a request brings: only those that do not ride yet.
          def next_batch(waiting, budget, max_padding):
              chosen, riding = [], []
              for position, rows in enumerate(waiting):
                  lengths = [len(row) for row in [*riding, *rows]]
                  cost = max(lengths) * len(lengths)
                  if not chosen or (cost <= budget and cost - sum(lengths) <= max_padding):
                      chosen.append(position)
                      riding += rows
              return chosen
        width-of-the-newcomer: the width was that of the newest rows alone; whoever is longest
            decides for all.
          look: the width: the longest of those who ride and those who would.
          - max([longest, *map(len, fresh)])
          + max(map(len, fresh), default=longest)
        budget-not-reached: a pass that costs exactly the budget was refused.
          look: the comparison: at most the budget.
          - cost <= budget
          + cost < budget
        padding-without-limit: only the budget was asked; one long row among short ones makes most
            of the pass padding.
          look: the condition: padding, which is cost − tokens, has a limit of its own.
          - (cost <= budget and cost - tokens <= max_padding)
          + cost <= budget
        refused-rows-remembered: the tokens and the width of a request that was refused stayed in
            the sums.
          look: what is kept from one request to the next: only of those who ride.
          - tokens = real + sum(map(len, fresh))
          + real = tokens = real + sum(map(len, fresh))
          - width = max([longest, *map(len, fresh)])
          + longest = width = max([longest, *map(len, fresh)])
          - real, longest = tokens, width
          + pass
    """),
    styles=styles(r"""
        laid out anew:
          def next_batch(waiting, budget, max_padding):
              chosen = []
              for position in range(len(waiting)):
                  rows = {row for place in [*chosen, position] for row in waiting[place]}
                  lengths = [len(row) for row in rows]
                  area = max(lengths) * len(lengths)
                  if chosen and (area > budget or area - sum(lengths) > max_padding):
                      continue
                  chosen.append(position)
              return chosen

        lengths in a dictionary:
          def next_batch(waiting, budget, max_padding):
              chosen, lengths = [], {}
              for position, rows in enumerate(waiting):
                  joined = lengths | {row: len(row) for row in rows}
                  area = len(joined) * max(joined.values())
                  padding = area - sum(joined.values())
                  if position == 0 or (area <= budget and padding <= max_padding):
                      chosen += [position]
                      lengths = joined
              return chosen

        the first by itself:
          def next_batch(waiting, budget, max_padding):
              if not waiting:
                  return []
              riding, chosen = set(waiting[0]), [0]
              for position, rows in list(enumerate(waiting))[1:]:
                  together = riding.union(rows)
                  width = max(len(row) for row in together)
                  waste = sum(width - len(row) for row in together)
                  if width * len(together) <= budget and waste <= max_padding:
                      riding = together
                      chosen.append(position)
              return chosen
    """),
)
