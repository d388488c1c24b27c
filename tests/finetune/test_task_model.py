"""Trunk and branch: what is frozen stays frozen, and nothing else does."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.data import tasks
from mtslib.data.batching import collate, tokenise
from mtslib.finetune import objectives
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer
from mtslib.minbert import Parts, SelfAttention

L = 3
DEPTHS = [0, 1, 2, L, None]
TEXTS = ["the film was good", "and we saw the film , it was awful !", "plain", ""]


@pytest.fixture
def make(backbone_folder):
    """Build a task model on the tiny backbone."""

    def build(depth, task="sst", pooling="cls", objective="", parts=None, **settings):
        backbone = backbones.load(backbone_folder)
        task = tasks.get(task)
        bert = backbone.model(
            settings.pop("encoder_dropout", 0.1), **({"parts": parts} if parts else {})
        )
        objective = objectives.get(objective or task.objective, task)
        torch.manual_seed(settings.pop("seed", 0))
        return TaskModel(bert, task, objective, depth, pooling, **settings)

    return build


@pytest.fixture
def batch_for(backbone_folder):
    """A ragged batch of four examples with labels, in the form a model's task wants."""
    tokenizer = backbones.load(backbone_folder).tokenizer()

    def build(model):
        pair, siamese = model.task.is_pair, model.objective.siamese
        texts = [(text, TEXTS[-1 - n]) if pair else (text,) for n, text in enumerate(TEXTS)]
        labels = [0.0, 1.0, 1.0, 0.0]
        return collate(tokenise(tokenizer, texts, labels, siamese=siamese), range(4))

    return build


def bits(tensors) -> dict[str, bytes]:
    return {name: tensor.numpy(force=True).tobytes() for name, tensor in tensors.items()}


# What is trained -------------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["cls", "mean", "pooler"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_trunk_and_branch_divide_the_model_between_them(make, depth, pooling):
    model = make(depth, pooling=pooling)
    start = depth or 0
    trained, frozen = model.trained_tensors(), model.frozen_tensors()
    numbers = {int(n.split(".")[1]) for n in trained if n.startswith("layers.")}
    assert numbers == set(range(start, L))
    assert {n.split(".")[0] for n in frozen} == (
        set() if depth is None else {"embeddings"} | ({"layers"} if depth else set())
    )
    assert {int(n.split(".")[1]) for n in frozen if n.startswith("layers.")} == set(range(start))
    assert any(n.startswith("embeddings.") for n in trained) == (depth is None)
    assert any(n.startswith("pooler.") for n in trained) == (pooling == "pooler")
    assert {"head.1.weight", "head.1.bias"} <= set(trained)
    assert not set(trained) & set(frozen)


@pytest.mark.parametrize("depth", DEPTHS)
def test_tensors_are_called_as_in_the_backbone_and_hold_its_values(make, backbone_folder, depth):
    backbone = backbones.load(backbone_folder)
    model = make(depth, pooling="pooler")
    every = model.trained_tensors() | model.frozen_tensors()
    assert set(every) == set(backbone.tensors) | {"head.1.weight", "head.1.bias"}
    for name, tensor in backbone.tensors.items():
        assert torch.equal(every[name], tensor)


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_is_trained_is_exactly_what_gets_a_gradient(make, batch_for, depth):
    model = make(depth).train()
    batch = batch_for(model)
    model.objective.loss(model(batch), batch.labels).backward()
    with_gradient = {
        name.split(".", 1)[1] for name, p in model.named_parameters() if p.grad is not None
    }
    assert with_gradient == set(model.trained_tensors())
    assert all(p.grad is None and not p.requires_grad for p in model.trunk.parameters()) == (
        depth is not None
    )


