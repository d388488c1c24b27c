"""Set-up: done once, by uv or pip, with the build of torch that fits."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT
from mtslib.workbook import install

# Set-up


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which everything is installed, with a Python that cannot be run."""
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    python = install.venv_python(tmp_path / ".venv")
    python.parent.mkdir(parents=True)
    python.touch()
    stamp(tmp_path).write_text(f"{install.fingerprint(tmp_path, sys.version_info)} cpu\n")
    return tmp_path


def stamp(checkout: Path) -> Path:
    return checkout / ".venv" / ".mtslib-installed"


@pytest.mark.parametrize("wanted", [None, "", "cpu"])
def test_set_up_is_done_once(checkout: Path, monkeypatch, wanted: str | None) -> None:
    """A stamp that fits means nothing is run: an attempt to use this Python would raise."""
    monkeypatch.delenv("TORCH", raising=False)
    if wanted is not None:
        monkeypatch.setenv("TORCH", wanted)
    assert install.install(checkout) is False


def test_another_build_of_torch_is_installed_anew(checkout: Path, monkeypatch) -> None:
    """What is cut short in the middle, here for want of a Python that works, is not complete."""
    python, _ = tools(checkout, monkeypatch, "exit 1")
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("PATH", str(checkout / "nothing"))
    monkeypatch.setenv("TORCH", "cuda")
    with pytest.raises(MtsError, match=r"could not make \.venv"):
        install.install(checkout)
    assert (checkout / "asked").read_text().startswith("python -m venv --clear")
    assert not stamp(checkout).exists()


WAIT = """
import sys, time
from pathlib import Path
from mtslib.workbook import install
root = Path(sys.argv[1])
with install._alone(root):
    (root / "held").touch()
    while not (root / "go").exists():
        time.sleep(0.01)
    (root / ".venv" / ".mtslib-installed").write_text(sys.argv[2])
"""


def test_of_two_at_once_the_second_waits_and_finds_it_done(checkout: Path, monkeypatch) -> None:
    monkeypatch.delenv("TORCH", raising=False)
    done = stamp(checkout).read_text()
    stamp(checkout).unlink()
    other = subprocess.Popen([sys.executable, "-c", WAIT, checkout, done], cwd=ROOT)
    while not (checkout / "held").exists():
        assert other.poll() is None
    said = []

    def say(line: str) -> None:
        said.append(line)
        (checkout / "go").touch()

    monkeypatch.setattr(install, "_say", say)
    assert install.install(checkout) is False
    assert other.wait(60) == 0
    assert said == ["another `make` is installing here; waiting for it to end"]


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_requirement_is_installed_again(tmp_path: Path, name: str) -> None:
    for copied in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / copied, tmp_path)
    before = install.fingerprint(tmp_path, sys.version_info)
    with (tmp_path / name).open("a") as stream:
        stream.write("\n# changed\n")
    assert install.fingerprint(tmp_path, sys.version_info) != before


def test_a_moved_checkout_is_installed_again(tmp_path: Path) -> None:
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, tmp_path / folder)
    old, new = (install.fingerprint(tmp_path / f, sys.version_info) for f in ("old", "new"))
    assert old != new


@pytest.mark.parametrize("seen", [(3, 8, 19), (3, 10, 2), (3, 15, 0), (4, 0, 0)])
def test_a_python_that_does_not_fit_is_told_which_does(seen: tuple[int, ...]) -> None:
    wanted = rf"this is Python {seen[0]}\.{seen[1]}, expected 3\.11 to 3\.14: install Python"
    with pytest.raises(MtsError, match=wanted):
        install.check_python(seen)


OLD = "import runpy, sys; sys.version_info = (3, 9, 18); sys.argv = ['mtslib', 'lab']; "


def test_every_command_says_so_before_it_reads_code_that_this_python_cannot() -> None:
    program = OLD + "runpy.run_module('mtslib', run_name='__main__', alter_sys=False)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: this is Python 3.9, expected 3.11 to 3.14")
    assert len(done.stderr.splitlines()) == 1


def test_the_versions_of_python_stand_in_the_requirements_too() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    allowed = SpecifierSet(project["requires-python"])
    for minor in range(8, 18):
        assert allowed.contains(f"3.{minor}.1") == install.fits((3, minor, 1))
    oldest, newest = (".".join(map(str, v)) for v in (install.OLDEST, install.NEWEST))
    assert f"{oldest} to {newest}" == install.RANGE


def test_a_python_without_ensurepip_is_told_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MtsError, match=r"no module venv and ensurepip.*apt install python3-venv"):
        install._make_venv(tmp_path / ".venv", tmp_path, uv=None)


# The build of torch


@pytest.mark.parametrize(
    "wanted, system, gpu, kind",
    [
        ("", "linux", False, "cpu"),
        ("", "linux", True, "cuda"),
        ("cuda", "linux", False, "cuda"),
        ("cpu", "linux", True, "cpu"),
        ("", "darwin", False, "only"),
        ("", "win32", False, "only"),
        ("cuda", "win32", True, "cuda"),
    ],
)
def test_torch_goes_by_what_is_asked_then_by_the_system_and_its_gpu(wanted, system, gpu, kind):
    chosen = install.choose_torch(wanted, system, gpu)
    assert chosen.kind == kind
    assert chosen.reason


