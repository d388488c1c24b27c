"""Checkpoints: what was trained, what it answers, and how it came about. Chapter 11.

A folder with `branch.safetensors` (the trained tensors only), `probe.safetensors` (this model's
fp32 outputs on the fixed probe) and `card.json`, which names the hash of each file and of every
tensor of the live trunk after training. It is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.base.disks import tensor_errors
from mtslib.base.errors import CheckpointError
from mtslib.base.files import (
    folder_written_whole,
    read_sealed_json,
    sha256_file,
    sha256_tensor,
    write_sealed_json,
)
from mtslib.base.paths import expanded
from mtslib.data.tasks import Task
from mtslib.evidence import results
from mtslib.finetune.probe import probe_outputs
from mtslib.finetune.settings import Settings
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import BertModel

FORMAT = 1
BRANCH, PROBE, CARD = "branch.safetensors", "probe.safetensors", "card.json"
PREDICTIONS = "dev-predictions.safetensors"
SEAL = "card_sha256"


@dataclass(frozen=True)
class _Card:
    """What every card has; the trainer adds what else it knows."""

    settings: dict[str, Any]
    backbone_name: str
    backbone_sha256: str
    trunk_sha256: dict[str, str]
    files: dict[str, str]
    data: dict[str, Any]
    dev: list[dict[str, Any]]
    environment: dict[str, Any]


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint, read and verified.

    card: `card.json`. branch: trained tensors by name. probe: fp32 outputs, (8, …).
    """

    folder: Path
    card: Mapping[str, Any]
    branch: Mapping[str, Tensor]
    probe: Tensor

    @cached_property
    def settings(self) -> Settings:
        """What it was trained with."""
        return Settings.from_dict(self.card["settings"])

    @property
    def task(self) -> Task:
        """The task it answers."""
        return self.settings.task

    @property
    def name(self) -> str:
        """Task and folder, as messages call it."""
        return f"{self.task.name} ({self.folder})"


def save(
    folder: Path,
    model: TaskModel,
    backbone: Backbone,
    settings: Settings,
    facts: Mapping[str, Any],
    predictions: Mapping[str, Tensor],
) -> Checkpoint:
    """Write a checkpoint folder, replacing an older one only when the new one is complete.

    facts: the card's `data`, `dev`, `environment` and whatever else the trainer knows.
    predictions: `rows` and `predicted` on dev, for paired tests.
    """
    branch = {name: _plain(tensor) for name, tensor in model.trained_tensors().items()}
    with tensor_errors(folder), folder_written_whole(folder) as fresh:
        safetensors.torch.save_file(branch, fresh / BRANCH)
        probe = probe_outputs(model, backbone.tokenizer())
        safetensors.torch.save_file({"outputs": probe}, fresh / PROBE)
        safetensors.torch.save_file(dict(predictions), fresh / PREDICTIONS)
        card = {
            "format": FORMAT,
            "settings": settings.as_dict(),
            "backbone_name": backbone.name,
            "backbone_sha256": backbone.sha256,
            "backbone_form_sha256": backbone.form_sha256,
            # Hashed from the live model, not from the backbone's file: if training moved a frozen
            # tensor after all, the card says so and merging will refuse it.
            "trunk_sha256": {n: sha256_tensor(t) for n, t in model.frozen_tensors().items()},
            "files": {file: sha256_file(fresh / file) for file in (BRANCH, PROBE, PREDICTIONS)},
            **facts,
        }
        write_sealed_json(fresh / CARD, card, SEAL)
    return read(folder)


