"""Chapter 04's figures: the numbers behind them are right, and their alt text says them."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mtslib.data.batching import Inputs
from mtslib.minbert import BertConfig, BertModel
from mtslib.report.inside import layer_plots


@pytest.fixture
def model() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(30, hidden_size=24, num_layers=2, num_heads=3, intermediate_size=32)
    return BertModel(config).eval()


@pytest.fixture
def inputs() -> Inputs:
    ids = torch.tensor([[3, 7, 11, 2, 0]])
    return Inputs(ids, torch.tensor([[1, 1, 1, 1, 0]]), torch.zeros_like(ids))


def test_token_likeness_is_the_mean_cosine_of_two_different_tokens() -> None:
    same, across = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 5.0])
    assert layer_plots.token_likeness(torch.stack([same, 3 * same])[None]) == pytest.approx(1)
    assert layer_plots.token_likeness(torch.stack([same, across])[None]) == pytest.approx(0)
    three = torch.stack([same, across, same])[None]
    assert layer_plots.token_likeness(three) == pytest.approx(1 / 3)


def test_stream_size_is_the_root_of_the_mean_square() -> None:
    assert layer_plots.stream_size(torch.tensor([[[3.0, -4.0]]])) == pytest.approx(12.5**0.5)


def test_without_dropout_a_sentence_is_like_itself_and_more_dropout_makes_it_less_so(
    model: BertModel, inputs: Inputs
) -> None:
    none, some, most = (layer_plots.likeness_under_dropout(model, inputs, r) for r in (0, 0.2, 0.8))
    assert len(none) == len(model.layers) + 1
    assert none == pytest.approx([1, 1, 1])
    assert all(a > b > c for a, b, c in zip(none, some, most, strict=True))
    assert some == layer_plots.likeness_under_dropout(model, inputs, 0.2), "seeded"


def test_the_model_is_left_as_it_was(model: BertModel, inputs: Inputs) -> None:
    before = model(*inputs).pooler_output
    layer_plots.likeness_under_dropout(model, inputs, 0.9)
    assert not model.training
    assert {m.p for m in model.modules() if isinstance(m, nn.Dropout)} == {0.1}
    assert torch.equal(model(*inputs).pooler_output, before)


def test_the_gelu_picture_states_the_largest_difference() -> None:
    x = torch.linspace(-8, 8, 100_001, dtype=torch.float64)
    off = (F.gelu(x, approximate="tanh") - F.gelu(x)).abs()
    alt = layer_plots.gelu_picture().alt
    assert f"at most {float(off.max()):.4f}, near x = {abs(float(x[off.argmax()])):.1f}" in alt


def test_lines_by_depth_put_every_number_into_words() -> None:
    picture = layer_plots.by_depth(
        {"one": [0.0, -0.01, 2.26], "two": [1, 1, 1]}, "size", "T", (0, 3)
    )
    assert picture.alt.endswith("one: 0.0, 0.0, 2.3; two: 1.0, 1.0, 1.0.")
    assert picture.alt.startswith("T. The size from hidden_states[0] up.")
