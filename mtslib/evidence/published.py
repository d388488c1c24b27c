"""The figures of the papers, read from `data/published/`; its README says where each comes from.

They were measured on the course's real data with bert-base-uncased (L = 12). They may stand
beside scores of other backbones only by the share of layers trained, k/L, in a panel of their
own, and never beside scores on the controlled corpora.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd

from mtslib.base.errors import DataError
from mtslib.base.paths import DATA
from mtslib.evidence.intervals import WIDTH

PUBLISHED = DATA / "published"
NAMES = ("table1", "table2", "table3", "table4", "wei2022")
COLUMNS = ("table", "split", "row", "top_layers", "layers", "task", "metric", "value", "source")
TASKS = ("sst", "sts", "quora", "all", "glue")

# Lowest and highest admissible value of each metric.
RANGES = {
    "accuracy": (0.0, 1.0),
    "pearson": (-1.0, 1.0),
    "overall": (-1.0, 1.0),
    "tasks": (1.0, 100.0),
    "share_of_full_score": (0.0, 1.0),
    "overhead_saved_at_most": (0.0, 1.0),
}


def load(name: str, folder: Path = PUBLISHED) -> pd.DataFrame:
    """One published table, one figure per line.

    name: `table1` … `table4` of BERT-MTS, or `wei2022`.
    folder: where the files lie.

    Columns as in the file's header, and `share_trained`, k/L between 0 and 1. Values are scores
    as written in the paper, not percentages. `top_layers` and `layers` are nullable integers:
    <NA>, and so no share, where the tasks differ in k or the paper gives no k.

    Raises DataError, one line that names file and line, if the file was altered into something
    that cannot be a published figure.
    """
    if name not in NAMES:
        raise DataError(f"no published table {name!r}; there are {', '.join(NAMES)}")
    path = Path(folder) / f"{name}.csv"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    lines = text.splitlines()
    header, *rows = csv.reader(lines) if lines else [[]]
    if tuple(header) != COLUMNS or not rows:
        raise DataError(f"{path}, line 1: expected the header {','.join(COLUMNS)}, and rows")
    records = [_record(fields, f"{path}, line {i}") for i, fields in enumerate(rows, start=2)]
    table = pd.DataFrame(records)
    twice = table.duplicated(["row", "task", "metric"])
    if twice.any():
        raise DataError(f"{path}, line {twice.idxmax() + 2}: this row, task and metric came before")
    table = table.astype({"top_layers": "Int64", "layers": "Int64"})
    table["share_trained"] = (table["top_layers"] / table["layers"]).astype("Float64")
    return table


def _record(fields: list[str], where: str) -> dict[str, object]:
    """One line of the file with its numbers read and checked."""
    if len(fields) != len(COLUMNS):
        raise DataError(f"{where}: read {len(fields)} fields, expected {len(COLUMNS)}")
    record: dict[str, object] = dict(zip(COLUMNS, fields, strict=True))
    if record["split"] not in ("", "dev", "test"):
        raise DataError(f"{where}: split {record['split']!r}; expected dev, test or nothing")
    if record["task"] not in TASKS:
        raise DataError(f"{where}: task {record['task']!r}; expected one of {', '.join(TASKS)}")
    if record["metric"] not in RANGES:
        raise DataError(f"{where}: metric {record['metric']!r}; expected one of {list(RANGES)}")
    if not record["source"]:
        raise DataError(f"{where}: no source")
    try:
        record["value"] = float(fields[COLUMNS.index("value")])
        for column in ("top_layers", "layers"):
            record[column] = int(record[column]) if record[column] else pd.NA
    except ValueError as error:
        raise DataError(f"{where}: {error}; expected a number") from error
    low, high = RANGES[record["metric"]]
    if not low <= record["value"] <= high:
        raise DataError(f"{where}: {record['metric']} {record['value']}; expected {low} to {high}")
    k, layers = record["top_layers"], record["layers"]
    if k is not pd.NA and (layers is pd.NA or not 0 <= k <= layers):
        raise DataError(f"{where}: {k} top layers of {layers}")
    return record


# What two of them allow to be said --------------------------------------------------------------


def interval_of_difference(
    first: float,
    second: float,
    first_n: int,
    second_n: int,
    metric: str = "accuracy",
    correlation: float = 0.0,
) -> tuple[float, float, float]:
    """first − second of two published scores, and the ends of its 95 % interval.

    first_n, second_n: the rows that each was scored on. correlation: between being right here and
    being right there, 0 where the rows are others; what makes a row hard for both then cancels.
    The standard error of a share is √(p(1 − p)/n), that of Pearson's r is (1 − r²)/√(n − 3), after
    Fisher (1921). It speaks of rows: with other seeds the scores move once more.
    """
    one, other = standard_error(metric, first, first_n), standard_error(metric, second, second_n)
    half = WIDTH * math.sqrt(one**2 + other**2 - 2 * correlation * one * other)
    return first - second, first - second - half, first - second + half


def standard_error(metric: str, score: float, n: int) -> float:
    """Of a published share, or of Pearson's r, on n rows."""
    if metric == "pearson":
        return (1 - score**2) / math.sqrt(n - 3)
    return math.sqrt(score * (1 - score) / n)
