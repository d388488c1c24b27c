"""References of chapter 04 that stand nowhere else in the library: torch has them built in."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor


def exact_gelu(x: Tensor) -> Tensor:
    """x·Φ(x), where Φ is the share of a normal distribution below x. Chapter 04.

    Any shape → the same shape (Hendrycks & Gimpel, 2016). Equal to `F.gelu`.
    """
    below = 0.5 * (1 + torch.erf(x / math.sqrt(2)))  # Φ(x)
    return x * below


def join_sublayer(
    hidden: Tensor,
    made: Tensor,
    draws: Tensor,
    rate: float,
    training: bool,
    norm: Callable[[Tensor], Tensor],
) -> Tensor:
    """norm(hidden + dropout(made)): how BERT puts a sublayer's output back. Chapter 04.

    hidden, made, draws: (B, T, H). hidden is what the sublayer read, made what it gave back.
    In training a number of `made` is dropped where its draw, from 0 to 1, is below `rate`, and
    the others are divided by 1 − rate, so that their mean stays. Outside training none is.
    """
    if training:
        kept = draws >= rate  # (B, T, H)
        made = made * kept / (1 - rate)
    return norm(hidden + made)
