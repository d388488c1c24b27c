"""Exercise 06.2: the loop."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.finetune.fit import train_epoch
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


class _Watched(nn.Module):
    """A head that notes in which mode it was asked, each time."""

    def __init__(self, size: int, classes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(size, classes)
        self.modes: list[bool] = []

    def forward(self, features: Tensor) -> Tensor:
        self.modes.append(self.training)
        return self.linear(features)


class _Batches(Sequence):
    """Batches that count how often somebody began to go through them."""

    def __init__(self, batches: Sequence[tuple[Tensor, Tensor]]) -> None:
        self.batches, self.begun = batches, 0

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        self.begun += 1
        return iter(self.batches)

    def __len__(self) -> int:
        return len(self.batches)

    def __getitem__(self, place: int) -> tuple[Tensor, Tensor]:
        return self.batches[place]


def slow_epoch(
    head: _Watched,
    batches: Sequence[tuple[Tensor, Tensor]],
    optimizer: Any,
    loss: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
) -> float:
    """The gradient of each batch carried by hand from the logits to the head's linear layer."""
    head.train()
    losses = []
    for features, labels in batches:
        logits = head(features).detach().requires_grad_()
        mean = loss(logits, labels)
        (slope,) = torch.autograd.grad(mean, logits)
        losses += [mean.item()] * len(labels)
        head.linear.weight.grad = slope.T @ features
        head.linear.bias.grad = slope.sum(0)
        optimizer.step()
    return sum(losses) / len(losses)


def margin(logits: Tensor, labels: Tensor) -> Tensor:
    """Another loss: by how much the wrong classes come within 1 of the right one."""
    return F.multi_margin_loss(logits, labels)


def _start(head: _Watched, inputs: SeededInputs) -> _Watched:
    """A head as it was before anything moved it."""
    fresh = _Watched(head.linear.in_features, head.linear.out_features)
    inputs.fill(fresh)
    return fresh


