"""AdamW, written out: moments, bias correction, decoupled decay. Chapter 06."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal

import torch
from torch import Tensor
from torch.optim import Optimizer

Variant = Literal["torch", "course"]
DEFAULT_EPS = {"torch": 1e-8, "course": 1e-6}


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2019, algorithm 2).

    With m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) and learning rate η, decay λ, two orders of the same
    steps are in use, and both are right:

    `torch`  (eps 1e-8): decay first, θ ← θ − ηλθ, then θ ← θ − η·m̂ / (√v̂ + ε).
    `course` (eps 1e-6): θ ← θ − η·√(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε), then decay with the new θ.
        CS224N's assignment describes this "efficient" form (Kingma & Ba, 2015, end of section
        2); its ε is added before the bias correction, so it weighs more in early steps.

    The tests hold `torch` equal to `torch.optim.AdamW`; training uses that fused twin.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float | None = None,
        weight_decay: float = 0.0,
        variant: Variant = "torch",
    ) -> None:
        if variant not in DEFAULT_EPS:
            raise ValueError(f"variant {variant!r} is unknown; expected 'torch' or 'course'")
        if lr < 0 or weight_decay < 0 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(
                f"lr {lr} and weight_decay {weight_decay} must be ≥ 0, betas {betas} in [0, 1)"
            )
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": DEFAULT_EPS[variant] if eps is None else eps,
            "weight_decay": weight_decay,
            "variant": variant,
        }
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure=None):
        """Move every parameter that has a gradient by one step."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                # No gradient means no part in this step's loss: neither moved nor decayed.
                if param.grad is not None:
                    self._update(param, group)
        return loss

    def _update(self, param: Tensor, group: dict) -> None:
        state = self.state[param]
        if not state:
            state["step"] = 0
            state["exp_avg"] = torch.zeros_like(param)  # m, the mean of gradients
            state["exp_avg_sq"] = torch.zeros_like(param)  # v, the mean of their squares
        state["step"] += 1
        beta1, beta2 = group["betas"]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        m.lerp_(param.grad, 1 - beta1)
        v.mul_(beta2).addcmul_(param.grad, param.grad, value=1 - beta2)
        correction1 = 1 - beta1 ** state["step"]
        correction2 = 1 - beta2 ** state["step"]
        kept = 1 - group["lr"] * group["weight_decay"]
        if group["variant"] == "torch":
            param.mul_(kept)
            denominator = (v.sqrt() / math.sqrt(correction2)).add_(group["eps"])
            param.addcdiv_(m, denominator, value=-group["lr"] / correction1)
        else:
            rate = group["lr"] * math.sqrt(correction2) / correction1
            param.addcdiv_(m, v.sqrt().add_(group["eps"]), value=-rate)
            param.mul_(kept)
