"""The evidence for each kind of claim in `claims.toml`, and the judge that looks at it.

A rule fetches what is recorded or published and hands it to a judge of `claim_judges`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import pandas as pd

from mtslib.evidence import (
    contrasts,
    depth_verdicts,
    minimal,
    overall,
    published,
    students,
    taps,
    untrained_scores,
)
from mtslib.evidence.claim_judges import (
    Part,
    above,
    among,
    apart,
    equal,
    fitting,
    inside,
    not_below,
    reaching,
)
from mtslib.evidence.comparison import MARGIN, Difference
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.explanations import ENOUGH, Way
from mtslib.evidence.intervals import WIDTH, Interval
from mtslib.evidence.recorded import recorded_runs
from mtslib.evidence.untrained_scores import DEV_COUNTS, DEV_SCORES

# Rows of each set: what is labelled in dev, and what the course's test files hold.
DEV_ROWS = {task: sum(counts) for task, counts in DEV_COUNTS.items()} | {"sts": DEV_SCORES}
UNEXPLORED = ("head_dropout", "encoder_dropout", "batch_size")
SEEDS = 2  # the fewest on a side
TEST_ROWS = {"sst": 2210, "sts": 1725, "quora": 40431}


# Published figures ------------------------------------------------------------------------------


def _cells(table: str, row: str | None = None) -> dict[str, dict[str, float]]:
    """By task, {row: score} of a published table."""
    rows = published.load(table)
    rows = rows if row is None else rows[rows.row == row]
    return {task: dict(zip(own.row, own.value, strict=True)) for task, own in rows.groupby("task")}


def among_cells(row: str, of: str, cells: str) -> list[Part]:
    """Whether a row's scores are scores of another table."""
    one, others = _cells(of, row), _cells(cells)
    return among(
        {
            task: (one.get(task, {}).get(row), list(others.get(task, {}).values()))
            for task in taps.TASKS
        }
    )


def _published(task: str, first: float, second: float, rows: Sequence[int]) -> Difference:
    """Of two published scores, as if on other rows each: what pairs them is not published."""
    metric = "pearson" if task == "sts" else "accuracy"
    value, low, high = published.interval_of_difference(first, second, *rows, metric)
    return Difference.of_error(value, (high - low) / 2 / WIDTH, min(rows) - 1, min(rows), 1)


def rows_apart(table: str) -> list[Part]:
    """Whether rows of a published table differ by more than their dev set would by chance."""
    return apart(
        {
            task: [
                _published(task, one, other, [DEV_ROWS[task]] * 2)
                for one, other in itertools.combinations(scores.values(), 2)
            ]
            for task, scores in _cells(table).items()
        }
    )


def same_elsewhere(first: str, second: str, row: str) -> list[Part]:
    """Whether test scores lie within a point of a row's."""
    one, other = _cells(first), _cells(second, row)
    return inside(
        {
            task: _published(
                task, *one[task].values(), other[task][row], (TEST_ROWS[task], DEV_ROWS[task])
            )
            for task in taps.TASKS
        }
    )


def answer_without_learning(task: str) -> list[Part]:
    """Whether the base row is reached without learning."""
    rows = untrained_scores.hypotheses()
    own = rows[rows.task == task]
    found = None if own.empty else (own.paper.iloc[0], list(own.hypothesis[own.fits]))
    return fitting({task: found})


def overall_by_formula(formula: str) -> list[Part]:
    """Which of the course's formulas gives the published overall score."""
    scores = published.load("table4").set_index("task").value
    own = {task: scores[task] for task in taps.TASKS}
    by_formula = {"plain": overall.plain(**own), "rescaled": overall.rescaled(**own)}
    return equal("overall, test", scores.get("all"), by_formula, formula)


# Recorded runs ----------------------------------------------------------------------------------


def _paired(first: pd.DataFrame, second: pd.DataFrame) -> Difference | None:
    return contrasts.find(contrasts.contrast(first, second))


def share_of_full(share: float, mean: bool = False) -> list[Part]:
    """Whether what is merged reaches a share of full, each task or their mean."""
    found = taps.over_full(taps.chosen())
    wanted = [taps.ALL] if mean else taps.TASKS
    return not_below({what: found.get(what) for what in wanted}, 1 - share)


