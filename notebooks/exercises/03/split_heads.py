"""Exercise 03.4: split the heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def split_heads(projected: Tensor, num_heads: int) -> Tensor:
    """(B, T, H) → (B, N, T, D): features 0 … D − 1 go to head 0, the next D to head 1. Chapter 03.

    The result may be a view.
    """
    batch, tokens, size = projected.shape
    cut = projected.reshape(batch, tokens, num_heads, size // num_heads)  # (B, T, N, D)
    return cut.transpose(1, 2)


def slow_split(projected: Tensor, num_heads: int) -> Tensor:
    """One feature at a time."""
    batch, tokens, size = projected.shape
    head_size = size // num_heads
    heads = torch.zeros(batch, num_heads, tokens, head_size)
    for feature in range(size):
        heads[:, feature // head_size, :, feature % head_size] = projected[:, :, feature]
    return heads


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two tokens with six numbered features first."""
    counted = torch.arange(12.0).reshape(1, 2, 6)
    return {
        "two tokens with features 0 … 5 and 6 … 11, three heads": inputs.call(answer, counted, 3),
        "a batch of 2, 5 tokens, 12 features, 4 heads": inputs.call(
            answer, inputs.randn(2, 5, 12), 4
        ),
    }


EXERCISE = Exercise(
    id="03.4",
    title="split the heads",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=split_heads,
    specification=slow_split,
    observe=observe,
    hints=(
        "Fill a tensor with torch.arange. Head 0 of token 0 should hold 0 … D − 1.",
        "First cut only the last axis, H into N times D. Then bring the heads in front of the "
        "tokens. Two moves; one reshape cannot do both.",
        "reshape (B, T, H) to (B, T, N, D)\nexchange axes 1 and 2",
    ),
    mistakes=mistakes(r"""
        split-without-transpose: one reshape went straight to (B, N, T, D), which mixes tokens into
            heads.
          look: the two moves: reshape to (B, T, N, D), then exchange axes 1 and 2.
          - batch, tokens, num_heads, size // num_heads)
          + batch, num_heads, tokens, -1)
          - cut.transpose(1, 2)
          + cut
        features-dealt-out: the features were dealt out to the heads one by one, like cards.
          look: the reshape: N before D, so that D neighbours stay together.
          - tokens, num_heads, size // num_heads)
          + tokens, size // num_heads, num_heads)
          - cut.transpose(1, 2)
          + cut.permute(0, 3, 1, 2)
        heads-behind-tokens: the heads still stand behind the tokens: (B, T, N, D).
          look: after the reshape: exchange axes 1 and 2.
          - cut.transpose(1, 2)
          + cut
        wrong-axes-exchanged: tokens and features of a head changed places, or heads and features
            did.
          look: the transpose: axis 1 holds the tokens, axis 2 the heads.
          - cut.transpose(1, 2)
          + cut.transpose(2, 3)
        count-for-size: the number of heads was taken for their size.
          look: the reshape: the third axis is N = num_heads, the last D = H / N.
          - num_heads, size // num_heads)
          + size // num_heads, num_heads)
    """),
    styles=styles(r"""
        unflatten:
          def split_heads(projected, num_heads):
              return projected.unflatten(-1, (num_heads, -1)).permute(0, 2, 1, 3)

        chunks, stacked:
          def split_heads(projected, num_heads):
              return torch.stack(projected.chunk(num_heads, dim=-1), dim=1)

        loop with slices:
          def split_heads(projected, num_heads):
              b, t, h = projected.shape
              d = h // num_heads
              heads = torch.empty(b, num_heads, t, d)
              for n in range(num_heads):
                  heads[:, n] = projected[:, :, n * d : (n + 1) * d]
              return heads

        einsum:
          def split_heads(projected, num_heads):
              b, t, h = projected.shape
              d = h // num_heads
              return torch.einsum("btnd->bntd", projected.reshape(b, t, num_heads, d))

        slices stacked:
          def split_heads(projected, num_heads):
              b, t, h = projected.shape
              d = h // num_heads
              return torch.stack(
                  [projected[..., i * d : (i + 1) * d] for i in range(num_heads)]
              ).transpose(0, 1)

        features first:
          def split_heads(projected, num_heads):
              b, t, h = projected.shape
              d = h // num_heads
              return projected.transpose(1, 2).reshape(b, num_heads, d, t).mT

        swapaxes:
          def split_heads(projected, num_heads):
              b, t, h = projected.shape
              d = h // num_heads
              return projected.unflatten(2, (num_heads, d)).swapaxes(1, 2)
    """),
)
