"""Exercise 07.6: one correlation for many batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def pearson_of_batches(batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    """Pearson's correlation over everything that came in batches.

    batches: (predictions, labels), (B,) each, B not always the same.
    Returns 0 when one side never changes, where the correlation has no value.
    """
    predicted = torch.cat([said for said, _ in batches]).double()  # (n,)
    labels = torch.cat([wanted for _, wanted in batches]).double()  # (n,)
    x = predicted - predicted.mean()
    y = labels - labels.mean()
    spread = (x.square().sum() * y.square().sum()).sqrt()
    return float((x * y).sum() / spread) if spread > 0 else 0.0


def slow_pearson(batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    """Gather everything, then NumPy's own correlation."""
    predicted = [float(x) for said, _ in batches for x in said]
    labels = [float(x) for _, wanted in batches for x in wanted]
    if len(set(predicted)) == 1 or len(set(labels)) == 1:
        return 0.0
    return float(np.corrcoef(predicted, labels)[0, 1])


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Batches whose means differ, so that what holds in each does not hold for all."""

    def ask(batches: list[tuple[Tensor, Tensor]]) -> Any:
        return inputs.call(answer, batches)

    labels = [inputs.randn(size) + shift for size, shift in ((5, 0), (4, 3), (3, 9))]
    batches = [(3 + 2 * y + inputs.randn(len(y)).pow(3), y) for y in labels]
    return {
        "the correlation of one batch of five": ask(batches[:1]),
        "batches of five, four and three": ask(batches),
        "predictions that fall as labels rise": ask([(-said, wanted) for said, wanted in batches]),
        "predictions that lie close together": ask([(0.5 + 0.01 * batches[0][0], labels[0])]),
        "a model that says 2.5 to everything": ask([(torch.full((5,), 2.5), labels[0])]),
    }


EXERCISE = Exercise(
    id="07.6",
    title="one correlation for many batches",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=pearson_of_batches,
    specification=slow_pearson,
    observe=observe,
    hints=(
        "Ask for the correlation of one batch, then of several. Which of the two is wrong?",
        "Accuracy is a mean, so it can be averaged over batches of one size. A correlation is "
        "not a mean: whether a prediction is high depends on the mean of all of them. Gather "
        "everything, then compute once.",
        "put all predictions together, and all labels\nx = predictions − their mean\n"
        "y = labels − their mean\nΣ x·y / √(Σ x² · Σ y²), or 0 where that root is 0",
    ),
    mistakes=mistakes(r"""
        averaged-over-batches: the correlation was taken in each batch and averaged: what differs
            between batches is lost.
          look: the place of the formula: after the loop over batches, on everything.
          def pearson_of_batches(batches):
              found = []
              for said, wanted in batches:
                  x, y = said - said.mean(), wanted - wanted.mean()
                  spread = (x.square().sum() * y.square().sum()).sqrt()
                  found.append(float((x * y).sum() / spread) if spread > 0 else 0.0)
              return sum(found) / len(found)
        weighted-over-batches: the correlations of the batches were averaged by their size: still
            not one correlation of all.
          look: the place of the formula: after the loop over batches, on everything.
          def pearson_of_batches(batches):
              total = 0.0
              for said, wanted in batches:
                  x, y = said - said.mean(), wanted - wanted.mean()
                  spread = (x.square().sum() * y.square().sum()).sqrt()
                  total += len(x) * (float((x * y).sum() / spread) if spread > 0 else 0.0)
              return total / sum(len(said) for said, _ in batches)
        sum-over-spreads: a sum stands above and two standard deviations below, so it grows with n.
          look: the denominator: the root of both sums of squares, with no n in it.
          - (x * y).sum() / spread
          + (x * y).sum() / (x.std() * y.std())
        n-above-and-n-less-one-below: the mean above divides by n, `std` below by n − 1.
          look: one n for both: std(correction=0), or sums above and below.
          - (x * y).sum() / spread
          + (x * y).mean() / (x.std() * y.std())
        last-batch-only: only the last batch was counted.
          look: what the loop keeps: append to a list, do not overwrite.
          - torch.cat([said for said, _ in batches])
          + batches[-1][0]
          - torch.cat([wanted for _, wanted in batches])
          + batches[-1][1]
        means-not-taken-off: the means were not taken off: that is a cosine, and a constant answer
            scores high.
          look: x and y: predictions and labels minus their means.
          - predicted - predicted.mean()
          + predicted
          - labels - labels.mean()
          + labels
        covariance-only: the sum of products was divided by their number: a covariance, which grows
            with the scale.
          look: the denominator: √(Σ x² · Σ y²).
          - (x * y).sum() / spread
          + (x * y).mean()
        slope-instead: the sum of products was divided by Σ x²: the slope of a line, not a
            correlation.
          look: the denominator: both spreads take part.
          - (x * y).sum() / spread
          + (x * y).sum() / x.square().sum()
        squared-correlation: the correlation was squared, so a model that is right upside down looks
            good.
          look: what is done at the end: nothing; a negative correlation stays negative.
          - (x * y).sum() / spread
          + ((x * y).sum() / spread).square()
        ranks-correlated: ranks were correlated: that is Spearman's.
          look: x and y: the values themselves.
          - said for said, _ in batches]).double()
          + said for said, _ in batches]).argsort().argsort().double()
          - wanted for _, wanted in batches]).double()
          + wanted for _, wanted in batches]).argsort().argsort().double()
        constant-gives-nan: a model that always says the same gives 0/0, which is NaN, and the sweep
            stops there.
          look: the case of a zero spread: return 0.
          -  if spread > 0 else 0.0
    """),
    styles=styles(r"""
        numpy:
          def pearson_of_batches(batches):
              predicted = torch.cat([b[0] for b in batches]).numpy().astype("float64")
              labels = torch.cat([b[1] for b in batches]).numpy().astype("float64")
              if predicted.std() == 0 or labels.std() == 0:
                  return 0.0
              x = (predicted - predicted.mean()) / predicted.std()
              y = (labels - labels.mean()) / labels.std()
              return float((x * y).mean())

        running sums:
          def pearson_of_batches(batches):
              n = sx = sy = sxx = syy = sxy = 0.0
              for said, wanted in batches:
                  x, y = said.double(), wanted.double()
                  n += len(x)
                  sx, sy = sx + x.sum(), sy + y.sum()
                  sxx, syy, sxy = sxx + (x * x).sum(), syy + (y * y).sum(), sxy + (x * y).sum()
              below = (n * sxx - sx**2) * (n * syy - sy**2)
              return float((n * sxy - sx * sy) / below.sqrt()) if below > 1e-9 else 0.0

        corrcoef:
          def pearson_of_batches(batches):
              both = torch.stack([torch.cat(side) for side in zip(*batches)]).double()
              if (both.std(dim=1) == 0).any():
                  return 0.0
              return float(torch.corrcoef(both)[0, 1])

        cosine of what is left:
          def pearson_of_batches(batches):
              x, y = (torch.cat([pair[side] for pair in batches]).double() for side in (0, 1))
              x, y = x - x.mean(), y - y.mean()
              if x.norm() == 0 or y.norm() == 0:
                  return 0
              return F.cosine_similarity(x, y, dim=0)

        plain Python:
          def pearson_of_batches(batches):
              pairs = [(p.item(), t.item()) for batch in batches for p, t in zip(*batch)]
              n = len(pairs)
              mean_p, mean_t = sum(p for p, _ in pairs) / n, sum(t for _, t in pairs) / n
              above = sum((p - mean_p) * (t - mean_t) for p, t in pairs)
              square_p = sum((p - mean_p) ** 2 for p, _ in pairs)
              square_t = sum((t - mean_t) ** 2 for _, t in pairs)
              below = (square_p * square_t) ** 0.5
              return above / below if below else 0.0
    """),
)
