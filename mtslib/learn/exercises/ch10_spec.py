"""Chapter 10: what its answers must do, in plain numbers, and how they are put to work."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.inputs import Trial

SCORES = (0.0, 1.4, 2.6, 3.2, 4.0, 4.0, 5.0)


def _cosine(first: list[float], second: list[float]) -> float:
    dot = sum(a * b for a, b in zip(first, second, strict=True))
    return dot / math.sqrt(sum(a * a for a in first)) / math.sqrt(sum(b * b for b in second))


def _halves(row: list[float]) -> tuple[list[float], list[float]]:
    return row[: len(row) // 2], row[len(row) // 2 :]


def _slope(answer: Any, trial: Trial, outputs: Tensor, scores: Tensor) -> Any:
    """The gradient of a loss at some outputs; what is no tensor with a gradient comes as it is."""
    given = outputs.clone().requires_grad_()
    loss = answer(given, scores.clone())
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return "no gradient reaches the outputs"
    (slope,) = torch.autograd.grad(loss.sum(), given)
    return slope


# Cosine ----------------------------------------------------------------------------------------


def slow_cosine_of(embeddings: Tensor) -> Tensor:
    """One pair at a time."""
    return torch.tensor([[_cosine(*_halves(row))] for row in embeddings.tolist()])


def observe_cosine_of(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Two pairs that can be done in the head, then more at random, long ones and short ones."""
    clear = torch.tensor([[3.0, 4.0, 6.0, 8.0], [1.0, 0.0, -2.0, 0.0]])
    lengths = torch.tensor([0.1, 1.0, 10.0, 3.0, 0.5])[:, None]
    return {
        "the cosines of (3,4),(6,8) and of (1,0),(−2,0)": trial.call(answer, clear),
        "five pairs of embeddings with H = 3": trial.call(answer, lengths * trial.randn(5, 6)),
        "three pairs with H = 3": trial.call(answer, trial.randn(3, 6)),
    }


# Losses of cosines -----------------------------------------------------------------------------


def slow_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """Square each error, then the mean."""
    return _mean_square(cosines, [score / 5 for score in scores.tolist()], lambda c: c)


def slow_clamped_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """The same with each cosine raised to 0 first. Written so that gradients come out too."""
    return _mean_square(
        cosines, [score / 5 for score in scores.tolist()], lambda c: c if c > 0 else 0 * c
    )


def _mean_square(
    cosines: Tensor, targets: list[float], change: Callable[[Tensor], Tensor]
) -> Tensor:
    total = torch.zeros(())
    for cosine, target in zip(cosines[:, 0], targets, strict=True):
        total = total + (change(cosine) - target) ** 2
    return total / len(targets)


def observe_cosine_loss(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One pair, batches of two sizes, and the slope at negative and positive cosines."""
    one = trial.call(answer, torch.tensor([[0.5]]), torch.tensor([4.0]))
    signs = torch.tensor([[-0.6], [-0.2], [0.3], [0.9]])
    ends = torch.tensor([0.0, 4.0, 1.0, 5.0])
    cosines = 2 * torch.rand(7, 1, generator=trial.generator) - 1
    return {
        "the loss of one pair, cosine 0.5 and score 4": one,
        "cosine −0.6 and score 0": trial.call(answer, signs[:1], ends[:1]),
        "cosine −0.2 and score 4": trial.call(answer, signs[1:2], ends[1:2]),
        "cosines −0.6, −0.2, 0.3, 0.9 and scores 0, 4, 1, 5": trial.call(answer, signs, ends),
        "seven pairs": trial.call(answer, cosines, torch.tensor(SCORES)),
        "the gradient at each of four cosines": _slope(answer, trial, signs, ends),
    }


def slow_ranking_loss(similarities: Tensor, scores: Tensor) -> Tensor:
    """Every pair of pairs whose order is known."""
    values, wanted = similarities.tolist(), scores.tolist()
    total = 1.0
    for i, better in enumerate(wanted):
        for j, worse in enumerate(wanted):
            if better > worse:
                total += math.exp(20 * (values[j] - values[i]))
    return torch.tensor(math.log(total))


def observe_ranking_loss(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Two pairs in either order, equal scores, and a batch whose similarities lie close."""
    close = 0.5 + 0.05 * trial.randn(7)
    good, bad = torch.tensor([0.52, 0.5]), torch.tensor([0.5, 0.52])
    order = torch.tensor([5.0, 1.0])
    return {
        "cosines 0.52, 0.50 and scores 5, 1, in order": trial.call(answer, good, order),
        "cosines 0.50, 0.52 and scores 5, 1, out of order": trial.call(answer, bad, order),
        "cosines 0.52, 0.50 and scores 3, 3": trial.call(answer, good, torch.tensor([3.0, 3.0])),
        "seven pairs, two of equal score": trial.call(answer, close, torch.tensor(SCORES)),
    }


# Losses of embeddings --------------------------------------------------------------------------


def slow_joined(first: Tensor, second: Tensor) -> Tensor:
    """Three parts, number by number."""
    rows = []
    for u, v in zip(first.tolist(), second.tolist(), strict=True):
        rows.append([*u, *v, *(abs(a - b) for a, b in zip(u, v, strict=True))])
    return torch.tensor(rows)


def observe_joined(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One pair to be read at a glance, then some at random."""
    u, v = torch.tensor([[1.0, 5.0]]), torch.tensor([[4.0, 3.0]])
    return {
        "(1, 5) and (4, 3)": trial.call(answer, u, v),
        "three pairs with H = 4": trial.call(answer, trial.randn(3, 4), trial.randn(3, 4)),
    }


def slow_multiple_negatives(embeddings: Tensor, scores: Tensor) -> Tensor:
    """Each first sentence against every second one of the good pairs."""
    pairs = [_halves(row) for row in embeddings.tolist()]
    kept = [pair for pair, score in zip(pairs, scores.tolist(), strict=True) if score >= 4]
    losses = []
    for i, (first, _) in enumerate(kept):
        logits = [20 * _cosine(first, second) for _, second in kept]
        top = max(logits)
        total = sum(math.exp(value - top) for value in logits)
        losses.append(top + math.log(total) - logits[i])
    return torch.tensor(sum(losses) / len(losses)) if losses else 0 * embeddings.sum()


def observe_multiple_negatives(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Good pairs only, then a mixed batch, then one without any good pair."""
    first = trial.randn(4, 3)
    near = torch.cat([first, 2 * (first + 0.3 * trial.randn(4, 3))], dim=1)  # the lengths differ
    mixed = torch.cat([first.repeat(2, 1)[:7], first.repeat(2, 1)[:7] + trial.randn(7, 3)], dim=1)
    return {
        "four pairs of score 5": trial.call(answer, near, torch.full((4,), 5.0)),
        "seven pairs, three of 4 and above": trial.call(answer, mixed, torch.tensor(SCORES)),
        "the same pairs in another order": trial.call(
            answer, mixed.flip(0), torch.tensor(SCORES[::-1])
        ),
        "a batch without a good pair": trial.call(answer, near, torch.full((4,), 2.0)),
        "the gradient in a batch without a good pair": _slope(
            answer, trial, near, torch.full((4,), 2.0)
        ),
    }
