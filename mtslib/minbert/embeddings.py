"""Word, position and token-type embeddings, summed and normalised. Chapter 02."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mtslib.minbert.config import BertConfig


class Embeddings(nn.Module):
    """hidden_states[0] = dropout(LayerNorm(word + position + token type)).

    Devlin et al. (2019), section 3 and figure 2. Attention itself does not know the order of
    its inputs; the position table is the only place where order enters the model.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.word = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position = nn.Embedding(config.max_positions, config.hidden_size)
        self.token_type = nn.Embedding(config.token_types, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.encoder_dropout)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        """(B, T) and (B, T) integers → (B, T, H). T may be at most `max_positions`."""
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)  # (T,)
        summed = (
            self.word(input_ids)  # (B, T, H)
            + self.token_type(token_type_ids)  # (B, T, H)
            + self.position(positions)  # (T, H), the same for every sentence
        )
        return self.dropout(self.norm(summed))
