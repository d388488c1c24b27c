"""Exercise 18.2: R-Drop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def r_drop_loss(first: Tensor, second: Tensor, labels: Tensor, weight: float) -> Tensor:
    """The loss of two passes over one batch with different dropout: (B, C) twice, (B,) → ().

    The mean of both cross-entropies, plus `weight` times half of KL(p ‖ q) + KL(q ‖ p), averaged
    over the batch; p and q are the softmax of first and second. (Wu et al., 2021.)
    """
    tasks = (F.cross_entropy(first, labels) + F.cross_entropy(second, labels)) / 2
    log_p, log_q = first.log_softmax(dim=-1), second.log_softmax(dim=-1)
    p_to_q = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
    q_to_p = F.kl_div(log_p, log_q, reduction="batchmean", log_target=True)
    return tasks + weight * (p_to_q + q_to_p) / 2


def slow_r_drop_loss(first: Tensor, second: Tensor, labels: Tensor, weight: float) -> Tensor:
    """One example and one class at a time."""

    def shares(row: list[float]) -> list[float]:
        powers = [math.exp(value - max(row)) for value in row]
        return [power / sum(powers) for power in powers]

    total = 0.0
    for one, other, label in zip(first.tolist(), second.tolist(), labels.tolist(), strict=True):
        p, q = shares(one), shares(other)
        total -= (math.log(p[label]) + math.log(q[label])) / 2
        for a, b in zip(p, q, strict=True):
            total += weight / 2 * (a * math.log(a / b) + b * math.log(b / a))
    return torch.tensor(total / len(labels))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two passes that agree, one example to check by hand, and a batch at three weights."""
    labels = torch.tensor([0, 2, 1, 3, 0])
    first, second = inputs.randn(5, 4), inputs.constant(2 * inputs.randn(5, 4))
    one, other = torch.tensor([[2.0, 0.0]]), inputs.constant(torch.tensor([[0.0, 0.0]]))
    found = {
        "[2, 0] and [0, 0], label 0, weight 1": inputs.call(
            answer, one, other, torch.tensor([0]), 1.0
        ),
        "two passes that agree, weight 3": inputs.call(
            answer, first, inputs.constant(first), labels, 3.0
        ),
    }
    for weight in (0.0, 1.0, 5.0):
        found[f"five examples of four classes, weight {weight:g}"] = inputs.call(
            answer, first, second, labels, weight
        )
    found["the same five, first and second exchanged, weight 5"] = inputs.call(
        answer, second, inputs.constant(first), labels, 5.0
    )
    return found


