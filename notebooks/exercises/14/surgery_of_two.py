"""Exercise 14.2: gradient surgery for two tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def surgery_of_two(first: Tensor, second: Tensor) -> Tensor:
    """The gradient that the shared weights follow, from those of two tasks: (n,), (n,) → (n,).

    Where the two point against each other, each first loses its part along the other, as that one
    came; then they are summed. Where they do not, they are summed as they are.
    """
    product = first @ second
    if product >= 0:
        return first + second
    one = first - product / (second @ second) * second
    two = second - product / (first @ first) * first
    return one + two


def slow_surgery_of_two(first: Tensor, second: Tensor) -> Tensor:
    """Number by number."""
    product = sum(a * b for a, b in zip(first, second, strict=True))
    total = []
    for a, b in zip(first, second, strict=True):
        one, two = a, b
        if product < 0:
            one = a - product / sum(value * value for value in second) * b
            two = b - product / sum(value * value for value in first) * a
        total.append(one + two)
    return torch.stack(total)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """In conflict and in harmony, of equal and of very different length, and opposites."""
    found: dict[str, Any] = {}
    one, other = inputs.randn(6), inputs.randn(6)
    against = other - (other @ one + inputs.pick((0.5, 1.0, 2.0))) / (one @ one) * one
    with_it = other - (other @ one - inputs.pick((0.5, 1.0, 2.0))) / (one @ one) * one
    found["of two in conflict"] = inputs.call(answer, one, against)
    found["of the same two, swapped"] = inputs.call(answer, against, one)
    found["of two in conflict, the second 10 times longer"] = inputs.call(answer, one, 10 * against)
    found["of two in conflict, the first 10 times longer"] = inputs.call(answer, 10 * one, against)
    found["of two that do not conflict"] = inputs.call(answer, one, with_it)
    found["of two exact opposites"] = inputs.call(answer, one, -one)
    return found


EXERCISE = Exercise(
    id="14.2",
    title="gradient surgery for two tasks",
    minutes=15,
    difficulty="demanding",
    core=False,
    reference=surgery_of_two,
    specification=slow_surgery_of_two,
    observe=observe,
    hints=(
        "Try two opposites, g and −g: nothing is left of either, so the sum is 0. Try two that "
        "agree: nothing is cut.",
        "A part of one vector along another is their product over the other's squared length, "
        "times the other. Take it away only where the product is negative, and take it from the "
        "gradient as it came, not from one that was already cut.",
        "product = first · second\nif it is not negative: the plain sum\n"
        "one = first − product / (second · second) × second\n"
        "two = second − product / (first · first) × first\nreturn one + two",
    ),
    mistakes=mistakes(r"""
        cut-in-harmony-too: the part along the other was taken away although the two agree; that
            throws away what both want.
          look: the condition: only where the product is negative.
          - if product >= 0:
          + if product == 0:
        cut-where-they-agree: the condition is the wrong way round: what agrees is cut, and what
            conflicts is not.
          look: the condition: sum them as they are where the product is not negative.
          - product >= 0
          + product <= 0
        only-the-first-is-cut: only the first gradient lost its part along the second.
          look: the second: it loses its part along the first.
          - second - product / (first @ first) * first
          + second
        cut-along-the-cut-one: the second was cut along what is left of the first, not along the
            first as it came.
          look: the second line: the first as it came, in the divisor and behind it.
          - two = second - product / (first @ first) * first
          + two = second - product / (one @ one) * one
        length-not-squared: the product was divided by the other's length, not by its square.
          look: the divisor: second @ second.
          - product / (second @ second)
          + product / second.norm()
          - product / (first @ first)
          + product / first.norm()
        divided-by-its-own-length: the product was divided by the squared length of the gradient
            that is cut, not of the one that it is cut along.
          look: the divisors: they are swapped.
          - (second @ second)
          + (first @ first)
          - (first @ first) * first
          + (second @ second) * first
        added-not-taken-away: the part along the other was added, which makes the conflict larger.
          look: the signs: subtract.
          - first - product
          + first + product
          - second - product
          + second + product
        mean-not-sum: the mean of the two came back; the sum is asked for.
          look: the last line, and the sum above it.
          - return first + second
          + return (first + second) / 2
          - return one + two
          + return (one + two) / 2
    """),
    styles=styles(r"""
        a function for one side:
          def surgery_of_two(first, second):
              def cut(own, other):
                  inner = torch.dot(own, other)
                  return own - inner.clamp(max=0) / other.square().sum() * other

              return cut(first, second) + cut(second, first)

        as a weighted sum of both:
          def surgery_of_two(first, second):
              inner = torch.clamp((first * second).sum(), max=0)
              return first * (1 - inner / (first * first).sum()) + second * (
                  1 - inner / (second * second).sum()
              )

        with unit vectors:
          def surgery_of_two(first, second):
              if torch.dot(first, second) < 0:
                  along_first = first / first.norm()
                  along_second = second / second.norm()
                  cut_first = first - (first @ along_second) * along_second
                  cut_second = second - (second @ along_first) * along_first
                  return cut_first + cut_second
              return first + second
    """),
)
