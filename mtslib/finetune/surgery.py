"""Gradients of several tasks at the parameters they share: in conflict or not. Chapter 14."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from mtslib.evidence.intervals import WIDTH


def without_conflict(gradient: Tensor, others: Iterable[Tensor]) -> Tensor:
    """A task's gradient, (n,), without what points against the others', one after the other.

    g ← g − (g·h / h·h) h for each h with g·h < 0 (Yu et al., 2020, algorithm 1, PCGrad).
    """
    for other in others:
        product = gradient @ other
        if product < 0:
            gradient = gradient - product / (other @ other) * other
    return gradient


def surgery(gradients: Sequence[Tensor], generator: torch.Generator | None = None) -> Tensor:
    """PCGrad: the sum of all gradients, (n,) each, every one freed of its conflicts → (n,).

    Each meets the others, as they were, in random order.
    """
    total = torch.zeros_like(gradients[0])
    for own, gradient in enumerate(gradients):
        order = torch.randperm(len(gradients), generator=generator).tolist()
        total += without_conflict(gradient, [gradients[i] for i in order if i != own])
    return total


def train_epoch(
    model: nn.Module,
    batches: Iterable[tuple[Any, Tensor]],
    optimizer: Optimizer,
    losses: Callable[[Any, Tensor], Mapping[str, Tensor]],
    shared: Sequence[Tensor],
    generator: torch.Generator | None = None,
) -> None:
    """One pass with surgery on the gradients of `shared`; a task's own tensors keep theirs.

    losses: (outputs, labels) → a scalar for each task.
    """
    model.train()
    for inputs, labels in batches:
        optimizer.zero_grad()
        found = [gradient(loss, shared) for loss in losses(model(inputs), labels).values()]
        put(surgery(found, generator), shared)
        optimizer.step()


def gradient(loss: Tensor, shared: Sequence[Tensor]) -> Tensor:
    """The gradient at `shared` in one row, (n,); other tensors' are added to their `.grad`."""
    for tensor in shared:
        tensor.grad = None
    loss.backward()
    return torch.cat([_flat(tensor) for tensor in shared])


def _flat(tensor: Tensor) -> Tensor:
    found = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
    return found.detach().reshape(-1)


def put(row: Tensor, shared: Sequence[Tensor]) -> None:
    """The inverse of `gradient`: (n,) → the `.grad` of each tensor."""
    pieces = row.split([tensor.numel() for tensor in shared])
    for tensor, piece in zip(shared, pieces, strict=True):
        tensor.grad = piece.view_as(tensor)


# Where do tasks disagree? ------------------------------------------------------------------------


def cosines(
    losses: Iterable[Mapping[str, Tensor]], layers: Mapping[str, Sequence[Tensor]]
) -> dict[tuple[str, str, str], list[float]]:
    """(task, another, layer) → the cosine between their gradients there, one for each draw.

    losses: for each draw of batches, a scalar for each task. layers: the shared tensors of each.
    """
    shared = [tensor for tensors in layers.values() for tensor in tensors]
    sizes = [sum(tensor.numel() for tensor in tensors) for tensors in layers.values()]
    found: dict[tuple[str, str, str], list[float]] = {}
    for draw in losses:
        rows = {task: gradient(loss, shared).split(sizes) for task, loss in draw.items()}
        for one, two in itertools.combinations(rows, 2):
            for layer, first, second in zip(layers, rows[one], rows[two], strict=True):
                cosine = torch.cosine_similarity(first, second, dim=0)
                found.setdefault((one, two, layer), []).append(float(cosine))
    for tensor in shared:
        tensor.grad = None
    return found


def mean_and_interval(values: Sequence[float]) -> dict[str, float]:
    """{value, low, high, n} of independent draws: their mean, and 1.96 standard errors about it."""
    n = len(values)
    mean = math.fsum(values) / n
    spread = math.fsum((value - mean) ** 2 for value in values) / max(1, n - 1)
    half = WIDTH * math.sqrt(spread / n)
    return {"value": mean, "low": mean - half, "high": mean + half, "n": n}
