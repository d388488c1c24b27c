"""A model's layers as weights by name: how far each moved, exchanged, and what it says. Chapter 16.

Weights are {name: tensor} as a backbone, or a checkpoint of full fine-tuning, holds them:
`embeddings.…`, `layers.N.…`, `head.…`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from mtslib.data.batching import Batch, Tokenised
from mtslib.finetune.evaluate import CPU, every_output
from mtslib.finetune.precision import resolve
from mtslib.minbert import BertModel
from mtslib.minbert.model import mean_pool


def layer_drift(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> dict[str, float]:
    """How far each layer moved: |after − before| / |before|, by layer in the order of the names.

    All tensors of a layer count as one long vector. The layers are `embeddings` and `layers.N`;
    other tensors are left out, and one that `after` lacks has not moved.
    """
    sums: dict[str, list[float]] = {}
    for name, old in before.items():
        kind, number, *_ = name.split(".")
        if kind not in ("embeddings", "layers"):
            continue
        layer = kind if kind == "embeddings" else f"{kind}.{number}"
        moved, size = sums.setdefault(layer, [0.0, 0.0])
        new = after.get(name, old)
        sums[layer] = [moved + float((new - old).square().sum()), size + float(old.square().sum())]
    return {layer: (moved / size) ** 0.5 for layer, (moved, size) in sums.items()}


def transplanted(
    weights: Mapping[str, Tensor], donor: Mapping[str, Tensor], layer: int
) -> dict[str, Tensor]:
    """The same model with encoder layer number `layer` of another one of the same shape."""
    own = f"layers.{layer}."
    return {name: donor[name] if name.startswith(own) else old for name, old in weights.items()}


def pooled_states(bert: BertModel, weights: Mapping[str, Tensor], tokens: Tokenised) -> Tensor:
    """The mean over each example's tokens at every depth, with these weights: (L + 1, n, H).

    bert: is left with the weights that `weights` names; what they lack stays as it is in it.
    """
    known = bert.state_dict()
    bert.load_state_dict(known | {n: t for n, t in weights.items() if n in known})
    bert.eval()

    def states(batch: Batch) -> Tensor:
        (inputs,) = batch.inputs
        found = bert(*inputs).hidden_states
        return torch.stack([mean_pool(state, inputs.attention_mask) for state in found], dim=1)

    return every_output(states, tokens, precision=resolve("auto", CPU)).transpose(0, 1)
