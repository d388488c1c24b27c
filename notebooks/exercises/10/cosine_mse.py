"""Exercise 10.2: cosine and squared error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.similarity import cosine_mse
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs

SCORES = (0.0, 1.4, 2.6, 3.2, 4.0, 4.0, 5.0)


def slow_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """Square each error, then the mean."""
    return mean_square(cosines, [score / 5 for score in scores.tolist()], lambda c: c)


def mean_square(
    cosines: Tensor, targets: list[float], change: Callable[[Tensor], Tensor]
) -> Tensor:
    """The mean of squared errors, one cosine after the other, each changed before."""
    total = torch.zeros(())
    for cosine, target in zip(cosines[:, 0], targets, strict=True):
        total = total + (change(cosine) - target) ** 2
    return total / len(targets)


def slope(answer: Any, inputs: SeededInputs, outputs: Tensor, scores: Tensor) -> Any:
    """The gradient of a loss at some outputs: 0 where they have no part in it."""
    given = outputs.clone().requires_grad_()
    loss = answer(given, scores.clone())
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return "no gradient reaches the outputs"
    loss.sum().backward()
    return torch.zeros_like(given) if given.grad is None else given.grad


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One pair, batches of two sizes, and the slope at negative and positive cosines."""
    one = inputs.call(answer, torch.tensor([[0.5]]), torch.tensor([4.0]))
    signs = torch.tensor([[-0.6], [-0.2], [0.3], [0.9]])
    ends = inputs.constant(torch.tensor([0.0, 4.0, 1.0, 5.0]))
    cosines = 2 * torch.rand(7, 1, generator=inputs.generator) - 1
    return {
        "the loss of one pair, cosine 0.5 and score 4": one,
        "cosine −0.6 and score 0": inputs.call(answer, signs[:1], ends[:1]),
        "cosine −0.2 and score 4": inputs.call(answer, signs[1:2], ends[1:2]),
        "cosines −0.6, −0.2, 0.3, 0.9 and scores 0, 4, 1, 5": inputs.call(answer, signs, ends),
        "seven pairs": inputs.call(answer, cosines, torch.tensor(SCORES)),
        "the gradient at each of four cosines": slope(answer, inputs, signs, ends),
    }


EXERCISE = Exercise(
    id="10.2",
    title="cosine and squared error",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=cosine_mse,
    specification=slow_cosine_mse,
    observe=observe,
    hints=(
        "A pair of score 4 with cosine 0.8 is perfect. Which loss does yours give it?",
        "A cosine ends at 1 and a score at 5: bring the score down to [0, 1]. Mind the shapes: "
        "cosines are a column (B, 1), scores are (B,), and broadcasting silently makes a square of "
        "them.",
        "target = score / 5\nerror = cosine as (B,) − target\nmean of error²",
    ),
    mistakes=mistakes(r"""
        labels-not-scaled: the score was compared as it is, 0 to 5; no cosine can reach that.
          look: the target: score / 5.
          - scores / HIGHEST
          + scores
        column-against-row: a column (B, 1) minus a row (B,) became a square: every cosine was
            compared with every score.
          look: the shapes before you subtract: both (B,).
          - F.mse_loss(cosines.float()[:, 0], scores / HIGHEST)
          + (cosines.float() - scores / HIGHEST).square().mean()
        nominal-batch-size: the sum was divided by 32 and not by the number of pairs there are: a
            smaller last batch counts for less.
          look: the denominator: how many pairs came.
          - F.mse_loss(cosines.float()[:, 0], scores / HIGHEST)
          + (cosines.float()[:, 0] - scores / HIGHEST).square().sum() / 32
        sum-not-mean: the squares were summed: the loss grows with the batch.
          look: the reduction: the mean over pairs.
          - scores / HIGHEST)
          + scores / HIGHEST, reduction="sum")
        error-not-squared: the size of the error was taken, not its square.
          look: the power: squared error.
          - F.mse_loss
          + F.l1_loss
        root-of-the-mean: the root was taken at the end.
          look: what comes after the mean: nothing.
          - scores / HIGHEST)
          + scores / HIGHEST).sqrt()
        scaled-to-minus-one: the score was scaled to [−1, 1]; that is another objective of this
            chapter.
          look: the target: score / 5, so 0 stays 0.
          - scores / HIGHEST
          + 2 * scores / HIGHEST - 1
    """),
    styles=styles(r"""
        squeeze:
          def cosine_mse(cosines, scores):
              return (cosines.squeeze(1) - scores / 5).pow(2).mean()

        column:
          def cosine_mse(cosines, scores):
              error = cosines - 0.2 * scores.unsqueeze(-1)
              return (error * error).sum() / len(scores)

        a view:
          def cosine_mse(cosines, scores):
              return torch.mean((cosines.view(-1) - scores / 5.0) ** 2)

        torch's loss:
          def cosine_mse(cosines, scores):
              loss = nn.MSELoss()
              return loss(cosines.flatten(), scores * 0.2)

        loop:
          def cosine_mse(cosines, scores):
              total = 0
              for cosine, score in zip(cosines, scores):
                  total = total + (cosine[0] - score / 5) ** 2
              return total / len(scores)
    """),
)
