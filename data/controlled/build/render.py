"""From predictions to scores, and from scores to the tables of `data/README.md`.

`scores.csv` is tidy: one line for a task, split, model, seed and group of rows, with n, the metric,
its value and a 95 % interval. The line with seed `mean` is the mean over the seeds; its interval
resamples the rows, so it says how far another dev set of this size would move the score.
"""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path

import baselines
import numpy as np

from mtslib.data.known import controlled_sha256
from mtslib.evidence.comparison import over_seeds
from mtslib.evidence.intervals import Interval, wilson

FOLDER = Path(__file__).resolve().parent.parent
README = FOLDER.parent / "README.md"
RESAMPLES = 1000
COLUMNS = (
    "task", "split", "model", "freeze_depth", "seed", "group_kind", "group", "n", "metric",
    "value", "low", "high", "corpus",
)  # fmt: skip
LAYERS = 6
# By task: a model that counts words and the most it should score; the least and the most of `full`.
AIMS = {
    "sentiment": ("tfidf", 0.50, 0.70, 0.90),
    "reviews": ("tfidf", 0.75, 0.85, 1.00),
    "paraphrase": ("tfidf+overlap", 0.72, 0.82, 0.95),
    "similarity": ("tfidf-cosine", 0.60, 0.80, 0.95),
}


@dataclass(frozen=True)
class Entry:
    """What one model predicts for one split, a line for each seed: (seeds, rows)."""

    stem: str
    split: str
    model: str
    freeze_depth: str
    predicted: np.ndarray