@pytest.mark.parametrize("wanted", ["gpu", "CPU", "2.13"])
def test_a_build_that_does_not_exist_is_refused(wanted: str) -> None:
    with pytest.raises(MtsError, match=f"TORCH is '{wanted}'; expected cpu or cuda"):
        install.choose_torch(wanted, "linux", False)


@pytest.mark.parametrize(
    "script, found",
    [
        ("echo 'GPU 0: NVIDIA H200 (UUID: GPU-1)'", True),
        ("echo 'No devices were found'; exit 6", False),
        ("echo 'NVIDIA-SMI has failed' >&2; exit 9", False),
        (None, False),
    ],
)
def test_a_gpu_is_what_the_driver_lists(tmp_path, monkeypatch, script, found) -> None:
    """A tool without a driver, as in many containers, is no GPU."""
    if script is not None:
        tool = tmp_path / "nvidia-smi"
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install.has_gpu() is found


def tools(folder: Path, monkeypatch, pip: str, uv: str | None = None) -> tuple[Path, Path]:
    """A Python and a uv that only note what they are asked; `pip` and `uv` are shell code."""
    (folder / "constraints.txt").write_text("numpy==2.0\ntorch==2.13.0\n")
    made = []
    for name, code in (("python", pip), ("uv", uv)):
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/asked\n{code or "exit 1"}\n')
        path.chmod(0o755)
        made.append(path)
    return tuple(made)


@pytest.mark.parametrize(
    "pip, uv, asked",
    [
        ("exit 0", "exit 0", ["python -m pip install --no-deps torch==2.13.0+cpu"]),
        (
            "exit 1",
            "exit 0",
            [
                "python -m pip install --no-deps torch==2.13.0+cpu",
                "uv pip install --python PY --no-deps --torch-backend cpu torch==2.13.0 "
                "--compile-bytecode",
            ],
        ),
    ],
)
def test_the_cpu_build_is_where_pip_looks_or_where_uv_knows(
    tmp_path, monkeypatch, pip, uv, asked
) -> None:
    python, found = tools(tmp_path, monkeypatch, pip, uv)
    install._install_cpu_torch(tmp_path, python, str(found), asked_for=True)
    seen = (tmp_path / "asked").read_text().replace(str(python), "PY").splitlines()
    assert seen == asked


def test_without_a_cpu_build_one_is_told_and_goes_on_unless_it_was_asked_for(
    tmp_path, monkeypatch, capsys
) -> None:
    python, uv = tools(tmp_path, monkeypatch, "exit 1")
    install._install_cpu_torch(tmp_path, python, str(uv), asked_for=False)
    assert "no CPU build was found, so PyPI's is taken" in capsys.readouterr().out
    with pytest.raises(MtsError, match="TORCH=cpu, but neither pip nor uv found"):
        install._install_cpu_torch(tmp_path, python, str(uv), asked_for=True)


def test_no_file_names_a_host_to_download_from() -> None:
    for name in ("Makefile", "pyproject.toml", "mtslib/workbook/install.py"):
        assert not re.search(r"https?://|[a-z]\.(org|com|net)\b", (ROOT / name).read_text()), name


# uv and pip


def test_pip_goes_on_where_uv_cannot(tmp_path, monkeypatch, capfd) -> None:
    python, uv = tools(tmp_path, monkeypatch, "exit 0", "echo no certificate >&2; exit 2")
    assert install._by_either(tmp_path, python, str(uv), "numpy")
    assert [line.split()[0] for line in (tmp_path / "asked").read_text().splitlines()] == [
        "uv",
        "python",
    ]
    seen = capfd.readouterr()
    assert "no certificate" in seen.err
    assert "uv could not do it; trying with pip" in seen.out


def test_uv_alone_does_it_where_it_can(tmp_path, monkeypatch) -> None:
    python, uv = tools(tmp_path, monkeypatch, "exit 1", "exit 0")
    assert install._by_either(tmp_path, python, str(uv), "numpy")
    assert (
        tmp_path / "asked"
    ).read_text() == f"uv pip install --python {python} numpy --compile-bytecode\n"


def test_set_up_needs_the_standard_library_only() -> None:
    """It runs before anything is installed: `-S` leaves out every installed package."""
    program = "import mtslib.workbook.install, sys; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_an_installation_that_fails_leaves_no_stamp(tmp_path: Path) -> None:
    """A requirement that cannot be met: one line, exit 2, and the next run tries again."""
    shutil.copytree(ROOT / "mtslib", tmp_path / "mtslib", ignore=shutil.ignore_patterns("__pyc*"))
    (tmp_path / "constraints.txt").write_text("torch==2.13.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'broken'\n")
    done = subprocess.run(
        [sys.executable, "-m", "mtslib.workbook.install"],
        cwd=tmp_path,
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "UV_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith("error: the packages could not be installed")
    )
    assert not (tmp_path / ".venv" / ".mtslib-installed").exists()
