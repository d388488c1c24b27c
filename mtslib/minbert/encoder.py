"""The encoder layer: attention, feed-forward, two residual sums. Chapter 04."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.minbert.attention import SelfAttention
from mtslib.minbert.config import BertConfig


class FeedForward(nn.Module):
    """Two linear maps with the exact GELU between them, applied to each token alone.

    Exact means x·Φ(x) with the normal distribution's Φ (Hendrycks & Gimpel, 2016), not the
    tanh approximation that GPT-2 uses; they differ by up to about 5e-4.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.intermediate = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, T, H) → (B, T, H), by way of (B, T, intermediate_size)."""
        return self.output(F.gelu(self.intermediate(hidden)))


class EncoderLayer(nn.Module):
    """One encoder layer, post-LN: each sublayer's output is dropped out, added, then normalised.

    h' = LayerNorm(h + dropout(attention(h)));  h'' = LayerNorm(h' + dropout(feed_forward(h')))
    (Vaswani et al., 2017, section 3.1; BERT keeps this order, later models normalise first.)
    """

    def __init__(
        self,
        config: BertConfig,
        attention: Callable[[BertConfig], nn.Module] = SelfAttention,
    ) -> None:
        super().__init__()
        self.attention = attention(config)
        self.attention_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.feed_forward = FeedForward(config)
        self.feed_forward_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def forward(self, hidden: Tensor, bias: Tensor, only_cls: bool = False) -> Tensor:
        """(B, T, H), (B, 1, 1, T) → (B, T, H), or (B, 1, H) for [CLS] alone if `only_cls`."""
        if only_cls:
            asking = hidden[:, :1]  # (B, 1, H)
            attended = self.attention(hidden, bias, queries=asking)
        else:
            asking = hidden
            attended = self.attention(hidden, bias)
        hidden = self.attention_norm(asking + self.dropout(attended))
        return self.feed_forward_norm(hidden + self.dropout(self.feed_forward(hidden)))


def run_layers(
    layers: Iterable[nn.Module], hidden: Tensor, bias: Tensor, last_only_cls: bool = False
) -> Tensor:
    """Send hidden states (B, T, H) through `layers` in order → (B, T, H).

    With `last_only_cls` the last of them computes the [CLS] position alone → (B, 1, H). Keys and
    values still see all tokens, so the result is the same up to rounding.
    """
    layers = list(layers)
    for number, layer in enumerate(layers, start=1):
        if last_only_cls and number == len(layers):
            hidden = layer(hidden, bias, only_cls=True)
        else:
            hidden = layer(hidden, bias)
    return hidden
