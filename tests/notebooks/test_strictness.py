"""Strict nbval is itself on trial: it passes what is right and fails what is wrong.

One run of nbval, with the settings of `make test`, over notebooks made for the purpose.
"""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
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


def _notebook(sources: list[str], tags: list[str] | None = None) -> nbformat.NotebookNode:
    cells = [new_code_cell(source) for source in sources]
    for cell in cells:
        if tags:
            cell.metadata["tags"] = tags
    return new_notebook(cells=cells)


def _executed(notebook: nbformat.NotebookNode, path: Path) -> nbformat.NotebookNode:
    nbformat.write(notebook, path)
    execute.execute_in_place([path])
    return nbformat.read(path, as_version=4)


@dataclass(frozen=True)
class Verdict:
    """What nbval said of a cell: "" if it passed, else its message; and the seconds it took."""

    message: str
    seconds: float


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Verdict]]:
    """By notebook, nbval's verdict on each of its cells."""
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

    report = folder / "report.xml"
    python_path = os.pathsep.join([str(HERE.parent), *sys.path])
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "strict_nbval"),
            *("--nbval", "--nbval-current-env", f"--junitxml={report}"),
            *("--nbval-sanitize-with", str(HERE / "sanitize.cfg")),
            *("--nbval-cell-timeout=180", str(folder)),
        ],
        cwd=folder,
        env=os.environ | {"MTS_DATA": str(folder), "PYTHONPATH": python_path},
        capture_output=True,
        timeout=300,
    )
    found: dict[str, list[Verdict]] = {}
    for case in ET.parse(report).iter("testcase"):
        name = case.get("classname", "").split(".")[-2 if ".ipynb" in case.get("classname") else -1]
        message = " ".join(
            f"{bad.get('message')} {bad.text}" for bad in case if bad.tag in ("failure", "error")
        )
        found.setdefault(name, []).append(Verdict(message, float(case.get("time"))))
    return found


@pytest.mark.parametrize("cell", range(len(HONEST)), ids=list(HONEST))
def test_an_honest_cell_passes(verdicts: dict[str, list[Verdict]], cell: int) -> None:
    assert verdicts["honest"][cell].message == ""


def test_a_changed_output_fails(verdicts: dict[str, list[Verdict]]) -> None:
    assert "outputs differ" in verdicts["changed"][0].message


def test_a_notebook_committed_without_outputs_fails(verdicts: dict[str, list[Verdict]]) -> None:
    assert "never executed" in verdicts["stripped"][0].message


def test_a_cell_that_should_raise_and_does_not_fails(verdicts: dict[str, list[Verdict]]) -> None:
    assert "raised nothing" in verdicts["tame"][0].message


def test_a_dead_kernel_fails_at_once(verdicts: dict[str, list[Verdict]]) -> None:
    assert "kernel died" in verdicts["dead"][0].message
    assert verdicts["dead"][0].seconds < 20, "the time limit of a cell is 180 s"


def test_the_notebooks_do_not_see_the_real_data(verdicts: dict[str, list[Verdict]]) -> None:
    assert verdicts["data"][0].message == ""
