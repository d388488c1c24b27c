"""Exercise 07.2: the most likely class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.objectives import most_likely
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_most_likely(logits: Tensor) -> Tensor:
    """One text at a time."""
    found = []
    for row in logits.tolist():
        best = 0
        for number, value in enumerate(row):
            if value > row[best]:
                best = number
        found.append(best)
    return torch.tensor(found, dtype=torch.long)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A case to read at a glance, then more texts than classes and the reverse."""
    clear = torch.tensor([[0.1, 2.0, -1.0], [3.0, 0.5, 1.0]])
    return {
        "the classes of two texts, three classes": inputs.call(answer, clear),
        "seven texts, five classes": inputs.call(answer, inputs.randn(7, 5)),
        "three texts, four classes": inputs.call(answer, inputs.randn(3, 4)),
        "one text whose logits are all negative": inputs.call(
            answer, -1 - inputs.randn(1, 5).abs()
        ),
    }


EXERCISE = Exercise(
    id="07.2",
    title="the most likely class",
    minutes=5,
    difficulty="warm-up",
    core=True,
    reference=most_likely,
    specification=slow_most_likely,
    observe=observe,
    hints=(
        "How many numbers come back? There should be one for each text.",
        "A row holds the logits of one text. The answer is where its largest logit stands, not "
        "the logit itself.",
        "for each row: the position of its largest value",
    ),
    mistakes=mistakes(r"""
        argmax-over-the-batch: the largest was looked for down a column, over the texts, and not
            along a row.
          look: the dim of argmax: classes are the last axis.
          - dim=-1
          + dim=0
        argmax-over-everything: no axis was given, so one position came back for the whole
            batch.
          look: argmax: give it a dim.
          - argmax(dim=-1)
          + argmax()
        value-for-position: the largest logit itself came back, not the class where it stands.
          look: max gives values and positions: take the positions.
          - argmax(dim=-1)
          + max(dim=-1).values
        least-likely-class: the smallest logit was looked for.
          look: the name of the function: a larger logit means a likelier class.
          - argmax
          + argmin
        classes-from-one: classes were counted from 1; the labels count from 0.
          look: what is added at the end.
          - argmax(dim=-1)
          + argmax(dim=-1) + 1
        largest-size: the sign was taken off first, so a very negative logit won.
          look: abs: a negative logit speaks against its class.
          - logits.argmax
          + logits.abs().argmax
    """),
    styles=styles(r"""
        after a softmax:
          def most_likely(logits):
              return torch.softmax(logits, dim=1).max(dim=1).indices

        loop:
          def most_likely(logits):
              return torch.tensor([int(torch.argmax(row)) for row in logits])

        sorted:
          def most_likely(logits):
              return logits.sort(dim=-1, descending=True).indices[:, 0]

        topk:
          def most_likely(logits):
              return torch.topk(logits, k=1, dim=1)[1].squeeze(1)

        numpy:
          def most_likely(logits):
              return torch.from_numpy(logits.detach().numpy().argmax(axis=1))
    """),
)
