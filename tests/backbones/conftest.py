"""A tiny random backbone saved by Hugging Face, and ways to write and to damage its like."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import safetensors.torch
import torch
import transformers

from mtslib import backbones
from mtslib.base.errors import BackboneError

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"word{n}" for n in range(36)))


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> Path:
    """A tiny random backbone, saved by Hugging Face."""
    folder = tmp_path_factory.mktemp("backbones") / "tiny"
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=48,
    )
    transformers.BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(whole, tmp_path / "copy")


def refused(folder: Path | str, message: str) -> None:
    """It is refused with these words, in one line."""
    with pytest.raises(BackboneError, match=message) as seen:
        backbones.load(folder)
    assert "\n" not in str(seen.value)


def rewrite(folder: Path, change) -> None:
    """Load the weights, change the dictionary in place, save."""
    path = folder / "model.safetensors"
    tensors = safetensors.torch.load_file(path)
    change(tensors)
    safetensors.torch.save_file(tensors, path)


def reconfigure(folder: Path, **changes) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def save_tokenizer(folder: Path, **options) -> None:
    """As transformers 5 does: a tokenizer.json, and no vocab.txt.

    It adds the [MASK] that the vocabulary lacks, with an id for which there is no embedding.
    """
    words = {word: number for number, word in enumerate(VOCABULARY)}
    transformers.BertTokenizer(vocab=words, **options).save_pretrained(folder)
    (folder / "vocab.txt").unlink(missing_ok=True)


def transformers_5(whole: Path, folder: Path) -> None:
    transformers.BertModel.from_pretrained(whole).save_pretrained(folder)
    save_tokenizer(folder)


def in_shards(whole: Path, folder: Path) -> None:
    model = transformers.BertModel.from_pretrained(whole)
    model.save_pretrained(folder, max_shard_size="10KB")
    save_tokenizer(folder)
    assert not (folder / "model.safetensors").exists()
    assert (folder / "model.safetensors.index.json").exists()
