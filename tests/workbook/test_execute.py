"""Executing the workbook without a browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mtslib.base.errors import MtsError
from mtslib.workbook import execute

WHOSE_PYTHON = "import os, sys\nprint(sys.executable == os.environ['TESTED_PYTHON'])"
SLIDER = "import ipywidgets\nipywidgets.VBox([ipywidgets.IntSlider(value=3)])"


def _write(path: Path, *sources: str, tags: tuple[str, ...] = ()) -> Path:
    cells = [new_markdown_cell("# A chapter"), *(new_code_cell(source) for source in sources)]
    notebook = new_notebook(cells=cells)
    for index, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{index}"
        if cell.cell_type == "code" and tags:
            cell.metadata["tags"] = list(tags)
    nbformat.write(notebook, path)
    return path


def _outputs(path: Path) -> list[str]:
    notebook = nbformat.read(path, as_version=4)
    return [o.get("text", "") for c in notebook.cells for o in c.get("outputs", [])]


# Which notebooks


def test_notebooks_come_in_reading_order(tmp_path: Path) -> None:
    for name in ("01_tokens", "00b_pytorch", "16_own_task", "00_start_here"):
        _write(tmp_path / f"{name}.ipynb")
    found = [path.stem for path in execute.find_notebooks(tmp_path)]
    assert found == ["00_start_here", "00b_pytorch", "01_tokens", "16_own_task"]


@pytest.mark.parametrize("only", ["00b", "00b_pytorch", "00b_pytorch.ipynb"])
def test_one_chapter_can_be_named(tmp_path: Path, only: str) -> None:
    for name in ("00_start_here", "00b_pytorch"):
        _write(tmp_path / f"{name}.ipynb")
    assert [p.stem for p in execute.find_notebooks(tmp_path, only)] == ["00b_pytorch"]


def test_a_chapter_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    _write(tmp_path / "00_start_here.ipynb")
    with pytest.raises(MtsError, match=r"no chapter '9': the chapters are 00"):
        execute.find_notebooks(tmp_path, "9")
    with pytest.raises(MtsError, match="no notebook in"):
        execute.find_notebooks(tmp_path / "elsewhere")


# Executing


def test_execute_all_writes_executed_copies_and_leaves_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In order, each in its own kernel of this Python, without the real data, and timed."""
    monkeypatch.setenv("MTS_DATA", str(tmp_path))
    monkeypatch.setenv("TESTED_PYTHON", sys.executable)
    paths = [
        _write(tmp_path / "00_a.ipynb", WHOSE_PYTHON, "x = 1"),
        _write(tmp_path / "01_b.ipynb", "print('x' in globals(), os_data)", tags=(execute.RAISES,)),
        _write(tmp_path / "02_c.ipynb", "import os\nprint(os.environ.get('MTS_DATA'))"),
    ]
    before = [path.read_bytes() for path in paths]

    timings = execute.execute_notebooks(paths, out=tmp_path / "out")

    assert [path.read_bytes() for path in paths] == before
    assert _outputs(tmp_path / "out" / "00_a.ipynb") == ["True\n"]
    assert _outputs(tmp_path / "out" / "02_c.ipynb") == ["None\n"]
    assert [(t.notebook, t.cells) for t in timings] == [("00_a", 2), ("01_b", 1), ("02_c", 1)]
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table] == ["notebook", "00_a", "01_b", "02_c", "together"]
    assert float(table[-1].split()[2]) == pytest.approx(sum(t.seconds for t in timings), abs=0.1)


def test_a_failing_cell_is_named_with_its_line(tmp_path: Path) -> None:
    good = _write(tmp_path / "00_a.ipynb", "print('fine')")
    bad = _write(tmp_path / "01_b.ipynb", "x = 1", "y = 2\n\nraise ValueError('too\\nbad')")
    out = tmp_path / "out"
    out.mkdir()
    (out / "01_b.ipynb").write_text("from an earlier run")

    with pytest.raises(MtsError) as raised:
        execute.execute_notebooks([good, bad], out=out)

    assert str(raised.value) == "01_b.ipynb, cell 3, line 3: ValueError: too"
    assert [path.name for path in out.iterdir()] == ["00_a.ipynb"]


