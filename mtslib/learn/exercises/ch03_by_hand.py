"""What chapter 03 builds by hand on the way to `mtslib.minbert.attention`."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def one_query(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """What one token gathers: softmax(keys · query / √D), used to mix the values.

    query (D,), keys (T, D), values (T, D) → (D,). Chapter 03.
    """
    scores = keys @ query / math.sqrt(len(query))  # (T,)
    weights = torch.softmax(scores, dim=0)  # (T,), sums to 1
    return weights @ values


def split_heads(projected: Tensor, num_heads: int) -> Tensor:
    """(B, T, H) → (B, N, T, D): features 0 … D − 1 go to head 0, the next D to head 1. Chapter 03.

    The result may be a view.
    """
    batch, tokens, size = projected.shape
    cut = projected.reshape(batch, tokens, num_heads, size // num_heads)  # (B, T, N, D)
    return cut.transpose(1, 2)


def merge_heads(heads: Tensor) -> Tensor:
    """(B, N, T, D) → (B, T, H): the heads of each token side by side again. Chapter 03."""
    batch, num_heads, tokens, head_size = heads.shape
    return heads.transpose(1, 2).reshape(batch, tokens, num_heads * head_size)