def read(folder: Path | str) -> Checkpoint:
    """Read and verify a checkpoint.

    Raises CheckpointError naming the file that is missing, damaged, edited or not safetensors.
    """
    folder = Path(folder)
    card = _read_card(folder)
    for file, expected in card["files"].items():
        path = folder / file
        if not path.is_file():
            raise CheckpointError(
                f"{path} is missing; the checkpoint is incomplete, train it again"
            )
        seen = sha256_file(path)
        if seen != expected:
            raise CheckpointError(
                f"{path} has sha256 {seen[:12]}…, its card says {expected[:12]}…; "
                "the file was edited or damaged after training; restore it or train again"
            )
    branch = read_tensors(folder / BRANCH)
    _check_numbers(folder / BRANCH, branch)
    probe = read_tensors(folder / PROBE)
    if "outputs" not in probe:
        raise CheckpointError(f"{folder / PROBE} holds no tensor `outputs`; train it again")
    return Checkpoint(folder, card, branch, probe["outputs"])


def _check_numbers(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Raise CheckpointError unless all are finite fp32, as training leaves them."""
    for name, tensor in tensors.items():
        finite = tensor.is_floating_point() and bool(tensor.isfinite().all())
        if tensor.dtype != torch.float32 or not finite:
            seen = "numbers that are not finite" if not finite else str(tensor.dtype)
            raise CheckpointError(
                f"{path}: tensor {name} holds {seen}; expected finite float32; train it again"
            )


def _read_card(folder: Path) -> dict[str, Any]:
    path = folder / CARD
    if not path.is_file():
        raise CheckpointError(
            f"{folder} is not a checkpoint: it has no {CARD}; "
            "expected a folder written by `python -m mtslib finetune --out`"
        )
    card = read_sealed_json(path, SEAL, _Card, FORMAT, "restore it or train again")
    missing = [file for file in (BRANCH, PROBE) if file not in card["files"]]
    if missing:
        raise CheckpointError(f"{path} names no hash for {missing[0]}; restore it or train again")
    odd = [file for file in card["files"] if Path(file).name != file or "\0" in file]
    if odd:
        raise CheckpointError(f"{path} names {odd[0][:60]!a}, which is no file beside it")
    return card


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file. Raises CheckpointError when it is none.

    They are copied out of the file's memory, where they may start at any address: some matrix
    products round differently on memory that is not aligned, and bit-equal would no longer be.
    """
    try:
        return {name: kept.clone() for name, kept in safetensors.torch.load_file(path).items()}
    except (safetensors.SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path} cannot be read as safetensors ({' '.join(str(error).split())}); "
            "restore it or train again"
        ) from error


def record(
    checkpoint: Checkpoint, folder: Path | None = None, seconds_comparable: bool = False
) -> tuple[str, bool]:
    """Append its run and what it said of dev to the results → (run_id, whether it was new)."""
    kept = read_tensors(checkpoint.folder / PREDICTIONS)
    rows, predicted = kept["rows"].numpy(), kept["predicted"].numpy()
    return results.record(checkpoint.card, rows, predicted, folder, seconds_comparable)


def rebuild(checkpoint: Checkpoint, backbone: Backbone | None = None) -> TaskModel:
    """The fine-tuned single-task model, in eval mode.

    Raises CheckpointError when the backbone is not the one it was trained on, when its trunk
    moved during training, or when a tensor does not fit.
    """
    backbone = backbone or backbone_of(checkpoint)
    check_backbone(checkpoint, backbone)
    moved = live_trunk_moved(checkpoint, backbone)
    if moved:
        raise CheckpointError(
            f"{checkpoint.name}: its trunk moved while it was trained: {moved[0]} "
            f"({len(moved)} of {len(checkpoint.card['trunk_sha256'])} tensors) is no longer the "
            "backbone's, so the model that was scored cannot be rebuilt; train it again"
        )
    # Copies, since backbone and checkpoint are kept for others and a model may be changed.
    frozen = {name: backbone.tensors[name].clone() for name in checkpoint.card["trunk_sha256"]}
    branch = {name: tensor.clone() for name, tensor in checkpoint.branch.items()}
    return build(replace(checkpoint, branch=branch), backbone.config, frozen)


