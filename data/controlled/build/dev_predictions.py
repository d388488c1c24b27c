"""Keep what each run says of each dev row: the last step of `table.py`.

`scores.csv` holds scores; a paired comparison needs the rows behind them. This reads the finished
runs that `table.py` keeps and writes `data/controlled/dev-predictions.json`: for each task the
labels, the phenomena, and by freeze_depth and seed the predictions, in the order of the dev file.
It holds the labels itself, so it stays readable when the corpora change, and it says by hash
which corpus it belongs to. Chapter 09 reads it.
"""

from __future__ import annotations

import json
from pathlib import Path

import baselines
import render

from mtslib.data.known import controlled_sha256
from mtslib.data.tasks import TASKS

FILE = "dev-predictions.json"
OWN = ("freeze_depth", "seed")  # what runs of one task may differ in


def collect(keep: Path) -> dict[str, dict]:
    """By task, the runs in `keep` that belong to the corpus as it stands.

    Raises SystemExit where runs of one task were made in different ways.
    """
    found: dict[str, dict] = {}
    for path in sorted(keep.glob("*-d*-s*.json")):
        run = json.loads(path.read_text(encoding="utf-8"))
        stem = TASKS[run["task"]].stems["controlled"]
        if path.stem.endswith("-test") or run["corpus_sha256"] != controlled_sha256(stem):
            continue
        settings = {key: value for key, value in run["settings"].items() if key not in OWN}
        kept = found.setdefault(run["task"], _empty(stem, run, settings))
        if kept["settings"] != settings:
            raise SystemExit(f"{path.name} has other settings than the runs before it")
        depth, seed = (str(run["settings"][key]) for key in OWN)
        whole = TASKS[run["task"]].has_classes
        numbers = [int(value) if whole else value for value in run["predicted"]]
        kept["runs"].setdefault(depth, {})[seed] = numbers
    return found


def _empty(stem: str, run: dict, settings: dict) -> dict:
    rows = baselines.read(stem, "dev")
    whole = TASKS[run["task"]].has_classes
    labels = [int(value) if whole else float(value) for value in baselines.labels(stem, rows)]
    return {
        "corpus_sha256": run["corpus_sha256"],
        "settings": settings,
        "environment": run["environment"],
        "labels": labels,
        "phenomena": [row["phenomenon"] for row in rows],
        "runs": {},
    }


def write(keep: Path, folder: Path = render.FOLDER) -> None:
    """Write the file, tasks without a kept run as they were. keep: where finished runs lie."""
    path = folder / FILE
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    kept = before | collect(keep)
    lines = [f"{json.dumps(task)}: {json.dumps(kept[task])}" for task in sorted(kept)]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")
