"""Merge single-task checkpoints into one model, keep it, read it back. Chapter 11.

A merged folder holds `trunk.safetensors` (the shared tensors, once), `vocab.txt`, `config.json`,
`branches/TASK/`, each the teacher's checkpoint folder, byte for byte, and `certificate.json`,
which names the hash of every other file and of itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.base import provenance
from mtslib.base.errors import CheckpointError, MergeError
from mtslib.base.files import (
    check_replaceable,
    folder_written_whole,
    is_sealed,
    sha256_file,
    sha256_tensor,
    write_json,
    write_sealed_json,
)
from mtslib.finetune import checkpoint as checkpoints
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.minbert.config import BertConfig
from mtslib.minbert.tokenizer import Tokenizer, read_vocabulary
from mtslib.serving import certificate as certificates
from mtslib.serving.merged_model import MergedModel, assemble

FORMAT = 1
TRUNK, VOCABULARY, CONFIG, CERTIFICATE = (
    "trunk.safetensors",
    "vocab.txt",
    "config.json",
    "certificate.json",
)
SEAL = "certificate_sha256"


@dataclass(frozen=True)
class Merged:
    """A merged model, verified, with all that is needed to answer requests.

    checkpoints: the teachers by task, in the order in which they were merged.
    """

    folder: Path
    model: MergedModel
    config: BertConfig
    tokenizer: Tokenizer
    checkpoints: dict[str, Checkpoint]
    certificate: dict[str, Any]


def merge(folders: Sequence[Path | str], out: Path | str, replace: bool = False) -> Merged:
    """Merge checkpoints of one backbone, prove the result, and write it to `out`.

    folders: checkpoint folders, or merged folders, which stand for all their branches.
    replace: let a later folder take the place of an earlier one of the same task.
    Raises MergeError for a `full` teacher, a trunk that moved during training, a task given
    twice or a claim that fails; CheckpointError for a damaged file or another backbone; MtsError
    when `out` is a folder of something else.
    """
    out = Path(out)
    check_replaceable(out, CERTIFICATE)
    found = _collect(folders, replace)
    backbone = _one_backbone(found)
    for item in found.values():
        _check_shareable(item, backbone)
    models = {task: checkpoints.rebuild(item, backbone) for task, item in found.items()}
    merged = assemble(models)
    branches = {}
    for task, item in found.items():
        objective = models[task].objective
        probe = certificates.probe_tokens(backbone.tokenizer(), item, objective.siamese)
        proof = certificates.prove(
            item, probe, models[task], lambda batch, task=task: merged(batch, [task])[task]
        )
        branches[task] = {
            "freeze_depth": item.settings.freeze_depth,
            "objective": item.settings.objective,
            "card_sha256": sha256_file(item.folder / checkpoints.CARD),
            **proof,
        }
    certificate = {
        "format": FORMAT,
        "backbone": {"name": backbone.name, "sha256": backbone.sha256},
        "trunk_depth": merged.trunk.depth,
        "trunk_sha256": {n: sha256_tensor(t) for n, t in merged.trunk.state_dict().items()},
        "branches": branches,
        "environment": provenance.environment(torch.device("cpu"), "fp32"),
    }
    _write(out, merged, backbone, found, certificate)
    return load(out)


def without(folder: Path | str, task: str, out: Path | str) -> Merged:
    """The merged model of `folder` without one task, written to `out`."""
    found = load(folder).checkpoints
    if task not in found:
        raise MergeError(f"{folder} has no task {task}; it answers {', '.join(found)}")
    if len(found) == 1:
        raise MergeError(f"{task} is the last task of {folder}; delete the folder instead")
    return merge([item.folder for name, item in found.items() if name != task], out)


def load(folder: Path | str) -> Merged:
    """Read a merged folder and verify every byte that takes part in an answer.

    The trunk is held against the certificate and against what each branch saw after its own
    training; each branch against its card. Raises CheckpointError naming tensor or file.
    """
    folder = Path(folder)
    certificate = _read_certificate(folder)
    found = {path.name: checkpoints.read(path) for path in _branch_folders(folder)}
    if set(found) != set(certificate["branches"]):
        raise CheckpointError(
            f"{folder} holds branches {', '.join(found) or 'none'}, its certificate names "
            f"{', '.join(certificate['branches'])}; add and remove tasks with the merge command"
        )
    tensors = checkpoints.read_tensors(folder / TRUNK)
    for task, item in found.items():
        _check_branch(folder, task, item, certificate)
    _check_trunk(folder, tensors, found, certificate)
    _check_files(folder, certificate["files"])
    config = BertConfig(**json.loads((folder / CONFIG).read_text(encoding="utf-8")))
    # In the certificate's order; all of them use the same trunk tensors, held once in memory.
    found = {task: found[task] for task in certificate["branches"]}
    models = {task: checkpoints.build(item, config, tensors) for task, item in found.items()}
    tokenizer = Tokenizer(read_vocabulary(folder / VOCABULARY))
    return Merged(folder, assemble(models), config, tokenizer, found, certificate)


# Checking --------------------------------------------------------------------------------------


def _collect(folders: Sequence[Path | str], replace: bool) -> dict[str, Checkpoint]:
    """Checkpoints by task; a merged folder stands for its branches."""
    found: dict[str, Checkpoint] = {}
    for given in map(Path, folders):
        if (given / CERTIFICATE).is_file():
            items = list(load(given).checkpoints.values())  # verified, in their order
        else:
            items = [checkpoints.read(given)]
        for item in items:
            task = item.settings.task
            if task in found and not replace:
                raise MergeError(
                    f"task {task} is given twice: {found[task].folder} and {item.folder}; a merged "
                    "model has one branch a task; leave one out, or say --replace"
                )
            found[task] = item
    if not found:
        raise MergeError("nothing to merge: no checkpoint folder was given")
    return found


def _one_backbone(found: dict[str, Checkpoint]) -> Backbone:
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
    item = next(iter(found.values()))
    backbone = backbones.load(item.settings.backbone)
    checkpoints.check_backbone(item, backbone)
    return backbone


def _check_shareable(item: Checkpoint, backbone: Backbone) -> None:
    if item.settings.freeze_depth is None:
        raise MergeError(
            f"{item.name} was fine-tuned in full: a full teacher shares nothing, so there is "
            "no trunk to merge; train it with --freeze-depth, or serve it on its own"
        )
    checkpoints.check_backbone(item, backbone)
    moved = checkpoints.live_trunk_moved(item, backbone)
    if moved:
        raise MergeError(
            f"{item.name}: its trunk moved while it was trained: {moved[0]} "
            f"({len(moved)} of {len(item.card['trunk_sha256'])} tensors) is no longer the "
            "backbone's; another task cannot share it; find what trained it, and train again"
        )


def _check_branch(folder: Path, task: str, item: Checkpoint, certificate: dict) -> None:
    seen = sha256_file(item.folder / checkpoints.CARD)
    expected = certificate["branches"][task]["card_sha256"]
    if seen != expected or item.settings.task != task:
        raise CheckpointError(
            f"{item.folder / checkpoints.CARD} has sha256 {seen[:12]}…, the certificate says "
            f"{expected[:12]}…; branch {task} is not the one that was proven; merge it again"
        )
    if item.card["backbone_sha256"] != certificate["backbone"]["sha256"]:
        raise CheckpointError(
            f"{folder}: branch {task} was trained on another backbone than the certificate names; "
            "merge the checkpoints again"
        )


def _check_trunk(
    folder: Path, tensors: dict, found: dict[str, Checkpoint], certificate: dict
) -> None:
    """Hold each trunk tensor against the certificate and against every branch's own record."""
    expected = certificate["trunk_sha256"]
    if set(tensors) != set(expected):
        name = sorted(set(tensors) ^ set(expected))[0]
        raise CheckpointError(
            f"{folder / TRUNK}: tensor {name} is missing or unknown; merge the checkpoints again"
        )
    for name, tensor in tensors.items():
        digest = sha256_tensor(tensor)
        if digest != expected[name]:
            raise CheckpointError(
                f"{folder / TRUNK}: tensor {name} has sha256 {digest[:12]}…, the certificate says "
                f"{expected[name][:12]}…; it was edited or damaged; merge the checkpoints again"
            )
        for task, item in found.items():
            if item.card["trunk_sha256"].get(name, digest) != digest:
                raise CheckpointError(
                    f"{folder / TRUNK}: tensor {name} is not the one that {task} was trained on; "
                    "trunk and branch do not belong together; merge the checkpoints again"
                )


