"""How near two sentences lie, by depth and by pooling, in numbers and in figures. Chapter 05."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from mtslib.data.batching import Inputs
from mtslib.minbert import BertModel
from mtslib.minbert.model import mean_pool
from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, Picture

POOLED = {"[CLS]": (BLUE, None), "mean": (ORANGE, "///")}


def pair_cosines(model: BertModel, inputs: Inputs) -> list[dict[str, list[float]]]:
    """The cosine of each pair of sentences, by depth and pooling.

    inputs: 2n sentences, those that belong together one after the other. Returns for each of
    the L + 1 hidden states {"[CLS]": n cosines, "mean": n cosines}.
    """
    with torch.inference_mode():
        states = model(*inputs).hidden_states
        return [
            {"[CLS]": _cosines(state[:, 0]), "mean": _cosines(mean_pool(state, inputs[1]))}
            for state in states
        ]


def _cosines(vectors: Tensor) -> list[float]:
    """(2n, H) → n cosines of neighbours."""
    return torch.cosine_similarity(vectors[0::2], vectors[1::2]).tolist()


def gap(cosines: Sequence[float], same: int) -> float:
    """Least cosine of the first `same` pairs, less the greatest of the others.

    Above 0, a threshold exists that separates the two kinds of pair.
    """
    return min(cosines[:same]) - max(cosines[same:])


def pair_bars(
    cosines: Mapping[str, Sequence[float]], names: Sequence[str], same: int, depth: int
) -> Picture:
    """Two bars per pair, [CLS] and mean, at one depth; a line parts the two kinds of pair.

    names: what to call each pair; the first `same` of them mean the same.
    """
    made, (axes,) = plots.figure(6.6, 3.4)
    for shift, (pooling, values) in zip((-0.2, 0.2), cosines.items(), strict=True):
        colour, hatch = POOLED[pooling]
        places = [place + shift for place in range(len(values))]
        axes.bar(places, values, 0.36, color=colour, hatch=hatch, edgecolor="white", label=pooling)
    axes.axvline(same - 0.5, color=INK, linewidth=1)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_xticks(range(len(names)), names, rotation=20, ha="right")
    axes.set_ylim(-0.1, 1.35)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_ylabel("cosine of the two sentences")
    axes.set_title(f"hidden_states[{depth}]")
    axes.text(same - 0.6, 1.1, "same meaning", ha="right", color=INK)
    axes.text(same - 0.4, 1.1, "other meaning", ha="left", color=INK)
    axes.legend(loc="upper center", ncols=2)
    words = "; ".join(
        f"{name}: "
        + ", ".join(f"{pooling} {values[place]:.1f}" for pooling, values in cosines.items())
        for place, name in enumerate(names)
    )
    return Picture(
        made,
        f"Cosine of two sentences at hidden_states[{depth}], two bars per pair; the first {same} "
        f"pairs mean the same, the others do not. {words}.",
    )
