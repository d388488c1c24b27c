"""Exercise 07.4: a score out of six logits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import expected_score
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_expected_score(logits: Tensor) -> Tensor:
    """Weigh each class by its probability, in plain numbers."""
    found = []
    for row in logits.tolist():
        grown = [math.exp(value - max(row)) for value in row]
        found.append(sum(c * value / sum(grown) for c, value in enumerate(grown)))
    return torch.tensor(found, dtype=torch.float32)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """An undecided row, a decided one, and rows at random."""
    return {
        "the score of six equal logits": inputs.call(answer, torch.zeros(1, 6)),
        "a row that is sure of class 4": inputs.call(answer, 50.0 * torch.eye(6)[4:5]),
        "five rows of six logits": inputs.call(answer, 2 * inputs.randn(5, 6)),
        "two rows of four logits": inputs.call(answer, 2 * inputs.randn(2, 4)),
    }


EXERCISE = Exercise(
    id="07.4",
    title="a score out of six logits",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=expected_score,
    specification=slow_expected_score,
    observe=observe,
    hints=(
        "Six equal logits know nothing. The fair score is the middle of 0 to 5.",
        "The logits become probabilities. The score is the mean class under them, a real number, "
        "so that a model between 3 and 4 can say so.",
        "probabilities = softmax over the classes\nscore = Σ class · probability",
    ),
    mistakes=mistakes(r"""
        most-likely-class: the most likely class came back, so only whole scores can be said.
          look: argmax: weigh all classes instead.
          - logits.float().softmax(dim=-1) @ classes
          + logits.argmax(dim=-1).float()
        softmax-forgotten: the logits themselves were used as weights.
          look: turn logits into probabilities first.
          - .softmax(dim=-1)
        mean-of-probabilities: the mean of the probabilities came back, which is 1 / C for every
            row.
          look: what is weighed: the classes 0 to C − 1, each by its probability.
          - softmax(dim=-1) @ classes
          + softmax(dim=-1).mean(dim=-1)
        softmax-over-the-batch: the softmax ran over the pairs of the batch.
          look: the dim of the softmax: classes are the last axis.
          - softmax(dim=-1)
          + softmax(dim=0)
        classes-from-one: classes were counted from 1, so every score is 1 too high.
          look: the range of classes: 0 to C − 1.
          - torch.arange(logits.shape[-1],
          + 1 + torch.arange(logits.shape[-1],
        sigmoid-for-softmax: each logit became a probability of its own, and these do not sum to 1.
          look: sigmoid is for one logit; six classes share one softmax.
          - softmax(dim=-1)
          + sigmoid()
        rounded-score: the score was rounded to a whole one.
          look: what is done after the sum: nothing.
          - @ classes
          + @ classes).round()
          - logits.float()
          + (logits.float()
    """),
    styles=styles(r"""
        sum:
          def expected_score(logits):
              probabilities = F.softmax(logits, dim=1)
              return (probabilities * torch.arange(logits.size(1))).sum(dim=1)

        einsum:
          def expected_score(logits):
              grown = torch.exp(logits - logits.max(dim=1, keepdim=True).values)
              classes = torch.arange(logits.size(1)).float()
              return torch.einsum("bc,c->b", grown, classes) / grown.sum(1)

        a matrix with one column:
          def expected_score(logits):
              column = torch.arange(logits.shape[1], dtype=logits.dtype).reshape(-1, 1)
              return torch.mm(torch.softmax(logits, 1), column)[:, 0]

        a loop over classes:
          def expected_score(logits):
              probabilities = logits.softmax(-1)
              score = torch.zeros(len(logits))
              for number in range(logits.shape[-1]):
                  score = score + number * probabilities[:, number]
              return score

        a loop over rows:
          def expected_score(logits):
              found = []
              for row in logits:
                  p = row.softmax(0)
                  found.append(sum(c * p[c] for c in range(len(p))))
              return torch.stack(found)
    """),
)
