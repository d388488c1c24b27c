"""Chapter 10's tables: table 3 and what it crosses, from recorded rows; missing ones say so."""

from __future__ import annotations

import pandas as pd

from mtslib.evidence import contrasts, published
from mtslib.finetune import objectives
from mtslib.minbert.model import POOLINGS
from mtslib.report import depth_verdicts, tables
from mtslib.report.similarity_lab import verdict
from mtslib.report.tables import NOT_MEASURED

# Table 3 changes two things at once. These four change one at a time.
CROSSED = {
    ("pair", "cross-entropy"): "soft-ce",
    ("pair", "squared error"): "mse",
    ("siamese", "cross-entropy"): "siamese-soft-ce",
    ("siamese", "squared error"): "cosine-mse",
}
# The paper's two explanations, each with the objective that takes its cause away.
EXPLANATIONS = {
    "negative cosines are penalised": "cosine-mse-clamped",
    "the target is [0, 1], the cosine [−1, 1]": "cosine-mse-signed",
}


def _found(objective: str, pooling: str, backbone: str, depth: str) -> pd.DataFrame:
    """The recorded row of one objective: none or one."""
    rows = tables.recorded(backbone=backbone, objective=objective, pooling=pooling)
    return rows if rows.empty else rows[(rows.task == "sts") & (rows.freeze_depth == depth)]


