"""Exercise 03.2: a mask to add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.attention import mask_bias

LOWEST = torch.finfo(torch.bfloat16).min  # finite in fp32 and in bf16


def slow_bias(attention_mask: Tensor) -> Tensor:
    """One token at a time."""
    rows = [[[[0.0 if seen else LOWEST for seen in row]]] for row in attention_mask.tolist()]
    return torch.tensor(rows)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """What the bias must do, not which number it is: −10,000 is as good as −3·10³⁸."""
    small = torch.tensor([[1, 1, 1, 0, 0]])
    mask = (torch.arange(7) < inputs.randint(2, 7, (3, 1))).long()
    mask[0], mask[1] = 1, torch.tensor([1, 1, 0, 0, 0, 0, 0])
    seen: dict[str, Any] = {}
    for words, given in (
        ("the mask 1 1 1 0 0", small),
        ("a batch of three masks of 7 tokens", mask),
    ):
        bias = inputs.call(answer, given)
        if not isinstance(bias, Tensor):
            return seen | {f"{words}: shape": bias}
        seen |= _what_it_does(words, given, bias)
    return seen


def _what_it_does(words: str, mask: Tensor, bias: Tensor) -> dict[str, Any]:
    seen: dict[str, Any] = {
        f"{words}: shape": "×".join(map(str, bias.shape)),
        f"{words}: kind of number": "floating point" if bias.is_floating_point() else "whole",
    }
    if bias.numel() == mask.numel():
        flat = bias.reshape(mask.shape)
        seen |= {
            f"{words}: bias of the real tokens": _where(flat[mask == 1]),
            f"{words}: bias of padding": _where(flat[mask == 0]),
            f"{words}: is all of it finite": bool(flat.isfinite().all()),
            f"{words}: and in bf16 too": bool(flat.to(torch.bfloat16).isfinite().all()),
        }
    return seen


def _where(bias: Tensor) -> str:
    """A wide net: what matters is what a softmax makes of it, not which number it is."""
    if bias.isnan().any():
        return "no number (NaN)"
    if (bias == 0).all():
        return "0"
    if (bias <= -1000).all():
        return "−1,000 or lower"
    return "between −1,000 and 0" if (bias <= 0).all() else "above 0"


EXERCISE = Exercise(
    id="03.2",
    title="a mask to add",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=mask_bias,
    specification=slow_bias,
    observe=observe,
    hints=(
        "Print your result for the mask 1 1 1 0 0. The first three are 0, the others very "
        "negative, and there are two axes of size 1 between sentence and token.",
        "What is added before a softmax multiplies the weight after it: adding 0 multiplies by "
        "1, adding −10,000 multiplies by 0. Keys are the last axis of the scores.",
        "1 where padding, 0 elsewhere, as floating point\n"
        "two new axes in the middle: (B, T) → (B, 1, 1, T)\n"
        "times a finite, very negative number",
    ),
    mistakes=mistakes(r"""
        mask-sign-flipped: the real tokens are hidden and the padding is open.
          look: what the large number multiplies: 1 − mask, as padding is where the mask is 0.
          - 1.0 - attention_mask
          + attention_mask
        padding-raised: padding was given a positive number, so it gains attention.
          look: the factor: it is negative.
          - torch.finfo(torch.bfloat16).min
          + torch.finfo(torch.bfloat16).max
        mask-on-the-wrong-axis: the mask lies along the queries, (B, 1, T, 1), and hides no key.
          look: where the new axes go: keys are the last axis of the scores.
          - [:, None, None, :]
          + [:, None, :, None]
        mask-without-new-axes: the result is (B, T) and does not fit scores of (B, N, T, T).
          look: the shape: two axes of size 1 for heads and queries.
          - [:, None, None, :]
        bias-too-small: padding was given a number that real scores can outweigh, so it may keep a
            share.
          look: the factor: scores can differ by hundreds; −10,000 is low enough.
          - hidden * torch.finfo(torch.bfloat16).min
          + -hidden
        zero-times-infinity: 0 times infinity is no number, so the real tokens have NaN.
          look: the product: use a finite number.
          - torch.finfo(torch.bfloat16).min
          + -torch.inf
        minus-infinity: padding was given minus infinity; a row of nothing but padding has no
            softmax then.
          look: the value for padding: very negative but finite.
          def mask_bias(attention_mask):
              bias = torch.zeros(attention_mask.shape)
              return bias.masked_fill(attention_mask == 0, -torch.inf)[:, None, None, :]
        infinite-in-bf16: the number is finite in fp32, but rounds to minus infinity in bf16.
          look: the value for padding: bf16 ends a little earlier; −10,000 is enough.
          - torch.finfo(torch.bfloat16).min
          + torch.finfo(torch.float32).min
        whole-numbers: the bias is made of whole numbers; scores are floating point.
          look: the conversion: .float() before the product.
          - hidden * torch.finfo(torch.bfloat16).min
          + hidden.long() * -10_000
    """),
    styles=styles(r"""
        minus ten thousand:
          def mask_bias(attention_mask):
              return (1.0 - attention_mask.float())[:, None, None] * -10000.0

        boolean mask:
          def mask_bias(attention_mask):
              hidden = attention_mask.bool().logical_not()
              return torch.zeros(hidden.shape).masked_fill(hidden, -1e9).unsqueeze(1).unsqueeze(1)

        where:
          def mask_bias(attention_mask):
              batch, tokens = attention_mask.shape
              return torch.where(attention_mask > 0, 0.0, -1e30).view(batch, 1, 1, tokens)

        two loops:
          def mask_bias(attention_mask):
              m = attention_mask
              out = torch.zeros(len(m), 1, 1, m.shape[1])
              for i in range(len(m)):
                  for j in range(m.shape[1]):
                      if not m[i, j]:
                          out[i, 0, 0, j] = -1e4
              return out

        logical_not:
          def mask_bias(attention_mask):
              m = attention_mask
              return m.logical_not().float().mul(-1e6).reshape(len(m), 1, 1, -1)

        in double precision:
          def mask_bias(attention_mask):
              m = attention_mask
              return (1 - m.double())[:, None, None] * -1e5
    """),
)
