"""What an untrained model scores, and why: constant answers, chance, and the paper's base row.

Chapter 07. The counts are facts about the course's dev files; a test counts them again where the
real files lie. The paper's figures are compared with these counts only, never against scores on
the controlled corpora.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from mtslib.data import tasks
from mtslib.evidence import published
from mtslib.evidence.intervals import WIDTH

# Labelled rows of each class in ids-sst-dev.csv and quora-dev.csv; rows of sts-dev.csv.
DEV_COUNTS = {"sst": (139, 289, 229, 279, 165), "quora": (12627, 7585)}
DEV_SCORES = 863


def constant_answers(task: str) -> pd.DataFrame:
    """Always the same class on the real dev set: answer, accuracy, standard_error.

    The standard error is that of a share of n rows: how far another dev set of this size would
    move it.
    """
    counts = DEV_COUNTS[task]
    n = sum(counts)
    shares = [count / n for count in counts]
    return pd.DataFrame(
        {
            "answer": [f"always “{name}”" for name in tasks.get(task).class_names],
            "accuracy": shares,
            "standard_error": [math.sqrt(share * (1 - share) / n) for share in shares],
        }
    )


def hypotheses() -> pd.DataFrame:
    """Each way to answer without having learnt, beside the paper's base row (its table 2).

    Columns: task, paper, hypothesis, would_score, error (half a 95 % interval), fits.
    """
    base = published.load("table2").query("row == 'base'").set_index("task").value
    rows = []
    for task, counts in DEV_COUNTS.items():
        n, classes = sum(counts), len(counts)
        chance = 1 / classes
        rows.append((task, "a class at random", chance, math.sqrt(chance * (1 - chance) / n)))
        rows += [
            (task, row.answer, row.accuracy, row.standard_error)
            for row in constant_answers(task).itertuples()
        ]
    rows.append(("sts", "scores that ignore the texts", 0.0, 1 / math.sqrt(DEV_SCORES - 1)))
    table = pd.DataFrame(rows, columns=["task", "hypothesis", "would_score", "error"])
    table["error"] *= WIDTH
    table.insert(1, "paper", [float(base[task]) for task in table.task])
    table["fits"] = (table.paper - table.would_score).abs() <= table.error
    return table


def chance_by_shares(predicted: np.ndarray, labels: np.ndarray, classes: int) -> float:
    """Σ_c (share said c) · (share labelled c): what answers unrelated to the texts would score."""
    said = np.bincount(np.asarray(predicted, dtype=int), minlength=classes) / len(predicted)
    true = np.bincount(np.asarray(labels, dtype=int), minlength=classes) / len(labels)
    return float(said @ true)
