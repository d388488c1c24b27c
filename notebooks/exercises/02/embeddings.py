"""Exercise 02.2: three tables, one sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.learn.dropping import NEARLY_ALL, what_is_dropped
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import PARAMETERS, SeededInputs
from mtslib.minbert.config import BertConfig
from mtslib.minbert.embeddings import Embeddings


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


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One token, one sentence, a batch of pairs, training, and the real tables.

    Dropout takes all but nothing here, so that nothing depends on the dice; then a third.
    """
    config = BertConfig(
        vocab_size=13,
        hidden_size=6,
        num_layers=1,
        num_heads=2,
        max_positions=16,
        layer_norm_eps=0.01,
        encoder_dropout=NEARLY_ALL,
    )
    module = inputs.build(answer, config)
    seen: dict[str, Any] = {PARAMETERS: inputs.parameters(module)}
    if inputs.parameters(module) != inputs.parameters(SlowEmbeddings(config)):
        return seen  # nothing else can be compared
    ids = inputs.randint(0, 13, (3, 5))
    kinds = torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]])
    seen["one token, at position 0, of type 0"] = inputs.call(module, ids[:1, :1], kinds[:1, :1])
    seen["one sentence of 5 tokens, all of type 0"] = inputs.call(module, ids[2:], kinds[2:])
    seen["a batch of three, with both token types"] = inputs.call(module, ids, kinds)
    seen["the same in training, with a dropout that leaves nothing"] = inputs.call(
        module.train(), ids, kinds
    )
    third = inputs.build(answer, replace(config, encoder_dropout=0.3))
    seen["in training, with a dropout of 0.3"] = what_is_dropped(inputs, third, 0.3, ids, kinds)
    if inputs.once:
        seen["real tables: a pair of sentences"] = _real(answer, inputs)
    return seen


def _real(answer: Any, inputs: SeededInputs) -> Tensor:
    """A pair of sentences; of the word table only the rows that it uses, to be quick."""
    backbone = backbones.load()
    encoded = backbone.tokenizer().encode([("Is it raining?", "The streets are wet.")])[0]
    ids = torch.arange(len(encoded.ids)).flip(0)
    config = replace(backbone.config, vocab_size=len(ids))
    module = inputs.build(answer, config)
    prefix = "embeddings."
    tables = {
        k.removeprefix(prefix): v for k, v in backbone.tensors.items() if k.startswith(prefix)
    }
    tables["word.weight"] = tables["word.weight"][encoded.ids].flip(0)
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            tensor.copy_(tables[name])
        return inputs.call(module, ids[None], torch.tensor([encoded.token_type_ids]))