@pytest.mark.parametrize("depth", DEPTHS)
def test_training_steps_leave_every_byte_of_the_trunk(make, batch_for, tiny, depth):
    """With weight decay, which would move what it is not asked to."""
    model = make(depth).train()
    batch, before = batch_for(model), bits(model.frozen_tensors())
    trained = bits(model.trained_tensors())
    optimizer = build_optimizer(model, tiny(weight_decay=0.5, learning_rate=0.1))
    for _ in range(5):
        optimizer.zero_grad()
        model.objective.loss(model(batch), batch.labels).backward()
        optimizer.step()
    assert bits(model.frozen_tensors()) == before
    after = bits(model.trained_tensors())
    still = {name for name in after if after[name] == trained[name]}
    # A key's bias adds the same to every score of a row, which the softmax takes out again.
    assert all(name.endswith("key.bias") for name in still), still


# Always in eval mode ---------------------------------------------------------------------------


def test_a_frozen_trunk_is_in_eval_mode_whatever_the_model_is_told(make, batch_for):
    model = make(2, encoder_dropout=0.5)
    for call in (model.train, lambda: model.train(True), lambda: model.trunk.train()):
        call()
        assert not any(module.training for module in model.trunk.modules())
    assert all(module.training for module in model.branch.modules())
    assert model.eval().training is False
    assert not any(module.training for module in model.modules())
    model.train()
    (inputs,) = batch_for(model).inputs
    first, second = model.trunk(inputs, {2})[2], model.trunk(inputs, {2})[2]
    assert torch.equal(first, second)
    assert not first.requires_grad


def test_no_gradient_reaches_a_frozen_trunk_even_when_it_is_asked_for(make, batch_for):
    model = make(2).train()
    model.requires_grad_(True)  # the line that a learner may write
    batch = batch_for(model)
    model.objective.loss(model(batch), batch.labels).backward()
    assert all(tensor.grad is None for tensor in model.trunk.parameters())
    assert all(tensor.grad is not None for tensor in model.branch.layers.parameters())


def test_a_trunk_that_is_not_frozen_trains_and_drops(make, batch_for):
    model = make(None, encoder_dropout=0.5).train()
    assert all(module.training for module in model.trunk.modules())
    (inputs,) = batch_for(model).inputs
    first, second = model.trunk(inputs, {0})[0], model.trunk(inputs, {0})[0]
    assert not torch.equal(first, second)
    assert first.requires_grad


def test_one_pass_gives_every_depth_that_is_asked_for(make, backbone_folder, batch_for):
    model = make(L).eval()
    (inputs,) = batch_for(model).inputs
    with torch.inference_mode():
        expected = backbones.load(backbone_folder).model()(*inputs).hidden_states
        seen = model.trunk(inputs, {0, 2, L})
    assert set(seen) == {0, 2, L}
    for depth, hidden in seen.items():
        assert torch.equal(hidden, expected[depth])


