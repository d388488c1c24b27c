"""Chapter 16's lens in pictures: one sentence at every depth, and phenomena at one depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mtslib.report import plots
from mtslib.report.plots import BLUE, INK, ORANGE, PAPER_WHITE, Look, Picture


def lens_cells(read: Mapping[str, np.ndarray], names: Sequence[str], split: int | None) -> Picture:
    """What a probe reads of one sentence after every layer: model → (L + 1, C).

    The largest of each column is outlined. split: the depth up to which models are the same.
    """
    made, panels = plots.figure(4.4 * len(read), 0.36 * len(names) + 1.2, columns=len(read))
    said = []
    for axes, (model, values) in zip(panels, read.items(), strict=True):
        shown = list(names) if axes is panels[0] else [""] * len(names)
        depths = [str(depth) for depth in range(len(values))]
        image = plots.cells(axes, values.T, shown, depths)
        plots.write_cells(axes, values.T, ".1f", values.T < 0.5)
        best = values.argmax(axis=1).tolist()
        for depth, row in enumerate(best):
            corner = (depth - 0.46, row - 0.46)
            for edge, width in ((INK, 4.0), (PAPER_WHITE, 2.0)):  # seen on every ground
                plots.box(axes, corner, (0.92, 0.92), Look("none", edge, width=width))
        if split is not None:
            axes.axvline(split + 0.5, color=PAPER_WHITE, linewidth=3)
            axes.axvline(split + 0.5, color=INK, linewidth=1.2, linestyle="--")
        axes.set_title(model)
        axes.set_xlabel("hidden_states[d]")
        said.append(f"{model}: {', '.join(names[row] for row in best)}")
    made.colorbar(image, ax=panels, label="read by the probe")
    told = "" if split is None else f" A dashed line after {split}, where the trunk ends."
    return Picture(
        made,
        f"What a probe reads of one sentence, from the embeddings up; its largest is outlined. "
        f"{'. '.join(said)}.{told}",
    )


def phenomena_bars(scores: pd.DataFrame, depth: int, quantity: str) -> Picture:
    """Two bars for each phenomenon at one depth. scores: phenomenon, n, and a column a model."""
    models = [name for name in scores.columns if name not in ("phenomenon", "n")]
    made, (axes,) = plots.figure(5.4, 0.34 * len(scores) + 1.2)
    places = np.arange(len(scores))
    looks = ((BLUE, None), (ORANGE, "///"))
    for shift, model, (colour, hatch) in zip((-0.2, 0.2), models, looks, strict=False):
        style = {"color": colour, "hatch": hatch, "edgecolor": PAPER_WHITE, "label": model}
        axes.barh(places + shift, scores[model], 0.36, **style)
    names = [f"{row.phenomenon} ({row.n})" for row in scores.itertuples()]
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel=quantity)
    axes.set_title(f"hidden_states[{depth}]")
    axes.legend(fontsize=8, loc="lower right")
    words = "; ".join(
        f"{row['phenomenon']}: " + ", ".join(f"{model} {row[model]:.2f}" for model in models)
        for row in scores.to_dict("records")
    )
    return Picture(made, f"{quantity} by phenomenon at hidden_states[{depth}]. {words}.")
