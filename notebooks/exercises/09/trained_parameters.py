"""Exercise 09.4: what a checkpoint stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert import BertConfig, BertModel
from mtslib.serving.accounting import trained_parameters

trains = exercise_file("09/trains.py")


def counted_trained(config: BertConfig, freeze_depth: int | None, num_outputs: int) -> int:
    """A model is built without numbers in it, and what trains is counted tensor by tensor."""
    with torch.device("meta"):
        model, head = BertModel(config), nn.Linear(config.hidden_size, num_outputs)
    total = sum(tensor.numel() for tensor in head.parameters())
    for name, tensor in model.named_parameters():
        if not name.startswith("pooler.") and trains.slow_trains(name, freeze_depth):
            total += tensor.numel()
    return total


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A tiny model at every depth, and the default backbone at two."""
    heads = inputs.pick((1, 2))
    tiny = BertConfig(
        vocab_size=int(inputs.randint(20, 40, (1,))),
        hidden_size=4,
        num_layers=3,
        num_heads=heads,
        intermediate_size=int(inputs.randint(5, 12, (1,))),
        max_positions=10,
    )
    found = {
        f"trained parameters of a tiny model, L = 3, at freeze_depth {depth}, 2 outputs": (
            inputs.call(answer, tiny, depth, 2)
        )
        for depth in (2, 3, 0, None)
    }
    default = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)
    for depth in (4, None):
        found[f"the default backbone at freeze_depth {depth}, 5 outputs"] = inputs.call(
            answer, default, depth, 5
        )
    return found


EXERCISE = Exercise(
    id="09.4",
    title="what a checkpoint stores",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=trained_parameters,
    specification=counted_trained,
    observe=observe,
    hints=(
        "Compare full with freeze_depth 0. Both train every encoder layer; what else does full "
        "train, and how many numbers is that?",
        "k = L − d layers, each with the parameters that you counted in chapter 05; a linear "
        "head, always, with its bias; the embeddings only where nothing is frozen.",
        "trained layers · parameters of a layer\nplus the head's\n"
        "plus the embeddings', if freeze_depth is None",
    ),
    mistakes=mistakes(r"""
        embeddings-counted-at-zero: freeze_depth 0 was counted as full, since 0 is false; at 0 the
            embeddings are frozen.
          look: the condition for the embeddings: freeze_depth is None.
          - if freeze_depth is None
          + if not freeze_depth
        embeddings-always-counted: the embeddings were counted at every depth, though only full
            trains them.
          look: the condition for the embeddings.
          - (embedding_parameters(config) if freeze_depth is None else 0)
          + embedding_parameters(config)
        embeddings-never-counted: full trains the embeddings too, and they were left out.
          look: what is added where freeze_depth is None.
          - (embedding_parameters(config) if freeze_depth is None else 0)
          + 0
        frozen-layers-counted: the layers below the depth were counted, which are those that do not
            train.
          look: the number of layers: L − d.
          - trained_layers(config, freeze_depth)
          + (freeze_depth or 0)
        one-layer-too-many: one encoder layer too many was counted.
          look: the number of layers: L − d, and none at d = L.
          - trained_layers(config, freeze_depth) * layer_parameters(config)
          + (1 + trained_layers(config, freeze_depth)) * layer_parameters(config)
        head-forgotten: the head was not counted; at d = L it is all that trains.
          look: what comes on top of the layers.
          -     parameters += head_parameters(config, num_outputs)
        head-without-bias: the head's biases were left out: one for each output.
          look: the head: (H + 1) · outputs.
          - head_parameters(config, num_outputs)
          + config.hidden_size * num_outputs
        bytes-not-parameters: the bytes came back, four per parameter.
          look: what is asked: how many numbers, not how many bytes.
          - return parameters + (embedding_parameters(config) if freeze_depth is None else 0)
          + return 4 * (parameters + (embedding_parameters(config) if freeze_depth is None else 0))
    """),
    styles=styles(r"""
        one sum:
          def trained_parameters(config, freeze_depth, num_outputs):
              k = config.num_layers if freeze_depth is None else config.num_layers - freeze_depth
              embeddings = embedding_parameters(config) * (freeze_depth is None)
              head = config.hidden_size * num_outputs + num_outputs
              return k * layer_parameters(config) + head + embeddings

        layer by layer:
          def trained_parameters(config, freeze_depth, num_outputs):
              total = head_parameters(config, num_outputs)
              if freeze_depth is None:
                  total, freeze_depth = total + embedding_parameters(config), 0
              for _ in range(freeze_depth, config.num_layers):
                  total += layer_parameters(config)
              return total

        how many are frozen:
          def trained_parameters(config, freeze_depth, num_outputs):
              counted = num_outputs * (config.hidden_size + 1)
              if freeze_depth is None:
                  counted += embedding_parameters(config)
              frozen = 0 if freeze_depth is None else freeze_depth
              return counted + (config.num_layers - frozen) * layer_parameters(config)

        parts by name:
          def trained_parameters(config, freeze_depth, num_outputs):
              full = freeze_depth is None
              layers = range(config.num_layers)[None if full else freeze_depth :]
              parts = {
                  "layers": sum(layer_parameters(config) for _ in layers),
                  "head": head_parameters(config, num_outputs),
                  "embeddings": embedding_parameters(config) if full else 0,
              }
              return sum(parts.values())
    """),
)
