"""The recorded scores belong to the committed corpora, and the datasheet shows them as recorded."""

import csv
import json
import sys
from collections import Counter

import numpy as np
import pytest

from mtslib.base import paths
from mtslib.data.known import controlled_sha256

FOLDER = paths.DATA / "controlled"


@pytest.fixture(scope="module")
def build():
    """The modules of the builder, which is no package: (audit, examples, render)."""
    sys.path.insert(0, str(FOLDER / "build"))
    try:
        import audit
        import examples
        import render

        yield audit, examples, render
    finally:
        sys.path.remove(str(FOLDER / "build"))


def test_the_datasheet_shows_the_examples_that_the_files_hold(build):
    _, examples, render = build
    assert render.block("examples") == examples.tables(), "run data/controlled/build/examples.py"


def test_the_datasheet_shows_the_scores_that_are_recorded(build):
    _, _, render = build
    assert render.block("scores") == render.tables(), "run data/controlled/build/table.py --render"


def test_the_datasheet_shows_the_audit_that_the_readers_gave(build):
    audit, _, render = build
    assert render.block("audit") == audit.table(), "run data/controlled/build/audit.py score"


def test_the_scores_are_those_of_the_committed_corpora(build):
    _, _, render = build
    made = json.loads((FOLDER / "scores.json").read_text(encoding="utf-8"))
    for stem, recorded in made["corpus_sha256"].items():
        assert recorded == controlled_sha256(stem), f"{stem} changed: run table.py again"
    for line in render.read_table("scores.csv"):
        assert line["corpus"] == made["corpus_sha256"][line["task"]][:12]


def test_every_phenomenon_of_dev_has_a_score_with_its_count(build):
    _, _, render = build
    lines = render.read_table("scores.csv")
    for stem in ("sentiment", "reviews", "paraphrase", "similarity"):
        with (FOLDER / f"{stem}-dev.csv").open(encoding="utf-8", newline="") as file:
            rows = Counter(row["phenomenon"] for row in csv.DictReader(file, delimiter="\t"))
        recorded = {
            line["group"]: int(line["n"])
            for line in lines
            if (line["task"], line["split"], line["group_kind"]) == (stem, "dev", "phenomenon")
        }
        assert recorded == dict(rows)
        assert min(rows.values()) >= 8  # the interval of fewer says nothing


def test_an_interval_holds_its_score_and_the_mean_is_the_mean_of_the_seeds(build):
    _, _, render = build
    right = np.array([[1, 1, 0, 0], [1, 1, 1, 0]])
    first, second, mean = render.scored("accuracy", right, np.ones(4))
    assert (first[1], second[1], mean[0], mean[1]) == (0.5, 0.75, "mean", 0.625)
    for _, value, low, high in (first, second, mean):
        assert 0 <= low <= value <= high <= 1


def test_test_is_scored_once(build, monkeypatch):
    _, _, render = build
    sha256 = controlled_sha256("reviews")[:12]
    line = {"task": "reviews", "split": "test", "corpus": sha256}
    monkeypatch.setattr(render, "read_table", lambda name: [line])
    assert render.tasks_scored_on_test() == ["reviews"]
    monkeypatch.setattr(render, "read_table", lambda name: [line | {"corpus": "0" * 12}])
    assert render.tasks_scored_on_test() == []


def test_a_drawn_row_shows_its_text_and_nothing_else(build, tmp_path):
    audit, _, _ = build
    audit.draw(tmp_path, seed=7)
    for task in audit.TASKS.values():
        with (tmp_path / task / "rows.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        assert len(rows) == 100
        assert set(rows[0]) <= {"audit", "sentence", "sentence1", "sentence2"}


def test_what_a_reader_wrote_is_taken_by_row_and_scored(build, tmp_path, monkeypatch):
    audit, _, _ = build
    monkeypatch.setattr(audit, "READERS", tmp_path / "audit")
    audit.draw(tmp_path, seed=7)
    keys = audit._read(tmp_path / "keys" / "cfimdb.csv")
    labels = audit._labels("reviews")
    wrong = keys[0]["audit"]
    lines = []
    for key in keys:
        label = int(labels[key["row"]][1])
        marks = 2 if key["audit"] == wrong else 0
        lines.append((key["audit"], 1 - label if marks else label, marks))
    audit._write(tmp_path / "cfimdb" / "ann.csv", ("audit", "label", "unnatural"), lines)
    audit.take(tmp_path, "ann")
    (line,) = (line for line in audit.table().splitlines() if line.startswith("| cfimdb"))
    assert line.startswith("| cfimdb | ann | 100 | same label 99.0%")
    _, rows, sentences, _ = (cell.strip() for cell in line.rsplit("|", 3))
    assert rows.startswith("1.0%")
    with (tmp_path / "cfimdb" / "rows.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["sentence"] for row in csv.DictReader(file, delimiter="\t")]
    count = sum(text.count(".") + text.count("?") + text.count("!") for text in texts)
    assert sentences.startswith(f"{2 / count:.1%}")


@pytest.mark.parametrize("marks", ["", "-1", "some", "0.5"])
def test_marks_that_are_no_count_are_asked_for_again(build, tmp_path, marks):
    audit, _, _ = build
    audit.draw(tmp_path, seed=7)
    keys = audit._read(tmp_path / "keys" / "cfimdb.csv")
    lines = [(key["audit"], 1, marks) for key in keys]
    audit._write(tmp_path / "cfimdb" / "ann.csv", ("audit", "label", "unnatural"), lines)
    with pytest.raises(SystemExit, match="how many sentences are unnatural"):
        audit.take(tmp_path, "ann")


def test_a_reader_who_left_a_row_out_is_asked_for_it(build, tmp_path):
    audit, _, _ = build
    audit.draw(tmp_path, seed=7)
    audit._write(tmp_path / "cfimdb" / "ann.csv", ("audit", "label", "unnatural"), [])
    with pytest.raises(SystemExit, match="has no line cfimdb-001"):
        audit.take(tmp_path, "ann")
