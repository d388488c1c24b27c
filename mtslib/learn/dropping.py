"""What dropout does to a result, told without asking how an answer draws its chances."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.inputs import SeededInputs

NEARLY_ALL = 1 - 1e-7  # nothing is left, and 1 − rate may still be divided by
SIGMAS = 4.5  # one right answer in 150,000 drops a share further from the rate


def kept_or_dropped(trained: Tensor, plain: Tensor, rate: float) -> Tensor:
    """1 where a number is itself divided by 1 − rate, 0 where it is 0, else NaN."""
    whole = torch.isclose(trained, plain / (1 - rate), rtol=1e-4, atol=1e-6)
    return torch.where(whole, 1.0, torch.where(trained == 0, 0.0, math.nan))


def what_is_dropped(
    inputs: SeededInputs,
    module: nn.Module,
    rate: float,
    *args: Any,
    kept: Callable[[Tensor, Tensor], Tensor] | None = None,
) -> dict[str, Any]:
    """What a module does in training beside what it does outside, the same for every right answer.

    kept: (in training, outside) → 1 where a number was kept, 0 where it was dropped, NaN where it
    is neither; by default a number is kept as itself divided by 1 − rate, or dropped to 0.
    """

    def by_number(trained: Tensor, plain: Tensor) -> Tensor:
        return kept_or_dropped(trained, plain, rate)

    with torch.no_grad():
        plain = inputs.call(module.eval(), *args)
        trained = [inputs.again(times).call(module.train(), *args) for times in (0, 1)]
    if not all(isinstance(one, Tensor) and one.shape == plain.shape for one in trained):
        return {"what comes out in training": trained[0]}
    first, second = ((kept or by_number)(one, plain) for one in trained)
    share = (first == 0).double().mean().item()
    near = abs(share - rate) <= SIGMAS * math.sqrt(rate * (1 - rate) / first.numel())
    alike = [
        axis
        for axis, size in enumerate(first.shape)
        if size > 1 and torch.equal(first, first.narrow(axis, 0, 1).expand_as(first))
    ]
    return {
        "numbers that are neither dropped nor divided by 1 − rate": int(first.isnan().sum()),
        "the share of dropped numbers": f"about {rate:g}" if near else f"{share:.2f}",
        "axes along which the same places are dropped": alike,
        "whether another call drops the same places": torch.equal(first, second),
    }
