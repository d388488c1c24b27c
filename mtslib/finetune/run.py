"""A fine-tuning run before its first step: backbone, data, model, trunk outputs. Chapter 09."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.base import provenance
from mtslib.base.errors import TrainError
from mtslib.data import datasets, plausible, shared_rows
from mtslib.data.batching import Batch, Tokenised, tokenise
from mtslib.data.datasets import Split
from mtslib.finetune.dropout import with_fast_dropout
from mtslib.finetune.hidden_states import Source, States, open_states
from mtslib.finetune.parts import LIBRARY, TrainingParts, training_parts
from mtslib.finetune.precision import autocast, default_device, resolve
from mtslib.finetune.settings import Settings
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert.model import Parts


@dataclass
class Run:
    """A fine-tuning run in progress: model, data, and what has been seen so far.

    train_states, dev_states: the frozen trunk's outputs, computed once; None where the trunk
        runs at every step.
    shared_rows: of dev that stand in train, where that was asked for.
    taught_by: which teacher's outputs the labels carry, for a student (`mtslib.finetune.distil`).
    before, history_before: what its branch was trained on before the task, and how that went
        (`mtslib.finetune.before`).
    """

    settings: Settings
    backbone: Backbone
    model: TaskModel
    train: Split
    dev: Split
    train_tokens: Tokenised
    dev_tokens: Tokenised
    device: torch.device
    precision: str
    history: list[dict[str, Any]]
    parts: TrainingParts = LIBRARY
    train_states: States | None = None
    dev_states: States | None = None
    cache_seconds: float = 0.0
    shared_rows: int = 0
    taught_by: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    history_before: list[dict[str, Any]] = field(default_factory=list)

    @property
    def trunk_runs(self) -> str:
        """How the trunk's outputs come about: `every step`, or `once, fp32` / `once, fp16`."""
        if self.dev_states is None:
            return "every step"
        return "once, fp32" if self.dev_states.rows.dtype == np.float32 else "once, fp16"

    def run_trunk_at_every_step(self) -> None:
        """Forget what was computed once."""
        self.train_states = self.dev_states = None

    @property
    def identity(self) -> dict[str, Any]:
        """What must be the same for a kept epoch to be continued."""
        return {
            "settings": self.settings.as_dict(),
            "precision": self.precision,
            "backbone_sha256": self.backbone.sha256,
            "train_sha256": self.train.sha256,
            "dev_sha256": self.dev.sha256,
            "code_sha256": provenance.code_sha256(),
            **({"replaced_parts": list(self.parts.replaced())} if self.parts.replaced() else {}),
            **({"taught_by": self.taught_by} if self.taught_by else {}),
            **({"before": self.before} if self.before else {}),
        }


def prepare(
    settings: Settings,
    data: Path | str | None = None,
    train_file: Path | str | None = None,
    progress: bool = True,
    cache: bool = True,
    also_depths: Collection[int] = (),
    parts: Parts = Parts(),  # noqa: B008 (frozen)
    dev_file: Path | str | None = None,
    train_on_dev: bool = False,
) -> Run:
    """Read backbone and data, tokenise, build the model with a seeded head, and ask its trunk.

    data, train_file, dev_file: see `datasets.load_pair`.
    also_depths: when the trunk has to run, keep what it says at these depths too.
    parts: replaced parts of minBERT and its training; with a foreign model or trunk, the trunk
        runs at every step.
    train_on_dev: let the training file hold the rows of dev (`data.shared_rows`).
    """
    parts = training_parts(parts)
    task = settings.task
    objective = parts.objective(settings.objective, task, settings.encoding)
    backbone = backbones.load(settings.backbone)
    train, dev = datasets.load_pair(task, data, train_file, dev_file)
    shared = shared_rows.check(task, train, dev, data, allowed=train_on_dev)
    check_length(settings, backbone)
    check_before(settings, backbone)
    tokenizer = backbone.tokenizer()
    tokens = []
    for split in (train, dev):
        if not split.labelled:
            raise TrainError(f"{split.path} has no labelled row; {split.split} needs labels")
        tokens.append(
            tokenise(
                tokenizer,
                [example.texts for example in split.labelled],
                [float(example.label) for example in split.labelled],
                siamese=objective.apart,
                max_length=settings.max_length,
            )
        )
        if progress:
            print(_describe(split, tokens[-1], settings.max_length))
        ids = [number for parts in tokens[-1].sequences for part in parts for number in part.ids]
        plausible.warn(plausible.unknown(split, ids, backbone.vocabulary["[UNK]"]))
    plausible.tell(task, train, dev, summaries=progress)
    device = default_device()
    provenance.code_sha256()  # now, while the files are still those that were imported
    torch.manual_seed(settings.seed)  # the head's first weights
    bert = backbone.model(encoder_dropout=settings.encoder_dropout, parts=parts)
    model = TaskModel(
        *(bert, task, objective, settings.freeze_depth, settings.pooling, settings.head_dropout),
        trunk=parts.trunk,
        branch_layers=settings.branch_layers,
    )
    if bert.fast_paths:
        model = with_fast_dropout(model)
    run = Run(
        settings=settings,
        backbone=backbone,
        model=model.to(device),
        train=train,
        dev=dev,
        train_tokens=tokens[0],
        dev_tokens=tokens[1],
        device=device,
        precision=resolve(settings.precision, device),
        history=[],
        parts=parts,
        shared_rows=shared,
    )
    if cache and settings.freeze_depth is not None:
        open_caches(run, also_depths, progress)
    return run


