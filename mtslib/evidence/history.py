"""What a model said after each epoch, and what its learning curves say. Chapter 08.

The pictures of it are in `mtslib.report.training.learning_curves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.evidence.intervals import wilson


@dataclass
class History:
    """The logits that a model gave: one dictionary {name of the set: (n, C)} per epoch."""

    labels: dict[str, Tensor]
    epochs: list[dict[str, Tensor]] = field(default_factory=list)

    def add(self, **logits: Tensor) -> None:
        """Keep an epoch."""
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
        """One row per epoch: loss and accuracy of each set, and how sure wrong dev answers are."""
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


def curve_lines(found: pd.DataFrame, n: int) -> list[str]:
    """What curves of train and dev say, from `History.table`; n: how many dev sentences."""
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
