"""Learning curves, of one way of training and of several beside each other. Chapter 08."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from mtslib.evidence.history import History, best_epoch
from mtslib.evidence.intervals import wilson
from mtslib.report import plots
from mtslib.report.plots import Picture


def curves(found: pd.DataFrame, title: str) -> Picture:
    """Two panels, loss and accuracy, train against dev by epoch."""
    made, (left, right) = plots.figure(8.4, 3.1, columns=2)
    words = []
    for axes, what in ((left, "loss"), (right, "accuracy")):
        for values, look in plots.styled({n: found[f"{n} {what}"] for n in ("train", "dev")}):
            axes.plot(found.epoch, values, **look)
            words.append(f"{look['label']} {what} {_two_digits(values)}")
        axes.set(xlabel="epoch", xticks=found.epoch)
        axes.set_ylim(bottom=0)
        axes.set_title(f"{title}: {what}")
        axes.legend(loc="center right", frameon=False)
    right.set_ylim(0, 1.05)
    return Picture(
        made,
        f"{title}. Loss left, accuracy right; train solid with circles, dev dashed with "
        f"squares, by epoch: {'; '.join(words)}.",
    )


def compared(tried: Mapping[str, History]) -> Picture:
    """Dev loss and dev accuracy by epoch, a line for each way of training, up to four."""
    made, panels = plots.figure(8.4, 3.1, columns=2)
    tables = {name: history.table() for name, history in tried.items()}
    for axes, what in zip(panels, ("dev loss", "dev accuracy"), strict=True):
        for values, look in plots.styled({name: found[what] for name, found in tables.items()}):
            axes.plot(range(1, len(values) + 1), values, **look)
        axes.set(xlabel="epoch", xticks=range(1, max(map(len, tables.values())) + 1))
        axes.set_title(what)
    panels[0].set_ylim(bottom=0)
    panels[1].set_ylim(0, 1)
    panels[1].legend(loc="upper left", frameon=False)
    words = [f"{name}, dev loss {_two_digits(t['dev loss'])}" for name, t in tables.items()]
    return Picture(
        made,
        f"Dev loss left, dev accuracy right, by epoch: {'; '.join(words)}. The table below "
        "holds the best of each.",
    )


def _two_digits(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


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
