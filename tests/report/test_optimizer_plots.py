"""The small loss surface: what is drawn, and what the chapter says of it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mtslib.minbert import AdamW
from mtslib.report.training import optimizer_plots as plots

STEPS = 400


@pytest.fixture(scope="module")
def paths():
    return plots.walks(AdamW, STEPS)


def test_the_lowest_places_are_where_they_are_drawn():
    for place, decay in ((plots.LOWEST, 0.0), (plots.lowest_with_l2(), plots.DECAY)):
        weights = torch.tensor(place, requires_grad=True)
        (plots.surface(weights) + decay / 2 * weights.square().sum()).backward()
        assert weights.grad.abs().max() < 1e-6


def test_each_walk_starts_at_the_same_place_and_has_every_step(paths):
    assert list(paths) == list(plots.LOOKS)
    for path in paths.values():
        assert path.shape == (STEPS + 1, 2)
        np.testing.assert_array_equal(path[0], np.float32(plots.START))


def test_sgd_walks_as_arithmetic_says(paths):
    bend = np.array([plots.FLAT, plots.STEEP])
    expected = np.array(plots.START)
    for _ in range(7):
        expected = expected - 0.3 * (bend * (expected - plots.LOWEST) + plots.DECAY * expected)
    np.testing.assert_allclose(paths["SGD"][7], expected, rtol=1e-5)


def test_the_adamw_that_is_given_is_the_one_that_walks(paths):
    np.testing.assert_allclose(
        plots.walks(torch.optim.AdamW, STEPS)["AdamW"], paths["AdamW"], atol=1e-4
    )
    still = plots.walks(lambda params, **_: torch.optim.SGD(params, lr=0.0), 3)["AdamW"]
    assert (still == np.float32(plots.START)).all()


def test_what_the_chapter_says_of_the_three(paths):
    first = {name: np.abs(path[1] - path[0]) for name, path in paths.items()}
    assert first["SGD"][1] > 10 * first["SGD"][0]
    assert first["Adam with L2"][1] == pytest.approx(first["Adam with L2"][0], rel=1e-3)
    for name in ("SGD", "Adam with L2"):
        np.testing.assert_allclose(paths[name][-1], plots.lowest_with_l2(), atol=0.01)
    losses = {
        name: float(plots.surface(torch.from_numpy(path[-1]))) for name, path in paths.items()
    }
    assert losses["AdamW"] < losses["Adam with L2"] / 4


def test_the_picture_says_in_words_where_each_one_is(paths):
    alt = plots.contours(paths, [5, 20]).alt
    for step in (5, 20):
        assert f"After {step} steps" in alt
        for line in plots.in_words(paths, step):
            assert line in alt
    for name, rate in plots.RATES.items():
        assert f"{name} {rate}" in alt
    table = plots.table(paths, [0, 20])
    assert list(table.step) == [0] * 3 + [20] * 3
    assert table.loss[0] == f"{float(plots.surface(torch.tensor(plots.START))):.2f}"
    assert "-0.00" not in set(table.flat) | set(table.steep)
