"""Chapter 16's measures: what debiased CKA does not see, and what it must; a probe; settling."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import Ridge

from mtslib.evidence.inside import cka_interval, cka_without_each, lens, linear_cka, settled

SEEDS = (0, 1, 2)


def random_states(seed: int, rows: int = 40, size: int = 12) -> torch.Tensor:
    return torch.randn(rows, size, generator=torch.Generator().manual_seed(seed))


def biased_cka(first: torch.Tensor, second: torch.Tensor) -> float:
    """The first form (Kornblith et al., 2019, section 3): |Yᵀ X|² / (|Xᵀ X| · |Yᵀ Y|)."""
    x, y = (states - states.mean(0) for states in (first, second))
    return float((y.T @ x).square().sum() / ((x.T @ x).norm() * (y.T @ y).norm()))


def slow_hsic(x: torch.Tensor, y: torch.Tensor) -> float:
    """The mean over all quadruples of different rows, which the unbiased estimate abbreviates."""
    k, l, n = (x @ x.T).tolist(), (y @ y.T).tolist(), len(x)  # noqa: E741
    found = [
        k[a][b] * (l[a][b] + l[c][d] - 2 * l[a][c])
        for a in range(n)
        for b in range(n)
        for c in range(n)
        for d in range(n)
        if len({a, b, c, d}) == 4
    ]
    return float(np.mean(found))


@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_the_mean_over_quadruples_of_rows(seed):
    x = random_states(seed, 7, 3).double()
    y = x[:, :2] + 0.5 * random_states(seed + 9, 7, 2)
    own = slow_hsic(x, x) * slow_hsic(y, y)
    assert linear_cka(x, y) == pytest.approx(slow_hsic(x, y) / own**0.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_rotation_scale_shift_and_the_order_of_rows_do_not_move_it(seed):
    first, second = random_states(seed), random_states(seed)[:, :5] + random_states(seed + 1)[:, :5]
    found = linear_cka(first, second)
    turned = first @ torch.linalg.qr(random_states(seed + 2, 12)).Q
    order = torch.randperm(40, generator=torch.Generator().manual_seed(seed))
    for other in (turned, 30 * first, first + 100):
        assert linear_cka(other, second) == pytest.approx(found, abs=1e-4)
    assert linear_cka(first[order], second[order]) == pytest.approx(found)
    assert linear_cka(first[order], second) != pytest.approx(found, abs=0.05)
    assert linear_cka(first, first) == pytest.approx(1)
    assert linear_cka(first, turned) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("rows", [12, 40])
def test_independent_states_are_about_0_where_the_first_form_is_near_1(rows):
    pairs = [(random_states(s, rows, 200), random_states(s + 50, rows, 200)) for s in range(20)]
    assert abs(np.mean([linear_cka(*pair) for pair in pairs])) < 0.05
    assert min(biased_cka(*pair) for pair in pairs) > 0.8


def test_too_few_rows_and_rows_without_a_partner_are_refused():
    with pytest.raises(ValueError, match="3 and 3 rows; expected as many, 4 or more"):
        linear_cka(random_states(0, 3), random_states(1, 3))
    with pytest.raises(ValueError, match="40 and 39 rows"):
        linear_cka(random_states(0), random_states(1)[1:])


def test_the_interval_holds_what_another_draw_of_rows_gives():
    rows, inside = 60, 0
    shared = random_states(1, 3000, 12)
    other = shared @ random_states(2, 12, 12) + 2 * random_states(3, 3000, 12)
    truth = linear_cka(shared, other)
    for start in range(0, 3000, rows):
        found = cka_interval(shared[start : start + rows], other[start : start + rows])
        inside += found.low <= truth <= found.high
    assert inside >= 0.85 * 3000 / rows


def test_one_moved_row_decides_and_is_found():
    first = random_states(0)
    second = first.clone()
    second[17] += 300
    assert linear_cka(first, second) < 0.2
    found = cka_without_each(first, second)
    assert int(np.argmax(found)) == 17
    assert found[17] == pytest.approx(1)


@pytest.mark.parametrize("strength", [0.01, 1.0])
def test_the_lens_is_ridge_regression(strength):
    states, targets, others = random_states(0) + 3, random_states(1, 40, 3) - 1, random_states(2, 9)
    penalty = strength * float((states - states.mean(0)).square().sum(0).mean())
    wanted = Ridge(alpha=penalty).fit(states, targets).predict(others)
    assert np.allclose(lens(states, targets, others, strength), wanted, atol=1e-4)
    assert torch.allclose(  # whatever the size of the states
        lens(50 * states, targets, 50 * others, strength),
        lens(states, targets, others, strength),
        atol=1e-4,
    )


def test_an_answer_settles_where_it_changes_for_the_last_time():
    answers = np.array([[1, 0, 2, 0], [1, 2, 2, 2], [1, 0, 2, 0], [1, 0, 3, 1]])
    assert settled(answers).tolist() == [0, 2, 3, 3]
    assert settled(answers, near=1).tolist() == [0, 2, 0, 0]