def check_length(settings: Settings, backbone: Backbone) -> None:
    """Raise TrainError when the backbone has fewer positions than max_length."""
    if settings.max_length > backbone.config.max_positions:
        raise TrainError(
            f"max_length {settings.max_length} is more than the {backbone.config.max_positions} "
            f"positions of {backbone.name}; say --max-length {backbone.config.max_positions}"
        )


def check_before(settings: Settings, backbone: Backbone) -> None:
    """Raise TrainError where a branch has no layer that could be trained before the task."""
    if settings.before and settings.freeze_depth == backbone.num_layers:
        raise TrainError(
            f"{settings.before} trains the layers of a branch, and at freeze_depth "
            f"{settings.freeze_depth} there is none; choose a smaller depth"
        )


def open_caches(run: Run, also_depths: Collection[int] = (), progress: bool = True) -> None:
    """Let the frozen trunk run once over train and dev, or find that it did; both or neither."""
    own_trunk = ["trunk"] if run.parts.trunk is not LIBRARY.trunk else []
    if foreign := ", ".join([*run.parts.foreign(), *own_trunk]):
        print(f"foreign parts ({foreign}): the trunk runs at every step, its cache is off")
        return
    started, depth = time.perf_counter(), run.model.depth
    train = None
    if run.settings.epochs:
        train = open_states(source(run, "train"), depth, also_depths, progress=progress)
        if train is None:
            return
    keep = () if train is None else (train.contents.name,)
    dev = open_states(source(run, "dev"), depth, also_depths, keep, progress)
    if dev is not None:
        run.train_states, run.dev_states = train, dev
        run.cache_seconds = time.perf_counter() - started


def source(run: Run, split: str) -> Source:
    """What the cache has to know of a run's `train` or `dev` set."""
    data = run.train if split == "train" else run.dev
    return Source(
        name=f"{run.settings.task.name} {split}",
        trunk=run.model.trunk,
        backbone=run.backbone,
        tokens=run.train_tokens if split == "train" else run.dev_tokens,
        data_sha256=data.sha256,
        form=run.model.objective.encoding(run.model.task),
        max_length=run.settings.max_length,
        device=run.device,
        precision=run.precision,
    )


class Forward(nn.Module):
    """A model as the loop sees it: in one precision, its trunk's part taken from `states`.

    states: the frozen trunk's outputs on the set that the batches come from; None to run it.
    precision: `auto`, `fp32` or `bf16`. The outputs are fp32 in each, so that a loss, or whoever
    puts logits in their places, need not know of it.
    """

    def __init__(
        self, model: TaskModel, states: States | None = None, precision: str = "auto"
    ) -> None:
        super().__init__()
        self.model, self.states = model, states
        self.device = next(model.parameters()).device
        self.precision = resolve(precision, self.device)

    def forward(self, batch: Batch) -> Tensor:
        """→ the objective's outputs."""
        with autocast(self.precision, self.device):
            return outputs(self.model, batch, self.states).float()


def outputs(model: TaskModel, batch: Batch, states: States | None) -> Tensor:
    """`model(batch)`, the trunk's part of it taken from `states` where there are any."""
    if states is None:
        return model(batch)
    return model.branch(tapped(model, batch, states), batch.inputs)


def tapped(model: TaskModel, batch: Batch, states: States | None) -> list[Tensor]:
    """What the branch reads, (B, T, H) for each input: the trunk's outputs, from `states` if any.

    (B, 1, H) where a branch without a layer of its own reads [CLS] alone.
    """
    if states is None:
        return model.tap(batch)
    branch = model.branch
    only_first = branch.fast_paths and branch.pooling != "mean" and not branch.layers
    return states.hidden(batch, only_first)


def _describe(split: Split, tokens: Tokenised, max_length: int) -> str:
    cut = f", {tokens.truncated:,} cut to {max_length} tokens" if tokens.truncated else ""
    return split.describe() + cut
