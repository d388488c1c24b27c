"""Exercise 10.3: no penalty below zero."""

from __future__ import annotations

from torch import Tensor

from mtslib.finetune.similarity import clamped_cosine_mse
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.registry import exercise_file

cosine_mse = exercise_file("10/cosine_mse.py")


def slow_clamped_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """The same with each cosine raised to 0 first. Written so that gradients come out too."""
    return cosine_mse.mean_square(
        cosines, [score / 5 for score in scores.tolist()], lambda c: c if c > 0 else 0 * c
    )


EXERCISE = Exercise(
    id="10.3",
    title="no penalty below zero",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=clamped_cosine_mse,
    specification=slow_clamped_cosine_mse,
    observe=cosine_mse.observe,
    hints=(
        "A pair of score 0 with cosine −0.6: its loss should be 0. What does yours say?",
        "Raise every negative cosine to 0, then compare as before. Think of the gradient too: "
        "where the cosine was raised, it is 0.",
        "cosine = the larger of cosine and 0\nmean of (cosine − score / 5)²",
    ),
    mistakes=mistakes(r"""
        clamped-from-above: positive cosines were lowered to 0, and the negative ones kept.
          look: min and max of clamp: `min=0` is the floor.
          - clamp(min=0)
          + clamp(max=0)
        sign-taken-off: negative cosines became positive ones: the opposite of similar counts as
            similar.
          look: abs: raise a negative cosine to 0.
          - clamp(min=0)
          + abs()
        error-clamped: the error was clamped: then no cosine that is too low is ever raised.
          look: what is clamped: the cosine, before the target is taken off.
          - F.mse_loss(cosines.float()[:, 0].clamp(min=0), scores / HIGHEST)
          + (cosines.float()[:, 0] - scores / HIGHEST).clamp(min=0).square().mean()
        not-clamped: a negative cosine is still penalised: it was not raised to 0.
          look: the cosine before the target is taken off.
          - .clamp(min=0)
        moved-to-zero-to-one: the cosines were moved from [−1, 1] to [0, 1]: then every one of them
            counts higher.
          look: what happens to a positive cosine: nothing, it stays as it is.
          - cosines.float()[:, 0].clamp(min=0)
          + (cosines.float()[:, 0] + 1) / 2
        gradient-cut-off: the clamped cosine was detached, so nothing learns from this loss.
          look: detach, item and no_grad: none of them belongs in a loss.
          - clamp(min=0)
          + clamp(min=0).detach().requires_grad_() + 0 * cosines[:, 0]
        labels-not-scaled: the score was compared as it is, 0 to 5.
          look: the target: score / 5.
          - scores / HIGHEST
          + scores
    """),
    styles=styles(r"""
        relu:
          def clamped_cosine_mse(cosines, scores):
              return F.mse_loss(F.relu(cosines.flatten()), scores / 5)

        where:
          def clamped_cosine_mse(cosines, scores):
              cosine = cosines[:, 0]
              raised = torch.where(cosine > 0, cosine, torch.zeros_like(cosine))
              return ((raised - scores / 5) ** 2).mean()

        maximum:
          def clamped_cosine_mse(cosines, scores):
              raised = torch.maximum(cosines[:, 0], torch.zeros(len(cosines)))
              return (raised - scores / 5).pow(2).mean()

        a mask:
          def clamped_cosine_mse(cosines, scores):
              positive = (cosines > 0).float()
              return ((cosines * positive).squeeze(1) - scores / 5).square().sum() / scores.numel()

        torch's loss:
          def clamped_cosine_mse(cosines, scores):
              return nn.functional.mse_loss(nn.ReLU()(cosines.reshape(-1)), scores.div(5))
    """),
)
