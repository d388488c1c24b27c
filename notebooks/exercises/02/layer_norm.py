"""Exercise 02.1: LayerNorm by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def layer_norm(hidden: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-12) -> Tensor:
    """Each token's features brought to mean 0 and variance 1, then times weight plus bias.

    hidden (…, H), weight (H,), bias (H,) → (…, H). The variance divides by H, and eps stands
    under the root (Ba et al., 2016). Equal to `torch.nn.functional.layer_norm`. Chapter 02.
    """
    mean = hidden.mean(dim=-1, keepdim=True)  # (…, 1)
    centred = hidden - mean  # (…, H)
    variance = centred.square().mean(dim=-1, keepdim=True)  # (…, 1)
    return centred / torch.sqrt(variance + eps) * weight + bias


def slow_layer_norm(hidden: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-12) -> Tensor:
    """One token at a time, in plain Python numbers."""
    rows = []
    for token in hidden.double().reshape(-1, hidden.shape[-1]).tolist():
        mean = sum(token) / len(token)
        variance = sum((x - mean) ** 2 for x in token) / len(token)
        root = math.sqrt(variance + eps)
        scaled = zip(token, weight.tolist(), bias.tolist(), strict=True)
        rows.append([(x - mean) / root * gain + shift for x, gain, shift in scaled])
    return torch.tensor(rows).reshape(hidden.shape)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three features first, then sentences, then features so alike that eps decides."""
    one, three = torch.ones(3), torch.zeros(3)
    small = torch.tensor([[1.0, 2.0, 6.0]])
    hidden = 3 * inputs.randn(2, 5, 7) + 2
    weight, bias = inputs.randn(7), inputs.randn(7)
    alike = 1e-3 * inputs.randn(1, 4, 7)
    return {
        "the features 1, 2, 6 of one token, weight 1, bias 0": inputs.call(
            answer, small, one, three, 1e-12
        ),
        "two sentences of 5 tokens with 7 features": inputs.call(
            answer, hidden, weight, bias, 1e-12
        ),
        "features that differ by thousandths, with eps = 1e-6": inputs.call(
            answer, alike, weight, bias, 1e-6
        ),
        "two sentences without a word on eps, which is 1e-12": inputs.call(
            answer, hidden, weight, bias
        ),
        "one token in double precision": inputs.call(
            answer, hidden[0, :1].double(), weight.double(), bias.double(), 1e-12
        ),
    }


EXERCISE = Exercise(
    id="02.1",
    title="LayerNorm by hand",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=layer_norm,
    specification=slow_layer_norm,
    observe=observe,
    hints=(
        "Take weight 1 and bias 0, and print the mean and the variance of each token of your "
        "result. They should be 0 and 1 for every token, not over the whole batch.",
        "A token is normalised by itself, over its H features. Neighbours and other sentences "
        "play no part. The variance is the mean of the squared distances from the mean.",
        "mean over the last axis, the axis kept\n"
        "subtract it\n"
        "variance = mean of the squares of that, over the last axis, the axis kept\n"
        "divide by the root of (variance + eps)\n"
        "times weight, plus bias",
    ),
    mistakes=mistakes(r"""
        unbiased-variance: the variance was divided by H − 1, which is what torch's var and std do
            unless told.
          look: the line of the variance: divide by H, with correction=0 or with a plain mean.
          - centred.square().mean(dim=-1, keepdim=True)
          + hidden.var(dim=-1, keepdim=True)
        eps-outside-the-root: eps was added to the root of the variance and not under it.
          look: the denominator: first variance + eps, then the root.
          - torch.sqrt(variance + eps)
          + (torch.sqrt(variance) + eps)
        no-eps: eps plays no part, so a token whose features are all equal would divide by 0.
          look: the denominator: eps is added to the variance.
          - torch.sqrt(variance + eps)
          + torch.sqrt(variance)
        norm-over-the-tokens: mean and variance were taken over the tokens of a sentence, feature by
            feature.
          look: the axis of both means: features are the last axis, dim=-1.
          - hidden.mean(dim=-1,
          + hidden.mean(dim=-2,
          - square().mean(dim=-1,
          + square().mean(dim=-2,
        norm-over-the-sentence: mean and variance were taken over a whole sentence, tokens and
            features together.
          look: the axis of both means: one mean and one variance for each token.
          - hidden.mean(dim=-1,
          + hidden.mean(dim=(-2, -1),
          - square().mean(dim=-1,
          + square().mean(dim=(-2, -1),
        divided-by-the-variance: the features were divided by the variance and not by its root.
          look: the denominator: the root is missing.
          - torch.sqrt(variance + eps)
          + (variance + eps)
        mean-not-subtracted: the features were scaled but their mean was never taken away.
          look: the numerator: it is hidden − mean.
          - return centred /
          + return hidden /
        weight-and-bias-forgotten: the result is normalised, but weight and bias were not used.
          look: the last line: times weight, plus bias.
          -  * weight + bias
        bias-before-weight: the bias was added first and then multiplied by the weight.
          look: the last line: first times weight, then plus bias.
          - centred / torch.sqrt(variance + eps) * weight + bias
          + (centred / torch.sqrt(variance + eps) + bias) * weight
    """),
    styles=styles(r"""
        torch built-in:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              return F.layer_norm(hidden, weight.shape, weight, bias, eps)

        var without correction:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              var, mean = torch.var_mean(hidden, dim=-1, keepdim=True, correction=0)
              return torch.addcmul(bias, weight, (hidden - mean) * (var + eps).rsqrt())

        loop over tokens:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              flat = hidden.reshape(-1, hidden.shape[-1])
              rows = []
              for row in flat:
                  centred = row - row.mean()
                  rows.append(centred / (row.var(correction=0) + eps) ** 0.5)
              return torch.stack(rows).reshape(hidden.shape) * weight + bias

        mean of squares minus square of mean, in double:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              x = hidden.double()
              mean = x.mean(-1, keepdim=True)
              variance = (x ** 2).mean(-1, keepdim=True) - mean ** 2
              return ((x - mean) / (variance + eps).sqrt()).to(hidden.dtype) * weight + bias

        addcmul and rsqrt:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              x = hidden - hidden.mean(-1, keepdim=True)
              return torch.addcmul(
                  bias, weight, x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)
              )

        einsum:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              H = hidden.shape[-1]
              mu = torch.einsum("...h->...", hidden)[..., None] / H
              x = hidden - mu
              var = torch.einsum("...h,...h->...", x, x)[..., None] / H
              return x / (var + eps) ** 0.5 * weight + bias

        std_mean:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              std, mean = torch.std_mean(hidden, dim=-1, correction=0, keepdim=True)
              return (hidden - mean) / (std**2 + eps).sqrt() * weight + bias

        a module of torch, called with other weights:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              n = nn.LayerNorm(len(weight), eps=eps).to(hidden.dtype)
              return torch.func.functional_call(
                  n, {"weight": weight, "bias": bias}, (hidden,)
              )

        in double precision and back:
          def layer_norm(hidden, weight, bias, eps=1e-12):
              d = hidden.double()
              x = (d - d.mean(-1, keepdim=True)) / torch.sqrt(
                  d.var(-1, keepdim=True, correction=0) + eps
              )
              return (x * weight + bias).to(hidden.dtype)
    """),
)
