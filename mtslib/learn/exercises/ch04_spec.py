"""Chapter 04: slow and obvious forms of an encoder layer, and the questions put to an answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.data.batching import collate, tokenise
from mtslib.learn.inputs import Trial
from mtslib.minbert.attention import SelfAttention, mask_bias
from mtslib.minbert.config import BertConfig

SENTENCES = (("The kettle is on.",), ("Nobody had expected the bridge to hold.",))
PARAMETERS = "the names and shapes of its parameters"


# Specifications --------------------------------------------------------------------------------


def slow_gelu(x: Tensor) -> Tensor:
    """One number at a time."""
    gated = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.flatten().tolist()]
    return torch.tensor(gated).reshape(x.shape)


def slow_norm(token: Tensor, norm: nn.LayerNorm) -> Tensor:
    """LayerNorm of one token: its own mean and its own variance, then gain and bias."""
    mean = sum(token) / len(token)
    variance = sum((token - mean) ** 2) / len(token)
    return norm.weight * (token - mean) / torch.sqrt(variance + norm.eps) + norm.bias


def slow_join(
    hidden: Tensor,
    made: Tensor,
    draws: Tensor,
    rate: float,
    training: bool,
    norm: Callable[[Tensor], Tensor],
) -> Tensor:
    """One number at a time: dropped or kept, added, and in the end normalised."""
    added = []
    for old, new, draw in zip(
        hidden.flatten().tolist(), made.flatten().tolist(), draws.flatten().tolist(), strict=True
    ):
        if training:
            new = 0.0 if draw < rate else new / (1 - rate)
        added.append(old + new)
    return norm(torch.tensor(added).reshape(hidden.shape))


class SlowFeedForward(nn.Module):
    """One token at a time, the activation one number at a time."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.intermediate = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        made = torch.empty_like(hidden)
        for b in range(hidden.shape[0]):
            for t in range(hidden.shape[1]):
                wide = self.intermediate.weight @ hidden[b, t] + self.intermediate.bias
                made[b, t] = self.output.weight @ slow_gelu(wide) + self.output.bias
        return made


class SlowEncoderLayer(nn.Module):
    """Attention from chapter 03, and the rest one token at a time."""

    def __init__(self, config: BertConfig, attention: Any = SelfAttention) -> None:
        super().__init__()
        self.attention = attention(config)
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.feed_forward = SlowFeedForward(config)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        added = hidden + self.dropout(self.attention(hidden, bias))
        middle = self._each(self.attention_norm, added)
        added = middle + self.dropout(self.feed_forward(middle))
        return self._each(self.feed_forward_norm, added)

    def _each(self, norm: nn.LayerNorm, added: Tensor) -> Tensor:
        rows = [torch.stack([slow_norm(token, norm) for token in row]) for row in added]
        return torch.stack(rows)


# Questions -------------------------------------------------------------------------------------


@cache
def real_states() -> tuple[Tensor, Tensor]:
    """hidden_states[0] of two real sentences, (2, T, H), and their bias (2, 1, 1, T)."""
    backbone = backbones.load()
    inputs = collate(tokenise(backbone.tokenizer(), SENTENCES), range(2)).inputs[0]
    with torch.no_grad():
        hidden = backbone.model().embeddings(inputs.input_ids, inputs.token_type_ids)
    return hidden, mask_bias(inputs.attention_mask)


def real_weights(prefix: str) -> dict[str, Tensor]:
    """The pretrained tensors whose names begin so, without that beginning."""
    tensors = backbones.load().tensors
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def observe_gelu(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Whole numbers that a reader can look up, then many random ones."""
    whole = torch.arange(-3.0, 4.0)
    return {
        "the values at -3, -2, -1, 0, 1, 2, 3": trial.call_fresh(answer, whole),
        "the values at random places, shape (2, 3, 50)": trial.call_fresh(
            answer, 2 * trial.randn(2, 3, 50)
        ),
    }


def observe_join(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """The same tokens outside and inside training, then a batch at another rate."""

    def ask(shape: tuple[int, ...], rate: float, training: bool) -> Tensor:
        hidden, made = trial.randn(*shape), 1 + trial.randn(*shape)
        draws = torch.rand(shape, generator=trial.generator)
        gain, bias = 1 + 0.5 * trial.randn(shape[-1]), trial.randn(shape[-1])

        def norm(x: Tensor) -> Tensor:
            return nn.functional.layer_norm(x, shape[-1:], gain, bias)

        return trial.call(answer, hidden, made, draws, rate, training, norm)

    return {
        "one sentence of two tokens, outside training": ask((1, 2, 4), 0.25, False),
        "one sentence of three tokens in training, rate 0.25": ask((1, 3, 8), 0.25, True),
        "two sentences in training, rate 0.1": ask((2, 5, 16), 0.1, True),
        "two sentences outside training, rate 0.1": ask((2, 5, 16), 0.1, False),
    }


def observe_feed_forward(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A small one with odd sizes, then the pretrained one of layer 0 on real tokens."""
    small = BertConfig(hidden_size=6, num_heads=2, intermediate_size=10)
    made = trial.build(answer, small)
    seen: dict[str, Any] = {PARAMETERS: trial.parameters(made)}
    if seen[PARAMETERS] != trial.parameters(SlowFeedForward(small)):
        return seen
    seen["one sentence of two tokens, H = 6"] = trial.call(made, trial.randn(1, 2, 6))
    seen["three sentences of four tokens, H = 6"] = trial.call(made, trial.randn(3, 4, 6))
    real = trial.build(answer, backbones.load().config)
    real.load_state_dict(real_weights("layers.0.feed_forward."))
    seen["two real sentences, pretrained weights of layer 0"] = trial.call(real, real_states()[0])
    return seen


def observe_layer(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Outside training, with padding, in training where dropout takes all, and pretrained.

    A dropout of 1.0 takes every number, so what is left shows where it stands, whichever way an
    answer draws its chances.
    """
    small = BertConfig(hidden_size=12, num_heads=3, intermediate_size=20, encoder_dropout=1.0)
    made = trial.build(answer, small)
    seen: dict[str, Any] = {PARAMETERS: trial.parameters(made)}
    if seen[PARAMETERS] != trial.parameters(SlowEncoderLayer(small)):
        return seen
    bias = mask_bias(torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]))
    hidden = 2 * trial.randn(2, 5, 12)
    seen["one sentence of two tokens, outside training"] = trial.call(
        made, hidden[:1, :2], bias[:1, ..., :2]
    )
    seen["two sentences, the second of them padded"] = trial.call(made, hidden, bias)
    made.train()
    seen["in training, dropout 1.0: nothing that a sublayer makes gets through"] = trial.call(
        made, hidden, bias
    )
    real = trial.build(answer, backbones.load().config)
    real.load_state_dict(real_weights("layers.0."))
    seen["two real sentences, pretrained weights of layer 0"] = trial.call(real, *real_states())
    return seen
