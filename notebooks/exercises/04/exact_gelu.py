"""Exercise 04.1: the exact GELU."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def exact_gelu(x: Tensor) -> Tensor:
    """x·Φ(x), where Φ is the share of a normal distribution below x. Chapter 04.

    Any shape → the same shape (Hendrycks & Gimpel, 2016). Equal to `F.gelu`.
    """
    below = 0.5 * (1 + torch.erf(x / math.sqrt(2)))  # Φ(x)
    return x * below


def slow_gelu(x: Tensor) -> Tensor:
    """One number at a time."""
    gated = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.flatten().tolist()]
    return torch.tensor(gated, dtype=x.dtype).reshape(x.shape)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Whole numbers that a reader can look up, then many random ones."""
    whole = torch.arange(-3.0, 4.0)
    return {
        "the values at -3, -2, -1, 0, 1, 2, 3": inputs.call_fresh(answer, whole),
        "the values at random places, shape (2, 3, 50)": inputs.call_fresh(
            answer, 2 * inputs.randn(2, 3, 50)
        ),
        "the values at −40 and 40": inputs.call_fresh(answer, torch.tensor([-40.0, 40.0])),
        "the values at -3 to 3 in double precision": inputs.call_fresh(answer, whole.double()),
        "the dtype in bf16": str(inputs.call_fresh(answer, whole.bfloat16()).dtype),
    }


EXERCISE = Exercise(
    id="04.1",
    title="the exact GELU",
    minutes=8,
    difficulty="warm-up",
    core=True,
    reference=exact_gelu,
    specification=slow_gelu,
    observe=observe,
    hints=(
        "What does yours give at 0, at 3 and at -3? A GELU gives 0, nearly 3, and nearly 0 but "
        "not quite.",
        "Each number is multiplied by how likely a normally distributed number is to be smaller. "
        "Python's name for the function behind that is erf, which measures in units of √2.",
        "share below x = (1 + erf(x / √2)) / 2\nreturn x · share below x",
    ),
    mistakes=mistakes(r"""
        tanh-for-exact-gelu: this is the approximation with tanh, which GPT-2 uses; BERT's weights
            were trained with the exact form.
          look: the function inside: erf, not tanh.
          - torch.erf(x / math.sqrt(2))
          + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
        sigmoid-for-exact-gelu: this is the rough form x·sigmoid(1.702 x).
          look: the share below x: it comes from erf, not from a sigmoid.
          - 0.5 * (1 + torch.erf(x / math.sqrt(2)))
          + torch.sigmoid(1.702 * x)
        square-root-of-two-forgotten: erf was given x itself; the normal distribution's share needs
            x / √2.
          look: what stands inside erf.
          - x / math.sqrt(2)
          + x
        half-forgotten: 1 + erf runs from 0 to 2; a share runs from 0 to 1.
          look: the factor in front of the bracket.
          - 0.5 * (1
          + (1
        one-forgotten: erf runs from -1 to 1, so without the 1 that is added, half of it is
            negative.
          look: the bracket around erf.
          - (1 + torch.erf(x / math.sqrt(2)))
          + torch.erf(x / math.sqrt(2))
        share-without-x: this is the share below x; a GELU is x times that share.
          look: the last line.
          - x * below
          + below
        relu-for-gelu: this is a ReLU, which cuts off everything below 0.
          look: the whole formula: a GELU lets a little of the negative numbers through.
          - x * below
          + x * (x > 0)
    """),
    styles=styles(r"""
        torch's own:
          def exact_gelu(x):
              return F.gelu(x)

        the normal distribution of torch:
          def exact_gelu(x):
              return torch.distributions.Normal(0.0, 1.0).cdf(x) * x

        special function:
          def exact_gelu(x):
              return x * torch.special.ndtr(x)

        complementary erf:
          def exact_gelu(x):
              return x * torch.erfc(-x * 0.5**0.5) / 2

        one number at a time:
          def exact_gelu(x):
              out = x.clone()
              for place, value in enumerate(x.flatten()):
                  out.view(-1)[place] = value * (1 + torch.erf(value / 2**0.5)) / 2
              return out

        functional:
          def exact_gelu(x):
              return F.gelu(x)

        a module of torch:
          def exact_gelu(x):
              return nn.GELU()(x)

        the sum halved:
          def exact_gelu(x):
              return (x + x * torch.erf(x * 2**-0.5)) / 2

        methods in a row:
          def exact_gelu(x):
              return x.mul(x.div(math.sqrt(2)).erf().add(1).div(2))
    """),
)
