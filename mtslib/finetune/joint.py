"""Several tasks trained together, the rival of training each alone and merging. Chapter 14.

The loop, the optimizer, what is kept between epochs and what is written are those of single tasks:
a joint training ends as one ordinary checkpoint per task, whose shared tensors are the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm.auto import tqdm

from mtslib.base.files import (
    check_replaceable,
    folder_written_whole,
    read_sealed_json,
    write_sealed_json,
)
from mtslib.base.locks import held_alone
from mtslib.data.batching import Batch, collate
from mtslib.finetune import checkpoint, surgery
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.joint_run import JointRun
from mtslib.finetune.precision import autocast
from mtslib.finetune.sampling import SEQUENTIAL, endless_batches, shares, turns, whole_numbers
from mtslib.finetune.train import (
    Feed,
    build_optimizer,
    learning_rates,
    resumed,
    score_dev,
    stream_seed,
    write,
)

CARD, SEAL, FORMAT = "joint.json", "joint_sha256", 1


@dataclass(frozen=True)
class _Card:
    """What is read of the card of a joint run."""

    identity: dict[str, Any]


CONFLICT_DRAWS = 16  # batches of each task on which gradients are compared, after each epoch


def train_jointly(
    run: JointRun, out: Path | str, dev_every_epoch: bool = False, progress: bool = True
) -> dict[str, Checkpoint]:
    """Train and write `out`: a checkpoint folder for each task, and `joint.json`.

    Each finished epoch is kept beside `out`; after an interruption the same call goes on there and
    ends with the same weights, bit for bit, on the same machine. What is finished stays as it is.
    One task after the other, every task's dev is scored after each of them.
    """
    out = Path(out)
    check_replaceable(out, CARD)
    with held_alone(out) as out:
        if not _is_finished(out, run):
            _train(run, out, dev_every_epoch, progress)
        return {task: checkpoint.read(out / task) for task in run.runs}


def _is_finished(out: Path, run: JointRun) -> bool:
    """Whether this very training stands in `out`. Raises CheckpointError for a damaged card."""
    if not (out / CARD).is_file():
        return False
    remedy = "restore it, or remove the folder and train again"
    return read_sealed_json(out / CARD, SEAL, _Card, FORMAT, remedy)["identity"] == run.identity


def _train(run: JointRun, out: Path, dev_every_epoch: bool, progress: bool) -> None:
    optimizer = build_optimizer(run.model, run.settings)
    turn = run.settings.epochs if run.joint.sampling == SEQUENTIAL else run.epochs

    def one_epoch(done: int) -> None:
        record = run_epoch(run, optimizer, done, progress)
        record["conflicts"] = conflicts(run, done)
        if done + 1 < run.epochs and (dev_every_epoch or (done + 1) % turn == 0):
            record["dev"] = {
                task: [asdict(metric) for metric in score_dev(own, progress)[0]]
                for task, own in run.runs.items()
            }

    with (
        resumed(run, optimizer, out, run.epochs, one_epoch, progress),
        folder_written_whole(out) as fresh,
    ):
        for task, own in run.runs.items():
            chosen = replace(own.settings, epochs=run.epochs)
            row = replace(own, settings=chosen, history=history_of(run, task))
            write(row, fresh / task, progress)
        card = {"format": FORMAT, "history": run.history, "identity": run.identity}
        write_sealed_json(fresh / CARD, card, SEAL)


def history_of(run: JointRun, task: str) -> list[dict[str, Any]]:
    """A task's part of the history; seconds are those of all tasks together."""
    found = []
    for record in run.history:
        own = {"epoch": record["epoch"], "seconds": record["seconds"]}
        own |= {"loss": record["loss"][task]} if task in record["loss"] else {}
        own |= {"dev": record["dev"][task]} if "dev" in record else {}
        first = [c for c in record["conflicts"] if c["tasks"][0] == task]  # each pair stands once
        own["gradients"] = [
            {"name": f"cosine {c['tasks'][1]} {c['layer']}"}
            | {key: c[key] for key in ("value", "low", "high", "n")}
            for c in first
        ]
        found.append(own)
    return found


# An epoch ----------------------------------------------------------------------------------------


def run_epoch(
    run: JointRun,
    optimizer: torch.optim.Optimizer,
    epoch: int,
    progress: bool | Callable[[int, int], None] = True,
) -> dict[str, Any]:
    """As many rows as all training sets have → {epoch, loss by task, steps, seconds}."""
    feed = JointFeed(run, optimizer, progress)
    if run.joint.gradients == "pcgrad":
        shared = [tensor for tensors in run.model.shared().values() for tensor in tensors]
        order = torch.Generator().manual_seed(stream_seed(run.settings.seed, epoch))
        surgery.train_epoch(run.model, feed.batches(epoch), optimizer, feed.losses, shared, order)
    else:
        train_epoch = next(iter(run.runs.values())).parts.train_epoch
        train_epoch(run.model, feed.batches(epoch), optimizer, feed.loss)
    return run.history[-1]


