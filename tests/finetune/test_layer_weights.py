"""Layers as weights by name: how far they moved, exchanged, and what a model says by depth."""

from __future__ import annotations

import pytest
import torch
from finetune.conftest import write_backbone

from mtslib import backbones
from mtslib.data.batching import collate, tokenise
from mtslib.finetune.inside import layer_drift, pooled_states, transplanted
from mtslib.minbert.model import mean_pool

TEXTS = [("the film was good",), ("we saw",), ("great and awful , the plain film",)]


@pytest.fixture(scope="module")
def backbone(tmp_path_factory):
    return backbones.load(str(write_backbone(tmp_path_factory.mktemp("inside"), seed=0)))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another model of the same shape."""
    return backbones.load(str(write_backbone(tmp_path_factory.mktemp("other"), seed=1))).tensors


def test_drift_is_relative_to_the_layer_and_0_where_nothing_moved(backbone):
    before = backbone.tensors
    twice = {name: 2 * t for name, t in before.items() if name.startswith("layers.1.")}
    found = layer_drift(before, twice)
    assert list(found) == ["embeddings", "layers.0", "layers.1", "layers.2"]
    assert found == pytest.approx({"embeddings": 0, "layers.0": 0, "layers.1": 1, "layers.2": 0})


def test_only_the_named_layer_is_exchanged_and_nothing_is_written_over(backbone, other):
    before = {name: t.clone() for name, t in backbone.tensors.items()}
    found = transplanted(backbone.tensors, other, 1)
    assert list(found) == list(backbone.tensors)
    for name, tensor in found.items():
        from_whom = other if name.startswith("layers.1.") else before
        assert torch.equal(tensor, from_whom[name])
        assert torch.equal(backbone.tensors[name], before[name])


def test_states_are_the_models_own_whatever_it_held_before(backbone, other):
    tokens = tokenise(backbone.tokenizer(), TEXTS)
    bert = backbone.model().eval()
    (inputs,) = collate(tokens, range(3)).inputs
    with torch.inference_mode():
        wanted = [mean_pool(s, inputs.attention_mask) for s in bert(*inputs).hidden_states]
    foreign = pooled_states(bert, other, tokens)
    found = pooled_states(bert, backbone.tensors, tokens)
    assert found.shape == (4, 3, 32)
    assert torch.allclose(found, torch.stack(wanted), atol=0.05)  # bf16, where a machine has it
    assert not torch.allclose(foreign, found, atol=0.05)
