"""Exercise 10.1: one cosine per pair."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import cosine_of
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def cosine(first: list[float], second: list[float]) -> float:
    """Of two vectors, in plain Python numbers."""
    dot = sum(a * b for a, b in zip(first, second, strict=True))
    return dot / math.sqrt(sum(a * a for a in first)) / math.sqrt(sum(b * b for b in second))


def halves(row: list[float]) -> tuple[list[float], list[float]]:
    """The two embeddings that stand side by side in a row."""
    return row[: len(row) // 2], row[len(row) // 2 :]


def slow_cosine_of(embeddings: Tensor) -> Tensor:
    """One pair at a time."""
    return torch.tensor([[cosine(*halves(row))] for row in embeddings.tolist()])


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two pairs that can be done in the head, then more at random, long ones and short ones."""
    clear = torch.tensor([[3.0, 4.0, 6.0, 8.0], [1.0, 0.0, -2.0, 0.0]])
    lengths = torch.tensor([0.1, 1.0, 10.0, 3.0, 0.5])[:, None]
    return {
        "the cosines of (3,4),(6,8) and of (1,0),(−2,0)": inputs.call(answer, clear),
        "five pairs of embeddings with H = 3": inputs.call(answer, lengths * inputs.randn(5, 6)),
        "three pairs with H = 3": inputs.call(answer, inputs.randn(3, 6)),
    }


EXERCISE = Exercise(
    id="10.1",
    title="one cosine per pair",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=cosine_of,
    specification=slow_cosine_of,
    observe=observe,
    hints=(
        "(3, 4) and (6, 8) point the same way: their cosine is 1, although one is twice as long.",
        "Each row holds two embeddings side by side. Cut it in the middle, multiply the halves "
        "number by number, sum along the features, and divide by both lengths.",
        "first, second = the two halves of each row\ndot = Σ first · second over the features\n"
        "dot / (length of first · length of second), one column",
    ),
    mistakes=mistakes(r"""
        cosine-over-the-batch: the sum ran over the pairs of the batch and not over the features of
            a pair.
          look: the dim of the cosine: features are the last axis.
          - second, dim=-1)[:, None]
          + second, dim=0)[:, None]
        dot-product-only: the lengths were not divided out, so long embeddings look similar to
            everything.
          look: the denominator: the length of the first times the length of the second.
          - F.cosine_similarity(first, second, dim=-1)
          + (first * second).sum(dim=-1)
        one-length-only: only one of the two lengths was divided out.
          look: the denominator: both embeddings have a length.
          - F.cosine_similarity(first, second, dim=-1)
          + (first * second).sum(dim=-1) / first.norm(dim=-1)
        dot-over-the-batch: one dot product was taken over all pairs, and divided by each pair's
            lengths.
          look: the sum of the products: over the features only, dim=-1.
          - F.cosine_similarity(first, second, dim=-1)
          + (first * second).sum() / (first.norm(dim=-1) * second.norm(dim=-1))
        length-of-the-whole-batch: the lengths were taken over all pairs together.
          look: norm: give it dim=-1, a length for each embedding.
          - F.cosine_similarity(first, second, dim=-1)
          + ((first * second).sum(dim=-1) / (first.norm() * second.norm()))
        lengths-not-rooted: the squared lengths were used; the root is missing.
          look: the length of an embedding: √Σx².
          - F.cosine_similarity(first, second, dim=-1)
          + (first * second).sum(dim=-1) / first.square().sum(dim=-1) / second.square().sum(dim=-1)
        odd-and-even: every second number was used as the first embedding.
          look: the cut: the first half of a row is u, the second half is v.
          - embeddings.float().chunk(2, dim=-1)
          + (embeddings[:, ::2], embeddings[:, 1::2])
        angle-without-sign: the sign was taken off: opposite directions count as equal ones.
          look: abs: a cosine of −1 is not one of 1.
          - dim=-1)[:, None]
          + dim=-1)[:, None].abs()
        column-missing: the cosines came back as (B,), not as a column (B, 1) like the outputs of a
            head.
          look: the last axis: add one of size 1.
          - , dim=-1)[:, None]
          + , dim=-1)
    """),
    styles=styles(r"""
        normalise first:
          def cosine_of(embeddings):
              half = embeddings.shape[1] // 2
              u = F.normalize(embeddings[:, :half], dim=1)
              v = F.normalize(embeddings[:, half:], dim=1)
              return (u * v).sum(dim=1, keepdim=True)

        einsum:
          def cosine_of(embeddings):
              u, v = embeddings.view(len(embeddings), 2, -1).unbind(1)
              dot = torch.einsum("bh,bh->b", u, v)
              return (dot / (u.norm(dim=1) * v.norm(dim=1))).unsqueeze(1)

        loop:
          def cosine_of(embeddings):
              found = []
              for row in embeddings:
                  u, v = row[: len(row) // 2], row[len(row) // 2 :]
                  found.append(u @ v / torch.sqrt((u @ u) * (v @ v)))
              return torch.stack(found)[:, None]

        a product of matrices:
          def cosine_of(embeddings):
              half = embeddings.shape[1] // 2
              u, v = embeddings[:, :half], embeddings[:, half:]
              dot = torch.bmm(u[:, None, :], v[:, :, None]).squeeze(-1)
              return dot / (u.norm(dim=1, keepdim=True) * v.norm(dim=1, keepdim=True))

        reshaped:
          def cosine_of(embeddings):
              pairs = embeddings.reshape(len(embeddings), 2, -1)
              return F.cosine_similarity(pairs[:, 0], pairs[:, 1]).unsqueeze(1)
    """),
)
