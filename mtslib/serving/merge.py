"""Merge single-task checkpoints of one backbone and prove the result. Chapter 11."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from mtslib.backbones import Backbone
from mtslib.base import provenance
from mtslib.base.disks import tensor_errors
from mtslib.base.errors import MergeError
from mtslib.base.files import (
    check_replaceable,
    content_sha256,
    folder_written_whole,
    remove_leftovers,
    sha256_tensor,
    write_json,
    write_sealed_json,
)
from mtslib.base.locks import held_alone
from mtslib.data.tasks import Task
from mtslib.finetune import checkpoint as checkpoints
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.minbert.vocabulary import UNCASED
from mtslib.serving import certificate as certificates
from mtslib.serving.merged_folder import (
    CERTIFICATE,
    CONFIG,
    FORMAT,
    SEAL,
    TRUNK,
    VOCABULARY,
    LoadedModel,
    load,
)
from mtslib.serving.merged_model import MergedModel, assemble


def merge(
    folders: Sequence[Path | str],
    out: Path | str,
    replace: bool = False,
    backbone: Path | str | None = None,
    only: Sequence[Task | str] = (),
) -> LoadedModel:
    """Merge checkpoints of one backbone, prove the result, and write it to `out`.

    folders: checkpoint folders, or merged folders, which stand for all their branches.
    only: tasks, by name or as they are described; the branches of others are left out.
    replace: let a later folder take the place of an earlier one of the same task.
    backbone: where theirs lies now, if not where their cards say.
    One process at a time writes `out`: a second one is refused with BusyError.
    Raises MergeError for a `full` teacher, a trunk that moved during training, a task given
    twice or a claim that fails; CheckpointError for a damaged file or another backbone; MtsError
    when `out` is a folder of something else.
    """
    out = Path(out)
    check_replaceable(out, CERTIFICATE)
    for folder in folders:
        if out.resolve().parent.is_relative_to(Path(folder).resolve()):
            raise MergeError(f"{out} lies inside {folder}, which is read; choose another --out")
    with held_alone(out) as out:
        remove_leftovers(out)
        _merge(_collect(folders, replace, only), out, backbone)
        return load(out)


def _merge(found: dict[str, Checkpoint], out: Path, backbone: Path | str | None) -> None:
    """Check, prove and write, for whoever holds the lock of `out`."""
    backbone = _one_backbone(found, backbone)
    # One copy of the trunk, hashed once, serves every teacher and the merged model.
    names = {name for item in found.values() for name in item.card["trunk_sha256"]}
    trunk = {name: backbone.tensors[name].clone() for name in names & set(backbone.tensors)}
    digests = {name: sha256_tensor(tensor) for name, tensor in trunk.items()}
    for item in found.values():
        _check_shareable(item, backbone, digests)
    models = {task: checkpoints.build(item, backbone.config, trunk) for task, item in found.items()}
    merged = assemble(models)
    branches = {}
    for task, item in found.items():
        objective = models[task].objective
        probe = certificates.probe_tokens(backbone.tokenizer(), item, objective.apart)
        proof = certificates.prove(
            item, probe, models[task], lambda batch, task=task: merged(batch, [task])[task]
        )
        branches[task] = {
            "freeze_depth": item.settings.freeze_depth,
            "branch_layers": len(models[task].branch.layers),
            "objective": item.settings.objective,
            "card_sha256": content_sha256(item.folder / checkpoints.CARD),
            **proof,
        }
    certificate = {
        "format": FORMAT,
        "backbone": {"name": backbone.name, "sha256": backbone.sha256},
        "trunk_depth": merged.trunk.depth,
        "trunk_sha256": {name: digests[name] for name in merged.trunk.state_dict()},
        "branches": branches,
        "environment": provenance.environment(torch.device("cpu"), "fp32"),
    }
    _write(out, merged, backbone, found, certificate)


def without(
    folder: Path | str, task: str, out: Path | str, backbone: Path | str | None = None
) -> LoadedModel:
    """The merged model of `folder` without one task, written to `out`."""
    found = load(folder).checkpoints
    if task not in found:
        raise MergeError(f"{folder} has no task {task}; it answers {', '.join(found)}")
    if len(found) == 1:
        raise MergeError(f"{task} is the last task of {folder}; delete the folder instead")
    kept = [item.folder for name, item in found.items() if name != task]
    return merge(kept, out, backbone=backbone)


# Checking --------------------------------------------------------------------------------------


def _collect(
    folders: Sequence[Path | str], replace: bool, only: Sequence[Task | str]
) -> dict[str, Checkpoint]:
    """Checkpoints by task; a merged folder stands for its branches."""
    found: dict[str, Checkpoint] = {}
    wanted = {getattr(task, "name", task): task for task in only}
    others = set()
    for given in map(Path, folders):
        if (given / CERTIFICATE).is_file():
            items = list(load(given).checkpoints.values())  # verified, in their order
        else:
            items = [checkpoints.read(given)]
        for item in items:
            task = item.task.name
            if wanted and task not in wanted:
                others.add(task)
                continue
            said = wanted.get(task, task)
            if said != task and (differs := item.task.differs_from(said)):
                raise MergeError(
                    f"task {task} is another one in {item.folder} than in {said.source}: {differs}"
                )
            differs = found[task].task.differs_from(item.task) if task in found else ""
            if differs:
                raise MergeError(
                    f"task {task} means two things: {found[task].folder} and {item.folder} have "
                    f"{differs}; give one of them another name in its task file, and train it anew"
                )
            if task in found and not replace:
                raise MergeError(
                    f"task {task} is given twice: {found[task].folder} and {item.folder}; a merged "
                    "model has one branch per task; leave one out, or say --replace"
                )
            found[task] = item
    if lacking := sorted(wanted.keys() - found.keys()):
        has = ", ".join(sorted({*found, *others}))
        raise MergeError(f"no folder has a branch for {lacking[0]}; they have {has}")
    if not found:
        raise MergeError("nothing to merge: no checkpoint folder was given")
    return found


def _one_backbone(found: dict[str, Checkpoint], given: Path | str | None) -> Backbone:
    """The backbone that all of them name, from its own verified files."""
    names = {item.card["backbone_sha256"]: item for item in found.values()}
    if len(names) > 1:
        first, second = list(names.values())[:2]
        raise MergeError(
            f"{first.name} was trained on {first.card['backbone_name']} "
            f"({first.card['backbone_sha256'][:12]}…), {second.name} on "
            f"{second.card['backbone_name']} ({second.card['backbone_sha256'][:12]}…); "
            "only branches of one backbone can share a trunk"
        )
    return checkpoints.backbone_of(next(iter(found.values())), given)


def _check_shareable(item: Checkpoint, backbone: Backbone, digests: dict[str, str]) -> None:
    """Refuse a teacher whose trunk is not this backbone's, whose tensors have these `digests`."""
    if item.settings.freeze_depth is None:
        raise MergeError(
            f"{item.name} was fine-tuned in full: a full teacher shares nothing, so there is "
            "no trunk to merge; train it with --freeze-depth, or serve it on its own"
        )
    checkpoints.check_backbone(item, backbone)
    recorded = item.card["trunk_sha256"]
    moved = [name for name, digest in recorded.items() if digests.get(name) != digest]
    if moved:
        raise MergeError(
            f"{item.name}: its trunk moved while it was trained: {moved[0]} "
            f"({len(moved)} of {len(recorded)} tensors) is no longer the "
            "backbone's; another task cannot share it; find what trained it, and train again"
        )