EXERCISE = Exercise(
    id="18.2",
    title="R-Drop",
    minutes=12,
    difficulty="steady",
    core=False,
    reference=r_drop_loss,
    specification=slow_r_drop_loss,
    observe=observe,
    tolerance=1e-4,
    hints=(
        "Give the same logits twice: what is left is the plain cross-entropy. Exchange the two: "
        "nothing may change.",
        "Both passes are graded on the labels, and their grades are averaged. Beside that, each "
        "distribution is compared with the other, in both directions, and that is averaged too.",
        "tasks = mean of the two cross-entropies\n"
        "p, q = softmax of both\n"
        "apart = ½ · (Σ p (log p − log q) + Σ q (log q − log p)), averaged over the batch\n"
        "tasks + weight · apart",
    ),
    mistakes=mistakes(r"""
        one-direction: only one direction of the divergence was taken.
          look: the last line: half of both.
          - (p_to_q + q_to_p) / 2
          + p_to_q
        not-halved: the two directions were added and not halved.
          look: the last line: half of both directions.
          - (p_to_q + q_to_p) / 2
          + (p_to_q + q_to_p)
        cross-entropies-added: the two cross-entropies were added; the labels then count twice.
          look: the first line: the mean of both.
          - (F.cross_entropy(first, labels) + F.cross_entropy(second, labels)) / 2
          + F.cross_entropy(first, labels) + F.cross_entropy(second, labels)
        second-pass-not-graded: only the first pass was compared with the labels.
          look: the first line: both passes.
          - (F.cross_entropy(first, labels) + F.cross_entropy(second, labels)) / 2
          + F.cross_entropy(first, labels)
        weight-on-the-labels: the weight stands before the cross-entropy and not before the
            divergence.
          look: the last line.
          - tasks + weight * (p_to_q + q_to_p) / 2
          + weight * tasks + (p_to_q + q_to_p) / 2
        divided-by-classes-too: the divergence was divided by B·C, as `reduction="mean"` of kl_div
            does it.
          look: the reduction: one divergence per example, averaged over the batch.
          - p_to_q = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
          + p_to_q = F.kl_div(log_q, log_p, reduction="mean", log_target=True)
          - q_to_p = F.kl_div(log_p, log_q, reduction="batchmean", log_target=True)
          + q_to_p = F.kl_div(log_p, log_q, reduction="mean", log_target=True)
        summed-over-the-batch: the divergences of the batch were added up.
          look: the reduction: the mean over examples.
          - p_to_q = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
          + p_to_q = F.kl_div(log_q, log_p, reduction="sum", log_target=True)
          - q_to_p = F.kl_div(log_p, log_q, reduction="batchmean", log_target=True)
          + q_to_p = F.kl_div(log_p, log_q, reduction="sum", log_target=True)
        log-target-forgotten: kl_div took logarithms for probabilities.
          look: log_target=True where the target is a logarithm.
          - p_to_q = F.kl_div(log_q, log_p, reduction="batchmean", log_target=True)
          + p_to_q = F.kl_div(log_q, log_p, reduction="batchmean")
          - q_to_p = F.kl_div(log_p, log_q, reduction="batchmean", log_target=True)
          + q_to_p = F.kl_div(log_p, log_q, reduction="batchmean")
        squared-error-of-logits: the logits were compared, not what they say.
          look: between the logits and the divergence: a softmax on both sides.
          - weight * (p_to_q + q_to_p) / 2
          + weight * (first - second).square().sum(-1).mean()
        loss-of-the-mean-logits: the two passes were averaged before the cross-entropy.
          look: the first line: two losses, then their mean.
          - (F.cross_entropy(first, labels) + F.cross_entropy(second, labels)) / 2
          + F.cross_entropy((first + second) / 2, labels)
        softmax-over-the-batch: the softmax ran over the examples.
          look: the dim: classes are the last axis.
          - log_p, log_q = first.log_softmax(dim=-1), second.log_softmax(dim=-1)
          + log_p, log_q = first.log_softmax(dim=0), second.log_softmax(dim=0)
    """),
    styles=styles(r"""
        both directions at once:
          def r_drop_loss(first, second, labels, weight):
              log_p, log_q = torch.log_softmax(first, -1), torch.log_softmax(second, -1)
              apart = ((log_p.exp() - log_q.exp()) * (log_p - log_q)).sum(-1).mean() / 2
              graded = [F.cross_entropy(logits, labels) for logits in (first, second)]
              return sum(graded) / 2 + weight * apart

        one long batch:
          def r_drop_loss(first, second, labels, weight):
              graded = F.cross_entropy(torch.cat([first, second]), labels.repeat(2))
              p, q = first.softmax(-1), second.softmax(-1)
              both = p * (p.log() - q.log()) + q * (q.log() - p.log())
              return graded + weight * both.sum() / (2 * len(labels))

        probabilities as targets:
          def r_drop_loss(first, second, labels, weight):
              p, q = F.softmax(first, dim=1), F.softmax(second, dim=1)
              one = F.kl_div(q.log(), p, reduction="batchmean")
              other = F.kl_div(p.log(), q, reduction="batchmean")
              nll = -(p.log() + q.log())[torch.arange(len(labels)), labels].mean() / 2
              return nll + 0.5 * weight * (one + other)
    """),
)
