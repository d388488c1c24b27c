"""A loss with two weights, and the ways three optimizers take down it. Chapter 06."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from mtslib.report import plots
from mtslib.report.plots import BLUE, GREEN, INK, ORANGE, Picture

FLAT, STEEP = 0.05, 2.0  # how strongly the loss bends along each weight
LOWEST = (3.0, 2.0)
START = (-2.0, -1.5)
DECAY = 0.1
LOOKS = {"SGD": (ORANGE, "s", "-"), "Adam with L2": (GREEN, "^", "--"), "AdamW": (BLUE, "o", "-")}


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
    makers = {
        "SGD": lambda params: torch.optim.SGD(params, lr=0.3, weight_decay=DECAY),
        "Adam with L2": lambda params: torch.optim.Adam(params, lr=0.1, weight_decay=DECAY),
        "AdamW": lambda params: adamw(params, lr=0.1, weight_decay=DECAY),
    }
    return {name: _walk(maker, steps) for name, maker in makers.items()}


def _walk(maker: Callable[[Sequence[Tensor]], Optimizer], steps: int) -> np.ndarray:
    weights = nn.Parameter(torch.tensor(START))
    optimizer = maker([weights])
    places = [weights.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        surface(weights).backward()
        optimizer.step()
        places.append(weights.detach().clone())
    return torch.stack(places).numpy()


def contours(paths: Mapping[str, np.ndarray], step: int) -> Picture:
    """The surface as lines of equal loss, with each optimizer's way up to a step."""
    made, (axes,) = plots.figure(6.4, 4.2)
    x, y = np.meshgrid(np.linspace(-2.6, 4.4, 141), np.linspace(-2.2, 3.6, 117))
    loss = surface(torch.from_numpy(np.stack([x, y], axis=-1))).numpy()
    levels = [0.02, 0.1, 0.3, 0.7, 1.5, 3, 6, 10, 16]
    lines = axes.contour(x, y, loss, levels=levels, colors="#B4B4B4", linewidths=0.8)
    axes.clabel(lines, levels[1::2], fontsize=7, colors=INK)
    for name, path in paths.items():
        colour, marker, line = LOOKS[name]
        way = path[: step + 1]
        axes.plot(way[:, 0], way[:, 1], color=colour, linestyle=line, linewidth=1.6)
        axes.plot(*way[-1], color=colour, marker=marker, markersize=8, label=name, linestyle="")
    lowest = ((LOWEST, "*", "lowest loss"), (lowest_with_l2(), "D", "lowest loss with L2"))
    for place, marker, name in lowest:
        look = {"color": INK, "markerfacecolor": "none", "markersize": 14, "linestyle": ""}
        axes.plot(*place, marker=marker, label=name, zorder=5, **look)
    axes.set_xlabel("a weight the loss hardly bends for")
    axes.set_ylabel("a weight it bends for steeply")
    axes.set_title(f"after {step} steps")
    axes.legend(loc="lower right", fontsize=8)
    ends = "; ".join(in_words(paths, step))
    return Picture(
        made, f"Lines of equal loss form a long valley. Three ways after {step} steps: {ends}."
    )


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
