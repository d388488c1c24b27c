"""Run a model over a tokenised set and score what it says. Chapter 07."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from tqdm.auto import tqdm

from mtslib.base.errors import TrainError
from mtslib.data import plausible
from mtslib.data.batching import Batch, Tokenised, collate, evaluation_batches
from mtslib.data.tasks import Task
from mtslib.evidence.metrics import Metric, score
from mtslib.finetune.objectives import Objective
from mtslib.finetune.precision import autocast

EVALUATION_BATCH = 64
CPU = torch.device("cpu")


def predict(
    forward: Callable[[Batch], Tensor],
    objective: Objective,
    tokenised: Tokenised,
    device: torch.device,
    precision: str = "fp32",
    progress: str = "",
) -> np.ndarray:
    """The prediction for every example, in the order of the set → (n,).

    forward: batch → outputs, of a model in eval mode. precision: resolved, `fp32` or `bf16`.
    progress: what the bar is called; empty shows none.
    Raises TrainError when an output is not a finite number: the largest of NaNs is a class too.
    """
    return every_output(forward, tokenised, device, precision, progress, objective.predict).numpy()


def every_output(
    forward: Callable[[Batch], Tensor],
    tokenised: Tokenised,
    device: torch.device = CPU,
    precision: str = "fp32",
    progress: str = "",
    read: Callable[[Tensor], Tensor] = lambda outputs: outputs,
) -> Tensor:
    """What a model in eval mode puts out for every example, in the order of the set → (n, …).

    read: what is kept of a batch's outputs. The rest as in `predict`.
    """
    places: list[int] = []
    answers = []
    batches = evaluation_batches(tokenised.lengths, EVALUATION_BATCH)
    with torch.inference_mode(), autocast(precision, device):
        for positions in tqdm(batches, desc=progress, disable=not progress, leave=False):
            outputs = forward(collate(tokenised, positions).to(device))
            if not outputs.isfinite().all():
                raise TrainError(
                    f"the model's outputs hold NaN or infinity ({precision}); expected finite "
                    "numbers; its weights are damaged or were trained at too high a learning rate"
                )
            places += positions
            answers.append(read(outputs).float().cpu())
    said = torch.cat(answers)  # (n, …), as the batches came
    found = torch.empty_like(said)
    found[places] = said
    return found


def score_task(task: Task, predicted: np.ndarray, labels: np.ndarray) -> list[Metric]:
    """The task's metric and its companion; labels as in the file."""
    return score(task.metric, predicted, np.asarray(labels, dtype=np.float32))


def below_a_guess(task: Task, metric: Metric) -> list[str]:
    """A doubt where a model does worse than one that guesses: what it learnt holds the other way.

    Only where the whole interval lies below: 0 of a correlation, half the share of an even guess
    of an accuracy.
    """
    guess = 0.0 if metric.name in ("matthews", "pearson", "spearman") else 0.5 / task.num_classes
    if metric.name != task.metric or metric.n < plausible.FEW or metric.high >= guess:
        return []
    return [
        f"{task.name}: {metric.name} {metric.value:.3f} on dev is worse than guessing; are the "
        "labels of train and dev in the same order?"
    ]
