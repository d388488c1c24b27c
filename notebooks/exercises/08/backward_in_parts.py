"""Exercise 08.2: one batch in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


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


def slow_backward_in_parts(model: nn.Module, parts: Sequence[tuple[Any, Tensor]]) -> float:
    """One example's loss after the other, written out; a backward pass for each part."""
    examples, mean = sum(len(labels) for _, labels in parts), 0.0
    for parameter in model.parameters():
        parameter.grad = None
    for batch, labels in parts:
        loss = torch.zeros(())
        for logits, label in zip(model(batch), labels, strict=True):
            loss = loss + (logits.logsumexp(0) - logits[label]) / examples
        loss.backward()
        mean += loss.item()
    return mean


class _Noted(nn.Linear):
    """A model that notes how much it was asked at once, in which mode, and what it had to keep."""

    def __init__(self) -> None:
        super().__init__(4, 3)
        self.most, self.always_trained = 0, True
        self.waiting, self.most_waiting = 0, 0  # parts read whose backward pass is still to come

    def forward(self, features: Tensor) -> Tensor:
        self.most = max(self.most, len(features))
        self.always_trained &= self.training
        logits = super().forward(features)
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        if logits.requires_grad:
            logits.register_hook(self._went_back)
        return logits

    def _went_back(self, _: Tensor) -> None:
        self.waiting -= 1


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One part, equal parts, a short last part, and a model with a gradient from before."""

    def ask(sizes: Sequence[int], old: float = 0.0) -> tuple[Any, Any, _Noted]:
        model = _Noted()
        inputs.fill(model)
        if old:
            model.weight.grad = torch.full_like(model.weight, old)
            model.bias.grad = torch.full_like(model.bias, old)
        parts = [(inputs.randn(size, 4), inputs.randint(0, 3, (size,))) for size in sizes]
        loss = inputs.call(answer, model, parts)
        grad = model.bias.grad
        return loss, "no gradient" if grad is None else grad.clone(), model

    one, equal, short = ask([4]), ask([3, 3]), ask([4, 4, 1])
    return {
        "the bias's gradient from one part of four": one[1],
        "the bias's gradient from parts of 3 and 3": equal[1],
        "the bias's gradient from parts of 4, 4 and 1": short[1],
        "the mean loss of parts of 4, 4 and 1": short[0],
        "the weights' gradient from parts of 4, 4 and 1": short[2].weight.grad,
        "the bias afterwards": short[2].bias.detach().clone(),
        "whether the model ever read more than one part at once": short[2].most > 4,
        "how many parts had to be kept for a backward pass at once": short[2].most_waiting,
        "whether the model was left in train mode": short[2].always_trained,
        "the gradient of parts of 2 and 1, when an old gradient was there": ask([2, 1], 5.0)[1],
    }


EXERCISE = Exercise(
    id="08.2",
    title="one batch in parts",
    minutes=15,
    difficulty="demanding",
    core=False,
    reference=backward_in_parts,
    specification=slow_backward_in_parts,
    observe=observe,
    hints=(
        "Compare the gradient of parts of 4, 4 and 1 with that of all nine at once. By which "
        "factor is it off, and is the factor the same for parts of equal size?",
        "Every example counts for 1/n of the mean, n being all examples of the batch. backward "
        "adds to .grad, so each part only has to bring its own share: the sum of its losses, "
        "divided by n.",
        "n = examples in all parts\nclear the gradients, once\nfor each part:\n"
        "  loss = sum of its losses / n\n  backward\n  add to the total\nreturn the total",
    ),
    mistakes=mistakes(r"""
        weights-moved: the parameters were moved as well; a step is the optimizer's.
          look: what is left: gradients in .grad, and the weights as they were.
          -     return total
          +     with torch.no_grad():
          +         for param in model.parameters():
          +             param -= 0.1 * param.grad
          +     return total
        graphs-of-all-parts-kept: all losses were added up and went backward once, so the memory had
            to hold every part.
          look: where backward stands: in the loop, once for each part.
          def backward_in_parts(model, parts):
              examples = sum(len(labels) for _, labels in parts)
              model.zero_grad()
              losses = [F.cross_entropy(model(b), l, reduction="sum") for b, l in parts]
              loss = sum(losses) / examples
              loss.backward()
              return loss.item()
        nominal-batch-size: each part's loss was divided by the size of the first part, so a short
            last part counts for less than its examples.
          look: what you divide by: the number of examples there are, not the planned size.
          - examples = sum(len(labels) for _, labels in parts)
          + examples = len(parts) * len(parts[0][1])
        mean-of-part-means: the means of the parts were averaged, so an example in a short last part
            counts for more than the others.
          look: what you divide by: the number of all examples.
          - summed / examples
          + summed / len(labels) / len(parts)
        part-means-added: the means of the parts were added up, so the gradient grows with the
            number of parts.
          look: the reduction of each part's loss: sum first, then divide by all examples.
          - summed / examples
          + summed / len(labels)
        losses-added-never-divided: losses were summed and never divided.
          look: the mean: divide by the number of all examples.
          - summed / examples
          + summed
        cleared-between-parts: gradients were cleared in the loop, so only the last part is left.
          look: the place of zero_grad: once, before the loop.
          -     model.zero_grad()

          -         summed = F
          +         model.zero_grad()
          +         summed = F
        old-gradients-kept: gradients from before were never cleared, so they are part of the
            result.
          look: before the loop: model.zero_grad().
          -     model.zero_grad()
        last-loss-reported: the number that came back is the last part's, not that of all parts.
          look: the total: add each part's loss to it.
          - total += loss.item()
          + total = loss.item()
    """),
    styles=styles(r"""
        weighted means:
          def backward_in_parts(model, parts):
              n = sum(labels.shape[0] for _, labels in parts)
              for parameter in model.parameters():
                  parameter.grad = None
              total = 0.0
              for batch, labels in parts:
                  loss = nn.CrossEntropyLoss()(model(batch), labels) * (len(labels) / n)
                  loss.backward()
                  total = total + float(loss.detach())
              return total

        gradients asked for:
          def backward_in_parts(model, parts):
              weights = list(model.parameters())
              n = len(torch.cat([labels for _, labels in parts]))
              sums, total = [torch.zeros_like(w) for w in weights], 0.0
              for batch, labels in parts:
                  loss = -model(batch).log_softmax(-1)[torch.arange(len(labels)), labels].sum()
                  for kept, slope in zip(sums, torch.autograd.grad(loss, weights)):
                      kept += slope
                  total += loss.item()
              for weight, kept in zip(weights, sums):
                  weight.grad = kept / n
              return total / n

        a loss of sums:
          def backward_in_parts(model, parts):
              count = sum([len(y) for _, y in parts])
              loss_sum = nn.CrossEntropyLoss(reduction="sum")
              for p in model.parameters():
                  p.grad = torch.zeros_like(p)
              total = 0
              for x, y in parts:
                  part = loss_sum(model(x), y)
                  (part / count).backward()
                  total += part.detach()
              return total / count

        scaled afterwards:
          def backward_in_parts(model, parts):
              model.zero_grad(set_to_none=True)
              total, n = 0.0, 0
              for x, y in parts:
                  loss = F.cross_entropy(model(x), y, reduction="none").sum()
                  loss.backward()
                  total, n = total + loss.item(), n + len(y)
              for p in model.parameters():
                  p.grad /= n
              return total / n

        an example at a time:
          def backward_in_parts(model, parts):
              model.zero_grad()
              n = sum(len(y) for _, y in parts)
              losses = []
              for x, y in parts:
                  for row, label in zip(x, y):
                      loss = F.cross_entropy(model(row[None]), label[None]) / n
                      loss.backward()
                      losses.append(float(loss.detach()))
              return sum(losses)
    """),
)
