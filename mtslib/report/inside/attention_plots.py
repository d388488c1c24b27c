"""Figures of chapter 03: what √D does to a softmax, and where padding's attention goes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREY, INK, ORANGE, PAPER_WHITE, Look, Picture, figure

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
KEYS = 8
SCALED, BARE = "divided by √D", "not divided"


def random_weights(size: int, draws: int, scaled: bool, seed: int = 0) -> Tensor:
    """Attention weights of random queries over random keys: (draws, KEYS).

    Queries and keys have independent features of mean 0 and variance 1, so that a dot product
    has variance D (Vaswani et al., 2017, section 3.2.1, footnote 4).
    """
    generator = torch.Generator().manual_seed(seed)
    query = torch.randn(draws, 1, size, generator=generator, dtype=torch.float64)
    key = torch.randn(draws, KEYS, size, generator=generator, dtype=torch.float64)
    scores = (query * key).sum(-1)  # (draws, KEYS)
    return torch.softmax(scores / math.sqrt(size) if scaled else scores, dim=-1)


def one_query(size: int, scaled: bool) -> Tensor:
    """Eight weights of a query that fits its keys equally well at every head size: (KEYS,).

    Its scores have variance 1 once divided, so not divided they are √D times as large.
    """
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(KEYS, generator=generator, dtype=torch.float64)
    return torch.softmax(scores if scaled else scores * math.sqrt(size), dim=-1)


def entropy(weights: Tensor) -> Tensor:
    """How widely attention is spread: (…, T) → (…,), in nats; 0 where one key has it all."""
    return -torch.special.xlogy(weights, weights).sum(-1)


def gradient(weights: Tensor) -> Tensor:
    """How far weights move when scores do: (…, T) → (…,).

    The Frobenius norm of the softmax's Jacobian, diag(w) − w wᵀ.
    """
    jacobian = torch.diag_embed(weights) - weights[..., :, None] * weights[..., None, :]
    return torch.linalg.matrix_norm(jacobian)


def softmax_study(draws: int = 2000) -> pd.DataFrame:
    """For each head size, with and without √D, over draws: mean entropy, medians of the rest.

    largest: the largest of a query's weights. gradient: `gradient`.
    """
    rows = []
    for size in SIZES:
        for name in (SCALED, BARE):
            weights = random_weights(size, draws, name == SCALED)
            rows.append(
                {
                    "D": size,
                    "scores": name,
                    "largest": float(weights.amax(-1).median()),
                    "entropy": float(entropy(weights).mean()),
                    "gradient": float(gradient(weights).median()),
                }
            )
    return pd.DataFrame(rows)


def softmax_curves(study: pd.DataFrame) -> Picture:
    """Entropy and gradient against D, with and without √D: `softmax_study` as two panels."""
    made, panels = figure(8.4, 3.2, columns=2)
    titles = ("entropy of the weights, mean", "gradient of the softmax, median")
    for axes, column, title in zip(panels, ("entropy", "gradient"), titles, strict=True):
        series = {name: study[study.scores == name][column] for name in (SCALED, BARE)}
        for values, look in plots.styled(series):
            axes.plot(SIZES, values, **look | {"linestyle": "-"})
        axes.set_xscale("log", base=2)
        axes.set_xticks(SIZES, [str(size) for size in SIZES])
        axes.set(xlabel="head size D", ylim=(0, 2.3 if column == "entropy" else 0.45))
        axes.set_title(title)
    panels[0].axhline(math.log(KEYS), color=GREY, linestyle=":")
    equal = f"all weights equal: ln {KEYS} = {math.log(KEYS):.2f}"
    panels[0].text(SIZES[0], math.log(KEYS) + 0.03, equal, va="bottom", fontsize=8)
    panels[1].set_ylabel("Δ weights / Δ scores")
    panels[1].legend()
    bare = study[study.scores == BARE]
    first, last = bare.iloc[0], bare.iloc[-1]
    return Picture(
        made,
        f"Two panels against the head size D. Circles, {SCALED}: both curves stay level. "
        f"Squares, {BARE}: the entropy falls from {first.entropy:.1f} to {last.entropy:.1f} and "
        f"the gradient from {first.gradient:.2f} to {last.gradient:.2f}.",
    )


def softmax_bars(size: int) -> tuple[Picture, list[str]]:
    """The weights of one query (`one_query`) at head size D, both ways, and the same in words."""
    made, panels = figure(5.2, 2.5, columns=2)
    lines = [f"head size D = {size}"]
    for axes, name, colour in zip(panels, (SCALED, BARE), (BLUE, ORANGE), strict=True):
        weights = random_weights(size, 2000, name == SCALED)
        one = one_query(size, name == SCALED)
        axes.bar(range(KEYS), one.tolist(), color=colour)
        axes.set(ylim=(0, 1), xlabel="key", xticks=range(KEYS))
        axes.set_title(name)
        lines += [
            f"{name}: largest weight {float(one.max()):.2f}; over 2,000 queries "
            f"entropy {float(entropy(weights).mean()):.2f}, "
            f"gradient {float(gradient(weights).median()):.2f}"
        ]
    panels[0].set_ylabel("weight")
    return Picture(made, "Two bar charts of one query's weights. " + ". ".join(lines) + "."), lines


# Padding ---------------------------------------------------------------------------------------


def padding_bars(
    bare: Tensor, masked: Tensor, tokens: Sequence[str], pads: int, kept: tuple[float, float]
) -> tuple[Picture, list[str]]:
    """Who gets [CLS]'s attention, without and with the mask; all padding together in one bar.

    bare, masked: (T,) weights, the last `pads` of them on padding. tokens: the real ones.
    kept: cosine of [CLS]'s output with that of the unpadded sentence, both ways.
    """
    names = [*tokens, f"{pads} × [PAD]"]
    made, panels = figure(5.6, 0.26 * len(names) + 0.9, columns=2)
    lines = [f"padding tokens = {pads}"]
    for axes, weights, title, colour, like in zip(
        panels, (bare, masked), ("no mask", "with the mask"), (ORANGE, BLUE), kept, strict=True
    ):
        real = weights[: len(tokens)].tolist()
        padding = float(weights[len(tokens) :].sum())
        axes.barh(range(len(names)), [*real, padding], color=[*[GREY] * len(real), colour])
        axes.set_yticks(range(len(names)), names if axes is panels[0] else [""] * len(names))
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])  # never so wide that panels collide
        axes.set_title(title)
        axes.set_xlabel("share of attention")
        lines.append(
            f"{title}: padding gets {padding:.0%}; cosine with the unpadded output {like:.2f}"
        )
    alt = "Two bar charts, who gets the attention of [CLS]. " + ". ".join(lines) + "."
    return Picture(made, alt), lines


# Real heads ---------------------------------------------------------------------------------


def attention_map(
    weights: Tensor, tokens: Sequence[str], title: str, mark: tuple[int, int] | None = None
) -> Picture:
    """Who looks at whom: (T, T) weights, a row for each token that looks.

    Colours run from 0 to 1, so that two maps compare. mark: (row, column) of a weight to outline.
    """
    made, (axes,) = figure(0.42 * len(tokens) + 1.6, 0.36 * len(tokens) + 1.2)
    image = plots.cells(axes, weights.numpy(), tokens, tokens, turned=60)
    axes.set(xlabel="looked at", ylabel="looking")
    axes.set_title(title)
    made.colorbar(image, ax=axes, label="attention weight")
    strongest = weights.argmax(dim=-1).tolist()
    pairs = "; ".join(f"{tokens[i]} → {tokens[j]}" for i, j in enumerate(strongest))
    alt = f"{title}. Each token and the token it looks at most: {pairs}."
    if mark is not None:
        row, column = mark
        value = f"{float(weights[mark]):.2f}"
        ink = INK if weights[mark] > 0.5 else PAPER_WHITE
        corner = (column - 0.5, row - 0.5)
        plots.box(axes, corner, (1, 1), Look("none", INK, width=4.0))
        # White within the dark edge: it is seen on every ground.
        plots.box(axes, corner, (1, 1), Look("none", PAPER_WHITE, ink, width=2.0), value)
        alt += f" Outlined: {tokens[row]} → {tokens[column]}, {value}."
    return Picture(made, alt)
