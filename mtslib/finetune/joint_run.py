"""A joint training before its first step: tasks, what they share, and one model of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.base.errors import TrainError
from mtslib.data import tasks
from mtslib.data.batching import Batch
from mtslib.data.tasks import Task
from mtslib.finetune import objectives
from mtslib.finetune.precision import autocast
from mtslib.finetune.run import Run, prepare
from mtslib.finetune.sampling import SAMPLINGS, SEQUENTIAL
from mtslib.finetune.settings import Settings, settings
from mtslib.finetune.task_model import TaskModel, check_depth

SHARINGS = ("all", "branches")
GRADIENTS = ("alternate", "sum", "pcgrad")


@dataclass(frozen=True)
class Joint:
    """How tasks are trained together.

    tasks: two or more. sharing: `all` shares every encoder layer, a head each; `branches` shares a
        trunk up to hidden_states[freeze_depth], which trains too, and gives each its own above.
    sampling: whose turn it is, see `sampling.shares`; `sequential` trains one after the other.
    gradients: `alternate`, each step on rows of one task; `sum`, each on rows of every task; or
        `pcgrad`, the same with surgery on the shared gradients (`surgery`). As many rows per step,
        and as many steps, in all three.
    weights: of the losses, by task; 1 where none is named.
    """

    tasks: tuple[Task, ...]
    sharing: str = "all"
    freeze_depth: int | None = None
    sampling: str = "proportional"
    gradients: str = "alternate"
    weights: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tasks", tuple(tasks.get(task) for task in self.tasks))
        for what, value, allowed in (
            ("sharing", self.sharing, SHARINGS),
            ("sampling", self.sampling, SAMPLINGS),
            ("gradients", self.gradients, GRADIENTS),
        ):
            if value not in allowed:
                raise TrainError(f"{what} {value!r} is unknown; expected {', '.join(allowed)}")
        names = [task.name for task in self.tasks]
        if len(names) < 2 or len(set(names)) < len(names):
            raise TrainError(
                f"joint training of {', '.join(names) or 'no task'}; expected two or more "
                "different tasks; one alone is what `finetune` trains"
            )
        for task in self.tasks:
            if objectives.get(task.objective, task).siamese:
                raise TrainError(
                    f"task {task.name} has objective {task.objective}, which encodes two sentences "
                    "apart; in joint training every input is one sequence; choose another one"
                )
        branches = self.sharing == "branches"
        if branches != (self.freeze_depth is not None):
            raise TrainError(
                "sharing branches needs --freeze-depth D, where the shared trunk ends"
                if branches
                else "sharing all has no depth where branches begin; leave out --freeze-depth, or "
                "say --sharing branches"
            )
        if self.sampling == SEQUENTIAL and self.gradients != "alternate":
            raise TrainError(
                f"gradients {self.gradients} take rows of every task in each step, sampling "
                f"{SEQUENTIAL} one task after the other; choose one of the two"
            )
        for name, weight in self.weights.items():
            if name not in names or not 0 < weight < float("inf"):
                raise TrainError(
                    f"weight {name}={weight:g} does not fit; expected a number above 0 for one of "
                    f"{', '.join(names)}"
                )

    def shares(self, layer: int, num_layers: int) -> bool:
        """Whether the tasks have this encoder layer in common."""
        return layer < (num_layers if self.freeze_depth is None else self.freeze_depth)

    def as_dict(self) -> dict[str, Any]:
        """What a run's settings say of it, for JSON."""
        return {
            "name": "joint",
            "tasks": [task.name for task in self.tasks],
            "sharing": self.sharing,
            "trunk_depth": self.freeze_depth,
            "sampling": self.sampling,
            "gradients": self.gradients,
            "weights": {task.name: self.weights.get(task.name, 1.0) for task in self.tasks},
        }


