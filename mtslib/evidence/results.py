"""The one reader and writer of recorded runs.

`data/results/` holds `runs.jsonl` (run_id → full configuration and provenance), `metrics.csv`
(run_id, epoch, split, metric, value, low, high, n), `predictions/RUN_ID.safetensors`, one number
for each row of the dev file, and `manifest.json`, which names a hash for each run, of its
configuration and its metrics as values. A run counts as recorded when the manifest names it, which
happens last. `snapshot/` is the published copy that notebooks and tables read.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import safetensors.numpy

from mtslib.base.disks import tensor_errors
from mtslib.base.errors import ResultsError
from mtslib.base.files import (
    file_written_whole,
    folder_written_whole,
    read_json,
    remove_leftovers,
    sha256_json,
    write_json,
)
from mtslib.base.locks import locked
from mtslib.base.paths import DATA
from mtslib.data.known import DEV_SHA256
from mtslib.evidence.stored import (
    COLUMNS,
    damaged,
    read_lines,
    read_metrics,
    refuse_another_score,
    refuse_impossible,
    values_of,
)

RESULTS = DATA / "results"
RUNS, METRICS, MANIFEST = "runs.jsonl", "metrics.csv", "manifest.json"
PREDICTIONS, SNAPSHOT = "predictions", "snapshot"
_LAYERS = 6  # of runs that do not say: all of them were minilm-l6
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
        for file in (RUNS, METRICS, MANIFEST):
            remove_leftovers(folder / file)
        return _record(card, rows, predicted, folder, seconds_comparable)


def _record(
    card: Mapping[str, Any],
    rows: Sequence[int],
    predicted: np.ndarray,
    folder: Path,
    seconds_comparable: bool,
) -> tuple[str, bool]:
    name, known = run_id(card), _read(folder)
    raw = _rows_of(name, card)
    metrics = [{key: _plain(row[key]) for key in COLUMNS} for row in raw]
    if name in known:
        refuse_another_score(name, known[name].metrics, metrics)
        return name, False
    refuse_impossible(card, raw, rows, predicted)
    if not (folder / MANIFEST).is_file():  # before the first step: what counts until the last
        _write_manifest(known.values(), folder)
    configuration = {
        "run_id": name,
        "settings": card["settings"],
        "dataset": card["data"]["dataset"],
        "data": card["data"],
        "backbone_name": card["backbone_name"],
        "backbone_sha256": card["backbone_sha256"],
        "num_layers": card.get("num_layers", _LAYERS),
        "trained_parameters": card["trained_parameters"],
        "environment": card["environment"],
        "seconds": card["seconds"] | {"comparable": seconds_comparable},
    }
    _write_predictions(folder / PREDICTIONS / f"{name}.safetensors", card, rows, predicted)
    _write([*known.values(), _Run(configuration, metrics)], folder)
    return name, True


@dataclass(frozen=True)
class _Run:
    """One run: its line of `runs.jsonl`, and its lines of `metrics.csv`."""

    configuration: dict[str, Any]
    metrics: list[dict[str, str]]

    @property
    def sha256(self) -> str:
        """Of the values, whatever the layout of the files."""
        return sha256_json([self.configuration, *map(values_of, self.metrics)])


def _write(runs: Sequence[_Run], folder: Path) -> None:
    with (
        file_written_whole(folder / METRICS) as fresh,
        fresh.open("w", encoding="utf-8", newline="") as stream,
    ):
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for run in runs for row in run.metrics)
    with file_written_whole(folder / RUNS) as fresh:
        lines = [json.dumps(run.configuration, ensure_ascii=False) + "\n" for run in runs]
        fresh.write_text("".join(lines), encoding="utf-8", newline="\n")
    _write_manifest(runs, folder)


def _write_manifest(runs: Iterable[_Run], folder: Path) -> None:
    with file_written_whole(folder / MANIFEST) as fresh:
        write_json(fresh, {run.configuration["run_id"]: run.sha256 for run in runs})


def read_runs(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Every recorded run by run_id. Raises ResultsError naming what was cut or edited."""
    return {name: run.configuration for name, run in _read(folder or RESULTS).items()}


def _read(folder: Path) -> dict[str, _Run]:
    """The runs that the manifest names, compared with it; others were not recorded whole."""
    lines, rows = read_lines(folder / RUNS), read_metrics(folder / METRICS)
    if not (folder / MANIFEST).is_file():
        if lines or rows:
            raise damaged(f"{folder} has no {MANIFEST}")
        return {}
    try:
        manifest = dict(read_json(folder / MANIFEST))
    except (ValueError, TypeError) as error:
        raise damaged(f"{MANIFEST} is not a manifest ({error})") from error
    runs = {}
    for name, expected in manifest.items():
        for file, found in ((RUNS, lines), (METRICS, rows)):
            if name not in found:
                raise damaged(f"{MANIFEST} names run {name}, which {file} does not have")
        runs[name] = _Run(lines[name], rows[name])
        if runs[name].sha256 != expected:
            raise damaged(f"run {name} in {RUNS} or {METRICS} is not as it was recorded")
    return {name: runs[name] for name in lines if name in runs}


