"""Chapter 05's figure: cosines of pairs by depth and pooling, and their words."""

from __future__ import annotations

import pytest
import torch

from mtslib.data.batching import Inputs
from mtslib.minbert import BertConfig, BertModel
from mtslib.report.inside import pooling_plots


@pytest.fixture
def model() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(30, hidden_size=24, num_layers=2, num_heads=3, intermediate_size=32)
    return BertModel(config).eval()


def inputs(rows: list[list[int]]) -> Inputs:
    ids = torch.tensor(rows)
    return Inputs(ids, (ids > 0).long(), torch.zeros_like(ids))


def test_a_pair_of_equal_sentences_has_cosine_one_and_each_pair_stays_a_pair(
    model: BertModel,
) -> None:
    found = pooling_plots.pair_cosines(model, inputs([[3, 5, 7], [3, 5, 7], [3, 8, 0], [3, 9, 4]]))
    assert len(found) == len(model.layers) + 1
    for state in found:
        assert set(state) == {"[CLS]", "mean"}
        for values in state.values():
            assert len(values) == 2
            assert values[0] == pytest.approx(1, abs=1e-6)
    assert found[-1]["mean"][1] < 0.999
    assert found[0]["[CLS]"][1] == pytest.approx(1), "before any layer [CLS] knows no neighbour"


def test_padding_does_not_change_a_cosine(model: BertModel) -> None:
    short = pooling_plots.pair_cosines(model, inputs([[3, 5, 7], [3, 8, 4]]))
    padded = pooling_plots.pair_cosines(model, inputs([[3, 5, 7, 0], [3, 8, 4, 0]]))
    for a, b in zip(short, padded, strict=True):
        assert a["mean"] == pytest.approx(b["mean"], abs=1e-5)


def test_the_gap_is_positive_where_a_threshold_parts_the_pairs() -> None:
    assert pooling_plots.gap([0.9, 0.8, 0.3, 0.5], 2) == pytest.approx(0.3)
    assert pooling_plots.gap([0.9, 0.4, 0.5], 2) == pytest.approx(-0.1)


def test_the_bars_say_what_they_show() -> None:
    cosines = {"[CLS]": [0.96, 0.54], "mean": [0.71, 0.32]}
    alt = pooling_plots.pair_bars(cosines, ["rain", "kettle"], 1, 6).alt
    assert "hidden_states[6]" in alt
    assert "first 1 pairs mean the same" in alt
    assert alt.endswith("rain: [CLS] 1.0, mean 0.7; kettle: [CLS] 0.5, mean 0.3.")
