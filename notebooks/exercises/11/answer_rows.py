"""Exercise 11.3: the trunk once, each branch on its own rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, in_order

RunTrunk = Callable[[Tensor, Tensor, Collection[int]], Mapping[int, Tensor]]
RunBranch = Callable[[Tensor, Tensor], Tensor]


def answer_rows(
    trunk: Callable[[Tensor, Tensor, Collection[int]], Mapping[int, Tensor]],
    branches: Mapping[str, Callable[[Tensor, Tensor], Tensor]],
    taps: Mapping[str, int],
    ids: Tensor,
    mask: Tensor,
    asked: Sequence[Collection[str]],
) -> dict[str, Tensor]:
    """Answer a batch in which each row has tasks of its own → outputs by task, (b, C).

    trunk: (ids, mask, depths) → hidden_states (B, T, H) by depth; to be called once.
    branches: by task, (hidden, mask) → outputs. taps: by task, its depth. ids, mask: (B, T).
    asked: for each row, the tasks that it asks; b of them ask a task, and keep their order.
    """
    wanted = sorted({task for tasks in asked for task in tasks})
    states = trunk(ids, mask, {taps[task] for task in wanted})
    outputs = {}
    for task in wanted:
        rows = [row for row, tasks in enumerate(asked) if task in tasks]
        outputs[task] = branches[task](states[taps[task]][rows], mask[rows])
    return outputs


def slow_answer_rows(
    trunk: RunTrunk,
    branches: Mapping[str, RunBranch],
    taps: Mapping[str, int],
    ids: Tensor,
    mask: Tensor,
    asked: Sequence[Collection[str]],
) -> dict[str, Tensor]:
    """The rows of each task picked out by hand."""
    depths, rows_of = set(), {}
    for row, tasks in enumerate(asked):
        for task in tasks:
            depths.add(taps[task])
            rows_of[task] = [*rows_of.get(task, []), row]
    states, outputs = trunk(ids, mask, depths), {}
    for task, rows in rows_of.items():
        hidden = torch.stack([states[taps[task]][row] for row in rows])
        outputs[task] = branches[task](hidden, torch.stack([mask[row] for row in rows]))
    return outputs


class _House:
    """A trunk and three branches that write down what they were asked."""

    def __init__(self, inputs: SeededInputs) -> None:
        self.weight = inputs.randn(9, 4)
        self.heads = {task: inputs.randn(4, 2) for task in TAPS}
        self.trunk_ran: list[str] = []
        self.rows_seen: dict[str, list[int]] = {}

    def trunk(self, ids: Tensor, mask: Tensor, depths: Collection[int]) -> dict[int, Tensor]:
        self.trunk_ran.append(f"{len(ids)} rows, to the depths {sorted(depths)}")
        seen = self.weight[ids] * mask[..., None]
        return {depth: torch.tanh(seen * (depth + 1)) for depth in depths}

    def branches(self) -> dict[str, RunBranch]:
        def of(task: str) -> RunBranch:
            def run(hidden: Tensor, mask: Tensor) -> Tensor:
                self.rows_seen[task] = [*self.rows_seen.get(task, []), len(hidden)]
                lengths = mask.sum(1, keepdim=True)
                return (hidden * mask[..., None]).sum(1) @ self.heads[task] / lengths

            return run

        return {task: of(task) for task in TAPS}


TAPS = {"sst": 4, "quora": 2, "sts": 5}


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Rows that ask one task, several, or none; and a task that nobody asks."""
    house = _House(inputs)
    ids = inputs.randint(0, 9, (5, 3))
    mask = torch.tensor([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 1, 0]])
    requests = {
        "each row one task": [["sst"], ["quora"], ["sst"], ["sts"], ["quora"]],
        "some rows several": [["sst", "sts"], ["quora"], ["sts"], ["sts", "quora"], ["sst"]],
        "the deepest tap not asked": [["quora"], ["sst"], ["quora"], ["quora"], ["sst"]],
        "every row one and the same task": [["quora"]] * 5,
        "a task asked only beside another": [["sts", "sst"], ["sts"], ["quora"], [], ["quora"]],
        "two rows that ask nothing": [["sst"], [], ["sst"], ["sts"], []],
    }
    found: dict[str, Any] = {}
    for words, asked in requests.items():
        house.trunk_ran.clear()
        house.rows_seen.clear()
        given = inputs.call(answer, house.trunk, house.branches(), TAPS, ids, mask, asked)
        found[f"{words}: outputs"] = in_order(given)
        found[f"{words}: how often the trunk ran, on what"] = list(house.trunk_ran)
        found[f"{words}: rows that each branch was given"] = in_order(house.rows_seen)
    return found


