"""Exercise 11.1: which layers one model for all holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, in_order


def merged_layers(num_layers: int, depths: Mapping[str, int]) -> dict[str, list[int]]:
    """The numbers of the encoder layers that a merged model holds: in `trunk`, and by task.

    num_layers: L. depths: each task's freeze_depth d, where its branch taps the trunk.
    """
    held = {"trunk": list(range(max(depths.values())))}
    for task, depth in depths.items():
        held[task] = list(range(depth, num_layers))
    return held


def slow_merged_layers(num_layers: int, depths: Mapping[str, int]) -> dict[str, list[int]]:
    """Layer by layer: who trained it has it in a branch; it is shared if somebody did not."""
    held: dict[str, list[int]] = {"trunk": []}
    for layer in range(num_layers):
        if any(layer < depth for depth in depths.values()):
            held["trunk"].append(layer)
    for task, depth in depths.items():
        held[task] = [layer for layer in range(num_layers) if not layer < depth]
    return held


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Taps apart and alike, at the bottom, at the top, and one task alone."""
    layers = int(inputs.randint(6, 13, (1,)))
    low, middle, high = sorted(inputs.pick(((1, 3, 5), (2, 3, 4), (1, 4, 5))))
    asked = {
        "three taps": {"sst": middle, "quora": high, "sts": low},
        "three taps, the deepest last": {"sst": low, "quora": middle, "sts": high},
        "two taps at one depth": {"sst": middle, "quora": middle},
        "one task": {"sts": low},
        "a tap at the bottom and one at the top": {"sst": 0, "quora": layers},
        "nothing shared but the embeddings": {"sst": 0, "sts": 0},
    }
    return {
        f"L = {layers}, {words}: {depths}": in_order(inputs.call(answer, layers, depths))
        for words, depths in asked.items()
    }


EXERCISE = Exercise(
    id="11.1",
    title="which layers one model for all holds",
    minutes=8,
    difficulty="warm-up",
    core=True,
    reference=merged_layers,
    specification=slow_merged_layers,
    observe=observe,
    hints=(
        "Take L = 6 and taps at 4 and 2. Draw both models as columns of six boxes and shade what "
        "is frozen. Which boxes are the same in both? Which has each to keep for itself?",
        "Every task keeps the layers that it trained: d, d + 1, …, L − 1. The trunk has to reach "
        "the task that froze most; a shallower tap leaves it on the way.",
        "trunk: the layers below the deepest tap\nof each task: the layers from its own depth to "
        "the last",
    ),
    mistakes=mistakes(r"""
        trunk-to-the-shallowest: the trunk ends at the shallowest tap: then a task that froze more
            has layers missing.
          look: which of the depths the trunk has to reach: the deepest.
          - max(depths.values())
          + min(depths.values())
        trunk-to-the-top: the trunk goes on to the last layer, though nobody taps it above the
            deepest tap.
          look: where the trunk ends: at the deepest tap.
          - range(max(depths.values()))
          + range(num_layers)
        trunk-one-too-long: the trunk has the layer at the deepest tap too; that one was trained.
          look: the end of the range: freeze_depth d freezes the layers 0 … d − 1.
          - range(max(depths.values()))
          + range(max(depths.values()) + 1)
        branches-from-where-the-trunk-ends: every branch begins where the trunk ends; a task that
            taps lower has trained layers below that.
          look: where a branch begins: at its own depth.
          - range(depth, num_layers)
          + range(max(depths.values()), num_layers)
        branch-one-too-short: a branch begins one layer above its tap: layer d itself was trained.
          look: the start of the range: d.
          - range(depth, num_layers)
          + range(depth + 1, num_layers)
        branch-numbered-from-zero: the branch has the right number of layers under wrong numbers:
            they are the last of the model.
          look: layers keep their number in the whole model: from d to L − 1.
          - range(depth, num_layers)
          + range(num_layers - depth)
        frozen-layers-in-the-branch: the branch holds the layers that the task froze.
          look: which side of d was trained.
          - range(depth, num_layers)
          + range(depth)
        whole-model-in-the-branch: each branch holds all layers; those below its tap are shared.
          look: where a branch begins: at its own depth.
          - range(depth, num_layers)
          + range(num_layers)
    """),
    styles=styles(r"""
        one expression:
          def merged_layers(num_layers, depths):
              layers = list(range(num_layers))
              own = {task: layers[depth:] for task, depth in depths.items()}
              return {"trunk": layers[: max(depths.values())]} | own

        by sets:
          def merged_layers(num_layers, depths):
              frozen = set()
              for depth in depths.values():
                  frozen |= set(range(depth))
              found = {"trunk": sorted(frozen)}
              for task in depths:
                  found[task] = sorted(set(range(num_layers)) - set(range(depths[task])))
              return found

        by sorting:
          def merged_layers(num_layers, depths):
              deepest = sorted(depths.values())[-1]
              held = dict(trunk=[*range(deepest)])
              held.update((t, [n for n in range(num_layers) if n >= d]) for t, d in depths.items())
              return held
    """),
)
