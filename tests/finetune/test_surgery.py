"""Gradient surgery: what it takes away, what it leaves, and where gradients disagree."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mtslib.finetune import surgery


def by_hand(gradients: list[np.ndarray], order: list[list[int]]) -> np.ndarray:
    """Algorithm 1 of Yu et al. (2020), number by number."""
    total = np.zeros_like(gradients[0])
    for i, gradient in enumerate(gradients):
        own = gradient.copy()
        for j in order[i]:
            if i == j:
                continue
            product = sum(a * b for a, b in zip(own, gradients[j], strict=True))
            if product < 0:
                own = own - product / sum(b * b for b in gradients[j]) * gradients[j]
        total += own
    return total


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("tasks", [2, 3, 4])
def test_it_is_the_published_algorithm(tasks, seed):
    rows = torch.randn(tasks, 6, generator=torch.Generator().manual_seed(seed)).double()
    order = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(tasks, generator=order).tolist() for _ in range(tasks)]
    found = surgery.surgery(list(rows), torch.Generator().manual_seed(seed))
    assert np.allclose(found, by_hand(list(rows.numpy()), orders))


def test_two_in_conflict_end_at_right_angles_to_each_other():
    one, two = torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 1.0])
    assert surgery.without_conflict(one, [two]) @ two == pytest.approx(0, abs=1e-6)
    assert surgery.surgery([one, two]).tolist() == pytest.approx([0.5, 1.5])


def test_what_does_not_conflict_is_summed_as_it_is():
    rows = [torch.tensor([1.0, 0.0]), torch.tensor([1.0, 1.0]), torch.tensor([0.0, 2.0])]
    assert surgery.surgery(rows).tolist() == [2.0, 3.0]
    nothing = torch.zeros(2)  # a task that has converged changes nothing, and divides by nothing
    assert surgery.surgery([rows[0], nothing]).tolist() == [1.0, 0.0]


class Two(nn.Module):
    """A shared map and a head each; a step is {task: inputs}."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.shared = nn.Linear(4, 3)
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 1), "b": nn.Linear(3, 1)})

    def forward(self, step):
        return {task: self.heads[task](self.shared(x)) for task, x in step.items()}


def losses(outputs, labels):
    found = labels.split([len(own) for own in outputs.values()])
    return {
        task: F.mse_loss(own[:, 0], wanted)
        for (task, own), wanted in zip(outputs.items(), found, strict=True)
    }


@pytest.mark.parametrize("seed", range(3))
def test_an_epoch_cuts_the_shared_gradients_and_leaves_the_heads_theirs(seed):
    draw = torch.Generator().manual_seed(seed)
    step = {task: torch.randn(5, 4, generator=draw) for task in "ab"}
    labels = torch.randn(10, generator=draw)
    model, plain = Two(), Two()
    shared = list(model.shared.parameters())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    order = torch.Generator().manual_seed(0)
    surgery.train_epoch(model, [(step, labels)], optimizer, losses, shared, order)
    rows = [
        torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, [*plain.shared.parameters()])])
        for loss in losses(plain(step), labels).values()
    ]
    expected = surgery.surgery(rows, torch.Generator().manual_seed(0))
    before = torch.cat([t.detach().reshape(-1) for t in plain.shared.parameters()])
    after = torch.cat([t.detach().reshape(-1) for t in shared])
    assert torch.allclose(after, before - 0.1 * expected, atol=1e-6)
    sum(losses(plain(step), labels).values()).backward()
    for own, other in zip(model.heads.parameters(), plain.heads.parameters(), strict=True):
        assert torch.allclose(own, other - 0.1 * other.grad, atol=1e-6)


def test_cosines_are_one_number_for_a_pair_a_layer_and_a_draw():
    model = Two()
    step = {task: torch.randn(5, 4) for task in "ab"}
    labels = torch.randn(10)
    draws = [losses(model(step), labels) for _ in range(2)]
    layers = {"weight": [model.shared.weight], "bias": [model.shared.bias]}
    found = surgery.cosines(draws, layers)
    assert found.keys() == {("a", "b", "weight"), ("a", "b", "bias")}
    for name, tensor in (("weight", model.shared.weight), ("bias", model.shared.bias)):
        one, two = (torch.autograd.grad(v, tensor)[0] for v in losses(model(step), labels).values())
        expected = float((one * two).sum() / one.norm() / two.norm())
        assert found["a", "b", name] == pytest.approx([expected] * 2, abs=1e-5)


def test_a_mean_has_an_interval():
    found = surgery.mean_and_interval([0.1, 0.3])
    assert found["value"] == pytest.approx(0.2)
    assert found["high"] - found["value"] == pytest.approx(1.96 * 0.1)
    assert found["n"] == 2
