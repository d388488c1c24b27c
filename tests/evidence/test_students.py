"""What a student won back: a share with an interval, or the words that none can be named."""

from __future__ import annotations

import numpy as np
import pytest

from mtslib.data import presets
from mtslib.evidence import contrasts, results, students
from mtslib.evidence.comparison import Difference, compare
from mtslib.evidence.metrics import METRICS
from mtslib.finetune import settings
from mtslib.finetune.distil import student_of

accuracy = METRICS["accuracy"]


def difference(value: float, error: float, freedom: float = 1e6) -> Difference:
    return Difference.of_error(value, error, freedom, n=1000, seeds=3)


def three(gain: float, gap: float, error: float):
    """(student − few, teacher − few, student − teacher), errors of independent runs."""
    return difference(gain, error), difference(gap, error), difference(gain - gap, error)


# The share --------------------------------------------------------------------------------------


def test_a_share_without_error_is_the_quotient():
    share = students.won_back(*three(0.06, 0.1, 1e-9))
    assert [share.value, share.low, share.high] == pytest.approx([0.6] * 3, abs=1e-6)


@pytest.mark.parametrize("error", [0.005, 0.01, 0.03])
def test_fieller_holds_every_share_that_the_data_do_not_refuse(error):
    """The slow form: of a fine grid of shares r, those where gain − r·gap is not away from 0."""
    gain, gap, rest = three(0.06, 0.1, error)
    covariance = (gain.error**2 + gap.error**2 - rest.error**2) / 2
    kept = [
        r
        for r in np.linspace(-3, 4, 7001)
        if abs(gain.value - r * gap.value)
        <= 1.95996 * np.sqrt(gain.error**2 - 2 * r * covariance + r**2 * gap.error**2)
    ]
    share = students.won_back(gain, gap, rest)
    assert (share.low, share.high) == pytest.approx((min(kept), max(kept)), abs=2e-3)


def test_where_the_gap_may_be_none_no_share_is_named():
    parts = three(0.06, 0.1, 0.06)
    assert students.won_back(*parts) is None
    row = students.judged({"x": parts}).loc["x"]
    assert (row["won back"], row.verdict) == ("", students.NO_GAP)


def test_the_interval_holds_the_true_share_as_often_as_it_says():
    """Runs that share rows: 200 draws of 400 rows, the student between the two others."""
    random, held = np.random.default_rng(0), 0
    for _ in range(200):
        hard = random.random(400)  # what makes a row hard is the same for all three
        right = [hard + 0.2 * random.random(400) < level for level in (0.5, 0.65, 0.75)]
        few, own, teacher = (one.astype(float) for one in right)
        truth = np.ones(400)

        def paired(first: np.ndarray, second: np.ndarray) -> Difference:
            error = max(float((first - second).std(ddof=1)) / 20, 1.5 / 400)
            return Difference.of_error(float((first - second).mean()), error, 399, 400, 1)

        share = students.won_back(paired(own, few), paired(teacher, few), paired(own, teacher))
        held += share.low <= 0.15 / 0.25 <= share.high
        assert truth.all()
    assert held / 200 > 0.9


def test_verdicts_about_half_are_corrected_for_how_many_stand_side_by_side():
    close = three(0.07, 0.1, 0.009)
    alone = students.judged({"a": close}).verdict["a"]
    many = students.judged({n: close for n in range(20)}).verdict[0]
    assert alone == "more than half of the gap is won back"
    assert many == "not distinguishable from half of the gap"
    assert students.judged({"a": three(0.01, 0.1, 0.005)}).verdict["a"].startswith("less than half")


def test_from_predictions_it_says_what_was_put_in():
    """A student that agrees with its teacher on 80 % of the rows that the gap is made of."""
    n, labels = 2000, np.ones(2000)
    few = np.r_[np.ones(1000), np.zeros(1000)]
    teacher, own = few.copy(), few.copy()
    teacher[1000:1500] = 1
    own[1000:1400] = 1
    parts = (
        compare(own, few, labels, accuracy),
        compare(teacher, few, labels, accuracy),
        compare(own, teacher, labels, accuracy),
    )
    share = students.won_back(*parts)
    assert share.n == n
    assert share.value == pytest.approx(0.8)
    assert 0.7 < share.low < 0.8 < share.high < 0.9


