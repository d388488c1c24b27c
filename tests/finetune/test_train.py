"""The loop: it learns, it is reproducible to the bit, and no interruption loses or spoils it."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch
from finetune.conftest import same_branch
from own_tasks import EVERY_TASK

from mtslib import backbones
from mtslib.base.errors import CheckpointError, TrainError
from mtslib.base.files import sha256_file
from mtslib.data import tasks
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import checkpoint, finetune, objectives, rebuild
from mtslib.finetune.evaluate import predict, score_task
from mtslib.finetune.precision import default_device
from mtslib.finetune.train import build_optimizer, prepare, run_epoch, score_dev

# It learns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task, changes",
    [
        ("sst", {"freeze_depth": 0, "epochs": 9}),
        ("cfimdb", {"freeze_depth": 2, "pooling": "mean"}),
        ("quora", {"freeze_depth": None}),
        ("sts", {"freeze_depth": 1, "pooling": "pooler"}),
        ("sts", {"freeze_depth": 1, "pooling": "mean", "objective": "cosine-mse"}),
        ("matches", {"freeze_depth": 1}),
        ("warmth", {"freeze_depth": 2, "pooling": "mean", "epochs": 12}),
        ("warmth", {"freeze_depth": None, "objective": "mse"}),
    ],
)
def test_the_loss_falls_and_dev_is_learnt(train, task, changes):
    found = train(task, **{"epochs": 6, **changes})
    losses = [record["loss"] for record in found.card["history"]]
    assert losses[-1] < 0.8 * losses[0]
    value = found.card["dev"][0]
    assert value["name"] == EVERY_TASK[task].metric
    assert value["value"] > 0.85
    assert value["low"] <= value["value"] <= value["high"]
    assert value["n"] == 60


def test_no_epochs_is_the_base_row_an_untrained_head_on_the_backbone(train, backbone_folder):
    found = train(epochs=0)
    assert found.card["history"] == []
    assert found.card["dev"][0]["n"] == 60
    for name, tensor in backbones.load(backbone_folder).tensors.items():
        if name in found.branch:
            assert torch.equal(found.branch[name], tensor)
    assert (found.branch["head.1.bias"] == 0).all()


@pytest.mark.parametrize("freeze_depth", [0, 3, None])
def test_training_moves_the_branch_at_every_depth(train, freeze_depth):
    before = train(epochs=0, freeze_depth=freeze_depth, out="before").branch
    after = train(epochs=1, freeze_depth=freeze_depth, out="after").branch
    assert before.keys() == after.keys()
    still = {name for name in before if torch.equal(before[name], after[name])}
    assert all(name.endswith(("key.bias", "pooler.dense.bias")) for name in still), still


def test_bf16_trains_too_and_keeps_fp32_weights(train):
    found = train("sst", freeze_depth=0, epochs=6, precision="bf16")
    assert {tensor.dtype for tensor in found.branch.values()} == {torch.float32}
    assert found.probe.dtype == torch.float32
    assert found.card["environment"]["precision"] == "bf16"
    assert found.card["dev"][0]["value"] > 0.7


# Reproducible ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task, changes",
    [("sst", {"freeze_depth": None}), ("sts", {}), ("sts", {"objective": "cosine-mse"})],
)
def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(train, task, changes):
    torch.manual_seed(1)
    first = train(task, out="first", **changes)
    torch.manual_seed(2)  # the caller's stream must not matter
    second = train(task, out="second", **changes)
    other = train(task, out="other", seed=1, **changes)
    for name in (checkpoint.BRANCH, checkpoint.PROBE, checkpoint.PREDICTIONS):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
    assert not same_branch(first, other)

    def timeless(card):
        text = re.sub(r'"(seconds|card_sha256)": [^{\n]*', "", json.dumps(card, indent=1))
        return re.sub(r'"(train|dev|cache)": [0-9.]+,?', "", text)

    assert timeless(first.card) == timeless(second.card)


def test_scoring_dev_on_the_way_is_recorded_and_changes_nothing(tiny, data_folder, tmp_path):
    plain = finetune(tiny(epochs=3), tmp_path / "a", data_folder, progress=False)
    watched = finetune(
        tiny(epochs=3), tmp_path / "b", data_folder, dev_every_epoch=True, progress=False
    )
    assert same_branch(plain, watched)
    assert ["dev" in record for record in watched.card["history"]] == [True, True, False]
    assert not any("dev" in record for record in plain.card["history"])


class Recorder(torch.optim.SGD):
    """An optimizer that writes down the learning rate of each step."""

    def step(self, closure=None):
        self.__dict__.setdefault("rates", []).append(self.param_groups[0]["lr"])
        return super().step(closure)


@pytest.mark.parametrize("schedule", ["constant", "linear"])
def test_the_learning_rate_of_each_step(tiny, data_folder, schedule):
    """linear: up over the first tenth of all steps, then down to nearly 0; 3 × 20 steps."""
    run = prepare(tiny(schedule=schedule, epochs=3, batch_size=6), data_folder, progress=False)
    optimizer = Recorder(run.model.branch.parameters(), lr=99.0)
    for epoch in range(3):
        run_epoch(run, optimizer, epoch, progress=False)
    expected = [1.0] * 60
    if schedule == "linear":
        expected = [(step + 1) / 6 for step in range(6)] + [(60 - s) / 54 for s in range(6, 60)]
    assert optimizer.rates == pytest.approx([4e-3 * share for share in expected])


def test_the_recorded_loss_is_the_mean_over_examples(tiny, data_folder):
    """At rate 0 without dropout the model stands still, so it can be asked again afterwards."""
    chosen = tiny(head_dropout=0.0, encoder_dropout=0.0, learning_rate=0.0, batch_size=32)
    run = prepare(chosen, data_folder, progress=False)
    seen = run_epoch(run, build_optimizer(run.model, chosen), 0, progress=False)["loss"]
    batch = collate(run.train_tokens, range(len(run.train_tokens)))
    with torch.inference_mode():
        expected = run.model.objective.loss(run.model(batch), batch.labels)
    assert seen == pytest.approx(expected.item(), abs=1e-5)


# Scoring ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["sst", "sts", "matches", "warmth"])
def test_predictions_stand_in_the_order_of_the_rows(train, data_folder, backbone_folder, task):
    """Batches are sorted by length; what is kept is not."""
    found = train(task)
    model = rebuild(found)
    tokenizer = backbones.load(backbone_folder).tokenizer()
    kept = checkpoint.read_tensors(found.folder / checkpoint.PREDICTIONS)
    assert kept["rows"].tolist() == list(range(60))
    run = prepare(found.settings, data_folder, progress=False)
    for example, predicted in zip(run.dev.labelled, kept["predicted"].tolist(), strict=True):
        alone = collate(tokenise(tokenizer, [example.texts]), [0])
        with torch.inference_mode():
            assert model.objective.predict(model(alone)).item() == pytest.approx(
                predicted, abs=1e-4
            )
    labels = np.array([example.label for example in run.dev.labelled])
    metric = score_task(found.task, kept["predicted"].numpy(), labels)[0]
    assert metric.value == pytest.approx(found.card["dev"][0]["value"])


def test_outputs_that_are_no_numbers_are_no_predictions(backbone_folder):
    """The largest of NaNs is class 0; a score must not come of that."""
    tokenised = tokenise(backbones.load(backbone_folder).tokenizer(), [("the",), ("film",)])
    objective = objectives.get("ce", tasks.SST)
    for bad in (float("nan"), float("inf")):
        with pytest.raises(TrainError, match="outputs hold NaN or infinity"):
            predict(
                lambda batch, bad=bad: torch.full((2, 5), bad),
                objective,
                tokenised,
                torch.device("cpu"),
            )


# What the card says ----------------------------------------------------------------------------


def test_the_card_tells_where_the_numbers_come_from(train, data_folder, backbone_folder):
    found = train("sts", max_length=8)
    card = found.card
    backbone = backbones.load(backbone_folder)
    assert card["backbone_sha256"] == backbone.sha256
    assert card["settings"]["freeze_depth"] == 1
    assert card["trained_parameters"] == sum(t.numel() for t in found.branch.values())
    data = card["data"]
    assert re.fullmatch(rf"{data_folder.name}-[0-9a-f]{{8}}", data["dataset"])
    assert data["train"]["file"] == "sts-train.csv"
    digest = sha256_file(data_folder / "sts-train.csv")
    assert data["train"]["sha256"] == digest
    assert (data["train"]["rows"], data["dev"]["rows"]) == (120, 60)
    assert data["train"]["truncated"] > 50
    environment = card["environment"]
    assert environment["precision"] == "fp32"
    assert torch.__version__.startswith(environment["libraries"]["torch"].split("+")[0])
    assert len(environment["code_sha256"]) == 64
    assert environment["threads"] == torch.get_num_threads()
    assert card["seconds"]["train"] >= 0
    assert [metric["name"] for metric in card["dev"]] == ["pearson", "spearman"]


def test_what_is_read_and_cut_is_printed(tiny, data_folder, capsys):
    prepare(tiny("sts", max_length=8), data_folder)
    printed = capsys.readouterr().out.splitlines()
    printed = [line for line in printed if "labelled rows" not in line]
    assert re.search(r"sts train: 120 rows of data.*, 120 cut to 8 tokens", printed[0])
    assert re.search(r"sts dev: 60 rows", printed[1])


# The trunk, live -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["embeddings.word.weight", "layers.0.feed_forward_norm.bias", "embeddings.norm.weight"]
)
def test_a_trunk_that_moved_during_training_is_on_the_record(tiny, data_folder, tmp_path, name):
    """The card hashes the trunk that was trained on, not the file that it once came from."""
    run = prepare(tiny(), data_folder, progress=False)
    optimizer = build_optimizer(run.model, run.settings)
    run_epoch(run, optimizer, 0, progress=False)
    with torch.no_grad():
        run.model.trunk.get_parameter(name).view(-1)[3] += 1e-6
    run_epoch(run, optimizer, 1, progress=False)
    _, predicted = score_dev(run, progress=False)
    facts = {"data": {}, "dev": [], "environment": {}}
    kept = {"predicted": torch.from_numpy(predicted)}
    saved = checkpoint.save(tmp_path / "moved", run.model, run.backbone, run.settings, facts, kept)
    assert checkpoint.live_trunk_moved(saved, run.backbone) == [name]
    with pytest.raises(CheckpointError, match=f"trunk moved.*{name}"):
        rebuild(saved)


@pytest.mark.parametrize("freeze_depth", [0, 1, 3])
def test_a_trunk_that_stayed_is_on_the_record_too(train, backbone_folder, freeze_depth):
    found = train(freeze_depth=freeze_depth)
    backbone = backbones.load(backbone_folder)
    assert checkpoint.live_trunk_moved(found, backbone) == []
    recorded = set(found.card["trunk_sha256"])
    assert recorded | set(found.branch) >= {n for n in backbone.tensors if "pooler" not in n}
    assert not recorded & set(found.branch)


# Going on --------------------------------------------------------------------------------------


def test_the_device_is_one_that_exists():
    assert torch.zeros(1, device=default_device()).item() == 0
