"""Chapter 15's picture: what a teacher believes of each class, and how a temperature softens it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import torch
from torch import Tensor

from mtslib.report import plots

Loss = Callable[[Tensor, Tensor, float], Tensor]


def softened(logits: Tensor, temperature: float) -> list[float]:
    """softmax(logits / T) of one example, (C,) → C shares."""
    return (logits / temperature).softmax(dim=-1).tolist()


def softened_bars(
    teacher: Tensor, student: Tensor, temperature: float, names: Sequence[str]
) -> plots.Picture:
    """What both believe of each class at this temperature: teacher solid, student hatched."""
    made, (axes,) = plots.figure(4.8, 3.1)
    said = []
    for shift, who, logits, hatch in (
        (-0.19, "teacher", teacher, ""),
        (0.19, "student", student, "///"),
    ):
        shares = softened(logits, temperature)
        places = [place + shift for place in range(len(names))]
        fill = plots.PAPER_WHITE if hatch else plots.BLUE
        edge = plots.ORANGE if hatch else plots.BLUE
        axes.bar(places, shares, 0.36, color=fill, edgecolor=edge, hatch=hatch, label=who)
        told = ", ".join(f"{name} {share:.0%}" for name, share in zip(names, shares, strict=True))
        said.append(f"{who}: {told}")
    axes.set_xticks(range(len(names)), names, rotation=20)
    axes.set_ylim(0, 1)
    axes.set_ylabel("share")
    axes.set_title(f"T = {temperature:g}: solid teacher, hatched student")
    axes.legend(loc="upper right", fontsize=8)
    return plots.Picture(
        made,
        f"Bars for {len(names)} classes at temperature {temperature:g}. {'; '.join(said)}.",
    )


def temperature_table(
    teacher: Tensor, student: Tensor, temperatures: Sequence[float], loss: Loss
) -> pd.DataFrame:
    """By temperature: the teacher's largest and smallest share, the loss, and how hard it pulls.

    pull: the length of the gradient by the student's logits, with T² and without.
    """
    rows = []
    for temperature in temperatures:
        own = student[None].clone().requires_grad_()
        value = loss(own, teacher[None], temperature)
        (slope,) = torch.autograd.grad(value, own)
        shares, pull = softened(teacher, temperature), float(slope.norm())
        rows.append(
            {
                "T": f"{temperature:g}",
                "teacher's largest": f"{max(shares):.0%}",
                "its smallest": f"{min(shares):.1%}",
                "T²·KL": f"{float(value.detach()):.3f}",
                "pull": f"{pull:.3f}",
                "pull without T²": f"{pull / temperature**2:.3f}",
            }
        )
    return pd.DataFrame(rows)
