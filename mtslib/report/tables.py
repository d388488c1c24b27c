"""Tables: computed from the published snapshot of recorded runs and from the paper's files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from mtslib.evidence import published
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import NOT_MEASURED, depth_names, recorded_scores
from mtslib.finetune import objectives
from mtslib.finetune.settings import parse_depth
from mtslib.minbert.config import BertConfig
from mtslib.serving import accounting

PAPER_TASKS = ("sst", "sts", "quora")
OUR_TASKS = (*PAPER_TASKS, "cfimdb")
# The inputs that costs are counted for: a typical SST sentence has 24 word pieces.
COST_TOKENS = 24


def depth_values(num_layers: int) -> list[int | None]:
    """Every freeze depth from most to least trained: full, 0, 1, …, L."""
    return [parse_depth(name) for name in depth_names(num_layers)]


def depth_costs(config: BertConfig, task: str) -> pd.DataFrame:
    """What each freeze depth costs, by counting: one row per depth, most trained first.

    Columns: freeze_depth, k, share_trained (k/L), parameters (trained), megabytes (of the
    checkpoint's branch, fp32), training_macs (of a sentence of 24 tokens, relative to full: the
    trunk runs forward only, a trained layer forward and backward, which is three times as much),
    macs (the same, absolute).
    """
    outputs = objectives.head_width(task)
    rows = []
    for name in depth_names(config.num_layers):
        depth = parse_depth(name)
        k = accounting.trained_layers(config, depth)
        parameters = accounting.trained_parameters(config, depth, outputs)
        work = (config.num_layers - k) + 3 * k
        rows.append(
            {
                "freeze_depth": name,
                "k": k,
                "share_trained": k / config.num_layers,
                "parameters": parameters,
                "megabytes": parameters * 4 / 1e6,
                "training_macs": work / (3 * config.num_layers),
                "macs": work * accounting.layer_macs(config, COST_TOKENS),
            }
        )
    return pd.DataFrame(rows)


# Recorded scores, a depth at a time --------------------------------------------------------------


def score_of(scores: pd.DataFrame, task: str, name: str) -> Any | None:
    """The row of `recorded_scores` of a task and a freeze depth, or None."""
    rows = (r for r in scores.itertuples() if (r.task, r.freeze_depth) == (task, name))
    return next(rows, None)


def score_column(names: Iterable[str], scores: pd.DataFrame, task: str) -> list[str]:
    """A task's score and interval in words for each freeze depth, or that it was not measured."""
    rows = (score_of(scores, task, name) for name in names)
    return [NOT_MEASURED if row is None else str(Interval.of(row)) for row in rows]


def scores_with_share(num_layers: int, scores: pd.DataFrame) -> pd.DataFrame:
    """`recorded_scores` rows with k and k/L beside them."""
    k = [num_layers - (parse_depth(name) or 0) for name in scores.freeze_depth]
    return scores.assign(k=k, share_trained=[value / num_layers for value in k])


def spread_by_share(num_layers: int, backbone: str = "minilm-l6") -> pd.DataFrame:
    """How far scores spread where the paper froze layers: its rows, and ours of the same k/L.

    Columns: task, whose, rows, k/L, lowest, highest, spread. The two are never subtracted.
    """
    paper = published.load("table1")
    ends = float(paper.share_trained.min()) - 1e-9, float(paper.share_trained.max()) + 1e-9
    ours = scores_with_share(num_layers, recorded_scores(backbone=backbone))
    ours = ours[ours.share_trained.between(*ends)]
    return pd.DataFrame(
        [
            {"task": task, "whose": whose, **_spread(rows[rows.task == task])}
            for task in PAPER_TASKS
            for whose, rows in (
                ("the paper, bert-base-uncased", paper),
                (f"recorded here, {backbone}", ours),
            )
        ]
    )


def _spread(rows: pd.DataFrame) -> dict[str, object]:
    if len(rows) < 2:
        shown = dict.fromkeys(("k/L", "lowest", "highest", "spread"), NOT_MEASURED)
        return {"rows": len(rows)} | shown
    low, high = float(rows.value.min()), float(rows.value.max())
    ends = {"lowest": f"{low:.3f}", "highest": f"{high:.3f}", "spread": f"{high - low:.3f}"}
    shares = f"{rows.share_trained.min():.2f} to {rows.share_trained.max():.2f}"
    return {"rows": len(rows), "k/L": shares} | ends


# Panels: ours, and the paper's by itself ---------------------------------------------------------


def comparison(config: BertConfig, backbone: str = "minilm-l6") -> tuple[pd.DataFrame, ...]:
    """Two panels for the real data: our recorded rows, and the paper's with its own k/L.

    Each has row, k/L, sst, sts, quora; ours also cfimdb, 95 % intervals, and how many seeds stand
    behind a row.
    """
    base = recorded_scores(backbone=backbone, epochs=0)
    ours = [] if base.empty else [_panel_row("untrained head", "—", base)]
    scores = recorded_scores(backbone=backbone)
    for name in reversed(depth_names(config.num_layers)):
        ours += _depth_rows(config, name, scores)
    return pd.DataFrame(ours), _paper_panel()


def presets(config: BertConfig, backbone: str = "minilm-l6") -> pd.DataFrame:
    """The depths that were recorded with the `paper` preset, and the same with `laptop`.

    Columns as in `comparison`, and preset.
    """
    found = {name: recorded_scores(backbone=backbone, preset=name) for name in ("paper", "laptop")}
    rows = [
        {"preset": preset, **row}
        for name in depth_names(config.num_layers)
        if _depth_rows(config, name, found["paper"])
        for preset, scores in found.items()
        for row in _depth_rows(config, name, scores)
    ]
    return pd.DataFrame(rows or [{"preset": "paper", "row": NOT_MEASURED}])


def _depth_rows(config: BertConfig, name: str, scores: pd.DataFrame) -> list[dict[str, str]]:
    """The row of one depth as a panel has it, in a list that is empty where it has none."""
    rows = scores[scores.freeze_depth == name]
    if rows.empty:
        return []
    title = name if name == "full" else f"freeze_depth {name}"
    share = accounting.trained_layers(config, parse_depth(name)) / config.num_layers
    return [_panel_row(title, f"{share:.2f}", rows)]


def _panel_row(title: str, share: str, rows: pd.DataFrame) -> dict[str, str]:
    scores = {row.task: str(Interval.of(row)) for row in rows.itertuples()}
    seeds = {row.task: row.seeds for row in rows.itertuples()}
    counts = [str(count) for count in set(seeds.values())]
    if len(counts) > 1:
        counts = [f"{task} {seeds[task]}" for task in OUR_TASKS if task in seeds]
    cells = {task: scores.get(task, NOT_MEASURED) for task in OUR_TASKS}
    return {"row": title, "k/L": share, **cells, "seeds": ", ".join(counts)}


def _paper_panel() -> pd.DataFrame:
    """Tables 1 and 2 of the paper as one panel, fewest trained layers first."""
    rows = []
    for table in ("table2", "table1"):
        for name, group in published.load(table).groupby("row", sort=False):
            share = group.share_trained.iloc[0]
            scores = {row.task: f"{row.value:.3f}" for row in group.itertuples()}
            cells = {task: scores.get(task, "—") for task in PAPER_TASKS}
            row = {"row": name, "k/L": "—" if pd.isna(share) else f"{share:.2f}", **cells}
            rows.append(row | {"table": table.removeprefix("table")})
    return pd.DataFrame(rows)


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown, as the README holds it."""
    lines = ["| " + " | ".join(map(str, table.columns)) + " |"]
    lines.append("|" + "---|" * len(table.columns))
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)
