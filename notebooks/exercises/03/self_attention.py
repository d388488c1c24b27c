"""Exercise 03.6: self-attention, whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.learn.dropping import NEARLY_ALL, kept_or_dropped, what_is_dropped
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import PARAMETERS, AnswerError, SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert.attention import SelfAttention
from mtslib.minbert.config import BertConfig

mask_bias = exercise_file("03/mask_bias.py")
SENTENCE = "She paid the cheque in at the bank."


class SlowAttention(nn.Module):
    """One sentence, one head, one query at a time."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.num_heads = config.num_heads
        self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
        self.value, self.output = nn.Linear(size, size), nn.Linear(size, size)
        self.rate = config.encoder_dropout

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """(B, T, H), (B, 1, 1, T) → (B, T, H)."""
        size = hidden.shape[2] // self.num_heads
        gathered = torch.zeros_like(hidden)
        for b, sentence in enumerate(hidden):
            query, key, value = self.query(sentence), self.key(sentence), self.value(sentence)
            for head in range(self.num_heads):
                own = slice(head * size, (head + 1) * size)
                for t in range(len(sentence)):
                    scores = key[:, own] @ query[t, own] / math.sqrt(size) + bias[b, 0, 0]
                    weights = nn.functional.dropout(scores.softmax(0), self.rate, self.training)
                    gathered[b, t, own] = weights @ value[:, own]
        return self.output(gathered)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A sentence, a padded batch, training, and layer 0 of the backbone on real words.

    Dropout takes all but nothing here, so that nothing depends on the dice; then a third.
    """
    config = BertConfig(
        vocab_size=10, hidden_size=12, num_layers=1, num_heads=3, encoder_dropout=NEARLY_ALL
    )
    module = inputs.build(answer, config)
    seen: dict[str, Any] = {PARAMETERS: inputs.parameters(module)}
    if inputs.parameters(module) != inputs.parameters(SlowAttention(config)):
        return seen  # nothing else can be compared
    hidden = inputs.randn(2, 5, 12)
    bias = torch.zeros(2, 1, 1, 5)
    bias[1, 0, 0, 3:] = mask_bias.LOWEST
    one, _ = inputs.constant(bias[:1], bias)
    seen["one sentence of 5 tokens, H = 12 in 3 heads"] = _first(inputs, module, hidden, one)
    seen["two sentences, the second of them padded"] = inputs.call(module, hidden, bias)
    seen["in training with a dropout that leaves nothing to gather"] = inputs.call(
        module.train(), hidden, bias
    )
    third = inputs.build(answer, replace(config, encoder_dropout=0.3))
    seen["the weights in training, with a dropout of 0.3"] = what_is_dropped(
        inputs, third, 0.3, *_laid_open(third, inputs), kept=_by_head
    )
    seen["in training: do features of a head that gather the same stay the same"] = _alike(
        inputs, third
    )
    with torch.no_grad():
        if inputs.once:
            seen[f'real weights: layer 0 reads "{SENTENCE}"'] = _real(answer, inputs)
    return seen


def _first(inputs: SeededInputs, module: nn.Module, hidden: Tensor, bias: Tensor) -> Any:
    """The first sentence. Values that were not split raise here, about the wrong line."""
    try:
        return inputs.call(module, hidden[:1], bias)
    except RuntimeError as error:
        if "5x36" not in str(error):
            raise
        raise AnswerError(
            "self.output was given 36 features per token and takes 12: each of the 3 heads "
            "gathered all 12. Likely cause: the values were not split into heads, as queries "
            "and keys were"
        ) from error


def _by_head(trained: Tensor, plain: Tensor) -> Tensor:
    """(B, T, H) → (B, T, N, T): which weights were kept."""
    return kept_or_dropped(trained, plain, 0.3).unflatten(-1, (3, 4))


def _laid_open(module: nn.Module, inputs: SeededInputs) -> tuple[Tensor, Tensor]:
    """Hidden states and a bias for which a module gives back its weights: each of four tokens
    says in its first four features which one it is, and only that becomes the values."""
    hidden = inputs.randn(4, 4, 12)
    hidden[..., :4] = torch.eye(4)
    with torch.no_grad():
        module.value.weight.copy_(torch.eye(12)[:4].repeat(3, 1))
        module.output.weight.copy_(torch.eye(12))
        module.value.bias.zero_()
        module.output.bias.zero_()
    return hidden, torch.zeros(4, 1, 1, 4)


def _alike(inputs: SeededInputs, module: nn.Module) -> bool:
    """What is dropped before the sum over tokens is missing in all four features of a head."""
    with torch.no_grad():
        module.value.weight.copy_(inputs.randn(3, 12).repeat_interleave(4, 0))
    given = inputs.constant(inputs.randn(2, 5, 12), torch.zeros(2, 1, 1, 5))
    heads = inputs.call(module.train(), *given).unflatten(-1, (3, 4))
    return torch.allclose(heads, heads[..., :1].expand_as(heads), atol=1e-5)


def _real(answer: Any, inputs: SeededInputs) -> Tensor:
    config, weights, hidden = _layer_zero()
    module = inputs.build(answer, config)
    for name, tensor in module.named_parameters():
        tensor.copy_(weights[name])
    return inputs.call(module, hidden, torch.zeros(1, 1, 1, hidden.shape[1]))


@cache
def _layer_zero() -> tuple[BertConfig, dict[str, Tensor], Tensor]:
    """The backbone's first attention, and what it reads of one sentence (1, T, H)."""
    backbone = backbones.load()
    prefix = "layers.0.attention."
    weights = {
        name.removeprefix(prefix): tensor
        for name, tensor in backbone.tensors.items()
        if name.startswith(prefix)
    }
    ids = torch.tensor([backbone.tokenizer().encode([SENTENCE])[0].ids])
    with torch.no_grad():
        hidden = backbone.model().embeddings(ids, torch.zeros_like(ids))
    return backbone.config, weights, hidden


