"""Chapter 09: what recorded runs on the real data allow to be said of depths."""

from __future__ import annotations

import pytest

from mtslib.data import presets
from mtslib.evidence import contrasts, depth_verdicts, results
from mtslib.evidence.comparison import Difference


@pytest.fixture
def worked_out(monkeypatch) -> dict:
    """{Contrast: difference}, as if it had been worked out where the labels are."""
    found: dict = {}
    monkeypatch.setattr(contrasts, "find", found.get)
    return found


def runs(task: str, depth: int | None, score: float, seeds: int = 1, **changes) -> list[tuple]:
    chosen = {"freeze_depth": depth, **changes}
    return [(task, score, chosen | {"seed": seed}) for seed in range(seeds)]


def test_every_depth_is_compared_with_full_and_never_across_tasks(snapshot):
    snapshot(
        *runs("sst", None, 0.5, seeds=3),
        *runs("sst", 3, 0.5, seeds=2),
        *runs("sts", None, 0.8),
        *runs("sts", 4, 0.2),
        *runs("quora", 6, 0.6),  # nothing to compare it with
    )
    pairs = depth_verdicts.wanted()
    known = results.read_runs()
    sides = [
        [{known[name]["settings"]["task"] for name in names} for names in (p.first, p.second)]
        for p in pairs
    ]
    assert sides == [[{"sst"}, {"sst"}], [{"sts"}, {"sts"}]] * 2, "at own rates, and at one"
    assert [len(names) for names in (pairs[0].first, pairs[0].second)] == [2, 3]


def test_a_depth_is_judged_at_its_own_rate_and_at_one_rate_apart(snapshot, worked_out, monkeypatch):
    monkeypatch.setattr(presets, "CHOSEN", {0: 1e-2})
    snapshot(
        *runs("sst", None, 0.5), *runs("sst", 6, 0.4), *runs("sst", 6, 0.2, learning_rate=1e-4)
    )
    own, one_rate = depth_verdicts.wanted()
    worked_out[own] = Difference.of_error(-0.1, 0.01, 50, n=1101, seeds=1)
    worked_out[one_rate] = Difference.of_error(-0.3, 0.01, 50, n=1101, seeds=1)
    assert list(depth_verdicts.table().difference) == [-0.1]
    assert list(depth_verdicts.table(one_rate=True).difference) == [-0.3]


def test_all_tasks_of_a_table_are_judged_together(snapshot, worked_out):
    snapshot(
        *(
            run
            for task in ("sst", "quora")
            for depth in (None, 2, 3)
            for run in runs(task, depth, 0.5)
        )
    )
    first, *others = depth_verdicts.wanted()[:4]
    worked_out[first] = Difference.of_error(0.022, 0.01, 1e9, n=1101, seeds=1)
    assert list(depth_verdicts.table().verdict) == ["better than full"]
    for pair in others:
        worked_out[pair] = Difference.of_error(0.0, 0.01, 1e9, n=1101, seeds=1)
    table = depth_verdicts.table()
    assert set(table.verdict) == {"not distinguishable from full"}
    assert list(table.task) == ["sst", "sst", "quora", "quora"]


def test_nothing_recorded_is_an_empty_table(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert depth_verdicts.wanted() == []
    assert depth_verdicts.table().empty
