"""Chapter 09 by hand: which parameters train, said by their names."""

from __future__ import annotations

import torch
from torch import nn


def trains(name: str, freeze_depth: int | None) -> bool:
    """Whether the parameter called `name` trains at this freeze_depth; None is `full`.

    Names begin with `embeddings.`, with `layers.N.` for encoder layer N, with `pooler.` or with
    `head.`.
    """
    if freeze_depth is None:
        return True
    part, number = name.split(".")[:2]
    if part == "layers":
        return int(number) >= freeze_depth
    return part != "embeddings"


def partial_optimizer(
    model: nn.Module, freeze_depth: int | None, learning_rate: float
) -> torch.optim.Optimizer:
    """AdamW without weight decay over what trains at this depth; everything else is frozen.

    The model may have been frozen at another depth before.
    """
    for name, tensor in model.named_parameters():
        tensor.requires_grad_(trains(name, freeze_depth))
    wanted = [tensor for tensor in model.parameters() if tensor.requires_grad]
    return torch.optim.AdamW(wanted, lr=learning_rate, weight_decay=0.0)
