"""References of chapter 00b that stand nowhere else in the library: torch has them built in."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def gaps(first: Tensor, second: Tensor) -> Tensor:
    """The distance of each row of `first` from each row of `second`. Chapter 00b.

    (n, H), (m, H) → (n, m). Equal to `torch.cdist`.
    """
    difference = first[:, None, :] - second[None, :, :]  # (n, m, H)
    return difference.square().sum(dim=-1).sqrt()


def by_token(hidden: Tensor) -> Tensor:
    """All first tokens, then all second tokens, and so on. Chapter 00b.

    (B, T, H) → (T·B, H).
    """
    turned = hidden.transpose(0, 1)  # (T, B, H)
    return turned.reshape(-1, hidden.shape[-1])


class Affine(nn.Module):
    """y = x·Wᵀ + b, with the same parameters as `nn.Linear`. Chapter 00b.

    weight: (size_out, size_in). bias: (size_out,).
    """

    def __init__(self, size_in: int, size_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size_out, size_in))
        self.bias = nn.Parameter(torch.zeros(size_out))

    def forward(self, x: Tensor) -> Tensor:
        """(…, size_in) → (…, size_out)."""
        return x @ self.weight.T + self.bias
