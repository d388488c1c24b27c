"""Sliders. Each has full labels, works with the keyboard, and says in words what it draws."""

from __future__ import annotations

import html

import ipywidgets
import pandas as pd
from IPython.display import display

from mtslib.minbert.config import BertConfig
from mtslib.report import plots, tables


def freeze_slider(
    config: BertConfig, task: str, scores: pd.DataFrame, source: str
) -> ipywidgets.VBox:
    """A slider over every freeze depth that redraws which layers train, the cost and the score.

    scores: rows with task, freeze_depth, value, low, high, seeds, n (`tables.recorded`).
    source: where the scores come from, shown beside them.
    """
    costs = tables.depth_costs(config, task)
    names = list(costs.freeze_depth)
    slider = ipywidgets.SelectionSlider(
        options=names,
        value=names[len(names) // 2],
        description="freeze_depth",
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="600px"),
        continuous_update=True,
    )
    shown = ipywidgets.HTML()

    def redraw(change: object = None) -> None:
        shown.value = _freeze_view(config, task, slider.value, costs, scores, source)

    slider.observe(redraw, names="value")
    redraw()
    box = ipywidgets.VBox([slider, shown])
    box.add_class("freeze-slider")
    return box


def _freeze_view(
    config: BertConfig,
    task: str,
    name: str,
    costs: pd.DataFrame,
    scores: pd.DataFrame,
    source: str,
) -> str:
    """Figure and text for one position of the slider, as HTML."""
    depth = None if name == "full" else int(name)
    lines = freeze_lines(config, task, name, costs, scores, source)
    text = "<br>".join(html.escape(line) for line in lines)
    picture = plots.freeze_diagram(config.num_layers, depth).html()
    return (
        '<div style="display: flex; gap: 2em; align-items: center; flex-wrap: wrap">'
        f'<div style="width: 340px">{picture}</div><div style="line-height: 1.6">{text}</div></div>'
    )


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
        f"multiply-adds of training: {row.training_macs:.0%} of full fine-tuning",
    ]
    found = pd.DataFrame()
    if not scores.empty:
        found = scores[(scores.task == task) & (scores.freeze_depth == name)]
    if found.empty:
        return [*lines, f"dev score: {tables.NOT_MEASURED} ({source})"]
    score = found.iloc[0]
    seeds = "1 seed" if score.seeds == 1 else f"mean of {score.seeds} seeds"
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
