"""Exercise 16.3: does one row decide?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.evidence.inside import cka_without_each, linear_cka
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, listed


def slow_cka_without_each(
    first: Tensor, second: Tensor, cka: Callable[[Tensor, Tensor], float] = linear_cka
) -> list[float]:
    """Each time two fresh lists of the rows that stay."""
    found = []
    for left_out in range(len(first)):
        stay = [row for row in range(len(first)) if row != left_out]
        found.append(
            cka(torch.stack([first[r] for r in stay]), torch.stack([second[r] for r in stay]))
        )
    return found


def first_numbers(first: Tensor, second: Tensor) -> float:
    """A measure in which order counts: it tells rows that went from rows that moved."""
    places = torch.arange(1, len(first) + 1, dtype=first.dtype)
    return float(places @ first[:, 0] - places @ second[:, 0])


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """States of which one row was moved far, and another measure than CKA."""
    first = inputs.randn(9, 4)
    second = first.clone()
    second[inputs.pick((2, 5))] += 50
    alike = first[:, :3] + 0.5 * inputs.randn(9, 3)
    found = {
        "nine rows, one of them moved far": inputs.call(answer, first, second, linear_cka),
        "nine rows, all alike": inputs.call(answer, first, alike, linear_cka),
        "eight rows": inputs.call(answer, first[1:], alike[1:], linear_cka),
        "another measure": inputs.call(answer, first, second, first_numbers),
    }
    return {asked: listed(made) for asked, made in found.items()}


EXERCISE = Exercise(
    id="16.3",
    title="does one row decide?",
    minutes=8,
    difficulty="warm-up",
    core=False,
    reference=cka_without_each,
    specification=slow_cka_without_each,
    observe=observe,
    tolerance=1e-4,
    hints=(
        "Nine rows give nine numbers, each of the other eight. Print them for states of which one "
        "row was moved far: eight are low, and one is near 1.",
        "Leave a row out of both sides: they belong together by place. Call the measure that you "
        "were given on what is left.",
        "for row = 0 … n − 1:\n"
        "    keep every other row of first, and the same of second\n"
        "    append cka of the two",
    ),
    mistakes=mistakes(r"""
        zeroed-not-left-out: the row was set to 0 and stayed in. It still takes part in every mean.
          look: what is handed to cka: one row fewer on both sides.
          - cka(first[rows != row], second[rows != row])
          + cka(first * (rows != row)[:, None], second * (rows != row)[:, None])
        replaced-by-the-mean: the row was replaced by the mean of all, and not left out.
          look: what is handed to cka: one row fewer on both sides.
          - cka(first[rows != row], second[rows != row])
          + cka(
          +     torch.where((rows != row)[:, None], first, first.mean(0)),
          +     torch.where((rows != row)[:, None], second, second.mean(0)),
          + )
        difference-to-the-whole: how much the similarity changed came back, and not what it is
            without the row.
          look: what is returned for each row: cka of what is left.
          - [cka(first[rows != row], second[rows != row]) for row in rows]
          + [cka(first[rows != row], second[rows != row]) - cka(first, second) for row in rows]
        last-row-forgotten: the last row was never left out.
          look: the loop: n numbers.
          - for row in rows]
          + for row in rows[:-1]]
        first-row-forgotten: row 0 was never left out.
          look: the loop begins at row 0.
          - for row in rows]
          + for row in rows[1:]]
        rows-before-left-out-too: with a row all rows before it went, as `first[row + 1:]` does it.
          look: which rows stay: all but one.
          - [cka(first[rows != row], second[rows != row]) for row in rows]
          + [cka(first[rows > row], second[rows > row]) for row in rows if row < len(rows) - 4]
        the-given-measure-ignored: CKA was computed and not the measure that was given.
          look: the call: cka is an argument.
          - [cka(first
          + [linear_cka(first
        different-rows-left-out: another row was left out of the second side than of the first.
          look: both sides lose the same row; they belong together by place.
          - second[rows != row]
          + second[rows != len(rows) - 1 - row]
    """),
    styles=styles(r"""
        the parts before and after:
          def cka_without_each(first, second, cka=linear_cka):
              found = []
              for i in range(len(first)):
                  one = torch.cat([first[:i], first[i + 1 :]])
                  two = torch.cat([second[:i], second[i + 1 :]])
                  found.append(cka(one, two))
              return found

        a list of places:
          def cka_without_each(first, second, cka=linear_cka):
              n = first.shape[0]
              out = []
              for i in range(n):
                  keep = [j for j in range(n) if j != i]
                  out.append(float(cka(first[keep], second[keep])))
              return out
    """),
)
