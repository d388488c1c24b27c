"""Runs that a test makes up, recorded or by epoch: what they hold is known beforehand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from mtslib.data import tasks
from mtslib.data.known import DEV_SHA256
from mtslib.evidence import results
from mtslib.evidence.history import History
from mtslib.finetune import settings


def made_up_card(task: str, value: float, dataset: str, backbone: str, n: int, **chosen) -> dict:
    """The card of a run that got this score, with an interval of ± 0.02 on n rows."""
    metric = tasks.get(task).metric
    second = {"accuracy": "macro_f1", "pearson": "spearman"}[metric]
    interval = {"low": value - 0.02, "high": value + 0.02, "n": n}
    file = {"file": "x.csv", "sha256": "0" * 64, "rows": n, "unlabelled": 0, "truncated": 0}
    return {
        "settings": settings(task, **chosen).as_dict(),
        "backbone_name": backbone,
        "backbone_sha256": "1" * 64,
        "data": {"dataset": dataset, "train": file, "dev": file},
        "dev": [
            {"name": metric, "value": value, **interval},
            {"name": second, "value": 0.0, "low": 0.0, "high": 0.0, "n": n},
        ],
        "history": [],
        "trained_parameters": 7,
        "environment": {"precision": "fp32", "code_sha256": "2" * 64},
        "seconds": {"train": 10.0 * (chosen.get("seed", 0) + 1), "dev": 0.1},
    }


@pytest.fixture
def snapshot(tmp_path, monkeypatch) -> Callable:
    """(task, value, settings …) rows → recorded and published in a folder of this test.

    Beside settings a row may name `dataset`, `dev_sha256`, `dev_file`, `backbone_name` and
    `predicted`, 100 zeros else.
    """
    monkeypatch.setattr(results, "RESULTS", tmp_path)

    def write(*runs: tuple) -> None:
        for task, value, changes in runs:
            chosen = dict(changes)
            dataset = chosen.pop("dataset", "cs224n")
            backbone = chosen.pop("backbone_name", "minilm-l6")
            predicted = np.asarray(chosen.pop("predicted", np.zeros(100)))
            n = len(predicted)
            course = DEV_SHA256[task] if dataset == "cs224n" else "0" * 64
            dev_sha256 = chosen.pop("dev_sha256", course)
            dev_file = chosen.pop("dev_file", "x.csv")
            card = made_up_card(task, value, dataset, backbone, n, **chosen)
            card["data"]["dev"] = card["data"]["dev"] | {"sha256": dev_sha256, "file": dev_file}
            results.record(card, np.arange(n), predicted)
        if runs:
            results.publish()

    return write


@pytest.fixture
def history() -> History:
    """Two epochs on dev, three sentences: first undecided, then sure, and wrong about the last."""
    labels = torch.tensor([0, 1, 1])
    sure = torch.tensor([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0]])
    soft = torch.tensor([[0.1, 0.0], [0.1, 0.0], [0.0, 0.1]])
    made = History({"train": labels, "dev": labels})
    made.add(train=soft, dev=soft)
    made.add(train=sure * torch.tensor([[1.0], [1.0], [-1.0]]), dev=sure.to(torch.bfloat16))
    return made
