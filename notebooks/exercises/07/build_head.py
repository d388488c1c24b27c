"""Exercise 07.1: a head."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from mtslib.finetune.task_model import build_head
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import ByKind, SeededInputs


def slow_head(num_inputs: int, num_outputs: int, head_dropout: float) -> nn.Module | None:
    """The same by setting every number."""
    if num_outputs == 0:
        return None
    head = nn.Sequential(nn.Dropout(p=head_dropout), nn.Linear(num_inputs, num_outputs))
    with torch.no_grad():
        for row in head[1].weight:
            row.normal_(mean=0.0, std=0.02)
        head[1].bias.fill_(0.0)
    return head


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Its parameters, its outputs with and without dropout, and its first weights."""
    head = inputs.fill(ByKind(inputs.build(answer, 6, 3, 0.4)))
    pooled = inputs.randn(2, 6)
    seen: dict[str, Any] = {
        "the head's parameters, 6 inputs, 3 outputs": inputs.parameters(head),
        "logits of two texts in eval mode": inputs.call(head, pooled),
        "the same in train mode, where dropout acts": inputs.call(head.train(), pooled),
    }
    sure = inputs.fill(ByKind(inputs.build(answer, 6, 3, 0.0))).train()
    seen["the same in train mode with dropout 0"] = inputs.call(sure, pooled)
    fresh = inputs.call(answer, 300, 5, 0.3)
    linear = next(part for part in fresh.modules() if isinstance(part, nn.Linear))
    spread = float(linear.weight.detach().std())
    seen["the spread of the first weights, to two digits"] = f"{spread:.2f}"
    seen["whether the first bias is zero"] = (
        linear.bias is not None and not linear.bias.any().item()
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns of a map without outputs
        without = inputs.call(answer, 6, 0, 0.4)
    seen["what comes back for num_outputs = 0"] = type(without).__name__
    one = inputs.call(answer, 6, 1, 0.4)
    seen["whether num_outputs = 1 gives a module"] = isinstance(one, nn.Module)
    return seen


EXERCISE = Exercise(
    id="07.1",
    title="a head",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=build_head,
    specification=slow_head,
    observe=observe,
    hints=(
        "Print the head. It should show two lines: a dropout, then a linear map.",
        "A head is the only part of the model that pretraining did not give you. It reads a "
        "pooled vector, some of whose numbers are dropped while training, and outputs logits: any "
        "real numbers, one per class.",
        "no outputs needed: return None\nlinear = Linear(inputs, outputs)\n"
        "weights normal with spread 0.02, bias zero\nreturn Sequential(dropout, linear)",
    ),
    mistakes=mistakes(r"""
        dropout-after-the-head: dropout stands behind the linear map, so it sets logits to 0.
          look: the order inside Sequential: first drop, then map.
          - nn.Dropout(head_dropout), linear
          + linear, nn.Dropout(head_dropout)
        dropout-forgotten: there is no dropout in the head.
          look: what Sequential holds: a dropout before the linear map.
          - nn.Dropout(head_dropout), linear
          + linear
        dropout-not-passed-on: the dropout keeps PyTorch's own 0.5 and never sees head_dropout.
          look: the call of nn.Dropout: give it head_dropout.
          - nn.Dropout(head_dropout)
          + nn.Dropout()
        softmax-in-the-head: the head ends in a softmax, and the loss takes another one.
          look: the end of Sequential: a head outputs logits, the loss turns them into
            probabilities.
          - head_dropout), linear)
          + head_dropout), linear, nn.Softmax(dim=-1))
        tanh-in-the-head: the head ends in a tanh, so no logit can leave −1 to 1.
          look: the end of Sequential: nothing stands behind the linear map.
          - head_dropout), linear)
          + head_dropout), linear, nn.Tanh())
        bias-forgotten: the linear map has no bias, so a class cannot be likelier from the start.
          look: the call of nn.Linear: leave its bias on.
          - nn.Linear(num_inputs, num_outputs)
          + nn.Linear(num_inputs, num_outputs, False)
          -     nn.init.zeros_(linear.bias)
        spread-given-as-mean: 0.02 became the mean of the first weights; their spread stayed 1.
          look: nn.init.normal_: the first number is the mean, the spread is called std.
          - std=0.02
          + 0.02
        bias-not-zero: the bias does not start at zero: it keeps PyTorch's own first values, or it
            was drawn like the weights.
          look: the line after the weights: set the bias to zero.
          -     nn.init.zeros_(linear.bias)
        head-where-none-is-asked: num_outputs = 0 still gave a module; None is asked for.
          look: the first line: where num_outputs is 0, return None.
          -     if not num_outputs:
          -         return None
        first-weights-as-they-come: the weights keep PyTorch's own first values, whose spread is
            more than 0.02.
          look: the line after nn.Linear: draw the weights anew with nn.init.normal_.
          -     nn.init.normal_(linear.weight, std=0.02)
    """),
    styles=styles(r"""
        through the data:
          def build_head(num_inputs, num_outputs, head_dropout):
              if num_outputs == 0:
                  return None
              head = nn.Sequential(nn.Dropout(head_dropout), nn.Linear(num_inputs, num_outputs))
              head[1].weight.data.normal_(0, 0.02)
              head[1].bias.data.fill_(0)
              return head

        append:
          def build_head(num_inputs, num_outputs, head_dropout):
              if num_outputs > 0:
                  head = nn.Sequential()
                  head.append(nn.Dropout(p=head_dropout))
                  head.append(nn.Linear(num_inputs, num_outputs))
                  with torch.no_grad():
                      head[1].weight.copy_(0.02 * torch.randn(num_outputs, num_inputs))
                      head[1].bias.zero_()
                  return head

        parts with names:
          def build_head(num_inputs, num_outputs, head_dropout):
              from collections import OrderedDict
              if num_outputs < 1:
                  return None
              classify = nn.Linear(num_inputs, num_outputs)
              nn.init.zeros_(classify.bias)
              nn.init.normal_(classify.weight, mean=0.0, std=0.02)
              return nn.Sequential(OrderedDict(drop=nn.Dropout(head_dropout), classify=classify))

        a class of its own:
          def build_head(num_inputs, num_outputs, head_dropout):
              class Head(nn.Module):
                  def __init__(self):
                      super().__init__()
                      self.drop = nn.Dropout(head_dropout)
                      self.map = nn.Linear(num_inputs, num_outputs)
                      self.map.weight = nn.Parameter(torch.randn(num_outputs, num_inputs) * 0.02)
                      self.map.bias = nn.Parameter(torch.zeros(num_outputs))

                  def forward(self, pooled):
                      return self.map(self.drop(pooled))

              return Head() if num_outputs else None

        apply:
          def build_head(num_inputs, num_outputs, head_dropout):
              if not num_outputs:
                  return None

              def first(part):
                  if isinstance(part, nn.Linear):
                      torch.nn.init.normal_(part.weight, std=0.02)
                      torch.nn.init.constant_(part.bias, 0.0)

              head = nn.Sequential(nn.Dropout(head_dropout), nn.Linear(num_inputs, num_outputs))
              return head.apply(first)
    """),
)
