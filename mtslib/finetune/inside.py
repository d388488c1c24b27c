"""A model's layers as weights by name: how far each moved, exchanged, and what it says. Chapter 16.

Weights are {name: tensor} as a backbone, or a checkpoint of full fine-tuning, holds them:
`embeddings.…`, `layers.N.…`, `head.…`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.base.errors import TrainError
from mtslib.data import datasets
from mtslib.data.batching import Batch, Tokenised, tokenise
from mtslib.data.tasks import Task
from mtslib.evidence import inside, results
from mtslib.evidence.comparison import compare
from mtslib.evidence.intervals import Interval
from mtslib.evidence.metrics import METRICS, score
from mtslib.finetune import checkpoint
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.evaluate import CPU, every_output, predict
from mtslib.finetune.precision import resolve
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert import BertModel
from mtslib.minbert.model import mean_pool

TRAIN_ROWS, DEV_ROWS = 1000, 1500  # at most, for a probe; CKA compares each row with every other


def layer_drift(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> dict[str, float]:
    """How far each layer moved: |after − before| / |before|, by layer in the order of the names.

    All tensors of a layer count as one long vector. The layers are `embeddings` and `layers.N`;
    other tensors are left out, and one that `after` lacks has not moved.
    """
    sums: dict[str, list[float]] = {}
    for name, old in before.items():
        kind, number, *_ = name.split(".")
        if kind not in ("embeddings", "layers"):
            continue
        layer = kind if kind == "embeddings" else f"{kind}.{number}"
        moved, size = sums.setdefault(layer, [0.0, 0.0])
        new = after.get(name, old)
        sums[layer] = [moved + float((new - old).square().sum()), size + float(old.square().sum())]
    return {layer: (moved / size) ** 0.5 for layer, (moved, size) in sums.items()}


def transplanted(
    weights: Mapping[str, Tensor], donor: Mapping[str, Tensor], layer: int
) -> dict[str, Tensor]:
    """The same model with encoder layer number `layer` of another one of the same shape."""
    own = f"layers.{layer}."
    return {name: donor[name] if name.startswith(own) else old for name, old in weights.items()}


def pooled_states(
    bert: BertModel, weights: Mapping[str, Tensor], tokens: Tokenised, pooling: str = "mean"
) -> Tensor:
    """What a head could read of each example at every depth, with these weights: (L + 1, n, H).

    pooling: `mean` over an example's tokens, or `cls`, the first.
    bert: is left with the weights that `weights` names; what they lack stays as it is in it.
    """
    known = bert.state_dict()
    bert.load_state_dict(known | {n: t for n, t in weights.items() if n in known})
    bert.eval()

    def states(batch: Batch) -> Tensor:
        (inputs,) = batch.inputs
        found = bert(*inputs).hidden_states
        if pooling == "mean":
            return torch.stack([mean_pool(s, inputs.attention_mask) for s in found], dim=1)
        return torch.stack([s[:, 0] for s in found], dim=1)

    return every_output(states, tokens, precision=resolve("auto", CPU)).transpose(0, 1)


def read_by_depth(
    task: Task,
    states: Tensor,
    labels: np.ndarray,
    others: Tensor,
    lens: Callable[[Tensor, Tensor, Tensor], Tensor] = inside.lens,
) -> np.ndarray:
    """What a probe of each depth, fitted to `states`, reads in `others`.

    states: (L + 1, n, H) with labels (n,); others: (L + 1, m, H) → (L + 1, m, C), or (L + 1, m, 1)
    for a score.
    """
    targets = torch.tensor(labels, dtype=torch.float32)[:, None]
    if task.has_classes:
        targets = F.one_hot(targets[:, 0].long(), task.num_classes).float()
    pairs = zip(states, others, strict=True)
    return np.stack([lens(own, targets, other).numpy() for own, other in pairs])


def answers(task: Task, read: np.ndarray) -> np.ndarray:
    """The class that is read, or the score: (…, C) → (…)."""
    return read.argmax(-1) if task.has_classes else read[..., 0]


# A checkpoint, measured --------------------------------------------------------------------------


def measured(kept: Checkpoint, data: Path | str | None = None) -> Iterator[dict[str, Any]]:
    """What changed in a checkpoint, layer by layer: rows of `evidence.inside.COLUMNS`.

    measure: `drift` of the weights; `cka` with the pretrained states on dev; `lens`, the task's
    score by a probe, and `pretrained lens`, the same on the pretrained states; `put back`, the
    change of the score when one layer is pretrained again. place: a layer, or a hidden state.
    Raises TrainError where the checkpoint reads two sentences apart or knew another dev file.
    """
    chosen, task = kept.settings, kept.task
    if chosen.resolved_objective.apart or chosen.pooling == "pooler" or chosen.student:
        raise TrainError(f"{kept.name}: expected whole models that read one sequence, cls or mean")
    train, dev = datasets.load_pair(task, data)
    if dev.sha256 != kept.card["data"]["dev"]["sha256"]:
        raise TrainError(f"{kept.name} was scored on another dev file than {dev.path}; name --data")
    facts = {
        "run_id": results.run_id(kept.card),
        "dataset": kept.card["data"]["dataset"],
        "backbone": kept.card["backbone_name"],
        "task": task.name,
        "freeze_depth": kept.card["settings"]["freeze_depth"],
        "seed": chosen.seed,
    }
    for measure, place, found in _measured(
        kept, train.labelled[:TRAIN_ROWS], dev.labelled[:DEV_ROWS]
    ):
        yield facts | {"measure": measure, "place": place, **asdict(found)}


def _measured(kept: Checkpoint, *sets: Any) -> Iterator[tuple[str, int, Interval]]:
    backbone, task, chosen = checkpoint.backbone_of(kept), kept.task, kept.settings
    pretrained, model = backbone.tensors, checkpoint.rebuild(kept)
    moved = layer_drift(pretrained, kept.branch)
    for place in range(backbone.num_layers):
        value = moved[f"layers.{place}"]
        yield "drift", place, Interval(value, value, value, 1)

    tokens = [
        tokenise(backbone.tokenizer(), [e.texts for e in own], max_length=chosen.max_length)
        for own in sets
    ]
    known, labels = (np.array([float(e.label) for e in own]) for own in sets)
    bert = backbone.model()
    before, after = (
        [pooled_states(bert, weights, own, chosen.pooling) for own in tokens]
        for weights in (pretrained, {**pretrained, **kept.branch})
    )
    for place, (was, now) in enumerate(zip(before[1], after[1], strict=True)):
        yield "cka", place, inside.cka_interval(was, now)
    for measure, states in (("lens", after), ("pretrained lens", before)):
        read = answers(task, read_by_depth(task, states[0], known, states[1]))
        for place, said in enumerate(read):
            metric = score(task.metric, said, labels)[0]
            yield measure, place, Interval.of(metric)

    whole = answered(model, kept.branch, tokens[1])
    for place in range(model.depth, backbone.num_layers):
        without = answered(model, transplanted(kept.branch, pretrained, place), tokens[1])
        yield "put back", place, Interval.of(compare(without, whole, labels, METRICS[task.metric]))


def answered(model: TaskModel, weights: Mapping[str, Tensor], tokens: Tokenised) -> np.ndarray:
    """What a model says with these trained weights: (n,); it keeps its own."""
    own = {name: tensor.clone() for name, tensor in model.trained_tensors().items()}
    model.load_trained_tensors(weights)
    found = predict(model.eval(), model.objective, tokens, CPU, resolve("auto", CPU))
    model.load_trained_tensors(own)
    return found
