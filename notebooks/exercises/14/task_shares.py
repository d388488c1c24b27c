"""Exercise 14.1: a sampling schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def task_shares(sizes: dict[str, int], epoch: int, epochs: int) -> dict[str, float]:
    """The share of an epoch's steps that each task gets; the shares sum to 1.

    sizes: training rows by task. Tasks are drawn in proportion to rows ** alpha, where alpha falls
    from 1 in epoch 0 to 0.2 in the last, epoch epochs − 1, in equal steps.
    """
    alpha = 1 - 0.8 * epoch / (epochs - 1)
    weights = {task: rows**alpha for task, rows in sizes.items()}
    total = sum(weights.values())
    return {task: weight / total for task, weight in weights.items()}


def slow_task_shares(sizes: dict[str, int], epoch: int, epochs: int) -> dict[str, float]:
    """Every alpha written down, and every weight divided by hand."""
    step = 0.8 / (epochs - 1)
    alphas = [1.0]
    for _ in range(epochs - 1):
        alphas.append(alphas[-1] - step)
    found, total = {}, 0.0
    for task in sizes:
        total += float(sizes[task]) ** alphas[epoch]
    for task in sizes:
        found[task] = float(sizes[task]) ** alphas[epoch] / total
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three tasks in every epoch, and two of very different size in the last."""
    sizes = {name: int(inputs.randint(1000, 20000, (1,))) for name in ("sst", "quora", "sts")}
    epochs = inputs.pick((3, 4, 5))
    found: dict[str, Any] = {}
    for epoch in range(epochs):
        shares = inputs.call(answer, dict(sizes), epoch, epochs)
        for task in sizes:
            found[f"the share of {task}, {sizes[task]:,} rows, in epoch {epoch} of {epochs}"] = (
                shares[task]
            )
        found[f"the sum of all shares in epoch {epoch} of {epochs}"] = float(sum(shares.values()))
    few = {"large": 100_000, "small": 10}
    found["the shares of 100,000 and 10 rows in the last of 2 epochs"] = inputs.call(
        answer, few, 1, 2
    )
    return found


EXERCISE = Exercise(
    id="14.1",
    title="a sampling schedule",
    minutes=10,
    difficulty="steady",
    core=False,
    reference=task_shares,
    specification=slow_task_shares,
    observe=observe,
    hints=(
        "In epoch 0 the shares are those of the rows: a task with twice the rows gets twice the "
        "steps. In the last epoch they are much nearer to each other, though not equal.",
        "One exponent for all tasks, and it depends on the epoch only. Raise each task's rows to "
        "it, then divide by the sum of what came out.",
        "alpha = 1 − 0.8 · epoch / (epochs − 1)\nweight of a task = rows ** alpha\n"
        "share of a task = its weight / the sum of all weights",
    ),
    mistakes=mistakes(r"""
        exponent-never-falls: alpha stays 1, so every epoch is proportional to the rows.
          look: alpha: it depends on the epoch.
          - 1 - 0.8 * epoch / (epochs - 1)
          + 1.0
        reaches-its-end-one-late: the fall was divided by epochs, so the last epoch does not reach
            an exponent of 0.2.
          look: the divisor: from epoch 0 to the last there are epochs − 1 steps.
          - (epochs - 1)
          + epochs
        falls-to-nothing: alpha falls by 1 in all, to 0, so the last epoch is uniform.
          look: how far alpha falls: by 0.8, to 0.2.
          - 0.8 * epoch
          + epoch
        epochs-counted-from-one: the first epoch has already fallen by a step; epochs count from 0.
          look: alpha in epoch 0: it is 1.
          - 0.8 * epoch /
          + 0.8 * (epoch + 1) /
        rows-divided-before-the-power: each share of the rows was raised to alpha and the result
            was left as it came, so the shares do not sum to 1.
          look: the last line: divide by the sum of the weights.
          - rows**alpha for
          + (rows / sum(sizes.values())) ** alpha for
          -     total = sum(weights.values())
          -     return {task: weight / total for task, weight in weights.items()}
          +     return weights
        divided-by-all-rows: the weights were divided by the sum of the rows, not of the weights.
          look: the total: sum what you divide.
          - sum(weights.values())
          + sum(sizes.values())
        turned-round: alpha rises from 0.2 to 1; it begins with 1.
          look: alpha: subtract from 1.
          - 1 - 0.8 * epoch / (epochs - 1)
          + 0.2 + 0.8 * epoch / (epochs - 1)
        multiplied-not-raised: the rows were multiplied by alpha, which leaves their proportions as
            they were.
          look: the weights: a power, rows ** alpha.
          - rows**alpha
          + rows * alpha
    """),
    styles=styles(r"""
        in logarithms:
          def task_shares(sizes, epoch, epochs):
              import math

              alpha = 1 - 0.8 * epoch / (epochs - 1)
              scores = torch.tensor([math.log(rows) for rows in sizes.values()]).double() * alpha
              return dict(zip(sizes, scores.softmax(0).tolist()))

        a share of the rows first, then the power, then the sum:
          def task_shares(sizes, epoch, epochs):
              alpha = 0.2 + 0.8 * (epochs - 1 - epoch) / (epochs - 1)
              rows = sum(sizes.values())
              parts = {task: (sizes[task] / rows) ** alpha for task in sizes}
              return {task: part / sum(parts.values()) for task, part in parts.items()}

        two lists:
          def task_shares(sizes, epoch, epochs):
              exponent = 1.0 - 0.8 * (epoch / (epochs - 1))
              raised = [pow(float(count), exponent) for count in sizes.values()]
              return dict(zip(sizes.keys(), [one / sum(raised) for one in raised]))
    """),
)
