"""Chapter 18's picture says in words what its bars show."""

from __future__ import annotations

import pytest

from mtslib.report.training.shift_plots import belief_bars

ROWS = {"as it is": [0.7, 0.3], "by chance": [0.68, 0.32], "the worst": [0.2, 0.8]}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_share_and_the_title_are_told(count):
    shown = dict(list(ROWS.items())[:count])
    picture = belief_bars(shown, ("bad", "good"), "radius 0.1")
    for who, (bad, good) in shown.items():
        assert f"{who}: bad {bad:.0%}, good {good:.0%}" in picture.alt
    assert "2 classes, radius 0.1" in picture.alt
