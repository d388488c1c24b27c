"""Exercise 03.3: scores and weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert.attention import attention_weights

mask_bias = exercise_file("03/mask_bias.py")
one_query = exercise_file("03/one_query.py")


def slow_weights(query: Tensor, key: Tensor, bias: Tensor) -> Tensor:
    """One sentence, one head, one query at a time, in plain Python numbers."""
    batch, heads, asking, size = query.shape
    weights = torch.zeros(batch, heads, asking, key.shape[2])
    for b in range(batch):
        for n in range(heads):
            known = key[b, n].tolist()
            for q in range(asking):
                asked = query[b, n, q].tolist()
                scores = [
                    one_query.dot(asked, other) / math.sqrt(size) + float(bias[b, 0, 0, k])
                    for k, other in enumerate(known)
                ]
                weights[b, n, q] = torch.tensor(one_query.softmax(scores))
    return weights


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One head with two tokens first; then a batch, its second sentence padded; then large scores.

    Batch 2, 3 heads, 4 tokens, size 5: no two sizes are alike, so no axis hides behind another.
    """
    little = torch.tensor([[[[4.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]]]])
    other = torch.tensor([[[[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]]])
    query, key = inputs.randn(2, 3, 4, 5), inputs.randn(2, 3, 4, 5)
    far = torch.tensor([[[[512.0, 0, 0, 0], [-512.0, 0, 0, 0]]]])  # scores ±256 and ±255, exact
    near = torch.tensor([[[[1.0, 0, 0, 0], [1 - 1 / 256, 0, 0, 0]]]])
    inputs.constant(far, near)
    bias = torch.zeros(2, 1, 1, 4)
    bias[1, 0, 0, 2:] = mask_bias.LOWEST
    one, two = inputs.constant(bias[:1], bias[:1, :, :, :2])
    inputs.constant(bias)
    return {
        "one head, two tokens, no padding: queries (4, 0, 0, 0) and (0, 2, 0, 0), "
        "keys (1, 0, 0, 0) and (1, 1, 0, 0)": inputs.call(answer, little, other, two),
        "one sentence of 4 tokens in 3 heads": inputs.call(answer, query[:1], key[:1], one),
        "two sentences, the second of them padded": inputs.call(answer, query, key, bias),
        # Exact in fp32, whatever the order of the sums; a bare exp overflows from 89 on.
        "the same with queries 64 times as large": inputs.call(answer, 64 * little, other, two),
        "queries (512, 0, 0, 0) and (−512, 0, 0, 0), keys (1, 0, 0, 0) and (0.99609375, 0, 0, 0)": (
            inputs.call(answer, far, near, two)
        ),
    }


EXERCISE = Exercise(
    id="03.3",
    title="scores and weights",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=attention_weights,
    specification=slow_weights,
    observe=observe,
    hints=(
        "Do your rows sum to 1, and does a padded key get weight 0? Print both.",
        "It is exercise 03.1 for all queries of all heads of all sentences at once: one matrix "
        "product. Rows are queries, columns are keys, and each row is shared out.",
        "scores = query · keyᵀ, over the last axis\nscale by 1 / √D\nadd the bias\n"
        "softmax over the keys",
    ),
    mistakes=mistakes(r"""
        scores-not-scaled: the scores were not divided by √D.
          look: the line that makes the scores: D is the last axis of the query.
          - * scale  #
          +  #
        scaled-by-root-h: the scores were divided by √H, the size of all heads together, and not by
            √D.
          look: the scale: a dot product here has D terms, those of one head.
          - math.sqrt(query.shape[-1])
          + math.sqrt(query.shape[1] * query.shape[-1])
        scaled-by-root-t: the scores were divided by √T, the number of tokens, and not by √D.
          look: the scale: D is the last axis of the query, T the one before it.
          - math.sqrt(query.shape[-1])
          + math.sqrt(query.shape[-2])
        scaled-by-root-b: the scores were divided by √B, the number of sentences, and not by √D.
          look: the scale: len(query) is its first axis; in 03.1 that was D, here D is the last.
          - math.sqrt(query.shape[-1])
          + math.sqrt(len(query))
        scaled-by-root-n: the scores were divided by √N, the number of heads, and not by √D.
          look: the scale: D is the last axis of the query, the size of one head.
          - math.sqrt(query.shape[-1])
          + math.sqrt(query.shape[1])
        scaled-by-d: the scores were divided by D; the root is missing.
          look: the scale: √D, not D.
          - math.sqrt(query.shape[-1])
          + query.shape[-1]
        multiplied-by-root-d: the scores were multiplied by √D.
          look: the scale: divide, so that scores of long vectors come down.
          - 1 / math.sqrt
          + math.sqrt
        query-key-swapped: rows are keys and columns are queries: the two changed places.
          look: the matrix product: query on the left, the transposed key on the right.
          - query @ key.transpose(-1, -2)
          + key @ query.transpose(-1, -2)
        softmax-forgotten: the scores themselves were returned.
          look: the last line: a softmax over the keys makes weights of scores.
          - .softmax(dim=-1)
        exponent-overflows: exp of a large score is infinite, and infinite over infinite is no
            number.
          look: the softmax: take the largest score away first, or use torch.softmax.
          - return (scores + bias.to(scores.dtype)).softmax(dim=-1)
          + grown = (scores + bias.to(scores.dtype)).exp()
          +     return grown / grown.sum(dim=-1, keepdim=True)
        softmax-over-queries: the softmax ran over the queries, so columns sum to 1 and rows do not.
          look: the dim of the softmax: keys are the last axis.
          - .softmax(dim=-1)
          + .softmax(dim=-2)
        softmax-over-heads: the softmax ran over the heads, so the heads compete with each other.
          look: the dim of the softmax: keys are the last axis.
          - .softmax(dim=-1)
          + .softmax(dim=1)
        mask-ignored: the bias was never added, so padding takes its share.
          look: the last line: scores + bias, then the softmax.
          - (scores + bias.to(scores.dtype))
          + scores
        mask-sign-flipped: the bias was subtracted, so padding takes everything.
          look: the last line: the bias is negative already; add it.
          - scores + bias
          + scores - bias
        mask-on-the-queries: the bias was added along the queries, so it hides no key.
          look: the shape of the bias: (B, 1, 1, T) fits the scores as it is.
          - bias.to(scores.dtype)
          + bias.transpose(-1, -2)
        mask-after-softmax: the bias was added after the softmax, so padding had already taken its
            share.
          look: the order of the last two steps: first add, then softmax.
          - (scores + bias.to(scores.dtype)).softmax(dim=-1)
          + scores.softmax(dim=-1) + bias.to(scores.dtype)
        masked-after-softmax: padding was set to 0 after the softmax, so the other weights no longer
            sum to 1.
          look: the order of the last two steps: first add the bias, then softmax.
          - (scores + bias.to(scores.dtype)).softmax(dim=-1)
          + scores.softmax(dim=-1) * (bias == 0)
    """),
    styles=styles(r"""
        einsum:
          def attention_weights(query, key, bias):
              scores = torch.einsum("bnqd,bnkd->bnqk", query, key) / query.shape[-1] ** 0.5
              return torch.softmax(scores + bias, -1)

        boolean mask from the bias:
          def attention_weights(query, key, bias):
              scores = query @ key.mT / query.size(-1) ** 0.5
              return F.softmax(scores.masked_fill(bias < 0, -1e30), dim=3)

        loops over sentences and heads, query scaled first:
          def attention_weights(query, key, bias):
              made = []
              for asked, known, shift in zip(query / query.shape[-1] ** 0.5, key, bias):
                  rows = [(q @ k.T + shift[0]).softmax(1) for q, k in zip(asked, known)]
                  made.append(torch.stack(rows))
              return torch.stack(made)

        softmax written out:
          def attention_weights(query, key, bias):
              scores = torch.matmul(query, key.transpose(2, 3)) / math.sqrt(query.shape[3]) + bias
              grown = (scores - scores.amax(-1, keepdim=True)).exp()
              return grown / grown.sum(-1, keepdim=True)

        torch built-in on one-hot values:
          def attention_weights(query, key, bias):
              eye = torch.eye(key.shape[2]).expand(*key.shape[:2], -1, -1)
              return F.scaled_dot_product_attention(query, key, eye, attn_mask=bias)

        masked fill from the bias:
          def attention_weights(query, key, bias):
              s = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
              return s.masked_fill(bias < -1, -torch.inf).softmax(dim=3)

        logsumexp:
          def attention_weights(query, key, bias):
              s = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
              s = s + bias
              return (s - s.logsumexp(-1, keepdim=True)).exp()

        the query divided first:
          def attention_weights(query, key, bias):
              s = torch.matmul(query / query.shape[-1] ** 0.5, key.mT)
              return torch.softmax(torch.add(s, bias), dim=-1)
    """),
)
