"""Chapter 03's figures: what they draw is what was computed, and they say it in words."""

from __future__ import annotations

import math

import pytest
import torch

from mtslib.report.inside import attention_plots as figures


def test_equal_weights_have_the_largest_entropy_and_one_choice_has_none() -> None:
    equal = torch.full((8,), 1 / 8, dtype=torch.float64)
    choice = torch.eye(8, dtype=torch.float64)[2]
    assert figures.entropy(equal).item() == pytest.approx(math.log(8))
    assert figures.entropy(choice).item() == 0
    assert figures.gradient(choice).item() == 0


def test_the_gradient_is_the_norm_of_the_jacobian_that_autograd_finds() -> None:
    scores = torch.tensor([0.3, -1.0, 2.0, 0.5], dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda s: s.softmax(-1), scores)
    assert figures.gradient(scores.softmax(-1)).item() == pytest.approx(jacobian.norm().item())


@pytest.mark.parametrize("size", [4, 64])
def test_random_scores_have_the_variance_that_the_chapter_names(size: int) -> None:
    weights = figures.random_weights(size, 4000, scaled=False)
    assert weights.shape == (4000, figures.KEYS)
    assert torch.allclose(weights.sum(-1), torch.ones(4000, dtype=torch.float64))
    differences = weights.log()[:, 0] - weights.log()[:, 1]  # of two scores: variance 2 D
    assert differences.var().item() == pytest.approx(2 * size, rel=0.15)


def test_divided_by_the_root_both_curves_stay_level_and_not_divided_both_fall() -> None:
    study = figures.softmax_study(draws=500)
    scaled = study[study.scores == figures.SCALED].set_index("D")
    bare = study[study.scores == figures.BARE].set_index("D")
    assert list(scaled.index) == list(bare.index) == list(figures.SIZES)
    assert (scaled.entropy[1:] - scaled.entropy[256]).abs().max() < 0.2
    assert scaled.gradient.min() > 0.3
    assert bare.entropy.is_monotonic_decreasing
    assert bare.largest.is_monotonic_increasing
    assert scaled.largest.max() < 0.6
    assert bare.gradient[256] < 0.02 < bare.gradient[32]
    assert scaled.loc[1].entropy == bare.loc[1].entropy, "at D = 1 there is nothing to divide by"
    alt = figures.softmax_curves(study).alt
    assert f"the entropy falls from {bare.entropy[1]:.1f} to {bare.entropy[256]:.1f}" in alt


def test_one_position_of_the_slider_says_what_the_table_says() -> None:
    study = figures.softmax_study()
    row = study[(study.D == 64) & (study.scores == figures.BARE)].iloc[0]
    picture, lines = figures.softmax_bars(64)
    assert lines[0] == "head size D = 64"
    assert f"entropy {row.entropy:.2f}, gradient {row.gradient:.2f}" in lines[2]
    assert all(line in picture.alt for line in lines)


def test_one_query_keeps_its_weights_if_divided_and_sharpens_if_not() -> None:
    divided = [figures.one_query(size, scaled=True) for size in figures.SIZES]
    assert all(torch.equal(weights, divided[0]) for weights in divided)
    bare = torch.stack([figures.one_query(size, scaled=False) for size in figures.SIZES])
    assert torch.equal(bare[0], divided[0]), "at D = 1 there is nothing to divide by"
    assert len(set(bare.argmax(-1).tolist())) == 1
    assert (bare.amax(-1).diff() > 0).all()


def test_the_padding_bar_holds_all_padding_together() -> None:
    bare = torch.tensor([0.5, 0.2, 0.1, 0.1, 0.1])
    masked = torch.tensor([0.7, 0.3, 0.0, 0.0, 0.0])
    picture, lines = figures.padding_bars(bare, masked, ["[CLS]", "[SEP]"], 3, (0.91, 1.0))
    assert lines == [
        "padding tokens = 3",
        "no mask: padding gets 30%; cosine with the unpadded output 0.91",
        "with the mask: padding gets 0%; cosine with the unpadded output 1.00",
    ]
    assert lines[1] in picture.alt


def test_the_attention_map_names_what_each_token_looks_at_most():
    weights = torch.tensor([[0.1, 0.9, 0.0], [0.5, 0.2, 0.3], [0.2, 0.2, 0.6]])
    picture = figures.attention_map(weights, ["[CLS]", "a", "film"], "Layer 3, head 1")
    assert picture.alt == (
        "Layer 3, head 1. Each token and the token it looks at most: "
        "[CLS] → a; a → [CLS]; film → film."
    )
    other = figures.attention_map(weights.T.contiguous(), ["[CLS]", "a", "film"], "Layer 3, head 1")
    assert other.png != picture.png
    marked = figures.attention_map(weights, ["[CLS]", "a", "film"], "Layer 3, head 1", (1, 2))
    assert marked.alt == picture.alt + " Outlined: a → film, 0.30."
    assert marked.png != picture.png
