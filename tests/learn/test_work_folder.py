"""`work/`: begin a chapter anew, take a newer workbook, export; the learner's cells are theirs."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mtslib.base.errors import MtsError
from mtslib.learn import progress_store, three_way, work_folder
from mtslib.learn.progress_store import Record
from mtslib.workbook import lab

NAME = "03_self_attention.ipynb"


def _notebook(**cells: str) -> NotebookNode:
    """Code cells by id; `text` in the id makes it a markdown cell."""
    made = []
    for key, source in cells.items():
        make = new_markdown_cell if "text" in key else new_code_cell
        made.append(make(source, id=key, metadata={"version": source}))
    return new_notebook(cells=made)


OLD = dict(text1="# Chapter", imports="import torch", stub="TODO", check="check()", text2="The end")
NEW = dict(
    text1="# A better title", imports="import torch", news="1 + 1", stub="TODO: do", check="check()"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workbook of one chapter in `notebooks/`, copied to `work/`."""
    (tmp_path / "notebooks").mkdir()
    nbformat.write(_notebook(**OLD), tmp_path / "notebooks" / NAME)
    lab.copy_notebooks(tmp_path / "work", tmp_path / "notebooks")
    return tmp_path


def _edit(place: Path, notebook: NotebookNode) -> None:
    nbformat.write(notebook, place / "work" / NAME)


def _publish(place: Path, **cells: str) -> None:
    """A newer workbook comes out."""
    nbformat.write(_notebook(**cells), place / "notebooks" / NAME)


def _upgrade(place: Path) -> str:
    (line,) = work_folder.upgrade(place / "work", place / "notebooks")
    return line


def _texts(place: Path) -> dict[str, str]:
    notebook = nbformat.read(place / "work" / NAME, as_version=4)
    nbformat.validate(notebook)
    return {cell.id: cell.source for cell in notebook.cells}


# Upgrading -------------------------------------------------------------------------------------


def test_an_untouched_copy_becomes_the_new_workbook(place: Path) -> None:
    _publish(place, **NEW)
    assert _upgrade(place) == f"{NAME}: 2 renewed, 1 new, 1 left the workbook"
    assert list(_texts(place).items()) == list(NEW.items())
    assert _upgrade(place) == f"{NAME}: up to date"


def test_cells_of_the_learner_stay_in_place(place: Path) -> None:
    mine = dict(text1="# Chapter", note="my note", imports="import torch", stub="return 42")
    mine |= dict(check="check()", text2="The end, and my thoughts", scratch="print(1)")
    _edit(place, _notebook(**mine))
    _publish(place, **NEW)
    said = _upgrade(place)
    assert list(_texts(place).items()) == [
        ("text1", "# A better title"),
        ("note", "my note"),
        ("imports", "import torch"),
        ("news", "1 + 1"),
        ("stub", "return 42"),
        ("check", "check()"),
        ("text2", "The end, and my thoughts"),
        ("scratch", "print(1)"),
    ]
    assert "1 renewed, 1 new, 4 of yours kept" in said
    assert "the workbook changed stub too: yours stands" in said


def test_what_the_learner_removed_stays_away_and_what_they_moved_stays_moved(place: Path) -> None:
    order = ["stub", "imports", "check", "text2"]
    _edit(place, _notebook(**{key: OLD[key] for key in order}))
    _publish(place, **NEW)
    said = _upgrade(place)
    assert list(_texts(place)) == ["stub", "imports", "news", "check"]
    assert "1 removed by you stay away" in said


def test_outputs_are_the_learners_where_the_text_is(place: Path) -> None:
    notebook = _notebook(**OLD)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 7
    notebook.metadata["kernelspec"] = {"name": "mine", "display_name": "mine"}
    _edit(place, notebook)
    _publish(place, **NEW)
    _upgrade(place)
    after = nbformat.read(place / "work" / NAME, as_version=4)
    counts = {c.id: c.get("execution_count") for c in after.cells if c.cell_type == "code"}
    assert counts == {"imports": 7, "news": None, "stub": None, "check": 7}
    assert after.metadata.kernelspec.name == "mine"


