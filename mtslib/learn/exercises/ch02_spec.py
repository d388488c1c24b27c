"""Chapter 02: slow forms of what is asked, and the questions that the checks put."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.learn.inputs import Trial
from mtslib.minbert.config import BertConfig

# LayerNorm --------------------------------------------------------------------------------------


def slow_layer_norm(hidden: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-12) -> Tensor:
    """One token at a time, in plain Python numbers."""
    rows = []
    for token in hidden.double().reshape(-1, hidden.shape[-1]).tolist():
        mean = sum(token) / len(token)
        variance = sum((x - mean) ** 2 for x in token) / len(token)
        root = math.sqrt(variance + eps)
        scaled = zip(token, weight.tolist(), bias.tolist(), strict=True)
        rows.append([(x - mean) / root * gain + shift for x, gain, shift in scaled])
    return torch.tensor(rows).reshape(hidden.shape)


def observe_layer_norm(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Three features first, then sentences, then features so alike that eps decides."""
    one, three = torch.ones(3), torch.zeros(3)
    small = torch.tensor([[1.0, 2.0, 6.0]])
    hidden = 3 * trial.randn(2, 5, 7) + 2
    weight, bias = trial.randn(7), trial.randn(7)
    alike = 1e-3 * trial.randn(1, 4, 7)
    return {
        "the features 1, 2, 6 of one token, weight 1, bias 0": trial.call(
            answer, small, one, three, 1e-12
        ),
        "two sentences of 5 tokens with 7 features": trial.call(
            answer, hidden, weight, bias, 1e-12
        ),
        "features that differ by thousandths, with eps = 1e-5": trial.call(
            answer, alike, weight, bias, 1e-5
        ),
    }


# The three tables -------------------------------------------------------------------------------


class SlowEmbeddings(nn.Module):
    """One token at a time: three rows looked up, added, normalised."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.word = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position = nn.Embedding(config.max_positions, config.hidden_size)
        self.token_type = nn.Embedding(config.token_types, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """(B, T) and (B, T) → (B, T, H)."""
        batch, tokens = input_ids.shape
        made = torch.zeros(batch, tokens, self.word.weight.shape[1])
        for b in range(batch):
            for t in range(tokens):
                word = self.word.weight[int(input_ids[b, t])]
                position = self.position.weight[t]
                kind = self.token_type.weight[int(token_type_ids[b, t])]
                made[b, t] = self.norm(word + position + kind)
        return self.dropout(made)


def observe_embeddings(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One token, one sentence, a batch of pairs, training, and the real tables.

    Dropout is 1 here: in training nothing is left, and nothing depends on the dice.
    """
    config = BertConfig(
        vocab_size=13,
        hidden_size=6,
        num_layers=1,
        num_heads=2,
        max_positions=16,
        layer_norm_eps=0.01,
        encoder_dropout=1.0,
    )
    module = trial.build(answer, config)
    seen: dict[str, Any] = {"the names and shapes of its parameters": trial.parameters(module)}
    if trial.parameters(module) != trial.parameters(SlowEmbeddings(config)):
        return seen  # nothing else can be compared
    ids = trial.randint(0, 13, (3, 5))
    kinds = torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]])
    seen["one token, at position 0, of type 0"] = trial.call(module, ids[:1, :1], kinds[:1, :1])
    seen["one sentence of 5 tokens, all of type 0"] = trial.call(module, ids[2:], kinds[2:])
    seen["a batch of three, with both token types"] = trial.call(module, ids, kinds)
    seen["the same in training, with a dropout of 1"] = trial.call(module.train(), ids, kinds)
    seen["real tables: a pair of sentences"] = _real(answer, trial)
    return seen


def _real(answer: Any, trial: Trial) -> Tensor:
    """A pair of sentences; of the word table only the rows that it uses, to be quick."""
    backbone = backbones.load()
    encoded = backbone.tokenizer().encode([("Is it raining?", "The streets are wet.")])[0]
    ids = torch.arange(len(encoded.ids)).flip(0)
    config = replace(backbone.config, vocab_size=len(ids))
    module = trial.build(answer, config)
    prefix = "embeddings."
    tables = {
        k.removeprefix(prefix): v for k, v in backbone.tensors.items() if k.startswith(prefix)
    }
    tables["word.weight"] = tables["word.weight"][encoded.ids].flip(0)
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            tensor.copy_(tables[name])
        return trial.call(module, ids[None], torch.tensor([encoded.token_type_ids]))


# What is near -----------------------------------------------------------------------------------


def slow_cosines(vector: Tensor, table: Tensor) -> Tensor:
    """One row at a time, in plain Python numbers."""
    return torch.tensor([_cosine(vector.tolist(), row) for row in table.tolist()])


def slow_nearest(table: Tensor, row: int, count: int) -> list[int]:
    """Every other row with its cosine, sorted."""
    asked = table[row].tolist()
    others = [(_cosine(asked, own), i) for i, own in enumerate(table.tolist()) if i != row]
    return [i for _, i in sorted(others, reverse=True)[:count]]


def _cosine(left: list[float], right: list[float]) -> float:
    dot = sum(x * y for x, y in zip(left, right, strict=True))
    return dot / math.sqrt(sum(x * x for x in left) * sum(y * y for y in right))


def observe_cosines(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Vectors in the plane first; then longer and shorter ones; then real words."""
    plane = torch.tensor([[3.0, 0.0], [0.0, 2.0], [-1.0, 0.0], [1.0, 1.0]])
    table = trial.randn(9, 5) * torch.arange(1, 10)[:, None]
    vector = 2 * trial.randn(5)
    words = backbones.load().tensors["embeddings.word.weight"][2000:2040]
    return {
        "(2, 0) against (3, 0), (0, 2), (−1, 0) and (1, 1)": trial.call(
            answer, torch.tensor([2.0, 0.0]), plane
        ),
        "a random vector against nine random rows": trial.call(answer, vector, table),
        "one real word against forty": trial.call(answer, words[7], words),
    }


def observe_nearest(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Four vectors in the plane first; then random rows of very different lengths; real words."""
    plane = torch.tensor([[2.0, 0.0], [-6.0, 0.5], [1.0, 0.5], [9.0, 9.0]])
    table = trial.randn(40, 5) * (1 + 4 * torch.rand(40, 1, generator=trial.generator))
    words = backbones.load().tensors["embeddings.word.weight"][2000:2300]
    return {
        "the 2 rows nearest to row 0 of (2, 0), (−6, 0.5), (1, 0.5), (9, 9)": trial.call(
            answer, plane, 0, 2
        ),
        "the 6 rows nearest to row 11 of forty random ones": trial.call(answer, table, 11, 6),
        "the 8 words nearest to one real word of three hundred": trial.call(answer, words, 21, 8),
    }
