"""Pictures of a classifier's answers: their words are the numbers they draw."""

from __future__ import annotations

import numpy as np

from mtslib.evidence import confusion
from mtslib.report.training import answer_plots


def test_the_pictures_say_what_they_draw():
    states = ["right", "won", "lost", "wrong", "lost"]
    picture = answer_plots.flip_picture(states, ["a", "a", "b", "b", "b"], "dev after epoch 2")
    assert picture.alt.startswith("dev after epoch 2.")
    assert picture.alt.endswith("In all: right 1, won 1, lost 2, wrong 1.")
    table = confusion.confusion_shares(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    picture = answer_plots.confusion_picture({"test": table}, ("no", "yes"))
    assert "Right by class, test: no 50%, yes 100%." in picture.alt


def test_phenomena_are_drawn_best_first():
    phenomena = ["plain"] * 20 + ["sarcasm"] * 20 + ["turn"] * 2
    said = np.array([0] * 18 + [1] * 2 + [0] * 3 + [1] * 17 + [0, 1])
    found = confusion.by_phenomenon(said, np.zeros(42, int), phenomena)
    picture = answer_plots.phenomenon_picture(found, 22 / 42, "All")
    assert "best first, over all 0.52: plain 0.90, turn 0.50, sarcasm 0.15" in picture.alt


def test_said_and_labelled_stand_side_by_side():
    picture = answer_plots.said_and_labelled(
        np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), ("different", "paraphrase"), "A head"
    )
    assert picture.alt.startswith("A head.")
    assert "different: said 75%, labelled 25%" in picture.alt
    assert "paraphrase: said 25%, labelled 75%" in picture.alt
    assert picture.png[:4] == b"\x89PNG"
