"""Whose turn it is: how a joint training divides its steps among tasks. Chapter 14."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import torch

from mtslib.data.batching import training_batches

# Tasks are drawn in proportion to n^α, n their training rows.
EXPONENTS = {"uniform": 0.0, "sqrt": 0.5, "proportional": 1.0}
ANNEALED, SEQUENTIAL = "annealed", "sequential"
SAMPLINGS = (*EXPONENTS, ANNEALED, SEQUENTIAL)


def exponent(sampling: str, epoch: int, epochs: int) -> float:
    """α of an epoch, counted from 0; `annealed` goes from 1 to 0.2.

    α = 1 − 0.8 (e − 1) / (E − 1) with e from 1 (Stickland and Murray, 2019, section 3.3).
    """
    if sampling == ANNEALED:
        return 1 - 0.8 * epoch / max(1, epochs - 1)
    return EXPONENTS[sampling]


def shares(sizes: Mapping[str, int], sampling: str, epoch: int, epochs: int) -> dict[str, float]:
    """How often each task comes in an epoch, from its training rows; the shares sum to 1.

    `sequential`: one task after the other in the order of `sizes`, each with as many epochs.
    """
    if sampling == SEQUENTIAL:
        turn = epoch * len(sizes) // epochs
        return {task: float(number == turn) for number, task in enumerate(sizes)}
    alpha = exponent(sampling, epoch, epochs)
    weights = {task: rows**alpha for task, rows in sizes.items()}
    return {task: weight / sum(weights.values()) for task, weight in weights.items()}


def whole_numbers(parts: Mapping[str, float], total: int, least: int = 0) -> dict[str, int]:
    """`total` in whole numbers, each share's own or the next (largest remainders first).

    least: what each gets at least, taken from the largest.
    """
    counts = {task: int(share * total) for task, share in parts.items()}
    by_remainder = sorted(parts, key=lambda task: counts[task] - parts[task] * total)
    for task in by_remainder[: total - sum(counts.values())]:
        counts[task] += 1
    for task in counts:
        while counts[task] < least:
            counts[max(counts, key=counts.__getitem__)] -= 1
            counts[task] += 1
    return counts


def turns(counts: Mapping[str, int], generator: torch.Generator) -> list[str]:
    """Each task as often as it is counted, in random order."""
    names = [task for task, count in counts.items() for _ in range(count)]
    return [names[i] for i in torch.randperm(len(names), generator=generator).tolist()]


def endless_batches(
    lengths: Sequence[int], batch_size: int, generator: torch.Generator
) -> Iterator[list[int]]:
    """Batches of positions, pass after pass, each in an order of its own."""
    while True:
        yield from training_batches(lengths, batch_size, generator)
