"""How long each depth would take: no clock is compared, only what follows from its readings."""

from __future__ import annotations

import pytest
from own_tasks import EVERY_TASK

from mtslib.finetune import depth_seconds as module
from mtslib.finetune import settings
from mtslib.finetune.depth_seconds import WASTE, depth_seconds


@pytest.mark.parametrize("task", EVERY_TASK)
def test_every_depth_has_its_time(backbone_folder, task):
    chosen = settings(EVERY_TASK[task], backbone=str(backbone_folder))
    found = depth_seconds(chosen, {"train": [5, 9], "dev": [7]}, {"train": 100, "dev": 20})
    assert list(found) == [None, 0, 1, 2, 3]
    assert all(seconds > 0 for seconds in found.values())


def test_the_trunk_counts_once_and_the_branch_in_every_epoch(backbone_folder, monkeypatch):
    step, forward = 5.0, 2.0
    monkeypatch.setattr(module, "_seconds_per_token", lambda *_: (step, forward))
    chosen = settings("sst", backbone=str(backbone_folder), epochs=3)
    found = depth_seconds(chosen, {"train": [10], "dev": [10]}, {"train": 6, "dev": 3})
    train, dev = 60, 30
    assert found[None] == found[0] == pytest.approx(WASTE * (3 * train * step + dev * forward))
    assert found[3] == pytest.approx(WASTE * (train + dev) * forward)  # the head alone
    one = ((train + dev) * forward * 2 + 3 * train * step + dev * forward) / 3
    assert found[2] == pytest.approx(WASTE * one)
