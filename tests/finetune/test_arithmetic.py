"""Weights of several teachers, combined: each way beside the same number by number."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mtslib.finetune import arithmetic
from mtslib.finetune.arithmetic import COMBINE

SHAPES = {"layers.0.weight": (4, 5), "layers.0.bias": (5,), "layers.1.weight": (3, 3)}


def weights(seed: int) -> dict[str, torch.Tensor]:
    draw = torch.Generator().manual_seed(seed)
    return {name: torch.randn(shape, generator=draw) for name, shape in SHAPES.items()}


def row(tensors) -> np.ndarray:
    return np.concatenate([tensor.numpy().ravel() for tensor in tensors.values()])


def slow_ties(start: np.ndarray, teachers: list[np.ndarray], kept: float) -> np.ndarray:
    """Number by number, as section 3 of Yadav et al. (2023) says it."""
    vectors = [own - start for own in teachers]
    for vector in vectors:
        small = np.argsort(-abs(vector))[round(kept * len(vector)) :]
        vector[small] = 0
    merged = []
    for values in zip(*vectors, strict=True):
        sign = np.sign(sum(values))
        same = [value for value in values if value and np.sign(value) == sign]
        merged.append(sum(same) / len(same) if same else 0.0)
    return start + np.array(merged)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [2, 3])
def test_each_is_what_its_paper_says(count, seed):
    base, teachers = weights(100 + seed), [weights(10 * seed + n) for n in range(count)]
    start, rows = row(base), [row(own) for own in teachers]
    assert np.allclose(row(arithmetic.average(base, teachers)), sum(rows) / count, atol=1e-6)
    summed = start + 0.3 * sum(own - start for own in rows)
    found = arithmetic.task_arithmetic(base, teachers, scale=0.3)
    assert np.allclose(row(found), summed, atol=1e-6)
    found = arithmetic.ties(base, teachers, kept=0.4)
    assert np.allclose(row(found), slow_ties(start, rows, 0.4), atol=1e-5)


def test_dare_drops_most_and_keeps_the_mean():
    base = {"w": torch.zeros(200_000)}
    teachers = [{"w": torch.ones(200_000)}]
    draw = torch.Generator().manual_seed(0)
    found = arithmetic.dare(base, teachers, dropped=0.9, scale=1.0, generator=draw)["w"]
    assert set(found.unique().round(decimals=3).tolist()) == {0.0, 10.0}
    assert float(found.mean()) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("name", COMBINE)
def test_teachers_that_never_moved_leave_the_backbone_and_nothing_is_changed(name):
    base = weights(0)
    kept = {key: tensor.clone() for key, tensor in base.items()}
    found = COMBINE[name](base, [base, base])
    assert list(found) == list(base)
    for key, tensor in found.items():
        assert tensor.shape == base[key].shape
        assert torch.allclose(tensor, base[key], atol=1e-6)
        assert torch.equal(base[key], kept[key])
