"""What is timed: workloads, the slice of data they run on, and the arithmetic they need."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.base.errors import MtsError
from mtslib.base.files import folder_written_whole
from mtslib.data import datasets, tasks
from mtslib.data.batching import tokenise
from mtslib.data.datasets import Split
from mtslib.finetune.grid import check_files
from mtslib.minbert.config import BertConfig

# What does each; the first is ours, and every other is measured against it.
CONTENDERS = {
    "A": ("ours", "hf-plain", "hf-tuned"),
    "B": ("ours", "hf-frozen"),
    "C": ("ours", "hf-frozen"),
    "E": ("ours", "sentence-transformers"),
}
EPOCHS = {"A": 1, "B": 3, "C": 3, "E": 1}
BERT_BASE_SHAPE = "bert-base-shape"
BATCH = 64
LEARNING_RATE = 2e-5
HEAD_DROPOUT, ENCODER_DROPOUT = 0.3, 0.1


@dataclass(frozen=True)
class Work:
    """One workload on one task in one precision.

    task, backbone: a name or a file, a folder. depths: freeze depths; None for full, empty for
    encoding. rows: of the training file, the first ones. train_file: read instead of its own.
    """

    workload: str
    task: str
    precision: str
    depths: tuple[int | None, ...]
    rows: int
    backbone: str
    data: str | None
    threads: int
    train_file: str | None = None

    @property
    def name(self) -> str:
        """E.g. `B k=1 sst fp32` is spelt by its depth: `B d=5 sst fp32`."""
        depth = f" d={self.depths[0]}" if self.workload == "B" else ""
        return f"{self.workload}{depth} {tasks.get(self.task).name} {self.precision}"

    @property
    def id(self) -> str:
        """All that decides the work, as a short name: what is done under it is done."""
        told = asdict(self) | {"data": data_slice(self).sha256, "train_file": None}
        told["task"] = tasks.get(self.task).name
        told["backbone"] = backbones.load(self.backbone).sha256
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def epochs(self) -> int:
        """Passes over the slice, for each depth."""
        return EPOCHS[self.workload]


def works(
    workloads: Sequence[str],
    task_names: Sequence[str],
    precisions: Sequence[str],
    rows: int,
    backbone: str,
    num_layers: int,
    data: str | None,
    threads: int,
    train_files: Mapping[str, str] | None = None,
) -> list[Work]:
    """Every combination, B with one and with two layers trained.

    train_files: by task. Raises MtsError naming a workload, precision or task that does not exist.
    """
    for what, values, known in (
        ("workload", workloads, tuple(CONTENDERS)),
        ("precision", precisions, ("fp32", "bf16")),
    ):
        for value in values:
            if value not in known:
                raise MtsError(f"{what} {value!r} is unknown; expected {', '.join(known)}")
    if rows < 1:
        raise MtsError(f"--rows is {rows}; expected 1 or more")
    files = train_files or {}
    names = {task: tasks.get(task).name for task in task_names}
    check_files(files, tuple(names.values()))
    shared = (rows, backbone, data, threads)
    return [
        Work(workload, task, precision, depths, *shared, files.get(names[task]))
        for workload in workloads
        for depths in _depths(workload, num_layers)
        for task in task_names
        for precision in precisions
    ]


def _depths(workload: str, num_layers: int) -> Iterator[tuple[int | None, ...]]:
    if workload == "B":
        yield from ((num_layers - 1,), (num_layers - 2,))
    else:
        yield {"A": (None,), "C": tuple(range(num_layers + 1)), "E": ()}[workload]


def data_slice(work: Work) -> Split:
    """The first labelled rows of the task's training file."""
    whole = datasets.load(work.task, "train", work.data, work.train_file)
    kept = whole.labelled[: work.rows]
    return replace(whole, examples=tuple(kept), unlabelled=(), sha256=f"{whole.sha256} {len(kept)}")


def texts_of(work: Work) -> tuple[list[tuple[str, ...]], list[float]]:
    """Texts and labels of the slice; to be encoded, the two texts of a pair each by itself."""
    rows = data_slice(work).labelled
    texts, labels = [row.texts for row in rows], [float(row.label) for row in rows]
    if work.workload == "E":
        return [(text,) for pair in texts for text in pair], []
    return texts, labels


def lengths_of(work: Work, backbone: Backbone) -> list[int]:
    """Tokens of each text as ours makes them: FLOPs and real tokens are counted with them."""
    return tokenise(backbone.tokenizer(), texts_of(work)[0]).lengths


def useful_flops(work: Work, config: BertConfig, lengths: Sequence[int]) -> float:
    """Floating-point operations that the workload asks for, however it is done.

    Training costs three forward passes; a frozen layer needs one in all. Where [CLS] alone is
    read, the last layer owes keys and values of all tokens and the rest of one. Products only.
    """
    if work.workload == "E":
        return sum(config.num_layers * _layer(config, tokens, tokens) for tokens in lengths)
    total = 0.0
    frozen = max(depth or 0 for depth in work.depths)  # one pass serves every depth
    total += sum(frozen * _layer(config, tokens, tokens) for tokens in lengths)
    for depth in work.depths:
        trained = config.num_layers - (depth or 0)
        for tokens in lengths if trained else ():
            whole = (trained - 1) * _layer(config, tokens, tokens)
            total += 3 * work.epochs * (whole + _layer(config, tokens, 1))
    return total


def _layer(config: BertConfig, tokens: int, asking: int) -> float:
    """One layer, forward: keys and values of `tokens`, everything else of `asking` tokens."""
    size, inner = config.hidden_size, config.intermediate_size
    keys_and_values = 2 * tokens * size * size
    rest = asking * (2 * size * size + 2 * size * inner + 2 * tokens * size)
    return 2.0 * (keys_and_values + rest)


def real_tokens(work: Work, lengths: Sequence[int]) -> int:
    """Tokens without padding that are trained on or encoded, each epoch and depth counted."""
    return sum(lengths) * work.epochs * max(1, len(work.depths))


def random_backbone_folder(folder: Path) -> Path:
    """A folder with random weights of bert-base's shape: speed needs no trained ones."""
    import transformers  # a peer, not a part: only `bench` and tests need it

    if not (folder / "vocab.txt").is_file():
        with folder_written_whole(folder) as fresh:
            transformers.BertModel(transformers.BertConfig()).save_pretrained(fresh)
            shutil.copyfile(backbones.load().folder / "vocab.txt", fresh / "vocab.txt")
    return folder
