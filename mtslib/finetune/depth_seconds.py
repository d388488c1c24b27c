"""About how long a task takes to train here at each freeze depth, by a short measurement."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import torch

from mtslib import backbones
from mtslib.data.batching import Batch, Inputs
from mtslib.data.tasks import Task
from mtslib.finetune import objectives
from mtslib.finetune.dropout import with_fast_dropout
from mtslib.finetune.precision import default_device, resolve
from mtslib.finetune.run import Forward
from mtslib.finetune.settings import Settings
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer

TOKENS = 2000  # of the batch that is measured
REPEATS = 3
WASTE = 1.1  # padding, batches put together, and what stands around a step


def depth_seconds(
    settings: Settings, lengths: Mapping[str, Sequence[int]], rows: Mapping[str, int]
) -> dict[int | None, float]:
    """Seconds by freeze depth, None for full: training, the trunk once, dev at the end.

    lengths: in word pieces, of (a sample of) the rows of `train` and `dev`; rows: how many there
    are. One step and one pass of the whole backbone are timed on random rows of that length; k of
    L layers are taken to need k/L of it.
    """
    backbone = backbones.load(settings.backbone)
    num_layers = backbone.num_layers
    mean = sum(lengths["train"]) / len(lengths["train"])
    tokens = {s: rows[s] * sum(lengths[s]) / len(lengths[s]) for s in ("train", "dev")}
    step, forward = _seconds_per_token(settings, max(2, round(mean)))
    found: dict[int | None, float] = {}
    for depth in (None, *range(num_layers + 1)):
        trained = (num_layers - (depth or 0)) / num_layers
        once = (tokens["train"] + tokens["dev"]) * forward * (1 - trained)
        steps = settings.epochs * tokens["train"] * step * trained
        found[depth] = WASTE * (once + steps + tokens["dev"] * forward * trained)
    return found


def _seconds_per_token(settings: Settings, length: int) -> tuple[float, float]:
    """Of one training step of everything, and of one pass without gradients."""
    task, device = settings.task, default_device()
    objective = objectives.get(settings.objective, task)
    backbone = backbones.load(settings.backbone)
    bert = backbone.model(encoder_dropout=settings.encoder_dropout)
    model = with_fast_dropout(
        TaskModel(bert, task, objective, None, settings.pooling, settings.head_dropout)
    ).to(device)
    forward = Forward(model, precision=resolve(settings.precision, device))
    optimizer = build_optimizer(model, settings)
    batch = _random_batch(task, objective.siamese, length, backbone.config.vocab_size).to(device)

    def step() -> None:
        optimizer.zero_grad()
        objective.loss(forward(batch), batch.labels).backward()
        optimizer.step()

    def read() -> None:
        with torch.inference_mode():
            forward(batch)

    tokens = len(batch.labels) * length * len(batch.inputs)
    model.train()
    trained = _best(step)
    model.eval()
    return trained / tokens, _best(read) / tokens


def _best(work: Callable[[], None]) -> float:
    work()  # the first also makes room
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def _random_batch(task: Task, siamese: bool, length: int, vocabulary: int) -> Batch:
    size = max(2, TOKENS // length)
    draw = torch.Generator().manual_seed(0)
    shape = (size, length)

    def inputs() -> Inputs:
        ids = torch.randint(vocabulary, shape, generator=draw)
        return Inputs(ids, torch.ones_like(ids), torch.zeros_like(ids))

    low, high = task.label_range
    labels = torch.randint(int(low), int(high) + 1, (size,), generator=draw).float()
    return Batch(torch.arange(size), tuple(inputs() for _ in range(1 + siamese)), labels)
