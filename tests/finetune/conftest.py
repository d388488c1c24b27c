"""A tiny random backbone on disk and made-up task files that can be learnt in a second."""

from __future__ import annotations

import csv
import random
import shutil
import string
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from own_tasks import EVERY_TASK, OWN, write_own

from mtslib.data import datasets, tasks
from mtslib.finetune import Settings, checkpoint, finetune, settings
from mtslib.finetune.checkpoint import BRANCH, CARD, PREDICTIONS, PROBE, Checkpoint
from mtslib.finetune.grid import Grid
from mtslib.finetune.run import prepare
from mtslib.finetune.sweep import sweep

WORDS = ("awful", "poor", "plain", "good", "great", "the", "film", "was", "and", "we", "saw")
CHARACTERS = string.ascii_lowercase + string.digits + ".,;:!?'"
VOCABULARY = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS),
    *CHARACTERS,
    *(f"##{char}" for char in CHARACTERS),
    "[MASK]",
)
NUM_LAYERS = 3  # L of the tiny backbone


@pytest.fixture(autouse=True)
def _no_real_data(monkeypatch):
    """What is made up here must not depend on what the machine has."""
    monkeypatch.delenv("MTS_DATA", raising=False)


@pytest.fixture(autouse=True)
def _one_thread():
    """Two threads on a model this small only wait for each other, for minutes on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def write_backbone(folder: Path, seed: int) -> Path:
    """A random BERT in Hugging Face's format, lively enough that its layers matter."""
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=NUM_LAYERS,
        num_attention_heads=2,
        intermediate_size=64,
    )
    model = transformers.BertModel(config)
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.add_(0.1 * torch.randn_like(tensor))
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def backbone_folder(made_once) -> Path:
    return made_once("tiny", lambda folder: write_backbone(folder, seed=0))


@pytest.fixture(scope="session")
def other_backbone_folder(made_once) -> Path:
    """The same shape and other weights."""
    return made_once("other", lambda folder: write_backbone(folder, seed=1))


def sentence(label: int, draw: random.Random) -> str:
    """Words in any order; one of them gives the class away."""
    words = [*draw.choices(WORDS[5:], k=draw.randint(1, 8)), WORDS[label]]
    draw.shuffle(words)
    return " ".join(words)


def made_up_rows(task: str, n: int, seed: int) -> tuple[list[str], list[list[str]]]:
    """A header and rows of a task whose rule is easy to see."""
    draw = random.Random(f"{task} {seed}")
    rows = []
    for number in range(n):
        if task in ("sst", "cfimdb"):
            label = number % (5 if task == "sst" else 2)
            text = sentence(4 * label if task == "cfimdb" else label, draw)
            rows.append([f"id{number}", text, str(label)])
        else:  # how many words of the second sentence are those of the first
            shared = draw.randint(0, 5)
            second = [*["great"] * shared, *["awful"] * (5 - shared)]
            draw.shuffle(second)
            label = shared >= 3 if task == "quora" else max(0, shared - draw.choice((0, 0.4)))
            first = "great " * draw.randint(1, 5)
            rows.append([f"id{number}", first, " ".join(second), f"{label:g}"])
    texts, label = tasks.get(task).text_columns, tasks.get(task).label_column
    return ["", "id", *texts, label], rows


def write_task(folder: Path, task: str, split: str, n: int, seed: int) -> None:
    """One file of one of the four, or of a task that these tests write themselves."""
    if task in OWN:
        write_own(folder, task, split, n, seed)
        return
    header, rows = made_up_rows(task, n, seed)
    name = datasets.file_name(tasks.get(task), split, "cs224n")
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(header)
        writer.writerows([number, *row] for number, row in enumerate(rows))


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory) -> Path:
    """120 rows to train on and 60 of dev, for each task."""
    folder = tmp_path_factory.mktemp("data")
    for task in EVERY_TASK:
        write_task(folder, task, "train", 120, seed=1)
        write_task(folder, task, "dev", 60, seed=2)
    return folder


@pytest.fixture
def tiny(backbone_folder) -> Callable[..., Settings]:
    """Settings for a run of a second: the tiny backbone, small batches, a high rate."""

    def make(task: str = "sst", **changes) -> Settings:
        quick = {
            "backbone": str(backbone_folder),
            "freeze_depth": 1,
            "epochs": 2,
            "batch_size": 16,
            "learning_rate": 4e-3,
            "precision": "fp32",
        }
        return settings(EVERY_TASK[task], **(quick | changes))

    return make


@pytest.fixture
def train(tiny, data_folder, tmp_path) -> Callable[..., Checkpoint]:
    """Fine-tune with `tiny` settings into a folder of this test."""

    def run(task: str = "sst", out: str = "checkpoint", **changes) -> Checkpoint:
        return finetune(tiny(task, **changes), tmp_path / out, data_folder, progress=False)

    return run


def same_branch(first: checkpoint.Checkpoint, second: checkpoint.Checkpoint) -> bool:
    return (first.folder / checkpoint.BRANCH).read_bytes() == (
        second.folder / checkpoint.BRANCH
    ).read_bytes()


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """An empty cache for each test."""
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def start(tiny, data_folder):
    """Prepare a run with `tiny` settings."""

    def make(task="sst", cache=True, parts=None, **changes):
        extra = {"parts": parts} if parts else {}
        return prepare(tiny(task, **changes), data_folder, None, False, cache, **extra)

    return make


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


QUICK = {"epochs": 1, "batch_size": 16, "learning_rate": 4e-3, "precision": "fp32"}


@pytest.fixture
def make(backbone_folder, data_folder):
    """A grid on the tiny backbone."""

    def build(**values) -> Grid:
        changes = QUICK | {"backbone": str(backbone_folder)} | values.pop("changes", {})
        usual = {"tasks": ("sst",), "depths": (None, 1), "data": str(data_folder)}
        return Grid(**(usual | values), changes=changes)

    return build


def quietly(line: str) -> None:
    """Say nothing."""


def run(chosen: Grid, place: Path, **options) -> int:
    return sweep([chosen], place / "runs", place / "results", **({"say": quietly} | options))


FILES = (BRANCH, PROBE, PREDICTIONS, CARD)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, backbone_folder, data_folder) -> Path:
    """One checkpoint, not to be changed."""
    chosen = settings(
        "sst",
        backbone=str(backbone_folder),
        freeze_depth=1,
        epochs=1,
        batch_size=16,
        precision="fp32",
    )
    out = tmp_path_factory.mktemp("trained") / "checkpoint"
    return finetune(chosen, out, data_folder, progress=False).folder


@pytest.fixture
def folder(trained, tmp_path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(trained, tmp_path / "copy")
