"""Chapter 15: what a shorter branch wins back of the score that fewer trained layers cost.

The *gap* is what k = L − d trained layers score above as many as the student has, both trained on
labels alone. A student that taps the trunk at d should close it: the share that it wins back has
an interval over rows and seeds, and none where the gap itself cannot be told from nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from mtslib.data import presets, tasks
from mtslib.data.tasks import Task
from mtslib.evidence import contrasts, results
from mtslib.evidence.comparison import (
    BETTER,
    NOT_DISTINGUISHABLE,
    WORSE,
    Difference,
    over_seeds,
    verdicts,
)
from mtslib.evidence.contrasts import Contrast
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import NOT_MEASURED, recorded_runs

TASKS = ("sts", "quora", "sst")
HALF = 0.5  # of the gap: the goal
_SAID = {
    BETTER: "more than half of the gap is won back",
    WORSE: "less than half of the gap is won back",
    NOT_DISTINGUISHABLE: "not distinguishable from half of the gap",
}
NO_GAP = "the gap is not distinguishable from none, so no share of it can be named"


def way_of(written: Mapping[str, Any]) -> str:
    """Which of `presets.WAYS` a student's recorded settings are; empty for another."""
    student = written["student"]
    teacher = student["teacher"]
    usual = {key: teacher[key] for key in ("objective", "pooling", "batch_size", "schedule")}
    usual["learning_rate"] = presets.rate(written["preset"], student["layers"])
    told = Task.from_dict(written["description"])
    warm = student["temperature"] == presets.temperature(told.has_classes)
    if student["unlabelled"] or not warm or any(written[key] != usual[key] for key in usual):
        return ""
    seen = {key: student[key] for key in ("start", "teacher_weight", "label_weight")}
    seen["twice"] = written["epochs"] == 2 * teacher["epochs"]
    plain = presets.WAY | {"twice": False}
    return next((name for name, own in presets.WAYS.items() if seen == plain | own), "")


def recorded_students(dataset: str = "cs224n", backbone: str = "minilm-l6") -> pd.DataFrame:
    """Recorded students, each task's own metric and objective, [CLS], `laptop`.

    One row per (task, freeze_depth, layers, way, seed), of several the last; columns as in
    `results.table`, and these.
    """
    runs = results.table()
    keys = ["task", "freeze_depth", "layers", "way", "seed"]
    if runs.empty:
        return pd.DataFrame(columns=[*keys, "run_id", "value"])
    runs = runs[(runs.method == "student") & (runs.dataset == dataset)]
    runs = runs[(runs.backbone == backbone) & (runs.pooling == "cls") & (runs.preset == "laptop")]
    own = runs.task.map(lambda name: name in tasks.TASKS and tasks.get(name).metric)
    usual = runs.task.map(lambda name: name in tasks.TASKS and tasks.get(name).objective)
    runs = runs[(runs.metric == own) & (runs.objective == usual)]
    runs = runs.assign(
        layers=[written["student"]["layers"] for written in runs.settings],
        way=[way_of(written) for written in runs.settings],
    )
    return runs[runs.way != ""].drop_duplicates(keys, keep="last")


# What is won back -------------------------------------------------------------------------------


def won_back(gain: Difference, gap: Difference, rest: Difference) -> Interval | None:
    """The share gain / gap with Fieller's interval (1954); None where the gap may be none.

    gain: student − few layers. gap: teacher − few layers. rest: student − teacher, from which the
    covariance of the other two follows, since they share rows and runs.
    """
    covariance = (gain.error**2 + gap.error**2 - rest.error**2) / 2
    weakest = min((gain, gap, rest), key=lambda one: one.freedom)
    square = ((weakest.high - weakest.low) / 2 / weakest.error) ** 2  # t² of its freedom
    a = gap.value**2 - square * gap.error**2
    b = gain.value * gap.value - square * covariance
    c = gain.value**2 - square * gain.error**2
    if a <= 0:
        return None
    root = math.sqrt(max(0.0, b * b - a * c))
    return Interval(gain.value / gap.value, (b - root) / a, (b + root) / a, gain.n)


def beyond_half(gain: Difference, gap: Difference, rest: Difference) -> Difference:
    """gain − gap / 2, the student above the middle of the gap, from the same three differences."""
    covariance = (gain.error**2 + gap.error**2 - rest.error**2) / 2
    variance = gain.error**2 - covariance + gap.error**2 / 4
    return Difference.of_error(
        gain.value - HALF * gap.value,
        math.sqrt(max(variance, (1.5 / gain.n) ** 2)),
        min(gain.freedom, gap.freedom, rest.freedom),
        gain.n,
        min(gain.seeds, gap.seeds, rest.seeds),
    )


