"""Chapter 09's small experiment: one depth, trained while you watch, on part of the controlled
sentences. The library's own loop runs; only the training set is cut short, so that it takes
seconds. Its scores stand next to each other and next to nothing else.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import ipywidgets
import pandas as pd

from mtslib.data import datasets
from mtslib.data.batching import Tokenised
from mtslib.evidence.recorded import depth_names
from mtslib.finetune import settings
from mtslib.finetune.evaluate import EVALUATION_BATCH
from mtslib.finetune.run import Run, prepare
from mtslib.finetune.settings import depth_name, parse_depth
from mtslib.finetune.train import build_optimizer, run_epoch, score_dev
from mtslib.minbert.config import BertConfig
from mtslib.serving import accounting

SENTENCES = 1600
CHANGES = {"epochs": 1, "batch_size": 16, "learning_rate": 5e-4, "pooling": "mean"}


@dataclass(frozen=True)
class Trained:
    """One short run: accuracy on dev with its interval, and what it took."""

    freeze_depth: int | None
    value: float
    low: float
    high: float
    n: int
    parameters: int
    seconds: float


def train(
    freeze_depth: int | None,
    progress: Callable[[int, int], None] = lambda done, steps: None,
    sentences: int = SENTENCES,
    seed: int = 0,
) -> Trained:
    """Train sst at one depth on the first `sentences` controlled ones, and score all of dev.

    progress: told (steps done, steps in all) after every batch, those of dev included.
    """
    started = time.perf_counter()
    chosen = settings("sst", freeze_depth=freeze_depth, seed=seed, **CHANGES)
    run = prepare(chosen, datasets.CONTROLLED, progress=False, cache=False)
    run.train_tokens = _first(run.train_tokens, sentences)
    steps = -(-len(run.train_tokens) // chosen.batch_size)
    steps += -(-len(run.dev_tokens) // EVALUATION_BATCH)
    _count(run, steps, progress)
    run_epoch(run, build_optimizer(run.model, chosen), 0, progress=False)
    (metric, _), _ = score_dev(run, progress=False)
    return Trained(
        freeze_depth=freeze_depth,
        value=metric.value,
        low=metric.low,
        high=metric.high,
        n=metric.n,
        parameters=sum(p.numel() for p in run.model.parameters() if p.requires_grad),
        seconds=time.perf_counter() - started,
    )


def _first(tokens: Tokenised, count: int) -> Tokenised:
    return replace(tokens, sequences=tokens.sequences[:count], labels=tokens.labels[:count])


def _count(run: Run, steps: int, progress: Callable[[int, int], None]) -> None:
    """Report every batch that the model sees."""
    done = 0

    def after(*_: object) -> None:
        nonlocal done
        done = min(done + 1, steps)
        progress(done, steps)

    progress(0, steps)
    run.model.register_forward_hook(after)


def table(config: BertConfig, runs: list[Trained]) -> pd.DataFrame:
    """Short runs as a table, most trained first, later runs of a depth after earlier ones."""
    names = depth_names(config.num_layers)
    runs = sorted(runs, key=lambda run: names.index(str(depth_name(run.freeze_depth))))
    return pd.DataFrame(
        [
            {
                "freeze_depth": str(depth_name(run.freeze_depth)),
                "k": accounting.trained_layers(config, run.freeze_depth),
                "trained parameters": f"{run.parameters:,}",
                "dev accuracy": f"{run.value:.3f} [{run.low:.3f}, {run.high:.3f}]",
                "n": run.n,
                "seconds": f"{run.seconds:.0f}",
            }
            for run in runs
        ]
    )


def button(
    config: BertConfig,
    runs: list[Trained],
    recorded: Callable[[str], str],
    work: Callable[..., Trained] = train,
) -> ipywidgets.VBox:
    """Choose a depth, press the button, watch it train; the result joins `runs` and the table.

    recorded: the words for what was recorded at a depth, shown beside the result.
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
        tooltip=f"Trains one depth on {SENTENCES} of our own sentences, in seconds",
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
                f"trained freeze_depth = {choice.value}: accuracy {made.value:.3f} "
                f"[{made.low:.3f}, {made.high:.3f}] in {made.seconds:.0f} s"
            )
        except Exception as error:  # noqa: BLE001 (a widget swallows it: say it where it is seen)
            said.value = html.escape(f"it stopped: {type(error).__name__}: {error}")
        finally:
            start.disabled = choice.disabled = False

    start.on_click(pressed)
    box = ipywidgets.VBox([ipywidgets.HBox([choice, start]), bar, said, shown])
    box.add_class("train-lab")
    return box


def _page(config: BertConfig, runs: list[Trained], recorded: Callable[[str], str]) -> str:
    found = table(config, runs)
    if found.empty:
        return "nothing trained yet"
    found["longer runs, recorded"] = [recorded(name) for name in found.freeze_depth]
    return found.to_html(index=False, border=0)
