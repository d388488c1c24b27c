"""Chapter 18's picture: what a model believes of one sentence, and of the same a little shifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtslib.report import plots

LOOKS = ((plots.BLUE, plots.BLUE, ""), (plots.GREY, plots.PAPER_WHITE, ""))
LOOKS += ((plots.ORANGE, plots.PAPER_WHITE, "///"),)


def belief_bars(
    beliefs: Mapping[str, Sequence[float]], names: Sequence[str], title: str
) -> plots.Picture:
    """Up to three rows of shares, one bar for each class and row: solid, empty, hatched."""
    made, (axes,) = plots.figure(5.2, 3.1)
    width = 0.8 / len(beliefs)
    for number, ((who, shares), (edge, fill, hatch)) in enumerate(
        zip(beliefs.items(), LOOKS, strict=False)
    ):
        places = [place + (number - (len(beliefs) - 1) / 2) * width for place in range(len(names))]
        look = {"color": fill, "edgecolor": edge, "hatch": hatch, "label": who}
        axes.bar(places, shares, width * 0.92, **look)
    axes.set_xticks(range(len(names)), names, rotation=20)
    axes.set_ylim(0, 1.25)  # room for the legend above every bar
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_ylabel("share")
    axes.set_title(title)
    axes.legend(loc="upper center", fontsize=8, ncols=3)
    return plots.Picture(made, f"Bars for {len(names)} classes, {title}. {told(beliefs, names)}.")


def told(beliefs: Mapping[str, Sequence[float]], names: Sequence[str]) -> str:
    """The same in words."""
    return "; ".join(
        f"{who}: " + ", ".join(f"{n} {share:.0%}" for n, share in zip(names, shares, strict=True))
        for who, shares in beliefs.items()
    )