def _check_files(folder: Path, files: dict[str, str]) -> None:
    """Hold vocabulary, configuration and whatever else decides an answer against their hashes."""
    for file, expected in files.items():
        if not (folder / file).is_file():
            raise CheckpointError(f"{folder / file} is missing; merge the checkpoints again")
        seen = sha256_file(folder / file)
        if seen != expected:
            raise CheckpointError(
                f"{folder / file} has sha256 {seen[:12]}…, the certificate says {expected[:12]}…; "
                "it was edited or damaged; merge the checkpoints again"
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
    with folder_written_whole(out) as fresh:
        safetensors.torch.save_file(trunk, fresh / TRUNK)
        _write_vocabulary(fresh / VOCABULARY, backbone)
        write_json(fresh / CONFIG, asdict(backbone.config))
        for task, item in found.items():
            shutil.copytree(item.folder, fresh / "branches" / task)
        files = {file: sha256_file(fresh / file) for file in (TRUNK, VOCABULARY, CONFIG)}
        write_sealed_json(fresh / CERTIFICATE, certificate | {"files": files}, SEAL)


def _write_vocabulary(path: Path, backbone: Backbone) -> None:
    by_number = sorted(backbone.vocabulary, key=backbone.vocabulary.__getitem__)
    path.write_text("\n".join(by_number) + "\n", encoding="utf-8", newline="\n")


def _read_certificate(folder: Path) -> dict[str, Any]:
    path = folder / CERTIFICATE
    if not path.is_file():
        raise CheckpointError(
            f"{folder} is no merged model: it has no {CERTIFICATE}; "
            "expected a folder written by `python -m mtslib merge --out`"
        )
    raw = path.read_bytes()
    try:
        certificate = json.loads(raw)
    except ValueError as error:
        raise CheckpointError(
            f"{path} is not JSON ({error}); merge the checkpoints again"
        ) from error
    needed = ("format", "backbone", "trunk_sha256", "trunk_depth", "branches", "files", SEAL)
    missing = [k for k in needed if not isinstance(certificate, dict) or k not in certificate]
    if missing or certificate["format"] != FORMAT:
        raise CheckpointError(
            f"{path} lacks {', '.join(missing) or f'format {FORMAT}'}; merge the checkpoints again"
        )
    if not is_sealed(raw, certificate[SEAL]):
        raise CheckpointError(
            f"{path} is not as it was written: its text does not match its own {SEAL}; "
            "it was edited or damaged; merge the checkpoints again"
        )
    return certificate


def _branch_folders(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "branches").glob("*") if path.is_dir())
