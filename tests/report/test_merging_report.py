"""Chapter 11's sliders and its Table 2: what they count is true, and what is missing says so."""

from __future__ import annotations

import re

import pytest

from mtslib.evidence import contrasts, taps
from mtslib.evidence.comparison import Difference
from mtslib.evidence.recorded import recorded_runs
from mtslib.minbert import BertConfig
from mtslib.report.merging import house_slider, table2

CONFIG = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)
MIXED = {"sst": 4, "quora": 3, "sts": 2}
STEMS = {"sst": "ids-sst-train", "sts": "sts-train", "quora": "quora-train-part"}


# The sliders -------------------------------------------------------------------------------------


def test_each_step_draws_another_house_and_says_its_taps():
    slider = house_slider.house_slider(CONFIG)
    pages = {step: slider.frame(step) for step in slider.control.options}
    alts = [re.search(r'<img alt="([^"]*)"', page)[1] for page in pages.values()]
    assert len(set(alts)) == len(house_slider.STEPS)
    for (step, depths), alt in zip(house_slider.steps().items(), alts, strict=True):
        assert f"taps = {step.replace(' · ', ',')} (sst, quora, sts)" in pages[step]
        assert ", ".join(f"{task} at {depth}" for task, depth in depths.items()) in alt


def test_a_tap_that_moves_beyond_all_others_saves_nothing():
    def held(step: str) -> str:
        return house_slider.house_lines(CONFIG, house_slider.steps()[step])[1]

    for before, after in (("0 · 0 · 0", "2 · 0 · 0"), ("2 · 2 · 2", "4 · 2 · 2")):
        assert held(before) == held(after)
    assert held("2 · 2 · 0") != held("2 · 2 · 2")


def test_the_lines_count_layers_and_work_for_each_kind_of_input():
    """By hand, taps at 4, 3 and 2 of six: a trunk of 4, branches of 2, 3 and 4."""
    lines = house_slider.house_lines(CONFIG, MIXED)
    assert lines[1] == "encoder layers held: 13 of 18"
    assert lines[3] == "layers run, one text for all: 13 of 18"
    assert lines[4] == "layers run, a sentence and a pair: 16 of 18"  # 4 + 2, and 3 + 3 + 4
    assert lines[5] == "layers run, a text for each task: 18 of 18"


@pytest.mark.parametrize("depth", range(7))
def test_a_text_for_each_task_saves_no_layer_run_at_any_tap(depth):
    (row,) = house_slider.house_table(CONFIG, [dict.fromkeys(MIXED, depth)]).to_dict("records")
    assert row["work, a text for each task"] == "100%"
    assert row["work, one text for all"] == f"{(18 - 2 * depth) / 18:.0%}"
    assert row["layers held"] == f"{18 - 2 * depth} of 18"


# Table 2 -----------------------------------------------------------------------------------------


@pytest.fixture
def worked_out(monkeypatch) -> dict:
    """{Contrast: difference}, as if it had been worked out where the labels are."""
    found: dict = {}
    monkeypatch.setattr(contrasts, "find", found.get)
    return found


def recorded(snapshot, held_out: dict[str, tuple[float, ...]]) -> None:
    """Dev runs of full (.800) and of three depths (.790), and held-out runs as given."""
    runs: list[tuple] = []
    for task in taps.TASKS:
        runs.append((task, 0.8, {"freeze_depth": None}))
        runs.append((task, 0.3, {"freeze_depth": 6, "epochs": 0}))
        runs += [(task, 0.79, {"freeze_depth": depth}) for depth in (2, 3, 4)]
        file = {"dataset": f"held-out-{task}", "dev_file": f"{STEMS[task]}-held-out.csv"}
        scored = zip(taps.CANDIDATES, held_out.get(task, ()), strict=False)
        runs += [(task, score, {"freeze_depth": int(depth), **file}) for depth, score in scored]
    snapshot(*runs)


def test_without_held_out_runs_no_tap_is_made_up(snapshot):
    recorded(snapshot, {"sst": (0.8, 0.8)})
    assert table2.not_chosen_yet()[0] == "sst: not chosen yet, no held-out run at freeze_depth 4, 5"
    assert list(table2.choice().chosen) == ["not yet"] * 3
    table = table2.table().set_index("row")
    assert (table.loc[table2.MERGED] == "not measured").all()
    assert table.loc["full"].str.startswith("0.800 [").all()
    assert table.loc["base, untrained head"].str.startswith("0.300 [").all()
    assert list(table2.shares().task) == ["not measured"]


def test_table_2_holds_the_recorded_runs_of_the_chosen_taps(snapshot, worked_out):
    scores = {"sst": (0.5, 0.5, 0.4, 0.4), "sts": (0.5, 0.4, 0.4, 0.4), "quora": (0.5, 0.5, 0.5, 0)}
    recorded(snapshot, scores)
    assert table2.not_chosen_yet() == []
    assert list(table2.choice().chosen) == ["3", "2", "4"]
    merged = table2.table().set_index("row").loc[table2.MERGED]
    assert [cell[-5:] for cell in merged] == [" at 3", " at 2", " at 4"]
    by_key = dict(iter(recorded_runs().groupby(["task", "freeze_depth"])))
    errors = {"sst": ("3", 0.02), "sts": ("2", 0.0001), "quora": ("4", 0.001)}
    for task, (depth, error) in errors.items():
        pair = contrasts.contrast(by_key[task, depth], by_key[task, "full"])
        value = -0.002 if task == "quora" else -0.016
        worked_out[pair] = Difference.of_error(value, error, 1e6, n=1000, seeds=3)
    shares = table2.shares().set_index("task")
    assert list(shares["share of full"]) == ["98.0%", "98.0%", "99.8%", "98.6%"]
    assert list(shares["99% reached"])[:3] == ["cannot be told", "no", "yes"]
    assert shares.verdict["sts"] == "worse than full"
    assert shares.verdict["quora"] == "equivalent to full within 0.01"
    assert shares["the paper"]["sst"] == "99.4%"
