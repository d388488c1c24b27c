"""Chapter 01's figures: the numbers behind them are right, and their alt text says them."""

from __future__ import annotations

import pytest

from mtslib.report.inside import batch_plots

LENGTHS = [4, 2, 8, 8, 2]
BATCHES = [[0, 1], [3, 2, 4]]


def test_every_sentence_has_a_column_of_its_own_length_and_one_of_its_batchs() -> None:
    real, longest = batch_plots.heights(LENGTHS, BATCHES)
    assert real == [4, 2, 8, 8, 2]
    assert longest == [4, 4, 8, 8, 8]


def test_the_picture_of_places_states_the_share_of_padding() -> None:
    alt = batch_plots.places(LENGTHS, {1: BATCHES, 2: [[1, 4], [0, 2, 3]]}).alt
    assert alt.startswith("5 sentences side by side in 2 batches: tokens blue, padding orange")
    assert "pools of 1 batch, padding 25 % of all places; pools of 2 batches, padding 14 %" in alt


def test_the_slider_counts_places_against_pools_of_one_batch() -> None:
    sorted_batches = [[1, 4], [0, 2, 3]]
    epochs = {1: (BATCHES, BATCHES), 2: (sorted_batches, [[1, 0], [2, 3, 4]])}
    picture, lines = batch_plots.pool_view(LENGTHS, epochs.__getitem__)("2")
    assert "pools of 2 batches, padding 14 %" in picture.alt
    assert lines == (
        "pools of 2 batches",
        "padding: 14 % of all places",
        "places to compute: 88 % of those with pools of 1",  # 28 of 32
        "neighbours that meet again: 25 % of all pairs",  # 2 and 3, of four pairs
    )


@pytest.mark.parametrize(
    ("second", "share"),
    [([[1, 0], [2, 3, 4]], 1.0), ([[0, 2], [1, 3], [4]], 0.0), ([[0, 1, 2], [3, 4]], 0.5)],
)
def test_met_again_counts_pairs_in_any_order(second: list[list[int]], share: float) -> None:
    assert batch_plots.met_again(BATCHES, second) == pytest.approx(share)


def test_lines_by_pool_put_every_number_into_words() -> None:
    picture = batch_plots.by_pool([1, 8], {"sst": [0.4, 0.06]}, {"sst": [0.03, 0.1]}, chance=0.02)
    assert picture.alt == (
        "Two panels against pools of 1, 8 batches. padding, sst: 40 %, 6 %; "
        "meeting again, sst: 3 %, 10 %; by chance 2 %."
    )
