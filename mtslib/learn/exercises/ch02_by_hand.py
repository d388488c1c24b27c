"""What chapter 02 builds by hand and the library takes from torch."""

from __future__ import annotations

import torch
from torch import Tensor


def layer_norm(hidden: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-12) -> Tensor:
    """Each token's features brought to mean 0 and variance 1, then times weight plus bias.

    hidden (…, H), weight (H,), bias (H,) → (…, H). The variance divides by H, and eps stands
    under the root (Ba et al., 2016). Equal to `torch.nn.functional.layer_norm`. Chapter 02.
    """
    mean = hidden.mean(dim=-1, keepdim=True)  # (…, 1)
    centred = hidden - mean  # (…, H)
    variance = centred.square().mean(dim=-1, keepdim=True)  # (…, 1)
    return centred / torch.sqrt(variance + eps) * weight + bias


def cosines(vector: Tensor, table: Tensor) -> Tensor:
    """The cosine of the angle between a vector (H,) and each row of a table (V, H) → (V,).

    1: the same direction, 0: at right angles, −1: opposite. Lengths play no part. Chapter 02.
    """
    lengths = table.norm(dim=-1) * vector.norm()  # (V,)
    return table @ vector / lengths


def nearest(table: Tensor, row: int, count: int) -> list[int]:
    """The `count` rows of a table (V, H) most like one of its rows, by cosine, the best first.

    The row itself is left out. Chapter 02.
    """
    similar = cosines(table[row], table)  # (V,)
    similar[row] = -torch.inf
    return similar.topk(count).indices.tolist()