# What is computed ------------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", ["cls", "mean", "pooler"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_answer_is_the_whole_models_pooled_and_put_through_the_head(
    make, backbone_folder, batch_for, depth, pooling
):
    model = make(depth, pooling=pooling).eval()
    batch = batch_for(model)
    (inputs,) = batch.inputs
    with torch.inference_mode():
        whole = backbones.load(backbone_folder).model()(*inputs)
        last = whole.hidden_states[-1]
        pooled = {
            "cls": last[:, 0],
            "mean": torch.stack(
                [row[: int(n)].mean(0) for row, n in zip(last, inputs[1].sum(1), strict=True)]
            ),
            "pooler": whole.pooler_output,
        }[pooling]
        expected = pooled @ model.branch.head[1].weight.T + model.branch.head[1].bias
        seen = model(batch)
    torch.testing.assert_close(seen, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("depth", [0, 2, None])
def test_a_siamese_model_gives_the_cosine_of_two_sentences_encoded_apart(
    make, backbone_folder, batch_for, depth
):
    model = make(depth, "sts", "mean", "cosine-mse").eval()
    assert model.branch.head is None
    batch = batch_for(model)
    bert = backbones.load(backbone_folder).model()
    with torch.inference_mode():
        seen = model(batch)
        for row in range(4):
            sides = []
            for part in batch.inputs:
                length = int(part.attention_mask[row].sum())
                ids = part.input_ids[row : row + 1, :length]
                sides.append(bert(ids, torch.ones_like(ids)).hidden_states[-1][0].mean(0))
            cosine = sides[0] @ sides[1] / sides[0].norm() / sides[1].norm()
            assert seen[row].item() == pytest.approx(cosine.item(), abs=1e-5)
    assert seen.shape == (4, 1)


def test_foreign_parts_are_used_in_the_branch_too_and_without_shortcuts(make, batch_for):
    class Plain(SelfAttention):
        def forward(self, hidden, bias):  # takes no queries: a shortcut would be a TypeError
            self.seen = hidden.shape[1]
            return super().forward(hidden, bias)

    ours, theirs = make(1), make(1, parts=Parts(attention=Plain))
    assert ours.branch.fast_paths
    assert not theirs.branch.fast_paths
    batch = batch_for(ours)
    with torch.inference_mode():
        torch.testing.assert_close(ours.eval()(batch), theirs.eval()(batch), rtol=0, atol=1e-5)
    last = theirs.branch.layers[str(L - 1)].attention
    assert last.seen == batch.inputs[0].input_ids.shape[1], "it saw every token"


@pytest.mark.parametrize("depth", [1, None])
def test_head_dropout_reaches_only_the_head(make, depth):
    model = make(depth, head_dropout=0.37, encoder_dropout=0.11)
    places = {n: m.p for n, m in model.named_modules() if isinstance(m, nn.Dropout)}
    assert {name for name, p in places.items() if p == 0.37} == {"branch.head.0"}
    assert {p for name, p in places.items() if name != "branch.head.0"} == {0.11}
    assert len(places) == 1 + 1 + 2 * L


def test_head_dropout_is_applied_to_the_pooled_state(make, batch_for):
    model = make(L, head_dropout=0.5).train()
    batch = batch_for(model)
    assert not torch.equal(model(batch), model(batch))
    model = make(L, head_dropout=0.0).train()
    assert torch.equal(model(batch), model(batch))


def test_the_seed_decides_the_first_head(make):
    first, again, other = (make(1, seed=seed).branch.head[1].weight for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


# Refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [-1, L + 1, 100])
def test_a_depth_out_of_range_is_refused_with_the_range(make, depth):
    with pytest.raises(
        TrainError, match=f"{depth} is out of range.*L = 3.*full or a number from 0"
    ):
        make(depth)


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_a_siamese_model_without_anything_to_train_is_refused(make, pooling):
    with pytest.raises(TrainError, match="has nothing to train"):
        make(L, "sts", pooling, "cosine-mse")
    model = make(L, "sts", "pooler", "cosine-mse")
    assert set(model.trained_tensors()) == {"pooler.dense.weight", "pooler.dense.bias"}


def test_an_unknown_pooling_is_refused(make):
    with pytest.raises(TrainError, match="pooling 'max' is unknown; expected cls, mean, pooler"):
        make(1, pooling="max")


# In and out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", DEPTHS)
def test_trained_tensors_can_be_put_back(make, batch_for, depth):
    model, other = make(depth).eval(), make(depth, seed=1).eval()
    with torch.no_grad():
        for tensor in model.trained_tensors().values():
            tensor.add_(0.1)
    other.load_trained_tensors(model.trained_tensors())
    with torch.inference_mode():
        assert torch.equal(model(batch_for(model)), other(batch_for(model)))


def test_tensors_that_do_not_fit_are_not_put_back(make):
    model = make(1)
    before, tensors = bits(model.trained_tensors()), model.trained_tensors()
    missing = {name: t for name, t in tensors.items() if name != "head.1.bias"}
    wrong = tensors | {"head.1.bias": torch.zeros(4)}
    unknown = tensors | {"extra": torch.zeros(1)}
    for given, name in ((missing, "head.1.bias"), (wrong, "head.1.bias"), (unknown, "extra")):
        with pytest.raises(RuntimeError, match=f"tensor {name} is missing, unknown or of another"):
            model.load_trained_tensors(given)
    assert bits(model.trained_tensors()) == before
