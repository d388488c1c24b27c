"""Whether the recorded results are whole: `results verify`.

What is read is checked whenever it is read. Here everything is, also what no table asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.text import counted
from mtslib.evidence import contrasts, results
from mtslib.evidence.manifest import MANIFEST, NOT_KNOWN
from mtslib.evidence.results import METRICS, PREDICTIONS, RUNS, SNAPSHOT, Run
from mtslib.evidence.stored import read_lines, read_metrics


def verify(folder: Path | None = None) -> tuple[list[str], list[str]]:
    """What is whole, and what is not → (facts, faults), a line each.

    folder: `data/results` unless told otherwise.
    """
    folder = folder or results.RESULTS
    facts: list[str] = []
    faults: list[str] = []
    try:
        runs = results.read(folder)
        faults += _not_named(folder, runs)
        faults += _predictions(folder, runs)
        known = sum(run.predictions != NOT_KNOWN for run in runs.values())
        facts.append(
            f"{folder}: {counted(len(runs), 'run')}, and the predictions of {known:,}, compared "
            f"with {MANIFEST}"
        )
        if (folder / SNAPSHOT).exists():
            faults += _snapshot(folder, runs)
            facts.append(f"{folder / SNAPSHOT}: compared with what is recorded")
        if (folder / contrasts.FILE).exists():
            faults += _contrasts(folder, runs)
            facts.append(f"{folder / contrasts.FILE}: compared with what is recorded")
    except MtsError as error:
        faults.append(str(error))
    return facts, faults


def _not_named(folder: Path, runs: dict[str, Run]) -> Iterator[str]:
    """Lines and files of runs that are not recorded."""
    lines, rows = read_lines(folder / RUNS), read_metrics(folder / METRICS)
    files = {path.stem: path for path in (folder / PREDICTIONS).glob("*")}
    for what, found in ((RUNS, lines), (METRICS, rows), (PREDICTIONS, files)):
        for name in found:
            if name not in runs:
                yield (
                    f"{folder / what} has run {name[:60]!r}, which {MANIFEST} does not name: it "
                    "was not recorded whole, or taken out of the manifest"
                )


def _predictions(folder: Path, runs: dict[str, Run]) -> Iterator[str]:
    for name, run in runs.items():
        try:
            rows, _ = results.read_predictions(name, folder)
        except MtsError as error:
            yield str(error)
            continue
        expected = run.configuration["data"]["dev"]["rows"]
        if len(rows) != expected:
            yield f"run {name} has predictions of {len(rows):,} dev rows, expected {expected:,}"


def _snapshot(folder: Path, runs: dict[str, Run]) -> Iterator[str]:
    for name, run in results.read(folder / SNAPSHOT).items():
        if name not in runs:
            yield f"run {name} was published and is no longer recorded in {folder}"
        elif run.sha256 != runs[name].sha256:
            yield f"run {name} is not in {folder} as it was published"


def _contrasts(folder: Path, runs: dict[str, Run]) -> Iterator[str]:
    for pair in contrasts.read(folder / contrasts.FILE):
        for name in (*pair.first, *pair.second):
            if name not in runs:
                yield f"{folder / contrasts.FILE} compares run {name[:60]!r}, which is not recorded"
