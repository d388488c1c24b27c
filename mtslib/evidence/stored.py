"""What stands in `runs.jsonl` and `metrics.csv`, line by line, and what a run may not say."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mtslib.base import documents
from mtslib.base.errors import ResultsError
from mtslib.base.files import text_of

RANGES = {name: (0.0, 1.0) for name in ("accuracy", "macro_f1")}
RANGES |= {name: (-1.0, 1.0) for name in ("pearson", "spearman", "matthews")}
COLUMNS = ("run_id", "epoch", "split", "metric", "value", "low", "high", "n")


@dataclass(frozen=True)
class _Line:
    """What every line of `runs.jsonl` has."""

    run_id: str
    settings: dict[str, Any]
    dataset: str
    data: dict[str, Any]
    backbone_name: str
    environment: dict[str, Any]
    seconds: dict[str, Any]


def damaged(what: str) -> ResultsError:
    """The error about what is no longer as it was recorded."""
    return ResultsError(f"{what}; a file was cut or edited; restore it from version control")


def unless_changed(
    read: Callable[[Path], dict[Any, Any]], place: Path, files: Iterable[Path]
) -> dict[Any, Any]:
    """What `read` makes of a place, made anew only when a byte of its files has changed.

    A chapter asks for the recorded runs dozens of times, and to compare each run with its hash
    takes longer than to read the bytes. What is in the dictionary is not to be changed.
    """
    held = tuple(path.read_bytes() if path.is_file() else None for path in files)
    return dict(_made(read, place, held))


@lru_cache(maxsize=4)
def _made(
    read: Callable[[Path], dict[Any, Any]], place: Path, held: tuple[bytes | None, ...]
) -> dict[Any, Any]:
    return read(place)


def read_lines(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of `runs.jsonl` by run_id."""
    runs: dict[str, dict[str, Any]] = {}
    if not path.is_file():
        return runs
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            run = documents.parse(line)
            name = documents.fill(_Line, run, more=True).run_id
        except (ValueError, KeyError, TypeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise damaged(f"{path.name}, line {number} is not a recorded run ({reason})") from error
        if name in runs:
            raise damaged(f"{path.name}, line {number} repeats run {name}")
        runs[name] = run
    return runs


def read_metrics(path: Path) -> dict[str, list[dict[str, str]]]:
    """The lines of `metrics.csv` by run_id, with every column and numbers where they belong."""
    groups: dict[str, list[dict[str, str]]] = {}
    if not path.is_file():
        return groups
    try:
        text = text_of(path.read_bytes())
    except UnicodeDecodeError as error:
        where = f"{error.reason} at byte {error.start}"
        raise damaged(f"{path.name} is not UTF-8 ({where})") from error
    reader = csv.DictReader(text.split("\n"))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        seen = ",".join(reader.fieldnames or ())[:80]
        raise damaged(f"{path.name}, line 1 is {seen!r}, expected {','.join(COLUMNS)}")
    for row in reader:
        try:
            values_of(row)
        except (ValueError, TypeError) as error:
            raise damaged(
                f"{path.name}, line {reader.line_num} is not a metric ({error})"
            ) from error
        groups.setdefault(row["run_id"], []).append(row)
    return groups


def values_of(row: Mapping[str, str]) -> list[Any]:
    """A line of `metrics.csv` as values. Raises ValueError or TypeError where it has none."""
    kinds = (str, int, str, str, float, float, float, int)
    if len(row) != len(kinds):
        raise ValueError(f"more than {len(kinds)} fields")
    values = [kind(text) for kind, text in zip(kinds, row.values(), strict=True)]
    if not math.isfinite(values[COLUMNS.index("value")]):  # an interval may be none
        raise ValueError("a value that is not finite")
    return values


def metrics_of(name: str, card: Mapping[str, Any]) -> list[dict[str, Any]]:
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


def plain(value: Any) -> str:
    """Six digits are more than any interval here can use. No field needs quotation marks."""
    return f"{value:.6f}" if isinstance(value, float) else str(value)


# What cannot be --------------------------------------------------------------------------------


def refuse_impossible(
    card: Mapping[str, Any],
    metrics: Sequence[Mapping[str, Any]],
    rows: Sequence[int],
    predicted: np.ndarray,
) -> None:
    """Raise ResultsError where a card and its predictions say what no run can.

    A score that is no number, a name that no line of a CSV holds, a row twice or outside the dev
    file, a class that the task does not have.
    """
    for metric in metrics:
        if not re.fullmatch(r"[\w.@-]+( [\w.@-]+)*", metric["metric"]):
            raise _impossible(f"a metric called {metric['metric']!a}; expected words")
        if not math.isfinite(metric["value"]):
            raise _impossible(f"{metric['metric']} is {metric['value']}; expected a number")
        _refuse_impossible_score(metric)
    given, count = np.asarray(rows), card["data"]["dev"]["rows"] + card["data"]["dev"]["unlabelled"]
    if len(given) != len(predicted) or len(np.unique(given)) != len(given):
        raise _impossible(
            f"{len(predicted)} predictions of {len(np.unique(given))} dev rows; expected one each"
        )
    if len(given) and not 0 <= given.min() <= given.max() < count:
        raise _impossible(f"a prediction of dev row {given.max()}; the file has {count}")
    if not np.isfinite(predicted).all():
        raise _impossible("a prediction that is no number")
    classes = len(card["settings"].get("description", {}).get("classes", ()))
    if classes and not np.isin(predicted, np.arange(classes)).all():
        odd = next(one for one in predicted if one not in range(classes))
        raise _impossible(f"the prediction {odd:g}; the task has the classes 0 to {classes - 1}")


def _refuse_impossible_score(metric: Mapping[str, Any]) -> None:
    """A known metric outside its range, an interval that ends before it begins, or no row."""
    name, value = metric["metric"], metric["value"]
    low, high = RANGES.get(name, (-math.inf, math.inf))
    if not low <= value <= high:
        raise _impossible(f"{name} is {value}; expected {low:g} to {high:g}")
    if metric["low"] > metric["high"]:
        raise _impossible(f"{name} with the interval {metric['low']} to {metric['high']}")
    if metric["n"] < 1:
        raise _impossible(f"{name} on n = {metric['n']} rows; expected one or more")


def refuse_another_score(
    name: str, before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> None:
    """Raise ResultsError where a run that is recorded would now have another score."""
    seen = {(row["epoch"], row["split"], row["metric"]): row["value"] for row in before}
    for row in now:
        old = seen.get((row["epoch"], row["split"], row["metric"]))
        if old is not None and row["split"] == "dev" and old != row["value"]:
            raise ResultsError(
                f"run {name} is recorded with {row['metric']} {old}, and this one, of the same "
                f"settings, data, code and machine, has {row['value']}: one of the two was not "
                "made as it says; nothing was recorded"
            )


def _impossible(what: str) -> ResultsError:
    return ResultsError(f"the run cannot be recorded: it has {what}; nothing was recorded")
