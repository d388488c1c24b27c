"""Chapter 09's button: one depth, trained while you watch. What trains it is the chapter's own.

Its scores stand next to each other and next to nothing else.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets
import pandas as pd

from mtslib.evidence.metrics import Metric
from mtslib.evidence.recorded import depth_names
from mtslib.finetune.settings import depth_name, parse_depth
from mtslib.minbert.config import BertConfig
from mtslib.serving import accounting


@dataclass(frozen=True)
class TrainedDepth:
    """One short run: its score on dev, at which learning rate, and what it took."""

    freeze_depth: int | None
    rate: float
    metric: Metric
    parameters: int
    seconds: float


def table(config: BertConfig, runs: list[TrainedDepth]) -> pd.DataFrame:
    """Short runs as a table, most trained first, later runs of a depth after earlier ones."""
    names = depth_names(config.num_layers)
    runs = sorted(runs, key=lambda run: names.index(str(depth_name(run.freeze_depth))))
    return pd.DataFrame(
        [
            {
                "freeze_depth": str(depth_name(run.freeze_depth)),
                "k": accounting.trained_layers(config, run.freeze_depth),
                "rate": f"{run.rate:g}",
                "trained parameters": f"{run.parameters:,}",
                "dev accuracy": run.metric.written,
                "n": run.metric.n,
                "seconds": f"{run.seconds:.0f}",
            }
            for run in runs
        ]
    )


def button(
    config: BertConfig,
    runs: list[TrainedDepth],
    recorded: Callable[[str], str],
    work: Callable[[int | None, Callable[[int, int], None]], TrainedDepth],
) -> ipywidgets.VBox:
    """Choose a depth, press the button, watch it train; the result joins `runs` and the table.

    recorded: the words for what was recorded at a depth, shown beside the result.
    work(freeze_depth, progress): trains one depth, and calls progress(steps done, steps in all).
    """
    names = depth_names(config.num_layers)
    choice = ipywidgets.Dropdown(
        options=names,
        value=names[-2],
        description="freeze_depth",
        style={"description_width": "initial"},
    )
    start = ipywidgets.Button(
        description="train it now",
        button_style="primary",
        tooltip="Trains one depth on part of our own sentences, in seconds",
    )
    bar = ipywidgets.IntProgress(description="steps", min=0, max=1, value=0)
    said = ipywidgets.HTML()
    shown = ipywidgets.HTML(_page(config, runs, recorded))

    def step(done: int, steps: int) -> None:
        bar.max, bar.value = steps, done
        said.value = f"step {done} of {steps}"

    def pressed(_: object) -> None:
        start.disabled = choice.disabled = True
        try:
            made = work(parse_depth(choice.value), step)
            runs.append(made)
            shown.value = _page(config, runs, recorded)
            said.value = (
                f"trained freeze_depth = {choice.value}: accuracy "
                f"{made.metric.written} in {made.seconds:.0f} s"
            )
        except Exception as error:  # noqa: BLE001 (a widget swallows it: say it where it is seen)
            said.value = html.escape(f"it stopped: {type(error).__name__}: {error}")
        finally:
            start.disabled = choice.disabled = False

    start.on_click(pressed)
    box = ipywidgets.VBox([ipywidgets.HBox([choice, start]), bar, said, shown])
    box.add_class("train-lab")
    return box


def _page(config: BertConfig, runs: list[TrainedDepth], recorded: Callable[[str], str]) -> str:
    found = table(config, runs)
    if found.empty:
        return "nothing trained yet"
    found["longer runs, recorded"] = [recorded(name) for name in found.freeze_depth]
    return found.to_html(index=False, border=0)
