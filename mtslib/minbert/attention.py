"""Multi-head self-attention. Chapter 03."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from mtslib.minbert.config import BertConfig


def mask_bias(attention_mask: Tensor) -> Tensor:
    """Turn a mask of ones and zeros into something to add to attention scores.

    (B, T) → (B, 1, 1, T) in fp32: 0 where a key may be looked at, the most negative finite number
    of bf16 where it is padding. Finite in both precisions, because a row of minus infinities has
    no softmax; fp32's own would become minus infinity in bf16.
    """
    hidden = 1.0 - attention_mask[:, None, None, :].float()
    return hidden * torch.finfo(torch.bfloat16).min


def attention_weights(query: Tensor, key: Tensor, bias: Tensor) -> Tensor:
    """softmax(q kᵀ / √D + bias), the left factor of Vaswani et al. (2017), equation 1.

    query (B, N, Q, D), key (B, N, T, D), bias (B, 1, 1, T) → (B, N, Q, T); each row sums to 1.
    """
    scale = 1 / math.sqrt(query.shape[-1])
    scores = (query @ key.transpose(-1, -2)) * scale  # (B, N, Q, T)
    return (scores + bias.to(scores.dtype)).softmax(dim=-1)


class SelfAttention(nn.Module):
    """Every token gathers from every token: N heads of size D side by side, H = N·D.

    Written as plain products and a softmax. That is the clearest form, and on the CPUs measured
    here also the fastest to train: PyTorch's fused kernel takes its slow path as soon as dropout
    on the weights is on.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.num_heads = config.num_heads
        self.query = nn.Linear(size, size)
        self.key = nn.Linear(size, size)
        self.value = nn.Linear(size, size)
        self.output = nn.Linear(size, size)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def split_heads(self, projected: Tensor) -> Tensor:
        """(B, T, H) → (B, N, T, D)."""
        batch, tokens, size = projected.shape
        return projected.view(batch, tokens, self.num_heads, size // self.num_heads).transpose(1, 2)

    def weights(self, hidden: Tensor, bias: Tensor, queries: Tensor | None = None) -> Tensor:
        """Who looks at whom: (B, T, H), (B, 1, 1, T) → (B, N, Q, T); Q = T unless given."""
        asking = hidden if queries is None else queries
        query = self.split_heads(self.query(asking))  # (B, N, Q, D)
        key = self.split_heads(self.key(hidden))  # (B, N, T, D)
        return attention_weights(query, key, bias)

    def forward(self, hidden: Tensor, bias: Tensor, queries: Tensor | None = None) -> Tensor:
        """(B, T, H), (B, 1, 1, T) → (B, T, H).

        `queries` (B, Q, H) asks for the answers of these tokens only, (B, Q, H): the last layer
        owes an output to [CLS] alone when only [CLS] is read.
        """
        weights = self.dropout(self.weights(hidden, bias, queries))  # (B, N, Q, T)
        value = self.split_heads(self.value(hidden))  # (B, N, T, D)
        gathered = (weights @ value).transpose(1, 2).flatten(2)  # (B, Q, N, D) → (B, Q, H)
        return self.output(gathered)
