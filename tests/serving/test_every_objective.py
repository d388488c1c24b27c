"""Every sts objective through the whole house: trained, kept, rebuilt, merged, asked, scored."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from serving.conftest import tiny_settings

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.data import tasks
from mtslib.data.batching import collate
from mtslib.finetune import finetune, objectives, read, rebuild
from mtslib.finetune.checkpoint import same_numbers
from mtslib.finetune.probe import probe_outputs
from mtslib.serving import ask, evaluate, merge
from mtslib.serving.certificate import probe_tokens

STS = [name for name, found in objectives.OBJECTIVES.items() if found.scores]
LAYERS = 3


@pytest.fixture(scope="module")
def trained(tmp_path_factory, backbone_folder, data_folder):
    """One checkpoint of each objective, alternating in pooling and depth; read only."""
    root = tmp_path_factory.mktemp("sts")
    for number, name in enumerate(STS):
        chosen = tiny_settings(
            "sts",
            backbone_folder,
            objective=name,
            pooling=("mean", "cls", "pooler")[number % 3],
            freeze_depth=(1, 2)[number % 2],
        )
        finetune(chosen, root / name, data_folder, progress=False)
    return root


@pytest.mark.parametrize("name", STS)
def test_a_checkpoint_gives_back_the_model_that_was_trained(trained, name):
    item = read(trained / name)
    model = rebuild(item)
    width = {"logits": model.objective.num_outputs(tasks.STS), "cosines": 1, "embeddings": 64}
    assert item.probe.shape == (8, width[model.objective.outputs])
    tokenizer = backbones.load(item.settings.backbone).tokenizer()
    assert same_numbers(probe_outputs(model, tokenizer), item.probe)
    assert np.isfinite(item.card["history"][-1]["loss"])


@pytest.mark.parametrize("name", STS)
def test_it_is_merged_bit_equal_and_answers_as_its_teacher(
    trained, teachers, data_folder, tmp_path, name
):
    merged = merge([trained / name, teachers["quora"]], tmp_path / "merged")
    entry = merged.certificate["branches"]["sts"]
    assert entry["bit_equal"]["holds"]
    assert entry["within_bound"]["holds"]
    assert entry["objective"] == name
    item = read(trained / name)
    teacher = rebuild(item)
    probe = probe_tokens(merged.tokenizer, item, teacher.objective.siamese)
    with torch.inference_mode():
        said = teacher.objective.predict(teacher(collate(probe, range(len(probe)))))
    pair = ("How do I learn to swim?", "What is the best way to learn swimming?")
    answers = {answer.task: answer for answer in ask(merged, [pair])[0]}
    assert answers["sts"].value == pytest.approx(said[0].item(), abs=1e-3)
    assert 0 <= answers["sts"].value <= 5
    found = evaluate(merged, tasks.STS, "dev", data_folder, precision="fp32", progress=False)
    on_card = {metric["name"]: metric["value"] for metric in item.card["dev"]}
    assert {m.name: m.value for m in found.metrics} == pytest.approx(on_card, abs=1e-4)


@pytest.mark.parametrize("name", STS)
def test_the_whole_of_an_objective_is_in_its_checkpoint(trained, name):
    """A head where there is one, three times as wide for (u, v, |u − v|), and nothing else."""
    item = read(trained / name)
    objective = objectives.get(name, tasks.STS)
    heads = {n: tuple(t.shape) for n, t in item.branch.items() if n.startswith("head.")}
    width = objective.num_outputs(tasks.STS)
    inputs = 32 * (3 if objective.siamese else 1)
    expected = {"head.1.weight": (width, inputs), "head.1.bias": (width,)} if width else {}
    assert heads == expected


@pytest.mark.parametrize("name", STS)
@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_at_the_last_depth_only_what_has_a_head_trains(
    backbone_folder, data_folder, tmp_path, name, pooling
):
    chosen = tiny_settings(
        "sts", backbone_folder, objective=name, pooling=pooling, freeze_depth=LAYERS
    )
    out = tmp_path / "out"
    if objectives.get(name, tasks.STS).has_head:
        found = finetune(chosen, out, data_folder, progress=False)
        assert set(found.branch) == {"head.1.weight", "head.1.bias"}
    else:
        with pytest.raises(TrainError, match=f"{name} at freeze_depth 3 has nothing to train"):
            finetune(chosen, out, data_folder, progress=False)
        assert not out.exists()
