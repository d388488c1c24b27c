"""Differences between recorded runs: worked out where the labels are, read where they are not."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from mtslib.base.errors import DataError, ResultsError
from mtslib.data.known import DEV_SHA256
from mtslib.evidence import contrasts, depth_verdicts, explanations, results
from mtslib.evidence.comparison import compare
from mtslib.evidence.metrics import pearson
from mtslib.evidence.recorded import recorded_runs

N = 120


@pytest.fixture
def scored(tmp_path, snapshot, monkeypatch):
    """A folder with a dev file of 120 scores, and runs on it: full is near, freeze_depth 6 far.

    It takes the place of the course's file, which does not lie with the project.
    """
    random = np.random.default_rng(0)
    labels = random.uniform(0, 5, N).round(2)
    lines = ["id\tsentence1\tsentence2\tsimilarity"]
    lines += [f"{i}\ta text {i}\tanother {i}\t{label}" for i, label in enumerate(labels)]
    raw = ("\n".join(lines) + "\n").encode()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sts-dev.csv").write_bytes(raw)
    monkeypatch.setitem(DEV_SHA256, "sts", hashlib.sha256(raw).hexdigest())
    runs = []
    for seed in (0, 1):
        for depth, noise in ((None, 0.5), (6, 3.0)):
            said = labels + random.normal(0, noise, N)
            chosen = {"freeze_depth": depth, "seed": seed, "predicted": said}
            chosen["dev_sha256"] = hashlib.sha256(raw).hexdigest()
            runs.append(("sts", pearson(said, labels), chosen))
    snapshot(*runs)
    return tmp_path / "data", labels


def test_what_is_kept_is_the_comparison_of_predictions_and_labels(scored):
    folder, labels = scored
    pair = depth_verdicts.wanted()[0]
    assert contrasts.find(pair) is None
    assert contrasts.measure(depth_verdicts.wanted(), folder) == 1, "each pair once"
    found = contrasts.find(pair)
    said = (
        np.array([results.read_predictions(name)[1].astype(float) for name in names])
        for names in (pair.first, pair.second)
    )
    expected = compare(*said, labels, pearson)
    for name in ("value", "low", "high", "error", "freedom", "n", "seeds"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-5)
    scores = recorded_runs(task="sts").groupby("freeze_depth").value.mean()
    assert found.value == pytest.approx(scores["6"] - scores["full"], abs=1e-3)


def test_a_task_with_classes_is_compared_by_its_own_metric(tmp_path, snapshot, monkeypatch):
    lines = ["id\tsentence\tsentiment", *(f"{i}\ta text {i}\t{i % 5}" for i in range(40))]
    raw = ("\n".join(lines) + "\n").encode()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "ids-sst-dev.csv").write_bytes(raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    monkeypatch.setitem(DEV_SHA256, "sst", sha256)
    labels = np.arange(40) % 5
    right, half = labels, np.where(np.arange(40) < 20, labels, (labels + 1) % 5)
    snapshot(
        ("sst", 1.0, {"freeze_depth": None, "predicted": right, "dev_sha256": sha256}),
        ("sst", 0.5, {"freeze_depth": 6, "predicted": half, "dev_sha256": sha256}),
    )
    contrasts.measure(depth_verdicts.wanted(), tmp_path / "data")
    assert contrasts.find(depth_verdicts.wanted()[0]).value == -0.5


def test_another_run_of_a_seed_is_not_taken_for_the_one_that_was_compared(scored):
    folder, _ = scored
    pair = depth_verdicts.wanted()[0]
    contrasts.measure([pair], folder)
    other = replace(pair, first=("0" * 12, pair.first[1]))
    assert contrasts.find(other) is None


def test_nothing_of_chapter_ten_is_wanted_before_it_is_recorded(scored):
    assert explanations.wanted() == []


def test_another_dev_file_is_refused(scored):
    folder, _ = scored
    path = folder / "sts-dev.csv"
    path.write_bytes(path.read_bytes().replace(b"a text 7", b"a word 7"))
    with pytest.raises(DataError, match=r"sts-dev\.csv has sha256 .*, run .* was scored on"):
        contrasts.measure(depth_verdicts.wanted(), folder)


@pytest.mark.parametrize(
    "edit, message",
    [
        (lambda text: text.replace('"n": 120', '"n": 121'), "was edited"),
        (lambda text: text[:80], "was cut or edited"),
        (lambda text: "[]", "was cut or edited"),
    ],
)
def test_a_file_that_was_edited_or_cut_is_refused(scored, edit, message):
    folder, _ = scored
    pairs = depth_verdicts.wanted()
    contrasts.measure(pairs, folder)
    path = results.RESULTS / contrasts.FILE
    path.write_text(edit(path.read_text()))
    with pytest.raises(ResultsError, match=message):
        contrasts.find(pairs[0])
