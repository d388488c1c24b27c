"""Differences in Pearson between recorded sts runs, with the paired bootstrap of chapter 09.

The labels of the real data do not lie with the project, and without them a correlation can only be
compared interval by interval, which is coarse. So `record --publish` works the paired intervals
out where the labels are, and keeps them, without a row of data, in `data/results/paired.json`.
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
from mtslib.data import datasets
from mtslib.evidence import results
from mtslib.evidence.intervals import Interval
from mtslib.evidence.paired import pearson_difference
from mtslib.evidence.recorded import same_seeds

FILE, SEAL, ROUNDS = "paired.json", "paired_sha256", 1000


@dataclass(frozen=True)
class Contrast:
    """Two sets of runs on the same dev rows, one run per seed, the seeds in one order."""

    first: tuple[str, ...]
    second: tuple[str, ...]


def contrast(first: pd.DataFrame, second: pd.DataFrame) -> Contrast | None:
    """Rows of `recorded_runs`, matched by seed; None where no seed is in both."""
    own, other = same_seeds(first, second)
    return None if own.empty else Contrast(tuple(own.run_id), tuple(other.run_id))


def measure(wanted: Iterable[Contrast], data: Path | None = None) -> int:
    """Work out what is wanted and keep it → how many there are.

    Raises DataError when the real dev file is not there, or is another than the runs were scored
    on.
    """
    dev = datasets.load("sts", "dev", data)
    labels = {row.row: float(row.label) for row in dev.labelled}
    known = results.read_runs()
    found = []
    for pair in wanted:
        for name in (*pair.first, *pair.second):
            if known[name]["data"]["dev"]["sha256"] != dev.sha256:
                raise DataError(
                    f"{dev.path.name} has sha256 {dev.sha256[:8]}…, run {name} was scored on "
                    f"{known[name]['data']['dev']['sha256'][:8]}…; name the folder of the same "
                    "files with --data"
                )
        found.append(_measured(pair, labels))
    with file_written_whole(results.RESULTS / FILE) as fresh:
        write_sealed_json(fresh, {"rounds": ROUNDS, "found": found}, SEAL)
    return len(found)


def _measured(pair: Contrast, labels: dict[int, float]) -> dict[str, Any]:
    """Pearson of `first` − Pearson of `second`, mean over seeds, and its interval, as kept."""
    (rows, first), (_, second) = (_predictions(names) for names in (pair.first, pair.second))
    truth = np.array([labels[row] for row in rows])
    found = pearson_difference(first, second, truth, ROUNDS)
    ends = {"difference": found.value, "low": found.low, "high": found.high}
    kept = {"first": pair.first, "second": pair.second, "n": found.n}
    return kept | {name: round(value, 6) for name, value in ends.items()}


def _predictions(names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers (n,) and what each run said of them (n, seeds)."""
    read = [results.read_predictions(name) for name in names]
    return read[0][0], np.stack([said for _, said in read], axis=1).astype(float)


def find(pair: Contrast | None) -> Interval | None:
    """The difference that was worked out for exactly these runs, or None.

    Raises ResultsError for a file that was edited or cut.
    """
    path = results.RESULTS / FILE
    if pair is None or not path.is_file():
        return None
    try:
        kept = read_json(path)
        found = {
            Contrast(tuple(f["first"]), tuple(f["second"])): Interval(
                f["difference"], f["low"], f["high"], f["n"]
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
    return found.get(pair)
