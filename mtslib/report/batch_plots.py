"""What padding costs, in figures and in the numbers behind them. Chapter 01."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from mtslib.batching import padding_share
from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, Picture

Batches = Sequence[Sequence[int]]


# Numbers ---------------------------------------------------------------------------------------


def met_again(first: Batches, second: Batches) -> float:
    """The share of two that stand in one batch of `first` and do so in `second` too."""
    before, after = _pairs(first), _pairs(second)
    return len(before & after) / len(before)


def _pairs(batches: Batches) -> set[tuple[int, int]]:
    return {pair for batch in batches for pair in itertools.combinations(sorted(batch), 2)}


def heights(lengths: Sequence[int], batches: Batches) -> tuple[list[int], list[int]]:
    """Sentence by sentence in the order of the batches: its tokens, and with its padding."""
    real = [lengths[position] for batch in batches for position in batch]
    longest = [max(lengths[p] for p in batch) for batch in batches for _ in batch]
    return real, longest


# Figures ---------------------------------------------------------------------------------------


def places(lengths: Sequence[int], batches: Batches, title: str) -> Picture:
    """Every place of every batch: a sentence is a column, tokens filled, padding hatched."""
    real, longest = heights(lengths, batches)
    edges = range(len(real) + 1)
    made, (axes,) = plots.figure(7.0, 2.8)
    axes.stairs(longest, edges, fill=True, facecolor="#E4E4E4", edgecolor=GREY, hatch="////")
    axes.stairs(real, edges, fill=True, color=BLUE)
    axes.set_xlim(0, len(real))
    axes.set_ylim(0, 1.05 * max(lengths))
    axes.set_xlabel(f"{len(real)} sentences, in {len(batches)} batches")
    axes.set_ylabel("places in a row")
    axes.set_title(f"{title}: tokens filled, padding hatched", color=INK)
    return Picture(
        made,
        f"{title}. {len(real)} sentences side by side in {len(batches)} batches; tokens filled, "
        f"padding hatched above them. Padding: {percent(padding_share(lengths, batches))} of all "
        "places.",
    )


def by_pool(
    pools: Sequence[int], padding: Mapping[str, Sequence[float]], again: Mapping[str, Sequence]
) -> Picture:
    """Left the share of padding, right how many neighbours meet again; a line a task."""
    made, panels = plots.figure(8.4, 3.0, columns=2)
    titles = ("padding, of all places", "neighbours that meet again next epoch")
    for axes, series, title in zip(panels, (padding, again), titles, strict=True):
        for task, values in series.items():
            colour, marker = plots.TASK_COLOURS[task], plots.TASK_MARKERS[task]
            shares = [100 * value for value in values]
            axes.plot(range(len(pools)), shares, color=colour, marker=marker, label=task)
        axes.set_xticks(range(len(pools)), [str(pool) for pool in pools])
        axes.set_xlabel("batches sorted together (pool)")
        axes.set_ylim(0)
        axes.yaxis.set_major_formatter("{x:.0f} %")
        axes.set_title(title, color=INK)
        axes.legend()
    words = [
        f"{name}, {task}: {', '.join(map(percent, values))}"
        for name, series in zip(("padding", "meeting again"), (padding, again), strict=True)
        for task, values in series.items()
    ]
    sizes = ", ".join(map(str, pools))
    return Picture(made, f"Two panels against pools of {sizes} batches. {'; '.join(words)}.")


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share:.0%}".replace("%", " %")
