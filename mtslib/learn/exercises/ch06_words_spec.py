"""Chapter 06: slow specifications of the schedule and of guessing masked words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.inputs import Trial


def slow_rate(step: int, steps: int, warm_up: int, peak: float) -> float:
    """The whole schedule written down, then one number of it."""
    rising = [peak * number / warm_up for number in range(1, warm_up + 1)]
    down = steps - warm_up
    return (rising + [peak * (down - number) / down for number in range(down)])[step]


def observe_rate(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Ends and corners first, then every step of another schedule."""
    asked = {"step 0": 0, "step 3, the last of the warm-up": 3, "step 4": 4, "step 9, the last": 9}
    found = {
        f"the rate of {words}, of 10 steps with 4 of warm-up and peak 1": trial.call(
            answer, step, 10, 4, 1.0
        )
        for words, step in asked.items()
    }
    warm_up, peak = int(trial.randint(2, 6, (1,))), 0.02
    found["all rates of 17 steps, times 1000"] = [
        1000 * trial.call(answer, step, 17, warm_up, peak) for step in range(17)
    ]
    return found


def slow_mask_words(
    input_ids: Tensor, special: Tensor, draw: Tensor, other_ids: Tensor, mask_id: int
) -> tuple[Tensor, Tensor]:
    """Token by token."""
    masked, labels = input_ids.clone(), torch.full_like(input_ids, -100)
    for row in range(input_ids.shape[0]):
        for place in range(input_ids.shape[1]):
            number = float(draw[row, place])
            if special[row, place] or number >= 0.15:
                continue
            labels[row, place] = input_ids[row, place]
            if number < 0.12:
                masked[row, place] = mask_id
            elif number < 0.135:
                masked[row, place] = other_ids[row, place]
    return masked, labels


def observe_mask_words(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One sentence with each case in it, then random ones."""
    ids = torch.tensor([[2, 11, 12, 13, 14, 3, 0]])
    special = torch.tensor([[True, False, False, False, False, True, True]])
    draw = torch.tensor([[0.01, 0.05, 0.125, 0.14, 0.6, 0.13, 0.05]])
    other = torch.tensor([[20, 21, 22, 23, 24, 25, 26]])
    masked, labels = _two(trial.call(answer, ids, special, draw, other, 4))
    found = {
        "ids after masking, draws 0.01, 0.05, 0.125, 0.14, 0.6, 0.13, 0.05": masked,
        "labels of the same sentence": labels,
    }
    shape = (3, 40)
    ids, other = trial.randint(10, 50, shape), trial.randint(50, 90, shape)
    draw = torch.rand(shape, generator=trial.generator) * 0.3
    special = torch.rand(shape, generator=trial.generator) < 0.2
    masked, labels = _two(trial.call(answer, ids, special, draw, other, 4))
    return found | {"ids of three long rows": masked, "labels of three long rows": labels}


def _two(result: Any) -> tuple[Any, Any]:
    return result if isinstance(result, tuple | list) and len(result) == 2 else (result, result)


class SlowTiedHead(nn.Module):
    """GELU, LayerNorm and the dot product with each word, written out."""

    def __init__(self, word: nn.Embedding) -> None:
        super().__init__()
        words, size = word.weight.shape
        self.word = word
        self.dense = nn.Linear(size, size)
        self.norm = nn.LayerNorm(size)
        self.bias = nn.Parameter(torch.zeros(words))

    def forward(self, hidden: Tensor) -> Tensor:
        """(n, H) → (n, V)."""
        scores = []
        for row in hidden:
            state = self.dense.weight @ row + self.dense.bias
            state = state * 0.5 * (1 + torch.erf(state / math.sqrt(2)))
            centred = state - state.mean()
            state = centred / torch.sqrt((centred**2).mean() + self.norm.eps)
            state = state * self.norm.weight + self.norm.bias
            scores.append(
                torch.stack([state @ self.word.weight[w] for w in range(len(self.bias))])
                + self.bias
            )
        return torch.stack(scores)


def observe_tied_head(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Names, one guess, and whether the table is the model's own."""
    table = nn.Embedding(9, 6)
    head = trial.build(answer, table)
    found: dict[str, Any] = {"the names and shapes of the parameters": trial.parameters(head)}
    hidden = trial.randn(4, 6)
    found["the scores of 9 words for one hidden state"] = trial.call(head, hidden[:1]).detach()
    found["the scores for four hidden states"] = trial.call(head, hidden).detach()
    with torch.no_grad():
        table.weight.mul_(2)
    found["the scores after the model's own table was doubled"] = trial.call(head, hidden).detach()
    table.weight.grad = None
    trial.call(head, hidden).square().sum().backward()
    found["the gradient that reaches the model's own table"] = table.weight.grad
    return found
