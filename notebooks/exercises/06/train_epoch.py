"""Exercise 06.2: the loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def train_epoch(
    head: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], optimizer: Optimizer
) -> float:
    """One pass over the batches → the mean loss over all examples.

    batches: pairs of features (B, H) and labels (B,). One step of the optimizer for each.
    """
    head.train()
    total, examples = 0.0, 0
    for features, labels in batches:
        loss = F.cross_entropy(head(features), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        examples += len(labels)
    return total / examples


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


def _start(head: _Watched, inputs: SeededInputs) -> _Watched:
    """A head as it was before anything moved it."""
    fresh = _Watched(head.linear.in_features, head.linear.out_features)
    inputs.fill(fresh)
    return fresh


def _epochs(
    answer: Any, batches: Sequence[tuple[Tensor, Tensor]], inputs: SeededInputs, epochs: int
) -> tuple[list[float], _Watched]:
    head = _Watched(batches[0][0].shape[1], 3)
    inputs.fill(head)
    head.eval()
    optimizer = torch.optim.SGD(head.parameters(), lr=0.5)
    losses = [inputs.call(answer, head, list(batches), optimizer) for _ in range(epochs)]
    return losses, head


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One batch, then three of unequal size, then two passes."""
    batches = [(inputs.randn(n, 5), inputs.randint(0, 3, (n,))) for n in (4, 6, 3)]
    one, head = _epochs(answer, batches[:1], inputs, 1)
    moved = not torch.equal(head.linear.weight, _start(head, inputs).linear.weight)
    found = {
        "the mean loss that one batch gave": one[0],
        "the head's weights after one batch": head.linear.weight.detach().clone(),
        "whether the head was in training mode": bool(head.modes) and all(head.modes),
        # Two orders move nothing; in one of them the gradient is there when it is too late.
        "whether a gradient was worked out that no step used": (
            not moved and head.linear.weight.grad is not None
        ),
    }
    losses, head = _epochs(answer, batches, inputs, 2)
    found["the head's weights after two passes over three batches"] = (
        head.linear.weight.detach().clone()
    )
    found["the mean losses of two passes, by example, batches of 4, 6 and 3"] = losses
    return found


EXERCISE = Exercise(
    id="06.2",
    title="the loop",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=train_epoch,
    specification=slow_epoch,
    observe=observe,
    hints=(
        "Print one weight of the head before and after a batch. Does it move? Print its gradient "
        "before backward: is it empty?",
        "Three calls belong to each batch: forget the old gradients, work out the new ones, move "
        "the weights. The order decides whether anything is learned.",
        "head into training mode\nfor each batch:\n  loss of the head's logits\n"
        "  clear gradients, backward, step\n  add loss × batch size to the total\n"
        "return total / number of examples",
    ),
    mistakes=mistakes(r"""
        zero-grad-forgotten: gradients of earlier batches were never cleared, so each step repeats
            them.
          look: before backward: optimizer.zero_grad().
          -         optimizer.zero_grad()
        gradients-cleared-before-the-step: zero_grad stands between backward and step: there is
            nothing left to step with.
          look: the order of the three calls: zero_grad, backward, step.
          -         optimizer.zero_grad()

          -         loss.backward()
          +         loss.backward()
          +         optimizer.zero_grad()
        step-between-clear-and-backward: the order was zero_grad, step, backward: each step found
            the gradients cleared, and what backward worked out was cleared before it was used.
          look: the order of the three calls: zero_grad, backward, step.
          -         loss.backward()
          -         optimizer.step()
          +         optimizer.step()
          +         loss.backward()
        step-before-backward: the step comes before backward, so it moves along the gradient of the
            last batch or of none.
          look: the order of the three calls: zero_grad, backward, step.
          -         optimizer.zero_grad()
          -         loss.backward()
          -         optimizer.step()
          +         optimizer.step()
          +         optimizer.zero_grad()
          +         loss.backward()
        one-step-an-epoch: gradients were gathered over all batches and used once, after the loop.
          look: the indentation of optimizer.step(): inside the loop.
          -     for features, labels in batches:
          +     optimizer.zero_grad()
          +     for features, labels in batches:
          -         optimizer.zero_grad()

          -         optimizer.step()

          -     return total / examples
          +     optimizer.step()
          +     return total / examples
        cleared-once-an-epoch: gradients were cleared before the loop only, so they pile up from
            batch to batch.
          look: the indentation of optimizer.zero_grad(): inside the loop.
          -     for features, labels in batches:
          +     optimizer.zero_grad()
          +     for features, labels in batches:
          -         optimizer.zero_grad()
        softmax-before-the-loss: a softmax came before cross_entropy, which has one of its own.
          look: the line of the loss: give it the logits.
          - head(features), labels)
          + head(features).softmax(-1), labels)
        loss-summed-over-the-batch: the loss was summed, so a step is as many times too long as the
            batch has examples.
          look: the reduction of the loss: the mean, which is the default.
          - head(features), labels)
          + head(features), labels, reduction="sum")
          - loss.item() * len(labels)
          + loss.item()
        not-in-training-mode: the head stayed in evaluation mode, so its dropout would do nothing.
          look: before the loop: head.train().
          -     head.train()
        batch-losses-averaged: the mean ran over batches, so an example in a small batch counts
            more.
          look: what you add up: the loss times the batch size, divided by all examples at the end.
          - loss.item() * len(labels)
          + loss.item()
          - examples += len(labels)
          + examples += 1
    """),
    styles=styles(r"""
        cleared after the step:
          def train_epoch(head, batches, optimizer):
              head.train()
              seen = []
              for features, labels in batches:
                  losses = F.cross_entropy(head(features), labels, reduction="none")
                  losses.mean().backward()
                  optimizer.step()
                  optimizer.zero_grad()
                  seen.append(losses.detach())
              return torch.cat(seen).mean().item()

        gradients asked for:
          def train_epoch(head, batches, optimizer):
              head.train()
              weights = list(head.parameters())
              total, count = 0.0, 0
              for features, labels in batches:
                  loss = nn.CrossEntropyLoss()(head(features), labels)
                  for weight, slope in zip(weights, torch.autograd.grad(loss, weights)):
                      weight.grad = slope
                  optimizer.step()
                  total, count = total + len(labels) * loss.item(), count + len(labels)
              return total / count

        by log softmax:
          def train_epoch(head, batches, optimizer):
              head.train(True)
              total, count = 0.0, 0
              for features, labels in batches:
                  head.zero_grad()
                  loss = F.nll_loss(head(features).log_softmax(-1), labels)
                  loss.backward()
                  optimizer.step()
                  total += loss.item() * features.shape[0]
                  count += features.shape[0]
              return total / count
    """),
)