EXERCISE = Exercise(
    id="02.2",
    title="three tables, one sum",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=Embeddings,
    specification=SlowEmbeddings,
    observe=observe,
    hints=(
        "Give it the same word three times. The three rows should differ: only the "
        "position distinguishes them.",
        "Each token has three numbers: its id, its place in the sentence, its type. Each picks a "
        "row of its own table. The place is counted here; it is not an argument.",
        "positions = 0, 1, …, T − 1\n"
        "sum = word row + position row + token-type row\n"
        "LayerNorm of the sum\n"
        "dropout last",
    ),
    mistakes=mistakes(r"""
        positions-from-one: the positions start at 1, so every token gets its right neighbour's row.
          look: the line that counts the positions: the first token has position 0.
          - torch.arange(input_ids.shape[1], device=input_ids.device)
          + torch.arange(1, input_ids.shape[1] + 1, device=input_ids.device)
        token-types-ignored: the token types play no part, so both sentences of a pair look alike.
          look: the sum: it has three terms, one is looked up with token_type_ids.
          -             + self.token_type(token_type_ids)  # (B, T, H)
        token-types-always-zero: every token was given the row of type 0, whatever token_type_ids
            says.
          look: the look-up of the token type: use the token_type_ids that came in.
          - self.token_type(token_type_ids)
          + self.token_type(token_type_ids * 0)
        positions-ignored: the position table plays no part, so word order is lost.
          look: the sum: it has three terms, one is looked up with 0, 1, …, T − 1.
          - + self.position(positions)
          + + 0
        position-zero-for-all: every token was given the row of position 0.
          look: the line that counts the positions: it needs a number for each token.
          - self.position(positions)
          + self.position(positions * 0)
        positions-looked-up-by-id: the position table was looked up with the token ids.
          look: the look-up of the position: its argument is 0, 1, …, T − 1, not input_ids.
          - self.position(positions)
          + self.position(input_ids)
        norm-forgotten: the sum was returned without LayerNorm.
          look: the last line: self.norm is applied to the sum.
          - self.dropout(self.norm(summed))
          + self.dropout(summed)
        words-alone-normalised: LayerNorm was applied to the word embeddings, before the other two
            were added.
          look: the order: first the sum of all three, then self.norm.
          - self.word(input_ids)  #
          + self.norm(self.word(input_ids))  #
          - self.dropout(self.norm(summed))
          + self.dropout(summed)
        eps-not-from-config: LayerNorm was made with torch's own eps and not with
            config.layer_norm_eps.
          look: the line in __init__ that makes the LayerNorm: eps=config.layer_norm_eps.
          - , eps=config.layer_norm_eps
        dropout-forgotten: in training nothing is dropped.
          look: the last line: self.dropout is the last step.
          - self.dropout(self.norm(summed))
          + self.norm(summed)
        dropout-before-norm: dropout came before LayerNorm, which then brings the dropped features
            back.
          look: the last line: first self.norm, then self.dropout.
          - self.dropout(self.norm(summed))
          + self.norm(self.dropout(summed))
        dropout-always-on: features are dropped in evaluation too.
          look: the dropout: F.dropout drops unless told training=self.training; self.dropout knows.
          - self.dropout(self.norm(summed))
          + nn.functional.dropout(self.norm(summed), self.dropout.p)
    """),
    styles=styles(r"""
        rows of the position table by a slice:
          class Embeddings(nn.Module):
              def __init__(self, config):
                  super().__init__()
                  self.word = nn.Embedding(config.vocab_size, config.hidden_size)
                  self.position = nn.Embedding(config.max_positions, config.hidden_size)
                  self.token_type = nn.Embedding(config.token_types, config.hidden_size)
                  self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, input_ids, token_type_ids):
                  made = self.word(input_ids) + self.position.weight[: input_ids.size(1)]
                  made += self.token_type(token_type_ids)
                  return self.dropout(self.norm(made))

        functional, one-hot products:
          class Embeddings(nn.Module):
              def __init__(self, config):
                  super().__init__()
                  self.config = config
                  self.dropout = nn.Dropout(config.encoder_dropout)
                  self.token_type = nn.Embedding(config.token_types, config.hidden_size)
                  self.position = nn.Embedding(config.max_positions, config.hidden_size)
                  self.word = nn.Embedding(config.vocab_size, config.hidden_size)
                  self.norm = nn.LayerNorm(config.hidden_size, config.layer_norm_eps)

              def forward(self, input_ids, token_type_ids):
                  places = torch.arange(input_ids.shape[1]).expand_as(input_ids)
                  total = torch.zeros(*input_ids.shape, self.config.hidden_size)
                  for table, ids in (
                      (self.word, input_ids),
                      (self.position, places),
                      (self.token_type, token_type_ids),
                  ):
                      rows = F.one_hot(ids, table.num_embeddings).float()
                      total = total + rows @ table.weight
                  norm = self.norm
                  total = F.layer_norm(total, norm.weight.shape, norm.weight, norm.bias, norm.eps)
                  return F.dropout(total, self.dropout.p, self.training)

        rows by index:
          - self.word(input_ids)  #
          + self.word.weight[input_ids]  #

        functional embedding:
          - self.word(input_ids)  #
          + F.embedding(input_ids, self.word.weight)  #
    """),
)
