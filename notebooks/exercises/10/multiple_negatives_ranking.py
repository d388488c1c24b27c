"""Exercise 10.6: in-batch negatives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import multiple_negatives_ranking
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file

cosine_mse = exercise_file("10/cosine_mse.py")
cosine_of = exercise_file("10/cosine_of.py")


def slow_multiple_negatives(embeddings: Tensor, scores: Tensor) -> Tensor:
    """Each first sentence against every second one of the good pairs."""
    pairs = [cosine_of.halves(row) for row in embeddings.tolist()]
    kept = [pair for pair, score in zip(pairs, scores.tolist(), strict=True) if score >= 4]
    losses = []
    for i, (first, _) in enumerate(kept):
        logits = [20 * cosine_of.cosine(first, second) for _, second in kept]
        top = max(logits)
        total = sum(math.exp(value - top) for value in logits)
        losses.append(top + math.log(total) - logits[i])
    return torch.tensor(sum(losses) / len(losses)) if losses else 0 * embeddings.sum()


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Good pairs only, then a mixed batch, then one without any good pair."""
    first = inputs.randn(4, 3)
    near = torch.cat([first, 2 * (first + 0.3 * inputs.randn(4, 3))], dim=1)  # the lengths differ
    mixed = torch.cat([first.repeat(2, 1)[:7], first.repeat(2, 1)[:7] + inputs.randn(7, 3)], dim=1)
    return {
        "four pairs of score 5": inputs.call(answer, near, torch.full((4,), 5.0)),
        "seven pairs, three of 4 and above": inputs.call(
            answer, mixed, torch.tensor(cosine_mse.SCORES)
        ),
        "the same pairs in another order": inputs.call(
            answer, mixed.flip(0), torch.tensor(cosine_mse.SCORES[::-1])
        ),
        "a batch without a good pair": inputs.call(answer, near, torch.full((4,), 2.0)),
        "the gradient in a batch without a good pair": cosine_mse.slope(
            answer, inputs, near, torch.full((4,), 2.0)
        ),
    }


