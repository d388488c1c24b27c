"""Chapter 07 by hand: what the library does in several places, in one function each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def pearson_of_batches(batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    """Pearson's correlation over everything that came in batches.

    batches: (predictions, labels), (B,) each, B not always the same.
    Returns 0 when one side never changes, where the correlation has no value.
    """
    predicted = torch.cat([said for said, _ in batches]).double()  # (n,)
    labels = torch.cat([wanted for _, wanted in batches]).double()  # (n,)
    x = predicted - predicted.mean()
    y = labels - labels.mean()
    spread = (x.square().sum() * y.square().sum()).sqrt()
    return float((x * y).sum() / spread) if spread > 0 else 0.0
