"""Joint training: what is shared, that it learns, and that nothing of it is lost or mixed up."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from own_tasks import OWN

from mtslib import serving
from mtslib.base.errors import CheckpointError, MtsError, TrainError
from mtslib.evidence import results
from mtslib.evidence.recorded import recorded_runs
from mtslib.finetune import joint
from mtslib.finetune.fit import train_epoch
from mtslib.finetune.joint_run import Joint, prepare_joint
from mtslib.finetune.train import build_optimizer

QUICK = {"epochs": 2, "batch_size": 16, "learning_rate": 4e-3, "precision": "fp32"}
TASKS = ("sst", "quora", "sts")
TOGETHER = pytest.mark.parametrize("tasks", [TASKS, tuple(OWN.values())], ids=["known", "own"])


@pytest.fixture
def prepared(backbone_folder, data_folder):
    """(how tasks are joined, settings …) → a run before its first step."""

    def make(tasks=TASKS, changes=None, **how):
        changes = QUICK | {"backbone": str(backbone_folder)} | (changes or {})
        return prepare_joint(Joint(tasks, **how), data=data_folder, progress=False, **changes)

    return make


def trained(run, out, **more):
    return joint.train_jointly(run, out, progress=False, **more)


def same(first, second) -> bool:
    return all(torch.equal(first.branch[name], second.branch[name]) for name in first.branch)


# What is shared ---------------------------------------------------------------------------------


@TOGETHER
@pytest.mark.parametrize(
    "how, shared",
    [
        ({}, {0, 1, 2}),
        ({"sharing": "branches", "freeze_depth": 2}, {0, 1}),
        ({"sharing": "branches", "freeze_depth": 0}, set()),
        ({"sharing": "branches", "freeze_depth": 3}, {0, 1, 2}),
    ],
)
def test_tasks_share_the_trunk_and_it_trains(prepared, tmp_path, tasks, how, shared):
    run = prepared(tasks, **how)
    first = next(iter(run.runs))
    before = {n: t.clone() for n, t in dict(run.runs[first].model.trained_tensors()).items()}
    found = trained(run, tmp_path / "out")
    for name in found[first].branch:
        kind, _, rest = name.partition(".")
        tensors = [one.branch[name] for one in found.values()] if kind != "head" else []
        if kind == "embeddings" or (kind == "layers" and int(rest.split(".")[0]) in shared):
            assert all(torch.equal(tensors[0], other) for other in tensors)
            assert name.endswith("key.bias") or not torch.equal(tensors[0], before[name])
        elif kind == "layers" and not name.endswith("key.bias"):
            assert not torch.equal(tensors[0], tensors[1])


@TOGETHER
@pytest.mark.parametrize(
    "how",
    [
        {"gradients": "alternate"},
        {"gradients": "sum", "sharing": "branches", "freeze_depth": 1},
        {"gradients": "pcgrad", "sharing": "branches", "freeze_depth": 2, "sampling": "sqrt"},
    ],
)
def test_every_task_is_learnt(prepared, tmp_path, tasks, how):
    found = trained(prepared(tasks, changes={"epochs": 8}, **how), tmp_path / "out")
    scores = {task: one.card["dev"][0]["value"] for task, one in found.items()}
    assert min(scores.values()) > 0.7, scores


@TOGETHER
def test_the_steps_of_an_epoch_are_those_of_all_tasks_alone(prepared, tasks):
    run = prepared(tasks, sampling="proportional")
    feed = joint.JointFeed(run, build_optimizer(run.model, run.settings), progress=False)
    steps = feed.steps(0)
    assert len(steps) == -(-len(tasks) * 120 // 16)
    assert all(len(step) == 1 for step in steps)
    for task in run.runs:
        rows = [row for step in steps for row in step.get(task, [])]
        assert len(set(rows[:120])) == len(rows[:120])  # no row twice before all came once
    assert steps != feed.steps(1)
    both = joint.JointFeed(prepared(tasks, gradients="sum"), feed.optimizer).steps(0)
    assert len(both) == len(steps)
    assert all(sum(map(len, step.values())) <= 16 and len(step) == len(tasks) for step in both)


def test_a_sum_is_weighted_by_rows_and_by_weights(prepared):
    run = prepared(gradients="sum", weights={"sst": 3.0})
    feed = joint.JointFeed(run, build_optimizer(run.model, run.settings), progress=False)
    outputs = {"sst": torch.randn(4, 5), "quora": torch.randn(12, 2)}
    labels = torch.tensor([0.0, 1, 2, 3] + [1.0] * 12)
    alone = [
        torch.nn.functional.cross_entropy(outputs["sst"], labels[:4].long()),
        torch.nn.functional.cross_entropy(outputs["quora"], labels[4:].long()),
    ]
    expected = 3 * 4 / 16 * alone[0] + 12 / 16 * alone[1]
    assert float(feed.loss(outputs, labels)) == pytest.approx(float(expected), rel=1e-6)


# Reproducible -----------------------------------------------------------------------------------


@TOGETHER
def test_the_same_seed_gives_the_same_bits(prepared, tmp_path, tasks):
    first, again = (trained(prepared(tasks), tmp_path / name) for name in ("a", "b"))
    other = trained(prepared(tasks, changes={"seed": 1}), tmp_path / "c")
    for task in first:
        assert same(first[task], again[task])
        assert not same(first[task], other[task])


@pytest.mark.parametrize(
    "how",
    [
        {"gradients": "pcgrad"},
        pytest.param({}, marks=pytest.mark.long),
        pytest.param({"sampling": "sequential"}, marks=pytest.mark.long),
    ],
)
def test_an_interrupted_training_ends_with_the_same_bits(prepared, tmp_path, monkeypatch, how):
    straight = trained(prepared(**how), tmp_path / "straight")
    epoch = joint.run_epoch

    def stop(run, optimizer, done, progress):
        if done == 1:
            raise KeyboardInterrupt
        return epoch(run, optimizer, done, progress)

    with monkeypatch.context() as patch:
        patch.setattr(joint, "run_epoch", stop)
        with pytest.raises(TrainError, match=r"Ctrl-C in epoch 2 of .*1 finished kept"):
            trained(prepared(**how), tmp_path / "cut")
    found = trained(prepared(**how), tmp_path / "cut")
    assert all(same(found[task], straight[task]) for task in TASKS)
    assert not list(tmp_path.glob("*.unfinished"))


def test_what_is_finished_is_not_trained_again(prepared, tmp_path):
    trained(prepared(), tmp_path / "out")
    before = (tmp_path / "out" / joint.CARD).read_bytes()
    trained(prepared(), tmp_path / "out")
    assert (tmp_path / "out" / joint.CARD).read_bytes() == before
    trained(prepared(weights={"sst": 2.0}), tmp_path / "out")
    assert (tmp_path / "out" / joint.CARD).read_bytes() != before


def test_a_damaged_card_is_told_and_nothing_is_trained_in_its_place(prepared, tmp_path):
    trained(prepared(), tmp_path / "out")
    card = tmp_path / "out" / joint.CARD
    for damage in (b"", b"{}", card.read_bytes()[:-9], card.read_bytes().replace(b"sst", b"ssu")):
        card.write_bytes(damage)
        with pytest.raises(CheckpointError, match=r"joint\.json .*remove the folder and train"):
            trained(prepared(), tmp_path / "out")
        assert card.read_bytes() == damage


def test_another_folder_is_not_written_over(prepared, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("keep me")
    with pytest.raises(MtsError, match=r"has no joint\.json"):
        trained(prepared(), tmp_path / "mine")


# One after the other ----------------------------------------------------------------------------


def test_one_after_the_other_scores_every_task_after_each(prepared, tmp_path):
    found = trained(prepared(sampling="sequential"), tmp_path / "out")
    history = json.loads((tmp_path / "out" / joint.CARD).read_text())["history"]
    assert [list(record["loss"]) for record in history] == [
        *[["sst"]] * 2,
        *[["quora"]] * 2,
        *[["sts"]] * 2,
    ]
    assert ["dev" in record for record in history] == [False, True, False, True, False, False]
    assert found["sst"].settings.epochs == 6
    assert [r["epoch"] for r in found["sst"].card["history"] if "dev" in r] == [2, 4]


def test_its_rate_rises_and_falls_for_each_task(prepared):
    run = prepared(sampling="sequential")
    feed = joint.JointFeed(run, build_optimizer(run.model, run.settings), progress=False)
    rates = [list(feed.rates(epoch, 8)) for epoch in range(6)]
    assert rates[0] == rates[2] == rates[4]
    assert rates[1] == rates[3] == rates[5]
    assert rates[1][-1] < rates[0][-1]


# What becomes of it -----------------------------------------------------------------------------


@TOGETHER
def test_each_task_is_a_checkpoint_that_answers_and_is_scored(
    prepared, tmp_path, data_folder, tasks
):
    found = trained(prepared(tasks, sharing="branches", freeze_depth=1), tmp_path / "out")
    for task, one in found.items():
        model = serving.open_model(tmp_path / "out" / task)
        scored = serving.evaluate(model, one.task, "dev", data_folder, "fp32")
        assert scored.metrics[0].value == pytest.approx(one.card["dev"][0]["value"])
    with pytest.raises(MtsError, match="full"):
        serving.merge([tmp_path / "out" / next(iter(found))], tmp_path / "merged")


def test_rows_are_recorded_apart_from_those_of_single_tasks(prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    found = trained(prepared(), tmp_path / "out", dev_every_epoch=True)
    said = joint.record(found)
    assert [line.split(": ")[1] for line in said] == [f"recorded ({task})" for task in TASKS]
    assert "already" in joint.record(found)[0]
    results.publish()
    table = results.table()
    assert set(table.method) == {"joint"}
    assert table.settings[0]["method"]["tasks"] == list(TASKS)
    assert recorded_runs(table.dataset[0], table.backbone[0]).empty
    name = table[table.task == "sst"].run_id.iloc[0]
    assert len(results.read_predictions(name)[1]) == 60
    metrics = (tmp_path / "results" / results.METRICS).read_text()
    assert f"{name},1,dev,accuracy" in metrics
    assert f"{name},2,train,cosine sts 1," in metrics


@pytest.mark.parametrize("how", [{}, {"sharing": "branches", "freeze_depth": 2}])
def test_conflicts_are_measured_where_tasks_share(prepared, how):
    run = prepared(**how)
    found = joint.conflicts(run, epoch=0, draws=3)
    layers = ["embeddings", "0", "1", "2"] if not how else ["embeddings", "0", "1"]
    assert [c["layer"] for c in found if c["tasks"] == ["sst", "quora"]] == layers
    assert all(-1 <= c["value"] <= 1 and c["n"] == 3 for c in found)
    assert all(tensor.grad is None for tensor in run.model.parameters())


def test_the_loop_is_the_one_of_single_tasks(prepared, monkeypatch):
    """Trained by the loop of `fit` in sight, a joint run has the bits of the engine's."""
    one, two = prepared(), prepared()
    optimizer = build_optimizer(one.model, one.settings)
    joint.run_epoch(one, optimizer, 0, progress=False)
    other = build_optimizer(two.model, two.settings)
    feed = joint.JointFeed(two, other, progress=False)
    train_epoch(two.model, feed.batches(0), other, feed.loss)
    for first, second in zip(one.model.parameters(), two.model.parameters(), strict=True):
        assert torch.equal(first, second)
    assert np.isclose(one.history[0]["loss"]["sst"], two.history[0]["loss"]["sst"])


