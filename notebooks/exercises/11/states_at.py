"""Exercise 11.2: one pass, several taps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs, in_order

Layer = Callable[[Tensor, Tensor], Tensor]


def states_at(
    taps: Collection[int],
    layers: Sequence[Callable[[Tensor, Tensor], Tensor]],
    hidden: Tensor,
    bias: Tensor,
) -> dict[int, Tensor]:
    """hidden_states[d], (B, T, H), for each d in `taps`; no layer runs twice or in vain.

    layers: of the trunk, each (hidden, bias) → hidden. hidden: hidden_states[0]. bias: the mask's.
    """
    found = {0: hidden}
    for depth, layer in enumerate(layers[: max(taps)], start=1):
        hidden = layer(hidden, bias)
        found[depth] = hidden
    return {tap: found[tap] for tap in taps}


def slow_states_at(
    taps: Collection[int], layers: Sequence[Layer], hidden: Tensor, bias: Tensor
) -> dict[int, Tensor]:
    """All states, one after the other, written down by number."""
    states = [hidden]
    while len(states) <= max(taps):
        states.append(layers[len(states) - 1](states[-1], bias))
    return {number: state for number, state in enumerate(states) if number in taps}


def counting_layers(inputs: SeededInputs, count: int) -> tuple[list[Layer], list[int]]:
    """Layers that each compute something of their own, and the list of those that ran."""
    ran: list[int] = []

    def layer(number: int) -> Layer:
        weight = inputs.randn(4, 4)

        def run(hidden: Tensor, bias: Tensor | float = 0.0) -> Tensor:
            ran.append(number)
            return torch.tanh(hidden @ weight.to(hidden.dtype) + bias)

        return run

    return [layer(number) for number in range(count)], ran


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """What comes out at each tap, and which layers ran for it."""
    layers, ran = counting_layers(inputs, 5)
    hidden, bias = inputs.randn(2, 3, 4), inputs.randn(2, 1, 4)
    found: dict[str, Any] = {}
    for taps in ({2, 4}, {1, 2, 3}, {0, 3}, {3}, {0}, {5}):
        words = f"taps at {', '.join(map(str, sorted(taps)))} of 5 layers"
        ran.clear()
        given = inputs.call(answer, taps, layers, hidden, bias)
        found[f"{words}: hidden_states"] = in_order(given)
        found[f"{words}: the layers that ran, in order"] = list(ran)
    return found


EXERCISE = Exercise(
    id="11.2",
    title="one pass, several taps",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=states_at,
    specification=slow_states_at,
    observe=observe,
    hints=(
        "Ask for one tap at 0: nothing has to run, and what you were given comes back. Ask for "
        "two taps: does any layer run twice?",
        "hidden_states[d] is what layer d − 1 puts out, since hidden_states[0] comes before the "
        "first layer. Walk up once, keep what you pass, stop at the deepest tap.",
        "keep hidden under 0\nfor each layer below the deepest tap: run it, keep what it gives "
        "under the next number\nthen hand out those that were asked for",
    ),
    mistakes=mistakes(r"""
        one-state-early: each state was kept before its layer ran, so every tap gets the one below.
          look: the order of the two lines in the loop: run, then keep.
          -         hidden = layer(hidden, bias)
          -         found[depth] = hidden
          +         found[depth] = hidden
          +         hidden = layer(hidden, bias)
        tap-zero-from-the-end: the states were kept from the first layer on and read at d − 1; for a
            tap at 0 that is −1, the last of them.
          look: what stands at number 0: hidden itself, before any layer.
          def states_at(taps, layers, hidden, bias):
              states = []
              for layer in layers[: max(max(taps), 1)]:
                  hidden = layer(hidden, bias)
                  states.append(hidden)
              return {tap: states[tap - 1] for tap in taps}
        runs-to-the-top: every layer ran, those above the deepest tap in vain.
          look: where the loop ends: at the deepest tap.
          - layers[: max(taps)]
          + layers
        one-layer-too-many: one layer more ran than the deepest tap needs.
          look: where the loop ends: hidden_states[d] needs the layers 0 … d − 1.
          - layers[: max(taps)]
          + layers[: max(taps) + 1]
        each-tap-from-the-bottom: every tap began again at the bottom, so lower layers ran several
            times; sharing them is what a merged model is for.
          look: the loop over the taps: walk up once, and keep what you pass.
          def states_at(taps, layers, hidden, bias):
              found = {}
              for tap in taps:
                  state = hidden
                  for layer in layers[:tap]:
                      state = layer(state, bias)
                  found[tap] = state
              return found
        hidden-carried-to-the-next-tap: the second tap began with the first one's state, and ran
            the lower layers on it once more.
          look: what a deeper tap starts from, and which layers are left to run.
          def states_at(taps, layers, hidden, bias):
              found = {}
              for tap in sorted(taps):
                  for layer in layers[:tap]:
                      hidden = layer(hidden, bias)
                  found[tap] = hidden
              return found
        mask-forgotten: the layers ran without the bias of the mask, so padding takes part.
          look: what a layer is called with: hidden and bias.
          - layer(hidden, bias)
          + layer(hidden)
        every-state-handed-out: all states came back, also those that no task taps.
          look: the return: only what was asked for.
          - return {tap: found[tap] for tap in taps}
          + return found
        layers-fed-the-first-state: each layer read the embeddings, and none the layer below it.
          look: what a layer reads: what the one before it put out.
          -         hidden = layer(hidden, bias)
          -         found[depth] = hidden
          +         found[depth] = layer(found[0], bias)
    """),
    styles=styles(r"""
        a list of states:
          def states_at(taps, layers, hidden, bias):
              states = [hidden]
              for layer in layers[: max(taps)]:
                  states.append(layer(states[-1], bias))
              return {tap: states[tap] for tap in taps}

        from tap to tap:
          def states_at(taps, layers, hidden, bias):
              found, reached = {}, 0
              for tap in sorted(taps):
                  for layer in layers[reached:tap]:
                      hidden = layer(hidden, bias)
                  found[tap], reached = hidden, tap
              return found

        only what is wanted is kept:
          def states_at(taps, layers, hidden, bias):
              found = {}
              if 0 in taps:
                  found[0] = hidden
              for number in range(max(taps)):
                  hidden = layers[number](hidden, bias)
                  if number + 1 in taps:
                      found[number + 1] = hidden
              return found
    """),
)
