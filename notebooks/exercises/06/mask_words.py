"""Exercise 06.6: mask words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.masked_words import mask_words
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_mask_words(
    input_ids: Tensor, special: Tensor, draw: Tensor, other_ids: Tensor, mask_id: int
) -> tuple[Tensor, Tensor]:
    """Token by token."""
    masked, labels = input_ids.clone(), torch.full_like(input_ids, -100)
    for row in range(input_ids.shape[0]):
        for place in range(input_ids.shape[1]):
            number = float(draw[row, place])
            if special[row, place] or number >= 0.15:
                continue
            labels[row, place] = input_ids[row, place]
            if number < 0.12:
                masked[row, place] = mask_id
            elif number < 0.135:
                masked[row, place] = other_ids[row, place]
    return masked, labels


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One sentence with each case in it, then random ones."""
    ids = torch.tensor([[2, 11, 12, 13, 14, 3, 0]])
    special = torch.tensor([[True, False, False, False, False, True, True]])
    draw = torch.tensor([[0.01, 0.05, 0.125, 0.14, 0.6, 0.13, 0.05]])
    other = torch.tensor([[20, 21, 22, 23, 24, 25, 26]])
    masked, labels = _two(inputs.call(answer, ids, special, draw, other, 4))
    found = {
        "ids after masking, draws 0.01, 0.05, 0.125, 0.14, 0.6, 0.13, 0.05": masked,
        "labels of the same sentence": labels,
    }
    shape = (3, 40)
    ids, other = inputs.randint(10, 50, shape), inputs.randint(50, 90, shape)
    draw = torch.rand(shape, generator=inputs.generator) * 0.3
    ends = torch.tensor([[0.12, 0.135, 0.15]], dtype=torch.float64)
    edge, edge_labels = _two(
        inputs.call(answer, ids[:1, :3], ids[:1, :3] == 0, ends, other[:1, :3], 4)
    )
    found |= {"ids at draws of exactly 0.12, 0.135 and 0.15": edge, "their labels": edge_labels}
    special = torch.rand(shape, generator=inputs.generator) < 0.2
    masked, labels = _two(inputs.call(answer, ids, special, draw, other, 4))
    return found | {"ids of three long rows": masked, "labels of three long rows": labels}


def _two(result: Any) -> tuple[Any, Any]:
    return result if isinstance(result, tuple | list) and len(result) == 2 else (result, result)


EXERCISE = Exercise(
    id="06.6",
    title="mask words",
    minutes=12,
    difficulty="steady",
    core=False,
    reference=mask_words,
    specification=slow_mask_words,
    observe=observe,
    hints=(
        "Count: of 1,000 tokens with draws spread evenly, about 150 have a label, 120 are [MASK], "
        "15 are another word and 15 are as they were.",
        "First decide who is chosen, once. Labels and both replacements follow from that one "
        "table of True and False.",
        "chosen = draw < 0.15 and not special\nlabels = original where chosen, else -100\n"
        "ids = other word where chosen and draw < 0.135\nids = [MASK] where chosen and draw < 0.12",
    ),
    mistakes=mistakes(r"""
        special-tokens-chosen: [CLS], [SEP] or padding was chosen too.
          look: who is chosen: and not special.
          - (draw < 0.15) & ~special
          + (draw < 0.15)
        every-token-has-a-label: tokens that were not chosen have a label, so the model is rewarded
            for copying.
          look: the labels: -100 wherever a token was not chosen.
          - torch.where(chosen, input_ids, IGNORED)
          + input_ids.clone()
        labels-from-the-masked-ids: the labels were read after masking, so the answer to [MASK] is
            [MASK].
          look: the labels: they hold the original ids.
          -     labels = torch.where(chosen, input_ids, IGNORED)

          -     return masked, labels
          +     labels = torch.where(chosen, masked, IGNORED)
          +     return masked, labels
        always-the-mask: every chosen token became [MASK]; a tenth becomes another word and a tenth
            stays.
          look: the thresholds: [MASK] only under 0.12.
          - chosen & (draw < 0.12)
          + chosen
        kept-words-have-no-label: chosen tokens that stay as they are have no label; they are
            guessed too.
          look: the labels: they depend on chosen alone.
          - torch.where(chosen, input_ids, IGNORED)
          + torch.where(chosen & (draw < 0.135), input_ids, IGNORED)
        the-other-85-percent: the comparison is reversed: most words are hidden.
          look: who is chosen: draw < 0.15.
          - (draw < 0.15)
          + (draw >= 0.15)
        other-word-over-the-mask: other words were written last, over the [MASK]s.
          look: the order: other words for draws under 0.135 first, then [MASK] under 0.12; or give
            the other words a lower end as well.
          - (chosen & (draw < 0.12), mask_id, masked)
          + (chosen & (draw < 0.135), other_ids, masked)
          - (chosen & (draw < 0.135), other_ids, input_ids)
          + (chosen & (draw < 0.12), mask_id, input_ids)
        unscored-labels-are-zero: the label of a token that was not chosen is 0, which is the id of
            [PAD].
          look: the labels: -100, which cross_entropy leaves out.
          - torch.where(chosen, input_ids, IGNORED)
          + torch.where(chosen, input_ids, 0)
    """),
    styles=styles(r"""
        masked fill on copies:
          def mask_words(input_ids, special, draw, other_ids, mask_id):
              chosen = draw.lt(0.15).logical_and(special.logical_not())
              labels = input_ids.masked_fill(~chosen, -100)
              masked = input_ids.clone()
              hidden = chosen & (draw < 0.12)
              swapped = chosen & (draw >= 0.12) & (draw < 0.135)
              masked[hidden] = mask_id
              masked[swapped] = other_ids[swapped]
              return masked, labels

        token by token:
          def mask_words(input_ids, special, draw, other_ids, mask_id):
              masked, labels = input_ids.clone(), torch.full_like(input_ids, -100)
              for b in range(len(input_ids)):
                  for t in range(input_ids.shape[1]):
                      d = draw[b, t]
                      if d < 0.15 and not special[b, t]:
                          labels[b, t] = input_ids[b, t]
                          if d < 0.12:
                              masked[b, t] = mask_id
                          elif d < 0.135:
                              masked[b, t] = other_ids[b, t]
              return masked, labels

        nested where:
          def mask_words(input_ids, special, draw, other_ids, mask_id):
              other = torch.where(draw < 0.135, other_ids, input_ids)
              hidden = torch.where(draw < 0.12, torch.full_like(input_ids, mask_id), other)
              chosen = torch.logical_and(draw < 0.15, ~special)
              return torch.where(chosen, hidden, input_ids), torch.where(chosen, input_ids, -100)

        draws of special tokens set to 1:
          def mask_words(input_ids, special, draw, other_ids, mask_id):
              draw = draw.masked_fill(special, 1.0)
              labels = input_ids.clone()
              labels[draw >= 0.15] = -100
              ids = input_ids.clone()
              ids[draw < 0.12] = mask_id
              other = (0.12 <= draw) & (draw < 0.135)
              ids[other] = other_ids[other]
              return [ids, labels]
    """),
)
