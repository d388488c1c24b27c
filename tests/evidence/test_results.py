"""Recorded runs: what goes in comes out, a crash costs one run at most, an edit is noticed."""

from __future__ import annotations

import copy
import json

import numpy as np
import pandas as pd
import pytest
import safetensors.numpy
from evidence.conftest import UNLABELLED, another
from folders import contents

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import _one_thread, tiny_settings  # noqa: F401

from mtslib.base.errors import MtsError, ResultsError
from mtslib.evidence import manifest, results
from mtslib.evidence.results import (
    MANIFEST,
    METRICS,
    PREDICTIONS,
    RUNS,
    SNAPSHOT,
    publish,
    record,
    table,
)

# In and out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["sst", "sts"])
def test_a_run_comes_out_as_it_went_in(runs, tmp_path, task):
    card, rows, predicted = runs[task]
    name, new = record(card, rows, predicted, tmp_path, seconds_comparable=True)
    assert new
    (kept,) = results.read_runs(tmp_path).values()
    assert kept["run_id"] == name == results.run_id(card)
    for key in ("settings", "data", "backbone_name", "backbone_sha256", "environment"):
        assert kept[key] == card[key]
    assert kept["seconds"] == card["seconds"] | {"comparable": True}
    found = table(tmp_path)
    assert list(found.metric) == [metric["name"] for metric in card["dev"]]
    for row, metric in zip(found.itertuples(), card["dev"], strict=True):
        assert (row.run_id, row.dataset, row.backbone) == (
            name,
            card["data"]["dataset"],
            card["backbone_name"],
        )
        assert (row.task, row.seed, row.n) == (task, 0, metric["n"])
        assert row.freeze_depth == {"sst": "1", "sts": "full"}[task]
        for key in ("value", "low", "high"):
            assert getattr(row, key) == pytest.approx(metric[key], abs=5e-7)
        for key in ("objective", "pooling", "preset", "epochs"):
            assert getattr(row, key) == card["settings"][key]
        assert row.trained_parameters == card["trained_parameters"]
        assert row.train_seconds == card["seconds"]["train"]
        assert row.precision == "fp32"


def test_seconds_are_not_comparable_unless_somebody_says_so(runs, tmp_path):
    record(*runs["sst"], folder=tmp_path)
    assert all(
        run["seconds"]["comparable"] is False for run in results.read_runs(tmp_path).values()
    )


def test_the_file_of_metrics_keeps_every_epoch_and_the_table_the_last(runs, tmp_path):
    card = runs["sst"][0]
    record(*runs["sst"], folder=tmp_path)
    rows = pd.read_csv(tmp_path / METRICS)
    losses = rows[rows.metric == "loss"]
    assert list(losses.epoch) == [1, 2]
    assert list(losses.value) == pytest.approx([r["loss"] for r in card["history"]], abs=5e-7)
    assert set(losses.split) == {"train"}
    assert set(losses.n) == {40}
    accuracy = rows[rows.metric == "accuracy"]
    assert list(accuracy.epoch) == [1, 2]
    assert accuracy.value.iloc[0] == pytest.approx(card["history"][0]["dev"][0]["value"], abs=5e-7)
    assert len(table(tmp_path)) == 2


def test_recording_twice_is_one_run(runs, three):
    before = contents(three)
    later = copy.deepcopy(runs["sst"][0])
    later["seconds"]["train"] += 1.0
    name, new = record(later, *runs["sst"][1:], folder=three)
    assert not new
    assert name == results.run_id(runs["sst"][0])
    assert contents(three) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda card: card["settings"].update(seed=1),
        lambda card: card["settings"].update(learning_rate=0.5),
        lambda card: card.update(backbone_sha256="0" * 64),
        lambda card: card["data"]["train"].update(sha256="0" * 64),
        lambda card: card["environment"].update(code_sha256="0" * 64),
        lambda card: card["environment"].update(precision="bf16"),
    ],
)
def test_what_makes_another_run(runs, three, change):
    card = copy.deepcopy(runs["sst"][0])
    change(card)
    name, new = record(card, *runs["sst"][1:], folder=three)
    assert new
    assert list(results.read_runs(three))[-1] == name
    assert len(table(three)) == 8


def test_a_new_run_leaves_the_others_as_they_were(runs, three):
    before = contents(three)
    record(*another(runs["sts"], seed=9), folder=three)
    after = contents(three)
    for name, raw in before.items():
        if name == MANIFEST:
            before_it, after_it = (json.loads(text)["runs"] for text in (raw, after[name]))
            assert after_it[:-1] == before_it
        else:
            assert after[name].startswith(raw) if "/" not in name else after[name] == raw


def test_the_files_hold_one_line_a_run_and_plain_numbers(three):
    lines = (three / RUNS).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["run_id"] for line in lines] == list(results.read_runs(three))
    assert (
        len({path.stem for path in (three / PREDICTIONS).iterdir()} ^ {*results.read_runs(three)})
        == 0
    )
    assert not list(three.glob(".*"))


