"""Exercise 18.3: in-batch negatives that are none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def in_batch_loss(first: Tensor, second: Tensor, groups: Tensor) -> Tensor:
    """Find each sentence's partner among the others' partners, (K, H), (K, H), (K,) → ().

    Row i of first and of second are partners. The logits are 20 times the cosines, (K, K); the
    right class of row i is i. Pairs with the same number in `groups` mean the same: of them only a
    row's own partner is a candidate. Cross-entropy, averaged over the rows.
    """
    logits = 20 * F.cosine_similarity(first[:, None], second[None], dim=-1)  # (K, K)
    own = torch.eye(len(first), dtype=torch.bool)
    same = (groups[:, None] == groups[None]) & ~own
    logits = logits.masked_fill(same, -torch.inf)
    return F.cross_entropy(logits, torch.arange(len(first)))


def slow_in_batch_loss(first: Tensor, second: Tensor, groups: Tensor) -> Tensor:
    """Pair by pair."""

    def cosine(u: list[float], v: list[float]) -> float:
        product = sum(a * b for a, b in zip(u, v, strict=True))
        return product / math.sqrt(sum(a * a for a in u) * sum(b * b for b in v))

    total = 0.0
    for i in range(len(first)):
        own = 20 * cosine(first[i].tolist(), second[i].tolist())
        scores = [own]
        for j in range(len(second)):
            if groups[j] != groups[i]:
                scores.append(20 * cosine(first[i].tolist(), second[j].tolist()))
        total += math.log(sum(math.exp(score - own) for score in scores))
    return torch.tensor(total / len(first))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Without any group, with one, with several, and where all pairs are one."""
    first = inputs.randn(5, 4)
    second = inputs.constant(0.4 * first.detach() + inputs.randn(5, 4))
    apart = torch.arange(5)
    found = {"five pairs, each on its own": inputs.call(answer, first, second, apart)}
    found["two of five pairs mean the same"] = inputs.call(
        answer, first, second, torch.tensor([7, 1, 7, 2, 3])
    )
    found["two groups of two and one pair alone"] = inputs.call(
        answer, first, second, torch.tensor([4, 0, 0, 4, 9])
    )
    found["five pairs that all mean the same"] = inputs.call(
        answer, first, second, torch.zeros(5, dtype=torch.long)
    )
    return found


EXERCISE = Exercise(
    id="18.3",
    title="in-batch negatives that are none",
    minutes=12,
    difficulty="steady",
    core=False,
    reference=in_batch_loss,
    specification=slow_in_batch_loss,
    observe=observe,
    tolerance=1e-4,
    hints=(
        "Put all pairs into one group: nothing is left to confuse a partner with, so the loss is "
        "0. Give each a group of its own: it is the plain loss of chapter 10.",
        "Make the table of cosines, and a table of the same shape that says which candidates mean "
        "the same as the row's own partner and are not it. Those must get no share of the softmax.",
        "logits = 20 · cosines, (K, K)\nsame = groups equal, but not on the diagonal\n"
        "logits = −∞ where same\ncross-entropy with the classes 0, 1, …, K − 1",
    ),
    mistakes=mistakes(r"""
        groups-ignored: sentences that mean the same are still negatives of each other.
          look: before the cross-entropy: −∞ where the groups are equal off the diagonal.
          - logits.masked_fill(same, -torch.inf)
          + logits
        partner-removed-too: a row's own partner was removed as well, so no right answer is left.
          look: the table of what is removed: without the diagonal.
          - (groups[:, None] == groups[None]) & ~own
          + groups[:, None] == groups[None]
        zero-in-place-of-nothing: a removed candidate got the logit 0, which is a cosine of 0 and
            still takes a share of the softmax.
          look: the value that is filled in: −∞.
          - masked_fill(same, -torch.inf)
          + masked_fill(same, 0.0)
        others-removed: the candidates of other groups were removed, and those of the same kept.
          look: the comparison: equal groups are removed.
          - (groups[:, None] == groups[None]) & ~own
          + (groups[:, None] != groups[None]) & ~own
        rows-dropped: rows whose group stands twice were left out altogether; only some of their
            candidates should be.
          look: what is removed: single candidates, not rows.
          - return F.cross_entropy(logits, torch.arange(len(first)))
          + alone = same.sum(1) == 0
          +     losses = F.cross_entropy(logits, torch.arange(len(first)), reduction="none")
          +     return (losses * alone).sum() / alone.sum().clamp(min=1)
        scale-forgotten: the cosines were not multiplied by 20.
          look: the line of the logits.
          - 20 * F.cosine_similarity
          + F.cosine_similarity
        dot-products: lengths count: the logits are products, not cosines.
          look: the line of the logits: cosine_similarity.
          - 20 * F.cosine_similarity(first[:, None], second[None], dim=-1)
          + 20 * first @ second.T
        second-chooses-first: each second sentence chose among the first ones.
          look: the rows of the table: first sentences.
          - (first[:, None], second[None], dim=-1)
          + (second[:, None], first[None], dim=-1)
        summed-not-averaged: the losses of the rows were added up.
          look: the cross-entropy: the mean over the rows.
          - torch.arange(len(first)))
          + torch.arange(len(first)), reduction="sum")
    """),
    styles=styles(r"""
        normalised product:
          def in_batch_loss(first, second, groups):
              u, v = F.normalize(first, dim=1), F.normalize(second, dim=1)
              logits = 20 * (u @ v.T)
              same = groups.unsqueeze(1).eq(groups.unsqueeze(0))
              same.fill_diagonal_(False)
              logits[same] = float("-inf")
              return F.cross_entropy(logits, torch.arange(len(logits)))

        logsumexp by hand:
          def in_batch_loss(first, second, groups):
              scores = 20 * F.cosine_similarity(first.unsqueeze(1), second.unsqueeze(0), dim=2)
              keep = (groups[:, None] != groups) | torch.eye(len(groups)).bool()
              shares = (scores.exp() * keep).sum(dim=1)
              return (shares.log() - scores.diagonal()).mean()

        row by row:
          def in_batch_loss(first, second, groups):
              total = 0
              for i in range(len(first)):
                  row = 20 * F.cosine_similarity(first[i : i + 1], second)
                  others = row[groups != groups[i]]
                  total = total + torch.cat([row[i : i + 1], others]).logsumexp(0) - row[i]
              return total / len(first)
    """),
)
