"""Joint rows: how each was trained, what one after the other forgets, what is missing."""

from __future__ import annotations

import numpy as np
import pytest
from recorded_runs import made_up_card

from mtslib.data.known import DEV_SHA256
from mtslib.evidence import results, together

THREE = list(together.TASKS)


def method(**how) -> dict:
    """As a joint run's settings have it."""
    plain = {"sharing": "all", "trunk_depth": None, "sampling": "sqrt", "gradients": "alternate"}
    plain |= {"name": "joint", "tasks": THREE, "weights": dict.fromkeys(THREE, 1.0)} | how
    return plain


@pytest.mark.parametrize(
    "how, words",
    [
        ({}, "all layers shared, sqrt"),
        ({"sampling": "sequential"}, "all layers shared, one task after the other"),
        ({"trunk_depth": 4, "gradients": "pcgrad"}, "trunk to 4, sqrt, pcgrad"),
        ({"trunk_depth": 4, "weights": {"sst": 2.0, "sts": 1.0}}, "trunk to 4, sqrt, sst ×2"),
    ],
)
def test_a_way_is_named_by_what_differs(how, words):
    assert together.in_words(method(**how)) == words


def test_ways_stand_apart_and_seeds_together(snapshot):
    four = method(tasks=[*THREE, "cfimdb"])
    snapshot(
        ("sst", 0.5, {"freeze_depth": None}),  # trained alone: in no joint row
        ("sst", 0.40, {"method": method()}),
        ("sst", 0.42, {"method": method(), "seed": 1}),
        ("sst", 0.30, {"method": method(gradients="sum")}),
        ("sst", 0.20, {"method": four}),
        ("sst", 0.10, {"method": method(), "seed": 2, "learning_rate": 1e-3}),
    )
    found = together.scores(together.joint_runs())
    assert {key: round(one.value, 2) for key, one in found.items()} == {
        ("all layers shared, sqrt", "sst"): 0.41,
        ("all layers shared, sqrt, sum", "sst"): 0.30,
    }
    assert set(together.joint_runs(tasks=tuple(four["tasks"])).value) == {0.20}
    assert "all layers shared, sqrt" not in together.missing()
    assert len(together.missing()) == len(together.EXPECTED) - 1


def test_nothing_recorded_is_all_missing(snapshot):
    snapshot()
    assert together.missing() == list(together.EXPECTED)
    assert together.joint_runs().empty
    assert together.verdicts().empty
    assert together.forgetting().empty
    assert together.conflicts("all layers shared, sqrt").empty
    assert together.wanted() == []


def test_each_way_is_compared_with_the_merged_model_and_a_fourth_task_with_three(snapshot):
    four = method(tasks=[*THREE, "cfimdb"])
    snapshot(
        ("sst", 0.50, {"freeze_depth": together.DEPTH}),
        ("sst", 0.40, {"method": method()}),
        ("sst", 0.20, {"method": four}),
    )
    runs = results.table().query("metric == 'accuracy'")
    names = {round(value, 2): name for name, value in zip(runs.run_id, runs.value, strict=True)}
    pairs = [(pair.first, pair.second) for pair in together.wanted()]
    assert pairs == [((names[0.4],), (names[0.5],)), ((names[0.2],), (names[0.4],))]


@pytest.fixture
def one_by_one(tmp_path, monkeypatch):
    """A recorded training of one task after the other, two epochs each."""
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    scores = {"sst": (0.5, 0.4, 0.3), "quora": (0.1, 0.8, 0.7), "sts": (0.0, 0.2, 0.9)}
    how = method(sampling="sequential")
    for task, values in scores.items():
        card = made_up_card(task, values[-1], "cs224n", "minilm-l6", 100, method=how, epochs=9)
        card["data"]["dev"] = card["data"]["dev"] | {"sha256": DEV_SHA256[task]}
        name = card["dev"][0]["name"]
        ends = {"low": -1.0, "high": 1.0, "n": 100}
        cosines = [{"name": "cosine sts 3", "value": 0.25, **ends}] if task == "sst" else []
        card["history"] = [{"epoch": epoch, "seconds": 1.0} for epoch in range(1, 10)]
        for phase in (1, 2):
            dev = {"name": name, "value": values[phase - 1], **ends}
            card["history"][3 * phase - 1]["dev"] = [dev]
        card["history"][-1] |= {"loss": 0.5, "gradients": cosines}
        results.record(card, np.arange(100), np.zeros(100))
    results.publish()
    return scores


def test_the_scores_after_each_phase(one_by_one):
    found = together.forgetting()
    assert list(found.index) == ["after sst", "after quora", "after sts"]
    for task, values in one_by_one.items():
        assert found[task].tolist() == pytest.approx(list(values))


def test_conflicts_are_those_after_the_last_epoch(one_by_one):
    (row,) = together.conflicts("all layers shared, one task after the other").itertuples()
    assert (row.pair, row.layer, row.value) == ("sst – sts", "3", 0.25)
