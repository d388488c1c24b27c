"""Exercise 12.3: rows to their branches, and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def to_branches(
    states: Mapping[int, Tensor],
    asked: Sequence[Collection[str]],
    taps: Mapping[str, int],
    branches: Mapping[str, Callable[[Tensor], Tensor]],
) -> list[dict[str, Tensor]]:
    """What each row's tasks put out, after one trunk pass for all rows.

    states: by depth d, the trunk's hidden_states[d], (B, T, H). asked: for each of the B rows the
    tasks that it asks. taps: by task, its depth. branches: by task, (n, T, H) → (n, C); each is
    called once, on the rows that ask it, and not at all where none does.
    Gives back B dictionaries, task → (C,).
    """
    found: list[dict[str, Tensor]] = [{} for _ in asked]
    for task, branch in branches.items():
        rows = [row for row, tasks in enumerate(asked) if task in tasks]
        if rows:
            outputs = branch(states[taps[task]][rows])
            for row, output in zip(rows, outputs, strict=True):
                found[row][task] = output
    return found


def slow_to_branches(
    states: Mapping[int, Tensor],
    asked: Sequence[Collection[str]],
    taps: Mapping[str, int],
    branches: Mapping[str, Callable[[Tensor], Tensor]],
) -> list[dict[str, Tensor]]:
    """Each branch's rows gathered one by one, and its outputs handed out one by one."""
    found: list[dict[str, Tensor]] = []
    for _ in asked:
        found.append({})
    for task in branches:
        rows, hidden = [], []
        for row in range(len(asked)):
            if task in asked[row]:
                rows.append(row)
                hidden.append(states[taps[task]][row])
        if len(rows) > 0:
            outputs = branches[task](torch.stack(hidden))
            for place in range(len(rows)):
                found[rows[place]][task] = outputs[place]
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three tasks on seven rows; what came back, and how many rows each branch was given."""
    taps = {"sst": 2, "quora": 4, "sts": 4}
    weights = {task: inputs.randn(6, size) for task, size in (("sst", 5), ("quora", 2), ("sts", 6))}
    found: dict[str, Any] = {}

    def asked_of(words: str, asked: list[list[str]]) -> None:
        states = {depth: inputs.randn(len(asked), 3, 6) for depth in (2, 4)}
        called: dict[str, list[int]] = {task: [] for task in taps}

        def branch_of(task: str) -> Callable[[Tensor], Tensor]:
            def branch(hidden: Tensor) -> Tensor:
                called[task].append(len(hidden))
                return hidden.mean(1) @ weights[task]

            return branch

        branches = {task: branch_of(task) for task in taps}
        result = inputs.call(answer, states, asked, taps, branches)
        if not isinstance(result, list | tuple) or not all(isinstance(one, dict) for one in result):
            raise AnswerError(
                "to_branches gave back something else than a list of dictionaries; expected for "
                "each row a dictionary, task → output"
            )
        found[f"rows each branch was given: {words}"] = called
        for one in result:  # the same dictionaries, so that what came is asked for gradients
            ordered = sorted(one.items(), key=lambda item: str(item[0]))
            one.clear()
            one.update(ordered)
        found[f"the outputs: {words}"] = result

    everyone = list(taps)
    mixed = [[task for task in everyone if inputs.randn(1) > 0] for _ in range(6)]
    asked_of("each row asks one task", [[task] for task in (*everyone, *reversed(everyone), "sts")])
    asked_of("any row asks any tasks", [*mixed, ["quora"]])
    asked_of("nobody asks sst, one row asks nothing", [["sts"], [], ["quora", "sts"]])
    return found


EXERCISE = Exercise(
    id="12.3",
    title="rows to their branches, and back",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=to_branches,
    specification=slow_to_branches,
    observe=observe,
    hints=(
        "Let the second row ask sst and no other. In which dictionary does the answer of sst "
        "stand, and how many rows did the branch of sst see?",
        "For one task: which rows ask it? Take those out of the states at its own depth, run the "
        "branch once, and put output number i back to where row number i came from.",
        "found = an empty dictionary for each row\nfor each task:\n    rows = the numbers of the "
        "rows that ask it\n    if there are any:\n        outputs = branch(states at its tap, "
        "those rows)\n        for each row and its output: found[row][task] = output",
    ),
    mistakes=mistakes(r"""
        not-put-back: output number i was given to row number i of the batch; it belongs to the
            i-th row that asks.
          look: the last loop: the row numbers that were taken out, beside the outputs.
          - zip(rows, outputs, strict=True)
          + enumerate(outputs)
        every-row-to-every-branch: each branch ran on all rows, and most of what it computed was
            thrown away.
          look: what a branch is given: only the rows that ask it.
          - outputs = branch(states[taps[task]][rows])
          + outputs = branch(states[taps[task]])[rows]
        one-row-at-a-time: each branch was called once per row: nothing is batched any more.
          look: the call: once per task, with all its rows.
          - outputs = branch(states[taps[task]][rows])
          + outputs = [branch(states[taps[task]][row : row + 1])[0] for row in rows]
        deepest-tap-for-all: every branch read the deepest states; a branch goes on from its own
            depth.
          look: the states: those at taps[task].
          - states[taps[task]]
          + states[max(taps.values())]
        shallowest-tap-for-all: every branch read the shallowest states; a branch goes on from its
            own depth.
          look: the states: those at taps[task].
          - states[taps[task]]
          + states[min(taps.values())]
        nobody-s-branch-called: a branch that nobody asks was called with no rows.
          look: before the call: whether there are rows at all.
          - if rows:
          + if True:
        answers-nobody-asked-for: every row has the answers of every task.
          look: the rows of a task: those whose `asked` names it.
          - [row for row, tasks in enumerate(asked) if task in tasks]
          + list(range(len(asked)))
        first-task-only: of a row that asks several tasks only the first was answered.
          look: the rows of a task: whether it is among those that the row asks.
          - if task in tasks]
          + if task in tasks[:1]]
        one-dictionary-for-all: all rows share one dictionary, so that each answer overwrites the
            one before.
          look: the first line: a new dictionary for each row.
          - [{} for _ in asked]
          + [{}] * len(asked)
    """),
    styles=styles(r"""
        a mask:
          def to_branches(states, asked, taps, branches):
              found = [{} for _ in range(len(asked))]
              for task in branches:
                  mask = torch.tensor([task in tasks for tasks in asked])
                  if mask.any():
                      outputs = branches[task](states[taps[task]][mask])
                      for place, row in enumerate(mask.nonzero().flatten().tolist()):
                          found[row][task] = outputs[place]
              return found

        index_select:
          def to_branches(states, asked, taps, branches):
              outputs, places = {}, {}
              for task in branches:
                  places[task] = [r for r in range(len(asked)) if task in asked[r]]
                  if places[task]:
                      hidden = states[taps[task]].index_select(0, torch.tensor(places[task]))
                      outputs[task] = branches[task](hidden)
              return [
                  {task: outputs[task][places[task].index(r)] for task in asked[r]}
                  for r in range(len(asked))
              ]

        an iterator:
          def to_branches(states, asked, taps, branches):
              wanted = {}
              for row, tasks in enumerate(asked):
                  for task in tasks:
                      wanted.setdefault(task, []).append(row)
              told = {t: iter(branches[t](states[taps[t]][rows])) for t, rows in wanted.items()}
              return [{task: next(told[task]) for task in tasks} for tasks in asked]
    """),
)
