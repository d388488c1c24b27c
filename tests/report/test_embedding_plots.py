"""Chapter 02's figures: what they draw is what was computed, and they say it in words."""

from __future__ import annotations

import pytest
import torch

from mtslib.report.inside import embedding_plots as figures

# Three sentences, two depths, two features: at depth 0 all alike, at depth 1 the last turned.
STATES = torch.tensor(
    [
        [[1.0, 0.0], [2.0, 0.0]],
        [[3.0, 0.0], [1.0, 0.0]],
        [[1.0, 0.0], [0.0, 5.0]],
    ]
)
SENSES = ["river", "river", "money"]
NAMES = ["river 1", "river 2", "money 1"]


def test_positions_are_compared_by_their_cosine() -> None:
    table = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0], [-1.0, 0.0]])
    cosines = figures.position_cosines(table, (0, 2), upto=4)
    assert list(cosines.columns) == ["position 0", "position 2"]
    assert cosines["position 0"].tolist() == pytest.approx([1, 0, 0.5**0.5, -1])
    alt = figures.position_lines(cosines).alt
    assert "position 0: 0.71 at 2; position 2: 0.71 at 0" in alt


def test_senses_are_averaged_over_pairs_of_sentences() -> None:
    study = figures.sense_study(STATES, SENSES)
    assert study.index.tolist() == [0, 1]
    assert study[figures.SAME].tolist() == pytest.approx([1, 1])
    assert study[figures.OTHER].tolist() == pytest.approx([1, 0], abs=1e-6)
    assert "1: 1.00 and 0.00" in figures.sense_lines(study, "bank").alt


def test_the_matrix_says_which_sentence_is_nearest_to_which() -> None:
    picture, lines = figures.sense_matrix(STATES, 1, NAMES, SENSES)
    assert lines[0] == "hidden_states = 1"
    assert lines[1:3] == [
        "river 1 is nearest to river 2 (1.00, same)",
        "river 2 is nearest to river 1 (1.00, same)",
    ]
    assert lines[3].startswith("money 1 is nearest to river")
    assert lines[3].endswith("(0.00, other)")
    assert all(line in picture.alt for line in lines)
