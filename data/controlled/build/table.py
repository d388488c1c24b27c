"""Fill the table of scores: `python data/controlled/build/table.py`.

Scores every model on dev: those that count words, and the fine-tuned backbone at each freeze_depth
with three seeds. Each finished run is kept at once, so an interruption loses at most one; the same
command goes on. What matters most is done first: seed 0 `full` of every task, then seed 0 at every
depth, then the other seeds. At the end it writes `data/controlled/scores.csv` (tidy) and
`scores.json` (what each run was made with), renders the tables of `data/README.md` from them, and
writes the predictions behind them (`dev_predictions.py`).

    --render   fine-tune nothing; score the models that count words, collect what is kept, render
    --test     score test once, with `full` and the models that count words; refused a second time
    --seeds 1,2  only these; two commands with other seeds may fill one folder side by side
    --keep DIR where finished runs are kept (build/controlled-table)

Set OMP_NUM_THREADS=1 to leave the other cores to others; the thread count is recorded.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import baselines
import dev_predictions
import numpy as np
import render
import torch

from mtslib import backbones, finetune
from mtslib.base import paths, provenance
from mtslib.base.files import write_json
from mtslib.data import datasets
from mtslib.data.batching import tokenise
from mtslib.data.known import controlled_sha256
from mtslib.data.tasks import TASKS
from mtslib.finetune.checkpoint import PREDICTIONS, read_tensors
from mtslib.finetune.evaluate import predict
from mtslib.finetune.settings import depth_name

FOLDER = paths.DATA / "controlled"
STEMS = {task.stems["controlled"]: name for name, task in TASKS.items()}
SEEDS = (0, 1, 2)
LAYERS = 6
# One choice for all depths of a task, made before the table was filled. Reviews are a fifth as
# many as the others' rows, so that their epochs hold few steps.
CHANGES = {"preset": "laptop", "pooling": "mean"}
EPOCHS = {"sst": 5, "cfimdb": 8, "quora": 5, "sts": 5}
CHECKPOINTS = "checkpoints"


def plan(seeds: tuple[int, ...] = SEEDS) -> list[tuple[str, int | None, int]]:
    """All runs as (task, freeze_depth, seed), in the order of what matters most."""
    names = tuple(STEMS.values())
    runs = []
    for seed in seeds:
        runs += [(name, None, seed) for name in names]
        runs += [(name, depth, seed) for depth in reversed(range(LAYERS + 1)) for name in names]
    return runs


def run_name(task: str, depth: int | None, seed: int) -> str:
    """What a run is called in `scores.json` and among the kept files."""
    return f"{task}-d{depth_name(depth)}-s{seed}"


def kept_run(keep: Path, name: str, stem: str) -> dict | None:
    """A finished run of the corpus as it stands, or None."""
    path = keep / f"{name}.json"
    if not path.is_file():
        return None
    run = json.loads(path.read_text(encoding="utf-8"))
    return run if run["corpus_sha256"] == controlled_sha256(stem) else None


def train(keep: Path, task: str, depth: int | None, seed: int) -> None:
    """One run, kept with its dev predictions; the weights are kept for `full` alone."""
    stem, name = TASKS[task].stems["controlled"], run_name(task, depth, seed)
    run = kept_run(keep, name, stem)
    if run is not None:
        if run["environment"]["code_sha256"] == provenance.code_sha256():
            return
        raise SystemExit(
            f"{name} was kept by code {run['environment']['code_sha256'][:8]}…, this is "
            f"{provenance.code_sha256()[:8]}…; one table needs one code: go on in a checkout of "
            f"the first, or begin anew with an empty --keep"
        )
    corpus = controlled_sha256(stem)  # before the run, so that a change meanwhile shows
    out = keep / CHECKPOINTS / name
    changes = {**CHANGES, "epochs": EPOCHS[task]}
    chosen = finetune.settings(task, freeze_depth=depth, seed=seed, **changes)
    made = finetune.finetune(chosen, out, data=FOLDER)
    if controlled_sha256(stem) != corpus:
        raise SystemExit(f"{stem}: the corpus changed while {name} ran; freeze it, then run again")
    facts = {
        "task": task,
        "corpus_sha256": corpus,
        "settings": made.card["settings"],
        "backbone_sha256": made.card["backbone_sha256"],
        "environment": made.card["environment"],
        "trained_parameters": made.card["trained_parameters"],
        "seconds": made.card["seconds"],
        "predicted": checkpoint_predictions(out),
    }
    write_json(keep / f"{name}.json", facts)
    if depth is not None:
        shutil.rmtree(out)


def checkpoint_predictions(folder: Path) -> list[float]:
    """The dev predictions that a checkpoint keeps, in the order of the file."""
    kept = read_tensors(folder / PREDICTIONS)
    return [round(float(value), 4) for value in kept["predicted"]]


def test_predictions(folder: Path) -> list[float]:
    """What a kept model predicts for test, with the precision it was trained in."""
    made = finetune.read(folder)
    model, settings = finetune.rebuild(made), made.settings
    rows = datasets.load(made.task, "test", FOLDER).labelled
    tokens = tokenise(
        backbones.load(settings.backbone).tokenizer(),
        [row.texts for row in rows],
        [float(row.label) for row in rows],
        siamese=model.objective.siamese,
        max_length=settings.max_length,
    )
    precision = made.card["environment"]["precision"]
    found = predict(model, model.objective, tokens, torch.device("cpu"), precision)
    return [round(float(value), 4) for value in found]


def counting_models(keep: Path, split: str) -> None:
    """Score the models that count words, which have no seed."""
    for stem in STEMS:
        name = f"{stem}-counting-{split}"
        if kept_run(keep, name, stem) is not None:
            continue
        rows = {part: baselines.read(stem, part) for part in ("train", "dev", split)}
        found = baselines.scores(stem, rows["train"], rows["dev"], rows[split])
        predicted = {m: [round(float(v), 4) for v in values] for m, values in found.items()}
        corpus = controlled_sha256(stem)
        kept = {"task": STEMS[stem], "corpus_sha256": corpus, "predicted": predicted}
        write_json(keep / f"{name}.json", kept)


def score_test(keep: Path, task: str, seed: int) -> None:
    """Predict test with a kept `full` model."""
    stem, name = TASKS[task].stems["controlled"], run_name(task, None, seed)
    if kept_run(keep, f"{name}-test", stem) is not None:
        return
    run = kept_run(keep, name, stem)
    if run is None:
        raise SystemExit(f"{name} is not kept for this corpus; fill the table on dev first")
    predicted = test_predictions(keep / CHECKPOINTS / name)
    write_json(keep / f"{name}-test.json", {**run, "predicted": predicted})


def collect(keep: Path) -> None:
    """Write scores, what they were made with and dev predictions; render the datasheet."""
    entries, runs = [], {}
    for split in ("dev", "test"):
        for stem, task in STEMS.items():
            counting = kept_run(keep, f"{stem}-counting-{split}", stem) or {"predicted": {}}
            for model, predicted in counting["predicted"].items():
                entries.append(render.Entry(stem, split, model, "", np.array([predicted])))
            for depth in (*reversed(range(LAYERS + 1)), None):
                names = [run_name(task, depth, seed) for seed in SEEDS]
                suffix = "-test" if split == "test" else ""
                kept = {n: kept_run(keep, n + suffix, stem) for n in names}
                done = {n: run for n, run in kept.items() if run is not None}
                if done:
                    predicted = np.array([run.pop("predicted") for run in done.values()])
                    depth_text = str(depth_name(depth))
                    entries.append(render.Entry(stem, split, "fine-tuned", depth_text, predicted))
                    runs |= done
    render.write_scores(entries)
    write_json(FOLDER / "scores.json", _made_with(runs))
    render.write_readme()
    dev_predictions.write(keep)


def _made_with(runs: dict[str, dict]) -> dict:
    """What the runs share, said once, and what each run has of its own.

    Raises SystemExit where two runs differ in more than task, freeze_depth and seed.
    """
    own = ("trained_parameters", "seconds")
    shared: dict = {}
    for name, run in runs.items():
        settings = {k: v for k, v in run["settings"].items() if k not in ("freeze_depth", "seed")}
        facts = {"backbone_sha256": run["backbone_sha256"], "environment": run["environment"]}
        for key, value in ((f"settings of {run['task']}", settings), *facts.items()):
            if shared.setdefault(key, value) != value:
                raise SystemExit(f"{name} was made with another {key}; one table needs one")
    corpora = {stem: controlled_sha256(stem) for stem in STEMS}
    each = {name: {key: run[key] for key in own} for name, run in runs.items()}
    return {"corpus_sha256": corpora, **shared, "runs": each}


def main() -> None:
    """Fill, score test, or only render."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--render", action="store_true")
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--keep", type=Path, default=paths.BUILD / "controlled-table")
    given = parser.parse_args()
    asked = given.seeds.split(",")
    if not set(asked) <= set(map(str, SEEDS)):
        parser.error(f"--seeds: read {given.seeds!r}; expected some of 0,1,2 with commas between")
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.test:
        scored = render.tasks_scored_on_test()
        if scored:
            raise SystemExit(
                f"test has been scored on this corpus ({', '.join(scored)}); it is "
                "scored once and given as it is; nothing was run"
            )
        counting_models(given.keep, "test")
        for seed in SEEDS:
            for task in STEMS.values():
                score_test(given.keep, task, seed)
    else:
        counting_models(given.keep, "dev")
    if not given.render and not given.test:
        runs = plan(tuple(map(int, asked)))
        for number, (task, depth, seed) in enumerate(runs, 1):
            print(f"[{number}/{len(runs)}] {run_name(task, depth, seed)}", flush=True)
            train(given.keep, task, depth, seed)
            collect(given.keep)
    collect(given.keep)


if __name__ == "__main__":
    sys.exit(main())
