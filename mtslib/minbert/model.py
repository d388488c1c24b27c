"""minBERT: embeddings, L encoder layers, pooling, built from replaceable parts. Chapter 05."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mtslib.minbert.attention import SelfAttention, mask_bias
from mtslib.minbert.config import BertConfig
from mtslib.minbert.embeddings import Embeddings
from mtslib.minbert.encoder import EncoderLayer

POOLINGS = ("cls", "mean", "pooler")


@dataclass(frozen=True)
class Parts:
    """What the model is built from; put your own class in the place of one of ours.

    embeddings(config) → module with forward(input_ids, token_type_ids)
    attention(config) → module with forward(hidden, bias)
    layer(config, attention) → module with forward(hidden, bias)
    """

    embeddings: Callable[[BertConfig], nn.Module] = Embeddings
    attention: Callable[[BertConfig], nn.Module] = SelfAttention
    layer: Callable[..., nn.Module] = EncoderLayer

    def foreign(self) -> tuple[str, ...]:
        """The names of the parts that are not this library's."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not f.default)


class BertOutput(NamedTuple):
    """hidden_states: L + 1 tensors (B, T, H), the embeddings first; pooler_output: (B, H)."""

    hidden_states: tuple[Tensor, ...]
    pooler_output: Tensor


class Pooler(nn.Module):
    """The pretrained pooler: tanh of a linear map of the [CLS] state."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """(B, T, H) → (B, H)."""
        return torch.tanh(self.dense(hidden[:, 0]))


def mean_pool(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """The mean over real tokens, padding left out: (B, T, H), (B, T) → (B, H)."""
    weights = attention_mask[:, :, None].to(hidden.dtype)  # (B, T, 1)
    return (hidden * weights).sum(1) / weights.sum(1)


class BertModel(nn.Module):
    """BERT's encoder, equal to Hugging Face's `BertModel` on the same weights.

    With foreign parts (`Parts`) every fast path that would bypass them is off: `fast_paths` is
    False and printing the model says why.
    """

    def __init__(self, config: BertConfig, parts: Parts = Parts()) -> None:
        super().__init__()
        self.config = config
        self.parts = parts
        self.embeddings = parts.embeddings(config)
        self.layers = nn.ModuleList(
            self._build_layer(config, parts) for _ in range(config.num_layers)
        )
        self.pooler = Pooler(config)
        self.apply(_initialise)

    @staticmethod
    def _build_layer(config: BertConfig, parts: Parts) -> nn.Module:
        return parts.layer(config, attention=parts.attention)

    @property
    def fast_paths(self) -> bool:
        """Whether shortcuts inside our own parts may be used."""
        return not self.parts.foreign()

    def extra_repr(self) -> str:
        foreign = self.parts.foreign()
        return f"foreign parts: {', '.join(foreign)}; fast paths off" if foreign else ""

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
    ) -> BertOutput:
        """Run everything and keep every layer: three (B, T) integer tensors → `BertOutput`.

        attention_mask is 1 for real tokens and 0 for padding; token_type_ids default to 0.
        """
        if token_type_ids is None:
            token_type_ids = torch.zeros_like(input_ids)
        bias = mask_bias(attention_mask)  # (B, 1, 1, T)
        hidden_states = [self.embeddings(input_ids, token_type_ids)]  # (B, T, H)
        for layer in self.layers:
            hidden_states.append(layer(hidden_states[-1], bias))
        return BertOutput(tuple(hidden_states), self.pooler(hidden_states[-1]))


def _initialise(module: nn.Module) -> None:
    """BERT's initial weights: normal with standard deviation 0.02, biases 0 (Devlin et al.)."""
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
