"""Teachers added together without any training: four ways to combine their weights. Chapter 14.

Every teacher began at the same backbone, so its difference from there, its task vector, says what
its task asked of the weights. All take {name: tensor} of the shared encoder, and give one like it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]
KEPT = 0.2  # of each task vector by TIES
DROPPED = 0.9  # of each task vector by DARE
SCALE = 0.4  # of a sum of task vectors, as Ilharco et al. (2023) suggest for several tasks


def average(base: Weights, teachers: Sequence[Weights]) -> dict[str, Tensor]:
    """The mean of the weights (Wortsman et al., 2022)."""
    return {name: torch.stack([own[name] for own in teachers]).mean(0) for name in base}


def task_arithmetic(
    base: Weights, teachers: Sequence[Weights], scale: float = SCALE
) -> dict[str, Tensor]:
    """base + scale · sum of the task vectors (Ilharco et al., 2023)."""
    return {
        name: start + scale * sum(own[name] - start for own in teachers)
        for name, start in base.items()
    }


def ties(
    base: Weights, teachers: Sequence[Weights], kept: float = KEPT, scale: float = 1.0
) -> dict[str, Tensor]:
    """Trim, elect a sign, average what agrees with it (Yadav et al., 2023).

    kept: the share of each task vector, over all its tensors, that is largest by size.
    """
    smallest = [_smallest_kept(_row(base, own), kept) for own in teachers]
    found = {}
    for name, start in base.items():  # one tensor of all teachers at a time: a row is a model long
        moved = [own[name] - start for own in teachers]
        trimmed = torch.stack(
            [own * (own.abs() >= least) for own, least in zip(moved, smallest, strict=True)]
        )  # (tasks, …)
        agree = (trimmed.sign() == trimmed.sum(0).sign()) & (trimmed != 0)
        found[name] = start + scale * (trimmed * agree).sum(0) / agree.sum(0).clamp(min=1)
    return found


def dare(
    base: Weights,
    teachers: Sequence[Weights],
    dropped: float = DROPPED,
    scale: float = SCALE,
    generator: torch.Generator | None = None,
) -> dict[str, Tensor]:
    """Drop most of each task vector at random, enlarge the rest, then add (Yu et al., 2024)."""
    total = torch.zeros(sum(start.numel() for start in base.values()))
    for own in teachers:
        row = _row(base, own)
        stays = torch.rand(row.shape, generator=generator) >= dropped
        total += row * stays / (1 - dropped)
    return _added(base, scale * total)


DARE = "dare"  # the one that draws
COMBINE: dict[str, Callable[..., dict[str, Tensor]]] = {
    "average": average,
    "task-arithmetic": task_arithmetic,
    "ties": ties,
    DARE: dare,
}


def _row(base: Weights, own: Weights) -> Tensor:
    """A task vector in one row, (n,)."""
    return torch.cat([(own[name] - start).reshape(-1) for name, start in base.items()])


def _smallest_kept(row: Tensor, kept: float) -> Tensor:
    """The smallest size among the share `kept` of the largest, ()."""
    count = max(1, round(kept * len(row)))
    return row.abs().kthvalue(len(row) - count + 1).values


def _added(base: Weights, row: Tensor) -> dict[str, Tensor]:
    pieces = row.split([start.numel() for start in base.values()])
    return {
        name: start + piece.view_as(start)
        for (name, start), piece in zip(base.items(), pieces, strict=True)
    }
