"""Layers as weights by name: how far they moved, exchanged, and what a model says by depth."""

from __future__ import annotations

import pandas as pd
import pytest
import torch

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.data.batching import collate, tokenise
from mtslib.evidence import inside
from mtslib.finetune import rebuild
from mtslib.finetune.inside import answered, layer_drift, measured, pooled_states, transplanted
from mtslib.finetune.run import prepare
from mtslib.minbert.model import mean_pool

TEXTS = [("the film was good",), ("we saw",), ("great and awful , the plain film",)]


@pytest.fixture
def backbone(backbone_folder):
    return backbones.load(str(backbone_folder))


@pytest.fixture
def other(other_backbone_folder):
    """Another model of the same shape."""
    return backbones.load(str(other_backbone_folder)).tensors


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
        states = bert(*inputs).hidden_states
    wanted = [mean_pool(state, inputs.attention_mask) for state in states]
    foreign = pooled_states(bert, other, tokens)
    found = pooled_states(bert, backbone.tensors, tokens)
    assert found.shape == (4, 3, 32)
    assert torch.allclose(found, torch.stack(wanted), atol=0.05)  # bf16, where a machine has it
    assert not torch.allclose(foreign, found, atol=0.05)
    first = pooled_states(bert, backbone.tensors, tokens, "cls")
    assert torch.allclose(first, torch.stack([state[:, 0] for state in states]), atol=0.05)


@pytest.mark.parametrize("task", ["sst", "sts"])
def test_what_is_measured_of_a_checkpoint(task, train, data_folder, tmp_path):
    for seed in (0, 1):
        kept = train(task, f"{task}{seed}", freeze_depth=1, pooling="mean", seed=seed)
        assert inside.record(measured(kept, data_folder), tmp_path) == seed + 1
    assert inside.record(measured(kept, data_folder), tmp_path) == 2, "measured anew, kept once"
    found = inside.recorded(kept.card["data"]["dataset"], kept.card["backbone_name"], tmp_path)
    assert set(found.seeds) == {2}
    assert set(zip(found.task, found.freeze_depth, strict=True)) == {(task, "1")}
    by = {name: own.set_index("place") for name, own in found.groupby("measure")}
    assert [len(by[name]) for name in ("drift", "cka", "lens", "put back")] == [3, 4, 4, 2]
    assert by["drift"].value[0] == 0 < min(by["drift"].value[1:])
    assert by["cka"].value[:2].tolist() == pytest.approx([1, 1])
    assert by["cka"].value[3] < 0.999
    for row in found.itertuples():
        assert row.low <= row.value <= row.high
    below = by["lens"].value[:2].tolist()
    assert below == by["pretrained lens"].value[:2].tolist(), "below the tap nothing changed"


def test_a_model_keeps_its_own_weights_when_it_answers_with_others(train, tiny, data_folder):
    kept = train("sst", freeze_depth=None)
    model = rebuild(kept)
    dev = prepare(tiny("sst", freeze_depth=None), data_folder, progress=False).dev_tokens
    others = {name: tensor * 0 for name, tensor in kept.branch.items()}
    assert set(answered(model, others, dev)) == {0}
    assert (answered(model, kept.branch, dev) != 0).any()
    assert all(torch.equal(t, kept.branch[n]) for n, t in model.trained_tensors().items())


def test_what_cannot_be_measured_is_refused(train, data_folder, tmp_path):
    apart = train("sts", "apart", objective="cosine-mse", epochs=1)
    with pytest.raises(TrainError, match="read one sequence"):
        list(measured(apart, data_folder))
    kept = train("sst", epochs=1)
    for name in ("ids-sst-train.csv", "ids-sst-dev.csv"):
        text = (data_folder / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("great", "plain"), encoding="utf-8")
    with pytest.raises(TrainError, match="scored on another dev file"):
        list(measured(kept, tmp_path))


def test_nothing_recorded_is_an_empty_table(tmp_path):
    found = inside.recorded("cs224n", folder=tmp_path)
    assert isinstance(found, pd.DataFrame)
    assert found.empty
    assert "seeds" in found.columns
