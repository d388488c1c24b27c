"""Chapter 11's slider: where each task taps the trunk, and what that makes of layers and work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from mtslib.data import tasks
from mtslib.finetune import objectives
from mtslib.minbert.config import BertConfig
from mtslib.report import plots
from mtslib.report.widgets import Slider, slider
from mtslib.serving import accounting
from mtslib.serving.accounting import Cost

TOKENS = 40  # of the input that work is counted for
TASKS = ("sst", "quora", "sts")
# From nothing shared to all: each step moves the taps of one task or two. A tap that moves beyond
# all others saves nothing, since the trunk gains what its branch loses.
STEPS = ("000", "200", "220", "222", "422", "432", "442", "444", "544", "554", "555", "666")
Depths = Mapping[str, int]


def steps() -> dict[str, Depths]:
    """The positions of the slider, of six layers: the taps by task."""
    return {" · ".join(step): dict(zip(TASKS, map(int, step), strict=True)) for step in STEPS}


def house_slider(config: BertConfig) -> Slider:
    """The slider over `steps`."""

    def view(step: str) -> tuple[plots.Picture, list[str]]:
        depths = steps()[step]
        return plots.merged_diagram(config.num_layers, depths), house_lines(config, depths)

    label = f"taps of {' · '.join(TASKS)}"
    return slider(label, list(steps()), view, "4 · 3 · 2", "house-slider", picture_width=620)


def house_lines(config: BertConfig, depths: Depths) -> list[str]:
    """What one position of the sliders says, line by line."""
    apart, held = _held(config, depths)
    runs = {words: _layers_run(config, depths, inputs) for words, inputs in _inputs(depths).items()}
    return [
        f"taps = {','.join(map(str, depths.values()))} ({', '.join(depths)})",
        f"encoder layers held: {held.layers} of {apart.layers}",
        f"parameters: {held.parameters / 1e6:.1f} of {apart.parameters / 1e6:.1f} million "
        f"({held.parameters / apart.parameters:.0%})",
        *(f"layers run, {words}: {count} of {apart.layers}" for words, count in runs.items()),
        f"multiply-adds, one text for all: {held.macs / 1e6:,.0f} of {apart.macs / 1e6:,.0f} "
        f"million, at {TOKENS} tokens",
    ]


def house_table(config: BertConfig, rows: Iterable[Depths]) -> pd.DataFrame:
    """The same as a table, a row for each set of taps."""
    table = []
    for depths in rows:
        apart, held = _held(config, depths)
        row = {**depths, "layers held": f"{held.layers} of {apart.layers}"}
        row["parameters"] = f"{held.parameters / apart.parameters:.0%}"
        for words, inputs in _inputs(depths).items():
            share = _layers_run(config, depths, inputs) / apart.layers
            row[f"work, {words}"] = f"{share:.0%}"
        table.append(row)
    return pd.DataFrame(table)


def _inputs(depths: Depths) -> dict[str, list[Collection[str]]]:
    """In words, which tasks read the same input."""
    pairs = [task for task in depths if tasks.get(task).is_pair]
    single = [task for task in depths if task not in pairs]
    kinds = [group for group in (single, pairs) if group]
    return {
        "one text for all": [list(depths)],
        "a sentence and a pair": kinds,
        "a text for each task": [[task] for task in depths],
    }


def _layers_run(config: BertConfig, depths: Depths, inputs: Iterable[Collection[str]]) -> int:
    """Encoder layers run for these inputs, each with its tasks."""
    return sum(
        accounting.merged(config, _widths(own), {t: depths[t] for t in own}, TOKENS).layers
        for own in inputs
    )


def _held(config: BertConfig, depths: Depths) -> tuple[Cost, Cost]:
    """What separate models cost, and what the merged one does, for one input of all tasks."""
    widths = _widths(depths)
    apart = accounting.separate(config, widths, TOKENS)
    return apart, accounting.merged(config, widths, depths, TOKENS)


def _widths(names: Iterable[str]) -> dict[str, int]:
    return {task: objectives.head_width(task) for task in names}