def judged(found: Mapping[Any, tuple[Difference, Difference, Difference]]) -> pd.DataFrame:
    """(gain, gap, rest) by any key → share of the gap and verdict, corrected for how many they are.

    Columns: won back, verdict; rows by key, in order.
    """
    said = verdicts([beyond_half(*one) for one in found.values()])
    rows = []
    for one, verdict in zip(found.values(), said, strict=True):
        share = won_back(*one)
        words = NO_GAP if share is None else _SAID[verdict]
        written = "" if share is None else f"{share.value:.0%} [{share.low:.0%}, {share.high:.0%}]"
        rows.append({"won back": written, "verdict": words})
    return pd.DataFrame(rows, index=pd.Index(list(found)), columns=["won back", "verdict"])


# As recorded ------------------------------------------------------------------------------------


def _sides(backbone: str) -> Iterator[tuple[tuple[str, str, int, str], dict[str, pd.DataFrame]]]:
    """By (task, freeze_depth, layers, way): runs of the student and of what it stands beside."""
    alone, students = recorded_runs(backbone=backbone), recorded_students(backbone=backbone)
    by_depth = dict(iter(alone.groupby(["task", "freeze_depth"])))
    none = alone[:0]
    for (task, depth, layers, way), own in students.groupby(
        ["task", "freeze_depth", "layers", "way"], sort=False
    ):
        few = str(own.num_layers.iloc[0] - layers)
        yield (
            (task, depth, layers, way),
            {
                "student": own,
                "few": by_depth.get((task, few), none),
                "teacher": by_depth.get((task, depth), none),
                "full": by_depth.get((task, "full"), none),
                "distilled": students[
                    (students.task == task)
                    & (students.freeze_depth == depth)
                    & (students.layers == layers)
                    & (students.way == "distilled")
                ],
            },
        )


_PAIRS = {
    "gain": ("student", "few"),
    "gap": ("teacher", "few"),
    "rest": ("student", "teacher"),
    "full": ("student", "full"),
    "control": ("distilled", "student"),
}


def wanted(backbone: str = "minilm-l6") -> list[Contrast]:
    """What `record --publish` works out for this chapter."""
    pairs = [
        contrasts.contrast(sides[first], sides[second])
        for _, sides in _sides(backbone)
        for first, second in _PAIRS.values()
    ]
    return [pair for pair in pairs if pair is not None and pair.first != pair.second]


def table(backbone: str = "minilm-l6") -> pd.DataFrame:
    """Every recorded student beside its teacher, as many layers trained on labels, and full.

    Columns: task, freeze_depth, layers, way, score, seeds, few layers, teacher, share of full,
    won back, verdict, distilled − this one.
    """
    rows, found = [], {}
    for key, sides in _sides(backbone):
        differences = {
            name: contrasts.find(contrasts.contrast(sides[first], sides[second]))
            for name, (first, second) in _PAIRS.items()
        }
        parts = tuple(differences[name] for name in ("gain", "gap", "rest"))
        if None not in parts:
            found[key] = parts
        means = {name: runs.value.mean() for name, runs in sides.items()}
        score = over_seeds([Interval.of(run) for run in sides["student"].itertuples()])
        full, control = differences["full"], differences["control"]
        rows.append(
            dict(zip(("task", "freeze_depth", "layers", "way"), key, strict=True))
            | {"score": score.written}
            | {"seeds": len(sides["student"])}
            | {name: _number(means[side]) for name, side in _BESIDE.items()}
            | {"share of full": _share(full, means["full"])}
            | {"distilled − this": NOT_MEASURED if control is None else control.written}
        )
    columns = ["task", "freeze_depth", "layers", "way", "score", "seeds", *_BESIDE]
    columns += ["share of full", "distilled − this"]
    made = pd.DataFrame(rows, columns=columns)
    made.loc[made.way == "distilled", "distilled − this"] = "—"
    said = judged(found)
    keys = list(made[["task", "freeze_depth", "layers", "way"]].itertuples(index=False, name=None))
    for name in said:
        made[name] = [said[name].get(key, NOT_MEASURED) for key in keys]
    return made


_BESIDE = {"few layers": "few", "teacher": "teacher"}


def _number(value: float) -> str:
    return NOT_MEASURED if math.isnan(value) else f"{value:.3f}"


def _share(found: Difference | None, full: float) -> str:
    """Share of full reached; that full's score has an error of its own is left out (`taps`)."""
    if found is None:
        return NOT_MEASURED
    low, high = 1 + found.low / full, 1 + found.high / full
    return f"{1 + found.value / full:.1%} [{low:.1%}, {high:.1%}]"
