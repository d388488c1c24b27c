"""A small merged model of one's own: trained on first use, kept in `build/`, used again.

Chapter 00 asks it before anything is explained; chapter 11 shows how it came about.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from mtslib.base import provenance
from mtslib.base.errors import MtsError
from mtslib.base.locks import locked
from mtslib.base.paths import BUILD
from mtslib.data import datasets
from mtslib.finetune import finetune, settings
from mtslib.finetune.settings import Settings
from mtslib.serving.merge import merge
from mtslib.serving.merged_folder import CERTIFICATE, LoadedModel, load

STARTER = BUILD / "starter"
WAIT = 900.0  # seconds, for another process that trains it
# Three small branches on a trunk of four layers, one pass over the controlled corpora each: a
# minute of training on a laptop's CPU. Few steps, so they are larger than the preset's; mean
# pooling, because that is how the backbone was trained and so what it learns fastest with.
BRANCHES = tuple(
    settings(task, freeze_depth=4, pooling="mean", epochs=1, batch_size=16, learning_rate=3e-4)
    for task in ("sst", "quora", "sts")
)


def starter_model(
    folder: Path = STARTER, progress: bool = True, branches: tuple[Settings, ...] = BRANCHES
) -> LoadedModel:
    """The starter model; trains it on the controlled corpora if it is not there or out of date.

    Two notebooks that ask for it at once train it once: the second waits.
    """
    target = folder / _key(branches)
    with locked(folder / ".lock", WAIT, "the starter model"):
        try:
            return load(target)
        except MtsError:  # not there yet, or damaged: make it again, and keep no outdated one
            for old in (target, *(found.parent for found in folder.glob(f"*/{CERTIFICATE}"))):
                shutil.rmtree(old, ignore_errors=True)
            return _make(target, folder / "teachers", branches, progress)


def _make(target: Path, place: Path, branches: tuple[Settings, ...], progress: bool) -> LoadedModel:
    """Train each branch below `place` and merge them into `target`."""
    teachers = []
    for branch in branches:
        out = place / branch.task.name
        finetune(branch, out, data=datasets.CONTROLLED, progress=progress)
        teachers.append(out)
    return merge(teachers, target)


def _key(branches: tuple[Settings, ...]) -> str:
    """Changes with settings, data and code, so that an outdated model is never taken for new."""
    parts = [branch.as_dict() for branch in branches]
    files = [
        datasets.load(branch.task, split, datasets.CONTROLLED).sha256
        for branch in branches
        for split in ("train", "dev")
    ]
    text = json.dumps([parts, files, provenance.code_sha256()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
