"""The fast dropout is `nn.Dropout` in everything but its random stream."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from mtslib.finetune.dropout import FastDropout, keep_mask, with_fast_dropout
from mtslib.finetune.run import prepare
from mtslib.minbert.attention import SelfAttention
from mtslib.minbert.model import Parts

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("p", [0.01, 0.1, 0.3, 0.5, 0.9])
def test_it_drops_at_its_rate_and_keeps_the_expectation(p, seed):
    torch.manual_seed(seed)
    count = 2_000_000
    mask = keep_mask((count,), p, torch.float64)
    dropped = (mask == 0).double().mean().item()
    deviation = math.sqrt(p * (1 - p) / count)
    assert abs(dropped - p) < 4.5 * deviation + 2**-17
    assert mask.mean().item() == pytest.approx(1, abs=5 * deviation / (1 - p))
    values = mask.unique()
    assert len(values) == 2
    assert values[1].item() == pytest.approx(1 / (1 - p), rel=2**-16 / (1 - p))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("apart", [1, 2, 3, 4, 5, 8, 64, 384])
def test_no_number_knows_of_another(apart, seed):
    """Four numbers share a random word; neither they nor the words may be correlated."""
    torch.manual_seed(seed)
    mask = keep_mask((1_000_000,), 0.3, torch.float64)
    normed = (mask - mask.mean()) / mask.std()
    correlation = (normed[apart:] * normed[:-apart]).mean().item()
    assert abs(correlation) < 4.5 / math.sqrt(len(mask))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_of_the_four_numbers_in_a_word_is_dropped_alike(seed):
    torch.manual_seed(seed)
    dropped = (keep_mask((500_000, 4), 0.1, torch.float32) == 0).float().mean(0)
    deviation = math.sqrt(0.1 * 0.9 / 500_000)
    assert (dropped - 0.1).abs().max().item() < 4.5 * deviation


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(1,), (3, 5), (2, 3, 7, 7), (0, 4)])
def test_output_and_gradient_are_zero_at_the_same_places(shape, dtype):
    torch.manual_seed(0)
    x = (torch.rand(shape, dtype=dtype) + 1).requires_grad_()
    out = FastDropout(0.4)(x)
    assert out.shape == x.shape
    assert out.dtype == dtype
    out.sum().backward()
    assert torch.equal(out == 0, x.grad == 0)
    kept = out != 0
    torch.testing.assert_close(out[kept], (x * x.grad)[kept])
    expected = torch.full_like(x.grad[kept], 1 / 0.6)
    torch.testing.assert_close(x.grad[kept], expected, rtol=1e-2, atol=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_draws_the_same_mask_and_the_next_call_another(seed):
    part, x = FastDropout(0.5), torch.ones(50, 7)
    torch.manual_seed(seed)
    first, second = part(x), part(x)
    torch.manual_seed(seed)
    assert torch.equal(part(x), first)
    assert not torch.equal(first, second)


@pytest.mark.parametrize("p", [0.0, 0.2, 1.0])
def test_in_eval_mode_and_at_the_ends_it_is_what_nn_dropout_is(p):
    x = torch.randn(4, 6)
    assert torch.equal(FastDropout(p).eval()(x), x)
    if p != 0.2:
        assert torch.equal(FastDropout(p)(x), nn.Dropout(p)(x))


@pytest.mark.parametrize("p", [1e-7, 1 - 1e-7])
def test_rates_next_to_the_ends_give_finite_numbers(p):
    assert FastDropout(p)(torch.ones(1000)).isfinite().all()


def test_every_dropout_of_a_run_is_fast_with_its_rate_kept(tiny, data_folder):
    run = prepare(tiny(head_dropout=0.37, encoder_dropout=0.11), data_folder, progress=False)
    places = {n: m for n, m in run.model.named_modules() if isinstance(m, nn.Dropout)}
    assert {type(place) for place in places.values()} == {FastDropout}
    assert {place.p for name, place in places.items() if "head" in name} == {0.37}
    assert {place.p for name, place in places.items() if "head" not in name} == {0.11}


def test_a_frozen_trunk_stays_in_eval_mode():
    part = nn.Sequential(nn.Dropout(0.5)).eval()
    assert not with_fast_dropout(part)[0].training


def test_foreign_parts_keep_the_dropout_they_came_with(tiny, data_folder):
    class Own(SelfAttention):
        """A part of the learner's."""

    run = prepare(tiny(), data_folder, progress=False, parts=Parts(attention=Own))
    places = [m for m in run.model.modules() if isinstance(m, nn.Dropout)]
    assert {type(place) for place in places} == {nn.Dropout}
