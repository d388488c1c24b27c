"""Chapter 01's figures: the numbers behind them are right, and their alt text says them."""

from __future__ import annotations

import pytest

from mtslib.report import batch_plots

LENGTHS = [4, 2, 8, 8, 2]
BATCHES = [[0, 1], [3, 2, 4]]


def test_every_sentence_has_a_column_of_its_own_length_and_one_of_its_batchs() -> None:
    real, longest = batch_plots.heights(LENGTHS, BATCHES)
    assert real == [4, 2, 8, 8, 2]
    assert longest == [4, 4, 8, 8, 8]


def test_the_picture_of_places_states_the_share_of_padding() -> None:
    alt = batch_plots.places(LENGTHS, BATCHES, "As it comes").alt
    assert alt.startswith("As it comes. 5 sentences side by side in 2 batches;")
    assert "Padding: 25 % of all places." in alt


@pytest.mark.parametrize(
    ("second", "share"),
    [([[1, 0], [2, 3, 4]], 1.0), ([[0, 2], [1, 3], [4]], 0.0), ([[0, 1, 2], [3, 4]], 0.5)],
)
def test_met_again_counts_pairs_in_any_order(second: list[list[int]], share: float) -> None:
    assert batch_plots.met_again(BATCHES, second) == pytest.approx(share)


def test_lines_by_pool_put_every_number_into_words() -> None:
    picture = batch_plots.by_pool([1, 8], {"sst": [0.4, 0.06]}, {"sst": [0.03, 0.1]})
    assert picture.alt == (
        "Two panels against pools of 1, 8 batches. padding, sst: 40 %, 6 %; "
        "meeting again, sst: 3 %, 10 %."
    )