def _epochs(
    answer: Any,
    batches: Sequence[tuple[Tensor, Tensor]] | _Batches,
    inputs: SeededInputs,
    epochs: int,
    **named: Any,
) -> tuple[list[float], _Watched]:
    head = _Watched(batches[0][0].shape[1], 3)
    inputs.fill(head)
    head.eval()
    optimizer = torch.optim.SGD(head.parameters(), lr=0.5)
    losses = [inputs.call(answer, head, batches, optimizer, **named) for _ in range(epochs)]
    return losses, head


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One batch, then three of unequal size, then two passes; the same with another loss."""
    _check_loss_is_taken(answer)
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
    found["how often the head was asked in these two passes"] = len(head.modes)
    counted = _Batches(batches)
    losses, head = _epochs(answer, counted, inputs, 1, loss=margin)
    found["the mean loss of a pass, with multi_margin_loss given as the loss"] = losses[0]
    found["the head's weights after it"] = head.linear.weight.detach().clone()
    # Chapter 08 hands over what makes its batches on the way: nothing is left for a second time.
    found["whether it went through the batches again, from the beginning"] = counted.begun > 1
    return found


def _check_loss_is_taken(answer: Any) -> None:
    """Say so where an answer dates from before the loss was an argument."""
    try:
        taken = inspect.signature(answer).parameters
    except (TypeError, ValueError):
        return  # no function at all; calling it says more
    if len(taken) == 3 and "loss" not in taken:
        raise AnswerError(
            "your train_epoch takes no loss; expected a fourth argument, since chapter 10 trains "
            "with other losses in the same loop. Add loss=F.cross_entropy after optimizer, and "
            "call loss(…, labels) where F.cross_entropy stands now"
        )


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
        "put the model into training mode\nfor each batch:\n  loss of the model's outputs\n"
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

          -         mean.backward()
          +         mean.backward()
          +         optimizer.zero_grad()
        step-between-clear-and-backward: the order was zero_grad, step, backward: each step found
            the gradients cleared, and what backward worked out was cleared before it was used.
          look: the order of the three calls: zero_grad, backward, step.
          -         mean.backward()
          -         optimizer.step()
          +         optimizer.step()
          +         mean.backward()
        step-before-backward: the step comes before backward, so it moves along the gradient of the
            last batch or of none.
          look: the order of the three calls: zero_grad, backward, step.
          -         optimizer.zero_grad()
          -         mean.backward()
          -         optimizer.step()
          +         optimizer.step()
          +         optimizer.zero_grad()
          +         mean.backward()
        one-step-an-epoch: gradients were gathered over all batches and used once, after the loop.
          look: the indentation of optimizer.step(): inside the loop.
          -     for inputs, labels in batches:
          +     optimizer.zero_grad()
          +     for inputs, labels in batches:
          -         optimizer.zero_grad()

          -         optimizer.step()

          -     return float
          +     optimizer.step()
          +     return float
        cleared-once-an-epoch: gradients were cleared before the loop only, so they pile up from
            batch to batch.
          look: the indentation of optimizer.zero_grad(): inside the loop.
          -     for inputs, labels in batches:
          +     optimizer.zero_grad()
          +     for inputs, labels in batches:
          -         optimizer.zero_grad()
        softmax-before-the-loss: a softmax came before cross_entropy, which has one of its own.
          look: the line of the loss: give it the logits.
          - model(inputs), labels)
          + model(inputs).softmax(-1), labels)
        loss-summed-over-the-batch: the loss was summed, so a step is too long by a factor of the
            batch size.
          look: the value you call backward on: loss gives the mean already.
          - model(inputs), labels)
          + model(inputs), labels) * len(labels)
          - mean.detach().double() * len(labels)
          + mean.detach().double()
        loss-not-called: the loss was cross_entropy, whatever loss was given.
          look: the line of the loss: call the argument called loss.
          - mean = loss(
          + mean = F.cross_entropy(
        not-in-training-mode: the head stayed in evaluation mode, so its dropout would do nothing.
          look: before the loop: model.train().
          -     model.train()
        batches-gone-through-twice: the batches were gone through once more, to count them; what
            makes its batches on the way has none left the second time.
          look: what you count: add up the examples in the one loop that trains.
          -     for inputs, labels in batches:
          +     examples = sum(len(labels) for _, labels in batches)
          +     for inputs, labels in batches:
          -         examples += len(labels)
        batch-losses-averaged: the mean ran over batches, so an example in a small batch counts
            more.
          look: what you add up: the loss times the batch size, divided by all examples at the end.
          - mean.detach().double() * len(labels)
          + mean.detach().double()
          - examples += len(labels)
          + examples += 1
    """),
    styles=styles(r"""
        cleared after the step:
          def train_epoch(head, batches, optimizer, loss=F.cross_entropy):
              head.train()
              seen = []
              for features, labels in batches:
                  value = loss(head(features), labels)
                  value.backward()
                  optimizer.step()
                  optimizer.zero_grad()
                  seen += [value.detach()] * len(labels)
              return torch.stack(seen).mean().item()

        gradients asked for:
          def train_epoch(model, batches, optimizer, loss=nn.CrossEntropyLoss()):
              model.train()
              weights = [weight for weight in model.parameters() if weight.requires_grad]
              total, count = 0.0, 0
              for features, labels in batches:
                  value = loss(model(features), labels)
                  for weight, slope in zip(weights, torch.autograd.grad(value, weights)):
                      weight.grad = slope
                  optimizer.step()
                  total, count = total + len(labels) * value.item(), count + len(labels)
              return total / count

        cleared through the model:
          def train_epoch(model, batches, optimizer, loss=F.cross_entropy):
              model.train(True)
              total, count = 0.0, 0
              for features, labels in batches:
                  model.zero_grad()
                  value = loss(model(features), labels)
                  value.backward()
                  optimizer.step()
                  total += value.item() * labels.shape[0]
                  count += labels.shape[0]
              return total / count

        a list of weighted losses:
          def train_epoch(model, batches, optimizer, loss=F.cross_entropy):
              sizes, means = [], []
              for inputs, labels in batches:
                  model.train()
                  optimizer.zero_grad(set_to_none=False)
                  mean = loss(model(inputs), labels)
                  mean.backward()
                  optimizer.step()
                  sizes.append(labels.size(0))
                  means.append(mean.item())
              return sum(s * m for s, m in zip(sizes, means)) / sum(sizes)

        a running mean:
          def train_epoch(model, batches, optimizer, loss=F.cross_entropy):
              model.train()
              mean, seen = 0.0, 0
              for x, y in iter(batches):
                  for weight in model.parameters():
                      weight.grad = None
                  error = loss(model(x), y)
                  error.backward()
                  optimizer.step()
                  seen += len(y)
                  mean += (float(error) - mean) * len(y) / seen
              return mean
    """),
)
