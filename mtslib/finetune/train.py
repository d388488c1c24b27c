"""Fine-tune one task: the loop and its record. Chapters 06–09."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm.auto import tqdm

from mtslib.base import provenance
from mtslib.base.errors import TrainError
from mtslib.base.files import check_replaceable, remove_leftovers
from mtslib.base.locks import locked
from mtslib.data.batching import Tokenised, training_batches
from mtslib.data.datasets import Split, dataset_name
from mtslib.evidence.metrics import Metric
from mtslib.finetune import checkpoint, resume
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.evaluate import predict, score_task
from mtslib.finetune.precision import autocast
from mtslib.finetune.run import Run, outputs, prepare
from mtslib.finetune.settings import Settings
from mtslib.finetune.task_model import TaskModel

WARM_UP = 0.1  # of all steps, for the linear schedule


def finetune(
    settings: Settings,
    out: Path | str,
    data: Path | str | None = None,
    train_file: Path | str | None = None,
    dev_every_epoch: bool = False,
    progress: bool = True,
    cache: bool = True,
    also_depths: Collection[int] = (),
    dev_file: Path | str | None = None,
) -> Checkpoint:
    """Fine-tune one task and write its checkpoint folder `out`.

    data, train_file, dev_file: where the task's files are (see `datasets.load_pair`).
    dev_every_epoch: score dev after each epoch, not only at the end; nothing is selected by it.
    cache: let a frozen trunk run once and keep what it says (`mtslib.finetune.hidden_states`).
    also_depths: where the trunk has to run anyway, keep its outputs at these depths as well.
    Each finished epoch is kept beside `out`; after an interruption the same call goes on there
    and ends with the same weights, bit for bit, on the same machine.
    Raises TrainError, DataError or BackboneError.
    """
    out = Path(out)
    check_replaceable(out, checkpoint.CARD)
    run = prepare(settings, data, train_file, progress, cache, also_depths, dev_file=dev_file)
    with locked(out.with_name(f".{out.name}.lock"), wait=0, what=str(out)):
        return _train(run, out, dev_every_epoch, progress)


def _train(run: Run, out: Path, dev_every_epoch: bool, progress: bool) -> Checkpoint:
    """Go on where an earlier call stopped, epoch by epoch, and write the checkpoint."""
    settings = run.settings
    state = out.with_name(out.name + ".unfinished")
    for target in (out, state):
        remove_leftovers(target)
    optimizer = build_optimizer(run.model, settings)
    done = resume.restore(state, run, optimizer)
    if done and progress:
        print(f"going on after epoch {done}, kept in {state}")
    try:
        while done < settings.epochs:
            record = train_epoch(run, optimizer, done, progress)
            if dev_every_epoch and done + 1 < settings.epochs:
                record["dev"] = [asdict(m) for m in score_dev(run, progress)[0]]
            run.history.append(record)
            resume.keep(state, run, optimizer)
            done += 1
        return _finish(run, out, state, progress)
    except KeyboardInterrupt:
        where = f"in epoch {done + 1} of {settings.epochs}"
        saved = resume.read_kept(state)  # Ctrl-C may have come just before or after it was written
        done = len(saved["history"]) if saved else 0
        kept = f"{done} finished kept in {state}" if done else "none was finished"
        raise TrainError(
            f"stopped by Ctrl-C {where if done < settings.epochs else 'while dev was scored'}, "
            f"{kept}; the same command goes on from there"
        ) from None


def build_optimizer(model: TaskModel, settings: Settings) -> torch.optim.Optimizer:
    """PyTorch's fused AdamW over the tensors that are trained, and only those.

    `mtslib.minbert.AdamW` is the readable form of the same update; the tests hold them equal.
    """
    return torch.optim.AdamW(
        [tensor for tensor in model.parameters() if tensor.requires_grad],
        lr=settings.learning_rate,
        betas=settings.betas,
        eps=settings.eps,
        weight_decay=settings.weight_decay,
        fused=True,
    )


def train_epoch(
    run: Run, optimizer: torch.optim.Optimizer, epoch: int, progress: bool = True
) -> dict[str, Any]:
    """One pass over the training set → {epoch, loss, seconds}; loss is the mean over examples."""
    settings, model = run.settings, run.model
    # Dropout and order depend on (seed, epoch) alone, so that epoch 2 is the same epoch 2 after
    # an interruption.
    torch.manual_seed(_mix(settings.seed, epoch))
    order = torch.Generator().manual_seed(_mix(settings.seed, epoch))
    batches = training_batches(run.train_tokens.lengths, settings.batch_size, order)
    rates = learning_rates(settings, len(batches), epoch)
    losses = _Losses(epoch, len(batches), run)
    model.train()
    started = time.perf_counter()
    bar = tqdm(
        batches,
        desc=f"{settings.task} epoch {epoch + 1}/{settings.epochs}",
        disable=not progress,
        leave=False,
    )
    for positions, rate in zip(bar, rates, strict=True):
        batch = run.packed.batch(positions).to(run.device)
        with autocast(run.precision, run.device):
            loss = model.objective.loss(outputs(model, batch, run.train_states), batch.labels)
        losses.add(loss.detach(), len(positions), rate)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        bar.set_postfix(loss=losses.last, refresh=False)
    mean = losses.total() / len(run.train_tokens)
    seconds = time.perf_counter() - started
    return {"epoch": epoch + 1, "loss": mean, "seconds": round(seconds, 2)}


class _Losses:
    """The losses of an epoch, checked for NaN.

    Reading a number from a GPU waits for all work on it, so there they are read in bundles; the
    step that is named is exact all the same.
    """

    def __init__(self, epoch: int, steps: int, run: Run) -> None:
        self.epoch, self.steps, self.run = epoch, steps, run
        self.every = 20 if run.device.type == "cuda" else 1
        self.last = ""
        self._waiting: list[tuple[Tensor, int, float]] = []
        self._sum, self._read = 0.0, 0

    def add(self, loss: Tensor, examples: int, rate: float) -> None:
        """Take the loss () of one step. Raises TrainError when it, or one before, is no number."""
        self._waiting.append((loss, examples, rate))
        if len(self._waiting) >= self.every:
            self._read_all()

    def total(self) -> float:
        """The sum over examples."""
        self._read_all()
        return self._sum

    def _read_all(self) -> None:
        if not self._waiting:
            return
        values = torch.stack([loss for loss, _, _ in self._waiting]).tolist()
        for value, (_, examples, rate) in zip(values, self._waiting, strict=True):
            self._read += 1
            if not math.isfinite(value):
                raise TrainError(
                    f"the loss became {value} in epoch {self.epoch + 1}, step {self._read} of "
                    f"{self.steps} (learning rate {rate:.2g}, {self.run.precision}); expected a "
                    "finite number; try a smaller --learning-rate or --precision fp32; "
                    "nothing was written"
                )
            self._sum += value * examples
        self.last = f"{values[-1]:.3f}"
        self._waiting.clear()


def _mix(seed: int, epoch: int) -> int:
    """A stream of its own for every (seed, epoch)."""
    return seed * 1_000_003 + epoch + 1


def learning_rates(settings: Settings, steps: int, epoch: int) -> Iterator[float]:
    """The learning rate of each step of an epoch: 0 is the first."""
    all_steps = steps * settings.epochs
    warm_up = max(1, round(WARM_UP * all_steps))
    for step in range(steps):
        if settings.schedule == "constant":
            yield settings.learning_rate
        else:
            done = epoch * steps + step
            rising = (done + 1) / warm_up
            falling = (all_steps - done) / max(1, all_steps - warm_up)
            yield settings.learning_rate * min(rising, falling, 1.0)


def score_dev(run: Run, progress: bool = True) -> tuple[list[Metric], np.ndarray]:
    """Metrics on dev and the predictions (n,) behind them."""
    run.model.eval()
    predicted = predict(
        lambda batch: outputs(run.model, batch, run.dev_states),
        run.model.objective,
        run.dev_tokens,
        run.device,
        run.precision,
        progress=f"{run.settings.task} dev" if progress else "",
    )
    return score_task(run.model.task, predicted, run.dev_tokens.labels), predicted


def _finish(run: Run, out: Path, state: Path, progress: bool) -> Checkpoint:
    """Score dev, write the checkpoint, remove what was kept for going on."""
    started = time.perf_counter()
    metrics, predicted = score_dev(run, progress)
    dev_seconds = time.perf_counter() - started
    facts = {
        "data": {
            "dataset": dataset_name(run.train, run.dev),
            "train": _data_facts(run.train, run.train_tokens),
            "dev": _data_facts(run.dev, run.dev_tokens),
        },
        "dev": [asdict(metric) for metric in metrics],
        "history": run.history,
        "trained_parameters": sum(t.numel() for t in run.model.trained_tensors().values()),
        "environment": provenance.environment(run.device, run.precision),
        "trunk_runs": run.trunk_runs,
        "seconds": {
            "cache": round(run.cache_seconds, 2),
            "train": round(sum(record["seconds"] for record in run.history), 2),
            "dev": round(dev_seconds, 2),
        },
    }
    rows = torch.tensor([example.row for example in run.dev.labelled], dtype=torch.int32)
    kept = {"rows": rows, "predicted": torch.from_numpy(predicted.astype(np.float32))}
    written = checkpoint.save(out, run.model, run.backbone, run.settings, facts, kept)
    shutil.rmtree(state, ignore_errors=True)
    return written


def _data_facts(split: Split, tokens: Tokenised) -> dict[str, Any]:
    return {
        "file": split.path.name,
        "sha256": split.sha256,
        "rows": len(split.labelled),
        "unlabelled": len(split.unlabelled),
        "truncated": tokens.truncated,
    }
