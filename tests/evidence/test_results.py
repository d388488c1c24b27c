"""Recorded runs: what goes in comes out, a crash costs one run at most, an edit is noticed."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import safetensors.numpy
from finetune.conftest import write_backbone, write_task

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import _one_thread, tiny_settings  # noqa: F401

from mtslib.base.errors import MtsError, ResultsError
from mtslib.data.known import DEV_SHA256
from mtslib.evidence import results
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
from mtslib.finetune import checkpoint, finetune

UNLABELLED = (3, 17)  # dev rows of sts without a label


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> dict[str, tuple]:
    """(card, rows, predicted) of two runs: sst scored after each epoch, sts with gaps in dev."""
    root = tmp_path_factory.mktemp("results")
    backbone = write_backbone(root / "tiny", seed=0)
    for task in ("sst", "sts"):
        write_task(root, task, "train", 40, seed=1)
        write_task(root, task, "dev", 40, seed=2)
    dev = root / "sts-dev.csv"
    lines = dev.read_text(encoding="utf-8").splitlines()
    for row in UNLABELLED:
        lines[row + 1] = lines[row + 1].rsplit("\t", 1)[0] + "\t"
    dev.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = {}
    for task, changes in (("sst", {"freeze_depth": 1, "epochs": 2}), ("sts", {"epochs": 1})):
        chosen = tiny_settings(task, backbone, **changes)
        item = finetune(chosen, root / task, root, dev_every_epoch=True, progress=False)
        kept = checkpoint.read_tensors(root / task / checkpoint.PREDICTIONS)
        found[task] = (item.card, kept["rows"].numpy(), kept["predicted"].numpy())
    return found


def another(run: tuple, **settings) -> tuple:
    """The same run as if it had other settings."""
    card = copy.deepcopy(run[0])
    card["settings"] |= settings
    return (card, *run[1:])


@pytest.fixture
def three(runs, tmp_path) -> Path:
    """A folder with three recorded runs."""
    for run in (runs["sst"], runs["sts"], another(runs["sst"], seed=5)):
        record(*run, folder=tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(folder: Path, message: str) -> None:
    with pytest.raises(ResultsError, match=message) as seen:
        table(folder)
    assert "\n" not in str(seen.value)


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
            assert json.loads(raw).items() < json.loads(after[name]).items()
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


# Written anew by a tool ------------------------------------------------------------------------


def reserialised(text: str) -> str:
    """Each line as a tool that sorts keys and escapes would write it."""
    lines = [json.loads(line) for line in text.splitlines()]
    return "".join(json.dumps(line, sort_keys=True, indent=None) + "\n" for line in lines)


REWRITTEN = {
    "Windows' line ends": lambda name, text: text.replace("\n", "\r\n"),
    "a byte order mark": lambda name, text: "\ufeff" + text,
    "no last line end": lambda name, text: text.rstrip("\n"),
    "blank lines at the end": lambda name, text: text + "\n\n",
    "JSON written anew": lambda name, text: {
        RUNS: reserialised,
        METRICS: lambda text: text,
        MANIFEST: lambda text: json.dumps(json.loads(text), sort_keys=True, indent=4),
    }[name](text),
    "numbers as a spreadsheet writes them": lambda name, text: (
        re.sub(r"(\.[0-9]*?)0+(,|\n)", r"\1\2", text) if name == METRICS else text
    ),
}


@pytest.mark.parametrize("how", REWRITTEN)
@pytest.mark.parametrize("file", [RUNS, METRICS, MANIFEST])
def test_layout_does_not_count(three, file, how):
    expected = table(three)
    text = REWRITTEN[how](file, (three / file).read_text(encoding="utf-8"))
    (three / file).write_text(text, encoding="utf-8", newline="")
    pd.testing.assert_frame_equal(table(three), expected)


def as_older(folder: Path) -> None:
    """Two seals on each line and no manifest, as older versions kept their runs."""

    def sha256(value: object) -> str:
        return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()

    metrics = [line.split(",") for line in (folder / METRICS).read_text().splitlines()]
    lines = []
    for run in results.read_runs(folder).values():
        rows = [row for row in metrics if row[0] == run["run_id"]]
        line = run | {"metrics_sha256": sha256(rows)}
        lines.append(json.dumps(line | {"line_sha256": sha256(line)}) + "\n")
    (folder / RUNS).write_text("".join(lines), encoding="utf-8")
    (folder / MANIFEST).unlink()


def test_results_of_older_versions_are_read_and_get_a_manifest(runs, three):
    expected = table(three)
    as_older(three)
    pd.testing.assert_frame_equal(table(three), expected)
    record(*another(runs["sts"], seed=9), folder=three)
    pd.testing.assert_frame_equal(table(three).iloc[: len(expected)], expected)
    assert list(json.loads((three / MANIFEST).read_text())) == list(results.read_runs(three))
    assert "line_sha256" not in (three / RUNS).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "file, old, new", [(RUNS, '"seed": 5', '"seed": 6'), (METRICS, "0.", "1.")]
)
def test_edited_results_of_older_versions_are_refused(three, file, old, new):
    as_older(three)
    text = (three / file).read_text(encoding="utf-8")
    (three / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    refused(three, r"run \w+ in runs\.jsonl or metrics\.csv is not as it was recorded")


def test_a_run_is_of_the_course_only_on_the_courses_dev_file(runs, tmp_path):
    """Older versions went by the file's name and called others so too."""
    for digest in (DEV_SHA256["sst"], "ab" * 32):
        card = copy.deepcopy(runs["sst"][0])
        card["data"]["dataset"] = "cs224n"
        card["data"]["dev"]["sha256"] = digest
        record(card, *runs["sst"][1:], folder=tmp_path)
    assert list(table(tmp_path).dataset.unique()) == ["cs224n", "other-abababab"]


