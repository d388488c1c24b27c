"""Random weights in Hugging Face's own format, written by Hugging Face's own code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
import transformers
from torch import Tensor

from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.minbert import BertConfig

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


SMALL = BertConfig(
    vocab_size=60, hidden_size=32, num_layers=3, num_heads=4, intermediate_size=64, max_positions=40
)


def random_inputs(
    lengths: list[int], vocab_size: int, seed: int, token_types: bool = True
) -> tuple[Tensor, Tensor, Tensor]:
    """A ragged batch (B, T) of random tokens: ids, mask, and types that change midway."""
    random = torch.Generator().manual_seed(seed)
    shape = (len(lengths), max(lengths))
    ids = torch.randint(4, vocab_size, shape, generator=random)
    mask = (torch.arange(shape[1])[None] < torch.tensor(lengths)[:, None]).long()
    border = torch.tensor([length // 2 for length in lengths])[:, None]
    types = ((torch.arange(shape[1])[None] >= border) & (mask > 0)).long()
    return ids * mask, mask, types if token_types else torch.zeros_like(types)
