"""The one reader and writer of recorded runs. A leaf: it imports none of the other rooms.

`data/results/` holds `runs.jsonl` (run_id → full configuration and provenance), `metrics.csv`
(run_id, epoch, split, metric, value, low, high, n) and `predictions/RUN_ID.safetensors`, one
number for each row of the dev file. A run counts as recorded when its line in `runs.jsonl` is
written, which happens last and holds the hash of the run's lines in `metrics.csv`, and its own.
`snapshot/` is the published copy that notebooks and tables read.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import safetensors.numpy

from mtslib.base.errors import ResultsError
from mtslib.base.files import file_written_whole, folder_written_whole, remove_leftovers
from mtslib.base.locks import locked
from mtslib.base.paths import DATA

RESULTS = DATA / "results"
RUNS, METRICS, PREDICTIONS, SNAPSHOT = "runs.jsonl", "metrics.csv", "predictions", "snapshot"
COLUMNS = ("run_id", "epoch", "split", "metric", "value", "low", "high", "n")
# What makes two runs the same run: seconds and the time of day do not.
_IDENTITY = ("settings", "backbone_sha256", "data", "environment")


def run_id(card: Mapping[str, Any]) -> str:
    """Twelve digits that name a configuration: settings, weights, data, code and machine."""
    return _sha256({key: card[key] for key in _IDENTITY})[:12]


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def record(
    card: Mapping[str, Any],
    rows: Sequence[int],
    predicted: np.ndarray,
    folder: Path | None = None,
    seconds_comparable: bool = False,
) -> tuple[str, bool]:
    """Append one run → (run_id, whether it was new).

    card: a checkpoint's card. rows, predicted: (n,) dev row numbers and what was said of them.
    seconds_comparable: only True for a run that had its machine to itself.
    One process at a time: another that records into the same folder waits.
    """
    folder = folder or RESULTS
    with locked(folder / ".lock", what=str(folder)):
        for file in (RUNS, METRICS):
            remove_leftovers(folder / file)
        return _record(card, rows, predicted, folder, seconds_comparable)


def _record(
    card: Mapping[str, Any],
    rows: Sequence[int],
    predicted: np.ndarray,
    folder: Path,
    seconds_comparable: bool,
) -> tuple[str, bool]:
    name = run_id(card)
    known = read_runs(folder)
    others = _metric_rows(folder, known)
    if name in known:
        return name, False
    rows_of_run = [[_plain(row[key]) for key in COLUMNS] for row in _rows_of(name, card)]
    kept = {
        "run_id": name,
        "settings": card["settings"],
        "dataset": card["data"]["dataset"],
        "data": card["data"],
        "backbone_name": card["backbone_name"],
        "backbone_sha256": card["backbone_sha256"],
        "trained_parameters": card["trained_parameters"],
        "environment": card["environment"],
        "seconds": card["seconds"] | {"comparable": seconds_comparable},
        "metrics_sha256": _sha256(rows_of_run),
    }
    kept["line_sha256"] = _sha256(kept)
    _write_predictions(folder / PREDICTIONS / f"{name}.safetensors", card, rows, predicted)
    _write_metrics(folder / METRICS, [*(list(row.values()) for row in others), *rows_of_run])
    with file_written_whole(folder / RUNS) as fresh:
        lines = [json.dumps(run, ensure_ascii=False) for run in [*known.values(), kept]]
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return name, True


def read_runs(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Every recorded run by run_id. Raises ResultsError naming a line that is no run."""
    path = (folder or RESULTS) / RUNS
    if not path.is_file():
        return {}
    runs = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            run = json.loads(line)
            name, seal = run["run_id"], run["line_sha256"]
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(
                f"{path.name}, line {number} is no recorded run ({type(error).__name__}: {error}); "
                "the file was cut or edited; restore it from version control"
            ) from error
        if _sha256({key: run[key] for key in run if key != "line_sha256"}) != seal:
            raise ResultsError(
                f"{path.name}, line {number} (run {name}) does not match its own line_sha256; "
                "the file was edited; restore it from version control"
            )
        if name in runs:
            raise ResultsError(
                f"{path.name}, line {number} repeats run {name}; restore it from version control"
            )
        runs[name] = run
    return runs


def table(folder: Path | None = None) -> pd.DataFrame:
    """Final dev metrics of every run, one row a run and metric, with its settings beside it.

    folder: the published snapshot unless told otherwise. Columns: run_id, dataset, backbone,
    task, freeze_depth (`full` or a number, as text), objective, pooling, preset, epochs, seed,
    precision, metric, value, low, high, n, train_seconds, seconds_comparable (whether the run had
    its machine to itself), trained_parameters.
    """
    folder = folder or RESULTS / SNAPSHOT
    runs = read_runs(folder)
    found = []
    for row in _metric_rows(folder, runs):
        run = runs[row["run_id"]]
        settings = run["settings"]
        if row["split"] != "dev" or int(row["epoch"]) != settings["epochs"]:
            continue
        found.append(
            {
                "run_id": row["run_id"],
                "dataset": run["dataset"],
                "backbone": run["backbone_name"],
                "task": settings["task"],
                "freeze_depth": str(settings["freeze_depth"]),
                **{key: settings[key] for key in ("objective", "pooling", "preset", "epochs")},
                "seed": settings["seed"],
                "precision": run["environment"]["precision"],
                "metric": row["metric"],
                **{key: float(row[key]) for key in ("value", "low", "high")},
                "n": int(row["n"]),
                "train_seconds": run["seconds"]["train"],
                "seconds_comparable": run["seconds"]["comparable"],
                "trained_parameters": run["trained_parameters"],
            }
        )
    return pd.DataFrame(found)