# Cut short or edited ---------------------------------------------------------------------------


@pytest.mark.parametrize("file", [RUNS, METRICS, MANIFEST])
@pytest.mark.parametrize("seed", range(3))
def test_a_half_written_file_is_refused(three, file, seed):
    raw = (three / file).read_bytes()
    draw = random.Random(seed)
    for length in draw.sample(range(1, len(raw) - 1), 12):
        (three / file).write_bytes(raw[:length])
        with pytest.raises(ResultsError, match=r"runs\.jsonl|metrics\.csv|manifest\.json"):
            table(three)
    (three / file).write_bytes(raw)
    assert len(table(three)) == 6


@pytest.mark.parametrize("file", [RUNS, METRICS, MANIFEST])
@pytest.mark.parametrize("seed", range(3))
def test_an_edited_byte_is_refused_or_changes_nothing(three, file, seed):
    expected = table(three)
    raw = (three / file).read_bytes()
    draw = random.Random(seed)
    refusals = 0
    for position in draw.sample(range(len(raw)), 40):
        changed = bytearray(raw)
        changed[position] ^= draw.randrange(1, 256)
        (three / file).write_bytes(changed)
        try:
            pd.testing.assert_frame_equal(table(three), expected)
        except ResultsError:
            refusals += 1
    assert refusals >= 34  # some bytes are layout


def test_a_line_that_is_no_run_is_named_by_its_number(three):
    lines = (three / RUNS).read_text(encoding="utf-8").splitlines()
    for broken in ("{", "[]", "7", '{"run": "x"}', lines[1][:-20]):
        (three / RUNS).write_text("\n".join([lines[0], broken, lines[2]]) + "\n", encoding="utf-8")
        refused(
            three, r"runs\.jsonl, line 2 is not a recorded run .*restore it from version control"
        )


