"""How far models get on the two data sets of chapter 19: `own_scores.py`, in this folder.

Trains the default backbone on each, at the depths and rates of `PLAN` and with three seeds, scores
dev and test, writes `own_scores.csv`, and puts its table into `data/README.md`. Depths and rates
were tuned on train and dev; test changed nothing. About ten minutes on two cores.

    NAME…    only these; lines of the others stay, and without any the table alone is made
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
import render

from mtslib import finetune
from mtslib.data import datasets, tasks
from mtslib.evidence.baselines import baselines
from mtslib.evidence.comparison import over_seeds
from mtslib.evidence.intervals import Interval
from mtslib.evidence.metrics import Metric
from mtslib.serving import evaluate, open_model

OWN = Path(__file__).resolve().parent.parent / "own"
SCORES = OWN.parent / "own_scores.csv"
COLUMNS = ("task", "split", "model", "seed", "n", "accuracy", "low", "high", "sha256")
SEEDS, SPLITS = (0, 1, 2), ("dev", "test")
# By task: epochs and learning rate at each freeze depth.
PLAN = {
    "questions": {6: (20, 1e-2), 4: (3, 3e-4), 2: (3, 2e-4)},
    "rules": {0: (6, 1e-4), 6: (20, 1e-2)},
}


def score(name: str) -> list[tuple]:
    """The lines of one task: what knows nothing, a bag of words, and each depth and seed."""
    task = tasks.get(OWN / f"{name}.toml")
    splits = datasets.load_splits(task, ("train", *SPLITS))
    sha256, found = revision(name), []
    for split in SPLITS:
        rows = (splits[one].labelled for one in ("train", split))
        found += [
            _line(name, split, m, "", got, sha256) for m, got in baselines(task, *rows).items()
        ]
    for depth, (epochs, rate) in PLAN[name].items():
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                chosen = finetune.settings(
                    task, freeze_depth=depth, pooling="mean", epochs=epochs, batch_size=16,
                    learning_rate=rate, seed=seed,
                )  # fmt: skip
                finetune.finetune(chosen, Path(folder) / "run", progress=False)
                model = open_model(Path(folder) / "run")
                for split in SPLITS:
                    got = evaluate(model, task, split, precision="fp32", progress=False).metrics[0]
                    found.append(_line(name, split, f"freeze_depth {depth}", seed, got, sha256))
    return found


def revision(name: str) -> str:
    """Which rows were scored: a hash of those of train, and of how they were drawn."""
    return datasets.load(tasks.get(OWN / f"{name}.toml"), "train").sha256


def _line(task: str, split: str, model: str, seed: object, got: Metric, sha256: str) -> tuple:
    numbers = (f"{number:.4f}" for number in (got.value, got.low, got.high))
    return (task, split, model, seed, got.n, *numbers, sha256)


def table() -> str:
    """The datasheet's table, from `own_scores.csv`."""
    with SCORES.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    out = ["| task | model | dev | seeds | test | seeds |", "|---|---|---|---|---|---|"]
    for task, model in dict.fromkeys((line["task"], line["model"]) for line in lines):
        cells = []
        for split in SPLITS:
            wanted = (task, model, split)
            own = [row for row in lines if (row["task"], row["model"], row["split"]) == wanted]
            numbers = [[float(row[key]) for key in ("accuracy", "low", "high")] for row in own]
            mean = over_seeds([Interval(*each, int(own[0]["n"])) for each in numbers])
            values = np.array(numbers)[:, 0]
            spread = f"{values.min():.3f} – {values.max():.3f}" if len(own) > 1 else "–"
            cells += [f"{mean.value:.3f} ({mean.low:.3f} – {mean.high:.3f})", spread]
        out.append(f"| {task} | {model} | {' | '.join(cells)} |")
    return "\n".join(out)


def main(names: list[str]) -> None:
    """Score these, and make the table."""
    fresh = [dict(zip(COLUMNS, line, strict=True)) for name in names for line in score(name)]
    with SCORES.open(encoding="utf-8", newline="") as file:
        kept = [line for line in csv.DictReader(file) if line["task"] not in names]
    with SCORES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted([*kept, *fresh], key=lambda line: list(PLAN).index(line["task"])))
    render.replace_block("own-scores", table())


if __name__ == "__main__":
    main(sys.argv[1:])
