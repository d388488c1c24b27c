"""Exercise 00.1: the share that trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def share_trained(freeze_depth: int | None, num_layers: int) -> float:
    """k/L, the share of encoder layers that fine-tuning changes, k = L − d. Chapter 00.

    freeze_depth: d, the number of frozen encoder layers; None means that nothing is frozen.
    num_layers: L. Returns a number from 0 to 1.
    """
    frozen = 0 if freeze_depth is None else freeze_depth
    return (num_layers - frozen) / num_layers


def counted_share(freeze_depth: int | None, num_layers: int) -> float:
    """Walk through the layers and count those that train."""
    trained = 0
    for layer in range(num_layers):
        if freeze_depth is None or layer >= freeze_depth:
            trained += 1
    return trained / num_layers


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """The cases a reader can count, then depths of a random model."""
    layers = inputs.pick(range(5, 40))
    asked = [(2, 6), (6, 6), (0, 6), (None, 6), (9, 12), (inputs.pick(range(1, layers)), layers)]
    return {
        f"share_trained({depth}, {number})": inputs.call(answer, depth, number)
        for depth, number in asked
    }


EXERCISE = Exercise(
    id="00.1",
    title="the share that trains",
    minutes=5,
    difficulty="warm-up",
    core=True,
    reference=share_trained,
    specification=counted_share,
    observe=observe,
    hints=(
        "Take L = 6 and d = 2. Draw six boxes, hatch two, and count the others. Does your "
        "function say that count, divided by 6?",
        "freeze_depth counts the frozen layers; the share asks for the others. None is the "
        "one value you cannot subtract.",
        "frozen = 0 where freeze_depth is None, else freeze_depth\n"
        "return the number of other layers, divided by all layers",
    ),
    mistakes=mistakes(r"""
        frozen-share-instead: you gave the share that is frozen, d/L; the exercise asks for the
            share that trains.
          look: what you divide: the trained layers are the L − d that are left.
          - (num_layers - frozen) / num_layers
          + frozen / num_layers
        whole-number-division: // cut off everything after the decimal point.
          look: the division: / keeps the fraction.
          - ) / num_layers
          + ) // num_layers
        layers-not-share: you gave how many layers train; the exercise asks for their share of all
            layers.
          look: the last step: divide by num_layers.
          - (num_layers - frozen) / num_layers
          + num_layers - frozen
        embeddings-counted-as-a-layer: the embeddings were counted as one more layer.
          look: the number you divide by: L counts encoder layers only.
          - (num_layers - frozen) / num_layers
          + (num_layers + 1 - frozen) / (num_layers + 1)
        none-taken-for-all-frozen: freeze_depth None was read as all layers frozen; it means that
            none is.
          look: the case of None: nothing is frozen, so everything trains.
          - 0 if freeze_depth is None
          + num_layers if freeze_depth is None
        one-layer-too-many-frozen: one more layer was frozen than freeze_depth says.
          look: the subtraction: d = 2 freezes layers 0 and 1, and no third one.
          - else freeze_depth
          + else min(freeze_depth + 1, num_layers)
        percent-for-share: you gave a percentage; the exercise asks for a number from 0 to 1.
          look: the last step: leave the factor of 100 out.
          - return (
          + return 100 * (
    """),
    styles=styles(r"""
        one minus the frozen share:
          def share_trained(freeze_depth, num_layers):
              return 1 - (freeze_depth or 0) / num_layers

        a loop that counts:
          def share_trained(freeze_depth, num_layers):
              start = freeze_depth if freeze_depth is not None else 0
              return sum(1 for _ in range(start, num_layers)) / num_layers

        an early return for None:
          def share_trained(freeze_depth, num_layers):
              if freeze_depth is None:
                  return 1
              return (num_layers - freeze_depth) / num_layers

        a number of NumPy:
          def share_trained(freeze_depth, num_layers):
              import numpy as np

              return np.float64(1 - (freeze_depth or 0) / num_layers)

        the mean of Booleans:
          def share_trained(freeze_depth, num_layers):
              import numpy as np

              return np.mean([i >= (freeze_depth or 0) for i in range(num_layers)])

        a fraction:
          def share_trained(freeze_depth, num_layers):
              from fractions import Fraction

              return Fraction(num_layers - (freeze_depth or 0), num_layers)

        counted down:
          def share_trained(freeze_depth, num_layers):
              k = num_layers
              if freeze_depth is not None:
                  k -= freeze_depth
              return k / num_layers

        match:
          def share_trained(freeze_depth, num_layers):
              match freeze_depth:
                  case None:
                      return 1.0
                  case d:
                      return 1 - d / num_layers
    """),
)
