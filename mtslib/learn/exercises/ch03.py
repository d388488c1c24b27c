"""Chapter 03, self-attention: its exercises and what goes wrong in them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.trial import Trial


def slow_weights(query: Tensor, key: Tensor, bias: Tensor) -> Tensor:
    """One sentence, one head, one query at a time, in plain Python numbers."""
    batch, heads, asking, size = query.shape
    weights = torch.zeros(batch, heads, asking, key.shape[2])
    for b in range(batch):
        for n in range(heads):
            for q in range(asking):
                scores = [
                    sum(float(x) * float(y) for x, y in zip(query[b, n, q], other, strict=True))
                    / math.sqrt(size)
                    + float(bias[b, 0, 0, k])
                    for k, other in enumerate(key[b, n])
                ]
                top = max(scores)
                grown = [math.exp(score - top) for score in scores]
                weights[b, n, q] = torch.tensor([value / sum(grown) for value in grown])
    return weights


def observe_weights(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Two sentences, the second with padding."""
    query, key = trial.randn(2, 3, 4, 8), trial.randn(2, 3, 4, 8)
    bias = torch.zeros(2, 1, 1, 4)
    bias[1, 0, 0, 2:] = torch.finfo(torch.bfloat16).min
    return {
        "the weights of one sentence without padding": trial.call(
            answer, query[:1], key[:1], bias[:1]
        ),
        "the weights of two sentences, the second of them padded": trial.call(
            answer, query, key, bias
        ),
    }


EXERCISES = (
    Exercise(
        id="03.1",
        title="scores and weights",
        minutes=15,
        difficulty="steady",
        core=True,
        reference="mtslib.minbert.attention:attention_weights",
        specification=slow_weights,
        observe=observe_weights,
        hints=(
            "Do your rows sum to 1, and does a padded key get weight 0? Print both.",
            "Every query is compared with every key by a dot product. A large head size makes "
            "large dot products, and a softmax of large numbers is nearly all on one key.",
            "scores = query · keyᵀ, over the last axis\nscale by 1 / √D\nadd the bias\n"
            "softmax over the keys",
        ),
        mistakes=(
            Mistake(
                "scores-not-scaled",
                "the scores were not divided by √D.",
                "the line that makes the scores: D is the last axis of the query.",
                ((" * scale  #", "  #"),),
            ),
            Mistake(
                "mask-after-softmax",
                "the bias was added after the softmax, so padding still took its share.",
                "the order of the last two steps: first add, then softmax.",
                (
                    (
                        "(scores + bias.to(scores.dtype)).softmax(dim=-1)",
                        "scores.softmax(dim=-1) + bias.to(scores.dtype)",
                    ),
                ),
            ),
            Mistake(
                "softmax-over-queries",
                "the softmax ran over the queries, so columns sum to 1 and rows do not.",
                "the dim of the softmax: keys are the last axis.",
                ((".softmax(dim=-1)", ".softmax(dim=-2)"),),
            ),
        ),
        styles=(
            Style(
                "einsum",
                """
                def attention_weights(query, key, bias):
                    scores = torch.einsum("bnqd,bnkd->bnqk", query, key) / query.shape[-1] ** 0.5
                    return torch.softmax(scores + bias, -1)
                """,
            ),
        ),
    ),
)
