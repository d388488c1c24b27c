"""Chapter 06: slow specifications, and what each answer is asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.inputs import AnswerError, Trial

# The loss --------------------------------------------------------------------------------------


def slow_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """One example at a time in plain numbers."""
    losses = []
    for row, label in zip(logits.double().tolist(), labels.tolist(), strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(value - top) for value in row))
        losses.append(log_sum - row[label])
    return torch.tensor(sum(losses) / len(losses), dtype=logits.dtype)


def observe_cross_entropy(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One example, several, and logits far from 0 and from each other."""
    one = torch.tensor([[1.0, 2.0, 0.5]])
    logits, labels = 2 * trial.randn(7, 4), trial.randint(0, 4, (7,))
    found = {
        "the loss of one example with logits [1, 2, 0.5] and label 0": trial.call(
            answer, one, torch.tensor([0])
        ),
        "the loss of seven examples of four classes": trial.call(answer, logits, labels),
    }
    found["the loss of logits around 200"] = trial.call(answer, logits + 200, labels)
    found["the loss of logits [200, 0] and label 1"] = trial.call(
        answer, torch.tensor([[200.0, 0.0]]), torch.tensor([1])
    )
    far = torch.tensor([[300.0, 299.0, 298.0], [0.0, 1.0, 2.0]])
    found["the loss of two examples, logits around 300 and around 1"] = trial.call(
        answer, far, torch.tensor([1, 0])
    )
    return found


# The loop --------------------------------------------------------------------------------------


class _Watched(nn.Module):
    """A head that notes in which mode it was asked."""

    def __init__(self, size: int, classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, classes)
        self.modes: list[bool] = []

    def forward(self, features: Tensor) -> Tensor:
        self.modes.append(self.training)
        return self.linear(features)


def slow_epoch(head: _Watched, batches: Sequence[tuple[Tensor, Tensor]], optimizer: Any) -> float:
    """The gradient of each batch worked out by hand, with the head's one linear layer."""
    head.train()
    losses = []
    for features, labels in batches:
        with torch.no_grad():
            logits = head(features)
            probabilities = logits.softmax(-1)
            wanted = torch.eye(logits.shape[-1])[labels]
            losses += (-(probabilities * wanted).sum(-1).log()).tolist()
            slope = (probabilities - wanted) / len(labels)
            head.linear.weight.grad = slope.T @ features
            head.linear.bias.grad = slope.sum(0)
        optimizer.step()
    return sum(losses) / len(losses)


def _start(head: _Watched, trial: Trial) -> _Watched:
    """A head as it was before anything moved it."""
    fresh = _Watched(head.linear.in_features, head.linear.out_features)
    trial.fill(fresh)
    return fresh


def _epochs(
    answer: Any, batches: Sequence[tuple[Tensor, Tensor]], trial: Trial, epochs: int
) -> tuple[list[float], _Watched]:
    head = _Watched(batches[0][0].shape[1], 3)
    trial.fill(head)
    head.eval()
    optimizer = torch.optim.SGD(head.parameters(), lr=0.5)
    losses = [trial.call(answer, head, list(batches), optimizer) for _ in range(epochs)]
    return losses, head


