"""Chapter 08's laboratory: a few short sentences, full fine-tuning, every epoch looked at.

Made for seconds on one core. What it shows is bounded by that: a hundred sentences are learnt by
heart in a few epochs, and dev is small too. The recorded runs are the larger ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.backbones import Backbone
from mtslib.data import datasets, tasks
from mtslib.data.batching import Batch, Tokenised, collate, evaluation_batches, tokenise
from mtslib.data.batching import training_batches as shuffled
from mtslib.data.readers import Example
from mtslib.evidence.intervals import wilson
from mtslib.finetune import objectives, settings
from mtslib.finetune.precision import autocast, resolve
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer, learning_rates
from mtslib.report import plots

LONGEST = 24  # word pieces: about half of our sentences have no more
ASKED_AT_ONCE = 32
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Rows:
    """Some labelled sentences, tokenised."""

    examples: tuple[Example, ...]
    tokens: Tokenised

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def labels(self) -> Tensor:
        """(n,) class indices."""
        return torch.tensor(self.tokens.labels, dtype=torch.long)

    @property
    def phenomena(self) -> list[str]:
        """What each row probes."""
        return [example.phenomenon for example in self.examples]

    def batches(self, size: int = ASKED_AT_ONCE) -> list[tuple[list[int], Batch]]:
        """Every row once, the longest first: pairs of positions and what the model reads."""
        return [
            (positions, collate(self.tokens, positions))
            for positions in evaluation_batches(self.tokens.lengths, size)
        ]


def sentences(
    split: str, most: int, backbone: Backbone, data: Path | None, longest: int = LONGEST
) -> Rows:
    """The first `most` labelled sst rows of a split that have no more than `longest` pieces."""
    labelled = datasets.load("sst", split, data).labelled
    tokenizer = backbone.tokenizer()
    lengths = [
        len(ids.ids) for ids in tokenizer.encode([row.texts[0] for row in labelled[: 4 * most]])
    ]
    chosen = tuple(
        row for row, length in zip(labelled, lengths, strict=False) if length <= longest
    )[:most]
    texts, labels = [row.texts for row in chosen], [float(row.label) for row in chosen]
    return Rows(chosen, tokenise(tokenizer, texts, labels))


def new_model(backbone: Backbone, seed: int = 0) -> TaskModel:
    """A sentiment classifier in which everything may move, its head drawn from `seed`."""
    torch.manual_seed(seed)
    objective = objectives.get(tasks.SST.objective, tasks.SST)
    return TaskModel(backbone.model(), tasks.SST, objective, freeze_depth=None)


class Trainer:
    """One model's epochs: order and dropout depend on the epoch's number alone.

    learning_rate: the peak, above the presets' so that few steps suffice; it rises and falls as
    in the `laptop` preset. Call it once an epoch.
    """

    def __init__(
        self,
        model: TaskModel,
        rows: Rows,
        epochs: int,
        batch_size: int = 16,
        learning_rate: float = 3e-4,
    ) -> None:
        self.rows, self.epoch = rows, 0
        self.settings = settings(
            "sst", epochs=epochs, batch_size=batch_size, learning_rate=learning_rate
        )
        self.optimizer = build_optimizer(model, self.settings)

    def __call__(self, model: TaskModel) -> None:
        """One pass over the rows."""
        torch.manual_seed(self.epoch + 1)
        order = torch.Generator().manual_seed(self.epoch + 1)
        batches = list(shuffled(self.rows.tokens.lengths, self.settings.batch_size, order))
        rates = learning_rates(self.settings, len(batches), self.epoch)
        model.train()
        for positions, rate in zip(batches, rates, strict=True):
            batch = collate(self.rows.tokens, positions)
            with precision():
                loss = model.objective.loss(model(batch), batch.labels)
            for group in self.optimizer.param_groups:
                group["lr"] = rate
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
        self.epoch += 1


def precision() -> torch.autocast:
    """bf16 where this CPU is fast in it, else fp32: a context for every forward pass."""
    return autocast(resolve("auto", CPU), CPU)


# What is seen --------------------------------------------------------------------------------


@dataclass
class Diary:
    """The logits that a model gave after each epoch, by set: {name: (n, C)} an epoch."""

    labels: dict[str, Tensor]
    epochs: list[dict[str, Tensor]] = field(default_factory=list)

    def add(self, **logits: Tensor) -> None:
        """Write down an epoch."""
        self.epochs.append({name: value.float() for name, value in logits.items()})

    def predicted(self, name: str, epoch: int) -> np.ndarray:
        """The classes said after an epoch, counted from 1 → (n,)."""
        return self.epochs[epoch - 1][name].argmax(-1).numpy()

    def loss(self, name: str, epoch: int) -> float:
        """Mean cross-entropy in eval mode after an epoch."""
        return float(F.cross_entropy(self.epochs[epoch - 1][name], self.labels[name]))

    def accuracy(self, name: str, epoch: int) -> float:
        """The share of right answers after an epoch."""
        return float(np.mean(self.predicted(name, epoch) == self.labels[name].numpy()))

    def sureness(self, name: str, epoch: int) -> float:
        """The mean probability given to answers that are wrong; nan where none is."""
        probabilities = self.epochs[epoch - 1][name].softmax(-1).max(-1).values
        wrong = torch.from_numpy(self.predicted(name, epoch)) != self.labels[name]
        return float(probabilities[wrong].mean())

    def table(self) -> pd.DataFrame:
        """One row an epoch: loss and accuracy of each set, and how sure wrong dev answers are."""
        rows = []
        for epoch in range(1, len(self.epochs) + 1):
            row: dict[str, float] = {"epoch": epoch}
            for name in self.epochs[epoch - 1]:
                row[f"{name} loss"] = self.loss(name, epoch)
                row[f"{name} accuracy"] = self.accuracy(name, epoch)
            row["sure when wrong"] = self.sureness("dev", epoch)
            rows.append(row)
        return pd.DataFrame(rows)


def best_epoch(values: Sequence[float], lower: bool = False) -> int:
    """The first epoch, from 1, with the best value."""
    return int(np.argmin(values) if lower else np.argmax(values)) + 1


def verdicts(found: pd.DataFrame, n: int) -> list[str]:
    """What curves of train and dev say, from `Diary.table`; n: how many dev sentences."""
    last = found.iloc[-1]
    low = best_epoch(found["dev loss"], lower=True)
    high = best_epoch(found["dev accuracy"])
    best = found["dev accuracy"].max()
    edges = wilson(best, n)
    return [
        f"train accuracy after the last epoch: {last['train accuracy']:.2f}",
        f"dev loss is lowest after epoch {low} ({found['dev loss'].min():.2f}) "
        f"and ends at {last['dev loss']:.2f}",
        f"dev accuracy is best after epoch {high} ({best:.2f}, 95 % interval {edges[0]:.2f} to "
        f"{edges[1]:.2f}, n = {n}) and ends at {last['dev accuracy']:.2f}",
        f"wrong dev answers are given with probability {found['sure when wrong'].iloc[low - 1]:.2f}"
        f" after epoch {low}, with {last['sure when wrong']:.2f} at the end",
        "the loss of train still falls while that of dev rises: "
        + (
            "yes"
            if last["train loss"] < found["train loss"].iloc[low - 1]
            and last["dev loss"] > found["dev loss"].min()
            else "no"
        ),
    ]


def curves(found: pd.DataFrame, title: str) -> plots.Picture:
    """Two panels, loss and accuracy, train against dev by epoch."""
    made, (left, right) = plots.figure(8.4, 3.1, columns=2)
    looks = {"train": (plots.BLUE, "-", "o"), "dev": (plots.ORANGE, "--", "s")}
    for axes, what in ((left, "loss"), (right, "accuracy")):
        for name, (colour, line, marker) in looks.items():
            axes.plot(
                found.epoch,
                found[f"{name} {what}"],
                color=colour,
                linestyle=line,
                marker=marker,
                label=name,
            )
        axes.set_xlabel("epoch")
        axes.set_xticks(found.epoch)
        axes.set_ylim(bottom=0)
        axes.set_title(f"{title}: {what}")
    left.legend(loc="center right", frameon=False)
    right.legend(loc="center right", frameon=False)
    right.set_ylim(0, 1.05)
    words = "; ".join(
        f"{name} {what} " + ", ".join(f"{value:.2f}" for value in found[f"{name} {what}"])
        for what in ("loss", "accuracy")
        for name in looks
    )
    return plots.Picture(
        made,
        f"{title}. Loss left, accuracy right; train solid with circles, dev dashed with "
        f"squares, by epoch: {words}.",
    )


LOOKS = ((plots.BLUE, "-", "o"), (plots.ORANGE, "--", "s"), (plots.GREEN, ":", "^"))


def compared(tried: Mapping[str, Diary]) -> plots.Picture:
    """Dev loss and dev accuracy by epoch, a line for each of at most three ways of training."""
    made, (left, right) = plots.figure(8.4, 3.1, columns=2)
    words = []
    for (name, diary), (colour, line, marker) in zip(tried.items(), LOOKS, strict=False):
        found = diary.table()
        losses = found["dev loss"]
        for axes, values in ((left, losses), (right, found["dev accuracy"])):
            axes.plot(found.epoch, values, color=colour, linestyle=line, marker=marker, label=name)
            axes.set_xticks(found.epoch)
        words.append(f"{name}, dev loss " + ", ".join(f"{value:.2f}" for value in losses))
    for axes, what in ((left, "dev loss"), (right, "dev accuracy")):
        axes.set_xlabel("epoch")
        axes.set_title(what)
    left.set_ylim(bottom=0)
    right.set_ylim(0, 1)
    right.legend(loc="upper left", frameon=False)
    return plots.Picture(
        made,
        f"Dev loss left, dev accuracy right, by epoch: {'; '.join(words)}. The table below "
        "holds the best of each.",
    )


def tried_table(tried: Mapping[str, Diary], n: int) -> pd.DataFrame:
    """For each way of training: its lowest and last dev loss, its best dev accuracy."""
    rows = []
    for name, diary in tried.items():
        found = diary.table()
        losses, scores = found["dev loss"], found["dev accuracy"]
        low, high = wilson(scores.max(), n)
        rows.append(
            {
                "trained with": name,
                "lowest dev loss": f"{losses.min():.2f} (epoch {best_epoch(losses, lower=True)})",
                "last dev loss": f"{losses.iloc[-1]:.2f}",
                "best dev accuracy": f"{scores.max():.2f} (epoch {best_epoch(scores)})",
                "95 % interval": f"{low:.2f} to {high:.2f}",
            }
        )
    return pd.DataFrame(rows)
