"""The one reader and writer of recorded runs.

`data/results/` holds `runs.jsonl` (run_id → full configuration and provenance), `metrics.csv`
(run_id, epoch, split, metric, value, low, high, n), `predictions/RUN_ID.safetensors`, one number
for each row of the dev file, and `manifest.json`, which names two hashes for each run: of its
configuration and metrics as values, and of its predictions. A run counts as recorded when the
manifest names it, which happens last. `snapshot/` is the published copy that notebooks and tables
read.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    remove_leftovers,
    sha256_file,
    sha256_json,
)
from mtslib.base.locks import locked
from mtslib.base.paths import DATA
from mtslib.data.known import DEV_SHA256
from mtslib.evidence import manifest
from mtslib.evidence.manifest import MANIFEST, NOT_KNOWN, Entry
from mtslib.evidence.stored import (
    COLUMNS,
    damaged,
    metrics_of,
    plain,
    read_lines,
    read_metrics,
    refuse_another_score,
    refuse_impossible,
    unless_changed,
    values_of,
)

RESULTS = DATA / "results"
RUNS, METRICS = "runs.jsonl", "metrics.csv"
PREDICTIONS, SNAPSHOT = "predictions", "snapshot"
_LAYERS = 6  # of runs that do not say: all of them were minilm-l6
# What makes two runs the same run: seconds and the time of day do not.
_IDENTITY = ("settings", "backbone_sha256", "data", "environment")


def run_id(card: Mapping[str, Any]) -> str:
    """Twelve digits that name a configuration: settings, weights, data, code and machine."""
    named = {key: card[key] for key in _IDENTITY} | {"settings": as_recorded(card["settings"])}
    return _sha256(named)[:12]


def as_recorded(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with a file by its name, not by its place on some machine.

    What it held stands under `data`.
    """
    own = dict(settings)
    if own.get("before_file"):
        own["before_file"] = Path(own["before_file"]).name
    return own


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
    name, known = run_id(card), read(folder)
    raw = metrics_of(name, card)
    metrics = [{key: plain(row[key]) for key in COLUMNS} for row in raw]
    if name in known:
        refuse_another_score(name, known[name].metrics, metrics)
        return name, False
    refuse_impossible(card, raw, rows, predicted)
    if not (folder / MANIFEST).is_file():  # before the first step: what counts until the last
        manifest.write(folder / MANIFEST, [])
    configuration = {
        "run_id": name,
        "settings": as_recorded(card["settings"]),
        "dataset": card["data"]["dataset"],
        "data": card["data"],
        "backbone_name": card["backbone_name"],
        "backbone_sha256": card["backbone_sha256"],
        "num_layers": card.get("num_layers", _LAYERS),
        "trained_parameters": card["trained_parameters"],
        "environment": card["environment"],
        "seconds": card["seconds"] | {"comparable": seconds_comparable},
    }
    path = predictions_of(name, folder)
    _write_predictions(path, card, rows, predicted)
    new = Run(configuration, metrics, sha256_file(path))
    _write([*(_completed(run, folder) for run in known.values()), new], folder)
    return name, True


@dataclass(frozen=True)
class Run:
    """One run: its line of `runs.jsonl`, its lines of `metrics.csv`, and its predictions' hash."""

    configuration: dict[str, Any]
    metrics: list[dict[str, str]]
    predictions: str

    @property
    def run_id(self) -> str:
        """What names it."""
        return self.configuration["run_id"]

    @property
    def sha256(self) -> str:
        """Of the values, whatever the layout of the files."""
        return sha256_json([self.configuration, *map(values_of, self.metrics)])


def _completed(run: Run, folder: Path) -> Run:
    """A run of an older version with the hash of its predictions, as they are now."""
    path = predictions_of(run.run_id, folder)
    if run.predictions != NOT_KNOWN or not path.is_file():
        return run
    return replace(run, predictions=sha256_file(path))


def _write(runs: Sequence[Run], folder: Path) -> None:
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
    entries = [Entry(run.run_id, run.sha256, run.predictions) for run in runs]
    manifest.write(folder / MANIFEST, entries)


def read_runs(folder: Path | None = None) -> dict[str, dict[str, Any]]:
    """Every recorded run by run_id. Raises ResultsError naming what was cut or edited."""
    return {name: run.configuration for name, run in read(folder or RESULTS).items()}


def read(folder: Path) -> dict[str, Run]:
    """The runs that the manifest names, in its order and compared with it, by run_id.

    Others were not recorded whole. Raises ResultsError naming what was cut or edited.
    """
    return unless_changed(_read, folder, (folder / file for file in (RUNS, METRICS, MANIFEST)))


def _read(folder: Path) -> dict[str, Run]:
    lines, rows = read_lines(folder / RUNS), read_metrics(folder / METRICS)
    if not (folder / MANIFEST).is_file():
        if lines or rows:
            raise damaged(f"{folder} has no {MANIFEST}")
        return {}
    runs = {}
    for entry in manifest.read(folder / MANIFEST):
        name = entry.run_id
        for file, found in ((RUNS, lines), (METRICS, rows)):
            if name not in found:
                raise damaged(f"{MANIFEST} names run {name}, which {file} does not have")
        runs[name] = Run(lines[name], rows[name], entry.predictions)
        if runs[name].sha256 != entry.sha256:
            raise damaged(f"run {name} in {RUNS} or {METRICS} is not as it was recorded")
    return runs


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
        for run in read(folder or RESULTS / SNAPSHOT).values()
        for row in run.metrics
        if row["split"] == "dev" and int(row["epoch"]) == run.configuration["settings"]["epochs"]
    )


def every_metric(folder: Path | None = None) -> pd.DataFrame:
    """All that was measured, epoch by epoch, one row per number; columns as in `COLUMNS`."""
    rows = [
        dict(zip(COLUMNS, values_of(row), strict=True))
        for run in read(folder or RESULTS / SNAPSHOT).values()
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
    path = predictions_of(run, folder or RESULTS)
    try:
        kept = safetensors.numpy.load_file(path)["predicted"]
    except (OSError, KeyError, safetensors.SafetensorError) as error:
        raise ResultsError(
            f"the predictions of run {run} cannot be read ({' '.join(str(error).split())}); "
            "restore them from version control"
        ) from error
    seen = sha256_file(path)
    if seen != _hashes(folder or RESULTS).get(run, seen):
        raise damaged(f"the predictions of run {run} are not as they were recorded")
    present = kept >= 0 if np.issubdtype(kept.dtype, np.integer) else ~np.isnan(kept)
    return np.flatnonzero(present), kept[present]


def _hashes(folder: Path) -> dict[str, str]:
    """Of the predictions of every run, as far as the manifest knows them."""
    if not (folder / MANIFEST).is_file():
        return {}
    known = manifest.read(folder / MANIFEST)
    return {one.run_id: one.predictions for one in known if one.predictions != NOT_KNOWN}


def predictions_of(run: str, folder: Path) -> Path:
    """Where the predictions of a run lie."""
    return folder / PREDICTIONS / f"{run}.safetensors"


def publish(folder: Path | None = None) -> int:
    """Freeze the recorded runs as the snapshot that notebooks read → how many runs it holds."""
    folder = folder or RESULTS
    runs = list(read(folder).values())  # refuses what was edited
    if not runs:
        raise ResultsError("no run is recorded yet; `python -m mtslib record CHECKPOINT` adds one")
    with folder_written_whole(folder / SNAPSHOT) as fresh:
        _write(runs, fresh)
    return len(runs)


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
