"""Progress as one small file, and the commands about `work/`."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from mtslib import __version__
from mtslib.base.errors import MtsError
from mtslib.cli.main import main
from mtslib.learn import progress_store, registry, work_folder
from mtslib.learn.progress_store import Record
from mtslib.workbook.notebooks import find_notebooks


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a `work/` in it."""
    (tmp_path / "work").mkdir()
    return tmp_path


def test_export_holds_what_was_done_and_no_name_of_the_machine(place: Path) -> None:
    exercise = registry.find("03.1")
    made = exercise.mistakes[0].name
    with progress_store.at(place / "work"):
        progress_store.write(
            Record(
                "03.1",
                passed=True,
                tries=3,
                mistakes=(made, os.fspath(place)),
                source="def f(): pass",
                hints=1,
                version=__version__,
            )
        )
    file = place / "me.json"
    assert work_folder.export(file, place / "work") == 1
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["workbook"] == __version__
    assert set(told["exercises"]) == {e.id for e in registry.every()}
    assert told["exercises"]["03.1"] == {
        "passed": True,
        "tries": 3,
        "mistakes": [made],
        "hints": 1,
        "solutions": 0,
        "workbook": __version__,
        "sha256": hashlib.sha256(b"def f(): pass").hexdigest(),
    }
    text = file.read_text(encoding="utf-8")
    assert str(place) not in text
    assert "def f" not in text
    assert work_folder.export(file, place / "work") == 1, "an older export is replaced"


def test_an_export_replaces_nothing_else(place: Path) -> None:
    file = place / "thesis.json"
    file.write_text("{}")
    with pytest.raises(MtsError, match="is not an export of progress"):
        work_folder.export(file, place / "work")
    assert file.read_text() == "{}"


def test_the_command_line(place: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ["--work", str(place / "work")]
    assert main(["work", "export", str(place / "me.json"), *folder]) == 0
    assert "0 exercises passed" in capsys.readouterr().out
    assert main(["work", "status", *folder]) == 0
    assert capsys.readouterr().out.startswith("notebook ")
    assert main(["work", "reset", "99", *folder]) == 2
    assert capsys.readouterr().err.startswith("error: no chapter '99'")
    assert main(["work", "upgrade", "--work", str(place / "nowhere")]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_a_record_that_cannot_be_read_is_told_and_not_exported_as_not_passed(place: Path) -> None:
    record = place / "work" / ".progress" / "03.1.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text("{")
    with pytest.raises(MtsError, match=r"nothing was exported: progress of 03\.1 is damaged"):
        work_folder.export(place / "me.json", place / "work")
    assert not (place / "me.json").exists()


def test_without_a_work_folder_there_is_nothing_to_export(place: Path) -> None:
    with pytest.raises(MtsError, match="no progress to export"):
        work_folder.export(place / "me.json", place / "nowhere")


def test_an_upgrade_that_leaves_a_notebook_alone_ends_with_two(place: Path, capsys) -> None:
    (place / "work").mkdir(exist_ok=True)
    broken = next(iter(find_notebooks())).name
    (place / "work" / broken).write_text("{")
    assert main(["work", "upgrade", "--work", str(place / "work")]) == 2
    seen = capsys.readouterr()
    assert f"{broken}: left as it is, " in seen.out
    assert seen.err.startswith("error: 1 of ")