def build(checkpoint: Checkpoint, config: BertConfig, frozen: Mapping[str, Tensor]) -> TaskModel:
    """The single-task model on given trunk tensors; they and the branch are used uncopied."""
    settings, task = checkpoint.settings, checkpoint.task
    with torch.device("meta"):  # shapes only: every tensor comes from `frozen` or the branch
        model = TaskModel(
            BertModel(replace(config, encoder_dropout=settings.encoder_dropout)),
            task,
            settings.resolved_objective,
            settings.freeze_depth,
            settings.pooling,
            settings.head_dropout,
            branch_layers=settings.branch_layers,
        )
    own = model.trained_tensors()
    try:
        if set(own) != set(checkpoint.branch):
            name = sorted(set(own) ^ set(checkpoint.branch))[0]
            raise RuntimeError(f"tensor {name} is missing or unknown")
        tensors = {name: frozen[name] for name in model.frozen_tensors()} | checkpoint.branch
        for part in (model.trunk, model.branch):
            part.load_state_dict({name: tensors[name] for name in part.state_dict()}, assign=True)
    except (RuntimeError, KeyError) as error:
        raise CheckpointError(
            f"{checkpoint.folder / BRANCH} does not fit its own card: "
            f"{' '.join(str(error).split())[:300]}; train it again"
        ) from error
    return model.eval()


def backbone_of(checkpoint: Checkpoint, given: Path | str | None = None) -> Backbone:
    """The backbone that a card names, or the one that is `given` in its place.

    A relative folder is looked for from here, then from each folder above the checkpoint: the
    command that trained it may have run in another. What is found is still held against the card.
    Raises CheckpointError where nothing is found.
    """
    card, name = checkpoint.card, checkpoint.settings.backbone
    if given is not None:
        return backbones.load(given)
    if name in backbones.SOURCES or expanded(name).exists():
        return backbones.load(name)
    for above in checkpoint.folder.absolute().parents:
        if (above / name).is_dir():
            return backbones.load(above / name)
    if card["backbone_name"] in backbones.SOURCES:
        return backbones.load(card["backbone_name"])
    raise CheckpointError(
        f"{checkpoint.name} was trained on the backbone in {name}, which is gone; say where it "
        f"lies now: --backbone FOLDER (its weights have sha256 {card['backbone_sha256'][:12]}…)"
    )


def check_backbone(checkpoint: Checkpoint, backbone: Backbone) -> None:
    """Raise CheckpointError unless the checkpoint was trained on exactly this backbone."""
    card = checkpoint.card
    if card["backbone_sha256"] != backbone.sha256:
        raise CheckpointError(
            f"{checkpoint.name} was trained on backbone {card['backbone_name']} "
            f"(sha256 {card['backbone_sha256'][:12]}…), this one is {backbone.name} "
            f"({backbone.sha256[:12]}…); say where the other lies: --backbone FOLDER"
        )
    if card.get("backbone_form_sha256", backbone.form_sha256) != backbone.form_sha256:
        raise CheckpointError(
            f"{checkpoint.name} was trained on {backbone.name} with another vocabulary, tokenizer "
            f"or configuration than {backbone.folder} has now; restore its files, or say where "
            "they lie: --backbone FOLDER"
        )


def _plain(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().contiguous().clone()


def live_trunk_moved(checkpoint: Checkpoint, backbone: Backbone) -> list[str]:
    """Names of frozen tensors that were no longer the backbone's when training ended."""
    recorded = checkpoint.card["trunk_sha256"]
    return [
        name
        for name, digest in recorded.items()
        if name not in backbone.tensors or sha256_tensor(backbone.tensors[name]) != digest
    ]


def same_numbers(first: Tensor, second: Tensor) -> bool:
    """Whether two tensors are equal bit by bit (NaN equals the same NaN)."""
    return first.shape == second.shape and torch.equal(
        first.contiguous().view(torch.uint8), second.contiguous().view(torch.uint8)
    )
