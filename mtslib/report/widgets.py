"""Sliders. Each has full labels, works with the keyboard, and says in words what it draws."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from functools import cache

import ipywidgets
import pandas as pd
from IPython.display import display

from mtslib.minbert.config import BertConfig
from mtslib.report import plots, tables


def freeze_slider(
    config: BertConfig, task: str, scores: pd.DataFrame, source: str
) -> ipywidgets.VBox:
    """A slider over every freeze depth that redraws which layers train, the cost and the score.

    scores: rows with task, freeze_depth, value, low, high, seeds, n, and seconds where they were
    recorded (`tables.recorded`).
    source: where the scores come from, shown beside them.
    """
    costs = tables.depth_costs(config, task)
    names = list(costs.freeze_depth)

    def view(name: str) -> tuple[plots.Picture, list[str]]:
        depth = None if name == "full" else int(name)
        picture = plots.freeze_diagram(config.num_layers, depth)
        return picture, freeze_lines(config, task, name, costs, scores, source)

    return slider("freeze_depth", names, view, start=names[len(names) // 2], name="freeze-slider")


def slider(
    label: str,
    options: Sequence[str],
    view: Callable[[str], tuple[plots.Picture, Sequence[str]]],
    start: str | None = None,
    name: str = "slider",
    picture_width: int = 340,
) -> ipywidgets.VBox:
    """A slider over named positions that shows, for each, a picture and the same in words.

    view(option) → the picture and its lines; called when the position is first reached.
    name: the CSS class by which a test finds it.
    """
    control = ipywidgets.SelectionSlider(
        options=list(options),
        value=options[0] if start is None else start,
        description=label,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="600px"),
        continuous_update=True,
    )
    shown = ipywidgets.HTML()

    @cache
    def drawn(option: str) -> str:
        picture, lines = view(option)
        text = "<br>".join(html.escape(line) for line in lines)
        return (
            '<div style="display: flex; gap: 2em; align-items: center; flex-wrap: wrap">'
            f'<div style="width: {picture_width}px">{picture.html()}</div>'
            f'<div style="line-height: 1.6">{text}</div></div>'
        )

    def redraw(change: object = None) -> None:
        shown.value = drawn(control.value)

    control.observe(redraw, names="value")
    redraw()
    box = ipywidgets.VBox([control, shown])
    box.add_class(name)
    return box


def freeze_lines(
    config: BertConfig,
    task: str,
    name: str,
    costs: pd.DataFrame,
    scores: pd.DataFrame,
    source: str,
) -> list[str]:
    """What one position of the slider says, line by line."""
    row = costs[costs.freeze_depth == name].iloc[0]
    lines = [
        f"freeze_depth = {name}",
        f"trained encoder layers: {row.k} of {config.num_layers} (k/L = {row.share_trained:.2f})",
        f"trained parameters: {row.parameters:,}",
        f"checkpoint: {row.megabytes:.1f} MB",
        f"multiply-adds of training: {row.training_macs:.0%} of full fine-tuning, "
        f"{row.macs / 1e9:.2f} billion for a sentence of {tables.COST_TOKENS} tokens",
    ]
    found = pd.DataFrame()
    if not scores.empty:
        found = scores[(scores.task == task) & (scores.freeze_depth == name)]
    if found.empty:
        return [*lines, f"dev score: {tables.NOT_MEASURED} ({source})"]
    score = found.iloc[0]
    seeds = "1 seed" if score.seeds == 1 else f"mean of {score.seeds} seeds"
    if "seconds" in score:
        lines.append(tables.seconds_in_words(score))
    return [
        *lines,
        f"dev score: {score.value:.3f}, 95 % interval {score.low:.3f} to {score.high:.3f} "
        f"({seeds}, n = {score.n:,})",
        f"scores: {source}",
    ]


def show(widget: ipywidgets.Widget, words: str) -> None:
    """Display a widget; where no widget can be drawn (a printed page, GitHub), `words` stand."""
    bundle = widget._repr_mimebundle_()
    bundle["text/plain"] = words
    display(bundle, raw=True)
