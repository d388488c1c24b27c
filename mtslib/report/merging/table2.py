"""The paper's table 2 beside what was recorded here: base, full, and partial models merged."""

from __future__ import annotations

import pandas as pd

from mtslib.evidence import comparison, published, taps
from mtslib.evidence.comparison import BETTER, MARGIN, WORSE
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import NOT_MEASURED, recorded_scores
from mtslib.report.tables import score_of

MERGED = "partial, merged"
_REACHED = {BETTER: "yes", WORSE: "no"}


def not_chosen_yet(backbone: str = "minilm-l6") -> list[str]:
    """What keeps a tap from being chosen, a line for each task; empty where all are chosen."""
    return [
        f"{task}: not chosen yet, no held-out run at freeze_depth {', '.join(depths)}"
        for task, depths in taps.missing(backbone).items()
    ]


def choice(backbone: str = "minilm-l6") -> pd.DataFrame:
    """The held-out scores behind each tap. Columns: task, n, a column for each depth, chosen."""
    found, chosen = taps.tried(backbone), taps.chosen(backbone)
    rows = []
    for task in taps.TASKS:
        own = {row.freeze_depth: row for row in found[found.task == task].itertuples()}
        n = next((f"{row.n:,}" for row in own.values()), "—")
        scores = {
            depth: f"{own[depth].value:.3f}" if depth in own else NOT_MEASURED
            for depth in taps.CANDIDATES
        }
        rows.append({"task": task, "n": n, **scores, "chosen": chosen.get(task, "not yet")})
    return pd.DataFrame(rows)


def table(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Ours. Columns: row, and a score with its interval for each task; the tap behind a merged one.

    A merged branch gives its checkpoint's numbers to the bit, so the recorded runs of the chosen
    depth are the merged row's.
    """
    scores, chosen = recorded_scores(backbone=backbone), taps.chosen(backbone)
    untrained = recorded_scores(backbone=backbone, epochs=0)  # whatever is frozen, nothing moves
    base = {row.task: str(Interval.of(row)) for row in untrained.itertuples()}
    rows = {
        "base, untrained head": {task: base.get(task, NOT_MEASURED) for task in taps.TASKS},
        "full": {task: _score(scores, task, "full") for task in taps.TASKS},
        MERGED: {
            task: f"{_score(scores, task, chosen[task])} at {chosen[task]}"
            if task in chosen
            else NOT_MEASURED
            for task in taps.TASKS
        },
    }
    return pd.DataFrame({"row": name, **cells} for name, cells in rows.items())


def _score(scores: pd.DataFrame, task: str, depth: str) -> str:
    row = score_of(scores, task, depth)
    return NOT_MEASURED if row is None else str(Interval.of(row))


def paper() -> pd.DataFrame:
    """The paper's, of bert-base-uncased; in columns as ours."""
    wide = published.load("table2").pivot(index="row", columns="task", values="value")
    order = list(published.load("table2").row.unique())
    return wide.loc[order, list(taps.TASKS)].rename_axis(columns=None).reset_index()


def shares(backbone: str = "minilm-l6") -> pd.DataFrame:
    """What share of full the merged model reaches, task by task and in the mean.

    Columns: task, freeze_depth, share of full, its interval over rows and seeds, whether it is
    surely 99 % or more (corrected for how many are judged), the verdict on score − full within
    `MARGIN`, seeds, n, and the paper's share.
    """
    chosen = taps.chosen(backbone)
    found = taps.over_full(chosen, backbone)
    judged = list(found.values())
    reached = comparison.verdicts(judged, threshold=-MARGIN)
    against = comparison.verdicts(judged, margin=MARGIN)
    theirs = _papers_shares()
    rows = []
    for name, one, enough, said in zip(found, judged, reached, against, strict=True):
        rows.append(
            {
                "task": name,
                "freeze_depth": chosen.get(name, ""),
                "share of full": f"{1 + one.value:.1%}",
                "95 % interval": f"{1 + one.low:.1%} to {1 + one.high:.1%}",
                f"{1 - MARGIN:.0%} reached": _REACHED.get(enough, comparison.OPEN),
                "verdict": comparison.against("full", said, MARGIN),
                "seeds": one.seeds,
                "n": f"{one.n:,}",
                "the paper": f"{theirs[name]:.1%}",
            }
        )
    return pd.DataFrame(rows or [{"task": NOT_MEASURED}])


def _papers_shares() -> dict[str, float]:
    """By task, one run each, without an interval; and their mean."""
    rows = paper().set_index("row")
    found = {task: float(rows[task][MERGED] / rows[task]["full"]) for task in taps.TASKS}
    return found | {taps.ALL: sum(found.values()) / len(found)}
