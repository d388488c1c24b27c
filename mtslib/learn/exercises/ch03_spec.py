"""Chapter 03: slow forms of what is asked, and the questions that the checks put."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.learn.inputs import AnswerError, Trial
from mtslib.minbert.config import BertConfig

SENTENCE = "She paid the cheque in at the bank."
LOWEST = torch.finfo(torch.bfloat16).min  # finite in fp32 and in bf16


def softmax(scores: list[float]) -> list[float]:
    """In plain Python numbers; the largest is taken away first, so that nothing overflows."""
    top = max(scores)
    grown = [math.exp(score - top) for score in scores]
    return [value / sum(grown) for value in grown]


def dot(left: list[float], right: list[float]) -> float:
    """The sum of products."""
    return sum(x * y for x, y in zip(left, right, strict=True))


# One query --------------------------------------------------------------------------------------


def slow_query(query: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """One number at a time."""
    asked = query.tolist()
    weights = softmax([dot(asked, key) / math.sqrt(len(asked)) for key in keys.tolist()])
    columns = values.T.tolist()
    return torch.tensor([dot(weights, column) for column in columns])


def observe_query(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Three keys in four dimensions, then random ones, then scores too large for a bare exp."""
    query = torch.tensor([2.0, 0.0, 0.0, 0.0])
    keys = torch.tensor([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [-2.0, 0.0, 0.0, 0.0]])
    values = torch.tensor([[1.0, 0.0, 0.0, 5.0], [0.0, 1.0, 0.0, 5.0], [0.0, 0.0, 1.0, 5.0]])
    asked, known, given = trial.randn(5), trial.randn(7, 5), trial.randn(7, 5)
    return {
        "query (2, 0, 0, 0), keys (1, 0, 0, 0), (0, 1, 0, 0) and (−2, 0, 0, 0), "
        "values (1, 0, 0, 5), (0, 1, 0, 5) and (0, 0, 1, 5)": trial.call(
            answer, query, keys, values
        ),
        "seven random keys of size 5": trial.call(answer, asked, known, given),
        "scores around 400": trial.call(answer, 400 * query, keys, values),
    }


# The mask ---------------------------------------------------------------------------------------


def slow_bias(attention_mask: Tensor) -> Tensor:
    """One token at a time."""
    rows = [[[[0.0 if seen else LOWEST for seen in row]]] for row in attention_mask.tolist()]
    return torch.tensor(rows)


