"""A loss with two weights, and the ways three optimizers take down it. Chapter 06."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from torch import Tensor, nn
from torch.optim import Optimizer

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREEN, INK, ORANGE, Picture

FLAT, STEEP = 0.05, 2.0  # how strongly the loss bends along each weight
LOWEST = (3.0, 2.0)
START = (-2.0, -1.5)
DECAY = 0.1
RATES = {"SGD": 0.3, "Adam with L2": 0.1, "AdamW": 0.1}
# Colour, marker, its size, line. SGD's marker is large and hollow: another fits inside it.
LOOKS = {
    "SGD": (ORANGE, "s", 11, "-"),
    "Adam with L2": (GREEN, "^", 6, "--"),
    "AdamW": (BLUE, "o", 6, "-"),
}
LEVELS = (0.02, 0.1, 0.3, 0.7, 1.5, 3, 6, 10, 16)


def surface(weights: Tensor) -> Tensor:
    """A long valley: (…, 2) → (…), flat along the first weight, steep along the second."""
    flat, steep = weights[..., 0] - LOWEST[0], weights[..., 1] - LOWEST[1]
    return 0.5 * (FLAT * flat**2 + STEEP * steep**2)


def lowest_with_l2() -> tuple[float, float]:
    """Where the surface plus DECAY/2 · |weights|² is lowest."""
    return LOWEST[0] * FLAT / (FLAT + DECAY), LOWEST[1] * STEEP / (STEEP + DECAY)


def walks(adamw: Callable[..., Optimizer], steps: int) -> dict[str, np.ndarray]:
    """Where each optimizer is after 0, 1, …, steps steps: name → (steps + 1, 2).

    adamw: the class to use for AdamW. SGD's decay and Adam's are in the gradient: L2.
    """
    makers = {"SGD": torch.optim.SGD, "Adam with L2": torch.optim.Adam, "AdamW": adamw}
    return {name: _walk(maker, RATES[name], steps) for name, maker in makers.items()}


def _walk(maker: Callable[..., Optimizer], rate: float, steps: int) -> np.ndarray:
    weights = nn.Parameter(torch.tensor(START))
    optimizer = maker([weights], lr=rate, weight_decay=DECAY)
    places = [weights.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        surface(weights).backward()
        optimizer.step()
        places.append(weights.detach().clone())
    return torch.stack(places).numpy()


def contours(paths: Mapping[str, np.ndarray], steps: Sequence[int]) -> Picture:
    """The surface as lines of equal loss, with each one's way down; a panel for each step."""
    made, panels = plots.figure(4.6 * len(steps), 4.0, columns=len(steps))
    for axes, step in zip(panels, steps, strict=True):
        _panel(axes, paths, step)
    panels[0].set_ylabel("the steep weight")
    marks, names = panels[0].get_legend_handles_labels()
    where = {"loc": "outside lower center", "ncols": len(paths)}
    made.legend(marks, names, fontsize=9, frameon=False, **where)
    ends = ". ".join(f"After {step} steps: {'; '.join(in_words(paths, step))}" for step in steps)
    return Picture(
        made,
        f"Lines of equal loss form a long valley, flat along one weight and steep along the other; "
        f"a star marks the lowest loss, at {LOWEST}, and a diamond the lowest loss plus L2, at "
        f"({', '.join(f'{v:.2f}' for v in lowest_with_l2())}). Learning rates: "
        f"{', '.join(f'{name} {rate}' for name, rate in RATES.items())}; weight decay {DECAY}. "
        f"{ends}.",
    )


def _panel(axes: Axes, paths: Mapping[str, np.ndarray], step: int) -> None:
    x, y = np.meshgrid(np.linspace(-2.6, 4.4, 141), np.linspace(-2.2, 3.9, 117))
    loss = surface(torch.from_numpy(np.stack([x, y], axis=-1))).numpy()
    lines = axes.contour(x, y, loss, levels=LEVELS, colors="#B4B4B4", linewidths=0.8)
    below = [(3.4, LOWEST[1] - (2 * level / STEEP) ** 0.5) for level in LEVELS[4::2]]
    axes.clabel(lines, LEVELS[4::2], fontsize=7, colors=INK, manual=below)
    for name, path in paths.items():
        colour, marker, size, line = LOOKS[name]
        way = path[: step + 1]
        axes.plot(way[:, 0], way[:, 1], color=colour, linestyle=line, linewidth=1.6)
        look = {"color": colour, "marker": marker, "markersize": size, "markeredgewidth": 1.6}
        look |= {"markerfacecolor": "none"} if marker == "s" else {}
        label = f"{name}, η = {RATES[name]}"
        axes.plot(*way[-1], linestyle="", label=label, zorder=4, **look)
    marked = ((LOWEST, "*", "lowest loss"), (lowest_with_l2(), "D", "lowest with L2"))
    for place, marker, name in marked:
        axes.plot(*place, marker, color=INK, markerfacecolor="none", markersize=15, zorder=5)
        axes.annotate(name, place, (0, 13), textcoords="offset points", ha="center", fontsize=9)
    axes.set_xlabel("the flat weight")
    axes.set_title(f"after {step} steps, λ = {DECAY}")


def in_words(paths: Mapping[str, np.ndarray], step: int) -> list[str]:
    """Where each optimizer is, and the loss there, a line each."""
    return [
        f"{row.optimizer} at ({row.flat}, {row.steep}), loss {row.loss}"
        for row in table(paths, [step]).itertuples()
    ]


def table(paths: Mapping[str, np.ndarray], steps: Sequence[int]) -> pd.DataFrame:
    """A row for each step and optimizer: step, optimizer, flat, steep, loss, in two digits."""
    rows = []
    for step in steps:
        for name, path in paths.items():
            flat, steep = (f"{abs(v) if abs(v) < 0.005 else v:.2f}" for v in path[step])
            loss = float(surface(torch.from_numpy(path[step])))
            rows.append((step, name, flat, steep, f"{loss:.2f}"))
    return pd.DataFrame(rows, columns=["step", "optimizer", "flat", "steep", "loss"])
