"""Minimal pairs: does an answer move when a word that matters is cut? Chapter 17.

`data/probes/` holds questions asked twice, with words marked in the second. Each item is three rows
of the task quora: nothing cut, harmless words cut, words that matter cut. Only where the first was
said to be a paraphrase is there an answer that could move.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from mtslib.base.paths import DATA
from mtslib.data import datasets
from mtslib.data.datasets import Split
from mtslib.evidence import results
from mtslib.evidence.comparison import LEVEL, Difference, compare, holm

FILE = DATA / "probes" / "minimal-pairs.csv"
NOTHING, HARMLESS, MEANT = range(3)  # what is cut, in the order of an item's rows


def load(file: Path = FILE) -> Split:
    """The rows of the task quora, three for each item."""
    return datasets.load("quora", "dev", file.parent, file)


def phenomena(split: Split) -> np.ndarray:
    """What was cut from each item where it matters → (items,)."""
    return np.array([row.phenomenon for row in split.examples[::3]])


def moved(said: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(3 · items,) classes, 1 for a paraphrase → asked, moved by meaning, moved by harmless words.

    Each is (items,) true or false. asked: all words in, it was said to be a paraphrase; the others
    are false where it was not.
    """
    same = np.asarray(said).reshape(-1, 3) == 1
    asked = same[:, NOTHING]
    return asked, asked & ~same[:, MEANT], asked & ~same[:, HARMLESS]


def paired_test(first: Sequence[bool], second: Sequence[bool]) -> tuple[float, float]:
    """The share of items with `first` − that with `second`, and how often luck gives one so far.

    McNemar's test (1947), exact: an item where both are equal decides nothing; of the others, half
    would fall to each side by luck. With none that differ p is 1.
    """
    one, other = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    only_one, only_other = int((one & ~other).sum()), int((other & ~one).sum())
    differ = only_one + only_other
    p = stats.binomtest(only_one, differ).pvalue if differ else 1.0
    return float(one.mean() - other.mean()), float(p)


def table(said: np.ndarray, names: np.ndarray) -> pd.DataFrame:
    """The paired test within each phenomenon, corrected for how many there are (Holm), and of all.

    Columns: phenomenon, items, asked, moved by meaning, moved by harmless words (counts), p, and
    what may be said; `all` is the last row and is not corrected.
    """
    asked, meant, harmless = moved(said)
    rows = []
    for name in [*dict.fromkeys(names), "all"]:
        own = asked & ((names == name) | (name == "all"))
        row = {"phenomenon": name, "items": int((names == name).sum()) or len(names)}
        row |= {"asked": int(own.sum()), "moved by meaning": int(meant[own].sum())}
        row["moved by harmless words"] = int(harmless[own].sum())
        rows.append(row | {"p": paired_test(meant[own], harmless[own])[1] if own.any() else 1.0})
    found = pd.DataFrame(rows)
    found["p"] = [*holm(list(found.p[:-1])), found.p.iloc[-1]]
    more = found["moved by meaning"] > found["moved by harmless words"]
    found["meaning moves it"] = np.where(
        found.p >= LEVEL, "cannot be told", np.where(more, "more", "less")
    )
    return found


def stays(said: np.ndarray) -> Difference:
    """Of the items asked, the share whose answer stays though words that matter were cut.

    said: (seeds, 3 · items). With its interval over items and seeds; to be compared with a half.
    """
    codes = []
    for run in np.atleast_2d(said):
        asked, meant, _ = moved(run)
        codes.append(np.where(asked, ~meant, -1))
    first = np.array(codes)

    def share(codes: np.ndarray, _: np.ndarray) -> float:
        return float((codes == 1).sum() / max(1, (codes >= 0).sum()))

    return compare(first, np.zeros_like(first), np.zeros(first.shape[1]), share)


def recorded(depth: str, backbone: str = "minilm-l6") -> np.ndarray | None:
    """What runs that were scored on these pairs said, (seeds, 3 · items); None without any.

    Of the published snapshot: quora at this freeze depth, one run per seed, the last of each.
    """
    sha256, found = load().sha256, {}
    for name, run in results.read_runs(results.RESULTS / results.SNAPSHOT).items():
        chosen = run["settings"]
        key = (run["backbone_name"], chosen["task"], str(chosen["freeze_depth"]))
        if run["data"]["dev"]["sha256"] == sha256 and key == (backbone, "quora", depth):
            found[chosen["seed"]] = results.read_predictions(name)[1]
    return np.array([found[seed] for seed in sorted(found)]) if found else None