def score(objective: str, pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> str:
    """Pearson with its interval and how many seeds stand behind it, or that it is missing."""
    rows = _found(objective, pooling, backbone, depth)
    if rows.empty:
        return NOT_MEASURED
    row = rows.iloc[0]
    return f"{tables.with_interval(row)}, {tables.seeds_in_words(row.seeds)}"


def objective_table(backbone: str = "minilm-l6", depth: str = "full") -> pd.DataFrame:
    """Every sts objective with each pooling, on the real data."""
    return pd.DataFrame(
        [
            {
                "objective": o.name,
                "encoding": "siamese" if o.siamese else "pair",
                **{name: score(o.name, name, backbone, depth) for name in POOLINGS},
            }
            for o in objectives.fitting("sts").values()
        ]
    )


def crossed_table(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> pd.DataFrame:
    """The 2 × 2: encodings as rows, losses as columns."""
    table = {"encoding": ["pair", "siamese"]}
    for (encoding, loss), objective in CROSSED.items():
        column = table.setdefault(loss, [])
        assert encoding == table["encoding"][len(column)]
        column.append(score(objective, pooling, backbone, depth))
    return pd.DataFrame(table)


def _contrast(
    first: str, second: str, poolings: tuple[str, str], backbone: str, depth: str
) -> contrasts.Contrast | None:
    """Two objectives with the seeds that both have."""
    own, other = (
        tables.recorded_runs(
            backbone=backbone, task="sts", objective=name, pooling=pooling, freeze_depth=depth
        )
        for name, pooling in zip((first, second), poolings, strict=True)
    )
    return contrasts.contrast(own, other)


def _effects() -> list[tuple[str, str, str]]:
    """What is compared in the 2 × 2: words, the objective, and the one beside it."""
    losses = ("cross-entropy", "squared error")
    found = []
    for encoding in ("pair", "siamese"):
        first, second = (CROSSED[encoding, loss] for loss in losses)
        found.append((f"{losses[0]} over {losses[1]}, {encoding} encoding", first, second))
    for loss in losses:
        first, second = (CROSSED[encoding, loss] for encoding in ("pair", "siamese"))
        found.append((f"pair over siamese encoding, {loss}", first, second))
    return found


def crossed_effects(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> list[str]:
    """What the loss does at equal encoding, and the encoding at equal loss; or what is missing."""
    missing = [
        objective
        for objective in CROSSED.values()
        if _found(objective, pooling, backbone, depth).empty
    ]
    if missing:
        return [f"no effect can be read yet, {NOT_MEASURED}: {', '.join(missing)}"]
    lines = []
    for words, first, second in _effects():
        both = (first, second, (pooling, pooling), backbone, depth)
        lines.append(f"{words}: {_paired(*both) or _of_means(*both)}")
    return lines


def _paired(
    first: str, second: str, poolings: tuple[str, str], backbone: str, depth: str
) -> contrasts.Found | None:
    """The paired difference of two objectives, where it was worked out."""
    return contrasts.find(_contrast(first, second, poolings, backbone, depth))


def _of_means(first: str, second: str, poolings: tuple[str, str], backbone: str, depth: str) -> str:
    """The difference of their two means, where it was not."""
    own, other = (
        _found(name, pooling, backbone, depth).iloc[0]
        for name, pooling in zip((first, second), poolings, strict=True)
    )
    return f"{own.value - other.value:+.3f}, no paired interval yet"


def explained(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> list[str]:
    """The gap of table 3 as recorded here, and what of it each explanation accounts for.

    pooling: of the siamese objectives; the pair keeps its [CLS].
    """
    asked = [("the gap, soft-ce over cosine-mse", "soft-ce", "cls", _direction)]
    for reason, objective in EXPLANATIONS.items():
        asked.append((f"{reason}; gain when that is taken away", objective, pooling, verdict))
    plain_missing = _found("cosine-mse", pooling, backbone, depth).empty
    lines = []
    for words, objective, own, judged in asked:
        if plain_missing or _found(objective, own, backbone, depth).empty:
            lines.append(f"{words}: {NOT_MEASURED}")
            continue
        both = (objective, "cosine-mse", (own, pooling), backbone, depth)
        found = _paired(*both)
        lines.append(f"{words}: {found or _of_means(*both)}")
        if found is not None:
            lines.append(f"  {judged(found)}")
    return lines


def _direction(gap: contrasts.Found) -> str:
    """Whether the paper's table 3 shows here: cross-entropy ahead of the cosine."""
    if gap.low > 0:
        return "cross-entropy is ahead, as in the paper"
    if gap.high < 0:
        return "the cosine is ahead, against the paper: there is no gap to explain"
    return "not told apart: there is no gap to explain"


def wanted(backbone: str = "minilm-l6", depth: str = "full") -> list[contrasts.Contrast]:
    """What `record --publish` works out for this chapter."""
    asked = [
        (first, second, (pooling, pooling))
        for pooling in ("cls", "mean")
        for _, first, second in _effects()
    ]
    for pooling in ("cls", "mean"):
        asked.append(("soft-ce", "cosine-mse", ("cls", pooling)))
        asked += [(name, "cosine-mse", (pooling, pooling)) for name in EXPLANATIONS.values()]
    found = [_contrast(*names, backbone, depth) for names in asked]
    return list(dict.fromkeys(pair for pair in found if pair is not None))


def pooling_lines(
    task: str = "quora", backbone: str = "minilm-l6", depth: str = "full"
) -> list[str]:
    """Mean pooling against [CLS] on a task with classes: both scores, and the paired difference.

    The labels are not here; see `depth_verdicts.recorded_differences` for the interval.
    """
    runs = {
        name: tables.recorded_runs(backbone=backbone, pooling=name, freeze_depth=depth, task=task)
        for name in ("cls", "mean")
    }
    where = f"{task}, {backbone}, CS224N dev, freeze_depth {depth}"
    missing = [name for name, found in runs.items() if found.empty]
    if missing:
        return [f"{where}: {NOT_MEASURED}: {', '.join(missing)}"]
    mean, cls = tables.same_seeds(runs["mean"], runs["cls"])
    scores = f"{where}: " + ", ".join(f"{k} {v.value.mean():.3f}" for k, v in runs.items())
    if cls.empty:
        return [scores, "no seed was recorded with both"]
    n, difference, _, low, high = depth_verdicts.bounded(mean, cls)
    told = "told apart" if low > 0 or high < 0 else "not told apart"
    return [
        scores,
        f"mean − cls {difference:+.3f} [{low:+.3f}, {high:+.3f}], n = {n:,}, "
        f"{tables.seeds_in_words(len(cls))}: {told}",
    ]


def paper_table() -> pd.DataFrame:
    """Table 3 of the paper: bert-base, in a panel of its own."""
    found = published.load("table3")
    return pd.DataFrame(
        {"objective": found.row, "Pearson": found.value.map("{:.3f}".format), "seeds": "not given"}
    )
