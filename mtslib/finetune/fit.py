"""The loop: one pass over the batches, and epochs until dev stops rising. Chapters 06 and 08.

A learner writes both. The chapters call them in sight, and the engine (`mtslib.finetune.train`)
runs the same `train_epoch`: it only hands over a faster model, batches that set the learning rate
and a loss that is watched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer


def train_epoch(
    model: nn.Module,
    batches: Iterable[tuple[Any, Tensor]],
    optimizer: Optimizer,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> float:
    """One pass over the batches → the mean loss over all examples.

    batches: pairs of what the model reads and labels (B,). One step of the optimizer for each.
    loss: (outputs of the model, labels) → the mean over the batch, a scalar.
    """
    model.train()
    total, examples = 0.0, 0
    for inputs, labels in batches:
        mean = loss(model(inputs), labels)
        optimizer.zero_grad()
        mean.backward()
        optimizer.step()
        total += mean.detach().double() * len(labels)  # read at the end: a GPU need not wait
        examples += len(labels)
    return float(total / examples)


def fit(
    model: nn.Module,
    batches: Callable[[int], Iterable[tuple[Any, Tensor]]],
    optimizer: Optimizer,
    epochs: int,
    dev_score: Callable[[nn.Module], float] | None = None,
    patience: int = 1,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    train_epoch: Callable[..., float] = train_epoch,
) -> list[float]:
    """Train, stop early, and leave in the model the weights of its best epoch.

    batches: gives the batches of an epoch, by its number from 0. train_epoch: one pass over them.
    After each epoch dev is scored; higher is better. Training ends after `epochs`, or as soon as
    `patience` epochs in a row have not beaten the best so far. Returns all scores.
    Without a dev_score all epochs run, the last weights stay, and the losses are returned.
    """
    if dev_score is None:
        return [train_epoch(model, batches(epoch), optimizer, loss) for epoch in range(epochs)]
    scores: list[float] = []
    best, waited = -math.inf, 0
    kept: dict[str, Tensor] = {}
    for epoch in range(epochs):
        train_epoch(model, batches(epoch), optimizer, loss)
        scores.append(dev_score(model))
        if scores[-1] > best:
            best, waited = scores[-1], 0
            kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        else:
            waited += 1
        if waited == patience:
            break
    model.load_state_dict(kept)
    return scores
