"""Tables: computed from the published snapshot of recorded runs and from the paper's files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import published, results
from mtslib.finetune import objectives
from mtslib.finetune.settings import depth_name, parse_depth
from mtslib.minbert.config import BertConfig
from mtslib.serving import accounting

NOT_MEASURED = "not measured"
PAPER_TASKS = ("sst", "sts", "quora")
OUR_TASKS = (*PAPER_TASKS, "cfimdb")
# The inputs that costs are counted for: a typical SST sentence has 24 word pieces.
COST_TOKENS = 24


def depth_values(num_layers: int) -> list[int | None]:
    """Every freeze depth from most to least trained: full, 0, 1, …, L."""
    return [None, *range(num_layers + 1)]


def depth_names(num_layers: int) -> list[str]:
    """The same as they are written."""
    return [str(depth_name(depth)) for depth in depth_values(num_layers)]


def recorded(
    dataset: str = "cs224n", backbone: str = "minilm-l6", preset: str = "laptop", **fixed: object
) -> pd.DataFrame:
    """What `recorded_runs` holds, over seeds.

    One row a (task, freeze_depth): value (mean over seeds), low and high (over dev examples, the
    mean of the seeds' bootstrap intervals), seeds, n, seconds (of training, the median over seeds)
    and whether they are comparable. fixed: other columns held to a value.
    """
    return _over_seeds(recorded_runs(dataset, backbone, preset, **fixed))


def recorded_runs(
    dataset: str = "cs224n", backbone: str = "minilm-l6", preset: str = "laptop", **fixed: object
) -> pd.DataFrame:
    """Runs of one dataset, backbone and preset, each task's own metric, trained for > 0 epochs.

    One row a (task, freeze_depth, seed), as `results.table` has it; of several runs of one seed
    (of different code, say) the last. fixed: other columns held to a value.
    """
    runs = results.table()
    if runs.empty:
        return runs
    own = runs.task.map({name: task.metric for name, task in tasks.TASKS.items()})
    usual = runs.task.map({name: task.objective for name, task in tasks.TASKS.items()})
    wanted = (
        (runs.metric == own)
        & (runs.dataset == dataset)
        & (runs.backbone == backbone)
        & (runs.preset == preset)
    )
    if "objective" not in fixed:
        wanted &= runs.objective == usual
    fixed = {"pooling": "cls"} | fixed
    if "epochs" not in fixed:
        wanted &= runs.epochs > 0
    for column, value in fixed.items():
        wanted &= runs[column] == value
    return runs[wanted].drop_duplicates(["task", "freeze_depth", "seed"], keep="last")


def same_seeds(own: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two sets of rows of `recorded_runs`, by the seeds that both have, in one order."""
    if own.empty or other.empty:
        return own.iloc[:0], other.iloc[:0]
    own, other = own.set_index("seed"), other.set_index("seed")
    seeds = sorted(set(own.index) & set(other.index))
    return own.loc[seeds], other.loc[seeds]


def seeds_in_words(count: int) -> str:
    """`1 seed`, `3 seeds`."""
    return "1 seed" if count == 1 else f"{count} seeds"


def _over_seeds(runs: pd.DataFrame) -> pd.DataFrame:
    if runs.columns.empty:  # nothing is recorded at all
        return runs
    grouped = runs.groupby(["task", "freeze_depth"], sort=False)
    table = grouped.agg(
        value=("value", "mean"),
        low=("low", "mean"),
        high=("high", "mean"),
        seeds=("seed", "nunique"),
        lowest=("value", "min"),
        highest=("value", "max"),
        n=("n", "first"),
        seconds=("train_seconds", "median"),
        seconds_comparable=("seconds_comparable", "all"),
    )
    return table.reset_index()


def depth_costs(config: BertConfig, task: str) -> pd.DataFrame:
    """What each freeze depth costs, by counting: one row a depth, most trained first.

    Columns: freeze_depth, k, share_trained (k/L), parameters (trained), megabytes (of the
    checkpoint's branch, fp32), training_macs (of a sentence of 24 tokens, relative to full: the
    trunk runs forward only, a trained layer forward and backward, which is three times as much),
    macs (the same, absolute).
    """
    found = tasks.get(task)
    outputs = objectives.get(found.objective, found).num_outputs(found)
    rows = []
    for depth in depth_values(config.num_layers):
        k = accounting.trained_layers(config, depth)
        parameters = accounting.trained_parameters(config, depth, outputs)
        work = (config.num_layers - k) + 3 * k
        rows.append(
            {
                "freeze_depth": "full" if depth is None else str(depth),
                "k": k,
                "share_trained": k / config.num_layers,
                "parameters": parameters,
                "megabytes": parameters * 4 / 1e6,
                "training_macs": work / (3 * config.num_layers),
                "macs": work * accounting.layer_macs(config, COST_TOKENS),
            }
        )
    return pd.DataFrame(rows)


def score_column(names: Iterable[str], scores: pd.DataFrame, task: str) -> list[str]:
    """A task's score and interval in words for each freeze depth, or that it was not measured."""
    known = _by_depth(scores, task)
    return [with_interval(known[name]) if name in known else NOT_MEASURED for name in names]


def with_interval(score: Any) -> str:
    """A row of `recorded` as one writes it: value [low, high]."""
    return f"{score.value:.3f} [{score.low:.3f}, {score.high:.3f}]"


def seconds_column(names: Iterable[str], scores: pd.DataFrame, task: str) -> list[str]:
    """A task's seconds of training for each freeze depth; ~ where other work ran beside."""
    known = _by_depth(scores, task)
    return [
        f"{'' if known[name].seconds_comparable else '~ '}{known[name].seconds:.0f}"
        if name in known
        else NOT_MEASURED
        for name in names
    ]


def _by_depth(scores: pd.DataFrame, task: str) -> dict[str, Any]:
    """A task's rows of `recorded` by freeze depth."""
    if scores.empty:  # without columns
        return {}
    return {row.freeze_depth: row for row in scores.itertuples() if row.task == task}


def seconds_in_words(score: Any) -> str:
    """How long training took where it was recorded, with the warning that belongs to it.

    score: a row of `recorded`.
    """
    kind = "alone on its machine" if score.seconds_comparable else "beside other work"
    return f"{score.seconds:.0f} s of training, {kind}"


def scores_with_share(num_layers: int, scores: pd.DataFrame) -> pd.DataFrame:
    """`recorded` rows with k and k/L beside them."""
    depths = scores.freeze_depth.map(parse_depth)
    k = [num_layers - (0 if pd.isna(depth) else int(depth)) for depth in depths]
    return scores.assign(k=k, share_trained=[value / num_layers for value in k])


def comparison(config: BertConfig, backbone: str = "minilm-l6") -> tuple[pd.DataFrame, ...]:
    """Two panels for the real data: our recorded rows, and the paper's with its own k/L.

    Each has row, k/L, sst, sts, quora; ours also cfimdb, 95 % intervals, and how many seeds stand
    behind a row.
    """
    ours = []
    base = recorded(backbone=backbone, epochs=0)
    if not base.empty:
        ours.append(_panel_row("untrained head", None, base))
    scores = recorded(backbone=backbone)
    for depth in reversed(depth_values(config.num_layers)):
        ours += _depth_rows(config, depth, scores)
    return pd.DataFrame(ours), _paper_panel()


def _depth_rows(
    config: BertConfig, depth: int | None, scores: pd.DataFrame
) -> list[dict[str, str]]:
    """The row of one depth as a panel has it, in a list that is empty where it has none."""
    name = str(depth_name(depth))
    rows = scores[scores.freeze_depth == name] if len(scores) else scores
    if rows.empty:
        return []
    title = name if depth is None else f"freeze_depth {name}"
    return [_panel_row(title, accounting.trained_layers(config, depth) / config.num_layers, rows)]


def _panel_row(title: str, share: float | None, rows: pd.DataFrame) -> dict[str, str]:
    values = {row.task: with_interval(row) for row in rows.itertuples()}
    return {
        "row": title,
        "k/L": "—" if share is None else f"{share:.2f}",
        **{task: values.get(task, NOT_MEASURED) for task in OUR_TASKS},
        "seeds": _seeds_by_task({row.task: row.seeds for row in rows.itertuples()}),
    }


def _seeds_by_task(seeds: dict[str, int]) -> str:
    """One number where it holds for every task, else a number a task."""
    if len(set(seeds.values())) == 1:
        return str(next(iter(seeds.values())))
    return ", ".join(f"{task} {seeds[task]}" for task in OUR_TASKS if task in seeds)


def presets(config: BertConfig, backbone: str = "minilm-l6") -> pd.DataFrame:
    """The depths that were recorded with the `paper` preset, and the same with `laptop`.

    Columns as in `comparison`, and preset.
    """
    found = {name: recorded(backbone=backbone, preset=name) for name in ("paper", "laptop")}
    rows = [
        {"preset": preset, **row}
        for depth in depth_values(config.num_layers)
        if _depth_rows(config, depth, found["paper"])
        for preset, scores in found.items()
        for row in _depth_rows(config, depth, scores)
    ]
    return pd.DataFrame(rows or [{"preset": "paper", "row": NOT_MEASURED}])


def _paper_panel() -> pd.DataFrame:
    """Tables 1 and 2 of the paper as one panel, fewest trained layers first."""
    rows = []
    for table in ("table2", "table1"):
        found = published.load(table)
        for name, group in found.groupby("row", sort=False):
            share = group.share_trained.iloc[0]
            values = {row.task: f"{row.value:.3f}" for row in group.itertuples()}
            rows.append(
                {
                    "row": name,
                    "k/L": "—" if pd.isna(share) else f"{share:.2f}",
                    **{task: values.get(task, "—") for task in PAPER_TASKS},
                    "table": table.removeprefix("table"),
                }
            )
    return pd.DataFrame(rows)


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown, as the README holds it."""
    lines = ["| " + " | ".join(map(str, table.columns)) + " |"]
    lines.append("|" + "---|" * len(table.columns))
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)
