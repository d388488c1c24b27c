"""Exercise 14.3: a conflict by layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def conflict_by_layer(first: dict[str, Tensor], second: dict[str, Tensor]) -> dict[str, float]:
    """The cosine between two tasks' gradients, layer by layer, in the order of the names.

    first, second: gradients by parameter name, `embeddings.…` or `layers.N.…`. The layer is called
    `embeddings` or `layers.N`; all its tensors together make one long vector.
    """
    layers: dict[str, list[str]] = {}
    for name in first:
        parts = name.split(".")
        layer = parts[0] if parts[0] == "embeddings" else ".".join(parts[:2])
        layers.setdefault(layer, []).append(name)
    found = {}
    for layer, names in layers.items():
        one = torch.cat([first[name].flatten() for name in names])
        two = torch.cat([second[name].flatten() for name in names])
        found[layer] = float(one @ two / (one.norm() * two.norm()))
    return found


def slow_conflict_by_layer(first: dict[str, Tensor], second: dict[str, Tensor]) -> dict[str, float]:
    """Three sums for each layer, number by number."""
    sums: dict[str, list[float]] = {}
    for name in first:
        layer = "embeddings" if name.startswith("embeddings.") else name[: name.index(".", 7)]
        own = sums.setdefault(layer, [0.0, 0.0, 0.0])
        for a, b in zip(first[name].reshape(-1), second[name].reshape(-1), strict=True):
            own[0] += float(a) * float(b)
            own[1] += float(a) ** 2
            own[2] += float(b) ** 2
    return {layer: ab / (aa**0.5 * bb**0.5) for layer, (ab, aa, bb) in sums.items()}


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Gradients of eleven layers; in some of them the tasks agree, in one they conflict."""
    shapes = {"embeddings.word.weight": (6, 3), "embeddings.norm.weight": (3,)}
    for layer in range(11):
        shapes[f"layers.{layer}.dense.weight"] = (3, 3)
        shapes[f"layers.{layer}.dense.bias"] = (3,)
    first = {name: inputs.randn(*shape) for name, shape in shapes.items()}
    second = {name: inputs.randn(*shape) for name, shape in shapes.items()}
    agree, against = inputs.pick((1, 2)), inputs.pick((7, 8))
    for kind in ("weight", "bias"):
        second[f"layers.{agree}.dense.{kind}"] = 3 * first[f"layers.{agree}.dense.{kind}"]
        second[f"layers.{against}.dense.{kind}"] = -first[f"layers.{against}.dense.{kind}"]
    first["layers.4.dense.bias"] = 20 * first["layers.4.dense.bias"]
    made = inputs.call(answer, {**first}, {**second})
    found: dict[str, Any] = {"the names of the layers": list(made)}
    return found | {f"the cosine in {layer}": value for layer, value in made.items()}


EXERCISE = Exercise(
    id="14.3",
    title="a conflict by layer",
    minutes=15,
    difficulty="steady",
    core=False,
    reference=conflict_by_layer,
    specification=slow_conflict_by_layer,
    observe=observe,
    hints=(
        "Where the second gradient is three times the first, the cosine is 1; where it is minus "
        "the first, −1. Are there as many entries as layers, one of them for the embeddings?",
        "Group the names first. Then, for each layer, lay all its tensors end to end, once for "
        "each task, and take one cosine of the two long vectors.",
        "layer of a name: embeddings, or its first two parts\n"
        "for each layer: one = all of first's tensors, flattened, end to end; two likewise\n"
        "cosine = one · two / (|one| · |two|)",
    ),
    mistakes=mistakes(r"""
        mean-of-cosines: a cosine was taken of every tensor and their mean came back; a bias of a
            few numbers then counts as much as a matrix.
          look: the cosine: one for each layer, of all its tensors end to end.
          -         one = torch.cat([first[name].flatten() for name in names])
          -         two = torch.cat([second[name].flatten() for name in names])
          -         found[layer] = float(one @ two / (one.norm() * two.norm()))
          +         each = [
          +             torch.cosine_similarity(first[n].flatten(), second[n].flatten(), dim=0)
          +             for n in names
          +         ]
          +         found[layer] = float(torch.stack(each).mean())
        lengths-not-divided-out: the product was not divided by the two lengths, so a task with a
            larger loss seems to disagree more.
          look: the last line: divide by both norms.
          - one @ two / (one.norm() * two.norm())
          + one @ two
        one-length-divided-out: the product was divided by one length only.
          look: the divisor: both norms.
          - (one.norm() * two.norm())
          + two.norm()
        embeddings-left-out: the embeddings have no entry.
          look: names that begin with embeddings: they are a layer too.
          -         parts = name.split(".")
          +         parts = name.split(".")
          +         if parts[0] == "embeddings":
          +             continue
        embeddings-taken-apart: every table of the embeddings became a layer of its own.
          look: the layer of a name that begins with embeddings.
          - parts[0] if parts[0] == "embeddings" else ".".join(parts[:2])
          + ".".join(parts[:2])
        first-digit-only: only the first digit of the number was read, so layer 10 was counted with
            layer 1.
          look: the number of the layer: split at the dots.
          - ".".join(parts[:2])
          + name[: len("layers.") + 1]
        only-the-last-tensor: one tensor of a layer took the place of the one before it.
          look: the list of names: add to it.
          - layers.setdefault(layer, []).append(name)
          + layers[layer] = [name]
        distance-not-cosine: 1 minus the cosine came back, which is 0 where tasks agree.
          look: the last line: the cosine itself.
          - float(one @ two / (one.norm() * two.norm()))
          + 1 - float(one @ two / (one.norm() * two.norm()))
    """),
    styles=styles(r"""
        with a pattern:
          def conflict_by_layer(first, second):
              import re

              rows = {}
              for name, own in first.items():
                  layer = re.match(r"embeddings|layers\.\d+", name)[0]
                  pair = rows.setdefault(layer, ([], []))
                  pair[0].append(own.reshape(-1))
                  pair[1].append(second[name].reshape(-1))
              return {
                  layer: torch.cosine_similarity(torch.cat(one), torch.cat(two), dim=0).item()
                  for layer, (one, two) in rows.items()
              }

        three sums for each layer:
          def conflict_by_layer(first, second):
              product, one, two = {}, {}, {}
              for name in first:
                  layer = name.split(".")[0]
                  if layer == "layers":
                      layer = f"layers.{name.split('.')[1]}"
                  a, b = first[name], second[name]
                  product[layer] = product.get(layer, 0) + (a * b).sum()
                  one[layer] = one.get(layer, 0) + (a * a).sum()
                  two[layer] = two.get(layer, 0) + (b * b).sum()
              return {k: (product[k] / (one[k] * two[k]).sqrt()).item() for k in product}

        unit vectors:
          def conflict_by_layer(first, second):
              def layer_of(name):
                  head, number, *_ = name.split(".")
                  return head if head == "embeddings" else f"{head}.{number}"

              found = {}
              for layer in dict.fromkeys(map(layer_of, first)):
                  names = [name for name in first if layer_of(name) == layer]
                  one = F.normalize(torch.cat([first[n].ravel() for n in names]), dim=0)
                  two = F.normalize(torch.cat([second[n].ravel() for n in names]), dim=0)
                  found[layer] = (one * two).sum().item()
              return found
    """),
)
