"""Exercise 16.1: how far each layer moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from mtslib.finetune.inside import layer_drift
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_layer_drift(before: Mapping[str, Tensor], after: Mapping[str, Tensor]) -> dict[str, float]:
    """Layer by layer, number by number."""
    numbers = sorted({int(name.split(".")[1]) for name in before if name.startswith("layers.")})
    found = {}
    for layer in ["embeddings", *(f"layers.{number}" for number in numbers)]:
        moved = size = 0.0
        for name in before:
            if name.startswith(f"{layer}."):
                new = after[name] if name in after else before[name]
                for old_value, new_value in zip(
                    before[name].reshape(-1).tolist(), new.reshape(-1).tolist(), strict=True
                ):
                    moved += (new_value - old_value) ** 2
                    size += old_value**2
        found[layer] = (moved / size) ** 0.5
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Eleven layers, as a checkpoint holds them: the frozen ones are not in it."""
    before = {
        "embeddings.word.weight": inputs.randn(5, 3),
        "embeddings.norm.weight": 4 * inputs.randn(3),
    }
    for layer in range(11):
        before[f"layers.{layer}.dense.weight"] = inputs.randn(3, 3)
        before[f"layers.{layer}.dense.bias"] = 3 * inputs.randn(3)
    before["pooler.dense.weight"] = inputs.randn(3, 3)
    top = {
        name: old + 0.2 * inputs.randn(*old.shape)
        for name, old in before.items()
        if name.split(".")[1] in ("8", "9", "10")
    }
    del top["layers.9.dense.weight"]
    whole = {name: old + 0.5 * inputs.randn(*old.shape) for name, old in before.items()}
    doubled = {name: 2 * old for name, old in before.items()}
    found: dict[str, Any] = {}
    for words, after in (
        ("every tensor doubled", doubled),
        ("all moved, a pooler too", whole),
        ("only the top trained, one of its tensors missing", top),
    ):
        made = inputs.call(answer, before, after)
        found[f"{words}: the layers"] = list(made)
        found |= {f"{words}: {layer}": value for layer, value in made.items()}
    return found


EXERCISE = Exercise(
    id="16.1",
    title="how far each layer moved",
    minutes=10,
    difficulty="steady",
    core=False,
    reference=layer_drift,
    specification=slow_layer_drift,
    observe=observe,
    hints=(
        "Double every tensor: each layer has moved by exactly its own length, so every entry is 1. "
        "Leave a layer out of the checkpoint: it was frozen, so its entry is 0.",
        "One number for each layer, of all its tensors together: the length of the difference "
        "over the length of what was there before. The length of several tensors laid end to end "
        "is the root of the sum of all squares.",
        "for each name of before, of the embeddings or a layer:\n"
        "    moved[layer] += sum of (after − before)², 0 where after lacks the name\n"
        "    size[layer] += sum of before²\n"
        "for each layer: √(moved / size)",
    ),
    mistakes=mistakes(r"""
        not-relative: the length of the difference came back as it is, so that a large layer seems
            to move far.
          look: the last line: divide by the length of what was there before.
          - (moved / size) ** 0.5
          + moved**0.5
        relative-to-after: the difference was divided by the length of the layer after training.
          look: what is summed for the size: before.
          - float(old.square().sum())
          + float(new.square().sum())
        root-left-out: squares were divided and no root was taken.
          look: the last line: the root of the ratio.
          - (moved / size) ** 0.5
          + moved / size
        root-of-the-difference-only: a length was divided by a squared length.
          look: the last line: the root of both.
          - (moved / size) ** 0.5
          + moved**0.5 / size
        absolute-values-summed: absolute values were summed and not squares.
          look: both sums: the length of a vector is the root of the sum of its squares.
          - moved + float((new - old).square().sum()), size + float(old.square().sum())
          + moved + float((new - old).abs().sum()), size + float(old.abs().sum())

          - (moved / size) ** 0.5
          + moved / size
        first-digit-only: only the first digit of the number was read, so layer 10 was counted with
            layer 1.
          look: the number of the layer: split at the dots.
          - f"{kind}.{number}"
          + f"{kind}.{number[0]}"
        embeddings-left-out: the embeddings have no entry.
          look: names that begin with embeddings: they count as a layer.
          - ("embeddings", "layers")
          + ("layers",)
        embeddings-taken-apart: every table of the embeddings became a layer of its own.
          look: the layer of a name that begins with embeddings.
          - kind if kind == "embeddings" else f"{kind}.{number}"
          + f"{kind}.{number}"
        pooler-counted-as-a-layer: a tensor that belongs to no encoder layer has an entry.
          look: which names count: embeddings and layers.
          - ("embeddings", "layers")
          + ("embeddings", "layers", "pooler")
        missing-tensors-skipped: tensors that the checkpoint lacks were skipped, so a frozen layer
            has no entry, and a layer of which one tensor stayed seems to have moved further.
          look: a name that after lacks: it has not moved, and still counts for the size.
          - if kind not in ("embeddings", "layers"):
          + if kind not in ("embeddings", "layers") or name not in after:
        missing-tensors-taken-for-0: a tensor that the checkpoint lacks was counted as if it had
            become 0.
          look: a name that after lacks: it is what it was.
          - after.get(name, old)
          + after.get(name, old * 0)
    """),
    styles=styles(r"""
        all tensors end to end:
          def layer_drift(before, after):
              import re

              import torch

              groups = {}
              for name in before:
                  match = re.match(r"embeddings|layers\.\d+", name)
                  if match:
                      groups.setdefault(match[0], []).append(name)
              found = {}
              for layer, names in groups.items():
                  old = torch.cat([before[n].flatten() for n in names])
                  new = torch.cat([after.get(n, before[n]).flatten() for n in names])
                  found[layer] = ((new - old).norm() / old.norm()).item()
              return found

        two dictionaries of sums:
          def layer_drift(before, after):
              moved, size = {}, {}
              for name, old in before.items():
                  parts = name.split(".")
                  if parts[0] == "embeddings":
                      layer = "embeddings"
                  elif parts[0] == "layers":
                      layer = "layers." + parts[1]
                  else:
                      continue
                  difference = after[name] - old if name in after else old * 0
                  moved[layer] = moved.get(layer, 0.0) + difference.pow(2).sum().item()
                  size[layer] = size.get(layer, 0.0) + old.pow(2).sum().item()
              return {layer: (moved[layer] / size[layer]) ** 0.5 for layer in size}
    """),
)