@pytest.mark.parametrize("key", ["seconds", "settings", "backbone_name", "trained_parameters"])
def test_an_edited_run_is_named(three, key):
    lines = (three / RUNS).read_text(encoding="utf-8").splitlines()
    run = json.loads(lines[2])
    run[key] = {"train": 0.1} if key == "seconds" else 7
    (three / RUNS).write_text("\n".join([*lines[:2], json.dumps(run)]) + "\n", encoding="utf-8")
    refused(three, rf"run {run['run_id']} in runs\.jsonl or metrics\.csv is not as it was recorded")


def test_a_repeated_run_is_named_by_its_line(three):
    lines = (three / RUNS).read_text(encoding="utf-8").splitlines()
    (three / RUNS).write_text("\n".join([*lines, lines[0]]) + "\n", encoding="utf-8")
    refused(three, r"runs\.jsonl, line 4 repeats run")


@pytest.mark.parametrize(
    "column, written, message",
    [
        ("value", "", r"metrics\.csv, line 4 is not a metric"),
        ("value", "high", r"metrics\.csv, line 4 is not a metric"),
        ("low", "-", r"metrics\.csv, line 4 is not a metric"),
        ("n", "4.5", r"metrics\.csv, line 4 is not a metric"),
        ("n", "40,41", r"metrics\.csv, line 4 is not a metric"),
        ("epoch", "", r"metrics\.csv, line 4 is not a metric"),
        ("value", "0.999000", r"run \w+ in runs\.jsonl or metrics\.csv is not as it was"),
        ("metric", "bleu", r"run \w+ in runs\.jsonl or metrics\.csv is not as it was"),
    ],
)
def test_an_edited_metric_is_named(three, column, written, message):
    lines = (three / METRICS).read_text(encoding="utf-8").splitlines()
    fields = lines[3].split(",")
    fields[results.COLUMNS.index(column)] = written
    lines[3] = ",".join(fields)
    (three / METRICS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    refused(three, message)


def test_other_columns_and_other_encodings_are_refused(three):
    raw = (three / METRICS).read_bytes()
    (three / METRICS).write_bytes(raw.replace(b"value", b"score", 1))
    refused(three, r"metrics\.csv, line 1 is 'run_id,epoch,split,metric,score")
    (three / METRICS).write_bytes(raw + b"\xff\xfe")
    refused(three, rf"metrics\.csv is not UTF-8 .*at byte {len(raw)}")
    (three / METRICS).write_bytes(raw)
    (three / RUNS).write_bytes(b"\xff\xfe")
    refused(three, r"runs\.jsonl, line 1 is not a recorded run")


def test_a_row_too_many_is_refused(three):
    lines = (three / METRICS).read_text(encoding="utf-8").splitlines()
    (three / METRICS).write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    refused(three, rf"run {lines[1].split(',')[0]} in .* is not as it was recorded")


def test_files_that_contradict_each_other_are_refused_by_every_reader(runs, three):
    """A run's metrics are gone, or its line."""
    lines = (three / METRICS).read_text(encoding="utf-8").splitlines()
    first = lines[1].split(",")[0]
    rest = [line for line in lines if not line.startswith(first)]
    (three / METRICS).write_text("\n".join(rest) + "\n", encoding="utf-8")
    refused(three, rf"manifest\.json names run {first}, which metrics\.csv does not have")
    (three / METRICS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (three / RUNS).write_text((three / RUNS).read_text(encoding="utf-8").split("\n")[0] + "\n")
    message = r"manifest\.json names run \w+, which runs\.jsonl does not have"
    refused(three, message)
    before = contents(three)
    for use in (
        lambda: publish(three),
        lambda: record(*another(runs["sst"], seed=8), folder=three),
    ):
        with pytest.raises(ResultsError, match=message):
            use()
    assert contents(three) == before


# A crash ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
def test_after_a_crash_before_the_last_step_everything_goes_on(runs, tmp_path, first):
    """All of a run is written but its entry in the manifest: it was not recorded."""
    if not first:
        record(*runs["sts"], folder=tmp_path)
    old = table(tmp_path)
    lost = another(runs["sst"], seed=7)
    before = "{}" if first else (tmp_path / MANIFEST).read_text()
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
