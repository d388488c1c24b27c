"""Exercise 09.1: what trains at this depth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert import BertConfig, BertModel


def trains(name: str, freeze_depth: int | None) -> bool:
    """Whether the parameter called `name` trains at this freeze_depth; None is `full`.

    Names begin with `embeddings.`, with `layers.N.` for encoder layer N, with `pooler.` or with
    `head.`.
    """
    if freeze_depth is None:
        return True
    part, number = name.split(".")[:2]
    if part == "layers":
        return int(number) >= freeze_depth
    return part != "embeddings"


def slow_trains(name: str, freeze_depth: int | None) -> bool:
    """The frozen parts written down one by one."""
    if freeze_depth is None:
        return True
    frozen = ["embeddings"] + [f"layers.{number}" for number in range(freeze_depth)]
    return not any(name.startswith(f"{part}.") for part in frozen)


@cache
def _names(num_layers: int) -> list[str]:
    """Of a BERT with a head: every weight, every bias, every norm."""
    with torch.device("meta"):
        bert = BertModel(BertConfig(30, 4, num_layers, 1, 4, 6, 2))
    return [*(name for name, _ in bert.named_parameters()), "head.1.weight", "head.1.bias"]


def _asked(answer: Any, names: list[str], depth: int | None) -> dict[str, bool]:
    return {name: bool(answer(name, depth)) for name in names}


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One name, a model of four layers, and one of twelve, where numbers get two digits."""
    found = {
        "trains('layers.2.attention.query.weight', 2)": inputs.call(
            answer, "layers.2.attention.query.weight", 2
        )
    }
    for depth in (2, 0, None, 4):
        said = inputs.call(_asked, answer, _names(4), depth)
        found[f"what trains at freeze_depth {depth} of L = 4"] = said
    for depth in (1, 4, 10):
        names = [f"layers.{n}.feed_forward.output.bias" for n in range(12)]
        said = inputs.call(_asked, answer, names, depth)
        found[f"the layers that train at freeze_depth {depth} of L = 12"] = [
            n for n, trained in enumerate(said.values()) if trained
        ]
    return found


EXERCISE = Exercise(
    id="09.1",
    title="what trains at this depth",
    minutes=8,
    difficulty="warm-up",
    core=True,
    reference=trains,
    specification=slow_trains,
    observe=observe,
    hints=(
        "Take L = 4 and freeze_depth 2 and list by hand what trains: layers 2 and 3, the head, "
        "and the pooler where there is one. Which line of yours says otherwise?",
        "Three cases: nothing is frozen (None, which is not the same as 0); an encoder layer, "
        "whose number decides; anything else, where only the embeddings are frozen. The number "
        "is a piece of text until you make it a number.",
        "if freeze_depth is None: yes\nsplit the name at its dots\n"
        "a layer: its number, as a number, is at least freeze_depth\n"
        "anything else: whether it is not an embedding",
    ),
    mistakes=mistakes(r"""
        one-layer-too-many-frozen: the layer whose number is freeze_depth was frozen too; d layers
            are 0 to d − 1.
          look: the comparison: at least, not more than.
          - >= freeze_depth
          + > freeze_depth
        one-layer-too-few-frozen: layer d − 1 was left to train; at freeze_depth d it belongs to the
            trunk.
          look: the comparison: a layer trains from number d on.
          - >= freeze_depth
          + >= freeze_depth - 1
        counted-from-the-top: freeze_depth was read as the number of layers that train; it says how
            many do not.
          look: the direction: the lower layers are frozen, the upper ones train.
          - >= freeze_depth
          + < freeze_depth
        embeddings-left-trainable: the embeddings train at every depth; they are the first thing
            that is frozen.
          look: the last line: what is neither a layer nor an embedding trains.
          - part != "embeddings"
          + True
        head-frozen-too: the head is frozen with the trunk, so at d = L nothing is left to learn.
          look: the last line: head and pooler always train.
          - part != "embeddings"
          + False
        pooler-frozen-too: only the head was let through; a pooler belongs to the branch as well.
          look: the last line: everything trains that is neither a frozen layer nor an embedding.
          - part != "embeddings"
          + part == "head"
        full-read-as-zero: None was treated as 0, which freezes the embeddings; full freezes
            nothing.
          look: the first line: None comes before everything else.
          - return True
          + freeze_depth = 0
        zero-read-as-full: 0 counts as false, so freeze_depth 0 froze nothing; it freezes the
            embeddings.
          look: the first line: ask whether it is None, not whether it is false.
          - if freeze_depth is None
          + if not freeze_depth
        numbers-compared-as-text: layer numbers were compared as text, where 10 stands before 4.
          look: the comparison: int(…) first.
          - int(number) >= freeze_depth
          + number >= str(freeze_depth)
        only-the-first-digit: one character was read as the number, so layer 10 counts as layer 1.
          look: how the number is cut out: split at the dots.
          - int(number)
          + int(number[0])
    """),
    styles=styles(r"""
        frozen prefixes:
          def trains(name, freeze_depth):
              if freeze_depth is None:
                  return True
              frozen = ("embeddings.", *(f"layers.{n}." for n in range(freeze_depth)))
              return not name.startswith(frozen)

        regular expression:
          def trains(name, freeze_depth):
              import re

              layer = re.match(r"layers[.](\d+)[.]", name)
              if freeze_depth is None or (layer is None and "embeddings" not in name):
                  return True
              return layer is not None and int(layer[1]) >= freeze_depth

        a place for each part:
          def trains(name, freeze_depth):
              part = name.split(".")
              place = {"embeddings": 0, "layers": 1}.get(part[0], 1000)
              place += int(part[1]) if part[0] == "layers" else 0
              return freeze_depth is None or place > freeze_depth

        frozen names first:
          def trains(name, freeze_depth):
              if freeze_depth is None or name.startswith(("head.", "pooler.")):
                  return True
              if name.startswith("embeddings."):
                  return False
              return freeze_depth <= int(name[len("layers.") :].split(".")[0])

        match:
          def trains(name, freeze_depth):
              match name.split("."):
                  case _ if freeze_depth is None:
                      return True
                  case ["layers", number, *_]:
                      return not int(number) < freeze_depth
                  case [first, *_]:
                      return first in ("pooler", "head")
    """),
)
