"""What you would wait: the times that `python -m mtslib bench` took here, beside its peers'.

Chapter 09 and the README. The file is recorded by hand of whoever has a quiet machine:
`python -m mtslib bench --out data/results/bench.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mtslib import bench
from mtslib.report.tables import NOT_MEASURED
from mtslib.results import RESULTS

BENCH = RESULTS / "bench.json"
PRECISIONS = ("fp32", "bf16")
PEERS = {
    "hf-plain": "Hugging Face, plain loop",
    "hf-tuned": "Hugging Face, tuned",
    "hf-frozen": "Hugging Face, frozen layers",
    "sentence-transformers": "sentence-transformers",
}


def made_with(path: Path = BENCH) -> str:
    """Where, how often and how undisturbed the times were taken; or that there are none."""
    found = bench.read(path)
    if found is None:
        return f"{NOT_MEASURED}: `python -m mtslib bench --out data/results/{BENCH.name}` does it"
    machine = found["machine"]
    load = bench.highest_load(found)
    busy = "" if load is None else f", load average up to {load:.1f} before a work began"
    torch_version = machine["libraries"]["torch"]
    return (
        f"{machine['device']}, {machine['threads']} threads, torch {torch_version}; "
        f"medians of {found['rounds']} rounds, contenders in turns{busy}"
    )


def waits(path: Path = BENCH, task: str | None = None) -> pd.DataFrame:
    """A row a work and peer: work, task, rows, peer, and for each precision ours, the peer's and
    how many times longer the peer takes; `of bound`, ours against the machine's best product.

    task: only this one. Where nothing was measured one row says so.
    """
    found = bench.read(path)
    timed = found["rows"] if found else []
    by_work = {row["work_id"]: row for row in timed if row["contender"] == "ours"}
    rows: dict[tuple, dict[str, Any]] = {}
    for row in timed:
        if row["contender"] == "ours" or (task and row["task"] != task):
            continue
        ours = by_work[row["work_id"]]
        work, precision = _in_words(row), row["precision"]
        told = rows.setdefault(
            (work, row["task"], row["contender"]),
            {
                "work": work,
                "task": row["task"],
                "rows": f"{row['rows']:,}",
                "beside": PEERS[row["contender"]],
                **{f"{p}: ours, theirs": NOT_MEASURED for p in PRECISIONS},
                **{f"{p} ratio": "—" for p in PRECISIONS},
                **{f"{p} of bound": "—" for p in PRECISIONS},
            },
        )
        told[f"{precision}: ours, theirs"] = f"{ours['seconds']:.1f} s, {row['seconds']:.1f} s"
        told[f"{precision} ratio"] = f"{row['ratio']:.2f}×"
        if ours["share_of_bound"] is not None:
            told[f"{precision} of bound"] = f"{ours['share_of_bound']:.0%}"
    return pd.DataFrame(list(rows.values()) or [{"work": NOT_MEASURED}])


def _in_words(row: Mapping[str, Any]) -> str:
    depth = f", freeze_depth {row['depths'][0]}" if row["workload"] == "B" else ""
    return bench.WORKLOADS[row["workload"]][0] + depth