class JointFeed:
    """What a joint training hands to a loop: steps of batches, and their losses.

    batches(epoch): ({task: batch}, labels of all of them, (B,)), each at its learning rate; at
        their end the epoch joins the run's history.
    losses(outputs by task, labels): the objectives', each by its task's weight and share of the
        step's rows. loss: their sum.
    """

    def __init__(
        self,
        run: JointRun,
        optimizer: torch.optim.Optimizer,
        progress: bool | Callable[[int, int], None] = True,
    ) -> None:
        self.run, self.optimizer, self.progress = run, optimizer, progress
        self.feeds = {task: Feed(own, optimizer) for task, own in run.runs.items()}

    def batches(self, epoch: int) -> Iterator[tuple[dict[str, Batch], Tensor]]:
        run, started = self.run, time.perf_counter()
        chosen = self.steps(epoch)
        for feed in self.feeds.values():
            feed.begin(epoch, len(chosen))
        told = self.progress if callable(self.progress) else None
        bar = tqdm(
            chosen,
            desc=f"joint epoch {epoch + 1}/{run.epochs}",
            disable=told is not None or not self.progress,
            leave=False,
        )
        torch.manual_seed(stream_seed(run.settings.seed, epoch))  # of dropout
        rates = self.rates(epoch, len(chosen))
        for done, (step, rate) in enumerate(zip(bar, rates, strict=True), start=1):
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            found = {
                task: collate(run.runs[task].train_tokens, rows).to(run.runs[task].device)
                for task, rows in step.items()
            }
            yield found, torch.cat([batch.labels for batch in found.values()])
            if told:
                told(done, len(chosen))
        for feed in self.feeds.values():
            feed.check()
        losses = {task: feed.mean for task, feed in self.feeds.items() if feed.examples}
        run.history.append(
            {
                "epoch": epoch + 1,
                "loss": losses,
                "steps": {task: sum(task in step for step in chosen) for task in run.runs},
                "seconds": round(time.perf_counter() - started, 2),
            }
        )

    def steps(self, epoch: int) -> list[dict[str, list[int]]]:
        """Of each step, {task: positions in its training set}; they depend on (seed, epoch)."""
        run = self.run
        size, order = run.settings.batch_size, torch.Generator()
        order.manual_seed(stream_seed(run.settings.seed, epoch))
        parts = shares(run.sizes, run.joint.sampling, epoch, run.epochs)
        active = {task: rows for task, rows in run.sizes.items() if parts[task]}
        if run.joint.sampling == SEQUENTIAL:
            count = sum(-(-rows // size) for rows in active.values())
        else:
            count = -(-sum(run.sizes.values()) // size)
        if run.joint.gradients == "alternate":
            names = [[task] for task in turns(whole_numbers(parts, count), order)]
            rows = dict.fromkeys(active, size)
        else:
            names = [list(active)] * count
            rows = whole_numbers(parts, size, least=1)
        streams = {
            task: endless_batches(run.runs[task].train_tokens.lengths, rows[task], order)
            for task in active
        }
        return [{task: next(streams[task]) for task in step} for step in names]

    def rates(self, epoch: int, steps: int) -> Iterator[float]:
        """The learning rate of each step; tasks one after the other have a schedule each."""
        own = self.run.settings
        return learning_rates(own, steps, epoch % max(1, own.epochs))

    def losses(self, outputs: Mapping[str, Tensor], labels: Tensor) -> dict[str, Tensor]:
        weights = self.run.joint.weights
        found, counts = {}, [len(own) for own in outputs.values()]
        for (task, own), wanted in zip(outputs.items(), labels.split(counts), strict=True):
            share = len(own) / len(labels)
            found[task] = weights.get(task, 1.0) * share * self.feeds[task].loss(own, wanted)
        return found

    def loss(self, outputs: Mapping[str, Tensor], labels: Tensor) -> Tensor:
        return torch.stack(list(self.losses(outputs, labels).values())).sum()


# What the tasks' gradients say of each other -----------------------------------------------------


def conflicts(run: JointRun, epoch: int, draws: int = CONFLICT_DRAWS) -> list[dict[str, Any]]:
    """The cosine between two tasks' gradients at each shared layer, over random batches.

    Without dropout. [{tasks, layer, value, low, high, n}], n the number of draws.
    """
    run.model.eval()
    order = torch.Generator().manual_seed(stream_seed(run.settings.seed, epoch))
    found = surgery.cosines(_drawn(run, order, draws), run.model.shared())
    run.model.zero_grad(set_to_none=True)
    return [
        {"tasks": [one, two], "layer": layer} | surgery.mean_and_interval(values)
        for (one, two, layer), values in found.items()
    ]


def _drawn(run: JointRun, order: torch.Generator, draws: int) -> Iterator[dict[str, Tensor]]:
    """The losses of a batch of each task, again and again; a weight would change no cosine."""
    for _ in range(draws):
        step = {}
        for task, own in run.runs.items():
            tokens, size = own.train_tokens, own.settings.batch_size
            rows = torch.randperm(len(tokens), generator=order)[:size].tolist()
            step[task] = collate(tokens, rows).to(own.device)
        outputs = run.model(step)
        with autocast(run.model.precision, next(run.model.parameters()).device):
            yield {
                task: run.runs[task].model.objective.loss(outputs[task], batch.labels)
                for task, batch in step.items()
            }


# Recording ---------------------------------------------------------------------------------------


def record(found: Mapping[str, Checkpoint], folder: Path | None = None) -> list[str]:
    """Append the run of each task's checkpoint to the results → what was done, in words."""
    said = []
    for task, written in found.items():
        name, new = checkpoint.record(written, folder)
        said.append(f"{name}: {'recorded' if new else 'is recorded already'} ({task})")
    return said
