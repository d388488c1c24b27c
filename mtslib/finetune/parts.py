"""What a run is built from and trained by: replaceable, as the parts of minBERT are. Chapter 09."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from mtslib.data.tasks import Task
from mtslib.finetune import fit, objectives
from mtslib.finetune.objectives import Objective
from mtslib.finetune.task_model import Trunk
from mtslib.minbert.model import Parts


def fused_adamw(
    params: Iterable[Tensor],
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> Optimizer:
    """PyTorch's fused AdamW.

    `mtslib.minbert.AdamW` is the readable form of the same update; the tests hold them equal.
    """
    return torch.optim.AdamW(params, lr, betas, eps, weight_decay, fused=True)


@dataclass(frozen=True)
class TrainingParts(Parts):
    """The parts of minBERT, and those of its training; put your own in the place of one of ours.

    train_epoch, fit: as in `mtslib.finetune.fit`.
    optimizer(params, lr=…, betas=…, eps=…, weight_decay=…) → a torch optimizer.
    trunk(embeddings, layers, frozen) → module with forward(inputs, depths), see `Trunk`.
    losses: by the name of an objective, (outputs, labels) → a scalar.
    """

    train_epoch: Callable[..., float] = fit.train_epoch
    fit: Callable[..., list[float]] = fit.fit
    optimizer: Callable[..., Optimizer] = fused_adamw
    trunk: Callable[..., nn.Module] = Trunk
    losses: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = field(default_factory=dict)

    def foreign(self) -> tuple[str, ...]:
        """The names of the model's parts that are not this library's.

        How a model is trained leaves it the model it is, so what is added here does not count.
        """
        return Parts(self.embeddings, self.attention, self.layer).foreign()

    def objective(self, name: str, task: Task, encoding: str = "") -> Objective:
        """The objective called `name`, with its replaced loss if there is one.

        encoding: as in `objectives.get`. Raises TrainError where it does not fit the task.
        """
        found = objectives.get(name, task, encoding)
        if name not in self.losses:
            return found
        own = replace(objectives.OBJECTIVES[name], loss=self.losses[name], split=found.split)
        return own.in_range_of(task)

    def replaced(self) -> tuple[str, ...]:
        """The names of everything that is not this library's, a loss by its objective."""
        names = [f.name for f in fields(self) if f.name != "losses"]
        changed = [name for name in names if getattr(self, name) is not getattr(LIBRARY, name)]
        return (*changed, *(f"loss {name}" for name in self.losses))


LIBRARY = TrainingParts()


def training_parts(parts: Parts) -> TrainingParts:
    """`parts`, with the library's training where they name none."""
    if isinstance(parts, TrainingParts):
        return parts
    return TrainingParts(parts.embeddings, parts.attention, parts.layer)
