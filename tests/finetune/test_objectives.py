"""Objectives against their formulas, one number at a time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from finetune.slow_losses import SIZE, log_softmax, logits_and, outputs_of, slow_loss
from own_tasks import EVERY_TASK, OWN, write_own
from scipy import stats

from mtslib.base.errors import TrainError
from mtslib.cli.main import main
from mtslib.data import tasks
from mtslib.finetune import objectives, similarity
from mtslib.finetune.objectives import OBJECTIVES, cross_entropy, most_likely
from mtslib.finetune.similarity import (
    cosine_mse,
    expected_score,
    scaled_score,
    soft_cross_entropy,
    soft_labels,
)


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("seed", range(3))
def test_cross_entropy_is_the_mean_negative_log_probability_of_the_label(seed, classes):
    logits, random = logits_and(seed, classes)
    labels = torch.randint(0, classes, (len(logits),), generator=random)
    expected = -np.mean(
        [log_softmax(row)[label] for row, label in zip(logits.tolist(), labels, strict=True)]
    )
    seen = cross_entropy(logits, labels.float())  # labels come as floats, as batches hold them
    assert seen.item() == pytest.approx(expected, abs=1e-6)
    assert most_likely(logits).tolist() == [row.index(max(row)) for row in logits.tolist()]


@pytest.mark.parametrize("seed", range(3))
def test_soft_cross_entropy_is_shared_by_the_two_neighbours(seed):
    logits, random = logits_and(seed, 6)
    scores = 5 * torch.rand(len(logits), generator=random)
    expected = 0.0
    for row, score in zip(logits.tolist(), scores.tolist(), strict=True):
        low = min(int(score), 4)
        share = score - low
        logs = log_softmax(row)
        expected -= ((1 - share) * logs[low] + share * logs[low + 1]) / len(logits)
    assert soft_cross_entropy(logits, scores).item() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("score", [0, 0.2, 1, 1.5, 2.999, 3, 3.2, 4, 4.75, 5])
def test_the_expectation_of_soft_labels_is_the_score(score):
    (labels,) = soft_labels(torch.tensor([float(score)]))
    assert labels.sum().item() == pytest.approx(1)
    assert (labels >= 0).all()
    assert (labels @ torch.arange(6.0)).item() == pytest.approx(score, abs=1e-6)
    near = [c for c in range(6) if labels[c] > 0]
    assert all(abs(c - score) < 1 for c in near), "only its neighbours take part"


def test_soft_labels_written_out():
    expected = [[1, 0, 0, 0, 0, 0], [0, 0, 0, 0.8, 0.2, 0], [0, 0, 0, 0, 0, 1]]
    torch.testing.assert_close(soft_labels(torch.tensor([0.0, 3.2, 5.0])), torch.tensor(expected))


@pytest.mark.parametrize("seed", range(3))
def test_soft_and_plain_cross_entropy_agree_on_whole_scores(seed):
    logits, random = logits_and(seed, 6)
    labels = torch.randint(0, 6, (len(logits),), generator=random).float()
    assert torch.allclose(soft_cross_entropy(logits, labels), cross_entropy(logits, labels))


@pytest.mark.parametrize("seed", range(3))
def test_the_expected_score_is_the_mean_class(seed):
    logits, _ = logits_and(seed, 6)
    expected = [
        sum(c * math.exp(log) for c, log in enumerate(log_softmax(row))) for row in logits.tolist()
    ]
    assert expected_score(logits).tolist() == pytest.approx(expected, abs=1e-5)
    certain = torch.full((6, 6), -100.0).fill_diagonal_(100.0)
    assert expected_score(certain).tolist() == pytest.approx([0, 1, 2, 3, 4, 5])


@pytest.mark.parametrize("seed", range(3))
def test_cosine_mse_compares_the_cosine_with_a_fifth_of_the_score(seed):
    random = torch.Generator().manual_seed(seed)
    cosines = 2 * torch.rand(10, 1, generator=random) - 1
    scores = 5 * torch.rand(10, generator=random)
    pairs = zip(cosines[:, 0].tolist(), scores.tolist(), strict=True)
    expected = np.mean([(cosine - score / 5) ** 2 for cosine, score in pairs])
    assert cosine_mse(cosines, scores).item() == pytest.approx(expected, abs=1e-6)


STS = [name for name, objective in OBJECTIVES.items() if objective.scores]


@pytest.mark.parametrize("name", STS)
@pytest.mark.parametrize("seed", range(5))
def test_an_sts_loss_is_its_formula_one_pair_at_a_time(name, seed):
    outputs = outputs_of(OBJECTIVES[name], 14, seed)
    random = torch.Generator().manual_seed(seed + 100)
    scores = 5 * torch.rand(14, generator=random)
    scores[:4] = torch.tensor([0.0, 5.0, 4.0, 2.5])  # the ends, the threshold and a half
    scores[4] = scores[5]  # equal scores have no order
    expected = slow_loss(name, outputs, scores.tolist())
    assert OBJECTIVES[name].loss(outputs, scores).item() == pytest.approx(expected, abs=2e-5)


def test_halves_are_rounded_upwards():
    certain = 100 * torch.eye(6)
    scores = torch.tensor([0.49, 0.5, 2.5, 2.49, 4.5, 4.49])
    chosen = torch.tensor([0, 1, 3, 2, 5, 4])
    assert similarity.rounded_cross_entropy(certain[chosen], scores).item() == pytest.approx(0)


def test_a_negative_cosine_costs_nothing_only_where_it_is_clamped():
    beyond = torch.tensor([[-0.4]], requires_grad=True)
    unrelated = torch.tensor([0.0])
    assert cosine_mse(beyond, unrelated).item() == pytest.approx(0.16)
    clamped = similarity.clamped_cosine_mse(beyond, unrelated)
    assert clamped.item() == 0
    similar = similarity.clamped_cosine_mse(beyond, torch.tensor([5.0]))
    similar.backward()
    assert similar.item() == 1
    assert beyond.grad.item() == 0, "the price: a similar pair is not pulled up either"


@pytest.mark.parametrize("scores", [[], [3.9], [3.9, 0.0]])
def test_without_a_good_pair_nothing_is_ranked(scores):
    embeddings = torch.randn(len(scores), 2 * SIZE).requires_grad_()
    loss = similarity.multiple_negatives_ranking(embeddings, torch.tensor(scores))
    loss.backward()
    assert loss.item() == 0
    assert not embeddings.grad.any()


def test_only_good_pairs_take_part_in_the_ranking():
    embeddings, scores = torch.randn(6, 2 * SIZE), torch.tensor([4.0, 0, 5, 3.9, 4.8, 2])
    everything = similarity.multiple_negatives_ranking(embeddings, scores)
    good = similarity.multiple_negatives_ranking(embeddings[[0, 2, 4]], scores[[0, 2, 4]])
    assert everything.item() == pytest.approx(good.item())


@pytest.mark.parametrize("loss", [similarity.cosent, similarity.angle_loss])
def test_equal_scores_have_nothing_to_rank(loss):
    outputs = torch.randn(4, 2 * SIZE if loss is similarity.angle_loss else 1)
    assert loss(outputs, torch.full((4,), 2.0)).item() == 0


# How outputs are read --------------------------------------------------------------------------


def test_outputs_are_read_as_scores_from_0_to_5():
    values = torch.tensor([[-1.0], [0.0], [0.5], [1.0], [1.0000001]])
    assert scaled_score(values).tolist() == [0, 0, 2.5, 5, 5]
    assert similarity.signed_score(values).tolist() == [0, 2.5, 3.75, 5, 5]
    assert similarity.score_of_probability(values)[1].item() == 2.5
    first = torch.tensor([[3.0, 4.0]])
    for second, expected in (([6.0, 8.0], 5), ([-3.0, -4.0], 0), ([-4.0, 3.0], 2.5)):
        row = similarity.side_by_side(first, torch.tensor([second]))
        assert similarity.score_of_embeddings(row).tolist() == pytest.approx([expected])


@pytest.mark.parametrize("name", STS)
def test_every_prediction_is_a_score(name):
    found = OBJECTIVES[name].predict(4 * outputs_of(OBJECTIVES[name], 50, 0).clamp(-3, 3))
    assert found.shape == (50,)
    assert ((found >= 0) & (found <= 5)).all()


@pytest.mark.parametrize("name", [n for n in STS if not OBJECTIVES[n].calibrated])
def test_a_score_that_only_ranks_keeps_the_order_of_all_cosines(name):
    cosines = torch.linspace(-0.99, 0.99, 41)
    outputs = cosines[:, None]
    if OBJECTIVES[name].outputs == objectives.EMBEDDINGS:
        sines = (1 - cosines**2).sqrt()
        first = torch.tensor([[1.0, 0.0]]).expand(41, 2)
        outputs = similarity.side_by_side(first, torch.stack([cosines, sines], dim=1))
    found = OBJECTIVES[name].predict(outputs)
    assert (found.diff() > 0).all()
    assert found.tolist() == pytest.approx((2.5 * (cosines + 1)).tolist(), abs=1e-5)


# Of every objective ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_those_of_small_steps(name, seed):
    """The derivative that autograd gives, against the difference quotient, in double precision."""
    objective = OBJECTIVES[name]
    outputs = outputs_of(objective, 4, seed).requires_grad_()
    highest = int((tasks.STS if objective.scores else tasks.SST).label_range[1])
    labels = torch.tensor([0.0, 1.0, 1.0, 0.0])
    if highest == 5:
        labels = torch.tensor([0.3, 4.0, 4.2, 5.0])
    objective.loss(outputs, labels).backward()
    step = 1e-3
    for index in np.ndindex(*outputs.shape):
        sides = []
        for sign in (1, -1):
            moved = outputs.detach().clone()
            moved[index] += sign * step
            value = objective.loss(moved, labels)
            if name in STS:
                value = torch.tensor(slow_loss(name, moved, labels.tolist()))
            sides.append(value.item())
        slope = (sides[0] - sides[1]) / (2 * step)
        assert outputs.grad[index].item() == pytest.approx(slope, abs=2e-3, rel=2e-2)


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("seed", range(2))
def test_following_the_gradient_leads_to_the_labels(name, seed):
    """What the loss asks for is what the prediction reads: the score, or at least its order."""
    objective = OBJECTIVES[name]
    task = tasks.STS if objective.scores else tasks.SST
    random = torch.Generator().manual_seed(seed)
    labels = torch.rand(20, generator=random) * task.label_range[1]
    labels = labels.round() if task.has_classes or name == "rounded-ce" else labels
    if name == "cosine-mse-clamped":
        labels = labels.clamp(min=1)  # a step past 0 would find no way back
    outputs = 0.01 * outputs_of(objective, 20, seed).abs()
    outputs.requires_grad_()
    optimizer = torch.optim.Adam([outputs], lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        objective.loss(outputs, labels).backward()
        optimizer.step()
    predicted = objective.predict(outputs.detach())
    if objective.calibrated:
        assert predicted.float().tolist() == pytest.approx(labels.tolist(), abs=0.05)
        assert stats.pearsonr(predicted, labels).statistic > 0.999
    elif name == "multiple-negatives-ranking":
        good = labels >= 4
        assert objective.loss(outputs, labels).item() < 0.05
        assert predicted[good].min() > 2.5
    else:
        assert objective.loss(outputs, labels).item() < 5
        if name == "cosine-mse-rescaled":
            assert stats.pearsonr(outputs.detach()[:, 0], labels).statistic > 0.999
        if name == "cosent":
            assert stats.spearmanr(outputs.detach()[:, 0], labels).statistic > 0.99


@pytest.mark.parametrize("name", OBJECTIVES)
def test_half_precision_outputs_give_a_loss_in_fp32(name):
    outputs = outputs_of(OBJECTIVES[name], 4, 0).to(torch.bfloat16)
    labels = torch.tensor([0.0, 1.0, 1.0, 0.0])
    assert OBJECTIVES[name].loss(outputs, labels).dtype == torch.float32
    assert OBJECTIVES[name].predict(outputs).dtype in (torch.float32, torch.int64)


def test_each_task_has_an_objective_and_a_foreign_one_is_refused():
    for task in EVERY_TASK.values():
        assert objectives.get(task.objective, task).name == task.objective
    widths = {t.name: objectives.get(t.objective, t).num_outputs(t) for t in EVERY_TASK.values()}
    four = {"sst": 5, "cfimdb": 2, "quora": 2, "sts": 6}
    assert widths == four | {"matches": 3, "warmth": 6}
    widths = {name: OBJECTIVES[name].num_outputs(tasks.STS) for name in STS}
    assert [widths[name] for name in ("rounded-ce", "bce", "mse", "siamese-soft-ce")] == [
        6,
        1,
        1,
        6,
    ]
    assert widths["cosine-mse"] == widths["cosent"] == widths["angle"] == 0
    for name, task in (("soft-ce", tasks.SST), ("ce", tasks.STS), ("mse ", tasks.STS)):
        with pytest.raises(TrainError, match=f"'{name}' does not fit task {task.name}; those that"):
            objectives.get(name, task)


@pytest.mark.parametrize("task", EVERY_TASK)
def test_the_command_line_lists_the_objectives_that_fit_where_one_does_not(task, tmp_path, capsys):
    out, given = str(tmp_path / "out"), task
    if task in OWN:
        given = str(write_own(tmp_path, task, "train", 3, 0))
    assert main(["finetune", "--task", given, "--objective", "cosine", "--out", out]) == 2
    said = capsys.readouterr().err
    fitting = objectives.fitting(given)
    assert said.split("those that do: ")[1].strip().split(", ") == list(fitting)


@pytest.mark.parametrize("name", STS)
@pytest.mark.parametrize("low, high", [(-1, 1), (1, 5), (0, 100)])
def test_scores_of_another_range_are_those_of_0_to_5_moved(name, low, high):
    """The loss of a score is that of its place in the range; what is read lies in the range."""
    task = replace(tasks.STS, label_range=(low, high))
    plain, moved = OBJECTIVES[name], objectives.get(name, task)
    outputs, places = outputs_of(plain, 4, 0), torch.tensor([0.0, 0.25, 0.9, 1.0])
    seen = moved.loss(outputs, low + (high - low) * places)
    torch.testing.assert_close(seen, plain.loss(outputs, 5 * places))
    read = low + (high - low) * plain.predict(outputs) / 5
    torch.testing.assert_close(moved.predict(outputs), read)


def test_objectives_fit_by_the_kind_of_labels_and_input_not_by_a_task_s_name():
    """A task that nobody has seen yet finds its objectives."""
    own = replace(tasks.STS, name="own", text_columns=("text",))
    graded = replace(tasks.QUORA, name="graded", text_columns=("a", "b"))
    for objective in OBJECTIVES.values():
        assert objective.fits(own) == (objective.scores and not objective.siamese)
        assert objective.fits(graded) == (not objective.scores)
    assert OBJECTIVES["mse"].fits(own)
    assert not OBJECTIVES["cosine-mse"].fits(own)
    assert OBJECTIVES["ce"].fits(graded)
