"""Exercise 00b.1: every row against every row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def gaps(first: Tensor, second: Tensor) -> Tensor:
    """The distance of each row of `first` from each row of `second`. Chapter 00b.

    (n, H), (m, H) → (n, m). Equal to `torch.cdist`.
    """
    difference = first[:, None, :] - second[None, :, :]  # (n, m, H)
    return difference.square().sum(dim=-1).sqrt()


def slow_gaps(first: Tensor, second: Tensor) -> Tensor:
    """One pair of rows at a time."""
    rows = [
        [math.dist(a.tolist(), b.tolist()) for b in second]  # one row of the answer
        for a in first
    ]
    return torch.tensor(rows)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Distances that can be read off squared paper, then random ones of unequal number."""
    first = torch.tensor([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    second = torch.tensor([[0.0, 0.0], [0.0, 4.0]])
    return {
        "rows (0, 0), (3, 4), (6, 8) against rows (0, 0), (0, 4)": inputs.call(
            answer,
            *inputs.constant(first, second),  # a distance of 0 has no gradient
        ),
        "3 rows against 3 rows, H = 4": inputs.call(answer, inputs.randn(3, 4), inputs.randn(3, 4)),
        "5 rows against 2 rows, H = 7": inputs.call(answer, inputs.randn(5, 7), inputs.randn(2, 7)),
    }


EXERCISE = Exercise(
    id="00b.1",
    title="every row against every row",
    minutes=7,
    difficulty="warm-up",
    core=False,
    reference=gaps,
    specification=slow_gaps,
    observe=observe,
    hints=(
        "What shape does your answer have for 5 rows against 2 rows? It should be (5, 2).",
        "An axis of size 1 stretches. Give `first` one where the rows of `second` go, and "
        "`second` one where the rows of `first` go: first[:, None, :] is (n, 1, H).",
        "difference = (n, 1, H) minus (1, m, H)\nsquare it, sum over the last axis, take the root",
    ),
    mistakes=mistakes(r"""
        root-forgotten: these are squared distances.
          look: the last step: the root of the sum.
          - .sum(dim=-1).sqrt()
          + .sum(dim=-1)
        answer-transposed: rows and columns are exchanged: your answer is (m, n).
          look: where you put the axes of size 1.
          - first[:, None, :] - second[None, :, :]
          + first[None, :, :] - second[:, None, :]
        sum-over-the-wrong-axis: the sum ran over the rows of `second`, not over the H numbers of a
            row.
          look: the axis of the sum: the last one.
          - .sum(dim=-1)
          + .sum(dim=1)
        one-sum-for-everything: the sum ran over all axes, so one number is left.
          look: the sum: name its axis, dim=-1.
          - .sum(dim=-1)
          + .sum()
        mean-for-sum: the squares were averaged; a distance adds them.
          look: the step between the squares and the root.
          - .sum(dim=-1)
          + .mean(dim=-1)
        absolute-for-square: the differences were taken without their sign and added: the way along
            the streets, not the straight line.
          look: what you do with a difference before the sum.
          - .square().sum(dim=-1).sqrt()
          + .abs().sum(dim=-1)
    """),
    styles=styles(r"""
        torch's own:
          def gaps(first, second):
              return torch.cdist(first, second, compute_mode="donot_use_mm_for_euclid_dist")

        unsqueeze and norm:
          def gaps(first, second):
              return (first.unsqueeze(1) - second.unsqueeze(0)).norm(dim=2)

        two loops:
          def gaps(first, second):
              out = torch.empty(len(first), len(second))
              for i, a in enumerate(first):
                  for j, b in enumerate(second):
                      out[i, j] = ((a - b) ** 2).sum() ** 0.5
              return out

        expand:
          def gaps(first, second):
              n, m, h = len(first), len(second), first.shape[1]
              a, b = first.view(n, 1, h).expand(n, m, h), second.view(1, m, h).expand(n, m, h)
              return torch.sqrt(torch.pow(a - b, 2).sum(-1))

        vector norm:
          def gaps(first, second):
              return torch.linalg.vector_norm(first[:, None] - second[None], dim=-1)

        rows repeated:
          def gaps(first, second):
              n, m = len(first), len(second)
              a = first.repeat_interleave(m, 0)
              b = second.repeat(n, 1)
              return (a - b).pow(2).sum(1).sqrt().view(n, m)

        einsum:
          def gaps(first, second):
              d = first[:, None] - second
              return torch.einsum("nmh,nmh->nm", d, d).sqrt()

        one row of the first at a time:
          def gaps(first, second):
              return torch.stack([(second - a).norm(dim=1) for a in first])

        vmap:
          def gaps(first, second):
              return torch.vmap(lambda a: (second - a).norm(dim=-1))(first)
    """),
)
