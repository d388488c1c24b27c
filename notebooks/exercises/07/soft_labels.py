"""Exercise 07.3: soft labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import soft_labels
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_soft_labels(scores: Tensor, num_classes: int = 6) -> Tensor:
    """A triangle around each score: class c gets 1 minus its distance, or nothing."""
    rows = [[max(0.0, 1 - abs(score - c)) for c in range(num_classes)] for score in scores.tolist()]
    return torch.tensor(rows, dtype=torch.float32)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Scores between, at and next to whole numbers; another number of classes."""
    drawn = (50 * torch.rand(5, generator=inputs.generator)).floor() / 10
    drawn = torch.cat([drawn, torch.tensor([3.5])])  # PyTorch rounds it to the even neighbour
    one, edges, two = torch.tensor([3.2]), torch.tensor([0.0, 2.0, 5.0]), torch.tensor([0.6, 3.0])
    inputs.constant(drawn, one, edges, two)
    labels = inputs.call(answer, one)
    return {
        "the labels of 3.2": labels,
        "the labels of 0, 2 and 5": inputs.call(answer, edges),
        "six scores of one decimal": inputs.call(answer, drawn),
        "two scores with 4 classes": inputs.call(answer, two, 4),
        "the dtype of the labels, which meet float32 logits": str(getattr(labels, "dtype", None)),
    }


EXERCISE = Exercise(
    id="07.3",
    title="soft labels",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=soft_labels,
    specification=slow_soft_labels,
    observe=observe,
    hints=(
        "Print the labels of 3.2. Do they sum to 1, and which two classes have a share?",
        "3.2 lies between 3 and 4, nearer to 3. Share the whole of 1 between the two so that "
        "0.8 · 3 + 0.2 · 4 is 3.2 again. A 5 has no neighbour above: let it be the upper "
        "neighbour of 4.",
        "low = whole part, at most C − 2\nshare = score − low\nclass low gets 1 − share\n"
        "class low + 1 gets share\nall others 0",
    ),
    mistakes=mistakes(r"""
        shares-swapped: the nearer class got the smaller share.
          look: which of share and 1 − share goes to the lower class.
          - (1 - share)[:, None]
          + share[:, None]
          - 1, share[:, None]
          + 1, 1 - share[:, None]
        rounded-to-one-class: each score was rounded to one class, so a 3.2 and a 2.8 are taught as
            the same.
          look: the share: it is what is left above the whole part, not rounded.
          - (scores - low).to(torch.float32)
          + (scores - low).round()
        rounded-with-round: each score was rounded to one class, so a 3.2 and a 2.8 are taught as
            the same.
          look: the share: two classes get something, unless the score is whole.
          def soft_labels(scores, num_classes=6):
              labels = torch.zeros(len(scores), num_classes)
              labels[torch.arange(len(scores)), scores.round().long()] = 1.0
              return labels
        top-score-erased: the highest score lost its 1: its upper neighbour was held at the same
            class, and the share of 0 was written over it.
          look: the highest score: let it be the upper neighbour of the class below, or add to what
            stands there.
          - scores.floor().clamp(0, num_classes - 2)
          + scores.floor()
          - 1, low[:, None] + 1, share
          + 1, (low[:, None] + 1).clamp(max=num_classes - 1), share
        top-score-taught-below: the highest score was taught as the class below it: the share was
            taken before the whole part was held down.
          look: the share: the score minus the whole part that you use.
          - (scores - low)
          + (scores - scores.floor())
        every-row-written: the share of one score was written into the rows of all others too.
          look: the index: a row number beside each class, or scatter_ along axis 1.
          - labels.scatter_(1, low[:, None], (1 - share)[:, None])
          + labels[:, low] = 1 - share
          - labels.scatter_(1, low[:, None] + 1, share[:, None])
          + labels[:, low + 1] = share
        fraction-cut-off: the fraction was cut off, so 3.9 is taught as 3.
          look: the share of the upper class: it is score − low.
          - (scores - low).to(torch.float32)
          + (scores - low).floor()
        counted-from-above: the whole part was rounded upwards, so the share became negative.
          look: floor against ceil.
          - floor()
          + ceil()
        lower-class-keeps-all: the lower class kept 1, so rows sum to more than 1.
          look: what the lower class gives away: 1 − share.
          - (1 - share)[:, None]
          + torch.ones_like(share)[:, None]
        always-six-classes: there are always six columns, whatever num_classes says.
          look: the width of the zeros you start from.
          - torch.zeros(len(scores), num_classes,
          + torch.zeros(len(scores), 6,
    """),
    styles=styles(r"""
        triangle:
          def soft_labels(scores, num_classes=6):
              classes = torch.arange(num_classes)
              return (1 - (scores[:, None] - classes[None, :]).abs()).clamp(min=0)

        one-hot:
          def soft_labels(scores, num_classes=6):
              low = scores.long().clamp(max=num_classes - 2)
              high = low + 1
              share = (scores - low)[:, None]
              lower, upper = F.one_hot(low, num_classes), F.one_hot(high, num_classes)
              return (1 - share) * lower + share * upper

        loop:
          def soft_labels(scores, num_classes=6):
              labels = torch.zeros(len(scores), num_classes)
              for row, score in enumerate(scores.tolist()):
                  low = min(int(score), num_classes - 2)
                  labels[row, low] = 1 - (score - low)
                  labels[row, low + 1] = score - low
              return labels

        index_put:
          def soft_labels(scores, num_classes=6):
              rows = torch.arange(len(scores))
              low = torch.floor(scores).long().clamp(max=num_classes - 2)
              labels = scores.new_zeros((len(scores), num_classes))
              labels[rows, low] += 1 - (scores - low)
              labels[rows, low + 1] += scores - low
              return labels

        ceil and floor:
          def soft_labels(scores, num_classes=6):
              down, up = scores.floor().long(), scores.ceil().long()
              share = (scores - down).unsqueeze(1)
              return F.one_hot(down, num_classes) * (1 - share) + F.one_hot(up, num_classes) * share
    """),
)
