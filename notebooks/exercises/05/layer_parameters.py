"""Exercise 05.3: the numbers in a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib import backbones
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.config import BertConfig
from mtslib.serving.accounting import layer_parameters


def counted_parameters(config: BertConfig) -> int:
    """Every matrix and every vector of one encoder layer, written down and added up."""
    size, inner = config.hidden_size, config.intermediate_size
    matrices = [(size, size)] * 4 + [(inner, size), (size, inner)]
    vectors = [size] * 4 + [inner, size]  # the biases of these six maps
    vectors += [size, size, size, size]  # gain and bias of two norms
    return sum(rows * columns for rows, columns in matrices) + sum(vectors)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A layer small enough for a pencil, then real sizes, then one of odd shape."""
    smallest = BertConfig(hidden_size=2, num_heads=1, intermediate_size=3, num_layers=1)
    size = inputs.pick(range(2, 9))
    odd = BertConfig(
        hidden_size=12 * size,
        num_heads=3,
        intermediate_size=7 * size,
        num_layers=inputs.pick((2, 5)),
    )
    return {
        "a layer with H = 2 and intermediate size 3": inputs.call(answer, smallest),
        "a layer of all-MiniLM-L6-v2": inputs.call(answer, backbones.load().config),
        "a layer of bert-base": inputs.call(answer, BertConfig()),
        f"a layer with H = {12 * size} and intermediate size {7 * size}": inputs.call(answer, odd),
    }


EXERCISE = Exercise(
    id="05.3",
    title="the numbers in a layer",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=layer_parameters,
    specification=counted_parameters,
    observe=observe,
    tolerance=0.0,  # whole numbers, exactly
    hints=(
        "Take H = 2 and intermediate size 3 and count with a pencil: 24 for attention, 9 and 8 "
        "for the feed-forward, 8 for the norms.",
        "A linear map from m to n features has m·n weights and n biases. A LayerNorm has a gain "
        "and a bias for each feature. Heads divide the H features among them; they add none.",
        "attention: four maps from H to H\nfeed-forward: H to intermediate, and back\n"
        "two norms: 2·H each\nadd them up",
    ),
    mistakes=mistakes(r"""
        biases-forgotten: the biases of the linear maps were not counted.
          look: each map: n more for n outputs.
          - 4 * (size * size + size) + (size * inner + inner) + (inner * size + size) + 4 * size
          + 4 * size * size + size * inner + inner * size + 4 * size
        output-map-forgotten: attention was counted with three maps; after query, key and value
            comes the output.
          look: the number of maps in attention.
          - 4 * (size * size
          + 3 * (size * size
        four-h-missing: 4·H numbers are missing: as many as the two norms have, or the biases of the
            four maps of attention.
          look: the norms, 2·H each, and the biases, one for each output of a map.
          -  + 4 * size
        two-h-missing: 2·H numbers are missing: as many as one norm has, with its gain and its bias.
          look: the norms: there are two, of 2·H each.
          - + 4 * size
          + + 2 * size
        feed-forward-one-way: only the first map of the feed-forward was counted.
          look: the feed-forward: it widens, and narrows again.
          -  + (inner * size + size)
        biases-of-the-feed-forward-swapped: both maps of the feed-forward were given the same number
            of biases.
          look: the biases: as many as a map has outputs, once the intermediate size and once H.
          - (inner * size + size)
          + (inner * size + inner)
        heads-counted-as-extra: the maps were counted once for each head; the heads divide the H
            features among them.
          look: attention: its maps are H by H, whatever the number of heads.
          - 4 * (size * size
          + config.num_heads * 4 * (size * size
        intermediate-size-guessed: the intermediate size was assumed to be 4·H, which is usual but
            not a rule.
          look: config.intermediate_size.
          - config.intermediate_size
          + 4 * config.hidden_size
        all-layers-counted: this is the sum over all layers; the exercise asks for one.
          look: the factor num_layers.
          - return 4 *
          + return config.num_layers * 4 *
          - + (size * inner + inner) + (inner * size + size) + 4 * size
          + + config.num_layers * (2 * size * inner + inner + 5 * size)
    """),
    styles=styles(r"""
        counted from the parts:
          def layer_parameters(config):
              from mtslib.minbert.encoder import EncoderLayer

              with torch.device("meta"):
                  layer = EncoderLayer(config)
              return sum(p.numel() for p in layer.parameters())

        a helper for a map:
          def layer_parameters(config):
              def linear(m, n):
                  return (m + 1) * n

              H, F = config.hidden_size, config.intermediate_size
              return 4 * linear(H, H) + linear(H, F) + linear(F, H) + 2 * (H + H)

        counted in a layer:
          def layer_parameters(config):
              h, i = config.hidden_size, config.intermediate_size
              return sum(
                  p.numel()
                  for p in __import__("mtslib.minbert.encoder", fromlist=["x"])
                  .EncoderLayer(config)
                  .parameters()
              )

        a number of NumPy:
          def layer_parameters(config):
              h, i = config.hidden_size, config.intermediate_size
              import numpy as np

              return np.int64(4 * (h * h + h) + (h * i + i) + (i * h + h) + 4 * h)

        a tensor:
          def layer_parameters(config):
              h, i = config.hidden_size, config.intermediate_size
              return torch.tensor(4 * (h * h + h) + (h * i + i) + (i * h + h) + 4 * h)

        one formula:
          def layer_parameters(config):
              h, i = config.hidden_size, config.intermediate_size
              return h * (4 * h + 4 + 2 * i + 1 + 4) + i
    """),
)
