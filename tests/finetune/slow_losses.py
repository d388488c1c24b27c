"""The losses written out, one pair at a time: what the fast ones are compared with."""

from __future__ import annotations

import math

import numpy as np
import torch

from mtslib.data import tasks
from mtslib.finetune import objectives

SIZE = 5  # H of made-up embeddings; odd, so that AnglE has to fill up


def outputs_of(objective: objectives.Objective, n: int, seed: int) -> torch.Tensor:
    """Random outputs (n, …) of the kind that an objective reads."""
    random = torch.Generator().manual_seed(seed)
    if objective.outputs == objectives.COSINES:
        return 2 * torch.rand(n, 1, generator=random) - 1
    width = objective.num_outputs(tasks.STS if objective.scores else tasks.SST) or 2 * SIZE
    return torch.randn(n, width, generator=random)


def logits_and(seed: int, classes: int, n: int = 12) -> tuple[torch.Tensor, torch.Generator]:
    random = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(n, classes, generator=random), random


def log_softmax(row: list[float]) -> list[float]:
    """Written out, in double precision."""
    total = math.log(sum(math.exp(value) for value in row))
    return [value - total for value in row]


def slow_cosine(first: list[float], second: list[float]) -> float:
    dot = sum(a * b for a, b in zip(first, second, strict=True))
    return dot / math.sqrt(sum(a * a for a in first)) / math.sqrt(sum(b * b for b in second))


def slow_angle(first: list[float], second: list[float]) -> float:
    """AnglE's similarity in Python's own complex numbers, lengths taken out first."""
    sides = []
    for side in (first, second):
        length = math.sqrt(sum(x * x for x in side))
        filled = [x / length for x in side] + [0.0] * (len(side) % 2)
        half = len(filled) // 2
        sides.append([complex(*pair) for pair in zip(filled[:half], filled[half:], strict=True)])
    product = sum(u * v.conjugate() for u, v in zip(*sides, strict=True))
    return abs(product.real + product.imag)


def slow_ranking(values: list[float], scores: list[float]) -> float:
    total = 1.0
    for i, better in enumerate(scores):
        for j, worse in enumerate(scores):
            if better > worse:
                total += math.exp(20 * (values[j] - values[i]))
    return math.log(total)


def slow_loss(name: str, outputs: torch.Tensor, scores: list[float]) -> float:
    """Each sts loss as its formula, one pair at a time in double precision."""
    rows = outputs.double().tolist()
    pairs = list(zip(rows, scores, strict=True))
    sides = [(row[: len(row) // 2], row[len(row) // 2 :]) for row in rows]
    mean = lambda values: sum(values) / len(values)  # noqa: E731
    if name in ("soft-ce", "siamese-soft-ce"):
        found = []
        for row, score in pairs:
            low = min(math.floor(score), 4)
            logs = log_softmax(row)
            found.append(-(1 - score + low) * logs[low] - (score - low) * logs[low + 1])
        return mean(found)
    if name == "rounded-ce":
        return mean([-log_softmax(row)[math.floor(score + 0.5)] for row, score in pairs])
    if name == "bce":
        chances = [(1 / (1 + math.exp(-row[0])), score / 5) for row, score in pairs]
        return mean([-q * math.log(p) - (1 - q) * math.log(1 - p) for p, q in chances])
    if name in ("mse", "cosine-mse"):
        return mean([(row[0] - score / 5) ** 2 for row, score in pairs])
    if name == "cosine-mse-signed":
        return mean([(row[0] - (score / 2.5 - 1)) ** 2 for row, score in pairs])
    if name == "cosine-mse-clamped":
        return mean([(max(row[0], 0) - score / 5) ** 2 for row, score in pairs])
    if name == "cosine-mse-rescaled":
        found, wanted = np.array([row[0] for row in rows]), np.array(scores) / 5
        moved = (found - found.mean()) / found.std() * wanted.std() + wanted.mean()
        return float(np.mean((moved - wanted) ** 2))
    if name == "cosent":
        return slow_ranking([row[0] for row in rows], scores)
    if name == "angle":
        return slow_ranking([slow_angle(*pair) for pair in sides], scores)
    assert name == "multiple-negatives-ranking", f"the formula of {name!r} is missing here"
    kept = [pair for pair, score in zip(sides, scores, strict=True) if score >= 4]
    found = []
    for number, (first, _) in enumerate(kept):
        found.append(-log_softmax([20 * slow_cosine(first, other) for _, other in kept])[number])
    return mean(found)
