"""Learning curves as pictures and as a table."""

from __future__ import annotations

import numpy as np
import torch

from mtslib.evidence.history import History
from mtslib.report.training import learning_curves


def _history() -> History:
    """Two epochs on dev, three sentences: first undecided, then sure, and wrong about the last."""
    labels = torch.tensor([0, 1, 1])
    sure = torch.tensor([[9.0, 0.0], [0.0, 9.0], [9.0, 0.0]])
    soft = torch.tensor([[0.1, 0.0], [0.1, 0.0], [0.0, 0.1]])
    history = History({"train": labels, "dev": labels})
    history.add(train=soft, dev=soft)
    history.add(train=sure * torch.tensor([[1.0], [1.0], [-1.0]]), dev=sure.to(torch.bfloat16))
    return history


def test_pictures_and_table_hold_every_line():
    history = _history()
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