def half_frozen() -> list[Part]:
    """Whether freezing half of the layers stays within a point of full."""
    runs = recorded_runs()
    half = str(int(runs.num_layers.iloc[0]) // 2) if len(runs) else ""
    found = depth_verdicts.differences()
    return inside({task: found.get((task, half)) for task in DEV_ROWS})


def layers_saved() -> list[Part]:
    """What share of the layers eight tasks save about one text, at each chosen depth."""
    wei = published.load("wei2022").set_index("metric").value
    chosen, runs = taps.chosen(), recorded_runs()
    if not chosen:
        return reaching({"layers saved": None}, wei["overhead_saved_at_most"])
    tasks, layers = int(wei["tasks"]), int(runs.num_layers.iloc[0])
    saved = sorted(
        1 - (int(d) + tasks * (layers - int(d))) / (tasks * layers) for d in chosen.values()
    )
    range_ = Interval(sum(saved) / len(saved), saved[0], saved[-1], len(saved))
    return reaching({"layers saved": range_}, wei["overhead_saved_at_most"])


def students_keep_up(depth: int, layers: int) -> list[Part]:
    """Whether students lie no more than a point below their teachers."""
    taught, runs = students.recorded_students(), recorded_runs(freeze_depth=str(depth))
    found = {}
    for task in students.TASKS:
        own = taught[
            (taught.task == task) & (taught.way == "distilled") & (taught.layers == layers)
        ]
        own = own[own.freeze_depth == str(depth)]
        found[task] = _paired(own, runs[runs.task == task])
    return not_below(found)


def minimal_pairs(depth: str) -> list[Part]:
    """Whether answers stay in most minimal pairs though words that matter were cut."""
    said = minimal.recorded(depth)
    found = None if said is None else minimal.stays(said)
    return above({"share of answers that stay, against a half": found}, 0.5)


def mean_over_cls(task: str) -> list[Part]:
    """Whether mean pooling scores above [CLS]."""
    found = _paired(*_poolings(task))
    return above({f"{task}, mean − [CLS]": found}, same=MARGIN)


def _poolings(task: str, backbone: str = "minilm-l6") -> list[pd.DataFrame]:
    fixed = {"task": task, "freeze_depth": "full", "backbone": backbone}
    return [recorded_runs(pooling=pooling, **fixed) for pooling in ("mean", "cls")]


def cross_entropy_ahead() -> list[Part]:
    """Whether soft cross-entropy scores above the cosine, with either pooling."""
    entropy = Way("soft-ce", "cls").runs()
    return above(
        {
            f"soft-ce − cosine-mse, {pooling}": _paired(entropy, Way("cosine-mse", pooling).runs())
            for pooling in ("cls", "mean")
        },
        same=MARGIN,
    )


def explanation(objectives: Sequence[str]) -> list[Part]:
    """Whether the cosine gains where a cause is taken away."""
    pairs = itertools.product(objectives, ("cls", "mean"))
    return above(
        {
            f"{name} − cosine-mse, {pooling}": _paired(
                Way(name, pooling).runs(), Way("cosine-mse", pooling).runs()
            )
            for name, pooling in pairs
        },
        ENOUGH,
    )


def changed(
    task: str, keys: Sequence[str], backbone: str = "minilm-l6"
) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Runs that differ from the preset's in some settings only, with those of the preset.

    By depth and what differs, `freeze_depth 3, epochs 6` say; the real data, [CLS], the task's own
    objective. One seed says nothing of what another would give: two or more on each side.
    """
    found = {}
    every = recorded_runs(task=task, backbone=backbone, free=keys)
    plain = dict(iter(recorded_runs(task=task, backbone=backbone).groupby("freeze_depth")))
    for depth, runs in every.groupby("freeze_depth"):
        usual = plain.get(depth, runs[:0])
        if len(usual) < SEEDS:
            continue
        values = [[own[key] for key in keys] for own in runs.settings]
        preset = [usual.settings.iloc[0][key] for key in keys]
        names = [
            ", ".join(f"{k} {v}" for k, v, p in zip(keys, own, preset, strict=True) if v != p)
            for own in values
        ]
        for name, own in runs.groupby(pd.Series(names, runs.index)):
            if name and len(own) >= SEEDS:
                found[f"freeze_depth {depth}, {name}"] = own, usual
    return found


def trained_longer(task: str) -> list[Part]:
    """Whether more epochs score worse."""
    found = {}
    for name, (own, plain) in changed(task, ["epochs"]).items():
        if own.epochs.iloc[0] > plain.epochs.iloc[0]:
            found[f"{task}, the preset's − {name}"] = _paired(plain, own)
    return above(found, same=MARGIN)


def other_settings(keys: Sequence[str]) -> list[Part]:
    """Whether another setting scores better, of any task."""
    found = {}
    for task in DEV_ROWS:
        pairs = changed(task, keys).items()
        found |= {f"{task}, {name}": _paired(*pair) for name, pair in pairs}
    return above(found, same=MARGIN)


RULES: dict[str, Callable[..., list[Part]]] = {
    rule.__name__: rule
    for rule in (
        *(among_cells, rows_apart, same_elsewhere, answer_without_learning, overall_by_formula),
        *(share_of_full, half_frozen, layers_saved, students_keep_up, minimal_pairs),
        *(mean_over_cls, cross_entropy_ahead, explanation, trained_longer, other_settings),
    )
}


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for these rules and for no other chapter."""
    pairs = [_poolings("quora", backbone)]
    for task in DEV_ROWS:
        pairs += changed(task, UNEXPLORED, backbone).values()
        pairs += [(plain, own) for own, plain in changed(task, ["epochs"], backbone).values()]
    found = (contrasts.contrast(*pair) for pair in pairs)
    return [one for one in found if one is not None]
