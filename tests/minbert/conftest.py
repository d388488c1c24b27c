"""Random weights in Hugging Face's own format, written by Hugging Face's own code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
import transformers

from mtslib import backbones
from mtslib.backbones import Backbone

SHAPES = {
    "bert-tiny": {
        "hidden_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 512,
    },
    "minilm-l12": {
        "hidden_size": 384,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
    },
    "bert-base": {
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
    },
}
VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"word{n}" for n in range(496)))


@dataclass(frozen=True)
class Twin:
    """The same weights twice: as ours, and as Hugging Face's `BertModel`, the yardstick."""

    backbone: Backbone
    theirs: transformers.BertModel


def write_random(
    folder: Path, shape: str, seed: int, pooler: bool = True, **more
) -> transformers.BertModel:
    """Save a random `BertModel` with every tensor away from its first value, biases included.

    more: fields of its configuration that are not those of `SHAPES`.

    Fresh biases are 0 and fresh LayerNorm weights 1: with those, a tensor that went astray while
    it was renamed would not show.
    """
    torch.manual_seed(seed)
    config = transformers.BertConfig(vocab_size=len(VOCABULARY), **(SHAPES[shape] | more))
    config._attn_implementation = "eager"
    model = transformers.BertModel(config, add_pooling_layer=pooler).eval()
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.add_(0.05 * torch.randn_like(tensor))
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n", encoding="utf-8")
    return model


@pytest.fixture(scope="session")
def minilm() -> Twin:
    """The default backbone, read from its wheel by both sides."""
    backbone = backbones.load("minilm-l6")
    theirs = transformers.BertModel.from_pretrained(backbone.folder, attn_implementation="eager")
    return Twin(backbone, theirs.eval())


@pytest.fixture(scope="session")
def bert_tiny(tmp_path_factory) -> Twin:
    """Random weights of bert-tiny's shape, by way of a folder."""
    folder = tmp_path_factory.mktemp("bert-tiny")
    theirs = write_random(folder, "bert-tiny", seed=0)
    return Twin(backbones.load(folder), theirs)


@pytest.fixture(scope="session")
def bert_base(tmp_path_factory) -> Twin:
    """Random weights of bert-base's shape, by way of a folder."""
    folder = tmp_path_factory.mktemp("bert-base")
    theirs = write_random(folder, "bert-base", seed=1)
    return Twin(backbones.load(folder), theirs)
