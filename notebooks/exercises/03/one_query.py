"""Exercise 03.1: one query by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def one_query(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """What one token gathers: softmax(keys · query / √D), used to mix the values.

    query (D,), keys (T, D), values (T, D) → (D,). Chapter 03.
    """
    scores = keys @ query / math.sqrt(len(query))  # (T,)
    weights = torch.softmax(scores, dim=0)  # (T,), sums to 1
    return weights @ values


def softmax(scores: list[float]) -> list[float]:
    """In plain Python numbers; the largest is taken away first, so that nothing overflows."""
    top = max(scores)
    grown = [math.exp(score - top) for score in scores]
    return [value / sum(grown) for value in grown]


def dot(left: list[float], right: list[float]) -> float:
    """The sum of products."""
    return sum(x * y for x, y in zip(left, right, strict=True))


def slow_query(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """One number at a time."""
    asked = query.tolist()
    weights = softmax([dot(asked, key) / math.sqrt(len(asked)) for key in keys.tolist()])
    columns = values.T.tolist()
    return torch.tensor([dot(weights, column) for column in columns])


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three keys in four dimensions, then random ones, then scores too large for a bare exp."""
    query = torch.tensor([2.0, 0.0, 0.0, 0.0])
    keys = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [-2.0, 0.0, 0.0, 0.0]])
    values = torch.tensor([[1.0, 0.0, 0.0, 5.0], [0.0, 1.0, 0.0, 5.0], [0.0, 0.0, 1.0, 5.0]])
    # Exact in fp32. What is cut off at a bound comes out equal; without a bound exp overflows.
    far = torch.tensor([[1.0, 0, 0, 0], [1 - 1 / 256, 0, 0, 0], [-1.0, 0, 0, 0]])
    large, low, far, first = inputs.constant(256 * query, -256 * query, far, far[:2])
    asked, known, given = inputs.randn(5), inputs.randn(7, 5), inputs.randn(7, 5)
    return {
        "query (2, 0, 0, 0), keys (1, 0, 0, 0), (0, 1, 0, 0) and (−2, 0, 0, 0), "
        "values (1, 0, 0, 5), (0, 1, 0, 5) and (0, 0, 1, 5)": inputs.call(
            answer, query, keys, values
        ),
        "seven random keys of size 5": inputs.call(answer, asked, known, given),
        "scores around 400": inputs.call(answer, 400 * query, keys, values),
        "scores 256, 255 and −256": inputs.call(answer, large, far, values),
        "scores −256, −255 and 256, the last key left out": inputs.call(
            answer, low, first, values[:2]
        ),
    }


EXERCISE = Exercise(
    id="03.1",
    title="one query by hand",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference=one_query,
    specification=slow_query,
    observe=observe,
    hints=(
        "Print your weights. There is one for each key, none is negative, and they sum to 1.",
        "A dot product says how well a key fits the query. The softmax makes shares of these "
        "scores, and the shares mix the values. √D keeps scores of long vectors in bounds.",
        "score of each key = key · query / √D\n"
        "weights = softmax of the scores\n"
        "result = sum over the keys of weight × value",
    ),
    mistakes=mistakes(r"""
        scores-not-scaled: the scores were not divided by √D.
          look: the line of the scores: D is the number of features of the query.
          -  / math.sqrt(len(query))
        scaled-by-d: the scores were divided by D; the root is missing.
          look: the line of the scores: √D, not D.
          - / math.sqrt(len(query))
          + / len(query)
        scaled-by-root-t: the scores were divided by √T, the number of keys, and not by √D.
          look: the line of the scores: len(keys) counts keys, D counts features.
          - math.sqrt(len(query))
          + math.sqrt(len(keys))
        softmax-forgotten: the scores themselves were used as weights.
          look: between scores and mixing: a softmax over the keys.
          - torch.softmax(scores, dim=0)
          + scores
        weights-do-not-sum-to-one: the exponentials were not divided by their sum.
          look: the softmax: exp of each score, over the sum of all of them.
          - torch.softmax(scores, dim=0)
          + scores.exp()
        exponent-overflows: exp of a large score is infinite, and infinite over infinite is no
            number.
          look: the softmax: take the largest score away first, or use torch.softmax.
          - torch.softmax(scores, dim=0)
          + scores.exp() / scores.exp().sum()
        keys-for-values: the weights were used to mix the keys.
          look: the last line: a token gathers values; keys only decide how much.
          - weights @ values
          + weights @ keys
        winner-takes-all: only the value of the best key was returned.
          look: the last line: every value counts, by its weight.
          - return weights @ values
          + return values[weights.argmax()]
    """),
    styles=styles(r"""
        loop:
          def one_query(query, keys, values):
              scores = [query @ key / len(query) ** 0.5 for key in keys]
              grown = [torch.exp(score - max(scores)) for score in scores]
              mixed = torch.zeros_like(values[0])
              for value, share in zip(values, grown):
                  mixed += value * share / sum(grown)
              return mixed

        einsum:
          def one_query(query, keys, values):
              scores = torch.einsum("d,td->t", query, keys) * query.shape[0] ** -0.5
              return torch.einsum("t,td->d", F.softmax(scores, -1), values)

        torch built-in:
          def one_query(query, keys, values):
              return F.scaled_dot_product_attention(query[None], keys, values)[0]

        torch's fused attention:
          def one_query(query, keys, values):
              return F.scaled_dot_product_attention(query[None], keys, values)[0]

        softmax written out:
          def one_query(query, keys, values):
              s = keys @ query / math.sqrt(len(query))
              e = torch.exp(s - s.max())
              return (e / e.sum()) @ values

        logsumexp:
          def one_query(query, keys, values):
              s = keys @ query / math.sqrt(len(query))
              return torch.exp(s - torch.logsumexp(s, 0)) @ values

        the values transposed:
          def one_query(query, keys, values):
              s = keys @ query / math.sqrt(len(query))
              return values.T @ F.softmax(s, dim=0)
    """),
)
