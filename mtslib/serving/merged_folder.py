"""A merged model's folder, read back with every byte verified. Chapter 11.

A merged folder holds `trunk.safetensors` (the shared tensors, once), `vocab.txt`, `config.json`,
`branches/TASK/`, each the teacher's checkpoint folder, byte for byte, and `certificate.json`,
which names the hash of every other file and of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtslib.base import documents
from mtslib.base.errors import CheckpointError
from mtslib.base.files import content_sha256, read_json, read_sealed_json, sha256_tensor
from mtslib.finetune import checkpoint as checkpoints
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.minbert.config import BertConfig
from mtslib.minbert.tokenizer import Tokenizer
from mtslib.minbert.vocabulary import UNCASED, Rules, read_lines
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
class _Certificate:
    """What every certificate has."""

    backbone: dict[str, str]
    trunk_sha256: dict[str, str]
    trunk_depth: int
    branches: dict[str, dict[str, Any]]
    files: dict[str, str]


@dataclass(frozen=True)
class LoadedModel:
    """A merged model, verified, with all that is needed to answer requests.

    checkpoints: the teachers by task, in the order in which they were merged.
    """

    folder: Path
    model: MergedModel
    config: BertConfig
    tokenizer: Tokenizer
    checkpoints: dict[str, Checkpoint]
    certificate: dict[str, Any]


def load(folder: Path | str) -> LoadedModel:
    """Read a merged folder and verify every byte that takes part in an answer.

    The trunk is compared with the certificate and with what each branch saw after its own
    training; each branch against its card. Raises CheckpointError naming tensor or file.
    """
    folder = Path(folder)
    certificate = read_certificate(folder)
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
    config, rules = _configuration(folder / CONFIG)
    # In the certificate's order; all of them use the same trunk tensors, held once in memory.
    found = {task: found[task] for task in certificate["branches"]}
    models = {task: checkpoints.build(item, config, tensors) for task, item in found.items()}
    tokenizer = Tokenizer(read_lines(folder / VOCABULARY), rules, config)
    return LoadedModel(folder, assemble(models), config, tokenizer, found, certificate)


def _check_branch(folder: Path, task: str, item: Checkpoint, certificate: dict) -> None:
    card = item.folder / checkpoints.CARD
    expected = str(certificate["branches"][task].get("card_sha256"))
    if content_sha256(card) != expected or item.task.name != task:
        raise CheckpointError(
            f"{card} has sha256 {content_sha256(card)[:12]}…, the certificate says "
            f"{expected[:12]}…; branch {task} is not the one that was proven; merge it again"
        )
    if item.card["backbone_sha256"] != certificate["backbone"].get("sha256"):
        raise CheckpointError(
            f"{folder}: branch {task} was trained on another backbone than the certificate names; "
            "merge the checkpoints again"
        )


def _check_trunk(
    folder: Path, tensors: dict, found: dict[str, Checkpoint], certificate: dict
) -> None:
    """Compare each trunk tensor with the certificate and with every branch's own record."""
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
    """Compare vocabulary, configuration and whatever else decides an answer with their hashes."""
    for file, expected in files.items():
        if not (folder / file).is_file():
            raise CheckpointError(f"{folder / file} is missing; merge the checkpoints again")
        if content_sha256(folder / file) != expected:
            seen = content_sha256(folder / file)
            raise CheckpointError(
                f"{folder / file} has sha256 {seen[:12]}…, the certificate says {expected[:12]}…; "
                "it was edited or damaged; merge the checkpoints again"
            )


def _configuration(path: Path) -> tuple[BertConfig, Rules]:
    try:
        config = dict(read_json(path))
        told = config.pop("rules", None)
        rules = UNCASED if told is None else documents.fill(Rules, told, "rules")
        return documents.fill(BertConfig, config), rules
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{path}: {error}; merge the checkpoints again") from error


def read_certificate(folder: Path) -> dict[str, Any]:
    """The certificate alone, sealed as it was written; it says what else has to be there."""
    path = folder / CERTIFICATE
    if not path.is_file():
        raise CheckpointError(
            f"{folder} is not a merged model: it has no {CERTIFICATE}; "
            "expected a folder written by `python -m mtslib merge --out`"
        )
    return read_sealed_json(path, SEAL, _Certificate, FORMAT, "merge the checkpoints again")


def _branch_folders(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "branches").glob("*") if path.is_dir())
