"""What padding costs, in figures and in the numbers behind them. Chapter 01."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from mtslib.data.batching import padding_share
from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, Picture

Batches = Sequence[Sequence[int]]


# Numbers ---------------------------------------------------------------------------------------


def met_again(first: Batches, second: Batches) -> float:
    """Of all pairs that stand in one batch of `first`, the share that does so in `second` too."""
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


def places(lengths: Sequence[int], pools: Mapping[int, Batches]) -> Picture:
    """Every place of every batch: a sentence is a column, tokens blue, padding orange above them.

    pools: for a pool of so many batches, the batches; a panel each, side by side.
    """
    made, panels = plots.figure(7.0 if len(pools) == 1 else 4.8 * len(pools), 3.0, len(pools))
    words = []
    for axes, (pool, batches) in zip(panels, pools.items(), strict=True):
        real, longest = heights(lengths, batches)
        edges = range(len(real) + 1)
        pad = axes.stairs(longest, edges, fill=True, facecolor=ORANGE, edgecolor=INK, hatch="////")
        token = axes.stairs(real, edges, fill=True, color=BLUE)
        axes.set_xlim(0, len(real))
        axes.set_ylim(0, 1.05 * max(lengths))
        axes.set_xlabel(f"{len(real)} sentences, in {len(batches)} batches")
        axes.set_title(named(pool), color=INK)
        share = percent(padding_share(lengths, batches))
        words.append(f"{named(pool)}, padding {share} of all places")
    panels[0].set_ylabel("places in a row")
    made.legend(
        [token, pad], ["tokens", "padding"], loc="outside upper right", ncols=2, frameon=False
    )
    return Picture(
        made,
        f"{len(real)} sentences side by side in {len(batches)} batches: tokens blue, padding "
        f"orange and hatched above them. {'; '.join(words)}.",
    )


def pool_view(
    lengths: Sequence[int], epochs: Callable[[int], tuple[Batches, Batches]]
) -> Callable[[str], tuple[Picture, tuple[str, ...]]]:
    """What a slider over pools shows: `view(pool)` → a picture and its lines.

    epochs(pool): the batches of two epochs that follow each other, for a pool of so many batches.
    """

    def view(pool: str) -> tuple[Picture, tuple[str, ...]]:
        first, second = epochs(int(pool))
        share = padding_share(lengths, first)
        unsorted = padding_share(lengths, epochs(1)[0])
        lines = (
            named(int(pool)),
            f"padding: {percent(share)} of all places",
            f"places to compute: {percent((1 - unsorted) / (1 - share))} of those with pools of 1",
            f"neighbours that meet again: {percent(met_again(first, second))} of all pairs",
        )
        return places(lengths, {int(pool): first}), lines

    return view


def by_pool(
    pools: Sequence[int],
    padding: Mapping[str, Sequence[float]],
    again: Mapping[str, Sequence[float]],
    chance: float,
) -> Picture:
    """Left the share of padding, right how many neighbours meet again; a line per task.

    chance: the share that would meet again if batches were drawn freely.
    """
    made, panels = plots.figure(8.4, 3.2, columns=2)
    titles = ("padding, of all places", "neighbours that meet again next epoch")
    looks = plots.task_looks(padding)
    for axes, series, title in zip(panels, (padding, again), titles, strict=True):
        for task, values in series.items():
            colour, marker = looks[task]
            shares = [100 * value for value in values]
            axes.plot(range(len(pools)), shares, color=colour, marker=marker, label=task)
        axes.set_xticks(range(len(pools)), [str(pool) for pool in pools])
        axes.set_xlabel("pool, in batches: each step doubles it")
        axes.set_ylim(0)
        axes.yaxis.set_major_formatter("{x:.0f} %")
        axes.set_title(title, color=INK)
    panels[1].axhline(100 * chance, color=GREY, linestyle="--", label="by chance")
    for axes in panels:
        axes.legend()
    words = [
        f"{name}, {task}: {', '.join(map(percent, values))}"
        for name, series in zip(("padding", "meeting again"), (padding, again), strict=True)
        for task, values in series.items()
    ]
    sizes = ", ".join(map(str, pools))
    return Picture(
        made,
        f"Two panels against pools of {sizes} batches. {'; '.join(words)}; by chance "
        f"{percent(chance)}.",
    )


def named(pool: int) -> str:
    """A size of pool in words."""
    return f"pools of {pool} {'batch' if pool == 1 else 'batches'}"


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share:.0%}".replace("%", " %")
