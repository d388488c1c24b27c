"""Teachers of every kind, fine-tuned once on the tiny backbone, and merged."""

from __future__ import annotations

import json
import random
import shutil
import string
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from finetune.conftest import WORDS, write_backbone, write_task
from own_tasks import EVERY_TASK

from mtslib.data.batching import Batch, collate, tokenise
from mtslib.finetune import Settings, finetune, settings
from mtslib.serving import LoadedModel, merge
from mtslib.serving.merged_folder import CERTIFICATE

# Every depth of the three layers, every pooling, both forms of a pair.
KINDS = {
    "sst": ("sst", {"freeze_depth": 0}),
    "cfimdb": ("cfimdb", {"freeze_depth": 1, "pooling": "mean"}),
    "quora": ("quora", {"freeze_depth": 2, "pooling": "pooler"}),
    "sts": ("sts", {"freeze_depth": 3}),
    "siamese": ("sts", {"freeze_depth": 1, "pooling": "mean", "objective": "cosine-mse"}),
    "split": ("sts", {"freeze_depth": 1, "encoding": "split"}),
    "matches": ("matches", {"freeze_depth": 2, "pooling": "mean"}),
    "warmth": ("warmth", {"freeze_depth": 1}),
    "other-sst": ("sst", {"freeze_depth": 3, "pooling": "mean", "seed": 1}),
    "full": ("sst", {"freeze_depth": None}),
}
TASKS = tuple(EVERY_TASK)


@pytest.fixture(autouse=True)
def _no_real_data(monkeypatch):
    """What is made up here must not depend on what the machine has."""
    monkeypatch.delenv("MTS_DATA", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Models this small lose by a second thread, and much where the cores are busy."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def tiny_settings(task: str, backbone: Path, **changes) -> Settings:
    """Settings of a run that takes a moment and still moves every weight."""
    quick = {"epochs": 1, "batch_size": 8, "learning_rate": 4e-3, "precision": "fp32"}
    return settings(EVERY_TASK[task], backbone=str(backbone), **(quick | changes))


@pytest.fixture(scope="session")
def backbone_folder(made_once) -> Path:
    return made_once("tiny", lambda folder: write_backbone(folder, seed=0))


@pytest.fixture(scope="session")
def other_backbone(made_once) -> Path:
    """The same shape and vocabulary, other weights."""
    return made_once("other", lambda folder: write_backbone(folder, seed=1))


@pytest.fixture(scope="session")
def data_folder(made_once) -> Path:
    """Forty rows to train on and forty of dev, for each task."""

    def build(folder: Path) -> None:
        for task in TASKS:
            write_task(folder, task, "train", 40, seed=1)
            write_task(folder, task, "dev", 40, seed=2)

    return made_once("forty", build)


@pytest.fixture(scope="session")
def teachers(made_once, backbone_folder, data_folder) -> dict[str, Path]:
    """A checkpoint folder of each of the `KINDS`; read only."""

    def build(root: Path) -> None:
        for name, (task, changes) in KINDS.items():
            chosen = tiny_settings(task, backbone_folder, **changes)
            finetune(chosen, root / name, data_folder, progress=False)

    root = made_once("teachers", build)
    return {name: root / name for name in KINDS}


@pytest.fixture(scope="session")
def whole(teachers, made_once) -> Path:
    """The four and two of these tests' own merged, tapping at 0, 1, 2 and L = 3; read only."""
    chosen = [teachers[task] for task in TASKS]
    return made_once("merged", lambda folder: merge(chosen, folder / "whole")) / "whole"


def made_up_texts(n: int, pair: bool, seed: int) -> list[tuple[str, ...]]:
    """Sentences or pairs of 0 to 30 words, known words and odd characters mixed."""
    draw = random.Random(seed)
    odd = [*string.ascii_lowercase, "9,5", "naïve", "東", "!?"]

    def text() -> str:
        return " ".join(draw.choices([*WORDS, *odd], k=draw.randint(0, 30)))

    return [(text(), text()) if pair else (text(),) for _ in range(n)]


@pytest.fixture(scope="session")
def ragged() -> Callable[..., Batch]:
    """(merged, n, pair, seed) → one batch of n made-up inputs of very different lengths."""

    def make(merged: LoadedModel, n: int, pair: bool, seed: int, siamese: bool = False) -> Batch:
        texts = made_up_texts(n, pair, seed)
        return collate(tokenise(merged.tokenizer, texts, siamese=siamese), range(n))

    return make


def certificate_of(folder: Path) -> dict:
    return json.loads((folder / CERTIFICATE).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def other(teachers, made_once) -> Path:
    """A second good model: two of the tasks, one of them trained anew."""
    chosen = [teachers["other-sst"], teachers["quora"]]
    return made_once("other-merged", lambda folder: merge(chosen, folder / "m")) / "m"


def put(source: Path, place: Path) -> None:
    """A folder in the place of another, as `merge --out` does it: at one moment."""
    fresh = place.with_name("fresh")
    shutil.copytree(source, fresh)
    old = place.with_name("old")
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)
