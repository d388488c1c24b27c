"""What chapter 05 writes by hand does what the library does."""

from __future__ import annotations

import torch

from mtslib import backbones
from mtslib.learn.registry import exercise_file
from mtslib.minbert import weights

names = exercise_file("05/minbert_name.py")
states = exercise_file("05/all_hidden_states.py")


def test_the_names_are_those_that_the_library_loads() -> None:
    renamed = {names.minbert_name(name) for name in names.file_names()}
    assert renamed == set(backbones.load().tensors)
    for name in names.file_names():
        assert names.minbert_name(name) == weights.our_name(name)


def test_the_hidden_states_are_the_models_own() -> None:
    model, inputs = states.real_model(), states.real_inputs()
    with torch.inference_mode():
        by_hand = states.all_hidden_states(model, *inputs)
        own = model(*inputs).hidden_states
    assert all(torch.equal(a, b) for a, b in zip(by_hand, own, strict=True))


def test_the_exact_gelu_is_torchs() -> None:
    x = torch.linspace(-6, 6, 1001)
    torch.testing.assert_close(
        exercise_file("04/exact_gelu.py").exact_gelu(x), torch.nn.functional.gelu(x)
    )
