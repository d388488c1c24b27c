"""Strict nbval is itself on trial: it passes what is right and fails what is wrong.

One run of nbval, with the settings of `make test`, over notebooks made for the purpose.
"""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mtslib.workbook import execute

HERE = Path(__file__).parent

HONEST = {
    "a printed line": "print('two', 1 + 1)",
    "a result": "{'a': 1}",
    "a trailing semicolon": "'not shown';",
    "an address": "object()",
    "an Output widget": (
        "import ipywidgets\nout = ipywidgets.Output()\nwith out:\n    print('inside')\n"
        "print('outside')\nout"
    ),
    "a figure": (
        "import base64, os\nfrom IPython.display import HTML\n"
        "png = base64.b64encode(os.urandom(99)).decode()\n"
        'HTML(f\'<img alt="a line that rises" src="data:image/png;base64,{png}">\')'
    ),
    "two streams": "import sys\nprint('a'); print('b', file=sys.stderr); print('c')",
    "an expected error": "1 / 0",
}

EXERCISE = [
    "from mtslib import learn",
    "def share_trained(freeze_depth, num_layers):\n    raise NotImplementedError",
    "# a cell of the chapter",
    'share_trained = learn.check("00.1", share_trained)',
    "print(share_trained(2, 6))",
]


def _notebook(sources: list[str], tags: list[str] | None = None) -> nbformat.NotebookNode:
    cells = [new_code_cell(source) for source in sources]
    for cell in cells:
        if tags:
            cell.metadata["tags"] = tags
    return new_notebook(cells=cells)


def _executed(notebook: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    nbformat.write(notebook, path)
    execute.execute_notebooks([path], out=None)
    return nbformat.read(path, as_version=4)


def _nbval(folder: Path, *options: str) -> str:
    """Run nbval with the settings of `make test` on a folder's notebooks → what it prints."""
    python_path = os.pathsep.join([str(HERE.parent), *sys.path])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "strict_nbval"),
            *("--nbval", "--nbval-current-env", "--nbval-cell-timeout=3600"),
            *("--nbval-sanitize-with", str(HERE / "sanitize.cfg"), *options, str(folder)),
        ],
        cwd=folder,
        env=os.environ | {"MTS_DATA": str(folder), "PYTHONPATH": python_path},
        capture_output=True,
        text=True,
        timeout=600,
    )
    return done.stdout


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By notebook, what nbval said of each of its cells: "" if it passed."""
    folder = tmp_path_factory.mktemp("controls")

    honest = _notebook(list(HONEST.values()))
    honest.cells[-1].metadata["tags"] = [execute.RAISES]
    honest = _executed(honest, folder / "honest.ipynb")

    changed = _executed(_notebook(["print('two', 1 + 1)"]), folder / "changed.ipynb")
    changed.cells[0].outputs[0].text = "two 3\n"
    nbformat.write(changed, folder / "changed.ipynb")

    stripped = _notebook(["print('never run here')"])
    nbformat.write(stripped, folder / "stripped.ipynb")

    tame = _executed(_notebook(["x = 1"]), folder / "tame.ipynb")
    tame.cells[0].metadata["tags"] = [execute.RAISES]
    nbformat.write(tame, folder / "tame.ipynb")

    dead = _executed(_notebook(["import os"]), folder / "dead.ipynb")
    dead.cells[0].source = "import os\nos._exit(1)"
    nbformat.write(dead, folder / "dead.ipynb")

    data = _executed(
        _notebook(["import os\nprint(os.environ.get('MTS_DATA'))"]), folder / "data.ipynb"
    )
    assert data.cells[0].outputs[0].text == "None\n"

    exercise = _executed(_notebook(EXERCISE), folder / "exercise.ipynb")
    exercise.cells[1].metadata["mts"] = {"exercise": "00.1"}
    nbformat.write(exercise, folder / "exercise.ipynb")
    exercise.cells[2].source += "\nshare_trained = max"
    nbformat.write(exercise, folder / "unsolved.ipynb")

    report = folder / "report.xml"
    _nbval(folder, f"--junitxml={report}")
    found: dict[str, list[str]] = {}
    for case in ET.parse(report).iter("testcase"):
        name = case.get("classname", "").split(".")[-2 if ".ipynb" in case.get("classname") else -1]
        message = " ".join(
            f"{bad.get('message')} {bad.text}" for bad in case if bad.tag in ("failure", "error")
        )
        found.setdefault(name, []).append(message)
    return found


@pytest.mark.parametrize("cell", range(len(HONEST)), ids=list(HONEST))
def test_an_honest_cell_passes(verdicts: dict[str, list[str]], cell: int) -> None:
    assert verdicts["honest"][cell] == ""


def test_a_changed_output_fails(verdicts: dict[str, list[str]]) -> None:
    assert "outputs differ" in verdicts["changed"][0]


def test_a_notebook_committed_without_outputs_fails(verdicts: dict[str, list[str]]) -> None:
    assert "never executed" in verdicts["stripped"][0]


def test_a_cell_that_should_raise_and_does_not_fails(verdicts: dict[str, list[str]]) -> None:
    assert "raised nothing" in verdicts["tame"][0]


def test_a_dead_kernel_is_not_waited_for(verdicts: dict[str, list[str]]) -> None:
    """The time limit of a cell is an hour here, that of the whole run less."""
    assert "kernel died" in verdicts["dead"][0]


def test_the_notebooks_do_not_see_the_real_data(verdicts: dict[str, list[str]]) -> None:
    assert verdicts["data"][0] == ""


# Solved ----------------------------------------------------------------------------------------


def test_a_solved_exercise_passes_and_the_rest_is_as_committed(
    verdicts: dict[str, list[str]],
) -> None:
    """Committed with its stub untouched and NOT ATTEMPTED; run with the reference written in."""
    assert verdicts["exercise"] == [""] * len(EXERCISE)


def test_a_check_that_the_reference_does_not_pass_fails_with_chapter_and_cell(
    verdicts: dict[str, list[str]],
) -> None:
    said = verdicts["unsolved"]
    assert [bool(message) for message in said[:4]] == [False, False, False, True]
    assert "the reference of 00.1 does not pass" in said[3]
    assert "unsolved, code cell 3" in said[3]
    assert EXERCISE[3] in said[3]


def test_untouched_only_the_notebooks_with_exercises_are_run(tmp_path: Path) -> None:
    exercise, plain = _notebook(EXERCISE), _notebook(["1 + 1"])
    exercise.cells[1].metadata["mts"] = {"exercise": "00.1"}
    nbformat.write(exercise, tmp_path / "exercise.ipynb")
    nbformat.write(plain, tmp_path / "plain.ipynb")
    said = _nbval(tmp_path, "--collect-only", "--untouched")
    assert "exercise.ipynb::Cell 4" in said
    assert "plain.ipynb" not in said
    assert "plain.ipynb::Cell 0" in _nbval(tmp_path, "--collect-only")
