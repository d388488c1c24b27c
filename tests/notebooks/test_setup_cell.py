"""The first code cell of every notebook finds mtslib, or says in one line what is missing.

It runs where mtslib cannot be imported yet, so the same lines stand in every notebook. Each case
below is a machine made of a few empty packages, met by a bare Python.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from mtslib.base.paths import NOTEBOOKS

COMMITTED = [nbformat.read(path, as_version=4) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
SETUP = next(cell for cell in COMMITTED[0].cells if cell.cell_type == "code").source
PACKAGES = ("torch", "pandas", "ipywidgets", "transformers")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout that is not installed, in `checkout/`, and installed packages in `site/`."""
    for package in (*(f"site/{name}" for name in PACKAGES), "checkout/mtslib"):
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "checkout/notebooks").mkdir()
    (tmp_path / "elsewhere").mkdir()
    return tmp_path


def _run(machine: Path, folder: str, before: str = "") -> tuple[str, str, int]:
    """Run the cell as a kernel would that starts in a folder → (printed, errors, exit code)."""
    start = f"import sys\nsys.path.append({str(machine / 'site')!r})\n{before}\n"
    end = "\nimport mtslib\nprint(mtslib.__file__)"
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", start + SETUP + end],
        cwd=machine / folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip(), done.stderr.strip(), done.returncode


def test_every_notebook_begins_with_the_same_cell_and_no_output() -> None:
    for notebook in COMMITTED:
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert code[0].source == SETUP
        assert code[0].metadata.tags == ["setup"]
        assert code[0].outputs == []
        assert not any("setup" in cell.metadata.get("tags", []) for cell in code[1:])


@pytest.mark.parametrize(
    "folder, before",
    [
        ("checkout", ""),
        ("checkout/notebooks", ""),
        (".", ""),
        ("elsewhere", "__vsc_ipynb_file__ = '../checkout/notebooks/a.ipynb'"),
        ("elsewhere", "sys.path.append('../checkout')"),
    ],
    ids=["JupyterLab", "Binder", "Colab, after a clone", "VS Code", "installed"],
)
def test_it_finds_the_library_and_is_silent(folder: str, before: str, machine: Path) -> None:
    printed, errors, code = _run(machine, folder, before)
    assert Path(machine, folder, printed).resolve() == machine / "checkout/mtslib/__init__.py"
    assert (errors, code) == ("", 0)


def test_without_the_library_it_says_how_to_install_it(machine: Path) -> None:
    printed, errors, code = _run(machine, "elsewhere")
    assert (printed, code) == ("", 1)
    assert "\n" not in errors
    assert f"This kernel ({sys.executable}) lacks mtslib. Choose the workbook's kernel" in errors
    assert '%pip install -e "PATH/OF/THE/WORKBOOK[lab]"' in errors


@pytest.mark.skipif(sys.platform == "win32", reason="no folder can be deleted that is in use")
def test_in_a_folder_that_was_deleted_it_says_so_too(machine: Path) -> None:
    gone = "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')"
    printed, errors, code = _run(machine, "elsewhere", gone)
    assert (printed, code) == ("", 1)
    assert errors.startswith(f"This kernel ({sys.executable}) lacks mtslib.")
    site = f"sys.path.append({str(machine / 'checkout')!r}); "
    printed, errors, code = _run(machine, "elsewhere", site + gone)
    assert (Path(printed), errors, code) == (machine / "checkout/mtslib/__init__.py", "", 0)


def test_in_the_wrong_kernel_it_says_what_that_lacks(machine: Path) -> None:
    (machine / "site/torch/__init__.py").unlink()
    (machine / "site/torch").rmdir()
    printed, errors, code = _run(machine, "checkout/notebooks")
    assert (printed, code) == ("", 1)
    assert f"({sys.executable}) lacks torch." in errors
    assert f'%pip install -e "{machine / "checkout"}[lab]"' in errors


def test_an_old_python_is_named(machine: Path) -> None:
    _, errors, code = _run(machine, "checkout", "sys.version_info = (3, 9, 1)")
    assert code == 1
    assert "lacks Python 3.11 or newer." in errors
