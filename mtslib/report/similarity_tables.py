"""Chapter 10's tables: table 3 and what it crosses, from recorded rows; missing ones say so."""

from __future__ import annotations

import pandas as pd

from mtslib.finetune.objectives import OBJECTIVES
from mtslib.report import published, tables
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
    seeds = "1 seed" if row.seeds == 1 else f"{row.seeds} seeds"
    return f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}], {seeds}"


def objective_table(backbone: str = "minilm-l6", depth: str = "full") -> pd.DataFrame:
    """Every sts objective, with [CLS] and with mean pooling, on the real data."""
    return pd.DataFrame(
        [
            {
                "objective": o.name,
                "encoding": "siamese" if o.siamese else "pair",
                "cls": score(o.name, "cls", backbone, depth),
                "mean": score(o.name, "mean", backbone, depth),
            }
            for o in OBJECTIVES.values()
            if o.tasks == ("sts",)
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


def crossed_effects(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> list[str]:
    """What the loss does at equal encoding, and the encoding at equal loss; or what is missing."""
    values = {}
    for place, objective in CROSSED.items():
        rows = _found(objective, pooling, backbone, depth)
        if not rows.empty:
            values[place] = float(rows.iloc[0].value)
    missing = [OBJECTIVES[o].name for place, o in CROSSED.items() if place not in values]
    if missing:
        return [f"no effect can be read yet, {NOT_MEASURED}: {', '.join(missing)}"]
    lines = []
    for encoding in ("pair", "siamese"):
        gap = values[encoding, "cross-entropy"] - values[encoding, "squared error"]
        lines.append(f"cross-entropy over squared error, {encoding} encoding: {gap:+.3f}")
    for loss in ("cross-entropy", "squared error"):
        gap = values["pair", loss] - values["siamese", loss]
        lines.append(f"pair over siamese encoding, {loss}: {gap:+.3f}")
    return lines


def explained(backbone: str = "minilm-l6", pooling: str = "mean", depth: str = "full") -> list[str]:
    """For each explanation: the recorded gain from taking its cause away, beside the whole gap."""
    best = _found("soft-ce", "cls", backbone, depth)
    plain = _found("cosine-mse", pooling, backbone, depth)
    lines = []
    for reason, objective in EXPLANATIONS.items():
        changed = _found(objective, pooling, backbone, depth)
        if best.empty or plain.empty or changed.empty:
            lines.append(f"{reason}: {NOT_MEASURED}")
            continue
        gain = changed.iloc[0].value - plain.iloc[0].value
        gap = best.iloc[0].value - plain.iloc[0].value
        lines.append(
            f"{reason}: {gain:+.3f} of a gap of {gap:+.3f} ({changed.iloc[0].seeds} seeds)"
        )
    return lines


def paper_table() -> pd.DataFrame:
    """Table 3 of the paper: bert-base, in a panel of its own."""
    found = published.load("table3")
    return pd.DataFrame(
        {"objective": found.row, "Pearson": found.value.map("{:.3f}".format), "seeds": "not given"}
    )