def observe_bias(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """What the bias must do, not which number it is: −10,000 is as good as −3·10³⁸."""
    small = torch.tensor([[1, 1, 1, 0, 0]])
    mask = (torch.arange(7) < trial.randint(2, 7, (3, 1))).long()
    mask[0], mask[1] = 1, torch.tensor([1, 1, 0, 0, 0, 0, 0])
    seen: dict[str, Any] = {}
    for words, given in (
        ("the mask 1 1 1 0 0", small),
        ("a batch of three masks of 7 tokens", mask),
    ):
        bias = trial.call(answer, given)
        if not isinstance(bias, Tensor):
            return seen | {f"{words}: shape": bias}
        seen |= _what_it_does(words, given, bias)
    return seen


def _what_it_does(words: str, mask: Tensor, bias: Tensor) -> dict[str, Any]:
    seen: dict[str, Any] = {
        f"{words}: shape": "×".join(map(str, bias.shape)),
        f"{words}: kind of number": "floating point" if bias.is_floating_point() else "whole",
    }
    if bias.numel() == mask.numel():
        flat = bias.reshape(mask.shape)
        seen |= {
            f"{words}: bias of the real tokens": _where(flat[mask == 1]),
            f"{words}: bias of padding": _where(flat[mask == 0]),
            f"{words}: is all of it finite": bool(flat.isfinite().all()),
            f"{words}: and in bf16 too": bool(flat.to(torch.bfloat16).isfinite().all()),
        }
    return seen


def _where(bias: Tensor) -> str:
    """A wide net: what matters is what a softmax makes of it, not which number it is."""
    if bias.isnan().any():
        return "no number (NaN)"
    if (bias == 0).all():
        return "0"
    if (bias <= -1000).all():
        return "−1,000 or lower"
    return "between −1,000 and 0" if (bias <= 0).all() else "above 0"


# Scores and weights -----------------------------------------------------------------------------


def slow_weights(query: Tensor, key: Tensor, bias: Tensor) -> Tensor:
    """One sentence, one head, one query at a time, in plain Python numbers."""
    batch, heads, asking, size = query.shape
    weights = torch.zeros(batch, heads, asking, key.shape[2])
    for b in range(batch):
        for n in range(heads):
            known = key[b, n].tolist()
            for q in range(asking):
                asked = query[b, n, q].tolist()
                scores = [
                    dot(asked, other) / math.sqrt(size) + float(bias[b, 0, 0, k])
                    for k, other in enumerate(known)
                ]
                weights[b, n, q] = torch.tensor(softmax(scores))
    return weights


def observe_weights(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One head with two tokens first; then a batch, its second sentence padded; then large scores.

    Batch 2, 3 heads, 4 tokens, size 5: no two sizes are alike, so no axis hides behind another.
    """
    little = torch.tensor([[[[4.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]]]])
    other = torch.tensor([[[[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]]]])
    query, key = trial.randn(2, 3, 4, 5), trial.randn(2, 3, 4, 5)
    bias = torch.zeros(2, 1, 1, 4)
    bias[1, 0, 0, 2:] = LOWEST
    return {
        "one head, two tokens, no padding: queries (4, 0, 0, 0) and (0, 2, 0, 0), "
        "keys (1, 0, 0, 0) and (1, 1, 0, 0)": trial.call(answer, little, other, bias[:1, :, :, :2]),
        "one sentence of 4 tokens in 3 heads": trial.call(answer, query[:1], key[:1], bias[:1]),
        "two sentences, the second of them padded": trial.call(answer, query, key, bias),
        # Exact in fp32, whatever the order of the sums; a bare exp overflows from 89 on.
        "the same with queries 64 times as large": trial.call(
            answer, 64 * little, other, bias[:1, :, :, :2]
        ),
    }


# Heads ------------------------------------------------------------------------------------------


def slow_split(projected: Tensor, num_heads: int) -> Tensor:
    """One feature at a time."""
    batch, tokens, size = projected.shape
    head_size = size // num_heads
    heads = torch.zeros(batch, num_heads, tokens, head_size)
    for feature in range(size):
        heads[:, feature // head_size, :, feature % head_size] = projected[:, :, feature]
    return heads


def slow_merge(heads: Tensor) -> Tensor:
    """One feature at a time."""
    batch, num_heads, tokens, head_size = heads.shape
    merged = torch.zeros(batch, tokens, num_heads * head_size)
    for feature in range(num_heads * head_size):
        merged[:, :, feature] = heads[:, feature // head_size, :, feature % head_size]
    return merged


def observe_split(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Two tokens with six numbered features first."""
    counted = torch.arange(12.0).reshape(1, 2, 6)
    return {
        "two tokens with features 0 … 5 and 6 … 11, three heads": trial.call(answer, counted, 3),
        "a batch of 2, 5 tokens, 12 features, 4 heads": trial.call(
            answer, trial.randn(2, 5, 12), 4
        ),
    }


def observe_merge(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Three heads with two tokens first: split, then merged, the features are in order again."""
    counted = slow_split(torch.arange(12.0).reshape(1, 2, 6), 3)
    return {
        "three heads of size 2, two tokens, features counted": trial.call(answer, counted),
        "a batch of 2, 4 heads, 5 tokens, size 3": trial.call(answer, trial.randn(2, 4, 5, 3)),
    }


# The whole --------------------------------------------------------------------------------------


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


def observe_attention(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A sentence, a padded batch, training, and layer 0 of the backbone on real words.

    Dropout is 1 here: in training nothing is gathered, and nothing depends on the dice.
    """
    config = BertConfig(
        vocab_size=10, hidden_size=12, num_layers=1, num_heads=3, encoder_dropout=1.0
    )
    module = trial.build(answer, config)
    seen: dict[str, Any] = {"the names and shapes of its parameters": trial.parameters(module)}
    if trial.parameters(module) != trial.parameters(SlowAttention(config)):
        return seen  # nothing else can be compared
    hidden = trial.randn(2, 5, 12)
    bias = torch.zeros(2, 1, 1, 5)
    bias[1, 0, 0, 3:] = LOWEST
    with torch.no_grad():
        seen["one sentence of 5 tokens, H = 12 in 3 heads"] = _first(trial, module, hidden, bias)
        seen["two sentences, the second of them padded"] = trial.call(module, hidden, bias)
        seen["in training with a dropout of 1, so that nothing is gathered"] = trial.call(
            module.train(), hidden, bias
        )
        seen[f'real weights: layer 0 reads "{SENTENCE}"'] = _real(answer, trial)
    return seen


def _first(trial: Trial, module: nn.Module, hidden: Tensor, bias: Tensor) -> Any:
    """The first sentence. Values that were not split raise here, about the wrong line."""
    try:
        return trial.call(module, hidden[:1], bias[:1])
    except RuntimeError as error:
        if "5x36" not in str(error):
            raise
        raise AnswerError(
            "self.output was given 36 features a token and takes 12: each of the 3 heads "
            "gathered all 12. Likely cause: the values were not split into heads, as queries "
            "and keys were"
        ) from error


def _real(answer: Any, trial: Trial) -> Tensor:
    config, weights, hidden = _layer_zero()
    module = trial.build(answer, config)
    for name, tensor in module.named_parameters():
        tensor.copy_(weights[name])
    return trial.call(module, hidden, torch.zeros(1, 1, 1, hidden.shape[1]))


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