EXERCISE = Exercise(
    id="10.6",
    title="in-batch negatives",
    minutes=20,
    difficulty="demanding",
    core=False,
    reference=multiple_negatives_ranking,
    specification=slow_multiple_negatives,
    observe=observe,
    hints=(
        "With K good pairs there are K × K cosines. Make up three good pairs and print them: the "
        "large ones should lie on the diagonal.",
        "Each first sentence chooses among the second sentences of all good pairs. It is a "
        "classification with K classes, and the right class of row i is i. Nobody had to label "
        "the wrong ones.",
        "keep pairs of score 4 and above\nu, v = halves of each row, scaled to length 1\n"
        "logits = 20 · u vᵀ, (K, K)\ncross-entropy with labels 0, 1, …, K − 1\n"
        "without a good pair: 0",
    ),
    mistakes=mistakes(r"""
        diagonal-missed: every row was told that its partner is the first one.
          look: the labels of the cross-entropy: row i has class i.
          - torch.arange(len(logits), device=logits.device)
          + torch.zeros(len(logits), dtype=torch.long)
        diagonal-shifted: the right class is one off: row i was told that its partner is i + 1.
          look: the labels of the cross-entropy: row i has class i.
          - torch.arange(len(logits), device=logits.device)
          + torch.arange(len(logits)).roll(-1)
        all-pairs-kept: pairs of low score took part as if their sentences said the same thing.
          look: the pairs that are kept: score 4 and above.
          - [scores >= POSITIVE]
          + [scores >= 0]
          - if not len(kept):
          + if not (scores >= POSITIVE).any():
        four-left-out: pairs of score 4 were left out.
          look: the comparison: 4 and above, not above 4.
          - scores >= POSITIVE
          + scores > POSITIVE
        dot-products: the embeddings were not scaled to length 1, so long ones attract everything.
          look: before the product: each embedding divided by its length.
          - (F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))
          + kept.chunk(2, dim=-1)
        scaled-before-the-cut: each row was scaled to length 1 as a whole, both embeddings together.
          look: the order: cut the row into u and v, then scale each.
          - embeddings.float()[scores
          + F.normalize(embeddings.float(), dim=-1)[scores
          - (F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))
          + kept.chunk(2, dim=-1)
        dot-products-without-four: two things at once: the embeddings were not scaled to length 1,
            and pairs of score 4 were left out.
          look: score 4 and above; each embedding divided by its length before the product.
          - scores >= POSITIVE
          + scores > POSITIVE
          - (F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))
          + kept.chunk(2, dim=-1)
        no-good-pair-forgotten: a batch without a good pair gave NaN, the mean of nothing.
          look: before the product: where no pair is left, return 0 that still hangs on the
            embeddings.
          -     if not len(kept):
          -         return embeddings.float().sum() * 0.0
        nothing-to-derive: without a good pair a bare 0 came back: `backward` would fail on such a
            batch.
          look: what is returned there: 0 times a sum of the embeddings.
          - embeddings.float().sum() * 0.0
          + torch.tensor(0.0)
        normalised-over-the-batch: the lengths were taken over the batch: each feature was scaled,
            not each sentence.
          look: the dim of normalize: features are the last axis.
          - F.normalize(x, dim=-1)
          + F.normalize(x, dim=0)
        scale-forgotten: the cosines were not multiplied by 20: a softmax over numbers from −1 to 1
            is never sure.
          look: the line of the logits: times 20.
          - SCALE * first
          + first
        nominal-batch-size: the sum was divided by all pairs of the batch, not by those that took
            part.
          look: the denominator: K, the good pairs.
          - F.cross_entropy(logits, torch.arange(len(logits), device=logits.device))
          + F.cross_entropy(logits, torch.arange(len(logits)), reduction='sum') / len(scores)
        second-chooses-first: each second sentence chose among the first ones: columns in place of
            rows.
          look: the product: first sentences are the rows.
          - first @ second.T
          + second @ first.T
    """),
    styles=styles(r"""
        matrix of cosines:
          def multiple_negatives_ranking(embeddings, scores):
              u, v = embeddings[scores >= 4].chunk(2, dim=1)
              if len(u) == 0:
                  return torch.zeros(()) * embeddings.sum()
              logits = 20 * F.cosine_similarity(u[:, None, :], v[None, :, :], dim=-1)
              return -torch.log_softmax(logits, dim=1).diagonal().mean()

        einsum:
          def multiple_negatives_ranking(embeddings, scores):
              pairs = embeddings[scores >= 4].unflatten(1, (2, -1))
              if not pairs.numel():
                  return 0 * embeddings.sum()
              pairs = pairs / pairs.norm(dim=-1, keepdim=True)
              logits = 20 * torch.einsum("ih,jh->ij", pairs[:, 0], pairs[:, 1])
              right = logits.diagonal()
              return (logits.logsumexp(dim=1) - right).mean()

        a fresh zero:
          def multiple_negatives_ranking(embeddings, scores):
              good = embeddings[scores >= 4.0]
              if good.shape[0] == 0:
                  return torch.zeros((), requires_grad=True)
              u, v = good[:, : good.shape[1] // 2], good[:, good.shape[1] // 2 :]
              u, v = u / u.norm(dim=1, keepdim=True), v / v.norm(dim=1, keepdim=True)
              return F.cross_entropy(20 * u @ v.t(), torch.arange(len(u)))

        loop:
          def multiple_negatives_ranking(embeddings, scores):
              u, v = embeddings.chunk(2, -1)
              good = [i for i in range(len(scores)) if scores[i] >= 4]
              total = embeddings.sum() * 0
              for i in good:
                  row = torch.stack([20 * F.cosine_similarity(u[i], v[j], dim=0) for j in good])
                  total = total + (row.logsumexp(0) - row[good.index(i)]) / len(good)
              return total
    """),
)
