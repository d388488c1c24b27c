"""Chapter 12: what a mix of traffic lets a merged model save, and load against waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, Picture

# What is saved by a mix of traffic ---------------------------------------------------------------

REQUESTS = 24
LayersRun = Callable[[Sequence[tuple[str, str]], Mapping[str, int], int], int]


def mix(tasks: Sequence[str], share: float) -> list[tuple[str, str]]:
    """(task, text) of REQUESTS requests, a `share` of them about texts that every task is asked
    about, the others each about a text of its own."""
    common = round(share * REQUESTS / len(tasks)) * len(tasks)
    texts = [f"common {n // len(tasks)}" if n < common else f"own {n}" for n in range(REQUESTS)]
    return [(tasks[n % len(tasks)], text) for n, text in enumerate(texts)]


def saved_by_mix(
    taps: Mapping[str, int], num_layers: int, share: float, layers_run: LayersRun
) -> tuple[Picture, list[str]]:
    """The three savings of one merged model over one model per task, for one mix of traffic.

    layers_run: (requests, taps, num_layers) → encoder layers run, summed over the rows.
    """
    tasks = list(taps)
    run = layers_run(mix(tasks, share), taps, num_layers)
    held = max(taps.values()) + sum(num_layers - depth for depth in taps.values())
    savings = {
        "parameters: layers held": (held, len(tasks) * num_layers),
        "batching: passes": (1, len(tasks)),
        "computation: layers run": (run, REQUESTS * num_layers),
    }
    made, (axes,) = plots.figure(6.4, 2.2)
    places = np.arange(len(savings))[::-1]
    shares = [merged / separate for merged, separate in savings.values()]
    axes.barh(places, [1.0] * len(shares), color="none", edgecolor=GREY, linestyle="--")
    axes.barh(places, shares, color=BLUE)
    for place, share_left, (merged, separate) in zip(places, shares, savings.values(), strict=True):
        axes.text(share_left + 0.01, place, f"{merged} of {separate}", va="center",
                  color=INK, fontsize=9)  # fmt: skip
    axes.set_yticks(places, list(savings))
    axes.set_xlim(0, 1.25)
    axes.set_xlabel("merged, as a share of separate models (dashed)")
    lines = [f"requests about a text that every task is asked about = {share:.0%}"]
    for name, (merged, separate) in savings.items():
        lines.append(f"{name}, {merged} in place of {separate} ({1 - merged / separate:.0%} saved)")
    return Picture(made, "; ".join(lines)), lines


def savings_table(
    taps: Mapping[str, int], num_layers: int, shares: Sequence[float], layers_run: LayersRun
) -> pd.DataFrame:
    """Layers run for every mix at once."""
    whole = REQUESTS * num_layers
    runs = [layers_run(mix(list(taps), share), taps, num_layers) for share in shares]
    return pd.DataFrame(
        {
            "about a common text": [f"{share:.0%}" for share in shares],
            "layers run, separate": whole,
            "layers run, merged": runs,
            "computation saved": [f"{1 - run / whole:.0%}" for run in runs],
        }
    )


# Load against waiting ----------------------------------------------------------------------------

LOADS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.2)
ARRIVALS, MOST = 600, 16
FIXED, EACH, WINDOW = 0.006, 0.004, 0.020  # seconds: of a pass, of each rider; a window


def cost(riders: int) -> float:
    """Seconds of a pass: a part that every pass has, and a part for each that rides."""
    return FIXED + EACH * riders


def waiting_times(
    load: float, response_times: Callable, in_passes: Callable
) -> dict[str, np.ndarray]:
    """Response times in ms at a load, by way of serving; 1 is what one at a time can just do."""
    alone = cost(1)
    arrivals = np.random.default_rng(0).exponential(alone / load, ARRIVALS).cumsum().tolist()
    ways = {
        "one at a time": response_times(arrivals, [alone] * ARRIVALS),
        "passes, idle-first": in_passes(arrivals, cost, MOST),
        f"passes, window of {WINDOW * 1e3:.0f} ms": in_passes(arrivals, cost, MOST, WINDOW),
        "one at a time, closed loop": [alone] * ARRIVALS,  # the next is sent when it is answered
    }
    return {name: 1e3 * np.array(times) for name, times in ways.items()}


def percentiles_by_load(response_times: Callable, in_passes: Callable) -> pd.DataFrame:
    """p50 and p99 in ms, by load and way of serving."""
    rows = []
    for load in LOADS:
        for way, times in waiting_times(load, response_times, in_passes).items():
            p50, p99 = np.percentile(times, [50, 99])
            rows.append({"load": load, "way": way, "p50": p50, "p99": p99})
    return pd.DataFrame(rows)


def waiting_by_load(table: pd.DataFrame, load: float) -> tuple[Picture, list[str]]:
    """p99 against load for each way of serving, one load marked; table: `percentiles_by_load`."""
    made, (axes,) = plots.figure(6.4, 3.2)
    by_way = {way: rows.p99.tolist() for way, rows in table.groupby("way", sort=False)}
    for values, look in plots.styled(by_way):
        axes.plot([100 * one for one in LOADS], values, **look)
    axes.axvline(100 * load, color=GREY, linewidth=1)
    axes.set_yscale("log")
    axes.set_xlabel("load, % of what one at a time can do")
    axes.set_ylabel("p99, ms (log)")
    axes.legend(loc="upper left", fontsize=8.5)
    lines = [f"load = {load:.0%}"]
    for row in table[table.load == load].itertuples():
        lines.append(f"{row.way}: p50 {row.p50:,.0f} ms, p99 {row.p99:,.0f} ms")
    return Picture(made, "99th percentile of the response time by load. " + "; ".join(lines)), lines
