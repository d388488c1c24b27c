"""Runs that were recorded, to be read, edited and damaged."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from finetune.conftest import write_backbone, write_task

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import _one_thread, tiny_settings  # noqa: F401

from mtslib.evidence.results import (
    record,
)
from mtslib.finetune import checkpoint, finetune

UNLABELLED = (3, 17)  # dev rows of sts without a label


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> dict[str, tuple]:
    """(card, rows, predicted) of two runs: sst scored after each epoch, sts with gaps in dev."""
    root = tmp_path_factory.mktemp("results")
    backbone = write_backbone(root / "tiny", seed=0)
    for task in ("sst", "sts"):
        write_task(root, task, "train", 40, seed=1)
        write_task(root, task, "dev", 40, seed=2)
    dev = root / "sts-dev.csv"
    lines = dev.read_text(encoding="utf-8").splitlines()
    for row in UNLABELLED:
        lines[row + 1] = lines[row + 1].rsplit("\t", 1)[0] + "\t"
    dev.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {}
    for task, changes in (("sst", {"freeze_depth": 1, "epochs": 2}), ("sts", {"epochs": 1})):
        chosen = tiny_settings(task, backbone, **changes)
        item = finetune(chosen, root / task, root, dev_every_epoch=True, progress=False)
        kept = checkpoint.read_tensors(root / task / checkpoint.PREDICTIONS)
        found[task] = (item.card, kept["rows"].numpy(), kept["predicted"].numpy())
    return found


def another(run: tuple, **settings) -> tuple:
    """The same run as if it had other settings."""
    card = copy.deepcopy(run[0])
    card["settings"] |= settings
    return (card, *run[1:])


@pytest.fixture
def three(runs, tmp_path) -> Path:
    """A folder with three recorded runs."""
    for run in (runs["sst"], runs["sts"], another(runs["sst"], seed=5)):
        record(*run, folder=tmp_path)
    return tmp_path
