"""Chapter 09: evidence, verdicts, pictures and short runs; what is missing is said."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mtslib.base.errors import DataError
from mtslib.data import datasets
from mtslib.evidence import results
from mtslib.evidence.paired import paired_bootstrap
from mtslib.minbert import BertConfig
from mtslib.report import depth_evidence, depth_lab, depth_plots, depth_verdicts, tables

CONFIG = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)
N = 200


def evidence(right: dict[str, np.ndarray], **changes) -> depth_evidence.Evidence:
    """Runs of which we say ourselves which rows they answer rightly."""
    given = {
        "task": "sst",
        "labels": np.zeros(N),
        "phenomena": np.array(["negation", "contrast"] * (N // 2)),
        "right": right,
        "seeds": dict.fromkeys(right, 1),
        "current": True,
        "made_with": "made up",
    }
    return depth_evidence.Evidence(**(given | changes))


@pytest.fixture
def three() -> depth_evidence.Evidence:
    """`full` is right in 80 %, depth 2 on the same rows less two, depth 6 in 30 %."""
    full = (np.arange(N) % 5 > 0).astype(float)
    near = full.copy()
    near[np.flatnonzero(full)[:2]] = 0
    return evidence({"6": (np.arange(N) % 10 < 3).astype(float), "2": near, "full": full})


# The paired bootstrap --------------------------------------------------------------------------


def share(right: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(right))


def test_a_model_differs_from_itself_by_nothing():
    right = np.arange(50) % 2
    found = paired_bootstrap(right, right, right, share, np.random.default_rng(0))
    assert found == (0.0, 0.0, 0.0)


def test_the_paired_interval_is_that_of_the_differences_by_row():
    random = np.random.default_rng(3)
    first, second = (random.random((2, 4000)) < [[0.6], [0.55]]).astype(float)
    value, low, high = paired_bootstrap(first, second, first, share, np.random.default_rng(0))
    rows = first - second
    half = 1.96 * rows.std() / np.sqrt(len(rows))
    assert value == pytest.approx(rows.mean())
    assert (low, high) == pytest.approx((value - half, value + half), abs=0.004)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    random, hits = np.random.default_rng(1), 0
    for _ in range(200):
        first, second = (random.random((2, 150)) < [[0.6], [0.5]]).astype(float)
        _, low, high = paired_bootstrap(first, second, first, share, random, rounds=200)
        hits += low <= 0.1 <= high
    assert 0.89 <= hits / 200 <= 0.99


# Controlled evidence ---------------------------------------------------------------------------


def test_kept_predictions_become_right_and_wrong(tmp_path, monkeypatch):
    kept = {
        "corpus_sha256": "another",
        "settings": {"backbone": "b", "preset": "p", "epochs": 2, "pooling": "mean"},
        "labels": [0, 1, 2, 4],
        "phenomena": ["a", "a", "b", "b"],
        "runs": {"6": {"0": [0, 0, 0, 0]}, "full": {"0": [0, 1, 2, 3], "1": [0, 1, 1, 1]}},
    }
    file = tmp_path / "kept.json"
    file.write_text(json.dumps({"sst": kept}), encoding="utf-8")
    monkeypatch.setattr(depth_evidence, "FILE", file)
    found = depth_evidence.load("sst")
    assert found.depths == ["full", "6"]
    assert found.right["full"].tolist() == [1, 1, 0.5, 0]
    assert found.right["6"].tolist() == [1, 0, 0, 0]
    assert not found.current
    said = "\n".join(found.describe(6))
    assert "depths not measured: 0, 1, 2, 3, 4, 5" in said
    assert "seeds a depth: 1 to 2" in said
    assert "earlier version" in said
    with pytest.raises(DataError, match="holds no dev predictions of quora"):
        depth_evidence.load("quora")


def test_the_committed_predictions_are_whole():
    found = depth_evidence.load("sst")
    assert len(found.depths) >= 2
    for right in found.right.values():
        assert right.shape == found.labels.shape == found.phenomena.shape
        assert ((right >= 0) & (right <= 1)).all()


def test_the_hash_of_a_corpus_is_the_one_of_its_scores():
    made = json.loads((datasets.CONTROLLED / "scores.json").read_text(encoding="utf-8"))
    wanted = made["corpus_sha256"]["sentiment"]
    if wanted != datasets.controlled_sha256("sentiment"):
        pytest.skip("scores.json belongs to another corpus; tests/data says so")
    assert datasets.controlled_sha256("sentiment") == wanted


def test_drawn_dev_sets_centre_on_the_score_and_narrow_with_size(three):
    small, large = (depth_evidence.drawn_scores(three, size) for size in (25, 2500))
    for scores in (small, large):
        assert scores.mean(axis=0) == pytest.approx([0.8, 0.79, 0.3], abs=0.02)
    expected = np.sqrt(0.8 * 0.2 / 25)
    assert small[:, 0].std() == pytest.approx(expected, rel=0.15)
    assert large[:, 0].std() == pytest.approx(expected / 10, rel=0.15)


def test_ties_are_shared_out():
    shares = depth_evidence.wins(np.array([[0.5, 0.5, 0.1], [0.2, 0.4, 0.1]]))
    assert shares == pytest.approx([0.25, 0.75, 0])


def test_the_best_depth_jumps_on_a_small_dev_set_and_settles_on_a_large_one(three):
    small, large = (
        depth_evidence.wins(depth_evidence.drawn_scores(three, size)) for size in (25, 20212)
    )
    assert small[1] > 0.2
    assert large[0] > 0.95
    table = depth_plots.best_depth_table(three)
    assert list(table.columns) == ["dev rows", "full", "2", "6"]
    assert list(table["dev rows"]) == [f"{size:,}" for size in depth_plots.SIZES]
    picture, lines = depth_plots.best_depth(three, 25)
    assert lines[0] == "dev rows = 25"
    assert all(line in picture.alt for line in lines)


def test_differences_say_what_their_intervals_say(three):
    found = depth_evidence.differences(three).set_index("freeze_depth")
    assert list(found.index) == ["2", "6"]
    assert found.difference.to_dict() == pytest.approx({"2": -0.01, "6": -0.5})
    assert found.verdict["6"] == "worse than full"
    assert found.verdict["2"] == depth_evidence.verdict(
        found.low["2"], found.high["2"], "full"
    )  # at most zero: two rows
    assert found.high["2"] - found.low["2"] < found.apart["2"]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0.01, 0.2), "better than x"),
        ((-0.2, -0.1), "worse than x"),
        ((-0.1, 0), "not told from x"),
    ],
)
def test_a_verdict_reads_its_interval(ends, said):
    assert depth_evidence.verdict(*ends, "x") == said


def test_a_phenomenon_is_compared_on_its_own_rows():
    right = np.zeros(N)
    right[::2] = 1  # negation
    found = depth_evidence.by_phenomenon(evidence({"full": right, "6": np.zeros(N)}), "full", "6")
    assert list(found.phenomenon) == ["negation", "contrast"]
    assert list(found.difference) == [1.0, 0.0]
    assert list(found.n) == [N // 2, N // 2]


# Recorded on the real data ---------------------------------------------------------------------


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
    said = depth_verdicts.recorded_verdicts(CONFIG)
    assert all("minilm-l6, CS224N dev" in line for line in said)
    assert any(line.startswith("sst") and "6 worse than 2, -0.400" in line for line in said)
    assert any(line.startswith("sts") and "overlap, not told apart" in line for line in said)
    assert "quora, minilm-l6, CS224N dev: not measured: full, 0, 1, 2, 3, 4, 5, 6" in said


def test_nothing_recorded_is_said_and_not_made_up(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert depth_verdicts.recorded_differences("sst").empty
    said = depth_verdicts.recorded_verdicts(CONFIG)
    assert len(said) == 4, "a line a task"
    assert all("not measured: full, 0, 1, 2, 3, 4, 5, 6" in line for line in said)
    spread = depth_verdicts.spread_by_share(CONFIG)
    assert list(spread[spread.whose.str.startswith("recorded")].spread) == ["not measured"] * 3


def test_the_spread_is_over_the_shares_that_the_paper_tried(runs):
    none = np.zeros(100, dtype=int)
    runs(*(("sst", d, 0, none, v) for d, v in ((None, 0.9), (2, 0.5), (4, 0.45), (6, 0.1))))
    rows = depth_verdicts.spread_by_share(CONFIG).query("task == 'sst'").set_index("whose")
    own = rows.loc["recorded here, minilm-l6"]
    assert (own.rows, own["k/L"], own.spread) == (2, "0.33 to 0.67", "0.050")
    assert rows.loc["the paper, bert-base-uncased"].rows == 7


def test_seconds_are_shown_with_their_warning(runs):
    runs(*(("sst", 2, seed, np.zeros(9, dtype=int), 0.5) for seed in (0, 1, 2)))
    scores = tables.recorded()
    assert tables.seconds_in_words(scores.iloc[0]) == "20 s of training, beside other work"
    assert tables.seconds_column(["full", "2"], scores, "sst") == ["not measured", "~ 20"]


# Phenomena -------------------------------------------------------------------------------------


def line(model: str, depth: str, kind: str, group: str, value: float) -> dict[str, object]:
    return {
        "model": model,
        "freeze_depth": depth,
        "group_kind": kind,
        "group": group,
        "n": 40,
        "value": value,
        "low": value - 0.1,
        "high": value + 0.1,
    }


def test_picture_and_table_say_which_depths_are_missing():
    scores = pd.DataFrame(
        [
            line("fine-tuned", "full", "all", "all", 0.7),
            line("fine-tuned", "full", "phenomenon", "negation", 0.6),
            line("tfidf", "", "phenomenon", "contrast", 0.4),
        ]
    )
    picture = depth_plots.by_phenomenon(scores, "sst", 6)
    assert "not measured: 0, 1, 2, 3, 4, 5, 6" in picture.alt
    table = depth_plots.phenomenon_table(scores, 6).set_index("phenomenon")
    assert table.loc["all rows", "full"] == "0.70 [0.60, 0.80]"
    assert table.loc["contrast", "full"] == "not measured"
    assert table.loc["contrast", "counting words"] == "0.40"
    assert (table["6"] == "not measured").all()


def test_the_committed_scores_can_be_read():
    scores = depth_plots.controlled_scores("sst")
    assert (scores.group == "all").any()
    assert scores.value.between(0, 1).all()


# The button ------------------------------------------------------------------------------------


def run_of(depth: int | None) -> depth_lab.Trained:
    return depth_lab.Trained(depth, 0.5, 0.4, 0.6, 600, 1234, 2.0)


def parts(box):
    (choice, start), (bar, said, shown) = box.children[0].children, box.children[1:]
    return choice, start, bar, said, shown


def test_the_button_trains_the_chosen_depth_and_adds_it_to_the_table():
    asked, runs = [], [run_of(4)]

    def work(depth, progress):
        asked.append(depth)
        for done in range(4):
            progress(done, 3)
        assert start.disabled, "a second press while it trains would start a second run"
        return run_of(depth)

    box = depth_lab.button(CONFIG, runs, lambda name: f"recorded {name}", work)
    choice, start, bar, said, shown = parts(box)
    assert list(choice.options) == ["full", "0", "1", "2", "3", "4", "5", "6"]
    assert "recorded 4" in shown.value
    assert "recorded full" not in shown.value
    choice.value = "full"
    start.click()
    assert asked == [None]
    assert (bar.value, bar.max) == (3, 3)
    assert said.value.startswith("trained freeze_depth = full: accuracy 0.500")
    assert "recorded full" in shown.value
    assert [run.freeze_depth for run in runs] == [4, None]
    assert not start.disabled


def test_what_goes_wrong_in_a_button_is_said_and_it_can_be_pressed_again():
    def work(depth, progress):
        raise RuntimeError("no <memory>")

    choice, start, _, said, _ = parts(depth_lab.button(CONFIG, [], str, work))
    start.click()
    assert said.value == "it stopped: RuntimeError: no &lt;memory&gt;"
    assert not start.disabled
    assert not choice.disabled


def test_a_short_run_reports_every_batch_and_trains_what_it_says(monkeypatch):
    seen = []
    made = depth_lab.train(5, lambda *step: seen.append(step), sentences=32)
    total = 32 // 16 + -(-made.n // 64)
    assert seen == [(done, total) for done in range(total + 1)]
    assert made.parameters == int(
        tables.depth_costs(CONFIG, "sst").set_index("freeze_depth").parameters["5"]
    )
    assert 0 <= made.low <= made.value <= made.high <= 1
