"""Chapter 00b: slow and obvious forms of three tensor moves, and the questions put to an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.inputs import Trial

PARAMETERS = "the names and shapes of its parameters"


# Specifications --------------------------------------------------------------------------------


def slow_gaps(first: Tensor, second: Tensor) -> Tensor:
    """One pair of rows at a time."""
    rows = [
        [math.dist(a.tolist(), b.tolist()) for b in second]  # one row of the answer
        for a in first
    ]
    return torch.tensor(rows)


def slow_by_token(hidden: Tensor) -> Tensor:
    """One vector at a time."""
    batch, tokens, _ = hidden.shape
    return torch.stack([hidden[b, t] for t in range(tokens) for b in range(batch)])


class SlowAffine(nn.Module):
    """One output number at a time."""

    def __init__(self, size_in: int, size_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(size_out, size_in))
        self.bias = nn.Parameter(torch.zeros(size_out))

    def forward(self, x: Tensor) -> Tensor:
        made = [
            (x * row).sum(dim=-1) + bias for row, bias in zip(self.weight, self.bias, strict=True)
        ]
        return torch.stack(made, dim=-1)


# Questions -------------------------------------------------------------------------------------


def observe_gaps(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Distances that can be read off squared paper, then random ones of unequal number."""
    first = torch.tensor([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    second = torch.tensor([[0.0, 0.0], [0.0, 4.0]])
    return {
        "rows (0, 0), (3, 4), (6, 8) against rows (0, 0), (0, 4)": trial.call(
            answer, first, second
        ),
        "3 rows against 3 rows, H = 4": trial.call(answer, trial.randn(3, 4), trial.randn(3, 4)),
        "5 rows against 2 rows, H = 7": trial.call(answer, trial.randn(5, 7), trial.randn(2, 7)),
    }


def observe_by_token(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Numbers that say where they come from, then random ones."""
    numbered = torch.tensor([[[0.0], [1.0], [2.0]], [[10.0], [11.0], [12.0]]])
    return {
        "a batch of 2 sentences, tokens 0, 1, 2 and 10, 11, 12; H = 1": trial.call(
            answer, numbered
        ),
        "3 sentences of 3 tokens, H = 3": trial.call(answer, trial.randn(3, 3, 3)),
        "2 sentences of 5 tokens, H = 4": trial.call(answer, trial.randn(2, 5, 4)),
    }


def observe_affine(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Its parameters, a square map, one that narrows, the gradient, and weights of nn.Linear."""
    made = trial.build(answer, 3, 3)
    seen: dict[str, Any] = {PARAMETERS: trial.parameters(made)}
    if seen[PARAMETERS] != trial.parameters(SlowAffine(3, 3)):
        return seen
    seen["one vector of 3 numbers to 3"] = trial.call(made, trial.randn(1, 3))
    narrow = trial.build(answer, 5, 2)
    seen["the names and shapes of Affine(5, 2)"] = trial.parameters(narrow)
    if seen["the names and shapes of Affine(5, 2)"] != trial.parameters(SlowAffine(5, 2)):
        return seen
    seen["2 sentences of 4 tokens, 5 numbers to 2"] = trial.call(narrow, trial.randn(2, 4, 5))
    trial.call(narrow, trial.randn(3, 5)).square().sum().backward()
    for name, parameter in narrow.named_parameters():
        seen[f"the gradient of {name}"] = parameter.grad
    return seen
