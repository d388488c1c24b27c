"""Chapter 03's drawing names what it shows, and cuts the features into equal heads."""

from __future__ import annotations

from mtslib.report.inside import heads_diagram as drawing


def test_the_heads_hold_all_features_and_the_words_say_how_many() -> None:
    alt = drawing.heads_diagram().alt
    assert f"{drawing.HEADS} heads of {drawing.SIZE}" in alt
    assert f"{drawing.HEADS * drawing.SIZE} features" in alt
    assert len(drawing.LOOKS) == drawing.HEADS
    assert len({look.hatch for look in drawing.LOOKS}) == drawing.HEADS  # not by colour alone