def fisher(r: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a correlation, by Fisher's transformation."""
    half = 1.96 / math.sqrt(n - 3)
    middle = math.atanh(max(-0.999999, min(0.999999, r)))
    return math.tanh(middle - half), math.tanh(middle + half)


def pearson(predicted: np.ndarray, wanted: np.ndarray) -> float:
    """Linear correlation; 0 when one side is constant."""
    if np.ptp(predicted) == 0 or np.ptp(wanted) == 0:
        return 0.0
    return float(np.corrcoef(predicted, wanted)[0, 1])


def groups(rows: baselines.Rows) -> list[tuple[str, str, np.ndarray]]:
    """What is reported: all rows, seen and unseen ones, and each phenomenon."""
    unseen = np.array([row["unseen"] == "1" for row in rows])
    found = [("all", "all", np.ones(len(rows), bool))]
    found += [("seen or unseen", "seen", ~unseen), ("seen or unseen", "unseen", unseen)]
    names = np.array([row["phenomenon"] for row in rows])
    return found + [("phenomenon", str(name), names == name) for name in np.unique(names)]


def metric_of(stem: str, kind: str) -> str:
    """Accuracy for classes. Similarity: Pearson, but the mean absolute error within a phenomenon.

    Within one phenomenon the labels hardly vary, so a correlation there says little.
    """
    if stem != "similarity":
        return "accuracy"
    return "mae" if kind == "phenomenon" else "pearson"


def scored(metric: str, predicted: np.ndarray, wanted: np.ndarray) -> list[tuple]:
    """(seed, value, low, high) for each seed, then for their mean; predicted is (seeds, n)."""
    n = len(wanted)
    if metric == "pearson":
        values = [pearson(line, wanted) for line in predicted]
        each = [(value, *fisher(value, n)) for value in values]
    else:
        per_row = predicted == wanted if metric == "accuracy" else abs(predicted - wanted)
        values = per_row.mean(axis=1)
        if metric == "accuracy":
            each = [(value, *wilson(value, n)) for value in values]
        else:
            draws = np.random.default_rng(0).integers(0, n, (RESAMPLES, n))
            each = [(v, *np.percentile(line[draws].mean(1), [2.5, 97.5])) for v, line in
                    zip(values, per_row, strict=True)]  # fmt: skip
    return [*((seed, *line) for seed, line in enumerate(each)), ("mean", *_mean(metric, each, n))]


def _mean(metric: str, each: list[tuple], n: int) -> tuple[float, float, float]:
    """(value, low, high) over seeds and rows, as everywhere else; no further than scores go."""
    found = over_seeds([Interval(*line, n) for line in each])
    least, most = {"accuracy": (0, 1), "pearson": (-1, 1)}.get(metric, (0, math.inf))
    return found.value, max(found.low, least), min(found.high, most)


def write_scores(entries: list[Entry]) -> None:
    """Write `scores.csv`; models that count words have no seed and one line a group."""
    lines = []
    for entry in entries:
        rows = baselines.read(entry.stem, entry.split)
        wanted, corpus = baselines.labels(entry.stem, rows), controlled_sha256(entry.stem)[:12]
        head = (entry.stem, entry.split, entry.model, entry.freeze_depth)
        for kind, group, chosen in groups(rows):
            metric = metric_of(entry.stem, kind)
            if metric == "mae" and entry.model == "tfidf-cosine":
                continue  # a cosine is on no scale of scores
            found = scored(metric, entry.predicted[:, chosen], wanted[chosen])
            for seed, *values in found[:1] if not entry.freeze_depth else found:
                seed = seed if entry.freeze_depth else ""
                shown = (f"{value:.4f}" for value in values)
                lines.append((*head, seed, kind, group, int(chosen.sum()), metric, *shown, corpus))
    with (FOLDER / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)


def read_table(name: str) -> list[dict[str, str]]:
    """The lines of a file in the folder of the corpora; none where it does not exist."""
    path = FOLDER / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def tasks_scored_on_test() -> list[str]:
    """The tasks whose present corpus has test scores already."""
    return sorted(
        {
            line["task"]
            for line in read_table("scores.csv")
            if line["split"] == "test" and line["corpus"] == controlled_sha256(line["task"])[:12]
        }
    )


# The tables --------------------------------------------------------------------------------------


def tables() -> str:
    """All tables of the datasheet, from `scores.csv` and `scores.json` alone."""
    lines = read_table("scores.csv")
    made = json.loads((FOLDER / "scores.json").read_text(encoding="utf-8"))
    dev = [line for line in lines if line["split"] == "dev"]
    parts = [_how(made), _aims(dev), _main_table(dev)]
    parts += ["By phenomenon, the mean over seeds with its interval:"]
    parts += [_phenomena(stem, lines) for stem in baselines.LABELS]
    test = [line for line in lines if line["split"] == "test"]
    if test:
        parts += ["The test split, scored once and given as it is:", _main_table(test)]
    else:
        parts += ["The test split has not been scored."]
    return "\n\n".join(parts)


def _how(made: dict) -> str:
    """One paragraph on what the scores were made with."""
    if not made["runs"]:
        return "No fine-tuning run is recorded yet."
    by_task = {k.split()[-1]: v for k, v in made.items() if k.startswith("settings of ")}
    settings = next(iter(by_task.values()))
    epochs = ", ".join(f"{task} {chosen['epochs']}" for task, chosen in by_task.items())
    facts = made["environment"]
    libraries = ", ".join(f"{name} {version}" for name, version in facts["libraries"].items())
    corpora = ", ".join(f"{stem} {sha[:12]}" for stem, sha in made["corpus_sha256"].items())
    seconds = sum(run["seconds"]["train"] for run in made["runs"].values())
    return (
        f"{len(made['runs'])} fine-tuning runs are recorded: backbone {settings['backbone']}, "
        f"preset {settings['preset']}, batch {settings['batch_size']}, learning rate "
        f"{settings['learning_rate']:g}, pooling {settings['pooling']}, the same for every row; "
        f"epochs by task, the same at every depth: {epochs}. {facts['threads']} thread on "
        f"{facts['device']}, {facts['precision']}; {seconds / 60:.0f} minutes of training in all, "
        f"on a shared machine. Corpora (sha256): {corpora}. Code {facts['code_sha256'][:12]}; "
        f"{libraries}."
    )


def _aims(lines: list[dict[str, str]]) -> str:
    """What was aimed at on dev, and what came: in the aim, or how far from it."""
    out = ["| task | counting words | aim | `full` | aim |", "|---|---|---|---|---|"]
    for stem, (model, most, low, high) in AIMS.items():
        own = [x for x in lines if x["task"] == stem and x["group"] == "all"]
        counted = _pooled(own, model, "")
        full = _pooled(own, "fine-tuned", "full")
        out.append(
            f"| {stem} | {_against(counted, 0.0, most)} | at most {most:.2f} "
            f"| {_against(full, low, high)} | {low:.2f} – {high:.2f} |"
        )
    return "\n".join(out)


def _pooled(lines: list[dict[str, str]], model: str, depth: str) -> float | None:
    for x in lines:
        if (x["model"], x["freeze_depth"]) == (model, depth) and x["seed"] in ("", "mean"):
            return float(x["value"])
    return None


def _against(value: float | None, low: float, high: float) -> str:
    if value is None:
        return "not measured"
    if low <= value <= high:
        return f"{value:.3f}, in the aim"
    return f"{value:.3f}, {value - (low if value < low else high):+.3f} from the aim"


def _name(line: dict[str, str]) -> str:
    if line["model"] != "fine-tuned":
        return line["model"]
    depth = line["freeze_depth"]
    if depth == "full":
        return "`full`"
    return f"`freeze_depth` {depth}" + (" (the head alone)" if depth == str(LAYERS) else "")


def _cell(line: dict[str, str] | None) -> str:
    if line is None:
        return "–"
    return f"{float(line['value']):.3f} ({float(line['low']):.3f} – {float(line['high']):.3f})"


def _main_table(lines: list[dict[str, str]]) -> str:
    """By task and model: all rows, the seeds from lowest to highest, seen, unseen."""
    out = [
        "| task | model | seeds | all (95 % interval) | lowest – highest seed | seen | unseen |",
        "|---|---|---|---|---|---|---|",
    ]
    pooled = [line for line in lines if line["group_kind"] != "phenomenon"]
    models = dict.fromkeys((line["task"], line["model"], line["freeze_depth"]) for line in pooled)
    for key in models:
        own = [x for x in pooled if (x["task"], x["model"], x["freeze_depth"]) == key]
        by_group = {x["group"]: x for x in own if x["seed"] in ("", "mean")}
        seeds = [float(x["value"]) for x in own if x["group"] == "all" and x["seed"].isdigit()]
        spread = f"{min(seeds):.3f} – {max(seeds):.3f}" if len(seeds) > 1 else "–"
        cells = (_cell(by_group[group]) for group in ("all", "seen", "unseen"))
        all_rows, seen, unseen = cells
        head = f"{key[0]} | {_name(own[0])} | {len(seeds) or '–'}"
        out.append(f"| {head} | {all_rows} | {spread} | {seen} | {unseen} |")
    return "\n".join(out)


def _phenomena(stem: str, lines: list[dict[str, str]]) -> str:
    """One task by phenomenon: a column for the best counting model, each depth, and full."""
    own = [
        x
        for x in lines
        if (x["task"], x["split"], x["group_kind"]) == (stem, "dev", "phenomenon")
        and x["seed"] in ("", "mean")
        and x["model"] not in ("majority", "overlap")
    ]
    if not own:
        return ""
    models = list(dict.fromkeys(_name(x) for x in own))
    metric = "mean absolute error, lower is better" if own[0]["metric"] == "mae" else "accuracy"
    out = [
        f"<details><summary>{stem}: {metric}</summary>\n",
        f"| phenomenon | n | {' | '.join(models)} |",
        "|---|---|" + "---|" * len(models),
    ]
    for group in sorted({x["group"] for x in own}):
        cells = {_name(x): x for x in own if x["group"] == group}
        count = next(iter(cells.values()))["n"]
        out.append(f"| {group} | {count} | {' | '.join(_cell(cells.get(m)) for m in models)} |")
    return "\n".join([*out, "\n</details>"])


def write_readme() -> None:
    """Put the tables between their marks in `data/README.md`."""
    replace_block("scores", tables())


def block(mark: str) -> str:
    """What stands between the marks of the datasheet."""
    page = README.read_text(encoding="utf-8")
    return page.partition(f"<!-- {mark}:begin -->\n")[2].partition(f"\n<!-- {mark}:end -->")[0]


def replace_block(mark: str, text: str) -> None:
    """Put `text` between `<!-- MARK:begin -->` and `<!-- MARK:end -->` of the datasheet."""
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    page = README.read_text(encoding="utf-8")
    before, _, rest = page.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{README.name} lacks the marks {begin} and {end}; put them back")
    page = f"{before}{begin}\n{text}\n{end}{after}"
    README.write_text(page, encoding="utf-8", newline="\n")