def test_a_cell_that_should_raise_and_does_not_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "00_a.ipynb", "x = 1", tags=(execute.RAISES,))
    with pytest.raises(MtsError, match=r"00_a\.ipynb, cell 2: tagged raises-exception"):
        execute.execute_notebooks([path], out=tmp_path / "out")


def test_a_cell_without_end_is_stopped(tmp_path: Path) -> None:
    path = _write(tmp_path / "00_a.ipynb", "import time\ntime.sleep(60)")
    with pytest.raises(MtsError, match=r"00_a\.ipynb, cell 2: ran longer than the time limit"):
        execute.execute_notebooks([path], out=tmp_path / "out", cell_timeout=1)


def test_a_kernel_that_dies_is_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "00_a.ipynb", "import os\nos._exit(1)")
    with pytest.raises(MtsError, match=r"00_a\.ipynb, cell 2: its Python process ended"):
        execute.execute_notebooks([path], out=tmp_path / "out")


@pytest.mark.parametrize(
    "content", ["", "not json", '{"cells": 3}', '{"nbformat": 4, "nbformat_minor": 5, "cells": 3}']
)
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "00_a.ipynb"
    path.write_text(content)
    with pytest.raises(MtsError, match=r"00_a\.ipynb: not a valid notebook"):
        execute.execute_notebooks([path], out=tmp_path / "out")


def test_ctrl_c_stops_at_once_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    started, pid = tmp_path / "started", tmp_path / "pid"
    sleep = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\n"
        f"pathlib.Path({str(started)!r}).touch()\ntime.sleep(3600)"
    )
    paths = [
        _write(tmp_path / "00_a.ipynb", "print('done')"),
        _write(tmp_path / "01_b.ipynb", sleep),
    ]
    program = (
        "import sys, signal; from pathlib import Path; from mtslib.workbook import execute\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try: execute.execute_notebooks([Path(p) for p in sys.argv[2:]], out=Path(sys.argv[1]))\n"
        "except KeyboardInterrupt: sys.exit(130)\n"
    )
    out = tmp_path / "out"
    process = subprocess.Popen([sys.executable, "-c", program, str(out), *map(str, paths)])
    end = time.monotonic() + 60
    while not started.exists() and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)

    assert process.wait(120) == 130, "it waits for the cell"
    assert [path.name for path in out.iterdir()] == ["00_a.ipynb"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


# Refreshing the committed outputs


def test_refreshing_twice_changes_nothing(tmp_path: Path) -> None:
    """Ids stay, and whatever differs between two runs is gone: the second diff is empty."""
    path = _write(tmp_path / "00_a.ipynb", "print('one')", SLIDER, "'shown'")
    execute.execute_notebooks([path], out=None)
    first = path.read_text()
    execute.execute_notebooks([path], out=None)
    assert path.read_text() == first

    notebook = json.loads(first)
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{i}" for i in range(4)]
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    assert execute.WIDGET_VIEW not in first
    assert "VBox(children=(IntSlider(value=3)" in first


def test_refreshing_drops_what_a_front_end_left_behind(tmp_path: Path) -> None:
    path = _write(tmp_path / "00_a.ipynb", "print('one')")
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    notebook.cells[1].metadata["exercise"] = {"id": "03.4"}
    nbformat.write(notebook, path)

    execute.execute_notebooks([path], out=None)

    refreshed = nbformat.read(path, as_version=4)
    assert "widgets" not in refreshed.metadata
    assert refreshed.cells[1].metadata == {"exercise": {"id": "03.4"}}


def test_a_traceback_names_no_folder_of_this_machine(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "00_a.ipynb",
        "from mtslib.base.paths import ROOT\nfrom mtslib.workbook import notebooks\n"
        "notebooks.find_notebooks(ROOT / 'none')",
        tags=(execute.RAISES,),
    )
    execute.execute_notebooks([path], out=None)
    text = path.read_text()
    assert "mtslib/workbook/notebooks.py" in text
    assert str(execute.ROOT) not in text


def test_a_notebook_that_fails_keeps_the_outputs_it_had(tmp_path: Path) -> None:
    path = _write(tmp_path / "00_a.ipynb", "print('one')")
    execute.execute_notebooks([path], out=None)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "1 / 0"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    with pytest.raises(MtsError, match="ZeroDivisionError"):
        execute.execute_notebooks([path], out=None)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["00_a.ipynb"]
