"""Exercise 14.5: task arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def add_task_vectors(
    base: dict[str, Tensor], teachers: Sequence[dict[str, Tensor]], scale: float
) -> dict[str, Tensor]:
    """base + scale · the sum of the task vectors, tensor by tensor.

    A teacher's task vector is what it moved: its weights minus those of the base. All have the same
    names and shapes; what is given stays as it is.
    """
    found = {}
    for name, start in base.items():
        moved = sum(teacher[name] - start for teacher in teachers)
        found[name] = start + scale * moved
    return found


def slow_add_task_vectors(
    base: dict[str, Tensor], teachers: Sequence[dict[str, Tensor]], scale: float
) -> dict[str, Tensor]:
    """Number by number."""
    found = {}
    for name, start in base.items():
        flat = [teacher[name].reshape(-1) for teacher in teachers]
        numbers = []
        for place, value in enumerate(start.reshape(-1)):
            total = value
            for teacher in flat:
                total = total + scale * (teacher[place] - value)
            numbers.append(total)
        found[name] = torch.stack(numbers).reshape(start.shape)
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One teacher, three of them, and a scale that leaves the base as it is."""

    def weights() -> dict[str, Tensor]:
        return {"layers.0.weight": inputs.randn(3, 2), "layers.0.bias": inputs.randn(3)}

    base = weights()
    found: dict[str, Any] = {}
    for count, scale in ((1, 1.0), (3, inputs.pick((0.3, 0.4, 0.5))), (2, 0.0)):
        teachers = [weights() for _ in range(count)]
        made = inputs.call(answer, {**base}, teachers, scale)
        words = f"{count} task vector{'s' if count > 1 else ''}, scale {scale:g}"
        found[f"{words}: the names"] = list(made)
        for name in base:
            found[f"{words}: {name}"] = made[name]
    return found


EXERCISE = Exercise(
    id="14.5",
    title="task arithmetic",
    minutes=10,
    difficulty="steady",
    core=False,
    reference=add_task_vectors,
    specification=slow_add_task_vectors,
    observe=observe,
    hints=(
        "With one teacher and a scale of 1 the teacher itself comes back. With a scale of 0 the "
        "base comes back.",
        "Three steps for each name: subtract the base from every teacher, add up what is left, and "
        "add that, scaled, to the base. A sum, not a mean.",
        "for each name, start of the base:\n"
        "    moved = sum over teachers of (teacher[name] − start)\n"
        "    new[name] = start + scale · moved",
    ),
    mistakes=mistakes(r"""
        weights-added-not-vectors: the teachers' weights were added, not what they moved; the base
            is in each of them.
          look: the sum: subtract the base from every teacher.
          - teacher[name] - start for
          + teacher[name] for
        base-forgotten: the sum of the task vectors came back without the base below it.
          look: the last step: start plus.
          - start + scale * moved
          + scale * moved
        mean-not-sum: the mean of the task vectors was added, so that more teachers move the base
            less.
          look: the sum: it is not divided by the number of teachers.
          - scale * moved
          + scale * moved / len(teachers)
        scale-forgotten: the task vectors were added in full.
          look: the last step: scale times the sum.
          - scale * moved
          + moved
        sign-turned-round: the base minus the teachers was added, which moves away from them.
          look: the difference: teacher minus base.
          - teacher[name] - start
          + start - teacher[name]
        base-scaled-too: the base was multiplied by the scale as well.
          look: the brackets: only what moved is scaled.
          - start + scale * moved
          + scale * (start + moved)
        only-the-last-teacher: one teacher's vector took the place of the one before it.
          look: the sum over all teachers.
          - sum(teacher[name] - start for teacher in teachers)
          + teachers[-1][name] - start
    """),
    styles=styles(r"""
        stacked:
          def add_task_vectors(base, teachers, scale):
              return {
                  name: start + scale * torch.stack([t[name] - start for t in teachers]).sum(dim=0)
                  for name, start in base.items()
              }

        a copy that grows:
          def add_task_vectors(base, teachers, scale):
              merged = {name: tensor.clone() for name, tensor in base.items()}
              for teacher in teachers:
                  for name in merged:
                      merged[name] += scale * (teacher[name] - base[name])
              return merged

        as a weighted sum of weights:
          def add_task_vectors(base, teachers, scale):
              merged = {}
              for name in base:
                  total = (1 - scale * len(teachers)) * base[name]
                  for teacher in teachers:
                      total = total + scale * teacher[name]
                  merged[name] = total
              return merged
    """),
)
