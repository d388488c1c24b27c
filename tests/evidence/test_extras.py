"""Chapter 18's table: each way beside the plain run of its task and depth, and what is missing."""

from __future__ import annotations

import pytest

from mtslib.evidence import extras

R_DROP = {"freeze_depth": 3, "regularise": "r-drop", "regularise_weight": 5.0}


def test_before_anything_is_recorded_every_command_is_named(snapshot):
    snapshot()
    assert extras.table().empty
    assert extras.grid().empty
    commands = extras.missing()
    assert len(commands) == len(set(commands)) == 16
    assert all("--seeds 0-2" in command for command in commands)


def test_a_way_stands_beside_the_plain_runs_of_its_task_and_depth(snapshot):
    snapshot(
        ("sts", 0.80, {"freeze_depth": 3}),
        ("sts", 0.90, {"freeze_depth": 4}),
        ("sts", 0.82, R_DROP),
        ("sts", 0.84, R_DROP | {"seed": 1}),
        ("sts", 0.70, R_DROP | {"regularise_weight": 1.0}),
    )
    found = extras.table().set_index("way")
    assert list(found.index) == ["r-drop × 5", "r-drop × 1"]
    assert list(found.plain) == ["0.800", "0.800"]
    assert list(found["with it"]) == ["0.830", "0.700"]
    assert list(found.seeds) == [2, 1]
    assert [(pair.first, len(pair.second)) for pair in extras.wanted()]
    assert len(extras.missing()) == 15


def test_the_grid_holds_runs_that_differ_in_its_settings_alone(snapshot):
    changes = ({}, {"head_dropout": 0.1}, {"epochs": 6}, {"learning_rate": 3e-4})
    snapshot(
        *(("sts", 0.8 + n / 100, {"freeze_depth": 3} | own) for n, own in enumerate(changes)),
        ("sts", 0.5, R_DROP | {"head_dropout": 0.1}),
        ("sst", 0.4, {"freeze_depth": 3}),
    )
    found = extras.grid()
    assert list(found.value) == pytest.approx([0.82, 0.81, 0.80])
    assert list(found.epochs) == [6, 3, 3]


@pytest.mark.parametrize("count, expected, chance", [(1, 0.05, 0.05), (16, 0.8, 0.5599)])
def test_luck_alone(count, expected, chance):
    assert extras.by_luck(count) == pytest.approx((expected, chance), abs=1e-4)
