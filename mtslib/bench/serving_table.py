"""Which rate each way of serving held: the rows that `python -m mtslib bench serve` took.

One file per machine in `data/results/serve/`, as rates of two machines never stand in one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mtslib.bench import bench_tables
from mtslib.evidence.recorded import NOT_MEASURED
from mtslib.evidence.results import RESULTS

SERVE = RESULTS / "serve"
WAYS = {
    "separate": "our models, one per task",
    "merged": "merged, one trunk",
    "hugging face": "Hugging Face, one per task",
    "sentence-transformers": "sentence-transformers with a head, one per task",
    "onnx": "ONNX Runtime fp32, one per task",
    "onnx int8": "ONNX Runtime int8, one per task",
    "pair": "merged, pairs as one sequence",
    "split": "merged, split pairs, cache warm",
}


def table(found: Mapping[str, Any]) -> pd.DataFrame:
    """A line for each mix and way, with its ratio to the first way of the mix.

    The last columns stand where they were taken: the lone request over a bare `ask`, what server
    and queue add to the model's own time, and how many labels are others than the first way's.
    """
    rows = pd.DataFrame(found["rows"])
    first = rows.groupby("mix", sort=False).rate.transform("first")
    lines = pd.DataFrame(
        {
            "mix": rows.mix,
            "way": rows.way.map(WAYS),
            f"requests/s at p99 ≤ {found['bound_ms']:.0f} ms": rows.rate.round(1),
            "times the first": (rows.rate / first).map("{:.2f}×".format),
            "lone p50, ms": rows.lone_p50_ms.round(1),
            "memory, MB": rows.memory_mb.round(0).astype(int),
        }
    )
    more = {
        "lone over a bare ask": (
            "ask_p50_ms",
            lambda row: f"{row.lone_p50_ms / row.ask_p50_ms:.2f}×",
        ),
        "overhead p50, ms": ("overhead_p50_ms", lambda row: f"{row.overhead_p50_ms:.1f}"),
        "other labels": ("flipped", lambda row: f"{row.flipped:.1%}"),
    }
    for title, (column, shown) in more.items():
        if column in rows:
            known = rows[column].notna()
            lines[title] = rows.apply(shown, axis=1).where(known, "—")
    return lines


def recorded(folder: Path = SERVE) -> pd.DataFrame:
    """The table of the first machine that has one; a line that says so where none has."""
    for path in sorted(folder.glob("*.json")):
        return table(bench_tables.read(path))
    remedy = "python -m mtslib bench serve --out data/results/serve/NAME.json"
    return pd.DataFrame([{"mix": f"{NOT_MEASURED}: {remedy}"}])
