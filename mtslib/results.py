"""The one reader and writer of recorded runs. A leaf: it imports none of the other rooms.

`data/results/` holds `runs.jsonl` (run_id → full configuration and provenance), `metrics.csv`
(run_id, epoch, split, metric, value, low, high, n) and `predictions/RUN_ID.safetensors`, one
number for each row of the dev file. A run counts as recorded when its line in `runs.jsonl` is
written, which happens last. `snapshot/` is the published copy that notebooks and tables read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import safetensors.numpy

from mtslib.errors import ResultsError
from mtslib.files import file_written_whole, folder_written_whole
from mtslib.paths import DATA

RESULTS = DATA / "results"
RUNS, METRICS, PREDICTIONS, SNAPSHOT = "runs.jsonl", "metrics.csv", "predictions", "snapshot"
COLUMNS = ("run_id", "epoch", "split", "metric", "value", "low", "high", "n")
# What makes two runs the same run: seconds and the time of day do not.
_IDENTITY = ("settings", "backbone_sha256", "data", "environment")


def run_id(card: Mapping[str, Any]) -> str:
    """Twelve digits that name a configuration: settings, weights, data, code and machine."""
    identity = json.dumps({key: card[key] for key in _IDENTITY}, sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


def record(
    card: Mapping[str, Any],
    rows: Sequence[int],
    predicted: np.ndarray,
    folder: Path = RESULTS,
    seconds_comparable: bool = False,
) -> tuple[str, bool]:
    """Append one run → (run_id, whether it was new).

    card: a checkpoint's card. rows, predicted: (n,) dev row numbers and what was said of them.
    seconds_comparable: only True for a run that had its machine to itself.
    """
    name = run_id(card)
    known = read_runs(folder)
    if name in known:
        return name, False
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
    }
    _write_predictions(folder / PREDICTIONS / f"{name}.safetensors", card, rows, predicted)
    others = [row for row in _metric_rows(folder) if row["run_id"] != name]
    _write_metrics(folder / METRICS, [*others, *_rows_of(name, card)])
    with file_written_whole(folder / RUNS) as fresh:
        lines = [json.dumps(run, ensure_ascii=False) for run in [*known.values(), kept]]
        fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name, True


def read_runs(folder: Path = RESULTS) -> dict[str, dict[str, Any]]:
    """Every recorded run by run_id. Raises ResultsError naming a line that is no run."""
    path = folder / RUNS
    if not path.is_file():
        return {}
    runs = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            run = json.loads(line)
            name = run["run_id"]
        except (ValueError, KeyError, TypeError) as error:
            raise ResultsError(
                f"{path.name}, line {number} is no recorded run ({type(error).__name__}: {error}); "
                "the file was cut or edited; restore it from version control"
            ) from error
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
    precision, metric, value, low, high, n, train_seconds, trained_parameters.
    """
    folder = folder or RESULTS / SNAPSHOT
    runs = read_runs(folder)
    found = []
    for row in _metric_rows(folder):
        if row["run_id"] not in runs:
            raise ResultsError(
                f"{METRICS} has run {row['run_id']}, which {RUNS} does not; one of them was "
                "edited or cut; restore both from version control"
            )
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
                "trained_parameters": run["trained_parameters"],
            }
        )
    return pd.DataFrame(found)


def read_predictions(run: str, folder: Path = RESULTS) -> tuple[np.ndarray, np.ndarray]:
    """(row numbers, predictions) of one run on its dev file, rows without a label left out."""
    path = folder / PREDICTIONS / f"{run}.safetensors"
    try:
        kept = safetensors.numpy.load_file(path)["predicted"]
    except (OSError, KeyError, safetensors.SafetensorError) as error:
        raise ResultsError(
            f"the predictions of run {run} cannot be read ({' '.join(str(error).split())}); "
            "restore them from version control"
        ) from error
    present = kept >= 0 if kept.dtype == np.int8 else ~np.isnan(kept)
    return np.flatnonzero(present), kept[present]


def publish(folder: Path = RESULTS) -> int:
    """Freeze the recorded runs as the snapshot that notebooks read → how many runs it holds."""
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


def _metric_rows(folder: Path) -> list[dict[str, str]]:
    path = folder / METRICS
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ResultsError(
                f"{path.name} has columns {reader.fieldnames}, expected {list(COLUMNS)}; "
                "restore it from version control"
            )
        rows = []
        for row in reader:
            try:
                float(row["value"]), int(row["n"]), int(row["epoch"])
            except (TypeError, ValueError) as error:
                raise ResultsError(
                    f"{path.name}, line {reader.line_num} is no metric ({error}); "
                    "the file was cut or edited; restore it from version control"
                ) from error
            rows.append(row)
    return rows


def _write_metrics(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _plain(row[key]) for key in COLUMNS})
    with file_written_whole(path) as fresh:
        fresh.write_text(text.getvalue(), encoding="utf-8")


def _plain(value: Any) -> Any:
    """Six digits are more than any interval here can use."""
    return f"{value:.6f}" if isinstance(value, float) else value


def _write_predictions(
    path: Path, card: Mapping[str, Any], rows: Sequence[int], predicted: np.ndarray
) -> None:
    """One number a dev row: int8 classes or float16 scores; −1 or NaN for rows without a label."""
    data = card["data"]["dev"]
    classes = any(metric["name"] == "accuracy" for metric in card["dev"])
    kept = np.full(data["rows"] + data["unlabelled"], -1 if classes else np.nan)
    kept[np.asarray(rows)] = predicted
    path.parent.mkdir(parents=True, exist_ok=True)
    with file_written_whole(path) as fresh:
        kind = np.int8 if classes else np.float16
        safetensors.numpy.save_file({"predicted": kept.astype(kind)}, fresh)
