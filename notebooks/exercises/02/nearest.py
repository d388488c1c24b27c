"""Exercise 02.4: nearest words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib import backbones
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file

first = exercise_file("02/cosines.py")
cosines = first.cosines


def nearest(table: Tensor, row: int, count: int) -> list[int]:
    """The `count` rows of a table (V, H) most like one of its rows, by cosine, the best first.

    The row itself is left out. Chapter 02.
    """
    similar = cosines(table[row], table)  # (V,)
    similar[row] = -torch.inf
    return similar.topk(count).indices.tolist()


def slow_nearest(table: Tensor, row: int, count: int) -> list[int]:
    """Every other row with its cosine, sorted."""
    asked = table[row].tolist()
    others = [(first.cosine(asked, own), i) for i, own in enumerate(table.tolist()) if i != row]
    return [i for _, i in sorted(others, reverse=True)[:count]]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Four vectors in the plane first; then random rows of very different lengths; real words."""
    plane = torch.tensor([[2.0, 0.0], [-6.0, 0.5], [1.0, 0.5], [9.0, 9.0]])
    table = inputs.randn(40, 5) * (1 + 4 * torch.rand(40, 1, generator=inputs.generator))
    words = backbones.load().tensors["embeddings.word.weight"][2000:2300]
    twins = inputs.constant(torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]))
    return {
        "the row nearest to row 0 of (1, 0), (0, 1), (1, 0), (1, 1)": inputs.call(
            answer, twins, 0, 1
        ),
        "the row nearest to row 2 of the same": inputs.call(answer, twins, 2, 1),
        "the 2 rows nearest to row 0 of (2, 0), (−6, 0.5), (1, 0.5), (9, 9)": inputs.call(
            answer, plane, 0, 2
        ),
        "all 3 other rows, from the nearest on, one of them nearly opposite": inputs.call(
            answer, plane, 0, 3
        ),
        "the 6 rows nearest to row 11 of forty random ones": inputs.call(answer, table, 11, 6),
        "the 8 words nearest to one real word of three hundred": inputs.call(answer, words, 21, 8),
    }


EXERCISE = Exercise(
    id="02.4",
    title="nearest words",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=nearest,
    specification=slow_nearest,
    observe=observe,
    hints=(
        "Ask for the neighbours of row 0. Is 0 itself among them? Are the first ones really "
        "those with the largest cosine?",
        "All cosines at once, then the largest few. The row asked for is the best of all; it "
        "must not be among the answers.",
        "cosines of row `row` with every row\n"
        "set its own to minus infinity\n"
        "topk, indices, as a list",
    ),
    mistakes=mistakes(r"""
        itself-among-them: the row that was asked for is in its own list.
          look: before the topk: give the row itself a value that is never chosen.
          -     similar[row] = -torch.inf
        farthest-first: the list holds the smallest cosines, not the largest.
          look: the sorting: a large cosine is near, so largest first.
          - = -torch.inf
          + = torch.inf
          - .topk(count)
          + .topk(count, largest=False)
        best-last: the right rows, but in rising order.
          look: the sorting: the best comes first, so the order is descending.
          - .indices.tolist()
          + .indices.flip(0).tolist()
        ranked-by-dot-product: the rows were ranked by dot product, so long vectors win.
          look: the ranking: use the cosines of exercise 02.3.
          - cosines(table[row], table)
          + table @ table[row]
        ranked-by-distance: the rows were ranked by distance, so long vectors lose.
          look: the ranking: use the cosines of exercise 02.3.
          - cosines(table[row], table)
          + -(table - table[row]).norm(dim=-1)
        sign-ignored: the cosines lost their sign, so the opposite direction counts as near.
          look: the ranking: no absolute value and no square.
          - cosines(table[row], table)
          + cosines(table[row], table).abs()
    """),
    styles=styles(r"""
        drop the first of count + 1:
          def nearest(table, row, count):
              unit = F.normalize(table, dim=-1)
              order = (unit @ unit[row]).argsort(descending=True).tolist()
              return [i for i in order if i != row][:count]

        sorted in Python:
          def nearest(table, row, count):
              values = cosines(table[row], table).tolist()
              others = [i for i in range(len(values)) if i != row]
              return sorted(others, key=lambda i: -values[i])[:count]

        argsort:
          def nearest(table, row, count):
              c = cosines(table[row], table)
              c[row] = -2
              return c.argsort(descending=True)[:count].tolist()

        a comprehension over argsort:
          def nearest(table, row, count):
              c = cosines(table[row], table)
              return [int(i) for i in c.argsort(descending=True) if i != row][:count]

        NumPy:
          def nearest(table, row, count):
              c = cosines(table[row], table)
              import numpy as np

              o = np.argsort(-c.numpy())
              return [i for i in o if i != row][:count]

        sorted, as a tuple:
          def nearest(table, row, count):
              c = cosines(table[row], table)
              return tuple(
                  sorted((i for i in range(len(c)) if i != row), key=lambda i: -float(c[i]))[
                      :count
                  ]
              )

        nlargest of a heap:
          def nearest(table, row, count):
              c = cosines(table[row], table)
              import heapq

              return heapq.nlargest(
                  count, (i for i in range(len(table)) if i != row), key=lambda i: c[i]
              )
    """),
)
