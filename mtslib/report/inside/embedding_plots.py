"""Figures of chapter 02: what is near what among positions, and one word in many sentences."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.report import plots
from mtslib.report.plots import Picture

SAME, OTHER = "same sense", "other sense"


def position_cosines(table: Tensor, chosen: Sequence[int], upto: int) -> pd.DataFrame:
    """Cosine of some rows of the position table (P, H) with rows 0 … upto − 1, one column each."""
    unit = F.normalize(table, dim=-1)
    return pd.DataFrame(
        {f"position {row}": (unit[:upto] @ unit[row]).tolist() for row in chosen},
        index=pd.RangeIndex(upto, name="position"),
    )


def position_lines(cosines: pd.DataFrame) -> Picture:
    """`position_cosines` as lines."""
    made, (axes,) = plots.figure(7.2, 3.0)
    for values, look in plots.styled(cosines):
        axes.plot(cosines.index, values, **look | {"marker": ""})
    axes.set(xlabel="position compared with", ylabel="cosine")
    axes.legend()
    peaks = []
    for name in cosines.columns:
        others = cosines[name].drop(int(name.split()[1]))
        peaks.append(f"{name}: {float(others.max()):.2f} at {int(others.idxmax())}")
    return Picture(
        made,
        f"Lines of the cosine between a position's row and others; each is 1 at itself. The "
        f"nearest other position: {'; '.join(peaks)}.",
    )


# One word in many sentences --------------------------------------------------------------------


def sense_study(states: Tensor, senses: Sequence[str]) -> pd.DataFrame:
    """Mean cosine of a word with itself in other sentences, by depth.

    states: (S, L + 1, H), the word's hidden states in S sentences. senses: which sense each has.
    One row per depth: the mean over pairs of sentences with the same sense and with another.
    """
    rows = []
    for depth in range(states.shape[1]):
        matrix = cosine_matrix(states, depth)
        pairs: dict[str, list[float]] = {SAME: [], OTHER: []}
        for i in range(len(senses)):
            for j in range(i):
                pairs[SAME if senses[i] == senses[j] else OTHER].append(float(matrix[i, j]))
        rows.append({name: sum(values) / len(values) for name, values in pairs.items()})
    return pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="hidden_states"))


def cosine_matrix(states: Tensor, depth: int) -> Tensor:
    """(S, L + 1, H) → (S, S): each sentence's word against each other's at one depth."""
    unit = F.normalize(states[:, depth], dim=-1)
    return unit @ unit.T


def sense_lines(study: pd.DataFrame, word: str) -> Picture:
    """`sense_study` as two lines over depth."""
    made, (axes,) = plots.figure(6.4, 3.0)
    for values, look in plots.styled(study):
        axes.plot(study.index, values, **look)
    axes.set(xlabel="hidden_states[…]: 0 is the embeddings", ylabel="mean cosine")
    axes.set_title(f'"{word}" against itself in other sentences')
    axes.set_xticks(study.index)
    axes.legend()
    words = "; ".join(f"{r.Index}: {r[1]:.2f} and {r[2]:.2f}" for r in study.itertuples())
    return Picture(made, f"Mean cosine by depth, {SAME} as circles and {OTHER} as squares. {words}")


def sense_matrix(
    states: Tensor, depth: int, names: Sequence[str], senses: Sequence[str]
) -> tuple[Picture, list[str]]:
    """Every sentence against every other at one depth, each cell with its number, and in words."""
    matrix = cosine_matrix(states, depth)
    count = len(names)
    made, (axes,) = plots.figure(0.62 * count + 1.7, 0.5 * count + 1.3)
    plots.cells(axes, matrix.numpy(), names, names, limits=(0.6, 1), turned=40)
    plots.write_cells(axes, matrix.numpy(), ".2f", dark=matrix.numpy() <= 0.85)
    border = next(i for i in range(count) if senses[i] != senses[0]) - 0.5
    axes.axhline(border, color=plots.PAPER_WHITE, linewidth=3)
    axes.axvline(border, color=plots.PAPER_WHITE, linewidth=3)
    axes.set_title(f"hidden_states[{depth}]")
    lines = [f"hidden_states = {depth}"]
    for i in range(count):
        others = matrix[i].clone()
        others[i] = -torch.inf
        best = int(others.argmax())
        kind = "same" if senses[i] == senses[best] else "other"
        lines.append(f"{names[i]} is nearest to {names[best]} ({float(others[best]):.2f}, {kind})")
    alt = f"A {count} × {count} table of cosines. " + "; ".join(lines) + "."
    return Picture(made, alt), lines