def observe_epoch(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One batch, then three of unequal size, then two passes."""
    batches = [(trial.randn(n, 5), trial.randint(0, 3, (n,))) for n in (4, 6, 3)]
    one, head = _epochs(answer, batches[:1], trial, 1)
    moved = not torch.equal(head.linear.weight, _start(head, trial).linear.weight)
    found = {
        "the mean loss that one batch gave": one[0],
        "the head's weights after one batch": head.linear.weight.detach().clone(),
        "whether the head was in training mode": bool(head.modes) and all(head.modes),
        # Two orders move nothing; in one of them the gradient is there when it is too late.
        "whether a gradient was worked out that no step used": (
            not moved and head.linear.weight.grad is not None
        ),
    }
    losses, head = _epochs(answer, batches, trial, 2)
    found["the head's weights after two passes over three batches"] = (
        head.linear.weight.detach().clone()
    )
    found["the mean losses of two passes, by example, batches of 4, 6 and 3"] = losses
    return found


# Moments ---------------------------------------------------------------------------------------


def slow_moments(gradients: Sequence[Tensor], beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    """A weighted mean of all gradients, with the weights written out and divided by their sum."""
    count = len(gradients)
    found = []
    for beta, power in ((beta1, 1), (beta2, 2)):
        weights = [beta ** (count - 1 - place) for place in range(count)]
        total = sum(w * g.double() ** power for w, g in zip(weights, gradients, strict=True))
        found.append((total / sum(weights)).float())
    return found[0], found[1]


def observe_moments(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One step, several, and other betas."""
    first = torch.tensor([2.0, -1.0])
    several = [trial.randn(2, 3) for _ in range(4)]
    return {
        "m̂ and v̂ after the one gradient [2, −1], β₁ = 0.9, β₂ = 0.99": trial.call(
            answer, [first], 0.9, 0.99
        ),
        "m̂ and v̂ after four gradients, β₁ = 0.8, β₂ = 0.95": trial.call(answer, several, 0.8, 0.95),
    }


# AdamW -----------------------------------------------------------------------------------------


class SlowTorchForm:
    """PyTorch's form in plain numbers: decay, then the corrected step."""

    def __init__(
        self,
        params: Sequence[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        groups = list(params)
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        self.param_groups = [settings | group for group in groups]
        self.past: dict[Tensor, list[Tensor]] = {}

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient, from all its past gradients."""
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    past = self.past.setdefault(param, [])
                    past.append(param.grad.detach().double().clone())
                    param.copy_(self.moved(param.double(), past, group))

    def moved(self, param: Tensor, past: Sequence[Tensor], group: Mapping[str, Any]) -> Tensor:
        """The parameter's next value."""
        m, v = _sums(past, group["betas"])
        corrections = [1 - beta ** len(past) for beta in group["betas"]]
        param = param - group["lr"] * group["weight_decay"] * param
        root = (v / corrections[1]).sqrt()
        return param - group["lr"] * (m / corrections[0]) / (root + group["eps"])


class SlowCourseForm(SlowTorchForm):
    """The course's form: ε beside √v itself, and the decay last."""

    def moved(self, param: Tensor, past: Sequence[Tensor], group: Mapping[str, Any]) -> Tensor:
        """The parameter's next value."""
        m, v = _sums(past, group["betas"])
        corrections = [1 - beta ** len(past) for beta in group["betas"]]
        rate = group["lr"] * math.sqrt(corrections[1]) / corrections[0]
        param = param - rate * m / (v.sqrt() + group["eps"])
        return param - group["lr"] * group["weight_decay"] * param


def _sums(past: Sequence[Tensor], betas: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """m and v from all gradients at once."""
    ages = range(len(past) - 1, -1, -1)
    m = sum((1 - betas[0]) * betas[0] ** n * g for n, g in zip(ages, past, strict=True))
    v = sum((1 - betas[1]) * betas[1] ** n * g**2 for n, g in zip(ages, past, strict=True))
    return m, v


def _walk(
    answer: Any,
    starts: Sequence[Tensor],
    gradients: Sequence[Sequence[Tensor | None]],
    then: Callable[[Any, int], None] = lambda optimizer, step: None,
    **settings: Any,
) -> list[Tensor]:
    """Where parameters are after steps with given gradients."""
    params = [nn.Parameter(start.clone()) for start in starts]
    optimizer = answer(params, **settings)
    for step, row in enumerate(gradients):
        then(optimizer, step)
        for param, gradient in zip(params, row, strict=True):
            param.grad = None if gradient is None else gradient.clone()
        optimizer.step()
    return [param.detach().clone() for param in params]


def _slower(optimizer: Any, step: int) -> None:
    """A schedule halves the rate after each step, in the groups, as all schedules do."""
    if not hasattr(optimizer, "param_groups"):
        raise AnswerError(
            "your optimizer has no param_groups, in which a schedule changes the learning rate; "
            "keep the line `class AdamW(Optimizer):` of the cell, and call super().__init__"
        )
    for group in optimizer.param_groups:
        group["lr"] *= 0.5 if step else 1.0


def observe_adamw(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One number, one step; then everything else, one thing at a time."""
    one = torch.tensor([1.0, -2.0])
    plain = {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.0}
    decaying = plain | {"weight_decay": 0.5}
    step = [[torch.tensor([0.5, -0.02])]]
    starts = [trial.randn(3), trial.randn(2, 2)]
    rows = [[trial.randn(3), trial.randn(2, 2)] for _ in range(3)]
    gap = [[row[0], None if n == 1 else row[1]] for n, row in enumerate(rows)]
    lame = [[row[0], None] for row in rows]
    small = [[1e-3 * gradient for gradient in row] for row in rows]

    def walk(*args: Any, **named: Any) -> list[Tensor]:
        return trial.call(_walk, answer, *args, **named)

    return {
        "[1, −2] after one step without decay, lr 0.1, eps 0.001, gradient [0.5, −0.02]": walk(
            [one], step, **plain
        )[0],
        "[1, −2] after one step with weight_decay 0.5": walk([one], step, **decaying)[0],
        "[1, −2] after a step with gradient 0 and weight_decay 0.5": walk(
            [one], [[torch.zeros(2)]], **decaying
        )[0],
        "one parameter after three steps": walk(starts[:1], [r[:1] for r in rows], **decaying)[0],
        "two parameters after three steps": walk(starts, rows, **decaying),
        "two parameters after three steps with small gradients": walk(starts, small, **decaying),
        "two parameters, the second of which never has a gradient": walk(starts, lame, **decaying),
        "two parameters, the second of which has no gradient in step 2": walk(
            starts, gap, **decaying
        ),
        "two parameters while a schedule halves the learning rate in the groups": walk(
            starts, rows, _slower, **decaying
        ),
    }