class JointModel(nn.Module):
    """Single-task models that have their embeddings and lower layers in common.

    A step, {task: batch}, gives {task: outputs}, in the order of its tasks.
    """

    def __init__(self, models: Mapping[str, TaskModel], precision: str) -> None:
        super().__init__()
        self.models = nn.ModuleDict(models)
        self.precision = precision

    def forward(self, step: Mapping[str, Batch]) -> dict[str, Tensor]:
        device = next(self.parameters()).device
        with autocast(self.precision, device):
            return {task: self.models[task](batch) for task, batch in step.items()}

    def trained_tensors(self) -> dict[str, Tensor]:
        """Every tensor, a shared one once."""
        return dict(self.named_parameters())

    def load_trained_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Put back what `trained_tensors` gave."""
        with torch.no_grad():
            for name, tensor in self.named_parameters():
                tensor.copy_(tensors[name])

    def shared(self) -> dict[str, list[Tensor]]:
        """The tensors that all tasks share, by layer: `embeddings`, `0`, `1`, …"""
        first, *others = self.models.values()
        parts = {"embeddings": first.trunk.embeddings, **first.branch.layers}
        shared = {id(tensor) for model in others for tensor in model.parameters()}
        layers = {name: [*part.parameters()] for name, part in parts.items()}
        return {name: own for name, own in layers.items() if id(own[0]) in shared}


def tie(models: Mapping[str, TaskModel], joint: Joint) -> None:
    """Let all models use the first one's embeddings and shared layers; all start from the same."""
    first, *others = models.values()
    num_layers = len(first.branch.layers)
    for model in others:
        model.trunk.embeddings = first.trunk.embeddings
        for name, layer in first.branch.layers.items():
            if joint.shares(int(name), num_layers):
                model.branch.layers[name] = layer


@dataclass
class JointRun:
    """A joint training in progress.

    runs: by task; their models are tied, and each has the settings of one row of results.
    """

    joint: Joint
    runs: dict[str, Run]
    model: JointModel
    history: list[dict[str, Any]] = field(default_factory=list)
    trunk_runs: str = "every step"

    @property
    def settings(self) -> Settings:
        """The first task's: rate, epochs, batch and seed are those of all."""
        return next(iter(self.runs.values())).settings

    @property
    def epochs(self) -> int:
        """Of the whole training; one task after the other has the epochs of each."""
        rounds = len(self.runs) if self.joint.sampling == SEQUENTIAL else 1
        return self.settings.epochs * rounds

    @property
    def sizes(self) -> dict[str, int]:
        """Training rows by task."""
        return {task: len(run.train_tokens) for task, run in self.runs.items()}

    @property
    def identity(self) -> dict[str, Any]:
        """What must be the same for a kept epoch to be continued."""
        return {task: run.identity for task, run in self.runs.items()}

    def run_trunk_at_every_step(self) -> None:
        """It always does."""


def prepare_joint(
    joint: Joint,
    preset: str = "laptop",
    data: Path | str | None = None,
    train_files: Mapping[str, str] | None = None,
    dev_files: Mapping[str, str] | None = None,
    progress: bool = True,
    **changes: Any,
) -> JointRun:
    """Read backbone and data, and build one model whose tasks share what `joint` says.

    train_files, dev_files: by task. changes: single settings that differ from the preset.
    Raises TrainError, DataError or BackboneError, before anything is trained.
    """
    _check_files(joint.tasks, train_files, dev_files)
    runs: dict[str, Run] = {}
    for task in joint.tasks:
        chosen = settings(task, preset, freeze_depth=None, **changes)
        named = {"train_file": (train_files or {}).get(task.name)}
        named["dev_file"] = (dev_files or {}).get(task.name)
        runs[task.name] = prepare(chosen, data, **named, progress=progress, cache=False)
    first = next(iter(runs.values()))
    check_depth(joint.freeze_depth, first.backbone.num_layers)
    if len(runs) > first.settings.batch_size and joint.gradients != "alternate":
        raise TrainError(
            f"a step of {first.settings.batch_size} rows cannot hold one of each of {len(runs)} "
            "tasks; choose a larger --batch-size"
        )
    method = joint.as_dict() | {"train_sha256": {t: run.train.sha256 for t, run in runs.items()}}
    for run in runs.values():
        run.settings = replace(run.settings, method=method)
    models = {task: run.model for task, run in runs.items()}
    tie(models, joint)
    return JointRun(joint, runs, JointModel(models, first.precision))


def _check_files(asked: Sequence[Task], *given: Mapping[str, str] | None) -> None:
    """Refuse a file of a task that is not trained."""
    for task in [task for files in given for task in files or {}]:
        names = [own.name for own in asked]
        if task not in names:
            raise TrainError(f"a file is named for {task!r}, which is not asked for: {names}")
