"""Exercise 05.5: the mean of the real tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert.model import mean_pool

all_hidden_states = exercise_file("05/all_hidden_states.py")
pooler = exercise_file("05/pooler.py")


def slow_mean(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """One sentence at a time: collect its real tokens, add them up, divide by how many."""
    rows = []
    for sentence, mask in zip(hidden, attention_mask.tolist(), strict=True):
        real = [token for token, flag in zip(sentence, mask, strict=True) if flag == 1]
        rows.append(sum(real) / len(real))
    return torch.stack(rows)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Numbers to check in the head, then padding that would be seen, then real states."""
    plain = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [6.0, 90.0]]])
    hidden = 1 + inputs.randn(3, 5, 4)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]])
    return {
        "three tokens (1, 10), (2, 20), (6, 90)": inputs.call(
            answer, plain, torch.ones(1, 3, dtype=torch.long)
        ),
        "the same with the third token as padding": inputs.call(
            answer, plain, torch.tensor([[1, 1, 0]])
        ),
        "three sentences of five, three and one real tokens": inputs.call(answer, hidden, mask),
        "the last states of two real pairs": inputs.call(
            answer, pooler.real_states(), all_hidden_states.real_inputs().attention_mask
        ),
    }


EXERCISE = Exercise(
    id="05.5",
    title="the mean of the real tokens",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=mean_pool,
    specification=slow_mean,
    observe=observe,
    hints=(
        "Add a padding token to a sentence: does your mean change? It must not.",
        "Padding has a state like any other token. Multiplied by 0 it adds nothing, and it must "
        "not be counted either.",
        "weights = the mask, with a last axis so that it fits (B, T, H)\n"
        "add hidden · weights over the tokens\ndivide by the sum of weights over the tokens",
    ),
    mistakes=mistakes(r"""
        padding-counted: padding was averaged in as if it were a word.
          look: the sum and the count: both need the mask.
          - (hidden * weights).sum(1) / weights.sum(1)
          + hidden.mean(1)
        divided-by-all-tokens: padding was left out of the sum, and counted in the division.
          look: the divisor: the real tokens of each sentence.
          - / weights.sum(1)
          + / hidden.shape[1]
        padding-summed: padding was added to the sum, and left out of the count.
          look: the sum: multiply by the mask first.
          - (hidden * weights).sum(1)
          + hidden.sum(1)
        sum-for-mean: this is the sum of the real tokens; the exercise asks for their mean.
          look: the last step: divide by how many there are.
          -  / weights.sum(1)
        divided-by-the-whole-batch: each sum was divided by the real tokens of all sentences
            together.
          look: the divisor: sum the mask over the tokens only.
          - / weights.sum(1)
          + / weights.sum()
        cls-left-out: the first token was left out; [CLS] counts as a real token here, as it did
            when the backbone was trained.
          look: the weights of position 0.
          def mean_pool(hidden, attention_mask):
              weights = attention_mask[:, :, None].to(hidden.dtype)
              weights = torch.cat([0 * weights[:, :1], weights[:, 1:]], dim=1)
              return (hidden * weights).sum(1) / weights.sum(1)
        first-token-for-mean: this is the state of [CLS]; the exercise asks for the mean of all real
            tokens.
          look: the whole function: it needs a sum over the tokens.
          - (hidden * weights).sum(1) / weights.sum(1)
          + hidden[:, 0]
        maximum-for-mean: this is the largest number of each feature; the exercise asks for the
            mean.
          look: the operation over the tokens.
          - (hidden * weights).sum(1) / weights.sum(1)
          + hidden.masked_fill(weights == 0, float('-inf')).amax(1)
    """),
    styles=styles(r"""
        einsum:
          def mean_pool(hidden, attention_mask):
              mask = attention_mask.float()
              return torch.einsum("bth,bt->bh", hidden, mask) / mask.sum(1, keepdim=True)

        a loop over sentences:
          def mean_pool(hidden, attention_mask):
              return torch.stack(
                  [h[m.bool()].mean(0) for h, m in zip(hidden, attention_mask)]
              )

        masked fill and clamp:
          def mean_pool(hidden, attention_mask):
              kept = hidden.masked_fill(attention_mask.unsqueeze(-1) == 0, 0.0)
              return kept.sum(dim=1) / attention_mask.sum(1).clamp(min=1).unsqueeze(-1)

        a product of matrices:
          def mean_pool(hidden, attention_mask):
              share = attention_mask / attention_mask.sum(1, keepdim=True)
              return (share.unsqueeze(1) @ hidden).squeeze(1)

        a slice by length:
          def mean_pool(hidden, attention_mask):
              m = attention_mask[:, :, None].to(hidden.dtype)
              return torch.stack(
                  [h[: int(k.sum())].mean(0) for h, k in zip(hidden, attention_mask)]
              )

        bmm:
          def mean_pool(hidden, attention_mask):
              m = attention_mask[:, :, None].to(hidden.dtype)
              return torch.bmm(m.transpose(1, 2) / m.sum(1, keepdim=True), hidden)[:, 0]

        nanmean:
          def mean_pool(hidden, attention_mask):
              m = attention_mask[:, :, None].to(hidden.dtype)
              return hidden.masked_fill(m == 0, torch.nan).nanmean(1)

        a softmax of the mask:
          def mean_pool(hidden, attention_mask):
              m = attention_mask[:, :, None].to(hidden.dtype)
              w = torch.zeros_like(m).masked_fill(m == 0, -torch.inf).softmax(1)
              return (w * hidden).sum(1)
    """),
)
