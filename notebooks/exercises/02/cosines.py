"""Exercise 02.3: how alike two vectors are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib import backbones
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def cosines(vector: Tensor, table: Tensor) -> Tensor:
    """The cosine of the angle between a vector (H,) and each row of a table (V, H) → (V,).

    1: the same direction, 0: at right angles, −1: opposite. Lengths play no part. Chapter 02.
    """
    lengths = table.norm(dim=-1) * vector.norm()  # (V,)
    return table @ vector / lengths


def slow_cosines(vector: Tensor, table: Tensor) -> Tensor:
    """One row at a time, in plain Python numbers."""
    return torch.tensor([cosine(vector.tolist(), row) for row in table.tolist()])


def cosine(left: list[float], right: list[float]) -> float:
    """Of two vectors, in plain Python numbers."""
    dot = sum(x * y for x, y in zip(left, right, strict=True))
    return dot / math.sqrt(sum(x * x for x in left) * sum(y * y for y in right))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Vectors in the plane first; then longer and shorter ones; then real words."""
    plane = torch.tensor([[3.0, 0.0], [0.0, 2.0], [-1.0, 0.0], [1.0, 1.0]])
    table = inputs.randn(9, 5) * torch.arange(1, 10)[:, None]
    vector = 2 * inputs.randn(5)
    words = backbones.load().tensors["embeddings.word.weight"][2000:2040]
    return {
        "(2, 0) against (3, 0), (0, 2), (−1, 0) and (1, 1)": inputs.call(
            answer, torch.tensor([2.0, 0.0]), plane
        ),
        "a random vector against nine random rows": inputs.call(answer, vector, table),
        "one real word against forty": inputs.call(answer, words[7], words),
    }


EXERCISE = Exercise(
    id="02.3",
    title="how alike two vectors are",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=cosines,
    specification=slow_cosines,
    observe=observe,
    hints=(
        "No cosine is larger than 1. A vector against itself, or against twice itself, gives 1.",
        "A dot product grows with both lengths. Divide it by both and the angle is left.",
        "dot product of each row with the vector\n"
        "length of each row, over the last axis\n"
        "length of the vector\n"
        "first divided by the product of the other two",
    ),
    mistakes=mistakes(r"""
        plain-dot-product: the dot products were not divided by the lengths.
          look: the last line: divide by the length of the row and of the vector.
          - table @ vector / lengths
          + table @ vector
        vector-not-normalised: only the lengths of the rows were divided out; the vector's own is
            missing.
          look: the denominator: it is a product of two lengths.
          -  * vector.norm()
        rows-not-normalised: only the vector's length was divided out; those of the rows are
            missing.
          look: the denominator: each row has a length of its own.
          - table.norm(dim=-1) * vector.norm()
          + vector.norm()
        one-length-for-the-table: the whole table was given one length, instead of one for each row.
          look: the length of the table: norm needs dim=-1.
          - table.norm(dim=-1)
          + table.norm()
        squared-lengths: the dot products were divided by squared lengths; the root is missing.
          look: the denominator: a length is the root of the sum of squares.
          - table @ vector / lengths
          + table @ vector / lengths**2
        distance-for-cosine: this is the distance between the vectors, not the angle.
          look: the formula: dot product over lengths; nothing is subtracted.
          def cosines(vector, table):
              return (table - vector).norm(dim=-1)
    """),
    styles=styles(r"""
        torch built-in:
          def cosines(vector, table):
              return F.cosine_similarity(vector[None], table, dim=-1)

        unit vectors first:
          def cosines(vector, table):
              return F.normalize(table, dim=1) @ F.normalize(vector, dim=0)

        loop:
          def cosines(vector, table):
              return torch.stack(
                  [row @ vector / (row @ row).sqrt() / (vector @ vector).sqrt() for row in table]
              )

        einsum:
          def cosines(vector, table):
              return (
                  torch.einsum("vh,h->v", table, vector)
                  / torch.einsum("vh,vh->v", table, table).sqrt()
                  / vector.dot(vector).sqrt()
              )

        one root of a product:
          def cosines(vector, table):
              return (table * vector).sum(1) / (
                  table.pow(2).sum(1) * vector.pow(2).sum()
              ).sqrt()

        mv:
          def cosines(vector, table):
              return (
                  torch.mv(table, vector)
                  / torch.linalg.norm(table, dim=1)
                  / torch.linalg.norm(vector)
              )

        a module of torch:
          def cosines(vector, table):
              return nn.CosineSimilarity(dim=1)(table, vector.expand_as(table))
    """),
)