def test_the_metadata_of_a_changed_stub_follows_the_workbook(place: Path) -> None:
    _edit(place, _notebook(**(OLD | dict(stub="return 42"))))
    _publish(place, **NEW)
    _upgrade(place)
    stub = nbformat.read(place / "work" / NAME, as_version=4).cells[3]
    assert (stub.source, stub.metadata.version) == ("return 42", "TODO: do")


def test_the_notebook_before_the_upgrade_is_kept(place: Path) -> None:
    _edit(place, _notebook(**(OLD | dict(stub="return 42"))))
    before = (place / "work" / NAME).read_bytes()
    _publish(place, **NEW)
    _upgrade(place)
    (kept,) = (place / "work" / ".old").iterdir()
    assert kept.read_bytes() == before
    assert kept.name.startswith("03_self_attention-20")


def test_an_upgrade_cut_short_can_be_made_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edit(place, _notebook(**(OLD | dict(stub="return 42"))))
    _publish(place, **NEW)
    write = work_folder._write

    def only_old(path: Path, raw: bytes) -> None:
        if ".base" in path.parts:
            raise OSError(28, "No space left on device")
        write(path, raw)

    with monkeypatch.context() as patch:
        patch.setattr(work_folder, "_write", only_old)
        assert "could not be written (No space left on device)" in _upgrade(place)
    once = _texts(place)
    _upgrade(place)
    assert _texts(place) == once
    assert once["stub"] == "return 42"
    assert _upgrade(place).endswith("up to date")


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"no JSON", "not a valid notebook"),
        (b"", "not a valid notebook"),
        (b"[]", "expected a JSON object with nbformat 4"),
        (b"<!DOCTYPE html>", "it is a web page"),
        (b'{"nbformat": 5, "cells": []}', "expected a JSON object with nbformat 4"),
    ],
)
def test_what_is_no_notebook_is_left_alone(place: Path, content: bytes, reason: str) -> None:
    (place / "work" / NAME).write_bytes(content)
    _publish(place, **NEW)
    said = _upgrade(place)
    assert said.startswith(f"{NAME}: left as it is, ")
    assert reason in said
    assert "\n" not in said
    assert (place / "work" / NAME).read_bytes() == content
    assert not (place / "work" / ".old").exists()
    assert work_folder.status(place / "work", place / "notebooks")[0].yours == "cannot be read"


def test_an_editor_that_loses_ids_and_metadata_loses_no_work(place: Path) -> None:
    """The copy goes through an editor that writes nbformat 4.0, as Colab does."""
    base = dict(text1="# Chapter", imports="import torch")
    base |= dict(stub='def f(x):\n    """Twice."""\n    raise NotImplementedError', check="f(1)")
    new = base | dict(text1="# A better title", news="1 + 1")
    (place / "notebooks" / NAME).unlink()
    _publish(place, **base)
    work_folder.reset("03", place / "work", place / "notebooks")
    cells = {
        "text1": "# Chapter",
        "imports": "import torch",
        "mine": "y = 3  # scratch",
        "stub": 'def f(x):\n    """Twice."""\n    return 2 * x',
        "check": "f(1)",
    }
    notebook = _notebook(**cells)
    notebook.nbformat_minor = 0
    for cell in notebook.cells:
        del cell["id"]
        cell.metadata = {}
    (place / "work" / NAME).write_text(json.dumps(notebook), encoding="utf-8")
    status = work_folder.status(place / "work", place / "notebooks")[0]
    assert status.yours == "2 cells changed"
    _publish(place, **new)
    assert "1 renewed, 1 new, 2 of yours kept" in _upgrade(place)
    texts = _texts(place)
    assert texts["text1"] == "# A better title"
    assert texts["stub"] == cells["stub"]
    assert cells["mine"] in texts.values()
    assert set(base) < set(texts), "the ids are back, for the next upgrade"
    after = nbformat.read(place / "work" / NAME, as_version=4)
    assert after.cells[list(texts).index("stub")].metadata.version == base["stub"]


