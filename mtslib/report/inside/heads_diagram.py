"""Chapter 03's drawing: hidden states, three maps, heads, and back again."""

from __future__ import annotations

from matplotlib.axes import Axes

from mtslib.report.plots import BLUE, INK, ORANGE, PALE, PAPER_WHITE, Look, Picture, box, figure

TOKENS, HEADS, SIZE = 3, 3, 2  # a sentence small enough to draw: T, N and D; H = N · D
# A head is known by its number, its hatching and its shade, each by itself.
LOOKS = (Look("#CDE3F2", BLUE), Look(PALE, INK, hatch="//"), Look("#FBE7C2", ORANGE, hatch=".."))
CELL = 0.42


def heads_diagram() -> Picture:
    """How queries, keys and values come from the hidden states, and how the features are cut."""
    made, (axes,) = figure(8.6, 4.3)
    _grid(axes, 0, 1.9, "hidden states\n(T, H)", None)
    for name, height in (("query", 4.0), ("key", 1.9), ("value", -0.2)):
        _arrow(axes, (2.65, 2.53), (3.45, height + 0.63))
        _grid(axes, 3.6, height, f"{name} (T, H)", LOOKS)
    for head, height in enumerate((4.0, 1.9, -0.2)):
        _arrow(axes, (6.25, 2.53), (7.2, height + 0.63))
        _grid(
            axes, 7.35, height, f"q, k, v of head {head}\n(T, D) each", (LOOKS[head],), columns=SIZE
        )
        _arrow(axes, (8.3, height + 0.63), (8.85, height + 0.63))
        box(axes, (8.95, height), (1.7, 3 * CELL), Look(PAPER_WHITE), "weights (T, T)\n· values")
        _arrow(axes, (10.75, height + 0.63), (11.45, 2.53))
    _grid(axes, 11.6, 1.9, "gathered\n(T, H)", LOOKS)
    steps = {3.05: "three maps", 6.7: "split_heads", 9.8: "attention_weights", 11.8: "merge_heads"}
    for x, step in steps.items():
        axes.text(x, -0.75, step, ha="center", va="center", fontsize=8.5, color=INK)
    axes.set(xlim=(-0.1, 14.3), ylim=(-1.0, 6.1))
    axes.axis("off")
    return Picture(
        made,
        f"From left to right: hidden states, {TOKENS} tokens with {HEADS * SIZE} features; a "
        "linear map each makes query, key and value of the same size; their features are cut "
        f"into {HEADS} heads of {SIZE}; each head has weights of its own, (T, T), and mixes its "
        "own values; merged side by side, the heads give each token as many features as before.",
    )


def _grid(
    axes: Axes,
    x: float,
    y: float,
    title: str,
    looks: tuple[Look, ...] | None,
    columns: int = HEADS * SIZE,
) -> None:
    """A row per token, a cell per feature; each `SIZE` features look like their head."""
    for row in range(TOKENS):
        for column in range(columns):
            look = Look(PAPER_WHITE) if looks is None else looks[column // SIZE]
            box(axes, (x + column * CELL, y + row * CELL), (CELL, CELL), look)
    style = {"ha": "center", "va": "bottom", "fontsize": 8.5, "color": INK}
    axes.text(x + columns * CELL / 2, y + TOKENS * CELL + 0.08, title, **style)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": INK, "mutation_scale": 9, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=arrow)
