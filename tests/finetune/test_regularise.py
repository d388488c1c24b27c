"""SMART and R-Drop: each term beside a slow form of it, and what it is in a training."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from mtslib.base.errors import TrainError
from mtslib.data.batching import collate
from mtslib.finetune import objectives, settings
from mtslib.finetune.objectives import OBJECTIVES
from mtslib.finetune.regularise import (
    Regularised,
    distance_of,
    same_masks,
    smoothness,
    symmetric_kl,
    worst_shift,
)
from mtslib.finetune.run import Forward
from mtslib.finetune.train import Feed, build_optimizer

SEEDS = pytest.mark.parametrize("seed", range(3))


@pytest.fixture
def layer():
    """A curved answer to states of six tokens with five numbers each: (B, 6, 5) → (B, 4)."""
    first, second = torch.randn(5, 7) * 2, torch.randn(7, 4)
    return lambda states: (states[0] @ first).tanh().mean(dim=1) @ second


def slow_kl(p: list[float], q: list[float]) -> float:
    return sum(a * (math.log(a) - math.log(b)) for a, b in zip(p, q, strict=True))


@SEEDS
def test_the_divergence_counts_both_directions(seed):
    torch.manual_seed(seed)
    one, other = torch.randn(6, 4), torch.randn(6, 4)
    pairs = list(zip(one.softmax(-1).tolist(), other.softmax(-1).tolist(), strict=True))
    expected = sum(slow_kl(p, q) + slow_kl(q, p) for p, q in pairs) / 6
    assert float(symmetric_kl(one, other)) == pytest.approx(expected, rel=1e-5)
    assert torch.equal(symmetric_kl(one, other), symmetric_kl(other, one))
    assert float(symmetric_kl(one, one + 3)) == pytest.approx(0, abs=1e-9), "the same softmax"


@pytest.mark.parametrize("name", OBJECTIVES)
def test_distributions_are_compared_by_divergence_and_scores_by_squares(name):
    objective, draw = OBJECTIVES[name], torch.Generator().manual_seed(0)
    width = {"logits": objective.width or 6, "cosines": 1, "embeddings": 8}[objective.outputs]
    one, other = (torch.randn(3, width, generator=draw) for _ in range(2))
    between = distance_of(objective, span=5)
    if objective.outputs == "logits" and width > 1:
        assert torch.equal(between(one, other), symmetric_kl(one, other))
    else:
        first, second = objective.predict(one), objective.predict(other)
        shares = [(a - b) ** 2 / 25 for a, b in zip(first.tolist(), second.tolist(), strict=True)]
        assert float(between(one, other)) == pytest.approx(sum(shares) / 3, rel=1e-5)


@SEEDS
def test_smarts_term_equals_its_slow_form(layer, seed):
    states, radius = [torch.randn(3, 6, 5)], 0.1
    torch.manual_seed(seed)
    seen = smoothness(layer, states, symmetric_kl, radius)

    torch.manual_seed(seed)
    noise = radius / 10 * torch.randn(3, 6, 5)
    divergences = []
    for row in range(3):  # sentence by sentence
        own = states[0][row : row + 1]
        shift = noise[row : row + 1].clone().requires_grad_()
        symmetric_kl(layer([own + shift]), layer([own])).backward()
        largest = max(abs(number) for number in shift.grad.flatten().tolist())
        moved = (shift.detach() + radius * shift.grad / largest).clamp(-radius, radius)
        p, q = (layer([state])[0].softmax(-1).tolist() for state in (own + moved, own))
        divergences.append(slow_kl(p, q) + slow_kl(q, p))
    assert float(seen) == pytest.approx(sum(divergences) / 3, rel=1e-3)


@SEEDS
def test_the_shift_stays_within_its_radius_and_moves_more_than_chance(layer, seed):
    torch.manual_seed(seed)
    states = [torch.randn(4, 6, 5)]
    clean = layer(states)
    (shift,) = worst_shift(layer, states, clean, symmetric_kl, 0.1)
    largest = shift.abs().amax(dim=(1, 2))
    assert torch.allclose(largest, torch.full((4,), 0.1), atol=0.02)
    assert (shift.abs() <= torch.tensor(0.1)).all()
    moved = symmetric_kl(layer([states[0] + shift]), clean)
    sizes = shift.norm(dim=(1, 2), keepdim=True)
    for _ in range(5):
        chance = torch.randn_like(shift)
        chance = chance / chance.norm(dim=(1, 2), keepdim=True) * sizes
        assert moved > symmetric_kl(layer([states[0] + chance]), clean)


def test_a_flat_answer_has_no_worst_shift(layer):
    """A gradient of zero is divided by no zero: the term is 0, and so is its gradient."""
    states = [torch.randn(2, 6, 5, requires_grad=True)]
    term = smoothness(lambda states: layer(states) * 0, states, symmetric_kl, 0.1)
    term.backward()
    assert term.item() == 0
    assert torch.equal(states[0].grad, torch.zeros(2, 6, 5))


def test_dropout_draws_the_same_masks_within_a_term_and_others_in_the_next():
    drop = torch.nn.Dropout(0.5)
    ones = torch.ones(200)
    first, second = same_masks(drop), same_masks(drop)
    assert torch.equal(first(ones), first(ones))
    assert not torch.equal(first(ones), second(ones))


def regularised(run) -> tuple[Regularised, Feed]:
    feed = Feed(run, build_optimizer(run.model, run.settings), progress=False)
    assert isinstance(feed.model, Regularised)
    return feed.model.train(), feed


@pytest.mark.parametrize("name", ["smart", "r-drop"])
@pytest.mark.parametrize("task", ["sst", "sts", "quora"])
@pytest.mark.parametrize("depth", [None, 1, 3])
def test_the_loss_is_the_tasks_over_all_passes_and_the_weighted_term(start, task, name, depth):
    run = start(task, regularise=name, regularise_weight=2.0, freeze_depth=depth)
    model, feed = regularised(run)
    batch = collate(run.train_tokens, range(6))
    passes, term = model(batch)
    assert len(passes) == (2 if name == "r-drop" else 1)
    own = [run.model.objective.loss(outputs, batch.labels) for outputs in passes]
    assert float(feed.loss((passes, term), batch.labels)) == pytest.approx(
        float(sum(own) / len(own) + term)
    )
    if name == "r-drop":
        assert float(term) == pytest.approx(float(symmetric_kl(*passes)))  # 2 · ½ of both ways
    assert float(term) > 0
    term.backward()
    moved = {n for n, t in run.model.named_parameters() if t.grad is not None and t.grad.any()}
    assert moved, "the term alone teaches the branch something"
    assert not any(name.startswith("trunk") for name in moved if depth is not None)


@pytest.mark.parametrize("name", ["smart", "r-drop"])
@pytest.mark.parametrize(
    "objective, encoding",
    [(o.name, "") for o in objectives.fitting("sts").values()] + [("soft-ce", "split")],
)
def test_every_objective_and_encoding_can_be_regularised(start, name, objective, encoding):
    run = start("sts", regularise=name, objective=objective, encoding=encoding)
    model, _ = regularised(run)
    _, term = model(collate(run.train_tokens, range(8)))
    assert term.isfinite()
    assert float(term) >= 0


def test_without_dropout_r_drop_is_zero_and_asking_for_it_is_refused(start):
    with pytest.raises(TrainError, match="at head_dropout 0 and encoder_dropout 0 they are the"):
        settings("sst", regularise="r-drop", head_dropout=0.0, encoder_dropout=0.0)
    run = start("sst", head_dropout=0.0, encoder_dropout=0.0)
    named = replace(run.settings, regularise="r-drop", head_dropout=0.3)
    model = Regularised(Forward(run.model, run.train_states, "fp32"), named).train()
    assert float(model(collate(run.train_tokens, range(6)))[1]) == 0


def test_smart_needs_no_dropout(start):
    model, _ = regularised(start("sst", regularise="smart", head_dropout=0.0, encoder_dropout=0.0))
    assert model.name == "smart"


def test_smarts_passes_are_fp32_where_the_rest_is_bf16(start):
    run = start("sst", regularise="smart", precision="bf16")
    model, _ = regularised(run)
    passes, term = model(collate(run.train_tokens, range(6)))
    # What a run hands to its loss is fp32; that it was computed in bf16 shows in its numbers.
    assert torch.equal(passes[0], passes[0].bfloat16().float())
    assert term.dtype == torch.float32
    assert term != term.bfloat16().float()


@pytest.mark.parametrize(
    "name, heavy, how", [("smart", 100.0, {"radius": 0.5}), ("r-drop", 5.0, {})]
)
def test_a_larger_weight_leaves_a_smoother_or_steadier_model(start, name, heavy, how):
    """What the term measures after training falls with its weight."""
    measured = []
    for weight in (0.0, heavy):
        run = start("sst", regularise=name, regularise_weight=weight, epochs=2, **how)
        optimizer = build_optimizer(run.model, run.settings)
        for epoch in range(2):
            feed = Feed(run, optimizer, progress=False)
            run.parts.train_epoch(feed.model, feed.batches(epoch), optimizer, feed.loss)
        model = Regularised(
            Forward(run.model, run.train_states, "fp32"),
            replace(run.settings, regularise_weight=1.0),
        ).train()
        torch.manual_seed(0)
        measured.append(float(model(collate(run.train_tokens, range(60)))[1]))
    assert measured[1] < measured[0] / 2
