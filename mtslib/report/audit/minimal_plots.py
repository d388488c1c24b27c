"""Chapter 17's pictures of minimal pairs: which kinds of words move an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mtslib.evidence import minimal
from mtslib.report import plots
from mtslib.report.plots import BLUE, INK, PAPER_WHITE, Picture

THRESHOLDS = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9)


def at_threshold(
    cosines: np.ndarray, names: np.ndarray, threshold: float
) -> tuple[Picture, list[str]]:
    """Of the items asked, how many answers move under each cut, a pair of bars by phenomenon.

    cosines: (3 · items,), of the rows of `minimal.load`. An answer is a paraphrase above threshold.
    """
    found = minimal.table((cosines > threshold).astype(int), names)
    own, whole = found.iloc[:-1], found.iloc[-1]
    figure, (axes,) = plots.figure(5.6, 3.0)
    places = np.arange(len(own))
    hatched = {"color": PAPER_WHITE, "edgecolor": INK, "hatch": "///"}
    axes.bar(places - 0.2, own["moved by meaning"], 0.38, color=BLUE, label="words that matter")
    axes.bar(places + 0.2, own["moved by harmless words"], 0.38, label="harmless words", **hatched)
    asked = [f"{row.phenomenon}\n{row.asked} asked" for row in own.itertuples()]
    axes.set_xticks(places, asked, fontsize=8)
    axes.set(ylim=(0, 12), ylabel="answers that move")
    axes.legend(loc="upper right", ncols=2)
    counts = own[["phenomenon", "moved by meaning", "moved by harmless words", "asked"]]
    told = "; ".join(
        f"{name} {meant} and {harmless} of {n}"
        for name, meant, harmless, n in counts.itertuples(index=False)
    )
    lines = [
        f"threshold = {threshold:g}",
        f"{whole.asked} of {whole['items']} items are taken for paraphrases",
        f"moved by words that matter {whole['moved by meaning']}, by harmless ones "
        f"{whole['moved by harmless words']}",
    ]
    return Picture(
        figure,
        f"Bars by phenomenon at threshold {threshold:g}: answers moved by cutting words that "
        f"matter, solid, and by cutting harmless ones, hatched: {told}.",
    ), lines


def threshold_table(
    cosines: np.ndarray, names: np.ndarray, thresholds: Sequence[float] = THRESHOLDS
) -> pd.DataFrame:
    """The same for every threshold: asked, moved by each cut, and by meaning in each phenomenon."""
    rows = []
    for threshold in thresholds:
        found = minimal.table((cosines > threshold).astype(int), names).set_index("phenomenon")
        row = {"threshold": f"{threshold:g}", "asked": found.asked["all"]}
        row |= {"harmless": found["moved by harmless words"]["all"]}
        rows.append(row | {name: n for name, n in found["moved by meaning"].items()})
    return pd.DataFrame(rows)
