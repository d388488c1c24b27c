"""Around the grading: seeds, the CSV, letters of a terminal, what is not written over."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mtslib.base.errors import MtsError
from mtslib.cli.main import main
from mtslib.learn.instructor import cells as reading
from mtslib.learn.instructor import grade as grading
from mtslib.workbook import notebooks


def test_each_learner_has_seeds_of_their_own_and_keeps_them() -> None:
    assert grading.seeds("ada", "03.1") == grading.seeds("ada", "03.1")
    others = [("bob", "03.1", ""), ("ada", "03.2", ""), ("ada", "03.1", "autumn")]
    assert all(grading.seeds(*other) != grading.seeds("ada", "03.1") for other in others)
    assert not set(grading.seeds("ada", "03.1")) & {0, 1, 2}, "not those of the notebook"


def test_the_csv_has_its_columns_and_no_formula(tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    (course / "=cmd().ipynb").write_text("no notebook")
    grading.grade(course, tmp_path / "out.csv", announce=lambda _: None)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        header, row = csv.reader(stream)
    assert header == ["learner", "exercise", "outcome", "mistakes", "note", "file", "newest"]
    assert row[0] == "'=cmd()"
    grading.grade(course, tmp_path / "out.csv", announce=lambda _: None)


def test_what_cannot_be_read_costs_no_other_row(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(notebooks, "LARGEST", 1000)
    course = tmp_path / "course"
    course.mkdir()
    (course / "large.ipynb").write_text("{" + " " * 1000)
    (course / "large.py").write_text("1\n" * reading.LARGEST_SCRIPT)
    (course / "minus.py").write_text("-" * 100_000 + "1")
    (course / "nul.py").write_bytes(b"\0")
    (course / "folder.ipynb").mkdir()
    (course / "page.html").write_text("<html>")
    rows = grading.grade(course, tmp_path / "out.csv", announce=lambda _: None)
    assert [(row.file, row.outcome) for row in rows] == [
        ("folder.ipynb", "not graded"),
        ("large.ipynb", "unreadable"),
        ("large.py", "unreadable"),
        ("minus.py", "no exercises"),
        ("nul.py", "no exercises"),
        ("page.html", "not graded"),
    ]
    assert "1000" not in rows[1].note
    assert "clear them all" in rows[1].note


def test_letters_that_the_terminal_lacks_end_nothing(tmp_path: Path) -> None:
    """In a process of its own, as its output is told to be ascii from the start."""
    course = tmp_path / "course"
    course.mkdir()
    for name in ("Łukasz.html".encode(), b"\xff.html", b"two\nlines.html"):
        (course / os.fsdecode(name)).write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "mtslib", "instructor", "grade", course, "--out", "out.csv"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert rb"\u0141ukasz: 0 passed, 1 other" in done.stdout
    text = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert {line.split(",")[0] for line in text.splitlines()[1:]} == {
        "Łukasz",
        "\\xff",
        "two\\nlines",
    }


def test_what_is_no_earlier_result_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").touch()
    (tmp_path / "thesis.csv").write_text("year,words\n")
    with pytest.raises(MtsError, match="is no file of this command"):
        grading.grade(tmp_path, tmp_path / "thesis.csv")
    assert (tmp_path / "thesis.csv").read_text() == "year,words\n"


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_without_notebooks_is_named(folder: str, tmp_path: Path, capsys) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out.csv"
    assert main(["instructor", "grade", str(tmp_path / folder), "--out", str(out)]) == 2
    assert folder in capsys.readouterr().err
    assert not out.exists()


def test_the_help_says_that_it_is_no_sandbox(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["instructor", "grade", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "not a sandbox: run it in a container" in said


def test_the_manual_says_what_it_is_not_and_gives_a_container(capsys) -> None:
    assert main(["instructor", "notes"]) == 0
    said = capsys.readouterr().out
    assert "**This is not a sandbox.**" in said
    assert "docker run --rm --network none" in said


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1", "1e9"])
def test_a_limit_that_is_none_is_refused(seconds: str, tmp_path: Path, capsys) -> None:
    given = ["instructor", "grade", str(tmp_path), "--out", str(tmp_path / "a.csv")]
    assert main([*given, "--seconds", seconds]) == 2
    assert "must be more than 0" in capsys.readouterr().err


def test_what_was_ended_early_goes_on_with_the_same_seeds(tmp_path: Path) -> None:
    """Rows that are there are not made again; the note beside the result is gone at the end."""
    from mtslib.learn.instructor.handins import HandIn
    from mtslib.learn.instructor.journal import Journal, Row

    out, ada, bob = tmp_path / "a.csv", [HandIn("ada", "a")], [HandIn("bob", "b")]
    with Journal(out, "first", {"seconds": 1}) as journal:
        journal.add(ada, [Row("ada", "03.1", "passed")])
        journal.rows(ada)
    assert "ada,03.1,passed" in out.read_text()
    with Journal(out, "second", {"seconds": 1}) as journal:
        assert journal.salt == "first"
        assert journal.has(ada)
        assert not journal.has(bob)
        journal.rows(ada)
        journal.add(bob, [Row("bob", "03.1", "failed")])
        journal.rows(bob)
        assert [row.learner for row in journal.finished()] == ["ada", "bob"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    with Journal(out, "third", {"seconds": 2}) as journal:
        assert journal.salt == "third"
        assert not journal.has(ada), "it was finished"
