"""Learning curves, of one way of training and of several beside each other. Chapter 08."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mtslib.evidence.history import History, best_epoch
from mtslib.evidence.intervals import wilson
from mtslib.report import plots


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


def compared(tried: Mapping[str, History]) -> plots.Picture:
    """Dev loss and dev accuracy by epoch, a line for each of at most three ways of training."""
    made, (left, right) = plots.figure(8.4, 3.1, columns=2)
    words = []
    for (name, history), (colour, line, marker) in zip(tried.items(), LOOKS, strict=False):
        found = history.table()
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


def tried_table(tried: Mapping[str, History], n: int) -> pd.DataFrame:
    """For each way of training: its lowest and last dev loss, its best dev accuracy."""
    rows = []
    for name, history in tried.items():
        found = history.table()
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