def read_predictions(run: str, folder: Path | None = None) -> tuple[np.ndarray, np.ndarray]:
    """(row numbers, predictions) of one run on its dev file, rows without a label left out."""
    path = (folder or RESULTS) / PREDICTIONS / f"{run}.safetensors"
    try:
        kept = safetensors.numpy.load_file(path)["predicted"]
    except (OSError, KeyError, safetensors.SafetensorError) as error:
        raise ResultsError(
            f"the predictions of run {run} cannot be read ({' '.join(str(error).split())}); "
            "restore them from version control"
        ) from error
    present = kept >= 0 if kept.dtype == np.int8 else ~np.isnan(kept)
    return np.flatnonzero(present), kept[present]


def publish(folder: Path | None = None) -> int:
    """Freeze the recorded runs as the snapshot that notebooks read → how many runs it holds."""
    folder = folder or RESULTS
    runs = read_runs(folder)
    table(folder)  # refuses files that contradict each other
    if not runs:
        raise ResultsError("no run is recorded yet; `python -m mtslib record CHECKPOINT` adds one")
    with folder_written_whole(folder / SNAPSHOT) as fresh:
        for name in (RUNS, METRICS):
            shutil.copyfile(folder / name, fresh / name)
    return len(runs)


def _rows_of(name: str, card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A card's losses and metrics, epoch by epoch, as tidy rows."""
    rows = []
    for record in card["history"]:
        loss = {"metric": "loss", "value": record["loss"], "low": math.nan, "high": math.nan}
        count = card["data"]["train"]["rows"]
        rows.append({"epoch": record["epoch"], "split": "train", **loss, "n": count})
        for metric in record.get("dev", []):
            rows.append({"epoch": record["epoch"], "split": "dev", **_values(metric)})
    for metric in card["dev"]:
        rows.append({"epoch": card["settings"]["epochs"], "split": "dev", **_values(metric)})
    return [{"run_id": name, **row} for row in rows]


def _values(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {"metric": metric["name"], **{key: metric[key] for key in ("value", "low", "high", "n")}}


def _metric_rows(folder: Path, runs: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    """The metrics of the runs in `runs`, each run's rows together and as they were recorded.

    When `record` dies before its last step, the file ends with rows of one run that `runs.jsonl`
    does not have: that run was not recorded, and its rows do not count.
    """
    path = folder / METRICS
    groups: dict[str, list[dict[str, str]]] = {}
    for number, row in enumerate(_csv_rows(path), start=2):
        name = row["run_id"]
        if name in groups and next(reversed(groups)) != name:
            raise ResultsError(
                f"{path.name}, line {number} belongs to run {name}, whose other rows stand above; "
                "the file was edited; restore it from version control"
            )
        groups.setdefault(name, []).append(row)
    if groups and next(reversed(groups)) not in runs:
        groups.popitem()
    for name in [*groups, *runs]:
        if name not in groups or name not in runs:
            here, there = (RUNS, METRICS) if name in runs else (METRICS, RUNS)
            raise ResultsError(
                f"{here} has run {name}, which {there} does not; one of them was edited or cut; "
                "restore both from version control"
            )
        if _sha256([list(row.values()) for row in groups[name]]) != runs[name]["metrics_sha256"]:
            raise ResultsError(
                f"the rows of run {name} in {path.name} are not those that were recorded; "
                "the file was edited or cut; restore it from version control"
            )
    return [row for rows in groups.values() for row in rows]


def _csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of `metrics.csv`, each with every column and numbers where numbers belong."""
    if not path.is_file():
        return []
    try:
        header, *lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ResultsError(
            f"{path.name} is not UTF-8 ({error.reason} at byte {error.start}); "
            "the file was edited; restore it from version control"
        ) from error
    if header != ",".join(COLUMNS):
        raise ResultsError(
            f"{path.name}, line 1 is {header[:80]!r}, expected {','.join(COLUMNS)}; "
            "restore it from version control"
        )
    rows = []
    for number, line in enumerate(lines[:-1] if lines[-1:] == [""] else lines, start=2):
        try:
            row = dict(zip(COLUMNS, line.split(","), strict=True))
            int(row["epoch"]), int(row["n"]), [float(row[k]) for k in ("value", "low", "high")]
        except ValueError as error:
            raise ResultsError(
                f"{path.name}, line {number} is no metric ({error}); "
                "the file was cut or edited; restore it from version control"
            ) from error
        rows.append(row)
    return rows


def _write_metrics(path: Path, rows: Sequence[Sequence[str]]) -> None:
    lines = [",".join(row) + "\n" for row in [COLUMNS, *rows]]
    with file_written_whole(path) as fresh:
        fresh.write_text("".join(lines), encoding="utf-8", newline="\n")


def _plain(value: Any) -> str:
    """Six digits are more than any interval here can use. No field needs quotation marks."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _write_predictions(
    path: Path, card: Mapping[str, Any], rows: Sequence[int], predicted: np.ndarray
) -> None:
    """One number a dev row: int8 classes or float16 scores; −1 or NaN for rows without a label."""
    data = card["data"]["dev"]
    classes = any(metric["name"] == "accuracy" for metric in card["dev"])
    kept = np.full(data["rows"] + data["unlabelled"], -1 if classes else np.nan)
    kept[np.asarray(rows)] = predicted
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path)
    with file_written_whole(path) as fresh:
        kind = np.int8 if classes else np.float16
        safetensors.numpy.save_file({"predicted": kept.astype(kind)}, fresh)
