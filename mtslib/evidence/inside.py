"""What changed inside a model, judged: states compared, read by a probe, and where they settle.

Chapter 16. States are (n, H), a row for each sentence; rows of two sets belong together by place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from mtslib.evidence import results
from mtslib.evidence.comparison import over_seeds
from mtslib.evidence.intervals import WIDTH, Interval

HALVES = 50
COLUMNS = ("run_id", "dataset", "backbone", "task", "freeze_depth", "seed", "measure", "place")
COLUMNS += ("value", "low", "high", "n")
FILE = "inside.csv"


def linear_cka(first: Tensor, second: Tensor) -> float:
    """How alike two sets of states are, debiased linear CKA: (n, H₁), (n, H₂) → at most about 1.

    HSIC(K, L) / √(HSIC(K, K) · HSIC(L, L)) of the Gram matrices, with the unbiased estimate of
    HSIC, which leaves out what a row shares with itself (Kornblith et al., 2019; Song et al.,
    2012, equation 5). Rotations, one scale for all features and shifts do not move it. Of
    independent states it is about 0, also where rows are few, so it can fall below 0.
    Raises ValueError for fewer than four rows, and where the sets differ in rows.
    """
    n = len(first)
    if len(second) != n or n < 4:
        raise ValueError(f"{n} and {len(second)} rows; expected as many, 4 or more")
    grams = [states.double() @ states.double().T for states in (first, second)]  # (n, n)
    one, two = (gram - gram.diag().diag() for gram in grams)

    def hsic(k: Tensor, l: Tensor) -> Tensor:  # noqa: E741 (as in the paper)
        """Times n(n − 3), which cancels."""
        together = (k * l).sum() + k.sum() * l.sum() / ((n - 1) * (n - 2))
        return together - 2 * (k.sum(0) @ l.sum(0)) / (n - 2)

    return float(hsic(one, two) / (hsic(one, one) * hsic(two, two)).sqrt())


def cka_interval(first: Tensor, second: Tensor, seed: int = 0) -> Interval:
    """`linear_cka` with its 95 % interval over rows.

    A bootstrap would hold rows twice, and what is there twice is like itself. Random halves hold
    none twice, and their spread is the standard error of the whole (Shao and Wu, 1989).
    """
    value, n = linear_cka(first, second), len(first)
    draw = torch.Generator().manual_seed(seed)
    halves = [torch.randperm(n, generator=draw)[: max(4, n // 2)] for _ in range(HALVES)]
    found = [linear_cka(first[rows], second[rows]) for rows in halves]
    half = WIDTH * float(np.std(found, ddof=1))
    return Interval(value, value - half, value + half, n)


def cka_without_each(
    first: Tensor, second: Tensor, cka: Callable[[Tensor, Tensor], float] = linear_cka
) -> list[float]:
    """The similarity of two sets of states without row 0, without row 1, …: n numbers.

    Where one of them is far from the others, a single row decides (Davari et al., 2023).
    """
    rows = torch.arange(len(first))
    return [cka(first[rows != row], second[rows != row]) for row in rows]


# The task lens ----------------------------------------------------------------------------------


def lens(states: Tensor, targets: Tensor, others: Tensor, strength: float = 0.1) -> Tensor:
    """What a linear probe, fitted to `states`, reads in `others`: (n, H), (n, C), (m, H) → (m, C).

    Ridge regression: targets are scores, or a 1 in the column of the right class. Means of the
    features and targets are not penalised. strength: the penalty in units of the features' mean
    sum of squares, so that it means the same at every depth, whatever the size of the states.
    """
    middle = states.mean(0)
    centred = states - middle  # (n, H)
    products = centred.T @ centred  # (H, H)
    penalty = strength * products.diag().mean() * torch.eye(len(products))
    weights = torch.linalg.solve(products + penalty, centred.T @ targets)  # (H, C)
    return (others - middle) @ weights + targets.mean(0)


def settled(answers: np.ndarray, near: float = 0.0) -> np.ndarray:
    """The first depth from which on an answer stays what it is at the top: (L + 1, n) → (n,).

    near: how far a score may be from the top's and count as the same; 0 for classes.
    """
    same = np.abs(answers - answers[-1]) <= near
    return len(answers) - np.logical_and.accumulate(same[::-1]).sum(0)


# What was recorded ------------------------------------------------------------------------------


def record(rows: Iterable[Mapping[str, Any]], folder: Path | None = None) -> int:
    """Keep what was measured of some checkpoints, in place of what was known of them → runs."""
    new = pd.DataFrame(rows, columns=COLUMNS)
    path = (folder or results.RESULTS) / FILE
    old = _read(path)
    kept = pd.concat([old[~old.run_id.isin(new.run_id)], new.astype({"freeze_depth": str})])
    kept.to_csv(path, index=False, float_format="%.4f", lineterminator="\n")
    return kept.run_id.nunique()


def recorded(dataset: str, backbone: str = "minilm-l6", folder: Path | None = None) -> pd.DataFrame:
    """Over seeds: task, freeze_depth, measure, place, value, low, high, n, seeds."""
    known = _read((folder or results.RESULTS) / FILE)
    known = known[(known.dataset == dataset) & (known.backbone == backbone)]
    keys = ["task", "freeze_depth", "measure", "place"]
    rows = [
        dict(zip(keys, key, strict=True))
        | asdict(over_seeds([Interval.of(row) for row in own.itertuples()]))
        | {"seeds": len(own)}
        for key, own in known.groupby(keys, sort=False)
    ]
    return pd.DataFrame(rows, columns=[*keys, "value", "low", "high", "n", "seeds"])


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame(columns=COLUMNS)
    return pd.read_csv(path, dtype={"freeze_depth": str})
