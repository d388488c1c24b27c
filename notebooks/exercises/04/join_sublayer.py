"""Exercise 04.3: dropout, sum, norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def join_sublayer(
    hidden: Tensor,
    made: Tensor,
    draws: Tensor,
    rate: float,
    training: bool,
    norm: Callable[[Tensor], Tensor],
) -> Tensor:
    """norm(hidden + dropout(made)): how BERT puts a sublayer's output back. Chapter 04.

    hidden, made, draws: (B, T, H). hidden is what the sublayer read, made what it gave back.
    In training a number of `made` is dropped where its draw, from 0 to 1, is below `rate`, and
    the others are divided by 1 − rate, so that their mean stays. Outside training none is.
    """
    if training:
        kept = draws >= rate  # (B, T, H)
        made = made * kept / (1 - rate)
    return norm(hidden + made)


def slow_join(
    hidden: Tensor,
    made: Tensor,
    draws: Tensor,
    rate: float,
    training: bool,
    norm: Callable[[Tensor], Tensor],
) -> Tensor:
    """One number at a time: dropped or kept, added, and in the end normalised."""
    added = []
    for old, new, draw in zip(
        hidden.flatten().tolist(), made.flatten().tolist(), draws.flatten().tolist(), strict=True
    ):
        if training:
            new = 0.0 if draw < rate else new / (1 - rate)
        added.append(old + new)
    return norm(torch.tensor(added).reshape(hidden.shape))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """The same tokens outside and inside training, then a batch at another rate."""

    def ask(shape: tuple[int, ...], rate: float, training: bool) -> Tensor:
        hidden, made = inputs.randn(*shape), 1 + inputs.randn(*shape)
        draws = torch.rand(shape, generator=inputs.generator)
        gain, bias = 1 + 0.5 * inputs.randn(shape[-1]), inputs.randn(shape[-1])

        def norm(x: Tensor) -> Tensor:
            return nn.functional.layer_norm(x, shape[-1:], gain, bias)

        return inputs.call(answer, hidden, made, draws, rate, training, norm)

    return {
        "one sentence of two tokens, outside training": ask((1, 2, 4), 0.25, False),
        "one sentence of three tokens in training, rate 0.25": ask((1, 3, 8), 0.25, True),
        "two sentences in training, rate 0.1": ask((2, 5, 16), 0.1, True),
        "two sentences outside training, rate 0.1": ask((2, 5, 16), 0.1, False),
    }


EXERCISE = Exercise(
    id="04.3",
    title="dropout, sum, norm",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=join_sublayer,
    specification=slow_join,
    observe=observe,
    hints=(
        "Try it with training False first: then it is norm(hidden + made) and nothing else. Try "
        "training with rate 0 next: the same must come out.",
        "What hidden holds is never dropped: only what the sublayer made is. Those that stay are "
        "made larger, because the next layer counts on the same mean.",
        "in training:\n    zero made where the draw is below the rate\n"
        "    divide the others by 1 − rate\nadd hidden\nnormalise the sum",
    ),
    mistakes=mistakes(r"""
        residual-forgotten: the sublayer's output was returned without adding what it had read.
          look: what norm is given: a sum of two.
          - norm(hidden + made)
          + norm(made)
        norm-forgotten: the sum was not normalised.
          look: the return line: post-LN ends with the norm.
          - norm(hidden + made)
          + hidden + made
        norm-before-the-sum: only what the sublayer made was normalised, and then added.
          look: the return line: first the sum, then the norm of the sum.
          - norm(hidden + made)
          + hidden + norm(made)
        dropout-after-the-sum: dropout fell on the sum, so it also took what the sublayer had read.
          look: the order: dropout, sum, norm.
          def join_sublayer(hidden, made, draws, rate, training, norm):
              def drop(x):
                  return torch.where(draws < rate, 0.0, x / (1 - rate)) if training else x

              return norm(drop(hidden + made))
        dropout-after-the-norm: dropout came last, after the norm.
          look: the order: dropout, sum, norm.
          def join_sublayer(hidden, made, draws, rate, training, norm):
              def drop(x):
                  return torch.where(draws < rate, 0.0, x / (1 - rate)) if training else x

              return drop(norm(hidden + made))
        dropout-on-the-residual: dropout fell on what the sublayer had read, not on what it made.
          look: which of the two is multiplied by the draws.
          def join_sublayer(hidden, made, draws, rate, training, norm):
              def drop(x):
                  return torch.where(draws < rate, 0.0, x / (1 - rate)) if training else x

              return norm(drop(hidden) + made)
        dropout-always-on: numbers were dropped outside training as well.
          look: the condition: with training False nothing is dropped.
          - if training:
          + if True:
        dropout-not-rescaled: those that stayed were not made larger, so the mean shrank.
          look: the kept numbers: divide them by 1 − rate.
          -  / (1 - rate)
        divided-by-the-rate: those that stayed were divided by the rate of those that went.
          look: the divisor: the share that stays is 1 − rate.
          - (1 - rate)
          + rate
        kept-and-dropped-swapped: what should go stayed, and what should stay went.
          look: the comparison of draws and rate.
          - draws >= rate
          + draws < rate
        scaled-outside-training-instead: made was multiplied by 1 − rate outside training, dropout's
            first form (Srivastava et al., 2014); torch and BERT divide in training, and leave
            evaluation alone.
          look: where the scale stands: inside the case of training.
          def join_sublayer(hidden, made, draws, rate, training, norm):
              made = made * (draws >= rate) if training else made * (1 - rate)
              return norm(hidden + made)
    """),
    styles=styles(r"""
        torch.where:
          def join_sublayer(hidden, made, draws, rate, training, norm):
              def drop(x):
                  return torch.where(draws < rate, 0.0, x / (1 - rate)) if training else x

              return norm(hidden + drop(made))

        masked fill:
          def join_sublayer(hidden, made, draws, rate, training, norm):
              if not training:
                  return norm(made + hidden)
              gone = draws < rate
              return norm(torch.add(hidden, made.masked_fill(gone, 0.0), alpha=1 / (1 - rate)))

        a scale for each number:
          def join_sublayer(hidden, made, draws, rate, training, norm):
              scale = (draws > rate).float().div(1 - rate) if training else torch.ones_like(made)
              return norm(hidden.addcmul(scale, made))

        addcmul:
          def join_sublayer(hidden, made, draws, rate, training, norm):
              scale = (
                  (draws >= rate).float() / (1 - rate) if training else torch.ones_like(made)
              )
              return norm(torch.addcmul(hidden, made, scale))

        a mask subtracted from 1:
          def join_sublayer(hidden, made, draws, rate, training, norm):
              if training:
                  made = made * (1 - (draws < rate).to(made.dtype)) * (1 / (1 - rate))
              return norm(hidden + made)

        only where it is kept:
          def join_sublayer(hidden, made, draws, rate, training, norm):
              out = hidden.clone()
              if training:
                  keep = ~(draws < rate)
                  out[keep] = out[keep] + made[keep] / (1 - rate)
              else:
                  out = out + made
              return norm(out)
    """),
)
