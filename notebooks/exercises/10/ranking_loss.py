"""Exercise 10.5: CoSENT: only the order counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import ranking_loss
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file

cosine_mse = exercise_file("10/cosine_mse.py")


def slow_ranking_loss(similarities: Tensor, scores: Tensor) -> Tensor:
    """Every pair of pairs whose order is known."""
    values, wanted = similarities.tolist(), scores.tolist()
    total = 1.0
    for i, better in enumerate(wanted):
        for j, worse in enumerate(wanted):
            if better > worse:
                total += math.exp(20 * (values[j] - values[i]))
    return torch.tensor(math.log(total))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two pairs in either order, equal scores, and a batch whose similarities lie close."""
    close = 0.5 + 0.05 * inputs.randn(7)
    good, bad = torch.tensor([0.52, 0.5]), torch.tensor([0.5, 0.52])
    far, order = torch.tensor([-0.9, 0.9]), torch.tensor([5.0, 1.0])
    return {
        "cosines 0.52, 0.50 and scores 5, 1, in order": inputs.call(answer, good, order),
        "cosines 0.50, 0.52 and scores 5, 1, out of order": inputs.call(answer, bad, order),
        "cosines −0.9, 0.9 and scores 5, 1, far out of order": inputs.call(answer, far, order),
        "cosines 0.52, 0.50 and scores 3, 3": inputs.call(answer, good, torch.tensor([3.0, 3.0])),
        "seven pairs, two of equal score": inputs.call(
            answer, close, torch.tensor(cosine_mse.SCORES)
        ),
    }


EXERCISE = Exercise(
    id="10.5",
    title="CoSENT: only the order counts",
    minutes=20,
    difficulty="demanding",
    core=False,
    reference=ranking_loss,
    specification=slow_ranking_loss,
    observe=observe,
    hints=(
        "Two pairs in the right order and far apart: the loss is nearly 0. In the wrong order it "
        "is large. Try both.",
        "Take every two pairs i, j of the batch where i has the higher score. The similarity "
        "of j should lie below that of i: exp(20 · (s_j − s_i)) is small when it does. The 1 "
        "under the logarithm lets the loss reach 0.",
        "margins[i, j] = 20 · (s_j − s_i)\nkeep those with score_i > score_j\n"
        "log(1 + Σ exp(margin)), by logsumexp over the margins and a 0",
    ),
    mistakes=mistakes(r"""
        margins-cut-off: large margins were cut off, so pairs far out of order are no longer pulled.
          look: the margins: none is changed before the logarithm.
          - return torch.cat([wrong.new_zeros(1), wrong])
          + return torch.cat([wrong.new_zeros(1), wrong.clamp(max=20)])
        order-upside-down: the better pair is pushed below the worse one.
          look: the sign of the margin: s_j − s_i, where i has the higher score.
          - scaled[None, :] - scaled[:, None]
          + scaled[:, None] - scaled[None, :]
        equal-scores-ranked: pairs of equal score were ranked too, each pair against itself among
            them.
          look: the comparison of scores: greater, not greater or equal.
          - scores[:, None] > scores
          + scores[:, None] >= scores
        one-forgotten: the 1 under the logarithm is missing, so the loss falls below 0 without end.
          look: the 0 among the margins: exp(0) is that 1.
          - torch.cat([wrong.new_zeros(1), wrong])
          + wrong
        scale-forgotten: similarities were not multiplied by 20: differences of cosines are too
            small to matter.
          look: the line of the margins: times 20.
          - SCALE * similarities.float()
          + similarities.float()
        divided-by-scale: similarities were divided by 20: it is an inverse temperature.
          look: the line of the margins: times 20, not divided by it.
          - SCALE * similarities.float()
          + similarities.float() / SCALE
        mean-for-sum: the mean of the exponentials was taken, so the loss forgets how many are
            wrong.
          look: under the logarithm stands a sum.
          - .logsumexp(dim=0)
          + .exp().mean().log()
        log-of-each: the logarithm of each term was taken, and these were summed.
          look: one logarithm, of 1 plus the sum of all exponentials.
          - torch.cat([wrong.new_zeros(1), wrong]).logsumexp(dim=0)
          + F.softplus(wrong).sum()
    """),
    styles=styles(r"""
        mask by minus infinity:
          def ranking_loss(similarities, scores):
              margins = 20 * (similarities.unsqueeze(0) - similarities.unsqueeze(1))
              unordered = scores.unsqueeze(1) <= scores.unsqueeze(0)
              margins = margins.masked_fill(unordered, float("-inf"))
              return torch.logsumexp(torch.cat([torch.zeros(1), margins.flatten()]), 0)

        loop:
          def ranking_loss(similarities, scores):
              total = torch.ones(())
              for i in range(len(scores)):
                  for j in range(len(scores)):
                      if scores[i] > scores[j]:
                          total = total + (20 * (similarities[j] - similarities[i])).exp()
              return total.log()

        only the pairs with an order:
          def ranking_loss(similarities, scores):
              i, j = torch.where(scores.unsqueeze(1) > scores.unsqueeze(0))
              exponents = 20.0 * (similarities[j] - similarities[i])
              return torch.log1p(exponents.exp().sum())

        a softplus of logsumexp:
          def ranking_loss(similarities, scores):
              better = scores[:, None] > scores[None, :]
              if not better.any():
                  return 0.0 * similarities.sum()
              margins = (20 * (similarities[None, :] - similarities[:, None]))[better]
              return F.softplus(margins.logsumexp(0))

        minus a large number:
          def ranking_loss(similarities, scores):
              s = 20 * similarities
              margins = s[None, :] - s[:, None] - 1e6 * (scores[:, None] <= scores[None, :]).float()
              return torch.cat((torch.zeros(1), margins.view(-1))).logsumexp(dim=-1)
    """),
)
