"""Chapter 10's pictures: which way a loss pushes one pair, and where cosines lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from mtslib.finetune.objectives import OBJECTIVES
from mtslib.report import plots

# Losses that read nothing but cosines, so that one pair's cosine can be moved alone.
SHOWN = ("cosine-mse", "cosine-mse-signed", "cosine-mse-clamped", "cosent")
Losses = Mapping[str, Callable[[Tensor, Tensor], Tensor]]
LOSSES: Losses = {name: OBJECTIVES[name].loss for name in SHOWN}  # or a learner's own
LOOKS = {
    "cosine-mse": (plots.BLUE, "-"),
    "cosine-mse-signed": (plots.ORANGE, "--"),
    "cosine-mse-clamped": (plots.GREEN, ":"),
    "cosent": (plots.PURPLE, "-."),
}
# The rest of the batch: an unrelated, a middling and an equivalent pair, as a fair model has them.
COMPANY = ((0.05, 0.0), (0.5, 2.5), (0.95, 5.0))
GRID = tuple(round(-1 + 0.1 * step, 1) for step in range(21))


def push(objective: str, cosine: float, score: float, losses: Losses = LOSSES) -> float:
    """−d loss / d cosine of one pair in a batch of four: above 0 pulls its sentences together."""
    moved = torch.tensor([float(cosine)], requires_grad=True)
    cosines = torch.cat([moved, torch.tensor([c for c, _ in COMPANY])])
    scores = torch.tensor([score, *(s for _, s in COMPANY)])
    loss = losses[objective](cosines[:, None], scores)
    (slope,) = torch.autograd.grad(loss, moved)
    return -float(slope)


def relative_push(objective: str, cosine: float, score: float, losses: Losses = LOSSES) -> float:
    """`push` as a share of the largest that this loss gives any pair of score 0 to 5, −1 to 1."""
    largest = max(abs(push(objective, c, s, losses)) for c in (-1.0, 1.0) for s in (0.0, 2.5, 5.0))
    return push(objective, cosine, score, losses) / largest


def push_words(objective: str, cosine: float, score: float, losses: Losses = LOSSES) -> str:
    """`relative_push` in words: which way, and how hard."""
    value = relative_push(objective, cosine, score, losses)
    if abs(value) < 0.005:
        return "none"
    return f"{'together' if value > 0 else 'apart'} {abs(value):.2f}"


def push_bars(
    cosine: float, scores: tuple[float, float] = (0.0, 4.0), losses: Losses = LOSSES
) -> plots.Picture:
    """Which way each loss pushes a pair of this cosine, were its score low and were it high."""
    made, (axes,) = plots.figure(4.8, 3.1)
    said = []
    for place, name in enumerate(SHOWN):
        for shift, score, hatch in ((-0.19, scores[0], ""), (0.19, scores[1], "///")):
            value = relative_push(name, cosine, score, losses)
            edge = LOOKS[name][0]
            fill = plots.PAPER_WHITE if hatch else edge
            axes.barh(place + shift, value, 0.36, color=fill, edgecolor=edge, hatch=hatch)
            said.append(f"{name}, score {score:g}: {push_words(name, cosine, score, losses)}")
    axes.axvline(0, color=plots.INK, linewidth=1)
    axes.set_yticks(range(len(SHOWN)), SHOWN)
    axes.invert_yaxis()
    axes.set_xlim(-1.05, 1.05)
    axes.set_xlabel("← apart     push     together →")
    axes.set_title(f"cosine {cosine:+.1f}: solid score {scores[0]:g}, hatched score {scores[1]:g}")
    return plots.Picture(
        made,
        f"Bars for four losses at cosine {cosine:+.1f}, to the right together, to the left apart, "
        f"as a share of each loss's largest push. {'; '.join(said)}.",
    )


def push_curves(scores: tuple[float, ...] = (0.0, 4.0), losses: Losses = LOSSES) -> plots.Picture:
    """A panel per score: each loss's push over all cosines."""
    made, panels = plots.figure(4.4 * len(scores), 3.2, columns=len(scores))
    fine = np.linspace(-1, 1, 81)
    for axes, score in zip(panels, scores, strict=True):
        for name, (colour, line) in LOOKS.items():
            values = _broken([relative_push(name, cosine, score, losses) for cosine in fine])
            width = 4 if line == ":" else 2  # the dots show below a line that runs over them
            axes.plot(fine, values, color=colour, linestyle=line, linewidth=width, label=name)
        axes.axhline(0, color=plots.GREY, linewidth=0.8)
        axes.set_ylim(-1.05, 1.05)
        axes.set_xticks([-1, -0.5, 0, 0.5, 1])
        axes.set_xlabel("cosine of the pair")
        axes.set_title(f"a pair of score {score:g}")
    panels[0].set_ylabel("push: apart ↓   together ↑")
    panels[-1].legend(loc="lower left", fontsize=8)
    return plots.Picture(
        made,
        "Push against cosine for "
        + ", ".join(f"{name} ({_LINE_WORDS[line]})" for name, (_, line) in LOOKS.items())
        + f", a panel for each of the scores {', '.join(f'{s:g}' for s in scores)}. "
        "The table below holds values.",
    )


def _broken(values: list[float]) -> np.ndarray:
    """A gap where neighbours lie so far apart that a curve jumps, and does not climb."""
    found = np.array(values)
    found[1:][np.abs(np.diff(values)) > 0.3] = np.nan
    return found


_LINE_WORDS = {"-": "solid", "--": "dashed", ":": "dotted", "-.": "dash-dotted"}


def cosine_histograms(cosines: Mapping[str, np.ndarray], scores: np.ndarray) -> plots.Picture:
    """A panel per pooling: cosines of pairs below 1, and of pairs of 4 and above."""
    made, panels = plots.figure(3.1 * len(cosines), 2.9, columns=len(cosines))
    bins = np.linspace(-0.2, 1, 25)
    hatched = {"histtype": "step", "hatch": "///", "linewidth": 1.5}
    for axes, (pooling, values) in zip(panels, cosines.items(), strict=True):
        axes.hist(values[scores < 1], bins, color=plots.BLUE, label="score below 1")
        axes.hist(values[scores >= 4], bins, color=plots.ORANGE, label="4 and above", **hatched)
        axes.axvline(0, color=plots.GREY, linewidth=1)
        axes.set_title(pooling)
        axes.set_xlabel("cosine")
    highest = max(axes.get_ylim()[1] for axes in panels)
    for axes in panels:
        axes.set_ylim(0, highest)
    panels[0].set_ylabel("pairs")
    panels[0].legend(loc="upper left", fontsize=8)
    words = "; ".join(
        f"{pooling}: {values[scores < 1].mean():.2f} below 1, {values[scores >= 4].mean():.2f} "
        "from 4 on"
        for pooling, values in cosines.items()
    )
    return plots.Picture(
        made,
        "Histograms of cosines before any fine-tuning, solid for pairs of score below 1, hatched "
        f"for 4 and above, a panel per pooling. Mean cosines: {words}.",
    )
