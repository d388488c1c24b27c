"""Exercise 06.3: moments and bias correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def corrected_moments(
    gradients: Sequence[Tensor], beta1: float, beta2: float
) -> tuple[Tensor, Tensor]:
    """Adam's two running means after all gradients, bias corrected: m̂ and v̂.

    gradients: one of each step, all of one shape; m and v start at 0. Kingma & Ba (2015),
    algorithm 1.
    """
    m = torch.zeros_like(gradients[0])
    v = torch.zeros_like(gradients[0])
    for gradient in gradients:
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
    steps = len(gradients)
    return m / (1 - beta1**steps), v / (1 - beta2**steps)


def slow_moments(gradients: Sequence[Tensor], beta1: float, beta2: float) -> tuple[Tensor, Tensor]:
    """A weighted mean of all gradients, with the weights written out and divided by their sum."""
    count = len(gradients)
    found = []
    for beta, power in ((beta1, 1), (beta2, 2)):
        weights = [beta ** (count - 1 - place) for place in range(count)]
        total = sum(w * g.double() ** power for w, g in zip(weights, gradients, strict=True))
        found.append((total / sum(weights)).float())
    return found[0], found[1]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One step, several, and other betas."""
    first = inputs.constant(torch.tensor([2.0, -1.0]))  # nobody differentiates an optimizer
    several = list(inputs.constant(*(inputs.randn(2, 3) for _ in range(4))))
    return {
        "m̂ and v̂ after the one gradient [2, −1], β₁ = 0.9, β₂ = 0.99": inputs.call(
            answer, [first], 0.9, 0.99
        ),
        "m̂ and v̂ after four gradients, β₁ = 0.8, β₂ = 0.95": inputs.call(
            answer, several, 0.8, 0.95
        ),
    }


EXERCISE = Exercise(
    id="06.3",
    title="moments and bias correction",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference=corrected_moments,
    specification=slow_moments,
    observe=observe,
    hints=(
        "After one gradient, m̂ must be that gradient and v̂ its square. Is it so?",
        "m and v start at 0, and after one step with β₁ = 0.9 only a tenth of the gradient is in "
        "m. Dividing by 1 − β₁ᵗ takes that out, and matters less with every step.",
        "m, v = 0, 0\nfor each gradient g:\n  m = β₁ m + (1 − β₁) g\n  v = β₂ v + (1 − β₂) g²\n"
        "m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ), with t the number of gradients",
    ),
    mistakes=mistakes(r"""
        no-bias-correction: m and v were returned as they are, drawn towards 0 by their start.
          look: the last line: divide by 1 − β₁ᵗ and by 1 − β₂ᵗ.
          - return m / (1 - beta1**steps), v / (1 - beta2**steps)
          + return m, v
        square-of-the-mean: v was made from m², not from the square of the gradient.
          look: the line of v: it averages squared gradients.
          - * gradient**2
          + * m**2
        square-forgotten: v averages the gradients themselves, as m does.
          look: the line of v: it averages squared gradients.
          - * gradient**2
          + * gradient
        betas-swapped: β₁ and β₂ changed places.
          look: the two lines of the loop: β₁ belongs to m, β₂ to v.
          - m = beta1 * m + (1 - beta1)
          + m = beta2 * m + (1 - beta2)
          - v = beta2 * v + (1 - beta2)
          + v = beta1 * v + (1 - beta1)
          - m / (1 - beta1**steps), v / (1 - beta2**steps)
          + m / (1 - beta2**steps), v / (1 - beta1**steps)
        weights-swapped: the old mean got 1 − β and the new gradient got β.
          look: the loop: β keeps the old, 1 − β takes in the new.
          - beta1 * m + (1 - beta1) * gradient
          + (1 - beta1) * m + beta1 * gradient
          - beta2 * v + (1 - beta2) * gradient
          + (1 - beta2) * v + beta2 * gradient
        new-gradient-at-full-weight: the new gradient was added whole, without 1 − β.
          look: the loop: the new gradient has weight 1 − β.
          - (1 - beta1) * gradient
          + gradient
          - (1 - beta2) * gradient
          + gradient
        corrected-inside-the-loop: the corrected m and v were carried on, so the next step corrects
            them again.
          look: where you divide: after the loop, or into a new name.
          - for gradient in gradients:
          + for step, gradient in enumerate(gradients, 1):
          - * gradient**2
          + * gradient**2
          +         m, v = m / (1 - beta1**step), v / (1 - beta2**step)
          - return m / (1 - beta1**steps), v / (1 - beta2**steps)
          + return m, v
        corrected-as-in-step-one: the correction has no exponent, as if every step were the first.
          look: 1 − βᵗ: t is the number of gradients so far.
          - 1 - beta1**steps), v / (1 - beta2**steps)
          + 1 - beta1), v / (1 - beta2)
        counted-from-zero: the exponent t is one too small, as where counting begins at 0; after one
            gradient 1 − β⁰ is 0, and dividing by it is infinite.
          look: 1 − βᵗ: t is 1 after the first gradient; enumerate(gradients, 1) counts that way.
          - steps = len(gradients)
          + steps = len(gradients) - 1
        root-already-taken: the root of v̂ was returned.
          look: the last line: the root belongs to the update, not to the moment.
          - v / (1 - beta2**steps)
          + (v / (1 - beta2**steps)).sqrt()
    """),
    styles=styles(r"""
        in place, on tensors of its own:
          def corrected_moments(gradients, beta1, beta2):
              m, v = torch.zeros_like(gradients[0]), torch.zeros_like(gradients[0])
              for g in gradients:
                  m.lerp_(g, 1 - beta1)
                  v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
              t = len(gradients)
              return m.div_(1 - beta1 ** t), v.div_(1 - beta2 ** t)

        weights written out:
          def corrected_moments(gradients, beta1, beta2):
              g = torch.stack(list(gradients))
              ages = torch.arange(len(g) - 1, -1, -1).view(-1, *[1] * (g.dim() - 1))
              a, b = beta1 ** ages, beta2 ** ages
              return (a * g).sum(0) / a.sum(0), (b * g * g).sum(0) / b.sum(0)

        one step at a time, corrected at the end:
          def corrected_moments(gradients, beta1, beta2):
              m, v, t = 0.0, 0.0, 0
              for g in gradients:
                  t = t + 1
                  m = m + (1 - beta1) * (g - m)
                  v = v + (1 - beta2) * (g * g - v)
              return m / (1 - beta1**t), v / (1 - beta2**t)

        one weighted sum:
          def corrected_moments(gradients, beta1, beta2):
              stacked = torch.stack(list(gradients))

              def mean(values, beta):
                  ages = torch.arange(len(values) - 1, -1, -1)
                  weights = beta ** ages.float()
                  return torch.tensordot(weights / weights.sum(), values, dims=1)

              return mean(stacked, beta1), mean(stacked.square(), beta2)

        lerp, as a list:
          def corrected_moments(gradients, beta1, beta2):
              found = []
              for beta, values in ((beta1, gradients), (beta2, [g**2 for g in gradients])):
                  mean = torch.zeros(values[0].shape)
                  for value in values:
                      mean = torch.lerp(mean, value, 1 - beta)
                  found.append(mean / (1 - beta ** len(values)))
              return found
    """),
)
