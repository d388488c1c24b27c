"""Learning curves as pictures and as a table."""

from __future__ import annotations

import numpy as np

from mtslib.evidence.history import History
from mtslib.report.training import learning_curves


def test_pictures_and_table_hold_every_line(history):
    assert "dev loss 0.68, 3.00" in learning_curves.curves(history.table(), "toy").alt
    once = History(history.labels, history.epochs[:1])
    tried = {"long": history, "once": once}
    picture = learning_curves.compared(tried)
    assert "long, dev loss 0.68, 3.00" in picture.alt
    assert "once, dev loss 0.68" in picture.alt
    table = learning_curves.tried_table(tried, 3)
    assert list(table["trained with"]) == ["long", "once"]
    assert table["lowest dev loss"][0] == "0.68 (epoch 1)"
    assert table["last dev loss"][0] == "3.00"
    assert np.all(table["best dev accuracy"] == "0.67 (epoch 1)")
