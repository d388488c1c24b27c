"""The engine: fine-tune one task with the loop of `mtslib.finetune.fit`. Chapters 08–11."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from mtslib.base import provenance
from mtslib.base.errors import TrainError
from mtslib.base.files import check_replaceable, remove_leftovers
from mtslib.base.locks import held_alone
from mtslib.data import plausible
from mtslib.data.batching import Batch, Tokenised, collate, training_batches
from mtslib.data.datasets import Split, dataset_name
from mtslib.evidence.metrics import Metric
from mtslib.finetune import checkpoint, resume
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.evaluate import below_a_guess, predict, score_task
from mtslib.finetune.parts import LIBRARY, TrainingParts
from mtslib.finetune.precision import autocast
from mtslib.finetune.regularise import Regularised
from mtslib.finetune.resume import Resumable
from mtslib.finetune.run import Forward, Run, outputs, prepare
from mtslib.finetune.settings import Settings
from mtslib.minbert.model import Parts

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
    parts: Parts = LIBRARY,
    train_on_dev: bool = False,
) -> Checkpoint:
    """Fine-tune one task and write its checkpoint folder `out`.

    data, train_file, dev_file: where the task's files are (see `datasets.load_pair`).
    dev_every_epoch: score dev after each epoch, not only at the end; nothing is selected by it.
    cache: let a frozen trunk run once and keep what it says (`mtslib.finetune.hidden_states`).
    also_depths: where the trunk has to run anyway, keep its outputs at these depths as well.
    train_on_dev: let the training file hold the rows of dev; the card says how many.
    parts: another loop, optimizer, trunk or loss, and other parts of minBERT (`TrainingParts`).
    Each finished epoch is kept beside `out`; after an interruption the same call goes on there
    and ends with the same weights, bit for bit, on the same machine.
    Raises TrainError, DataError or BackboneError.
    """
    out = Path(out)
    check_replaceable(out, checkpoint.CARD)
    given = (settings, data, train_file, progress, cache, also_depths, parts)
    run = prepare(*given, dev_file=dev_file, train_on_dev=train_on_dev)
    if not settings.before:
        return train_run(run, out, dev_every_epoch, progress)
    from mtslib.finetune.before import trained_before  # which runs this module's loop

    with trained_before(run, out, data, progress):
        return train_run(run, out, dev_every_epoch, progress)


def train_run(
    run: Run, out: Path, dev_every_epoch: bool = False, progress: bool = True
) -> Checkpoint:
    """Train a prepared run and write its checkpoint, as `finetune` does, one at a time."""
    check_replaceable(out, checkpoint.CARD)
    with held_alone(out) as out:
        return _train(run, out, dev_every_epoch, progress)


def _train(run: Run, out: Path, dev_every_epoch: bool, progress: bool) -> Checkpoint:
    """Epoch by epoch, then the checkpoint."""
    epochs = run.settings.epochs
    optimizer = build_optimizer(run.model, run.settings, run.parts)

    def one_epoch(done: int) -> None:
        record = run_epoch(run, optimizer, done, progress)
        if dev_every_epoch and done + 1 < epochs:
            record["dev"] = [asdict(m) for m in score_dev(run, progress)[0]]

    with resumed(run, optimizer, out, epochs, one_epoch, progress):
        return write(run, out, progress)


@contextmanager
def resumed(
    run: Resumable,
    optimizer: torch.optim.Optimizer,
    out: Path,
    epochs: int,
    one_epoch: Callable[[int], None],
    progress: bool,
) -> Iterator[None]:
    """Go on where an earlier call stopped, epoch by epoch; inside, `out` is written.

    one_epoch: trains the epoch of this number, from 0.
    """
    state = out.with_name(out.name + ".unfinished")
    for target in (out, state):
        remove_leftovers(target)
    done = resume.restore(state, run, optimizer)
    if done and progress:
        print(f"going on after epoch {done}, kept in {state}")
    try:
        while done < epochs:
            one_epoch(done)
            resume.keep(state, run, optimizer)
            done += 1
        yield
        shutil.rmtree(state, ignore_errors=True)
    except KeyboardInterrupt:
        where = f"in epoch {done + 1} of {epochs}"
        saved = resume.read_kept(state)  # Ctrl-C may have come just before or after it was written
        done = len(saved["history"]) if saved else 0
        kept = f"{done} finished kept in {state}" if done else "none was finished"
        raise TrainError(
            f"stopped by Ctrl-C {where if done < epochs else 'while dev was scored'}, "
            f"{kept}; the same command goes on from there"
        ) from None


def build_optimizer(
    model: nn.Module, settings: Settings, parts: TrainingParts = LIBRARY
) -> torch.optim.Optimizer:
    """AdamW over the tensors that are trained, and only those."""
    return parts.optimizer(
        [tensor for tensor in model.parameters() if tensor.requires_grad],
        lr=settings.learning_rate,
        betas=settings.betas,
        eps=settings.eps,
        weight_decay=settings.weight_decay,
    )


def run_epoch(
    run: Run, optimizer: torch.optim.Optimizer, epoch: int, progress: bool = True
) -> dict[str, Any]:
    """One pass over the training set → {epoch, loss, seconds}, which the run's history keeps."""
    feed = Feed(run, optimizer, progress)
    run.parts.train_epoch(feed.model, feed.batches(epoch), optimizer, feed.loss)
    return run.history[-1]