# Predictions -----------------------------------------------------------------------------------


def test_classes_come_back_exactly(runs, three):
    card, rows, predicted = runs["sst"]
    seen_rows, seen = results.read_predictions(results.run_id(card), three)
    assert np.array_equal(seen_rows, rows)
    assert np.array_equal(seen, predicted.astype(int))
    assert np.mean(seen == 0) < 1


def test_scores_come_back_to_three_digits_and_rows_without_a_label_stay_out(runs, three):
    card, rows, predicted = runs["sts"]
    seen_rows, seen = results.read_predictions(results.run_id(card), three)
    assert list(seen_rows) == [row for row in range(40) if row not in UNLABELLED]
    assert np.array_equal(seen_rows, rows)
    assert np.abs(seen - predicted).max() <= 2e-3
    raw = safetensors.numpy.load_file(three / PREDICTIONS / f"{results.run_id(card)}.safetensors")
    assert raw["predicted"].shape == (40,)
    assert raw["predicted"].nbytes == 80


@pytest.mark.parametrize("damage", [None, b"", b"short", b"\x80\x04pickle"])
def test_predictions_that_cannot_be_read_are_named(runs, three, damage):
    name = results.run_id(runs["sst"][0])
    path = three / PREDICTIONS / f"{name}.safetensors"
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(ResultsError, match=f"predictions of run {name} cannot be read") as seen:
        results.read_predictions(name, three)
    assert "\n" not in str(seen.value)


# A crash ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
def test_after_a_crash_before_the_last_step_everything_goes_on(runs, tmp_path, first):
    """All of a run is written but its entry in the manifest: it was not recorded."""
    if not first:
        record(*runs["sts"], folder=tmp_path)
    old = table(tmp_path)
    lost = another(runs["sst"], seed=7)
    if first:
        manifest.write(tmp_path / MANIFEST, [])
    before = (tmp_path / MANIFEST).read_text()
    record(*lost, folder=tmp_path)
    (tmp_path / MANIFEST).write_text(before)

    pd.testing.assert_frame_equal(table(tmp_path), old)
    if not first:
        assert publish(tmp_path) == 1
        pd.testing.assert_frame_equal(table(tmp_path / SNAPSHOT), old)
    assert record(*runs["sst"], folder=tmp_path)[1]
    assert set(table(tmp_path).run_id) == {*old.get("run_id", []), results.run_id(runs["sst"][0])}
    assert results.run_id(lost[0]) not in (tmp_path / METRICS).read_text(encoding="utf-8")
    assert record(*lost, folder=tmp_path)[1], "it can be recorded again"
    assert len(table(tmp_path)) == len(old) + 4


def test_a_real_failure_of_a_step_in_between(runs, tmp_path):
    """Something stands where runs.jsonl must go, so that the last rename fails."""
    (tmp_path / RUNS).mkdir()
    with pytest.raises(MtsError, match=rf"{RUNS} is a folder"):
        record(*runs["sst"], folder=tmp_path)
    assert (tmp_path / METRICS).is_file()
    (tmp_path / RUNS).rmdir()
    assert table(tmp_path).empty
    assert record(*runs["sts"], folder=tmp_path)[1]
    assert set(table(tmp_path).task) == {"sts"}
    assert not list(tmp_path.glob(".*"))


# Published -------------------------------------------------------------------------------------


def test_the_snapshot_is_what_a_table_reads(runs, three, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", three)
    assert table().empty, "nothing is published yet"
    assert publish() == 3
    published = table()
    pd.testing.assert_frame_equal(published, table(three))
    assert set(contents(three / SNAPSHOT)) == {RUNS, METRICS, MANIFEST}
    record(*another(runs["sst"], seed=6))
    pd.testing.assert_frame_equal(table(), published)
    assert len(table(three)) == len(published) + 2
    assert publish() == 4
    assert len(table()) == len(published) + 2
    assert not list(three.glob(".*"))


def test_nothing_recorded_is_nothing_to_publish(tmp_path):
    assert results.read_runs(tmp_path) == {}
    with pytest.raises(ResultsError, match="no run is recorded yet"):
        publish(tmp_path)
    assert contents(tmp_path) == {}


def test_what_is_committed_can_be_read():
    """The project's own records, if there are any yet, hold together."""
    for folder in (results.RESULTS, results.RESULTS / SNAPSHOT):
        assert len(set(table(folder).get("run_id", []))) == len(results.read_runs(folder))


def test_a_file_is_recorded_by_its_name_and_not_by_its_place(runs):
    card = runs["sst"][0]
    names = set()
    for place in ("/home/ada/data/pairs.csv", "pairs.csv"):
        own = card | {"settings": card["settings"] | {"before_file": place}}
        names.add(results.run_id(own))
    assert len(names) == 1
    assert names != {results.run_id(card)}
