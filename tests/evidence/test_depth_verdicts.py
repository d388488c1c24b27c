"""Chapter 09: what recorded runs on the real data allow to be said of depths."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mtslib.evidence import depth_verdicts, results


@pytest.fixture
def runs(snapshot) -> Callable:
    """(task, freeze_depth, seed, predicted, score) rows → recorded and published."""

    def write(*rows: tuple) -> None:
        snapshot(
            *(
                (task, score, {"freeze_depth": depth, "seed": seed, "predicted": predicted})
                for task, depth, seed, predicted, score in rows
            )
        )

    return write


def test_without_labels_a_difference_is_bounded_by_the_answers_that_differ(runs):
    """Against the truth, on made-up labels: the bound is never narrower than the real spread."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 5, 1000)
    answers = {
        depth: np.where(random.random(1000) < share, labels, random.integers(0, 5, 1000))
        for depth, share in ((None, 0.6), (3, 0.55))
    }
    runs(*(("sst", d, 0, said, float((said == labels).mean())) for d, said in answers.items()))
    (row,) = depth_verdicts.recorded_differences("sst").itertuples()
    rows = (answers[3] == labels).astype(float) - (answers[None] == labels)
    half = 1.96 * rows.std() / np.sqrt(1000)
    assert row.difference == pytest.approx(rows.mean(), abs=1e-6)
    assert row.low <= rows.mean() - half + 1e-9
    assert row.high >= rows.mean() + half - 1e-9
    assert row.differ == pytest.approx((answers[3] != answers[None]).mean())
    assert (row.freeze_depth, row.reference, row.seeds, row.n) == ("3", "full", 1, 1000)


def test_with_two_classes_the_bound_is_the_interval_itself(runs):
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 2000)
    said = {d: np.where(random.random(2000) < 0.7, labels, 1 - labels) for d in (None, 6)}
    runs(*(("quora", d, 0, p, float((p == labels).mean())) for d, p in said.items()))
    (row,) = depth_verdicts.recorded_differences("quora").itertuples()
    rows = (said[6] == labels).astype(float) - (said[None] == labels)
    half = 1.96 * rows.std() / np.sqrt(2000)
    assert (row.low, row.high) == pytest.approx((rows.mean() - half, rows.mean() + half), abs=1e-5)


def test_only_seeds_that_both_depths_have_are_compared(runs):
    same = np.zeros(100, dtype=int)
    runs(
        ("sst", None, 0, same, 0.5), ("sst", None, 1, same, 0.5), ("sst", 6, 1, same, 0.5)
    )  # fmt: skip
    (row,) = depth_verdicts.recorded_differences("sst").itertuples()
    assert (row.seeds, row.differ, row.low, row.high) == (1, 0, 0, 0)


def test_verdicts_name_backbone_data_and_what_is_missing(runs):
    runs(
        ("sst", 2, 0, np.zeros(100, dtype=int), 0.6),
        ("sst", 6, 0, np.r_[np.zeros(60), np.ones(40)].astype(int), 0.2),
        ("sts", 2, 0, np.linspace(0, 5, 100), 0.8),
        ("sts", 6, 0, np.linspace(0, 5, 100), 0.79),
    )
    said = depth_verdicts.recorded_verdicts(6)
    assert all("minilm-l6, CS224N dev" in line for line in said)
    assert any(line.startswith("sst") and "6 worse than 2, -0.400" in line for line in said)
    assert any(line.startswith("sts") and "overlap, not distinguishable" in line for line in said)
    assert "quora, minilm-l6, CS224N dev: not measured: full, 0, 1, 2, 3, 4, 5, 6" in said


def test_nothing_recorded_is_said_and_not_made_up(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert depth_verdicts.recorded_differences("sst").empty
    said = depth_verdicts.recorded_verdicts(6)
    assert len(said) == 4, "a line per task"
    assert all("not measured: full, 0, 1, 2, 3, 4, 5, 6" in line for line in said)