# What does not fit ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tasks, how, message",
    [
        (("sst",), {}, "two or more different tasks"),
        (("sst", "sst"), {}, "two or more different tasks"),
        (TASKS, {"sampling": "random"}, "sampling 'random' is unknown; expected uniform"),
        (TASKS, {"gradients": "mean"}, "gradients 'mean' is unknown"),
        (TASKS, {"sharing": "trunk"}, "sharing 'trunk' is unknown; expected all, branches"),
        (TASKS, {"sharing": "branches"}, "needs --freeze-depth"),
        (TASKS, {"freeze_depth": 2}, "leave out --freeze-depth"),
        (TASKS, {"sharing": "branches", "freeze_depth": 9}, "L = 3"),
        (TASKS, {"sampling": "sequential", "gradients": "pcgrad"}, "choose one of the two"),
        (TASKS, {"weights": {"cfimdb": 1.0}}, "weight cfimdb=1 does not fit"),
        (TASKS, {"weights": {"sst": 0.0}}, "weight sst=0 does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(prepared, tasks, how, message):
    with pytest.raises(TrainError, match=message) as refused:
        prepared(tasks, **how)
    assert "\n" not in str(refused.value)


def test_sentences_encoded_apart_are_refused(prepared):
    from dataclasses import replace

    from mtslib.data.tasks import get

    apart = replace(get("sts"), objective="siamese-soft-ce")
    with pytest.raises(TrainError, match="encodes two sentences apart"):
        prepared((get("sst"), apart))
