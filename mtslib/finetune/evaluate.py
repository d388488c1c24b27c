"""Run a model over a tokenised set and score what it says. Chapter 07."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from tqdm.auto import tqdm

from mtslib.base.errors import TrainError
from mtslib.data.batching import Batch, Tokenised, collate, evaluation_batches
from mtslib.data.tasks import Task
from mtslib.evidence.metrics import Metric, score
from mtslib.finetune.objectives import Objective
from mtslib.finetune.precision import autocast

EVALUATION_BATCH = 64


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
    Raises TrainError when an output is no finite number: the largest of NaNs is a class too.
    """
    found = torch.empty(len(tokenised))
    batches = evaluation_batches(tokenised.lengths, EVALUATION_BATCH)
    with torch.inference_mode(), autocast(precision, device):
        for positions in tqdm(batches, desc=progress, disable=not progress, leave=False):
            outputs = forward(collate(tokenised, positions).to(device))
            if not outputs.isfinite().all():
                raise TrainError(
                    f"the model's outputs hold NaN or infinity ({precision}); expected finite "
                    "numbers; its weights are damaged or were trained at too high a learning rate"
                )
            found[positions] = objective.predict(outputs).float().cpu()
    return found.numpy()


def score_task(task: Task, predicted: np.ndarray, labels: np.ndarray) -> list[Metric]:
    """The task's metric and its companion; labels as in the file."""
    return score(task.metric, predicted, np.asarray(labels, dtype=np.float32))