class Feed:
    """What a run hands to the loop of `mtslib.finetune.fit`.

    model: computes in the run's precision, from the cached trunk where there is one.
    batches(epoch): in an order of their own, each at its learning rate; at their end the epoch
        joins the run's history: its number from 1, mean loss per example, seconds.
    loss: the objective's, checked for NaN.
    progress: whether there is a bar, or what to call after each step, (steps done, steps in all).
    """

    def __init__(
        self,
        run: Run,
        optimizer: torch.optim.Optimizer,
        progress: bool | Callable[[int, int], None] = True,
    ) -> None:
        self.run, self.optimizer, self.progress = run, optimizer, progress
        self.model = Forward(run.model, run.train_states, run.precision)
        if run.settings.regularise:
            self.model = Regularised(self.model, run.settings)
        # Reading a number from a GPU waits for all work on it, so there losses are read in
        # bundles; the step that is named is exact all the same.
        self.every = 20 if run.device.type == "cuda" else 1
        self.last = ""
        self._waiting: list[tuple[Tensor, int, float]] = []
        self.begin(0, 0)

    def begin(self, epoch: int, steps: int) -> None:
        """Forget the epoch before this one, which has so many steps."""
        self.epoch, self.steps = epoch, steps
        self.read = self.examples = 0
        self.total = 0.0

    def batches(self, epoch: int) -> Iterator[tuple[Batch, Tensor]]:
        """Pairs of a batch and its labels (B,)."""
        run, settings = self.run, self.run.settings
        tokens, started = run.train_tokens, time.perf_counter()
        self.begin(epoch, -(-len(tokens) // settings.batch_size))
        told = self.progress if callable(self.progress) else None
        bar = tqdm(
            epoch_batches(tokens, settings, self.optimizer, epoch),
            desc=f"{settings.task.name} epoch {epoch + 1}/{settings.epochs}",
            total=self.steps,
            disable=told is not None or not self.progress,
            leave=False,
        )
        for done, (batch, _) in enumerate(bar, start=1):
            batch = batch.to(run.device)
            yield batch, batch.labels
            bar.set_postfix(loss=self.last, refresh=False)
            if told:
                told(done, self.steps)
        self.check()
        seconds = round(time.perf_counter() - started, 2)
        run.history.append({"epoch": epoch + 1, "loss": self.mean, "seconds": seconds})

    def loss(self, outputs: Tensor | tuple[list[Tensor], Tensor], labels: Tensor) -> Tensor:
        """The objective's loss () over all passes, and the term; TrainError if one is no number."""
        passes, term = outputs if isinstance(outputs, tuple) else ([outputs], None)
        with autocast(self.run.precision, self.run.device):
            loss = sum(self.run.model.objective.loss(each, labels) for each in passes) / len(passes)
        loss = loss if term is None else loss + term
        rate = self.optimizer.param_groups[0]["lr"]
        self._waiting.append((loss.detach(), len(labels), rate))
        if len(self._waiting) >= self.every:
            self.check()
        return loss

    @property
    def mean(self) -> float:
        """The loss per example so far in this epoch."""
        return self.total / max(1, self.examples)

    def check(self) -> None:
        """Read the losses that wait. Raises TrainError for the first that is not finite."""
        if not self._waiting:
            return
        values = torch.stack([loss for loss, _, _ in self._waiting]).tolist()
        for value, (_, examples, rate) in zip(values, self._waiting, strict=True):
            self.read += 1
            if not math.isfinite(value):
                raise TrainError(
                    f"the loss became {value} in epoch {self.epoch + 1}, step {self.read} of "
                    f"{self.steps} (learning rate {rate:.2g}, {self.run.precision}); expected a "
                    "finite number; try a smaller --learning-rate or --precision fp32; "
                    "nothing was written"
                )
            self.total += value * examples
            self.examples += examples
        self.last = f"{values[-1]:.3f}"
        self._waiting.clear()


def epoch_batches(
    tokens: Tokenised, settings: Settings, optimizer: torch.optim.Optimizer, epoch: int
) -> Iterator[tuple[Batch, Tensor]]:
    """The batches of an epoch with their labels (B,), in random order; each sets the learning rate.

    Order and dropout depend on (seed, epoch) alone, so that epoch 2 is the same epoch 2 after an
    interruption.
    """
    torch.manual_seed(stream_seed(settings.seed, epoch))
    order = torch.Generator().manual_seed(stream_seed(settings.seed, epoch))
    chosen = training_batches(tokens.lengths, settings.batch_size, order)
    rates = learning_rates(settings, len(chosen), epoch)
    for positions, rate in zip(chosen, rates, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = collate(tokens, positions)
        yield batch, batch.labels


def stream_seed(seed: int, epoch: int) -> int:
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
        progress=f"{run.settings.task.name} dev" if progress else "",
    )
    return score_task(run.model.task, predicted, run.dev_tokens.labels), predicted


def write(run: Run, out: Path | str, progress: bool = True) -> Checkpoint:
    """Score dev and write the checkpoint folder `out` of a run whose epochs are done."""
    started = time.perf_counter()
    metrics, predicted = score_dev(run, progress)
    dev_seconds = time.perf_counter() - started
    if run.settings.epochs:
        plausible.warn(below_a_guess(run.model.task, metrics[0]))
    parts = [("train", run.history), *([("before", run.history_before)] if run.before else [])]
    facts = {
        "num_layers": run.backbone.num_layers,
        "data": {
            "dataset": dataset_name(run.train, run.dev),
            "train": _data_facts(run.train, run.train_tokens)
            | ({"rows_of_dev": run.shared_rows} if run.shared_rows else {}),
            "dev": _data_facts(run.dev, run.dev_tokens),
            **({"before": run.before} if run.before else {}),
        },
        "dev": [asdict(metric) for metric in metrics],
        "history": run.history,
        "trained_parameters": sum(t.numel() for t in run.model.trained_tensors().values()),
        "environment": provenance.environment(run.device, run.precision),
        "trunk_runs": run.trunk_runs,
        **({"replaced_parts": list(run.parts.replaced())} if run.parts.replaced() else {}),
        **({"taught_by": run.taught_by} if run.taught_by else {}),
        **({"history_before": run.history_before} if run.before else {}),
        "seconds": {
            "cache": round(run.cache_seconds, 2),
            **{part: round(sum(record["seconds"] for record in own), 2) for part, own in parts},
            "dev": round(dev_seconds, 2),
        },
    }
    rows = torch.tensor([example.row for example in run.dev.labelled], dtype=torch.int32)
    kept = {"rows": rows, "predicted": torch.from_numpy(predicted.astype(np.float32))}
    return checkpoint.save(Path(out), run.model, run.backbone, run.settings, facts, kept)


def _data_facts(split: Split, tokens: Tokenised) -> dict[str, Any]:
    return {
        "file": split.path.name,
        "sha256": split.sha256,
        "rows": len(split.labelled),
        "unlabelled": len(split.unlabelled),
        "truncated": tokens.truncated,
    }