def table(folder: Path | None = None) -> pd.DataFrame:
    """Final dev metrics of every run, one row per run and metric, with its settings beside it.

    folder: the published snapshot unless told otherwise. Columns: run_id, dataset, backbone,
    num_layers (L), task, freeze_depth (`full` or a number, as text), objective, encoding (`split`,
    or empty for the objective's own), pooling, preset, epochs, seed, method (see `method_of`),
    settings (all of them), precision, metric, value, low, high, n, train_seconds,
    seconds_comparable (whether the run had its machine to itself), trained_parameters.
    """
    return pd.DataFrame(
        _table_row(run.configuration, row)
        for run in _read(folder or RESULTS / SNAPSHOT).values()
        for row in run.metrics
        if row["split"] == "dev" and int(row["epoch"]) == run.configuration["settings"]["epochs"]
    )


def every_metric(folder: Path | None = None) -> pd.DataFrame:
    """All that was measured, epoch by epoch, one row per number; columns as in `COLUMNS`."""
    rows = [
        dict(zip(COLUMNS, values_of(row), strict=True))
        for run in _read(folder or RESULTS / SNAPSHOT).values()
        for row in run.metrics
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _table_row(run: Mapping[str, Any], row: Mapping[str, str]) -> dict[str, Any]:
    settings = run["settings"]
    return {
        "run_id": row["run_id"],
        "dataset": _dataset(run),
        "backbone": run["backbone_name"],
        "num_layers": run.get("num_layers", _LAYERS),
        "task": settings["task"],
        "freeze_depth": str(settings["freeze_depth"]),
        **{key: settings[key] for key in ("objective", "pooling", "preset", "epochs", "seed")},
        "encoding": settings.get("encoding", ""),
        "method": method_of(settings),
        "settings": settings,
        "precision": run["environment"]["precision"],
        "metric": row["metric"],
        **{key: float(row[key]) for key in ("value", "low", "high")},
        "n": int(row["n"]),
        "train_seconds": run["seconds"]["train"],
        "seconds_comparable": run["seconds"]["comparable"],
        "trained_parameters": run["trained_parameters"],
    }


def method_of(settings: Mapping[str, Any]) -> str:
    """Empty for a task fine-tuned alone on its labels; else what was done, `joint` or `r-drop` say.

    A training before the task and a term beside the loss are both named: `contrastive r-drop`.
    """
    if "student" in settings:
        return "student"
    extras = (settings.get(key, "") for key in ("before", "regularise"))
    return settings.get("method", {}).get("name", "") or " ".join(filter(None, extras))


def _dataset(run: Mapping[str, Any]) -> str:
    """What a run was scored on, by the dev file's hash: older versions went by its name."""
    dev = run["data"]["dev"]["sha256"]
    if run["dataset"] == "cs224n" and dev != DEV_SHA256.get(run["settings"]["task"]):
        return f"other-{dev[:8]}"
    return run["dataset"]


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
    present = kept >= 0 if np.issubdtype(kept.dtype, np.integer) else ~np.isnan(kept)
    return np.flatnonzero(present), kept[present]


def publish(folder: Path | None = None) -> int:
    """Freeze the recorded runs as the snapshot that notebooks read → how many runs it holds."""
    folder = folder or RESULTS
    runs = read_runs(folder)  # refuses what was edited
    if not runs:
        raise ResultsError("no run is recorded yet; `python -m mtslib record CHECKPOINT` adds one")
    with folder_written_whole(folder / SNAPSHOT) as fresh:
        _write(list(_read(folder).values()), fresh)
    return len(runs)


def _rows_of(name: str, card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A card's losses and metrics, epoch by epoch, as tidy rows."""
    rows = []
    for record in card["history"]:
        count = card["data"]["train"]["rows"]
        of_train = {"epoch": record["epoch"], "split": "train"}
        if "loss" in record:  # in a joint training a task may have had no step
            loss = {"metric": "loss", "value": record["loss"], "low": math.nan, "high": math.nan}
            rows.append({**of_train, **loss, "n": count})
        for cosine in record.get("gradients", []):
            rows.append({**of_train, **_values(cosine)})
        for metric in record.get("dev", []):
            rows.append({"epoch": record["epoch"], "split": "dev", **_values(metric)})
    for metric in card["dev"]:
        rows.append({"epoch": card["settings"]["epochs"], "split": "dev", **_values(metric)})
    return [{"run_id": name, **row} for row in rows]


def _values(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {"metric": metric["name"], **{key: metric[key] for key in ("value", "low", "high", "n")}}


def _plain(value: Any) -> str:
    """Six digits are more than any interval here can use. No field needs quotation marks."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


def _write_predictions(
    path: Path, card: Mapping[str, Any], rows: Sequence[int], predicted: np.ndarray
) -> None:
    """One number per dev row: a class or a float16 score; −1 or NaN where there is no label."""
    data = card["data"]["dev"]
    classes = any(metric["name"] == "accuracy" for metric in card["dev"])
    kept = np.full(data["rows"] + data["unlabelled"], -1 if classes else np.nan)
    kept[np.asarray(rows)] = predicted
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path)
    with tensor_errors(path), file_written_whole(path) as fresh:
        few = max(predicted, default=0) <= np.iinfo(np.int8).max
        kind = (np.int8 if few else np.int16) if classes else np.float16
        safetensors.numpy.save_file({"predicted": kept.astype(kind)}, fresh)
