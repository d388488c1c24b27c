"""Exercise 10.4: two sentences for one head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import joined
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_joined(first: Tensor, second: Tensor) -> Tensor:
    """Three parts, number by number."""
    rows = []
    for u, v in zip(first.tolist(), second.tolist(), strict=True):
        rows.append([*u, *v, *(abs(a - b) for a, b in zip(u, v, strict=True))])
    return torch.tensor(rows)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One pair to be read at a glance, then some at random."""
    u, v = torch.tensor([[1.0, 5.0]]), torch.tensor([[4.0, 3.0]])
    return {
        "(1, 5) and (4, 3)": inputs.call(answer, u, v),
        "three pairs with H = 4": inputs.call(answer, inputs.randn(3, 4), inputs.randn(3, 4)),
    }


EXERCISE = Exercise(
    id="10.4",
    title="two sentences for one head",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=joined,
    specification=slow_joined,
    observe=observe,
    hints=(
        "For H = 2 the result has six numbers per pair, the last two of them never negative.",
        "A linear head can weigh u and v, but it cannot compare them. So it is given the "
        "comparison: how far the two lie apart in each feature.",
        "put u, v and |u − v| side by side, along the features",
    ),
    mistakes=mistakes(r"""
        difference-with-sign: the difference kept its sign, so swapping the sentences changes the
            answer's input.
          look: the third part: |u − v|.
          - (first - second).abs()
          + first - second
        one-under-the-other: the parts were put under each other, as if there were three times as
            many pairs.
          look: the dim of cat: features are the last axis.
          - dim=-1
          + dim=0
        product-for-difference: the third part is u · v; the distance was asked for.
          look: the third part: |u − v|.
          - (first - second).abs()
          + first * second
        difference-first: the parts stand in another order; a trained head would read the wrong
            numbers.
          look: the order: u, v, |u − v|.
          - [first, second, (first - second).abs()]
          + [(first - second).abs(), first, second]
        one-distance: the third part is one number, the length of u − v; a distance in each feature
            was asked for.
          look: the third part: |u − v|, feature by feature, as long as u.
          - (first - second).abs()
          + (first - second).norm(dim=-1, keepdim=True)
        difference-squared: the difference was squared.
          look: the third part: the absolute difference.
          - .abs()
          + .square()
        third-part-missing: only u and v were put together, so the head cannot compare them.
          look: the third part: |u − v|.
          - , (first - second).abs()]
          + ]
    """),
    styles=styles(r"""
        hstack:
          def joined(first, second):
              return torch.hstack([first, second, torch.abs(second - first)])

        larger minus smaller:
          def joined(first, second):
              apart = torch.maximum(first, second) - torch.minimum(first, second)
              return torch.cat((first, second, apart), 1)

        a loop over rows:
          def joined(first, second):
              rows = [torch.cat((u, v, torch.abs(u - v))) for u, v in zip(first, second)]
              return torch.stack(rows)

        filled in:
          def joined(first, second):
              size = first.shape[1]
              out = first.new_empty(len(first), 3 * size)
              out[:, :size], out[:, size : 2 * size] = first, second
              out[:, 2 * size :] = (second - first).abs()
              return out

        stacked:
          def joined(first, second):
              return torch.stack([first, second, (first - second).abs()], dim=1).flatten(1)
    """),
)