# Files -----------------------------------------------------------------------------------------


def _write(
    out: Path,
    merged: MergedModel,
    backbone: Backbone,
    found: dict[str, Checkpoint],
    certificate: dict[str, Any],
) -> None:
    trunk = {name: tensor.contiguous() for name, tensor in merged.trunk.state_dict().items()}
    with tensor_errors(out), folder_written_whole(out) as fresh:
        safetensors.torch.save_file(trunk, fresh / TRUNK)
        _write_vocabulary(fresh / VOCABULARY, backbone)
        rules = {} if backbone.rules == UNCASED else {"rules": asdict(backbone.rules)}
        write_json(fresh / CONFIG, asdict(backbone.config) | rules)
        for task, item in found.items():
            _copy(item, fresh / "branches" / task)
        files = {file: content_sha256(fresh / file) for file in (TRUNK, VOCABULARY, CONFIG)}
        write_sealed_json(fresh / CERTIFICATE, certificate | {"files": files}, SEAL)


def _copy(item: Checkpoint, target: Path) -> None:
    """The files that a checkpoint's card names, and nothing that lies beside them."""
    target.mkdir(parents=True)
    for file in (checkpoints.CARD, *item.card["files"]):
        shutil.copyfile(item.folder / file, target / file)


def _write_vocabulary(path: Path, backbone: Backbone) -> None:
    path.write_text("\n".join(backbone.vocabulary) + "\n", encoding="utf-8", newline="\n")