EXERCISE = Exercise(
    id="03.6",
    title="self-attention, whole",
    minutes=20,
    difficulty="demanding",
    core=True,
    reference=SelfAttention,
    specification=SlowAttention,
    observe=observe,
    hints=(
        "Print the shape after every line. Only two shapes occur, apart from the weights: "
        "(B, T, H) outside, (B, N, T, D) inside.",
        "The parts exist: four linear maps, the cut into heads, the weights, the merge. Three "
        "maps read hidden; the fourth, output, comes last. Dropout sits on the weights.",
        "query, key, value = each map of hidden, cut into heads\n"
        "weights = attention_weights(query, key, bias), then dropout\n"
        "weights times value\n"
        "merge the heads, then self.output",
    ),
    mistakes=mistakes(r"""
        query-key-swapped: the keys ask and the queries answer: the two changed places.
          look: the call that makes the weights: query first, then key.
          - attention_weights(query, key, bias)
          + attention_weights(key, query, bias)
        value-from-the-key: the gathered vectors came from self.key; self.value was never used.
          look: the line that makes the values.
          - self.value(hidden)
          + self.key(hidden)
        value-not-projected: the hidden states themselves were gathered; self.value was never used.
          look: the line that makes the values: self.value(hidden), then the heads.
          - self.value(hidden)
          + hidden
        heads-merged-without-transpose: the heads were merged without the transpose, so tokens got
            pieces of other tokens.
          look: the merging: exchange axes 1 and 2, then make one axis of heads and features.
          - (weights @ value).transpose(1, 2).flatten(2)
          + (weights @ value).reshape(hidden.shape)
        split-without-transpose: the heads were cut by one reshape to (B, N, T, D), which mixes
            tokens into heads.
          look: the splitting: reshape to (B, T, N, D), then exchange axes 1 and 2.
          - projected.view(batch, tokens, self.num_heads, size // self.num_heads).transpose(1, 2)
          + projected.view(batch, self.num_heads, tokens, size // self.num_heads)
        one-head: there is one large head where config.num_heads were asked for.
          look: the number of heads, and the size that follows from it.
          - self.num_heads = config.num_heads
          + self.num_heads = 1
        output-forgotten: the merged heads were returned; self.output was never used.
          look: the last line: self.output mixes what the heads found.
          - return self.output(gathered)
          + return gathered
        scores-not-scaled: the scores were not divided by √D.
          look: where the scores are made: D = H / N, the size of one head.
          - attention_weights(query, key, bias)
          + attention_weights(query * math.sqrt(query.shape[-1]), key, bias)
        scaled-by-root-h: the scores were divided by √H and not by √D.
          look: where the scores are made: D = H / N, the size of one head.
          - attention_weights(query, key, bias)
          + attention_weights(query / math.sqrt(self.num_heads), key, bias)
        mask-ignored: the bias plays no part, so padding takes its share.
          look: the call that makes the weights: hand the bias on.
          - attention_weights(query, key, bias)
          + attention_weights(query, key, 0 * bias)
        mask-sign-flipped: the bias was subtracted, so padding takes everything.
          look: where the bias joins the scores: it is negative already; add it.
          - attention_weights(query, key, bias)
          + attention_weights(query, key, -bias)
        mask-after-softmax: the bias was added after the softmax.
          look: the order: scores, plus bias, then softmax.
          - attention_weights(query, key, bias)
          + attention_weights(query, key, 0 * bias) + bias
        softmax-over-queries: the softmax ran over the queries, so columns sum to 1 and rows do not.
          look: the dim of the softmax: keys are the last axis.
          - attention_weights(query, key, bias)
          + ((query @ key.transpose(-1, -2)) / math.sqrt(query.shape[-1]) + bias).softmax(dim=-2)
        weights-transposed: the values were mixed with the columns of the weights, not with the
            rows.
          look: the product: weights (B, N, T, T) times value (B, N, T, D), nothing transposed.
          - (weights @ value)
          + (weights.transpose(-1, -2) @ value)
        dropout-forgotten: in training nothing is dropped.
          look: between weights and values: self.dropout on the weights.
          - self.dropout(self.weights(hidden, bias, queries))
          + self.weights(hidden, bias, queries)
        dropout-on-the-output: dropout was applied to the output and not to the attention weights.
          look: the dropout: it belongs between softmax and values; the encoder layer has its own.
          - self.dropout(self.weights(hidden, bias, queries))
          + self.weights(hidden, bias, queries)
          - return self.output(gathered)
          + return self.dropout(self.output(gathered))
        dropout-always-on: weights are dropped in evaluation too.
          look: the dropout: F.dropout drops unless told training=self.training; self.dropout knows.
          - self.dropout(self.weights
          + torch.dropout(train=True, p=self.dropout.p, input=self.weights
    """),
    styles=styles(r"""
        from the parts of this chapter:
          class SelfAttention(nn.Module):
              def __init__(self, config):
                  super().__init__()
                  size = config.hidden_size
                  self.num_heads = config.num_heads
                  self.query, self.key = nn.Linear(size, size), nn.Linear(size, size)
                  self.value, self.output = nn.Linear(size, size), nn.Linear(size, size)
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def split(self, x):
                  return x.unflatten(2, (self.num_heads, -1)).transpose(1, 2)

              def weights(self, hidden, bias):
                  query, key = self.split(self.query(hidden)), self.split(self.key(hidden))
                  return attention_weights(query, key, bias)

              def forward(self, hidden, bias):
                  weights = self.dropout(self.weights(hidden, bias))
                  gathered = weights @ self.split(self.value(hidden))
                  return self.output(gathered.permute(0, 2, 1, 3).flatten(2))

        einsum:
          class SelfAttention(nn.Module):
              def __init__(self, config):
                  super().__init__()
                  size = config.hidden_size
                  self.shape = (config.num_heads, config.head_size)
                  for name in ("query", "key", "value", "output"):
                      setattr(self, name, nn.Linear(size, size))
                  self.drop = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  q, k, v = (
                      part(hidden).view(*hidden.shape[:2], *self.shape)
                      for part in (self.query, self.key, self.value)
                  )
                  scores = torch.einsum("bqnd,bknd->bnqk", q, k) / self.shape[1] ** 0.5 + bias
                  weights = self.drop(torch.softmax(scores, dim=-1))
                  mixed = torch.einsum("bnqk,bknd->bqnd", weights, v)
                  return self.output(mixed.reshape(hidden.shape))

        torch built-in:
          class SelfAttention(nn.Module):
              def __init__(self, config):
                  super().__init__()
                  size = config.hidden_size
                  self.num_heads = config.num_heads
                  self.query = nn.Linear(size, size)
                  self.key = nn.Linear(size, size)
                  self.value = nn.Linear(size, size)
                  self.output = nn.Linear(size, size)
                  self.rate = config.encoder_dropout

              def forward(self, hidden, bias):
                  cut = [
                      part(hidden).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
                      for part in (self.query, self.key, self.value)
                  ]
                  rate = self.rate if self.training else 0.0
                  mixed = F.scaled_dot_product_attention(*cut, attn_mask=bias, dropout_p=rate)
                  return self.output(mixed.transpose(1, 2).flatten(2))

        loop over heads, boolean mask:
          class SelfAttention(nn.Module):
              def __init__(self, config):
                  super().__init__()
                  size = config.hidden_size
                  self.num_heads = config.num_heads
                  self.output = nn.Linear(size, size)
                  self.value = nn.Linear(size, size)
                  self.key = nn.Linear(size, size)
                  self.query = nn.Linear(size, size)
                  self.dropout = nn.Dropout(config.encoder_dropout)

              def forward(self, hidden, bias):
                  open_keys = bias[:, 0] == 0  # (B, 1, T)
                  parts = (self.query(hidden), self.key(hidden), self.value(hidden))
                  found = []
                  for q, k, v in zip(*(part.chunk(self.num_heads, -1) for part in parts)):
                      scores = (q @ k.mT / q.shape[-1] ** 0.5).masked_fill(~open_keys, -1e9)
                      found.append(self.dropout(scores.softmax(-1)) @ v)
                  return self.output(torch.cat(found, -1))

        dropout by hand:
          - weights = self.dropout(self.weights(hidden, bias, queries))  # (B, N, Q, T)
          + weights = self.weights(hidden, bias, queries)
          +         if self.training:
          +             rate = self.dropout.p
          +             weights = weights * (torch.rand_like(weights) >= rate) / (1 - rate)

        Bernoulli draws:
          - weights = self.dropout(self.weights(hidden, bias, queries))  # (B, N, Q, T)
          + weights = self.weights(hidden, bias, queries)
          +         if self.training:
          +             chance = torch.full_like(weights, 1 - self.dropout.p)
          +             weights = weights * torch.bernoulli(chance) / chance

        functional dropout:
          - self.dropout(self.weights(hidden, bias, queries))
          + F.dropout(self.weights(hidden, bias, queries), self.dropout.p, self.training)
    """),
)
