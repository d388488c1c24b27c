"""Full teachers combined by arithmetic into one encoder, a checkpoint per task. Chapter 14."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from mtslib.base.errors import TrainError
from mtslib.base.files import check_replaceable
from mtslib.evidence import results
from mtslib.finetune import checkpoint
from mtslib.finetune.arithmetic import COMBINE, DARE
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.hidden_states import run_once
from mtslib.finetune.run import Run, prepare
from mtslib.finetune.settings import NO_EXTRAS, settings
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer, run_epoch, write

HEADS = ("kept", "refitted")
_SHARED = ("embeddings.", "layers.")


def combine(
    folders: Sequence[Path],
    way: str,
    heads: str,
    out: Path,
    data: Path | str | None = None,
    train_files: Mapping[str, str] | None = None,
    dev_files: Mapping[str, str] | None = None,
    progress: bool = True,
    seed: int = 0,
) -> dict[str, Checkpoint]:
    """One encoder of several teachers, `out`/TASK for each → the checkpoints by task.

    way: of `arithmetic.COMBINE`. heads: `kept` as the teachers had them, or `refitted` on the new
    encoder, which stays as it is, with the preset's rate of a lone head.
    seed: of what DARE drops; the other ways draw nothing.
    Raises TrainError for teachers that do not fit together, before anything is written.
    """
    teachers = [checkpoint.read(folder) for folder in folders]
    _check(teachers, way, heads, seed)
    for teacher in teachers:
        check_replaceable(out / teacher.task.name, checkpoint.CARD)
    backbone = checkpoint.backbone_of(teachers[0])
    base = {n: backbone.tensors[n] for n in teachers[0].branch if n.startswith(_SHARED)}
    draws = {"generator": torch.Generator().manual_seed(seed)} if way == DARE else {}
    weights = COMBINE[way](base, [teacher.branch for teacher in teachers], **draws)
    method = {"name": "arithmetic", "way": way, "heads": heads, "trunk_depth": None}
    method["tasks"] = [teacher.task.name for teacher in teachers]
    method |= {"seed": seed} if way == DARE else {}
    method["teachers"] = [results.run_id(teacher.card) for teacher in teachers]
    written = {}
    for teacher in teachers:
        name = teacher.task.name
        files = {"train_file": (train_files or {}).get(name)}
        files["dev_file"] = (dev_files or {}).get(name)
        run = prepare(teacher.settings, data, **files, progress=progress, cache=False)
        run.settings = replace(run.settings, method=method, **NO_EXTRAS)
        own = {n: t for n, t in teacher.branch.items() if n not in base}
        run.model.load_trained_tensors(weights | own)
        if heads == "refitted":
            _refit(run, progress)
        written[name] = write(run, out / name, progress)
    return written


def _refit(run: Run, progress: bool) -> None:
    """Train the head alone, in place, on the encoder's outputs, which are computed once."""
    own = run.settings
    layers = run.backbone.num_layers
    names = ("seed", "epochs", "batch_size", "pooling", "objective", "backbone", "precision")
    same = {name: getattr(own, name) for name in names}
    chosen = settings(own.task, own.preset, freeze_depth=layers, **same)
    bert = run.backbone.model()
    bert.embeddings = run.model.trunk.embeddings
    bert.layers = nn.ModuleList(run.model.branch.layers.values())
    probe = TaskModel(bert, own.task, run.model.objective, layers, own.pooling, own.head_dropout)
    probe.branch.head = run.model.branch.head
    states = run_once(probe.trunk, run.train_tokens, layers)
    lone = replace(run, settings=chosen, model=probe, train_states=states, history=[])
    optimizer = build_optimizer(probe, chosen)
    for epoch in range(chosen.epochs):
        run_epoch(lone, optimizer, epoch, progress)
    run.history = lone.history


def _check(teachers: Sequence[Checkpoint], way: str, heads: str, seed: int) -> None:
    """Refuse teachers that have no encoder to add up."""
    for what, value, allowed in (("way", way, COMBINE), ("heads", heads, HEADS)):
        if value not in allowed:
            raise TrainError(f"{what} {value!r} is unknown; expected {', '.join(allowed)}")
    if not 0 <= seed < 2**31:
        raise TrainError(f"seed {seed} is out of range; expected 0 to {2**31 - 1}")
    names = [teacher.task.name for teacher in teachers]
    if len(names) < 2 or len(set(names)) < len(names):
        raise TrainError(f"teachers of {', '.join(names)}; expected two or more different tasks")
    first = teachers[0]
    for teacher in teachers:
        if teacher.settings.freeze_depth is not None:
            raise TrainError(
                f"{teacher.name} froze its layers below {teacher.settings.freeze_depth}; the "
                "encoders of full teachers are combined, and partial ones are what `merge` takes"
            )
        if teacher.card["backbone_sha256"] != first.card["backbone_sha256"]:
            raise TrainError(
                f"{teacher.name} began at another backbone than {first.name}; task vectors of "
                "different backbones cannot be added"
            )
