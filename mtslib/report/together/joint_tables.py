"""Chapter 14's table: ways to serve several tasks, what each scores, holds, runs and gives up."""

from __future__ import annotations

import pandas as pd

from mtslib.evidence import together
from mtslib.evidence.recorded import NOT_MEASURED, recorded_runs
from mtslib.finetune import objectives
from mtslib.minbert.config import BertConfig
from mtslib.serving import accounting

TOKENS = 40  # of every input in the columns of work
_NOTHING = "nothing, to the bit"


def _widths() -> dict[str, int]:
    """By task, how wide its head is."""
    return {task: objectives.head_width(task) for task in together.TASKS}


def costs(config: BertConfig, depth: int | None, shared: bool) -> dict[str, str]:
    """What a way of serving the three holds and runs; depth: where branches begin.

    shared: one model; else one for each task. The same input for all tasks, or one of its own each.
    """
    widths = _widths()
    apart = accounting.separate(config, widths, TOKENS)
    found = apart
    if shared:
        taps = dict.fromkeys(widths, config.num_layers if depth is None else depth)
        found = accounting.merged(config, widths, taps, TOKENS)
    return {
        "served parameters": f"{found.parameters / 1e6:.1f} M",
        "MACs, one input": f"{found.macs / 1e6:,.0f} M",
        "MACs, three inputs": f"{apart.macs / 1e6:,.0f} M",
    }


def trained(config: BertConfig, depth: int | None, frozen: bool) -> int:
    """How many parameters train: of all three tasks, or of their branches on a frozen trunk."""
    widths = _widths()
    branches = sum(
        accounting.trained_parameters(config, depth or 0, width) for width in widths.values()
    )
    if frozen:
        return branches
    heads = sum(accounting.head_parameters(config, width) for width in widths.values())
    layers, own = accounting.layer_parameters(config), config.num_layers
    if depth is None:
        return accounting.embedding_parameters(config) + own * layers + heads
    return accounting.embedding_parameters(config) + depth * layers + branches


def rivals(config: BertConfig, backbone: str = "minilm-l6") -> pd.DataFrame:
    """One row per recorded way, on the real data at `laptop`; what is not recorded has no row."""
    found = []
    for name, depth in (
        ("apart, full", "full"),
        (f"apart and merged at {together.DEPTH} (ours)", str(together.DEPTH)),
        ("apart, heads only (linear probe)", str(config.num_layers)),
    ):
        runs = recorded_runs(backbone=backbone, freeze_depth=depth).assign(way=name)
        full = depth == "full"
        end = None if full else int(depth)
        count = 3 * accounting.trained_parameters(config, None, 0) if full else 0
        count = count or trained(config, end, frozen=True)
        row = {"fourth task trains": "its own model" if full else "its branch"}
        found += _row(runs, count, costs(config, end, shared=not full), row | {"moves": _NOTHING})
    joint = together.joint_runs(backbone=backbone)
    fourth = together.differences(backbone)
    for way, runs in joint.groupby("way", sort=False):
        depth = None if runs.depth.isna().any() else int(runs.depth.iloc[0])
        moved = {
            task: one for (own, task), one in fourth.items() if own == together.with_fourth(way)
        }
        words = ", ".join(f"{task} {one.value:+.3f}" for task, one in moved.items())
        row = {"fourth task trains": "all four anew", "moves": words or NOT_MEASURED}
        count = trained(config, depth, frozen=False)
        if runs.method.iloc[0] == "arithmetic":  # teachers trained in full, then added up
            row |= {"fourth task trains": "a teacher in full"}
            count = 3 * accounting.trained_parameters(config, None, 0)
        found += _row(runs, count, costs(config, depth, shared=True), row)
    return pd.DataFrame(found)


def _row(
    runs: pd.DataFrame, count: int, cost: dict[str, str], fourth: dict[str, str]
) -> list[dict[str, str]]:
    """A way's row; none where a task is not recorded. Seconds are of a machine that was shared."""
    found = {task: one for (_, task), one in together.scores(runs).items()} if len(runs) else {}
    if set(together.TASKS) - set(found):
        return []
    seeds = {task: len(runs[runs.task == task]) for task in together.TASKS}
    row = {"way": runs.way.iloc[0], "seeds": str(min(seeds.values()))}
    row |= {task: str(found[task]) for task in together.TASKS}
    return [row | {"trained": f"{count / 1e6:.1f} M"} | cost | fourth]