def test_line_ends_of_git_are_no_newer_workbook(place: Path) -> None:
    """A clone with core.autocrlf has the same notebook in other bytes."""
    published = place / "notebooks" / NAME
    published.write_bytes(published.read_bytes().replace(b"\n", b"\r\n"))
    assert _upgrade(place).endswith("up to date")
    assert work_folder.status(place / "work", place / "notebooks")[0].workbook == "up to date"


def test_a_copy_without_a_base_is_left_alone(place: Path) -> None:
    (place / "work" / ".base" / NAME).unlink()
    _publish(place, **NEW)
    assert "no base was kept" in _upgrade(place)
    assert _texts(place) == OLD


def test_a_new_chapter_is_copied(place: Path) -> None:
    (place / "work" / NAME).unlink()
    assert _upgrade(place) == f"{NAME}: new, copied"


def test_combining_leaves_its_inputs_alone() -> None:
    three = [_notebook(**OLD), _notebook(**(OLD | dict(stub="mine"))), _notebook(**NEW)]
    before = copy.deepcopy(three)
    three_way.combine(*three)
    assert three == before


# Beginning anew --------------------------------------------------------------------------------


def test_reset_sets_the_chapter_and_its_progress_aside(place: Path) -> None:
    _edit(place, _notebook(stub="return 42"))
    with progress_store.at(place / "work"):
        progress_store.write(Record("03.1", passed=True, source="mine"))
        progress_store.write(Record("04.1", passed=True))
    said = work_folder.reset("03", place / "work", place / "notebooks")
    assert f"{NAME}: a fresh copy" in said
    assert "with its 1 records of progress beside it" in said
    assert _texts(place) == OLD
    with progress_store.at(place / "work"):
        assert not progress_store.read("03.1").passed
        assert progress_store.read("04.1").passed, "another chapter's progress stays"
    kept = {path.suffix: path for path in (place / "work" / ".old").iterdir()}
    assert "return 42" in kept[".ipynb"].read_text(encoding="utf-8")
    assert json.loads((kept[".progress"] / "03.1.json").read_text())["source"] == "mine"


def test_two_resets_in_one_second_keep_both(place: Path) -> None:
    for text in ("first", "second"):
        _edit(place, _notebook(stub=text))
        work_folder.reset("03", place / "work", place / "notebooks")
    kept = [path.read_text(encoding="utf-8") for path in (place / "work" / ".old").iterdir()]
    assert sorted("first" in text for text in kept) == [False, True]


def test_a_reset_that_fails_leaves_everything(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit(place, _notebook(stub="return 42"))

    def full(*_: object) -> None:
        raise MtsError("cannot be written (No space left on device)")

    monkeypatch.setattr(work_folder, "copy_pristine", full)
    with pytest.raises(MtsError, match="No space left"):
        work_folder.reset("03", place / "work", place / "notebooks")
    assert _texts(place) == {"stub": "return 42"}


def test_a_chapter_that_is_none_is_named(place: Path) -> None:
    with pytest.raises(MtsError, match="no chapter '99': the chapters are 03"):
        work_folder.reset("99", place / "work", place / "notebooks")


# Status and export -----------------------------------------------------------------------------


def test_status_says_whose_what_is(place: Path) -> None:
    def line() -> work_folder.Status:
        return work_folder.status(place / "work", place / "notebooks")[0]

    assert (line().yours, line().workbook) == ("0 cells changed", "up to date")
    _edit(place, _notebook(**(OLD | dict(stub="return 42"))))
    _publish(place, **NEW)
    assert (line().yours, line().workbook) == (
        "1 cell changed",
        "a newer one is here: work upgrade",
    )
    (place / "work" / NAME).unlink()
    assert line().yours == "not copied yet"
