"""Chapter 09: the rate of a depth is the one that the recorded runs on a fifth of train choose."""

from __future__ import annotations

import pytest

from mtslib.data import presets
from mtslib.evidence import rates, results
from mtslib.evidence.recorded import recorded_scores


def test_the_presets_rates_are_those_that_were_chosen():
    first = presets.LAPTOP["learning_rate"]
    chosen = {layers: rate for layers, rate in rates.chosen().items() if rate != first}
    assert chosen == presets.CHOSEN
    table = rates.tried()
    for layers, own in table.groupby("trained layers"):
        assert tuple(own.rate) == presets.TRIED[layers], "all of them shown"


def test_no_run_of_the_choice_stands_in_a_table_of_scores():
    shown = recorded_scores()
    assert set(shown.n) & {1101, 863, 20212} == set(shown.n), "the course's dev files, whole"


@pytest.mark.parametrize(
    "means, chosen",
    [
        ({1e-4: 0.30, 1e-3: 0.40, 1e-2: 0.35}, 1e-3),
        ({1e-4: 0.395, 1e-3: 0.40, 1e-2: 0.35}, 1e-4),
        ({1e-4: 0.30, 1e-3: 0.395, 1e-2: 0.40, 1e-1: 0.39}, 1e-3),
        ({1e-4: 0.30, 1e-3: 0.38, 1e-2: 0.40}, None),  # a larger one may be better still
    ],
)
def test_a_larger_rate_has_to_earn_its_place(means, chosen):
    assert rates.best(means) == chosen


def test_sets_are_told_by_their_file_and_only_whole_columns_count(snapshot):
    def at(rate: float, **changes) -> dict:
        return {"freeze_depth": 6, "learning_rate": rate, "dataset": "held-out-1", **changes}

    real, own = (
        {"dev_file": f"{stem}-held-out.csv"} for stem in ("ids-sst-train", "sentiment-train")
    )
    snapshot(
        ("sst", 0.3, at(1e-3, **real)),
        ("sst", 0.4, at(1e-2, **real)),
        ("sst", 0.3, at(1e-1, **real)),
        ("sst", 0.9, at(1e-3, **own)),
        ("sst", 0.1, at(1e-4, dev_file="ids-sst-dev.csv")),
    )
    table = rates.tried()
    assert list(table["sst, CS224N"]) == list(table["mean"]) == [0.3, 0.4, 0.3]
    assert table["sst, ours"].tolist()[0] == 0.9
    assert list(table.chosen) == ["", "yes", ""]
    assert rates.chosen() == {0: 1e-2}


def test_nothing_tried_is_nothing_chosen(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert rates.tried().empty
    assert rates.chosen() == {}
