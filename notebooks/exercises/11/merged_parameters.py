"""Exercise 11.6: what one model for all keeps in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert import BertConfig, BertModel
from mtslib.serving.accounting import embedding_parameters, head_parameters, layer_parameters


def merged_parameters(
    config: BertConfig, outputs: Mapping[str, int], depths: Mapping[str, int]
) -> int:
    """Parameters of a merged model ([CLS] or mean pooling).

    outputs: by task, the width of its head. depths: by task, where its branch taps the trunk.
    """
    layers = max(depths.values()) + sum(config.num_layers - depth for depth in depths.values())
    heads = sum(head_parameters(config, outputs[task]) for task in depths)
    return embedding_parameters(config) + layers * layer_parameters(config) + heads


def counted_parameters(
    config: BertConfig, outputs: Mapping[str, int], depths: Mapping[str, int]
) -> int:
    """The parts are built without numbers in them, and their tensors are counted."""
    with torch.device("meta"):
        bert = BertModel(config)
        parts: list[nn.Module] = [bert.embeddings, *bert.layers[: max(depths.values())]]
        for task, depth in depths.items():
            parts += [*bert.layers[depth:], nn.Linear(config.hidden_size, outputs[task])]
        return sum(tensor.numel() for part in parts for tensor in part.parameters())


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A tiny model with several taps, and the default backbone."""
    tiny = BertConfig(
        vocab_size=int(inputs.randint(20, 40, (1,))),
        hidden_size=4,
        num_layers=3,
        num_heads=inputs.pick((1, 2)),
        intermediate_size=int(inputs.randint(5, 12, (1,))),
        max_positions=10,
    )
    default = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)
    widths = {"sst": 5, "quora": 2, "sts": 6}
    asked = [
        ("a tiny model, L = 3", tiny, {"sst": 2, "quora": 1, "sts": 2}),
        ("a tiny model, L = 3", tiny, {"sst": 0, "sts": 0}),
        ("a tiny model, L = 3", tiny, {"quora": 3, "sts": 1}),
        ("a tiny model, L = 3, one task", tiny, {"quora": 1}),
        ("the default backbone", default, {"sst": 4, "quora": 3, "sts": 2}),
    ]
    return {
        f"{words}, taps at {depths}": inputs.call(
            answer, config, {task: widths[task] for task in depths}, depths
        )
        for words, config, depths in asked
    }


EXERCISE = Exercise(
    id="11.6",
    title="what one model for all keeps in memory",
    minutes=8,
    difficulty="steady",
    core=True,
    reference=merged_parameters,
    specification=counted_parameters,
    observe=observe,
    hints=(
        "Take one task alone: the answer is a whole model, embeddings, L layers and a head. Then "
        "add a second one with the same tap: what comes on top?",
        "The embeddings and the trunk's layers are there once. Each task adds the layers from its "
        "tap to the top, L − d of them, and its head. Exercise 11.1 names the layers.",
        "embeddings, once\nplus (deepest tap + L − d of each task) · parameters of a layer\nplus "
        "the head of each task in depths",
    ),
    mistakes=mistakes(r"""
        embeddings-per-task: the embeddings were counted once for each task; they are shared.
          look: the embeddings: once.
          - embedding_parameters(config) +
          + len(depths) * embedding_parameters(config) +
        embeddings-forgotten: the embeddings were left out; they are part of the trunk.
          look: what lies below layer 0.
          - embedding_parameters(config) + layers
          + layers
        trunk-per-task: the trunk's layers were counted for each task, as if nothing were shared.
          look: the layers below the taps: once, up to the deepest.
          - max(depths.values()) + sum(config.num_layers - depth for depth in depths.values())
          + len(depths) * config.num_layers
        trunk-to-the-shallowest: the trunk was counted up to the shallowest tap.
          look: how far the trunk reaches: to the deepest.
          - max(depths.values())
          + min(depths.values())
        trunk-not-counted: the layers of the trunk were left out.
          look: the layers below the deepest tap: they are in memory too.
          - max(depths.values()) + sum(
          + sum(
        branches-from-the-deepest-tap: each branch was counted from the deepest tap; one that taps
            lower has more layers.
          look: the layers of a branch: L − d, with its own d.
          - config.num_layers - depth for depth
          + config.num_layers - max(depths.values()) for depth
        frozen-layers-counted: d layers were counted for each branch, which are those it froze.
          look: the layers of a branch: L − d.
          - config.num_layers - depth for depth
          + depth for depth
        heads-forgotten: no head was counted.
          look: what stands on top of each branch.
          -  + heads
        bytes-not-parameters: the bytes came back, four for each parameter.
          look: what is asked: how many numbers.
          - return embedding_parameters(config) + layers * layer_parameters(config) + heads
          + return 4 * (embedding_parameters(config) + layers * layer_parameters(config) + heads)
    """),
    styles=styles(r"""
        part by part:
          def merged_parameters(config, outputs, depths):
              trunk = embedding_parameters(config)
              trunk += max(depths.values()) * layer_parameters(config)
              total = trunk
              for task, depth in depths.items():
                  total += (config.num_layers - depth) * layer_parameters(config)
                  total += head_parameters(config, outputs[task])
              return total

        what is shared taken off:
          def merged_parameters(config, outputs, depths):
              layer = layer_parameters(config)
              whole = sum(
                  config.num_layers * layer + head_parameters(config, outputs[task])
                  for task in depths
              )
              twice = sum(depths.values()) - max(depths.values())
              return whole - twice * layer + embedding_parameters(config)

        heads by hand:
          def merged_parameters(config, outputs, depths):
              held = [*range(max(depths.values()))]
              for depth in depths.values():
                  held += range(depth, config.num_layers)
              heads = [outputs[t] * config.hidden_size + outputs[t] for t in depths]
              layers = len(held) * layer_parameters(config)
              return layers + sum(heads) + embedding_parameters(config)
    """),
)
