"""What chapter 05 writes by hand does what the library does."""

from __future__ import annotations

import torch

from mtslib import backbones
from mtslib.learn.exercises import ch04_by_hand, ch05_by_hand, ch05_spec


def test_the_names_are_those_that_the_library_loads() -> None:
    renamed = {ch05_by_hand.minbert_name(name) for name in ch05_spec.file_names()}
    assert renamed == set(backbones.load().tensors)
    for name in ch05_spec.file_names():
        assert ch05_by_hand.minbert_name(name) == backbones.our_name(name)


def test_the_hidden_states_are_the_models_own() -> None:
    model, inputs = ch05_spec.real_model(), ch05_spec.real_inputs()
    with torch.inference_mode():
        by_hand = ch05_by_hand.all_hidden_states(model, *inputs)
        states = model(*inputs).hidden_states
    assert all(torch.equal(a, b) for a, b in zip(by_hand, states, strict=True))


def test_the_exact_gelu_is_torchs() -> None:
    x = torch.linspace(-6, 6, 1001)
    torch.testing.assert_close(ch04_by_hand.exact_gelu(x), torch.nn.functional.gelu(x))
