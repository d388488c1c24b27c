"""Recorded runs that a tool wrote anew, or that somebody edited."""

from __future__ import annotations

import copy
import json
import os
import random
import re
from pathlib import Path

import pandas as pd
import pytest
from evidence.conftest import another
from folders import contents

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import _one_thread, tiny_settings  # noqa: F401

from mtslib.base.errors import ResultsError
from mtslib.data.known import DEV_SHA256
from mtslib.evidence import results
from mtslib.evidence.results import (
    MANIFEST,
    METRICS,
    RUNS,
    publish,
    record,
    table,
)


def refused(folder: Path, message: str) -> None:
    with pytest.raises(ResultsError, match=message) as seen:
        table(folder)
    assert "\n" not in str(seen.value)


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


def test_a_run_is_of_the_course_only_on_the_courses_dev_file(runs, tmp_path):
    """Older versions went by the file's name and called others so too."""
    for digest in (DEV_SHA256["sst"], "ab" * 32):
        card = copy.deepcopy(runs["sst"][0])
        card["data"]["dataset"] = "cs224n"
        card["data"]["dev"]["sha256"] = digest
        record(card, *runs["sst"][1:], folder=tmp_path)
    assert list(table(tmp_path).dataset.unique()) == ["cs224n", "other-abababab"]


# Cut short or edited ---------------------------------------------------------------------------


def test_results_without_their_manifest_are_refused(three):
    (three / MANIFEST).unlink()
    refused(three, "has no manifest.json; a file was cut or edited")


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
    edited = {"seconds": {"train": 0.1}, "settings": run["settings"] | {"seed": 9}}
    run[key] = (edited | {"backbone_name": "another", "trained_parameters": 7})[key]
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


def test_an_edit_that_leaves_size_and_time_as_they_were_is_noticed(three):
    path = three / RUNS
    raw, before = path.read_bytes(), path.stat()
    assert len(table(three))
    path.write_bytes(raw.replace(b'"batch_size": 8', b'"batch_size": 9', 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert path.read_bytes() != raw
    refused(three, "is not as it was recorded")
