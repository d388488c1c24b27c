"""Chapter 10's small experiments: one trained layer on a frozen trunk that runs once.

Made for seconds on one core: a few hundred pairs, the top layer only. What they can show is
bounded by that, and by the backbone; the recorded runs of chapter 10 are the larger ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtslib.backbones import Backbone
from mtslib.data import tasks
from mtslib.data.batching import Inputs, collate, tokenise
from mtslib.data.readers import Example
from mtslib.evidence.intervals import Interval
from mtslib.evidence.paired import pearson_difference
from mtslib.finetune import objectives
from mtslib.finetune.task_model import TaskModel

CHUNK = 40  # sentences that run through the trunk at once
BATCH = 16


@dataclass(frozen=True)
class Prepared:
    """Pairs whose frozen part is done.

    hidden, inputs: for each of the two sides, (n, T, H) and its masks. labels: (n,).
    """

    hidden: tuple[Tensor, ...]
    inputs: tuple[Inputs, ...]
    labels: Tensor

    def rows(self, positions: Tensor) -> tuple[list[Tensor], list[Inputs], Tensor]:
        """Some of the pairs, each side cut to the longest among them."""
        hidden, inputs = [], []
        for states, part in zip(self.hidden, self.inputs, strict=True):
            longest = int(part.attention_mask[positions].sum(1).max())
            hidden.append(states[positions, :longest])
            inputs.append(Inputs(*(tensor[positions, :longest] for tensor in part)))
        return hidden, inputs, self.labels[positions]


def new_model(backbone: Backbone, objective: str, depth: int, pooling: str) -> TaskModel:
    """An sts model on the pretrained weights."""
    chosen = objectives.get(objective, tasks.STS)
    return TaskModel(backbone.model(), tasks.STS, chosen, depth, pooling)


@torch.no_grad()
def prepare(
    backbone: Backbone, examples: Sequence[Example], depth: int, siamese: bool = True
) -> Prepared:
    """Run the trunk once over some pairs, their two sentences apart or as one sequence."""
    trunk = new_model(backbone, "cosine-mse" if siamese else "soft-ce", depth, "pooler").trunk
    tokens = tokenise(
        backbone.tokenizer(),
        [example.texts for example in examples],
        [float(example.label) for example in examples],
        siamese=siamese,
    )
    batch = collate(tokens, range(len(tokens)))
    hidden = []
    for part in batch.inputs:
        chunks = [
            Inputs(*cut) for cut in zip(*(tensor.split(CHUNK) for tensor in part), strict=True)
        ]
        hidden.append(torch.cat([trunk(chunk, {depth})[depth] for chunk in chunks]))
    return Prepared(tuple(hidden), batch.inputs, batch.labels)


def fit(
    backbone: Backbone,
    objective: str,
    train: Prepared,
    depth: int,
    pooling: str = "mean",
    seed: int = 0,
    epochs: int = 2,
    learning_rate: float = 2e-4,
) -> TaskModel:
    """Train what lies above the trunk with one objective → the model, in eval mode."""
    torch.manual_seed(seed)
    model = new_model(backbone, objective, depth, pooling).train()
    wanted = [tensor for tensor in model.parameters() if tensor.requires_grad]
    optimizer = torch.optim.AdamW(wanted, lr=learning_rate, weight_decay=0.0)
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for positions in torch.randperm(len(train.labels), generator=order).split(BATCH):
            hidden, inputs, labels = train.rows(positions)
            loss = model.objective.loss(model.branch(hidden, inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


@torch.inference_mode()
def outputs(model: TaskModel, pairs: Prepared) -> Tensor:
    """What a model puts out for every pair, (n, …), in order."""
    found = []
    for positions in torch.arange(len(pairs.labels)).split(CHUNK):
        hidden, inputs, _ = pairs.rows(positions)
        found.append(model.branch(hidden, inputs))
    return torch.cat(found)


def predictions(model: TaskModel, pairs: Prepared) -> np.ndarray:
    """The scores that a model gives to every pair, (n,)."""
    return model.objective.predict(outputs(model, pairs)).numpy()


def gain(
    changed: Sequence[np.ndarray], plain: Sequence[np.ndarray], labels: np.ndarray, draws: int = 300
) -> Interval:
    """How much Pearson one objective has over another, mean over seeds, and its paired interval.

    changed, plain: predictions (n,), one array a seed, of the same seeds and pairs.
    """
    both = (np.stack(said, axis=1) for said in (changed, plain))
    return pearson_difference(*both, labels, draws)