# As recorded ------------------------------------------------------------------------------------


def taught(way: str, layers: int = 1, seed: int = 0, **changes) -> dict:
    teacher = settings("sst", freeze_depth=3, seed=seed)
    chosen = student_of(teacher, layers, **presets.WAYS[way], **changes)
    kept = ("freeze_depth", "student", "epochs", "learning_rate", "objective", "pooling", "seed")
    return {name: getattr(chosen, name) for name in kept}


def test_each_way_is_known_by_its_settings():
    teacher = settings("sst", freeze_depth=3)
    for way, changes in presets.WAYS.items():
        assert students.way_of(student_of(teacher, 1, **changes).as_dict()) == way
    others = {"temperature": 5.0}, {"learning_rate": 0.01}, {"start": "upper", "label_weight": 0.0}
    for other in others:
        assert students.way_of(student_of(teacher, 1, **other).as_dict()) == ""
    pair = settings("sts", freeze_depth=3)
    assert students.way_of(student_of(pair, 1, objective="mse").as_dict()) == ""
    assert students.way_of(student_of(pair, 1, unlabelled="x.csv").as_dict()) == ""


def test_ways_are_never_mixed_and_nothing_is_recorded_at_first(snapshot):
    snapshot()
    assert students.recorded_students().empty
    assert students.table().empty
    assert students.wanted() == []
    snapshot(
        *(("sst", 0.4, taught(way, seed=seed)) for way in presets.WAYS for seed in (0, 1)),
        ("sst", 0.3, taught("distilled", layers=2)),
        ("sst", 0.2, taught("distilled") | {"dataset": "controlled"}),
    )
    found = students.recorded_students()
    assert len(found) == 2 * len(presets.WAYS) + 1
    assert dict(found.groupby("way").size()) == dict.fromkeys(presets.WAYS, 2) | {"distilled": 3}


def test_the_table_says_what_is_missing_and_fills_itself(snapshot, monkeypatch):
    snapshot(
        ("sst", 0.50, {"freeze_depth": None}),
        ("sst", 0.48, {"freeze_depth": 3}),
        ("sst", 0.40, {"freeze_depth": 5}),
        ("sst", 0.46, taught("distilled")),
        ("sst", 0.42, taught("alone")),
    )
    before = students.table().set_index("way")
    assert list(before.verdict) == ["not measured"] * 2
    assert before.loc["distilled", "teacher"] == "0.480"
    assert before.loc["distilled", "few layers"] == "0.400"
    assert len(students.wanted()) == 4 + 5, "distilled is not compared with itself"

    known = results.read_runs()

    def found(pair):
        if pair is None or pair.first == pair.second:
            return None
        value = {"full": 0.5, "3": 0.48, "5": 0.4}
        score = [
            {"lower 1.0": 0.46, "lower 0.0": 0.42}[
                f"{s['student']['start']} {s['student']['teacher_weight']}"
            ]
            if "student" in (s := known[name]["settings"])
            else value[str(s["freeze_depth"])]
            for name in (pair.first[0], pair.second[0])
        ]
        return difference(score[0] - score[1], 0.004)

    monkeypatch.setattr(contrasts, "find", found)
    table = students.table().set_index("way")
    assert table.loc["distilled", "won back"].startswith("75% [")
    assert table.loc["distilled", "verdict"] == "more than half of the gap is won back"
    assert table.loc["alone", "won back"].startswith("25% [")
    assert table.loc["distilled", "share of full"].startswith("92.0% [")
    assert table.loc["alone", "distilled − this"].startswith("+0.040")
    assert table.loc["distilled", "distilled − this"] == "—"
