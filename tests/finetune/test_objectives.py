"""Objectives against their formulas, one number at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy import stats

from mtslib import tasks
from mtslib.errors import TrainError
from mtslib.finetune import objectives
from mtslib.finetune.objectives import (
    OBJECTIVES,
    cosine_mse,
    cross_entropy,
    expected_score,
    most_likely,
    score_of_cosine,
    soft_cross_entropy,
    soft_labels,
)


def logits_and(seed: int, classes: int, n: int = 12) -> tuple[torch.Tensor, torch.Generator]:
    random = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(n, classes, generator=random), random


def log_softmax(row: list[float]) -> list[float]:
    """Written out, in double precision."""
    total = math.log(sum(math.exp(value) for value in row))
    return [value - total for value in row]


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


def test_a_cosine_is_read_as_a_score_from_0_to_5():
    cosines = torch.tensor([[-1.0], [0.0], [0.5], [1.0], [1.0000001]])
    assert score_of_cosine(cosines).tolist() == [0, 0, 2.5, 5, 5]


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_those_of_small_steps(name, seed):
    """The derivative that autograd gives, against the difference quotient."""
    objective = OBJECTIVES[name]
    width = 1 if objective.siamese else tasks.get(objective.tasks[0]).num_classes
    random = torch.Generator().manual_seed(seed)
    outputs = torch.randn(4, width, generator=random).requires_grad_()
    labels = torch.randint(0, max(width, 2), (4,), generator=random).float()
    if name != "ce":
        labels = (labels + 0.3).clamp(0, 5)
    objective.loss(outputs, labels).backward()
    step = 1e-2
    for index in np.ndindex(4, width):
        sides = []
        for sign in (1, -1):
            moved = outputs.detach().clone()
            moved[index] += sign * step
            sides.append(objective.loss(moved, labels).item())
        slope = (sides[0] - sides[1]) / (2 * step)
        assert outputs.grad[index].item() == pytest.approx(slope, abs=1e-4)


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("seed", range(2))
def test_following_the_gradient_leads_to_the_labels(name, seed):
    """What the loss asks for is what the prediction reads."""
    objective = OBJECTIVES[name]
    task = tasks.get(objective.tasks[0])
    width = 1 if objective.siamese else task.num_classes
    random = torch.Generator().manual_seed(seed)
    labels = torch.rand(20, generator=random) * task.label_range[1]
    labels = labels.round() if task.integer_labels else labels
    outputs = torch.zeros(20, width, requires_grad=True)
    optimizer = torch.optim.Adam([outputs], lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        objective.loss(outputs, labels).backward()
        optimizer.step()
    predicted = objective.predict(outputs.detach())
    assert predicted.float().tolist() == pytest.approx(labels.tolist(), abs=0.05)
    assert stats.pearsonr(predicted, labels).statistic > 0.999


@pytest.mark.parametrize("name", OBJECTIVES)
def test_half_precision_outputs_give_a_loss_in_fp32(name):
    outputs = torch.randn(4, 1 if OBJECTIVES[name].siamese else 6).to(torch.bfloat16)
    labels = torch.tensor([0.0, 1.0, 1.0, 0.0])
    assert OBJECTIVES[name].loss(outputs, labels).dtype == torch.float32
    assert OBJECTIVES[name].predict(outputs).dtype in (torch.float32, torch.int64)


def test_each_task_has_an_objective_and_a_foreign_one_is_refused():
    for task in tasks.TASKS.values():
        assert objectives.get(task.objective, task).name == task.objective
    widths = {t.name: objectives.get(t.objective, t).num_outputs(t) for t in tasks.TASKS.values()}
    assert widths == {"sst": 5, "cfimdb": 2, "quora": 2, "sts": 6}
    assert OBJECTIVES["cosine-mse"].num_outputs(tasks.STS) == 0
    for name, task in (("soft-ce", tasks.SST), ("ce", tasks.STS), ("mse", tasks.STS)):
        with pytest.raises(TrainError, match=f"'{name}' does not fit task {task.name}; those that"):
            objectives.get(name, task)
