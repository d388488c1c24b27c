"""Chapter 09's slider over every freeze depth: which layers train, the cost and the score."""

from __future__ import annotations

import pandas as pd

from mtslib.evidence.recorded import NOT_MEASURED
from mtslib.finetune.settings import parse_depth
from mtslib.minbert.config import BertConfig
from mtslib.report import plots, tables
from mtslib.report.widgets import Slider, slider


def freeze_slider(config: BertConfig, task: str, scores: pd.DataFrame, source: str) -> Slider:
    """The slider.

    scores: rows with task, freeze_depth, value, low, high, seeds, n, and seconds where they were
    recorded (`recorded_scores`).
    source: where the scores come from, shown beside them.
    """
    costs = tables.depth_costs(config, task)
    names = list(costs.freeze_depth)

    def view(name: str) -> tuple[plots.Picture, list[str]]:
        picture = plots.freeze_diagram(config.num_layers, parse_depth(name))
        return picture, freeze_lines(config, task, name, costs, scores, source)

    return slider("freeze_depth", names, view, start=names[len(names) // 2], name="freeze-slider")


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
    score = tables.score_of(scores, task, name)
    if score is None:
        return [*lines, f"dev score: {NOT_MEASURED} ({source})"]
    if getattr(score, "seconds_comparable", False):
        lines.append(f"{score.seconds:.0f} s of training, alone on its machine")
    seeds = "1 seed" if score.seeds == 1 else f"mean of {score.seeds} seeds"
    return [
        *lines,
        f"dev score: {score.value:.3f}, 95 % interval {score.low:.3f} to {score.high:.3f} "
        f"({seeds}, n = {score.n:,})",
        f"scores: {source}",
    ]