EXERCISE = Exercise(
    id="11.3",
    title="the trunk once, each branch on its own rows",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=answer_rows,
    specification=slow_answer_rows,
    observe=observe,
    hints=(
        "Four rows, one of them for sst. How many rows should the branch of sst see? And how "
        "often should the trunk run, on how many rows?",
        "Different texts in one batch share a call of the trunk, row beside row: that is batching. "
        "Above the trunk each task goes its own way, with its rows of the states and of the mask.",
        "which tasks are asked at all\nrun the trunk once, to their taps\nfor each of these tasks: "
        "the numbers of its rows; its branch on those rows of its own tap's states, and of the "
        "mask",
    ),
    mistakes=mistakes(r"""
        branches-on-every-row: each branch ran on the whole batch, also on rows that never asked.
          look: the rows that a branch is given: those whose request names its task.
          - states[taps[task]][rows], mask[rows]
          + states[taps[task]], mask
        mask-of-other-rows: the states are those of the task's rows, and the mask that of the first
            ones: a short row then reads its padding.
          look: the mask that a branch is given: the same rows of it.
          - mask[rows])
          + mask[: len(rows)])
        trunk-once-per-task: the trunk ran again for each task, though one run gives every tap.
          look: where the trunk is called: before the loop, with all depths at once.
          -     states = trunk(ids, mask, {taps[task] for task in wanted})

          -         outputs[task]
          +         states = trunk(ids, mask, {taps[task]})
          +         outputs[task]
        trunk-per-task-on-its-rows: the trunk ran for each task on that task's rows: nothing is
            shared, neither a batch nor a layer.
          look: where the trunk is called: once, on all rows.
          -     states = trunk(ids, mask, {taps[task] for task in wanted})

          -         outputs[task] = branches[task](states[taps[task]][rows], mask[rows])
          +         states = trunk(ids[rows], mask[rows], {taps[task]})
          +         outputs[task] = branches[task](states[taps[task]], mask[rows])
        all-taps-run: the trunk ran to the taps of every task, also of those that nobody asked.
          look: the depths that the trunk is asked for: of the tasks that occur in `asked`.
          - {taps[task] for task in wanted}
          + set(taps.values())
        everything-from-the-deepest-tap: every branch was fed from the deepest tap; it was trained
            on the states of its own.
          look: which state a branch is given: the one at its own tap.
          - states[taps[task]][rows]
          + states[max(states)][rows]
        one-task-per-row: only the first task of each row was answered.
          look: rows that ask several tasks: each of them has to find the row.
          - if task in tasks]
          + if task in tasks[:1]]

          - for tasks in asked for task in tasks}
          + for tasks in asked for task in tasks[:1]}
        rows-backwards: the rows of a task came in reverse, so answers go to the wrong readers.
          look: the order of the rows: as in the batch.
          - mask[rows])
          + mask[rows]).flip(0)
    """),
    styles=styles(r"""
        a dictionary of rows:
          def answer_rows(trunk, branches, taps, ids, mask, asked):
              rows = {}
              for number, tasks in enumerate(asked):
                  for task in tasks:
                      rows.setdefault(task, []).append(number)
              states = trunk(ids, mask, {taps[task] for task in rows})
              return {
                  task: branches[task](states[taps[task]][own], mask[own])
                  for task, own in rows.items()
              }

        by a mask of booleans:
          def answer_rows(trunk, branches, taps, ids, mask, asked):
              wanted = [task for task in taps if any(task in tasks for tasks in asked)]
              states = trunk(ids, mask, sorted({taps[task] for task in wanted}))
              found = {}
              for task in wanted:
                  own = torch.tensor([task in tasks for tasks in asked])
                  found[task] = branches[task](states[taps[task]][own], mask[own])
              return found

        index_select:
          def answer_rows(trunk, branches, taps, ids, mask, asked):
              wanted = set().union(*asked)
              states = trunk(ids, mask, [taps[task] for task in wanted])
              answers = {}
              for task in wanted:
                  rows = torch.tensor([i for i, tasks in enumerate(asked) if task in tasks])
                  hidden = states[taps[task]].index_select(0, rows)
                  answers[task] = branches[task](hidden, mask.index_select(0, rows))
              return answers
    """),
)
