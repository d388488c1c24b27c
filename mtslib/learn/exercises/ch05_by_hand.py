"""References of chapter 05 in the form a learner writes them.

`backbones.our_name` also reads the oldest checkpoints, and `BertModel.forward` adds the pooler;
the tests hold these two equal to those.
"""

from __future__ import annotations

from torch import Tensor

from mtslib.minbert.attention import mask_bias
from mtslib.minbert.model import BertModel


def minbert_name(theirs: str) -> str:
    """Hugging Face's name of a BERT tensor → minBERT's. Chapter 05.

    `encoder.layer.0.attention.self.query.weight` → `layers.0.attention.query.weight`
    """
    ours = theirs
    for old, new in (
        ("_embeddings.", "."),
        ("embeddings.LayerNorm", "embeddings.norm"),
        ("encoder.layer.", "layers."),
        ("attention.self.", "attention."),
        ("attention.output.dense", "attention.output"),
        ("attention.output.LayerNorm", "attention_norm"),
        ("intermediate.dense", "feed_forward.intermediate"),
        ("output.dense", "feed_forward.output"),  # after attention's own output is renamed
        ("output.LayerNorm", "feed_forward_norm"),
    ):
        ours = ours.replace(old, new)
    return ours


def all_hidden_states(
    model: BertModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> tuple[Tensor, ...]:
    """Send a batch through a BERT and keep what stands between the layers. Chapter 05.

    Three (B, T) integer tensors → L + 1 tensors (B, T, H): the embeddings, then the output of
    each encoder layer. attention_mask is 1 for real tokens and 0 for padding.
    """
    bias = mask_bias(attention_mask)  # (B, 1, 1, T)
    hidden_states = [model.embeddings(input_ids, token_type_ids)]  # (B, T, H)
    for layer in model.layers:
        hidden_states.append(layer(hidden_states[-1], bias))
    return tuple(hidden_states)
