"""Reading notebooks of every maker: whatever an editor leaves out is put right, nothing is lost.

Each text below has the shape that one real program writes, cut down to a cell or two.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest

from mtslib.base.errors import MtsError
from mtslib.base.paths import NOTEBOOKS
from mtslib.workbook import notebooks
from mtslib.workbook.notebooks import read_notebook

# Colab: nbformat 4.0, its own ids in metadata, no ids of cells, outputs with a base64 picture.
COLAB = """{"nbformat": 4, "nbformat_minor": 0,
 "metadata": {"colab": {"provenance": []}, "kernelspec": {"name": "python3"},
  "language_info": {"name": "python"}},
 "cells": [
  {"cell_type": "markdown", "source": ["# Title\\n", "text"], "metadata": {"id": "a1"}},
  {"cell_type": "code", "source": ["def f():\\n", "    return 1"], "metadata": {"id": "b2",
   "colab": {"base_uri": "https://localhost/"}, "outputId": "c3"}, "execution_count": 7,
   "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\\n"]}]}]}"""

# VS Code: no metadata of cells but a language id, orig_nbformat, a kernel without its name.
VSCODE = """{"cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["# Title\\n", "text"]},
  {"cell_type": "code", "execution_count": null, "metadata": {"vscode": {"languageId": "python"}},
   "outputs": [], "source": ["def f():\\n", "    return 1"]}],
 "metadata": {"kernelspec": {"display_name": ".venv", "language": "python"},
  "language_info": {"version": "3.11.7"}, "orig_nbformat": 4},
 "nbformat": 4, "nbformat_minor": 2}"""

# Some tools write ids that only 4.5 has into a notebook that calls itself 4.4.
IDS_TOO_EARLY = """{"cells": [
  {"cell_type": "markdown", "id": "one", "metadata": {}, "source": "# Title\\ntext"},
  {"cell_type": "code", "id": "two", "metadata": {}, "source": "def f():\\n    return 1",
   "execution_count": 1, "outputs": []}],
 "metadata": {}, "nbformat": 4, "nbformat_minor": 4}"""

# IPython 2: worksheets, input, prompt_number, pyout.
VERSION_3 = """{"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [
  {"cells": [{"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Title\\n", "text"]},
  {"cell_type": "code", "collapsed": false, "input": ["def f():\\n", "    return 1"],
   "language": "python", "metadata": {}, "outputs": [{"output_type": "pyout", "text": ["1"],
   "prompt_number": 1, "metadata": {}}], "prompt_number": 1}], "metadata": {}}]}"""

# By hand, or by a script: next to nothing is there.
BARE = """{"cells": [{"cell_type": "markdown", "source": "# Title\\ntext"},
 {"cell_type": "code", "source": "def f():\\n    return 1", "outputs": [
  {"output_type": "stream", "text": "1"}, {"output_type": "execute_result"}, {"text": "?"},
  {"output_type": "error", "ename": "E"}, {"output_type": "display_data", "data":
   {"text/plain": ["a", "b"], "application/json": ["a", "b"]}}]}]}"""

WRITERS = {
    "Colab": COLAB.encode(),
    "VS Code": VSCODE.encode(),
    "ids too early": IDS_TOO_EARLY.encode(),
    "nbformat 3": VERSION_3.encode(),
    "bare": BARE.encode(),
    "byte order mark": b"\xef\xbb\xbf" + COLAB.encode(),
    "UTF-16": COLAB.encode("utf-16"),  # of a redirection in PowerShell
    "lines of Windows": VSCODE.replace("\\n", "\\r\\n").replace("\n", "\r\n").encode(),
    "null for nothing": IDS_TOO_EARLY.replace('"metadata": {}', '"metadata": null').encode(),
    "one id twice": IDS_TOO_EARLY.replace('"two"', '"one"').encode(),
    "an id that is none": IDS_TOO_EARLY.replace('"two"', '"zwei ä"').encode(),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_notebook_of_any_writer_is_read(writer: str, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(WRITERS[writer])
    notebook = read_notebook(path)
    nbformat.validate(notebook)
    text, code = notebook.cells
    assert (text.cell_type, text.source) == ("markdown", "# Title\ntext")
    assert (code.cell_type, code.source) == ("code", "def f():\n    return 1")
    assert read_notebook(path) == notebook, "ids that are made up are the same every time"


def test_what_an_output_lacks_is_added_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(BARE)
    outputs = read_notebook(tmp_path / "a.ipynb").cells[1].outputs
    assert [o.output_type for o in outputs] == ["stream", "execute_result", "error", "display_data"]
    assert outputs[0] == {"output_type": "stream", "name": "stdout", "text": "1"}
    assert outputs[3].data == {"text/plain": "ab", "application/json": ["a", "b"]}


def test_only_ids_that_are_missing_are_made_up(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(WRITERS["one id twice"])
    assert [cell.id for cell in read_notebook(path).cells] == ["one", "unnamed-1"]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_workbook_itself_needs_no_repair(path: Path) -> None:
    notebook = read_notebook(path)
    assert notebook == nbformat.read(path, as_version=4)
    assert nbformat.writes(notebook) + "\n" == path.read_text(encoding="utf-8")


def test_lines_that_came_without_their_ends_stay_lines(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": ["x = 1", "y = 2"]}
    (tmp_path / "a.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    assert read_notebook(tmp_path / "a.ipynb").cells[0].source == "x = 1\ny = 2"


def test_half_a_character_does_not_stop_the_writing(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(BARE.replace("return 1", r"return '\ud83d'"))
    notebook = read_notebook(tmp_path / "a.ipynb")
    nbformat.writes(notebook).encode("utf-8")


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "the file is empty"),
        (b"\n", "the file is empty"),
        (b"dear teacher", "not a valid notebook"),
        (b"<!DOCTYPE html><title>a.ipynb</title>", "it is a web page; download the file itself"),
        (b'{"cells": [\n<<<<<<< HEAD\n', "an unresolved conflict of git"),
        (b"<<<<<<< HEAD\r\n{", "an unresolved conflict of git"),
        (b"\0" * 99, "of zero bytes only"),
        (b"<?xml version='1.0'?><html>", "it is a web page"),
        (b"PK\3\4", "it is a zip archive"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b'{"url": "x", "doc_id": "y"}', "only a link to a document of Google"),
        (b"[1]", "expected a JSON object with nbformat 4"),
        (b'{"nbformat": 5, "cells": []}', "expected a JSON object with nbformat 4"),
        (b'{"nbformat": 4}', "expected a list of cells"),
        (b'{"nbformat": 4, "cells": ["x"]}', "expected a list of cells"),
        (b"\xff\xfe\xfa\x00\x01", "not a valid notebook"),
        (b"[" * 100_000, "not a valid notebook"),
        (json.dumps({"cells": []}).encode()[:-1], "not a valid notebook"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_line(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "a.ipynb").write_bytes(content)
    with pytest.raises(MtsError, match=r"^a\.ipynb: ") as raised:
        read_notebook(tmp_path / "a.ipynb")
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_cannot_be_read_at_all_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "large.ipynb").write_text(COLAB)
    monkeypatch.setattr(notebooks, "LARGEST", 100)
    for name, reason in {
        "folder": "a folder, not a notebook",
        "pipe": "not a regular file",
        "large": "large outputs: clear them all",
        "nowhere": "No such file",
    }.items():
        with pytest.raises(MtsError, match=reason):
            read_notebook(tmp_path / f"{name}.ipynb")
