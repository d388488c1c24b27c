"""Chapter 08 by hand: what the training loop does in several places, in one function each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def logits_by_row(
    model: nn.Module, batches: Sequence[tuple[Sequence[int], Any]], rows: int
) -> Tensor:
    """What a model says to every row of a set, in the order of the set → (rows, C).

    batches: pairs of the rows that a batch holds, in any order, and what the model reads.
    """
    model.eval()
    places: list[int] = []
    answers = []
    with torch.inference_mode():
        for positions, batch in batches:
            places.extend(positions)
            answers.append(model(batch))  # (B, C)
    said = torch.cat(answers)  # (rows, C), as the batches came
    found = torch.empty_like(said)
    found[places] = said
    return found


def backward_in_parts(model: nn.Module, parts: Sequence[tuple[Any, Tensor]]) -> float:
    """Leave in .grad the gradient of one batch's mean loss, a part of the batch at a time.

    parts: pairs of what the model reads and labels (B,); the last part is often shorter.
    Returns the mean loss over all examples of the batch.
    """
    examples = sum(len(labels) for _, labels in parts)
    total = 0.0
    model.zero_grad()
    for batch, labels in parts:
        summed = F.cross_entropy(model(batch), labels, reduction="sum")
        loss = summed / examples
        loss.backward()
        total += loss.item()
    return total


def fit(
    model: nn.Module,
    one_epoch: Callable[[nn.Module], Any],
    dev_score: Callable[[nn.Module], float],
    epochs: int,
    patience: int,
) -> list[float]:
    """Train, stop early, and leave in the model the weights of its best epoch.

    After each epoch dev is scored; higher is better. Training ends after `epochs`, or as soon as
    `patience` epochs in a row have not beaten the best so far. Returns all scores.
    """
    scores: list[float] = []
    best, waited = -math.inf, 0
    kept: dict[str, Tensor] = {}
    for _ in range(epochs):
        one_epoch(model)
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


def set_dropout(model: nn.Module, head_dropout: float, encoder_dropout: float) -> None:
    """Give every dropout of a model its rate: one in the head, another everywhere else.

    The head is what stands below a part called `head`.
    """
    for name, part in model.named_modules():
        if isinstance(part, nn.Dropout):
            in_head = "head" in name.split(".")
            part.p = head_dropout if in_head else encoder_dropout
