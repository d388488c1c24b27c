"""Chapter 11: the tap is chosen on held-out train rows, and its share of full has an interval."""

from __future__ import annotations

import numpy as np
import pytest

from mtslib.evidence import contrasts, results, taps
from mtslib.evidence.comparison import Difference

STEMS = {"sst": "ids-sst-train", "sts": "sts-train", "quora": "quora-train-part"}


def held_out(task: str, *scores: float, **changes) -> list[tuple]:
    """Runs at the candidates, one score each, on the held-out rows of the real data."""
    file = {"dataset": f"held-out-{task}", "dev_file": f"{STEMS[task]}-held-out.csv"}
    return [
        (task, score, {"freeze_depth": int(depth), **file, **changes})
        for depth, score in zip(taps.CANDIDATES, scores, strict=False)
    ]


@pytest.mark.parametrize(
    "scores, depth",
    [
        ({"2": 0.86, "3": 0.84, "4": 0.81, "5": 0.70}, "2"),
        ({"2": 0.860, "3": 0.855, "4": 0.81, "5": 0.70}, "3"),
        ({"2": 0.480, "3": 0.462, "4": 0.475, "5": 0.40}, "4"),  # 3 was unlucky
        ({"2": 0.4, "3": 0.4, "4": 0.4, "5": 0.4}, "5"),
    ],
)
def test_the_deepest_that_is_good_enough_is_chosen(scores, depth):
    assert taps.deepest(scores) == depth
    assert taps.deepest(dict(reversed(scores.items()))) == depth


def test_only_held_out_rows_of_the_real_data_at_the_presets_settings_count(snapshot):
    ours = {"dataset": "held-out-ours", "dev_file": "sentiment-train-held-out.csv"}
    snapshot(
        *held_out("sst", 0.40, 0.48, 0.40, 0.40),
        *held_out("sst", 0.99, learning_rate=1e-3),
        *held_out("sst", 0.99, pooling="mean"),
        *held_out("sst", 0.99, seed=1),
        ("sst", 0.99, {"freeze_depth": 5, **ours}),
        ("sst", 0.99, {"freeze_depth": 4}),  # dev
        *held_out("sts", 0.80, 0.70),
    )
    assert len(taps.tried()) == 6
    assert taps.chosen() == {"sst": "3"}
    assert taps.missing() == {"sts": ["4", "5"], "quora": list(taps.CANDIDATES)}


def test_nothing_recorded_is_nothing_chosen(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert taps.tried().empty
    assert taps.chosen() == {}
    assert set(taps.missing()) == set(taps.TASKS)
    assert taps.over_full({"sst": "3"}) == {}


def test_the_share_of_full_is_its_difference_over_its_score(snapshot, monkeypatch):
    found: dict = {}
    monkeypatch.setattr(contrasts, "find", found.get)
    seeds = [{"seed": seed} for seed in range(3)]
    for task in ("sst", "sts"):
        for depth, score in ((None, 0.5), (3, 0.49)):
            snapshot(*((task, score, {"freeze_depth": depth, **seed}) for seed in seeds))
    assert taps.over_full({"sst": "3"}) == {}, "not worked out yet"
    runs = taps.recorded_runs()
    by_key = dict(iter(runs.groupby(["task", "freeze_depth"])))
    for task, error in (("sst", 0.02), ("sts", 0.01)):
        pair = contrasts.contrast(by_key[task, "3"], by_key[task, "full"])
        found[pair] = Difference.of_error(-0.01, error, 100, n=1000, seeds=3)
    shares = taps.over_full({"sst": "3", "sts": "3"})
    assert list(shares) == ["sst", "sts", taps.ALL]
    assert shares["sst"].value == pytest.approx(-0.02)
    assert shares["sst"].error == pytest.approx(0.04)
    assert shares[taps.ALL].error == pytest.approx(np.hypot(0.04, 0.02) / 2)
    assert taps.ALL not in taps.over_full({"sst": "3", "quora": "2"}), "a mean of some is none"


@pytest.mark.parametrize("seed", range(3))
def test_the_share_agrees_with_drawing_both_scores_anew(seed):
    """Against the slow way: the share of each drawn set, full's own error included."""
    random = np.random.default_rng(seed)
    n, hard = 1000, random.normal(0, 1, 1000)
    full, part = (hard + random.normal(0, 0.7, n) < cut for cut in (0.05, 0.02))
    draws = random.integers(0, n, (4000, n))
    slow = np.std(part[draws].mean(axis=1) / full[draws].mean(axis=1))
    error = np.std(part[draws].mean(axis=1) - full[draws].mean(axis=1)) / full.mean()
    assert error == pytest.approx(slow, rel=0.05)


def test_a_mean_over_tasks_is_surer_than_each_and_counts_all_rows():
    one = Difference.of_error(0.02, 0.03, 10, n=100, seeds=3)
    other = Difference.of_error(0.00, 0.03, 10, n=300, seeds=2)
    found = taps.mean([one, other])
    assert (found.value, found.n, found.seeds) == (0.01, 400, 2)
    assert found.error == pytest.approx(0.03 / np.sqrt(2))
    assert found.freedom == pytest.approx(20)
    assert taps.mean([one]) == one
