"""Exercise 15.2: which layers to start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from mtslib.finetune.distil import first_weights
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_first_weights(
    teacher: dict[str, Tensor], depth: int, layers: int, num_layers: int, start: str
) -> dict[str, Tensor]:
    """Each layer of the student looks for its partner; whatever is no layer comes along."""
    found: dict[str, Tensor] = {}
    for place in range(layers if start != "pretrained" else 0):
        source = depth + place if start == "lower" else num_layers - layers + place
        begins = f"layers.{source}."
        for name, tensor in teacher.items():
            if name.startswith(begins):
                found[f"layers.{depth + place}." + name[len(begins) :]] = tensor
    if start != "pretrained":
        found |= {n: tensor for n, tensor in teacher.items() if not n.startswith("layers.")}
    return found


def branch(inputs: SeededInputs, depth: int, num_layers: int) -> dict[str, Tensor]:
    """A teacher's branch in small: two tensors per layer, and a head."""
    tensors = {}
    for number in range(depth, num_layers):
        tensors[f"layers.{number}.attention.query.weight"] = inputs.randn(2)
        tensors[f"layers.{number}.feed_forward.output.bias"] = inputs.randn(1)
    return tensors | {"head.1.weight": inputs.randn(2), "head.1.bias": inputs.randn(1)}


def by_name(found: Any) -> Any:
    """The order of the names is the answer's own affair."""
    return dict(sorted(found.items())) if isinstance(found, dict) else found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three starts of students of one, two and all layers; and numbers of two digits."""
    six, twelve = branch(inputs, 3, 6), branch(inputs, 9, 12)
    found = {}
    for start, layers in (("lower", 1), ("lower", 2), ("upper", 1), ("upper", 2), ("lower", 3)):
        found[f"d = 3, L = 6, l = {layers}, {start}"] = inputs.call(
            answer, six, 3, layers, 6, start
        )
    found["d = 3, L = 6, l = 1, pretrained"] = inputs.call(answer, six, 3, 1, 6, "pretrained")
    found["d = 9, L = 12, l = 2, upper"] = inputs.call(answer, twelve, 9, 2, 12, "upper")
    return {question: by_name(given) for question, given in found.items()}


EXERCISE = Exercise(
    id="15.2",
    title="which layers to start from",
    minutes=15,
    difficulty="steady",
    core=False,
    reference=first_weights,
    specification=slow_first_weights,
    observe=observe,
    hints=(
        "A student of one layer on tap 3 has a layer 3 and no other. Print the names that you "
        "give it: they must be names of the student, whichever layer the numbers come from.",
        "Both starts go on at d. The upper one takes the teacher's last l layers, and each of "
        "them moves down by as many places as were skipped: L − d − l. What is no layer, the "
        "head say, comes along under its own name.",
        "skipped = 0, or L − d − l for `upper`\n"
        "for each name and tensor of the teacher:\n"
        "  a layer: its number − skipped; keep it if that is one of d … d + l − 1\n"
        "  anything else: keep it\n"
        "`pretrained`: keep nothing",
    ),
    mistakes=mistakes(r"""
        names-of-the-teacher-kept: the upper layers kept the teacher's numbers, and the student has
            no layers of these names.
          look: the name under which a tensor is kept.
          -             name = ".".join((kind, str(place), *rest))
        always-the-lower: the upper start took the lowest layers too.
          look: what is skipped for the upper start.
          - skipped = num_layers - depth - layers if start == "upper" else 0
          + skipped = 0
        upper-and-lower-exchanged: the lower start took the uppermost layers, and the upper one the
            lowest.
          look: for which of the two anything is skipped.
          - if start == "upper" else 0
          + if start == "lower" else 0
        one-layer-too-many: the student was given one layer more than it has.
          look: the upper end of the places: d + l − 1 is the last.
          - depth <= place < depth + layers
          + depth <= place <= depth + layers
        one-layer-too-few: the last layer of the student was left out.
          look: the upper end of the places: d + l − 1 is the last.
          - depth <= place < depth + layers
          + depth <= place < depth + layers - 1
        skipped-without-the-tap: L − l layers were skipped, as if the branch began at layer 0.
          look: how many layers of the branch are skipped: it has L − d of them.
          - num_layers - depth - layers if
          + num_layers - layers if
        head-left-behind: the head was not taken over, so the student would have to learn it anew.
          look: names that do not begin with `layers`.
          -         found[name] = tensor
          -     return found
          +         if kind == "layers":
          +             found[name] = tensor
          +     return found
        pretrained-takes-the-head: a pretrained start is to take nothing from the teacher, the head
            included.
          look: the first lines: what comes back for `pretrained`.
          - return {}
          + return {name: t for name, t in teacher.items() if not name.startswith("layers.")}
        numbered-from-zero: the student's layers were numbered from 0; it stands on the trunk, so
            its first layer is called d.
          look: the number in the name.
          - str(place)
          + str(place - depth)
        in-reverse-order: the layers came in the opposite order.
          look: the place of each layer: the order stays.
          - str(place)
          + str(2 * depth + layers - 1 - place)
    """),
    styles=styles(r"""
        layer by layer:
          def first_weights(teacher, depth, layers, num_layers, start):
              if start == "pretrained":
                  return {}
              first = depth if start == "lower" else num_layers - layers
              kept = {n: t for n, t in teacher.items() if not n.startswith("layers.")}
              for i in range(layers):
                  old, new = f"layers.{first + i}.", f"layers.{depth + i}."
                  for name, tensor in teacher.items():
                      if name.startswith(old):
                          kept[name.replace(old, new, 1)] = tensor
              return kept

        a table of numbers:
          def first_weights(teacher, depth, layers, num_layers, start):
              numbers = list(range(depth, num_layers))
              chosen = {"lower": numbers[:layers], "upper": numbers[-layers:], "pretrained": []}
              places = {str(old): str(new) for new, old in enumerate(chosen[start], start=depth)}
              out = {}
              for name, tensor in teacher.items():
                  parts = name.split(".")
                  if parts[0] != "layers":
                      if start != "pretrained":
                          out[name] = tensor
                  elif parts[1] in places:
                      parts[1] = places[parts[1]]
                      out[".".join(parts)] = tensor
              return out

        a regular expression:
          def first_weights(teacher, depth, layers, num_layers, start):
              import re

              found = {}
              for name, tensor in teacher.items():
                  match = re.fullmatch(r"layers\.(\d+)\.(.*)", name)
                  if start == "pretrained":
                      break
                  if match is None:
                      found[name] = tensor
                      continue
                  number = int(match[1])
                  if start == "upper":
                      number -= num_layers - layers - depth
                  if number in range(depth, depth + layers):
                      found[f"layers.{number}.{match[2]}"] = tensor
              return found
    """),
)
