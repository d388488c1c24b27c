"""Chapter 16's pictures: what they draw, they say in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch

from mtslib.report.inside import change_plots, lens_plots


def by_layer(models: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {"task": task, "model": model, "place": place, "value": 0.1 * place}
        for task in ("sst", "sts")
        for model in models
        for place in range(3)
    )


def test_every_line_of_both_panels_is_told() -> None:
    drift = by_layer(("full", "freeze_depth 1"))
    likeness = drift.assign(low=drift.value - 0.05, high=drift.value + 0.05)
    alt = change_plots.change_by_layer(drift, likeness).alt
    for line in ("sst, full: 0.00, 0.10, 0.20", "sts, freeze_depth 1: 0.00, 0.10, 0.20"):
        assert alt.count(line) == 2


def test_each_token_and_whom_it_looks_at_most() -> None:
    one = torch.tensor([[0.9, 0.1], [0.2, 0.8]])
    alt = change_plots.attention_pair({"before": one, "after": 1 - one}, ["a", "b"], "layer 3").alt
    assert "before: a → a; b → b. after: a → b; b → a" in alt
    assert "layer 3" in alt


def test_what_a_transplant_costs_is_told_by_layer() -> None:
    table = pd.DataFrame([[0.0, -0.25]], index=["sst"], columns=[0, 1])
    alt = change_plots.score_cells({"the pretrained layer": table}, "change of accuracy").alt
    assert "the pretrained layer: sst +0.00, -0.25" in alt


def test_the_lens_names_the_largest_of_each_depth() -> None:
    read = np.array([[0.9, 0.1], [0.4, 0.6], [-0.1, 1.1]])
    alt = lens_plots.lens_cells({"full": read}, ("bad", "good"), split=1).alt
    assert "full: bad, good, good." in alt
    assert "after 1, where the trunk ends" in alt
    assert "trunk" not in lens_plots.lens_cells({"full": read}, ("bad", "good"), None).alt


def test_phenomena_of_one_depth() -> None:
    scores = pd.DataFrame({"phenomenon": ["turn"], "n": [9], "full": [0.5], "partial": [0.25]})
    alt = lens_plots.phenomena_bars(scores, 2, "accuracy").alt
    assert alt == ("accuracy by phenomenon at hidden_states[2]. turn: full 0.50, partial 0.25.")
