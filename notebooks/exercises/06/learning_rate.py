"""Exercise 06.5: warm-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def learning_rate(step: int, steps: int, warm_up: int, peak: float) -> float:
    """The rate of step 0, 1, …, steps − 1: a line up over `warm_up` steps, then a line down.

    The first step has peak / warm_up, the last of the warm-up has the peak, and the line down
    would reach 0 one step after the last.
    """
    if step < warm_up:
        return peak * (step + 1) / warm_up
    return peak * (steps - step) / (steps - warm_up)


def slow_rate(step: int, steps: int, warm_up: int, peak: float) -> float:
    """The whole schedule written down, then one number of it."""
    rising = [peak * number / warm_up for number in range(1, warm_up + 1)]
    down = steps - warm_up
    return (rising + [peak * (down - number) / down for number in range(down)])[step]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Ends and corners first, then every step of another schedule."""
    asked = {"step 0": 0, "step 3, the last of the warm-up": 3, "step 4": 4, "step 9, the last": 9}
    found = {
        f"the rate of {words}, of 10 steps with 4 of warm-up and peak 1": inputs.call(
            answer, step, 10, 4, 1.0
        )
        for words, step in asked.items()
    }
    warm_up, peak = int(inputs.randint(2, 6, (1,))), 0.02
    found["all rates of 17 steps, times 1000"] = [
        1000 * inputs.call(answer, step, 17, warm_up, peak) for step in range(17)
    ]
    return found


EXERCISE = Exercise(
    id="06.5",
    title="warm-up",
    minutes=8,
    difficulty="warm-up",
    core=False,
    reference=learning_rate,
    specification=slow_rate,
    observe=observe,
    hints=(
        "Ten steps, four of warm-up, peak 1: the rates begin 0.25, 0.5, 0.75, 1. What are yours?",
        "Two straight lines. Steps are counted from 0, and the first must not be wasted on a rate "
        "of 0.",
        "if step < warm_up: peak × (step + 1) / warm_up\n"
        "else: peak × (steps − step) / (steps − warm_up)",
    ),
    mistakes=mistakes(r"""
        first-step-at-zero: the rise starts at 0, so the first step moves nothing.
          look: the line up: step + 1, since steps are counted from 0.
          - peak * (step + 1) / warm_up
          + peak * step / warm_up
        warm-up-one-step-longer: the rising line is used for one step too many.
          look: the condition: step < warm_up.
          - if step < warm_up
          + if step <= warm_up
        falls-from-the-first-step: the line down was drawn over all steps, so the rate jumps after
            the warm-up.
          look: the line down: it has steps − warm_up steps to fall in.
          - / (steps - warm_up)
          + / steps
        line-down-too-flat: the line down was divided by one step too many, so it begins below the
            peak.
          look: the line down: it has steps − warm_up steps to fall in, not one more.
          - / (steps - warm_up)
          + / (steps - warm_up + 1)
        never-falls: the rate stays at its peak after the warm-up.
          look: the second return: a line down.
          - peak * (steps - step) / (steps - warm_up)
          + peak
        no-warm-up: the rate starts at its peak and falls.
          look: the first return: a line up while step < warm_up.
          - peak * (step + 1) / warm_up
          + peak
        peak-forgotten: the share of the peak was returned, not the rate.
          look: both returns: times peak.
          - peak * (step + 1) / warm_up
          + (step + 1) / warm_up
          - peak * (steps - step)
          + (steps - step)
        last-step-at-zero: the rate of the last step is 0, so that step is wasted.
          look: the line down: it reaches 0 one step after the last.
          - peak * (steps - step) / (steps - warm_up)
          + peak * (steps - 1 - step) / (steps - warm_up)
    """),
    styles=styles(r"""
        the smaller of two lines:
          def learning_rate(step, steps, warm_up, peak):
              rising = (step + 1) / warm_up
              falling = (steps - step) / (steps - warm_up)
              return peak * min(rising, falling, 1.0)

        a conditional:
          def learning_rate(step, steps, warm_up, peak):
              down = 1 - (step - warm_up) / (steps - warm_up)
              return peak * ((step + 1) / warm_up if step < warm_up else down)

        interpolation:
          def learning_rate(step, steps, warm_up, peak):
              import numpy
              places = [-1, warm_up - 1, warm_up, steps]
              return numpy.interp(step, places, [0.0, peak, peak, 0.0])

        a list of all rates:
          def learning_rate(step, steps, warm_up, peak):
              rates = [peak * (n + 1) / warm_up for n in range(warm_up)]
              rates += [peak * n / (steps - warm_up) for n in range(steps - warm_up, 0, -1)]
              return rates[step]

        a tensor:
          def learning_rate(step, steps, warm_up, peak):
              rising = torch.tensor((step + 1) / warm_up)
              falling = torch.tensor((steps - step) / (steps - warm_up))
              return torch.where(torch.tensor(step < warm_up), rising, falling) * peak
    """),
)
