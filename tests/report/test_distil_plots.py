"""Chapter 15's picture and table: softened beliefs, and what T² keeps."""

from __future__ import annotations

import pytest
import torch

from mtslib.finetune.distil import distilling_loss
from mtslib.minbert import BertConfig
from mtslib.report import plots
from mtslib.report.training import distil_plots
from mtslib.serving import accounting

TEACHER, STUDENT = torch.tensor([2.0, 0.0, -1.0]), torch.tensor([0.5, 0.4, 0.0])


def test_a_picture_says_every_share():
    picture = distil_plots.softened_bars(TEACHER, STUDENT, 2.0, ("a", "b", "c"))
    for logits in (TEACHER, STUDENT):
        for name, share in zip("abc", distil_plots.softened(logits, 2.0), strict=True):
            assert f"{name} {share:.0%}" in picture.alt
    assert "temperature 2" in picture.alt


def test_with_t_squared_the_pull_stays_without_it_it_vanishes():
    found = distil_plots.temperature_table(TEACHER, STUDENT, (1.0, 20.0, 40.0), distilling_loss)
    kept = found["pull"].astype(float)
    assert kept[2] == pytest.approx(kept[1], rel=0.02)
    assert float(found["pull without T²"][2]) < 0.01 * kept[2]


def test_a_short_branch_is_drawn_and_counted_short():
    short = plots.merged_diagram(6, {"sst": 3, "sts": 5}, {"sst": 1})
    assert "sst at 3 with 1, sts at 5." in short.alt
    config = BertConfig(hidden_size=384, num_layers=6, num_heads=12, intermediate_size=1536)
    outputs = {"sst": 5, "sts": 6}
    cost = accounting.merged(config, outputs, {"sst": 3, "sts": 5}, 40, {"sst": 1})
    assert cost.layers == 5 + 1 + 1
    whole = accounting.merged(config, outputs, {"sst": 3, "sts": 5}, 40)
    assert whole.parameters - cost.parameters == 2 * accounting.layer_parameters(config)
