"""Which recorded runs a table or a verdict is about, and their means over seeds."""

from __future__ import annotations

import pytest

from mtslib.data import datasets, presets
from mtslib.evidence.comparison import over_seeds
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import recorded_answers, recorded_runs, recorded_scores


def test_seeds_are_averaged_and_counted(snapshot):
    snapshot(
        *(
            ("sst", value, {"freeze_depth": 2, "seed": n})
            for n, value in enumerate((0.4, 0.5, 0.9))
        ),
        ("sst", 0.7, {"freeze_depth": None}),
        ("sts", 0.8, {"freeze_depth": 2}),
    )
    found = recorded_scores().set_index(["task", "freeze_depth"])
    row = found.loc["sst", "2"]
    assert row.value == pytest.approx(0.6)
    runs = [Interval(value, value - 0.02, value + 0.02, 100) for value in (0.4, 0.5, 0.9)]
    assert (row.low, row.high) == pytest.approx((over_seeds(runs).low, over_seeds(runs).high))
    assert (row.lowest, row.highest) == pytest.approx((0.4, 0.9))
    assert (row.seeds, row.n) == (3, 100)
    assert found.loc["sst", "full"].value == pytest.approx(0.7)
    assert found.loc["sts", "2"].seeds == 1
    assert len(found) == 3


def test_a_seed_that_ran_twice_counts_once_by_its_last_run(snapshot):
    snapshot(
        ("sst", 0.4, {"freeze_depth": 2, "seed": 0}),
        ("sst", 0.6, {"freeze_depth": 2, "seed": 0, "precision": "bf16"}),
        ("sst", 0.8, {"freeze_depth": 2, "seed": 1}),
    )
    (row,) = recorded_scores().itertuples()
    assert (row.value, row.seeds) == (pytest.approx(0.7), 2)


@pytest.mark.parametrize(
    "other",
    [
        {"dataset": "controlled"},
        {"backbone_name": "bert-base-uncased"},
        {"preset": "paper"},
        {"pooling": "mean"},
        {"epochs": 0},
        {"encoding": "split"},
        {"method": {"name": "joint", "tasks": ["sst", "sts"]}},
        {"regularise": "r-drop"},
        {"before": "contrastive"},
    ],
)
def test_what_differs_never_stands_in_one_table(snapshot, other):
    snapshot(
        ("sts", 0.8, {"freeze_depth": 2}), ("sts", 0.1, {"freeze_depth": 2, "seed": 1} | other)
    )
    (row,) = recorded_scores().itertuples()
    assert (row.value, row.seeds) == (pytest.approx(0.8), 1)
    asked = {"backbone" if key == "backbone_name" else key: value for key, value in other.items()}
    asked |= {"method": "joint"} if "method" in other else {}
    if {"regularise", "before"} & {*other}:  # known by its name
        asked = {"method": next(iter(other.values()))}
    (row,) = recorded_scores(**asked).itertuples()
    assert (row.value, row.seeds) == (pytest.approx(0.1), 1)


@pytest.mark.parametrize(
    "other", [{"learning_rate": 1e-3}, {"batch_size": 8}, {"weight_decay": 0.1}, {"epochs": 5}]
)
def test_a_run_that_only_bears_the_presets_name_is_none_of_it(snapshot, other):
    snapshot(("sts", 0.8, {"freeze_depth": 2}), ("sts", 0.1, {"freeze_depth": 2} | other))
    (row,) = recorded_scores().itertuples()
    assert (row.value, row.seeds) == (pytest.approx(0.8), 1)


def test_a_depth_with_a_rate_of_its_own_has_that_and_the_one_rate_apart(snapshot, monkeypatch):
    monkeypatch.setattr(presets, "CHOSEN", {0: 1e-2})
    at = {"freeze_depth": 6}
    snapshot(("sst", 0.2, at | {"learning_rate": 1e-4}), ("sst", 0.4, at), ("sst", 0.5, {}))
    own, one_rate = (recorded_scores(one_rate=which) for which in (False, True))
    assert dict(zip(own.freeze_depth, own.value, strict=True)) == {"6": 0.4, "full": 0.5}
    assert dict(zip(one_rate.freeze_depth, one_rate.value, strict=True)) == {"6": 0.2, "full": 0.5}


def test_a_run_on_another_dev_file_is_none_of_the_courses(snapshot):
    """Rows of another corpus under the course's names, recorded by an older version."""
    snapshot(
        ("quora", 0.773, {"freeze_depth": 2}),
        ("quora", 0.625, {"freeze_depth": 2, "seed": 1, "dev_sha256": "ab" * 32}),
    )
    (row,) = recorded_scores().itertuples()
    assert (row.value, row.seeds) == (pytest.approx(0.773), 1)


def test_another_objective_is_shown_only_when_it_is_asked_for(snapshot):
    snapshot(
        ("sts", 0.8, {"freeze_depth": 2}),
        ("sts", 0.6, {"freeze_depth": 2, "objective": "cosine-mse"}),
    )
    assert list(recorded_scores().value) == pytest.approx([0.8])
    assert list(recorded_scores(objective="cosine-mse").value) == pytest.approx([0.6])


def test_recorded_answers_score_what_was_recorded_of_the_run():
    """The run on our own dev file, its answers from one file and its score from another."""
    dev = datasets.load("sst", "dev", datasets.CONTROLLED)
    found = recorded_answers(datasets.CONTROLLED)
    assert len(found) == len(dev.labelled)
    assert list(found.label) == [int(example.label) for example in dev.examples]
    assert list(found.phenomenon) == [example.phenomenon for example in dev.examples]
    recorded = (
        recorded_scores("controlled", freeze_depth="full", pooling="mean")
        .set_index("task")
        .loc["sst"]
    )
    if recorded.seeds == 1:
        assert (found.label == found.said).mean() == pytest.approx(recorded.value, abs=1e-3)


def test_there_are_no_recorded_answers_to_another_dev_file(tmp_path):
    lines = (datasets.CONTROLLED / "sentiment-dev.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "ids-sst-dev.csv").write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert recorded_answers(tmp_path).empty


def test_a_term_and_a_training_before_have_rows_of_their_own(snapshot):
    """By name; two weights of one term are two ways, two runs of one way are one."""
    r_drop = {"freeze_depth": 2, "regularise": "r-drop"}
    snapshot(
        ("sts", 0.8, {"freeze_depth": 2}),
        ("sts", 0.7, r_drop),
        ("sts", 0.6, r_drop | {"regularise_weight": 5.0}),
        ("sts", 0.5, r_drop | {"before": "masked-words"}),
    )
    assert sorted(recorded_runs(method="r-drop").value) == pytest.approx([0.6, 0.7])
    assert list(recorded_runs(method="masked-words r-drop").value) == pytest.approx([0.5])
    assert list(recorded_runs().value) == pytest.approx([0.8])
