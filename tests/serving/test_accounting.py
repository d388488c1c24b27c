"""Counted costs against facts: PyTorch's own FLOP counter, and parameters of real modules."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from mtslib.data import tasks
from mtslib.finetune import objectives
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert import BertConfig, BertModel
from mtslib.minbert.embeddings import Embeddings
from mtslib.minbert.encoder import EncoderLayer
from mtslib.serving import accounting

CONFIGS = {
    "tiny": BertConfig(100, 32, 3, 2, 64, 48),
    "wide feed-forward": BertConfig(50, 48, 2, 3, 200, 16),
    "minilm-l6": BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536),
}
OUTPUTS = {"sst": 5, "quora": 2, "sts": 6}


def parameters(module: torch.nn.Module) -> int:
    return sum(tensor.numel() for tensor in module.parameters())


@pytest.mark.parametrize("tokens", [1, 7, 24, 512])
@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_multiply_adds_of_a_layer_are_those_pytorch_counts(config, tokens):
    """FlopCounterMode counts every matrix product, at two operations a multiply-add.

    Left out on both sides: biases, the softmax, GELU, the two norms and residual sums.
    """
    with torch.device("meta"):
        layer = EncoderLayer(config)
        hidden, bias = torch.zeros(1, tokens, config.hidden_size), torch.zeros(1, 1, 1, tokens)
    with FlopCounterMode(display=False) as counter:
        layer(hidden, bias)
    assert 2 * accounting.layer_macs(config, tokens) == counter.get_total_flops()


def test_the_closed_form_with_a_feed_forward_of_4h():
    config = CONFIGS["minilm-l6"]
    size, tokens = config.hidden_size, 24
    closed = tokens * (12 * size**2 + 2 * tokens * size)
    assert accounting.layer_macs(config, tokens) == closed


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_parameters_are_those_of_the_modules(config):
    with torch.device("meta"):
        assert accounting.layer_parameters(config) == parameters(EncoderLayer(config))
        assert accounting.embedding_parameters(config) == parameters(Embeddings(config))


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("task", OUTPUTS)
def test_trained_parameters_are_those_that_a_model_trains(config, task):
    found = tasks.get(task)
    objective = objectives.get(found.objective, found)
    for depth in (None, *range(config.num_layers + 1)):
        with torch.device("meta"):
            model = TaskModel(BertModel(config), found, objective, depth)
        trained = sum(t.numel() for t in model.parameters() if t.requires_grad)
        assert accounting.trained_parameters(config, depth, OUTPUTS[task]) == trained
        layers = accounting.trained_layers(config, depth)
        assert layers == len(model.branch.layers) + (model.trunk.depth if depth is None else 0)


def test_a_siamese_objective_has_no_head():
    assert accounting.head_parameters(CONFIGS["tiny"], 0) == 0


def test_separate_models_run_n_times_l_layers():
    config = CONFIGS["minilm-l6"]
    cost = accounting.separate(config, OUTPUTS, tokens=24)
    assert cost.layers == 3 * 6
    assert cost.macs == 18 * accounting.layer_macs(config, 24)
    with torch.device("meta"):
        bert = BertModel(config)
    one = parameters(bert) - parameters(bert.pooler)
    assert cost.parameters == 3 * one + 385 * (5 + 2 + 6)


@pytest.mark.parametrize("depth", range(7))
def test_a_merged_model_runs_d_plus_n_times_k_layers(depth):
    """Wei, Qi & He (2022), section 3, all N = 3 taps at d, of L = 6."""
    config = CONFIGS["minilm-l6"]
    cost = accounting.merged(config, OUTPUTS, dict.fromkeys(OUTPUTS, depth), tokens=24)
    assert cost.layers == depth + 3 * (6 - depth)
    assert cost.macs == cost.layers * accounting.layer_macs(config, 24)
    apart = accounting.separate(config, OUTPUTS, tokens=24)
    assert apart.layers - cost.layers == 2 * depth, "what sharing saves"
    assert apart.parameters - cost.parameters == 2 * (
        accounting.embedding_parameters(config) + depth * accounting.layer_parameters(config)
    )


def test_taps_of_different_depths_share_up_to_the_deepest():
    config = CONFIGS["minilm-l6"]
    cost = accounting.merged(config, OUTPUTS, {"sst": 2, "quora": 0, "sts": 5}, tokens=10)
    assert cost.layers == 5 + (4 + 6 + 1)


@pytest.mark.parametrize("layers", [1, 2, None])
def test_a_distilled_branch_is_counted_as_the_model_that_is_built(layers):
    """sst taps at 3 with so many layers, sts at 2 with all four above it."""
    config = CONFIGS["minilm-l6"]
    with torch.device("meta"):
        sst, sts = tasks.get("sst"), tasks.get("sts")
        own = {
            name: TaskModel(
                BertModel(config), task, objectives.get(task.objective, task), depth, **k
            )
            for name, task, depth, k in (
                ("sst", sst, 3, {"branch_layers": layers}),
                ("sts", sts, 2, {}),
            )
        }
        built = parameters(own["sst"].trunk) + sum(parameters(m.branch) for m in own.values())
    depths, kept = {"sst": 3, "sts": 2}, {"sst": layers} if layers else {}
    counted = accounting.merged(config, OUTPUTS, depths, 24, kept)
    assert counted.layers == 3 + (layers or 3) + 4
    assert counted.parameters == built


def test_the_layers_counted_are_the_layers_run(whole, ragged):
    """Each run of an encoder layer of the real merged model is seen by a hook."""
    from mtslib.serving import load

    merged = load(whole)
    seen = []
    for module in merged.model.modules():
        if isinstance(module, EncoderLayer):
            module.register_forward_hook(lambda *_: seen.append(1))
    for names, pair in ((("sst", "cfimdb"), False), (("quora", "sts"), True), (("sts",), True)):
        seen.clear()
        with torch.inference_mode():
            merged.model(ragged(merged, 4, pair, 0), names)
        depths = {name: merged.model.taps[name] for name in names}
        outputs = {name: tasks.get(name).num_classes for name in names}
        assert len(seen) == accounting.merged(merged.config, outputs, depths, 24).layers
