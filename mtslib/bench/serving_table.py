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
    "pair": "merged, pairs as one sequence",
    "split": "merged, split pairs, cache warm",
}


def table(found: Mapping[str, Any]) -> pd.DataFrame:
    """A line for each mix and way, with its ratio to the first way of the mix."""
    rows = pd.DataFrame(found["rows"])
    first = rows.groupby("mix", sort=False).rate.transform("first")
    return pd.DataFrame(
        {
            "mix": rows.mix,
            "way": rows.way.map(WAYS),
            f"requests/s at p99 ≤ {found['bound_ms']:.0f} ms": rows.rate.round(1),
            "times the first": (rows.rate / first).map("{:.2f}×".format),
            "lone p50, ms": rows.lone_p50_ms.round(1),
            "memory, MB": rows.memory_mb.round(0).astype(int),
        }
    )


def recorded(folder: Path = SERVE) -> pd.DataFrame:
    """The table of the first machine that has one; a line that says so where none has."""
    for path in sorted(folder.glob("*.json")):
        return table(bench_tables.read(path))
    remedy = "python -m mtslib bench serve --out data/results/serve/NAME.json"
    return pd.DataFrame([{"mix": f"{NOT_MEASURED}: {remedy}"}])
