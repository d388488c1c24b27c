"""Exercise 06.1: cross-entropy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """−log softmax(logits)[label], averaged over the batch: (B, C), (B,) → ().

    The largest logit of a row is taken off first: no exponential overflows, no value changes.
    """
    shifted = logits - logits.max(dim=-1, keepdim=True).values  # (B, C)
    log_probabilities = shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (B, C)
    chosen = log_probabilities[torch.arange(len(labels)), labels]  # (B,)
    return -chosen.mean()


def slow_cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """One example at a time in plain numbers."""
    losses = []
    for row, label in zip(logits.double().tolist(), labels.tolist(), strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(value - top) for value in row))
        losses.append(log_sum - row[label])
    return torch.tensor(sum(losses) / len(losses), dtype=logits.dtype)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One example, several, and logits far from 0 and from each other."""
    one = torch.tensor([[1.0, 2.0, 0.5]])
    logits, labels = 2 * inputs.randn(7, 4), inputs.randint(0, 4, (7,))
    found = {
        "the loss of one example with logits [1, 2, 0.5] and label 0": inputs.call(
            answer, one, torch.tensor([0])
        ),
        "the loss of seven examples of four classes": inputs.call(answer, logits, labels),
    }
    found["the loss of logits around 200"] = inputs.call(answer, logits + 200, labels)
    found["the loss of logits [200, 0] and label 1"] = inputs.call(
        answer, torch.tensor([[200.0, 0.0]]), torch.tensor([1])
    )
    far = torch.tensor([[300.0, 299.0, 298.0], [0.0, 1.0, 2.0]])
    found["the loss of two examples, logits around 300 and around 1"] = inputs.call(
        answer, far, torch.tensor([1, 0])
    )
    return found


EXERCISE = Exercise(
    id="06.1",
    title="cross-entropy",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=cross_entropy,
    specification=slow_cross_entropy,
    observe=observe,
    hints=(
        "Print exp of your log-probabilities: each row sums to 1. With logits around 200, is "
        "anything infinite?",
        "The loss is minus the log-probability of the right class. log softmax is the logit minus "
        "the log of the sum of exponentials, and it stays the same when every logit of a row is "
        "made smaller by the row's largest.",
        "subtract each row's largest logit from the row\n"
        "log-probabilities = row − log of the sum of exp(row), over the classes\n"
        "pick the entry of the label in each row\nloss = minus the mean of what you picked",
    ),
    mistakes=mistakes(r"""
        softmax-twice: the logits went through a softmax before the loss, which has a softmax of its
            own.
          look: the first line: the loss reads logits as they come from the head.
          - shifted = logits - logits
          + logits = logits.softmax(-1)
          +     shifted = logits - logits
        sigmoid-before-the-loss: the logits went through a sigmoid before the log-softmax.
          look: the first line: the loss reads logits as they come from the head.
          - shifted = logits - logits
          + logits = logits.sigmoid()
          +     shifted = logits - logits
        summed-not-averaged: the losses of the batch were added up, so a larger batch has a larger
            loss.
          look: the last line: the mean over examples.
          - -chosen.mean()
          + -chosen.sum()
        minus-forgotten: the sign is missing: training would make the right class unlikely.
          look: the last line: minus the mean.
          - return -chosen
          + return chosen
        softmax-over-the-batch: the sum of exponentials ran over the examples and not over the
            classes.
          look: the dim of your sum: classes are the last axis.
          - shifted.exp().sum(dim=-1, keepdim=True)
          + shifted.exp().sum(dim=0, keepdim=True)
        logarithm-forgotten: the probability of the right class was used, not its logarithm.
          look: between softmax and picking: take the log.
          - shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (B, C)
          + shifted.softmax(-1)
        not-normalised: the logit of the right class was used as if it were a log-probability.
          look: the log of the sum of exponentials: it must be taken off each logit.
          - logits - logits.max(dim=-1, keepdim=True).values  #
          + logits  #
          - shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (B, C)
          + shifted
        averaged-over-classes-too: the sum was divided by B·C, as a mean over a table with one entry
            per class does.
          look: the mean: one loss per example, so divide by B.
          - -chosen.mean()
          + -chosen.mean() / logits.shape[-1]
        exponential-overflows: exp of a large logit is infinite in fp32, although the loss itself is
            small.
          look: the exponentials: take each row's largest logit off first, or use logsumexp.
          - logits - logits.max(dim=-1, keepdim=True).values  #
          + logits  #
        infinity-over-infinity: exp of a large logit is infinite in fp32, and dividing by a sum that
            is infinite too gives NaN.
          look: the exponentials: take each row's largest logit off first.
          - logits - logits.max(dim=-1, keepdim=True).values  #
          + logits  #
          - shifted - shifted
          + shifted.exp().log() - shifted
        softmax-then-log: softmax first and log afterwards: a probability too small for fp32 becomes
            0, and the log of 0 is infinite.
          look: the log: take it before anything is divided, as logit minus log of the sum.
          - shifted - shifted.exp().sum(dim=-1, keepdim=True).log()  # (B, C)
          + (shifted.exp() / shifted.exp().sum(dim=-1, keepdim=True)).log()
        largest-of-the-whole-batch: the largest logit of the whole batch was taken off every row, so
            all exponentials of a row far below it become 0.
          look: the max: one for each row, with dim=-1 and keepdim=True.
          - logits.max(dim=-1, keepdim=True).values
          + logits.max()
        softmax-over-the-whole-table: the sum of exponentials ran over all examples and classes
            together.
          look: the sum: one for each row, with dim=-1 and keepdim=True.
          - shifted.exp().sum(dim=-1, keepdim=True)
          + shifted.exp().sum()
        every-label-for-every-row: each row was read at the labels of all examples: [:, labels]
            gives a B × B table.
          look: the picking: row i at labels[i], with torch.arange(B) as the first index, or gather.
          - [torch.arange(len(labels)), labels]
          + [:, labels]
    """),
    styles=styles(r"""
        torch's own:
          def cross_entropy(logits, labels):
              return F.cross_entropy(logits, labels)

        logsumexp and gather:
          def cross_entropy(logits, labels):
              log_probabilities = logits - torch.logsumexp(logits, 1, keepdim=True)
              return -log_probabilities.gather(1, labels[:, None]).mean()

        one-hot table:
          def cross_entropy(logits, labels):
              wanted = F.one_hot(labels, logits.shape[1])
              return -(wanted * F.log_softmax(logits, dim=1)).sum() / len(labels)

        loop over examples:
          def cross_entropy(logits, labels):
              total = 0.0
              for row, label in zip(logits, labels):
                  total = total + row.logsumexp(0) - row[label]
              return total / len(labels)

        in double precision:
          def cross_entropy(logits, labels):
              wide = logits.double()
              log_probabilities = wide - wide.logsumexp(dim=1, keepdim=True)
              return -log_probabilities[range(len(labels)), labels].mean().float()

        negative log-likelihood:
          def cross_entropy(logits, labels):
              return F.nll_loss(logits.log_softmax(dim=-1), labels)

        margins to the right class:
          def cross_entropy(logits, labels):
              right = torch.take_along_dim(logits, labels[:, None], dim=1)
              return torch.logsumexp(logits - right, dim=1).sum() / logits.size(0)
    """),
)
