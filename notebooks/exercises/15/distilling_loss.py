"""Exercise 15.1: the distilling loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.distil import distilling_loss
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_distilling_loss(
    logits: Tensor, teacher_logits: Tensor, temperature: float = 1.0
) -> Tensor:
    """One example and one class at a time in plain numbers."""

    def softened(row: list[float]) -> list[float]:
        powers = [math.exp((value - max(row)) / temperature) for value in row]
        return [power / sum(powers) for power in powers]

    total = 0.0
    for own, wanted in zip(logits.tolist(), teacher_logits.tolist(), strict=True):
        q, p = softened(own), softened(wanted)
        total += sum(p[c] * (math.log(p[c]) - math.log(q[c])) for c in range(len(p)))
    return torch.tensor(temperature**2 * total / len(logits))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One example to check by hand, agreement, several examples at three temperatures."""
    one, other = torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 0.0]])
    own, wanted = 2 * inputs.randn(6, 4), inputs.constant(2 * inputs.randn(6, 4))
    found = {
        "student [2, 0], teacher [0, 0], T = 1": inputs.call(
            answer, one, inputs.constant(other), 1.0
        ),
        "student [0, 0], teacher [2, 0], T = 1": inputs.call(
            answer, other, inputs.constant(one), 1.0
        ),
        "student and teacher differ by 3 in every logit, T = 2": inputs.call(
            answer, own, inputs.constant(own + 3), 2.0
        ),
    }
    for temperature in (1.0, 2.0, 5.0):
        found[f"six examples of four classes, T = {temperature:g}"] = inputs.call(
            answer, own, wanted, temperature
        )
    found["the same six, T not named"] = inputs.call(answer, own, wanted)
    return found


EXERCISE = Exercise(
    id="15.1",
    title="the distilling loss",
    minutes=15,
    difficulty="steady",
    core=False,
    reference=distilling_loss,
    specification=slow_distilling_loss,
    observe=observe,
    tolerance=1e-4,
    hints=(
        "Give student and teacher the same logits: is your loss 0? Then add 3 to all logits of "
        "one side. A softmax does not see that, and your loss must not either.",
        "Divide both logits by T before the softmax. The loss is the Kullback–Leibler divergence "
        "from the teacher's distribution p to the student's q, Σ p · (log p − log q) over the "
        "classes, averaged over the examples. Dividing by T makes every gradient T² times as "
        "small, so multiply by T².",
        "log q = log_softmax(logits / T), log p = log_softmax(teacher_logits / T)\n"
        "per example: sum over classes of p · (log p − log q)\n"
        "T² · the mean over examples",
    ),
    mistakes=mistakes(r"""
        without-t-squared: T² is missing, so a higher temperature makes the whole term small beside
            the labels' cross-entropy.
          look: the last line: multiply by the temperature squared.
          - temperature**2 * F.kl_div
          + F.kl_div
        times-t-once: the loss was multiplied by T and not by T².
          look: the last line: the logits are divided by T on both sides, so the square is needed.
          - temperature**2 * F.kl_div
          + temperature * F.kl_div
        divergence-the-other-way-round: the divergence goes from the student to the teacher: it
            weighs each class by what the student believes, and not by what the teacher does.
          look: which of the two distributions stands in front of the difference of logarithms.
          - F.kl_div(own, wanted, reduction="batchmean", log_target=True)
          + F.kl_div(wanted, own, reduction="batchmean", log_target=True)
        temperature-on-the-student-alone: only the student's logits were divided by T.
          look: the teacher's line: its logits are softened too.
          - (teacher_logits.float() / temperature)
          + teacher_logits.float()
        temperature-on-the-teacher-alone: only the teacher's logits were divided by T.
          look: the student's line: its logits are softened too.
          - (logits.float() / temperature).log_softmax(dim=-1)
          -     wanted
          + logits.float().log_softmax(dim=-1)
          +     wanted
        temperature-multiplied: the logits were multiplied by T, which makes a distribution sharper
            and not softer.
          look: the lines of both logits: divide.
          def distilling_loss(logits, teacher_logits, temperature=1.0):
              own = (logits.float() * temperature).log_softmax(dim=-1)
              wanted = (teacher_logits.float() * temperature).log_softmax(dim=-1)
              return temperature**2 * F.kl_div(own, wanted, reduction="batchmean", log_target=True)
        averaged-over-classes-too: the sum was divided by B·C, as `reduction="mean"` of kl_div
            does it.
          look: the reduction: one divergence per example, so divide by B.
          - reduction="batchmean"
          + reduction="mean"
        summed-not-averaged: the divergences of the batch were added up, so a larger batch has a
            larger loss.
          look: the reduction: the mean over examples.
          - reduction="batchmean"
          + reduction="sum"
        cross-entropy-not-divergence: this is the cross-entropy of the two distributions. Its
            gradient is right, its value is not 0 where both agree.
          look: the sum over classes: the teacher's own entropy is taken off.
          - F.kl_div(own, wanted, reduction="batchmean", log_target=True)
          + -(wanted.exp() * own).sum(dim=-1).mean()
        hard-labels: the teacher's most likely class was used as a label; how sure it is of the
            others is what a student learns from.
          look: the teacher's side: its whole distribution.
          - F.kl_div(own, wanted, reduction="batchmean", log_target=True)
          + F.cross_entropy(own, wanted.argmax(dim=-1))
        squared-error-of-logits: the logits themselves were compared; 3 added to all of them would
            change nothing of what is believed.
          look: between logits and loss: a softmax on both sides.
          - temperature**2 * F.kl_div(own, wanted, reduction="batchmean", log_target=True)
          + F.mse_loss(logits.float(), teacher_logits.float())
        softmax-over-the-batch: the softmax ran over the examples and not over the classes.
          look: the dim of both: classes are the last axis.
          def distilling_loss(logits, teacher_logits, temperature=1.0):
              own = (logits.float() / temperature).log_softmax(dim=0)
              wanted = (teacher_logits.float() / temperature).log_softmax(dim=0)
              return temperature**2 * F.kl_div(own, wanted, reduction="batchmean", log_target=True)
    """),
    styles=styles(r"""
        the sum written out:
          def distilling_loss(logits, teacher_logits, temperature=1.0):
              log_q = F.log_softmax(logits / temperature, dim=-1)
              log_p = F.log_softmax(teacher_logits / temperature, dim=-1)
              return temperature**2 * (log_p.exp() * (log_p - log_q)).sum(-1).mean()

        probabilities as the target:
          def distilling_loss(logits, teacher_logits, temperature=1.0):
              q = torch.log_softmax(logits / temperature, 1)
              p = torch.softmax(teacher_logits / temperature, 1)
              return F.kl_div(q, p, reduction="batchmean") * temperature * temperature

        cross-entropy less entropy:
          def distilling_loss(logits, teacher_logits, temperature=1.0):
              T = temperature
              p = (teacher_logits / T).softmax(-1)
              crossed = F.cross_entropy(logits / T, p)
              own = F.cross_entropy(teacher_logits / T, p)
              return T * T * (crossed - own)

        a loop over examples:
          def distilling_loss(logits, teacher_logits, temperature=1.0):
              losses = []
              for row, teacher in zip(logits, teacher_logits):
                  p = (teacher / temperature).softmax(0)
                  log_q = (row / temperature).log_softmax(0)
                  losses.append((p * (p.log() - log_q)).sum())
              return torch.stack(losses).mean() * temperature**2
    """),
)
