"""Differences between recorded runs on the real data, by `comparison.compare`.

They need the labels, which do not lie with the project. So `record --publish` works them out where
the labels are, and keeps them, without a row of data, in `data/results/paired.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mtslib.base.errors import DataError, ResultsError
from mtslib.base.files import file_written_whole, is_sealed, read_json, write_sealed_json
from mtslib.data import datasets, tasks
from mtslib.evidence import results
from mtslib.evidence.comparison import Difference, Score, compare
from mtslib.evidence.metrics import METRICS
from mtslib.evidence.stored import unless_changed

FILE, SEAL = "paired.json", "paired_sha256"
KEPT = ("value", "error", "freedom", "n", "seeds")


@dataclass(frozen=True)
class Contrast:
    """Two sets of runs on the same dev rows, one run per seed."""

    first: tuple[str, ...]
    second: tuple[str, ...]


def contrast(first: pd.DataFrame, second: pd.DataFrame) -> Contrast | None:
    """Rows of `recorded_runs`; None where one side has no run."""
    if first.empty or second.empty:
        return None
    return Contrast(tuple(first.run_id), tuple(second.run_id))


def measure(wanted: Iterable[Contrast], data: Path | None = None) -> int:
    """Work out what is wanted and keep it → how many there are.

    Raises DataError when the real dev file is not there, or is another than the runs were scored
    on.
    """
    known, dev, found = results.read_runs(), {}, []
    for pair in dict.fromkeys(wanted):
        task = known[pair.first[0]]["settings"]["task"]
        dev[task] = dev.get(task) or datasets.load(task, "dev", data)
        for name in (*pair.first, *pair.second):
            sha256 = known[name]["data"]["dev"]["sha256"]
            if sha256 != dev[task].sha256:
                raise DataError(
                    f"{dev[task].path.name} has sha256 {dev[task].sha256[:8]}…, run {name} was "
                    f"scored on {sha256[:8]}…; name the folder of the same files with --data"
                )
        found.append(_measured(pair, dev[task], METRICS[tasks.get(task).metric]))
    with file_written_whole(results.RESULTS / FILE) as fresh:
        write_sealed_json(fresh, {"found": found}, SEAL)
    return len(found)


def _measured(pair: Contrast, dev: datasets.Split, score: Score) -> dict[str, Any]:
    """A difference and what it is made of, as kept."""
    labels = {row.row: float(row.label) for row in dev.labelled}
    rows = results.read_predictions(pair.first[0])[0]
    said = (
        np.array([results.read_predictions(name)[1].astype(float) for name in names])
        for names in (pair.first, pair.second)
    )
    found = compare(*said, np.array([labels[row] for row in rows]), score)
    numbers = {name: round(getattr(found, name), 7) for name in KEPT}
    return {"first": pair.first, "second": pair.second} | numbers


def find(pair: Contrast | None) -> Difference | None:
    """The difference that was worked out for exactly these runs, or None.

    Raises ResultsError for a file that was edited or cut.
    """
    path = results.RESULTS / FILE
    return None if pair is None or not path.is_file() else read(path).get(pair)


def read(path: Path) -> dict[Contrast, Difference]:
    """Every difference that is kept. Raises ResultsError for a file that was edited or cut."""
    return unless_changed(_read, path, [path])


def _read(path: Path) -> dict[Contrast, Difference]:
    try:
        kept = read_json(path)
        found = {
            Contrast(tuple(f["first"]), tuple(f["second"])): Difference.of_error(
                **{name: f[name] for name in KEPT}
            )
            for f in kept["found"]
        }
        whole = is_sealed(kept, SEAL)
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            f"{FILE} is not a file of paired intervals ({type(error).__name__}: {error}); it was "
            "cut or edited; restore it from version control"
        ) from None
    if not whole:
        raise ResultsError(
            f"{FILE} does not match its own {SEAL}; it was edited; restore it from version control"
        )
    return found
