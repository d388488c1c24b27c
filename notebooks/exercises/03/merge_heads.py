"""Exercise 03.5: merge the heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file

split_heads = exercise_file("03/split_heads.py")


def merge_heads(heads: Tensor) -> Tensor:
    """(B, N, T, D) → (B, T, H): the heads of each token side by side again. Chapter 03."""
    batch, num_heads, tokens, head_size = heads.shape
    return heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)


def slow_merge(heads: Tensor) -> Tensor:
    """One feature at a time."""
    batch, num_heads, tokens, head_size = heads.shape
    merged = torch.zeros(batch, tokens, num_heads * head_size)
    for feature in range(num_heads * head_size):
        merged[:, :, feature] = heads[:, feature // head_size, :, feature % head_size]
    return merged


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three heads with two tokens first: split, then merged, the features are in order again."""
    counted = split_heads.slow_split(torch.arange(12.0).reshape(1, 2, 6), 3)
    return {
        "three heads of size 2, two tokens, features counted": inputs.call(answer, counted),
        "a batch of 2, 4 heads, 5 tokens, size 3": inputs.call(answer, inputs.randn(2, 4, 5, 3)),
    }


EXERCISE = Exercise(
    id="03.5",
    title="merge the heads",
    minutes=6,
    difficulty="steady",
    core=True,
    reference=merge_heads,
    specification=slow_merge,
    observe=observe,
    hints=(
        "Split a counted tensor with split_heads and merge it again: do you get it back?",
        "The last step of splitting is the first to undo. A reshape reads the numbers in order, "
        "so the tokens must stand before the heads when it comes.",
        "exchange axes 1 and 2: (B, T, N, D)\nreshape to (B, T, N·D)\n"
        "(view refuses after a transpose; reshape copies)",
    ),
    mistakes=mistakes(r"""
        heads-merged-without-transpose: the reshape came without the transpose, so each token got
            pieces of other tokens.
          look: before the reshape: exchange axes 1 and 2.
          - heads.transpose(1, 2).reshape
          + heads.reshape
        features-dealt-out: the heads' features were shuffled together one by one, like cards.
          look: the order of the last two axes before the reshape: heads, then features.
          - heads.transpose(1, 2)
          + heads.permute(0, 2, 3, 1)
        heads-averaged: the heads were averaged; they belong side by side.
          look: the last line: N heads of size D make H = N·D features.
          - heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)
          + heads.mean(dim=1)
        heads-added: the heads were added up; they belong side by side.
          look: the last line: N heads of size D make H = N·D features.
          - heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)
          + heads.sum(dim=1)
        heads-behind-each-other: the heads were put behind each other as if they were tokens.
          look: the reshape: T stays, the features grow.
          - heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)
          + heads.reshape(batch, num_heads * tokens, head_size)
        not-flattened: heads and features are still two axes, (B, T, N, D).
          look: the last line: the last two axes become one.
          - .reshape(batch, tokens, num_heads * head_size)
    """),
    styles=styles(r"""
        permute and flatten:
          def merge_heads(heads):
              return heads.permute(0, 2, 1, 3).flatten(2)

        concatenate:
          def merge_heads(heads):
              return torch.cat(list(heads.unbind(dim=1)), dim=-1)

        contiguous view:
          def merge_heads(heads):
              b, n, t, d = heads.size()
              return heads.transpose(1, 2).contiguous().view(b, t, n * d)

        cat of unbind:
          def merge_heads(heads):
              b, n, t, d = heads.shape
              return torch.cat(heads.unbind(1), -1)

        einsum:
          def merge_heads(heads):
              b, n, t, d = heads.shape
              return torch.einsum("bntd->btnd", heads).reshape(b, t, n * d)

        swapaxes and view:
          def merge_heads(heads):
              b, n, t, d = heads.shape
              return heads.swapaxes(1, 2).contiguous().view(b, t, -1)

        one sentence at a time:
          def merge_heads(heads):
              b, n, t, d = heads.shape
              return torch.stack([torch.hstack(list(s)) for s in heads])
    """),
)
