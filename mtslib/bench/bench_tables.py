"""What you would wait: the times that `python -m mtslib bench` took, beside its peers'.

Chapter 09 and the README. Whoever has a quiet machine records them: one file per machine in
`data/results/bench/`, as times of two machines never stand in one table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole, read_json, write_json
from mtslib.evidence.recorded import NOT_MEASURED
from mtslib.evidence.results import RESULTS

BENCH = RESULTS / "bench"
PRECISIONS = ("fp32", "bf16")
WORKLOADS = {
    "A": "full fine-tuning, one epoch",
    "B": "frozen trunk, three epochs",
    "C": "every freeze depth, three epochs each",
    "E": "encoding",
}
CONTENDERS = {
    "ours": "this library",
    "hf-plain": "Hugging Face, plain loop",
    "hf-tuned": "Hugging Face, tuned",
    "hf-frozen": "Hugging Face, frozen layers",
    "sentence-transformers": "sentence-transformers",
}


def write(found: Mapping[str, Any], path: Path) -> None:
    """Keep the numbers as JSON."""
    with file_written_whole(path) as fresh:
        write_json(fresh, found)


def read(path: Path) -> dict[str, Any]:
    """What `write` kept. Raises MtsError for a file that is none of ours."""
    try:
        found = read_json(path)
    except ValueError as error:
        raise MtsError(
            f"{path} is not readable as JSON ({error}); was it cut short? Delete it, or name "
            "another --out"
        ) from None
    if not isinstance(found, dict) or not {"machine", "rounds", "rows"} <= set(found):
        raise MtsError(
            f"{path} was not written by `python -m mtslib bench`; expected machine, rounds and "
            "rows in it: name another --out"
        )
    return found


def machines(folder: Path = BENCH) -> list[Path]:
    """The files of times, one per machine; none where nobody took any."""
    return sorted(folder.glob("*.json"))


def made_with(path: Path) -> str:
    """Where, how often and how undisturbed the times of one file were taken."""
    found = read(path)
    machine = found["machine"]
    loads = [row["load_average"] for row in found["rows"]]
    load = max((load for load in loads if load is not None), default=None)
    busy = "" if load is None else f", load average up to {load:.1f} before a work began"
    torch_version = machine["libraries"]["torch"]
    return (
        f"{machine['device']}, {machine['threads']} threads, torch {torch_version}; "
        f"medians of {found['rounds']} rounds, contenders in turns{busy}"
    )


def not_measured(folder: Path = BENCH) -> list[str]:
    """What no file has a time for, and how to take it: one line per precision; none if all."""
    measured = {row["precision"] for path in machines(folder) for row in read(path)["rows"]}
    return [
        f"{precision} is {NOT_MEASURED}: `python -m mtslib bench --precision {precision} "
        "--out data/results/bench/NAME.json` measures it"
        for precision in PRECISIONS
        if precision not in measured
    ]


def waits(path: Path, task: str | None = None) -> pd.DataFrame:
    """One row per work and peer: work, task, rows, peer, and for each precision ours, the peer's
    and how many times longer the peer takes; `of bound`, ours against the machine's best product.

    task: only this one.
    """
    timed = read(path)["rows"]
    by_work = {row["work_id"]: row for row in timed if row["contender"] == "ours"}

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        if row["contender"] == "ours":
            return ()
        ours = by_work[row["work_id"]]
        share = ours["share_of_bound"]
        both = f"{ours['seconds']:.1f} s, {row['seconds']:.1f} s"
        return both, f"{row['ratio']:.2f}×", "—" if share is None else f"{share:.0%}"

    blank = {": ours, theirs": NOT_MEASURED, " ratio": "—", " of bound": "—"}
    return _by_precision(timed, task, "beside", blank, cells)


def first_time(path: Path, task: str | None = None) -> pd.DataFrame:
    """One row per work and contender: the first time, loading included, and peak memory."""

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        return f"{row['cold_seconds']:.1f} s", f"{row['peak_mb']:,.0f} MB"

    blank = {" first time": NOT_MEASURED, " peak memory": NOT_MEASURED}
    return _by_precision(read(path)["rows"], task, "by", blank, cells)


def _by_precision(
    timed: list[dict[str, Any]],
    task: str | None,
    title: str,
    blank: Mapping[str, str],
    cells: Callable[[Mapping[str, Any]], tuple[str, ...]],
) -> pd.DataFrame:
    """A line for each work and contender, work by work; precisions stand side by side within it.

    title: of the contenders' column. blank: what follows a precision in a column's title, and the
    cell where nothing was taken. cells: of a row; empty where it has no line.
    """
    precisions = [p for p in PRECISIONS if p in {row["precision"] for row in timed}]
    empty = {f"{p}{title}": cell for title, cell in blank.items() for p in precisions}
    lines: dict[tuple, dict[str, str]] = {}
    for row in sorted(timed, key=lambda row: (row["workload"], row["depths"])):
        found = cells(row) if task in (None, row["task"]) else ()
        if found:
            depth = f", freeze_depth {row['depths'][0]}" if row["workload"] == "B" else ""
            line = {
                "work": WORKLOADS[row["workload"]] + depth,
                "task": row["task"],
                "rows": f"{row['rows']:,}",
                title: CONTENDERS[row["contender"]],
            }
            told = lines.setdefault(tuple(line.values()), line | empty)
            told |= zip((f"{row['precision']}{name}" for name in blank), found, strict=True)
    return pd.DataFrame(list(lines.values()))
