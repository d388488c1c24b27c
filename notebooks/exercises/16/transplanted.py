"""Exercise 16.5: a transplant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from mtslib.finetune.inside import transplanted
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_transplanted(
    weights: Mapping[str, Tensor], donor: Mapping[str, Tensor], layer: int
) -> dict[str, Tensor]:
    """Each name is asked for its kind and its number."""
    found = {}
    for name in weights:
        parts = name.split(".")
        exchanged = parts[0] == "layers" and int(parts[1]) == layer
        found[name] = donor[name] if exchanged else weights[name]
    return found


def model(inputs: SeededInputs) -> dict[str, Tensor]:
    """A model of twelve layers in small, with its head."""
    tensors = {"embeddings.word.weight": inputs.randn(2)}
    for number in range(12):
        tensors[f"layers.{number}.dense.weight"] = inputs.randn(2)
        tensors[f"layers.{number}.dense.bias"] = inputs.randn(1)
    return tensors | {"head.1.weight": inputs.randn(2), "head.1.bias": inputs.randn(1)}


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Layers with one digit and two; a donor that has a head of another width, and one without."""
    weights = model(inputs)
    other = model(inputs) | {"head.1.weight": inputs.randn(4)}
    bare = {name: t for name, t in model(inputs).items() if not name.startswith("head")}
    found = {}
    for layer in (0, 1, 10, 11):
        found[f"layer {layer} of another task's model"] = inputs.call(answer, weights, other, layer)
    found["layer 5 of a model without a head"] = inputs.call(answer, weights, bare, 5)
    return {
        asked: dict(sorted(made.items())) if isinstance(made, dict) else made
        for asked, made in found.items()
    }


EXERCISE = Exercise(
    id="16.5",
    title="a transplant",
    minutes=8,
    difficulty="warm-up",
    core=False,
    reference=transplanted,
    specification=slow_transplanted,
    observe=observe,
    hints=(
        "Compare what comes back with `weights`, name by name: only names of one layer differ, "
        "and with layer 1 none of layer 10 or 11.",
        "Take every name of `weights`. Where it belongs to the layer, the tensor comes from the "
        "donor, else it stays. The head is the model's own: a donor may have none.",
        "own = layers.NUMBER. with both dots\n"
        "for each name of weights: donor's tensor if the name begins with own, else its own",
    ),
    mistakes=mistakes(r"""
        layers-10-and-11-too: with layer 1 the layers 10 and 11 were exchanged as well, because
            their names begin alike.
          look: the beginning of the name: with the dot after the number.
          - f"layers.{layer}."
          + f"layers.{layer}"
        all-but-the-layer: every tensor came from the donor except the layer's.
          look: which side of the condition is the donor's.
          - donor[name] if name.startswith(own) else old
          + old if name.startswith(own) or name not in donor else donor[name]
        only-the-layer: only the layer's tensors came back, and not a whole model.
          look: the names of the result: all of weights.
          -  for name, old in weights.items()
          +  for name, old in weights.items() if name.startswith(own)
        one-layer-too-high: the layer above was exchanged. Layers count from 0.
          look: the number in the name.
          - f"layers.{layer}."
          + f"layers.{layer + 1}."
        one-layer-too-low: the layer below was exchanged. Layers count from 0, as their names do.
          look: the number in the name.
          - f"layers.{layer}."
          + f"layers.{layer - 1}."
        matrices-only: the weights of the layer were exchanged and its biases were not.
          look: which names of the layer are exchanged: all.
          - if name.startswith(own) else
          + if name.startswith(own) and name.endswith("weight") else
        all-layers-below-too: the layers below were exchanged as well.
          look: the condition: one number.
          - if name.startswith(own) else
          + if name.startswith("layers.") and int(name.split(".")[1]) <= layer else
        the-donors-head-too: the donor's head came along. It answers another task, and may have
            another width.
          look: the condition: names of the layer only.
          - if name.startswith(own) else
          + if name.startswith((own, "head.")) and name in donor else
        nothing-exchanged: the model came back as it was.
          look: the condition: names begin with layers, in the plural.
          - f"layers.{layer}."
          + f"layer.{layer}."
        averaged-not-exchanged: the layer became the mean of both.
          look: the tensors of the layer: the donor's.
          - donor[name] if
          + (donor[name] + old) / 2 if
    """),
    styles=styles(r"""
        a copy and an update:
          def transplanted(weights, donor, layer):
              made = dict(weights)
              made.update({n: t for n, t in donor.items() if n.startswith(f"layers.{layer}.")})
              return made

        by the parts of a name:
          def transplanted(weights, donor, layer):
              result = {}
              for name, tensor in weights.items():
                  kind, number, *rest = name.split(".")
                  if kind == "layers" and number == str(layer):
                      tensor = donor[name]
                  result[name] = tensor.clone()
              return result
    """),
)
