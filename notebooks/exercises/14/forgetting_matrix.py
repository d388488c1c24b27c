"""Exercise 14.4: the forgetting matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def forgetting_matrix(scores: Tensor) -> Tensor:
    """What each task has lost since it was trained itself, phase by phase: (N, N) → (N, N).

    scores[i, j]: the score of task j after phase i, in which task i was trained. Lost is the score
    after a task's own phase minus the score now, negative where it rose. Up to and in its own phase
    a task cannot have lost anything: 0.
    """
    own = scores.diagonal()  # (N,)
    return (own - scores).tril(-1)


def slow_forgetting_matrix(scores: Tensor) -> Tensor:
    """Entry by entry."""
    lost = torch.zeros_like(scores)
    for phase in range(len(scores)):
        for task in range(phase):
            lost[phase, task] = scores[task, task] - scores[phase, task]
    return lost


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three and five tasks; one that rises after its phase, and one that is forgotten whole."""
    found = {}
    for count in (3, 5):
        scores = inputs.randn(count, count).sigmoid()
        found[f"{count} tasks: what was lost"] = inputs.call(answer, scores)
    scores = inputs.randn(4, 4).sigmoid()
    scores[1:, 0] = scores[0, 0] + 0.1
    found["4 tasks, the first rises by 0.1 afterwards"] = inputs.call(answer, scores)
    scores = inputs.randn(4, 4).sigmoid()
    scores[3, :3] = 0.0
    found["4 tasks, all but the last are at 0 in the end"] = inputs.call(answer, scores)
    return found


EXERCISE = Exercise(
    id="14.4",
    title="the forgetting matrix",
    minutes=10,
    difficulty="steady",
    core=False,
    reference=forgetting_matrix,
    specification=slow_forgetting_matrix,
    observe=observe,
    hints=(
        "Look at the last row: for each task but the last, how much better was it right after its "
        "own phase? Above the diagonal and on it everything is 0.",
        "A task's own phase is its entry on the diagonal. Every column is compared with its own "
        "diagonal entry, and only rows below it count.",
        "own = the diagonal of scores, (N,)\nlost = own − scores; own lies along the columns\n"
        "keep what is below the diagonal, 0 elsewhere",
    ),
    mistakes=mistakes(r"""
        sign-turned-round: the score now minus the score then came back; a loss is positive.
          look: the difference: own minus scores.
          - own - scores
          + scores - own
        before-training-counted: entries above the diagonal were kept, where a task has not been
            trained yet.
          look: what is kept: only below the diagonal.
          - .tril(-1)
        kept-above-the-diagonal: the other half was kept, in which no task has been trained yet.
          look: which half: rows are phases, so later phases are lower.
          - tril(-1)
          + triu(1)
        own-along-the-rows: each row was compared with its own diagonal entry: a phase with the
            task that was trained in it. Compare columns.
          look: the shape of the diagonal: (N,) lies along the columns, (N, 1) along the rows.
          - (own - scores)
          + (own[:, None] - scores)
        phase-before-not-own: each phase was compared with the one before it, not with the task's
            own phase.
          look: what is subtracted from: the diagonal.
          -     own = scores.diagonal()  # (N,)
          -     return (own - scores).tril(-1)
          +     return (scores.roll(1, 0) - scores).tril(-1)
        first-phase-not-own: every task was compared with its score after the first phase.
          look: what is subtracted from: the diagonal.
          - scores.diagonal()
          + scores[0]
        rises-cut-off: a task that rose later counts as 0; a negative loss is asked for.
          look: the end: nothing is clamped.
          - .tril(-1)
          + .tril(-1).clamp(min=0)
        best-not-own: the score was compared with the best that the task ever had, before its own
            phase and after it.
          look: what is subtracted from: the diagonal, not the largest of the column.
          - scores.diagonal()
          + scores.max(dim=0).values
    """),
    styles=styles(r"""
        a mask:
          def forgetting_matrix(scores):
              phase = torch.arange(len(scores))
              later = phase[:, None] > phase[None, :]
              return torch.where(later, torch.diag(scores)[None] - scores, 0.0)

        column by column:
          def forgetting_matrix(scores):
              lost = torch.zeros(scores.shape, dtype=scores.dtype)
              for task in range(scores.shape[1]):
                  lost[task + 1 :, task] = scores[task, task] - scores[task + 1 :, task]
              return lost

        triangles subtracted:
          def forgetting_matrix(scores):
              size = scores.size(0)
              below = torch.ones(size, size, dtype=scores.dtype).tril(-1)
              return below * torch.diagonal(scores) - below * scores
    """),
)
