"""Exercise 16.4: a lens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.evidence.inside import lens
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_lens(states: Tensor, targets: Tensor, others: Tensor, strength: float = 0.1) -> Tensor:
    """Least squares on more rows: for each feature one that asks its weight to be 0."""
    n, size = states.shape
    shifted = torch.stack([row - sum(states) / n for row in states])
    penalty = strength * sum(float((shifted[:, f] ** 2).sum()) for f in range(size)) / size
    asks = torch.cat([shifted, penalty**0.5 * torch.eye(size)])  # (n + H, H)
    level = sum(targets) / n
    wanted = torch.cat([targets - level, torch.zeros(size, targets.shape[1])])
    weights = torch.linalg.lstsq(asks.double(), wanted.double()).solution.float()
    return torch.stack([(row - sum(states) / n) @ weights + level for row in others])


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two strengths, states far from 0 and large ones, others that lie elsewhere."""
    states, others = inputs.randn(20, 5) + 2, inputs.randn(7, 5) + 1
    targets = inputs.constant(one_hot(inputs.randint(0, 3, (20,))))
    scores = inputs.constant(5 * inputs.randn(20, 1).sigmoid())
    return {
        "classes, strength 1": inputs.call(answer, states, targets, others, 1.0),
        "classes, strength 0.01": inputs.call(answer, states, targets, others, 0.01),
        "classes, strength not named": inputs.call(answer, states, targets, others),
        "scores": inputs.call(answer, states, scores, others, 1.0),
        "states and others ten times as large": inputs.call(
            answer, 10 * states, targets, 10 * others, 1.0
        ),
        "one other row": inputs.call(answer, states, targets, others[:1], 1.0),
    }


def one_hot(classes: Tensor) -> Tensor:
    """A 1 in the column of each row's class, (n,) → (n, 3)."""
    return torch.nn.functional.one_hot(classes, 3).float()


EXERCISE = Exercise(
    id="16.4",
    title="a lens",
    minutes=15,
    difficulty="demanding",
    core=False,
    reference=lens,
    specification=slow_lens,
    observe=observe,
    tolerance=2e-4,
    hints=(
        "Make states and others ten times as large: the answers stay. Ask about a row that equals "
        "the mean of `states`: the answer is the mean of the targets, whatever the strength.",
        "Ridge regression: take the mean of `states` away from both sets of states, fit without a "
        "constant, and add the mean of the targets. The penalty on the diagonal is measured in "
        "the features' own sums of squares, so that it suits large states and small ones.",
        "X = states − their mean, (n, H)\n"
        "P = XᵀX, penalty = strength · mean of P's diagonal\n"
        "W = solve(P + penalty · I, XᵀY), (H, C)\n"
        "(others − the same mean) @ W + mean of targets",
    ),
    mistakes=mistakes(r"""
        states-not-centred: the mean of the states was not taken away, so that the penalty also
            pulls the level of the answers towards 0.
          look: the first lines: X is states minus their mean.
          - middle = states.mean(0)
          + middle = 0 * states.mean(0)
        level-not-added: the mean of the targets was not added, so all answers lie around 0.
          look: the last line.
          -  + targets.mean(0)
        others-centred-by-themselves: the others were centred by their own mean. One sentence alone
            would become 0.
          look: the last line: the mean of the states that the probe was fitted to.
          - (others - middle)
          + (others - others.mean(0))
        others-not-centred: the mean was taken from the states that the probe was fitted to, and
            not from the others.
          look: the last line: the same mean is taken away from both.
          - (others - middle)
          + others
        penalty-without-a-unit: strength stands on the diagonal as it is, so the same strength is a
            heavy penalty for small states and none for large ones.
          look: the penalty: strength times the mean of the diagonal of XᵀX.
          - strength * products.diag().mean() * torch.eye
          + strength * torch.eye
        sum-in-place-of-the-mean: the sum of the diagonal was used, H times the mean.
          look: the penalty.
          - products.diag().mean()
          + products.diag().sum()
        mean-of-the-whole-matrix: the mean was taken over all of XᵀX and not over its diagonal.
          look: the penalty.
          - products.diag().mean()
          + products.mean()
        no-penalty: nothing was added to XᵀX. With more features than rows it has no inverse.
          look: solve: XᵀX plus the penalty on its diagonal.
          - products + penalty
          + products
        penalty-everywhere: the penalty was added to every entry and not to the diagonal only.
          look: the penalty: times an identity matrix.
          - torch.eye(len(products))
          + torch.ones_like(products)
        each-feature-scaled: every feature was penalised by its own sum of squares, so that all
            count alike whatever their size.
          look: the penalty: one number for all features.
          - strength * products.diag().mean() * torch.eye(len(products))
          + strength * products.diag().diag()
    """),
    styles=styles(r"""
        an inverse and names of its own:
          def lens(states, targets, others, strength=0.1):
              mean_x, mean_y = states.mean(dim=0), targets.mean(dim=0)
              X, Y = states - mean_x, targets - mean_y
              gram = X.T @ X
              size = gram.shape[0]
              inverse = torch.inverse(gram + strength * torch.trace(gram) / size * torch.eye(size))
              return mean_y + (others - mean_x) @ (inverse @ X.T @ Y)

        by singular values:
          def lens(states, targets, others, strength=0.1):
              mean = states.mean(0, keepdim=True)
              u, s, vt = torch.linalg.svd(states - mean, full_matrices=False)
              penalty = strength * s.square().sum() / states.shape[1]
              weights = vt.T @ torch.diag(s / (s.square() + penalty)) @ (u.T @ targets)
              return (others - mean) @ weights + targets.mean(0, keepdim=True)

        with as many unknowns as rows:
          def lens(states, targets, others, strength=0.1):
              centre = states.mean(0)
              x = states - centre
              penalty = strength * x.square().sum(0).mean()
              level = targets.mean(0)
              dual = torch.linalg.solve(x @ x.T + penalty * torch.eye(len(x)), targets - level)
              return (others - centre) @ x.T @ dual + level
    """),
)
