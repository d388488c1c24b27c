"""The learner's copy of the workbook, and the JupyterLab that opens on it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mtslib.base.errors import MtsError
from mtslib.workbook import lab


@pytest.fixture
def pristine(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("00_start_here", "05_minbert"):
        nbformat.write(new_notebook(cells=[new_code_cell("1")]), folder / f"{name}.ipynb")
    return folder


# Copying


def test_every_notebook_is_copied_once(tmp_path: Path, pristine: Path) -> None:
    work = tmp_path / "work"
    first = lab.copy_notebooks(work, pristine)
    assert first.copied == ("00_start_here.ipynb", "05_minbert.ipynb")
    assert first.kept == ()
    for name in first.copied:
        assert (work / name).read_bytes() == (pristine / name).read_bytes()

    again = lab.copy_notebooks(work, pristine)
    assert (again.copied, again.kept) == ((), first.copied)


@pytest.mark.parametrize("mine", [b"my own answers", b""])
def test_a_learners_file_is_never_written_over(tmp_path: Path, pristine: Path, mine: bytes) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "05_minbert.ipynb").write_bytes(mine)
    report = lab.copy_notebooks(work, pristine)
    assert (work / "05_minbert.ipynb").read_bytes() == mine
    assert str(report) == "1 notebook copied, 1 of yours kept as they are"


def test_a_learners_link_is_never_written_through(tmp_path: Path, pristine: Path) -> None:
    """Even one that points nowhere: it is the learner's."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "05_minbert.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    assert lab.copy_notebooks(work, pristine).kept == ("05_minbert.ipynb",)
    assert not (tmp_path / "elsewhere.ipynb").exists()


def test_a_new_chapter_joins_the_old_ones(tmp_path: Path, pristine: Path) -> None:
    work = tmp_path / "work"
    lab.copy_notebooks(work, pristine)
    shutil.copy(pristine / "00_start_here.ipynb", pristine / "09_freeze_depth.ipynb")
    assert lab.copy_notebooks(work, pristine).copied == ("09_freeze_depth.ipynb",)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, pristine: Path) -> None:
    work = tmp_path / "work"
    work.write_text("a file, not a folder")
    with pytest.raises(MtsError, match=r"work.*cannot be written"):
        lab.copy_notebooks(work, pristine)


# The address


def test_the_next_free_port_is_taken() -> None:
    with socket.socket() as busy:
        busy.bind((lab.LOOPBACK, 0))
        busy.listen()
        taken = busy.getsockname()[1]
        assert lab.free_port(taken) > taken


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_out_of_range_is_refused(port: int) -> None:
    with pytest.raises(MtsError, match=rf"port {port} is out of range"):
        lab.free_port(port)


# The server

PROGRAM = (
    "import sys; from pathlib import Path; from mtslib.workbook import lab\n"
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "lab.BUILD = Path(sys.argv[1]) / 'build'\n"
    "lab.open_lab(browser=False, work=Path(sys.argv[1]) / 'work', notebooks=Path(sys.argv[2]),\n"
    "             port=int(sys.argv[3]))\n"
)


@pytest.fixture
def opened(tmp_path: Path, pristine: Path) -> Iterator[tuple[subprocess.Popen, list[str]]]:
    """`open_lab` in its own process, on a port that is in use, and what it said once it was up."""
    with socket.socket() as busy:
        busy.bind((lab.LOOPBACK, 0))
        busy.listen()
        process = subprocess.Popen(
            [
                *(sys.executable, "-u", "-c", PROGRAM),
                *(str(tmp_path), str(pristine), str(busy.getsockname()[1])),
            ],
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
            | {"JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_NO_CONFIG": "1"},
        )
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if "Ctrl-C" in line:
                break
        yield process, said
    lab.stop(process)


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def test_the_lab_opens_on_chapter_00_and_stops_on_ctrl_c(
    opened: tuple[subprocess.Popen, list[str]],
) -> None:
    process, said = opened
    assert said[0].endswith("2 notebooks copied")
    assert "is in use, taking" in said[1]
    address = said[2].split()[-1]
    base, token = address.split("/lab/tree/")[0], address.split("?token=")[1]

    assert address.startswith("http://127.0.0.1:")
    assert "/lab/tree/00_start_here.ipynb?" in address
    page = _get(address)
    assert '"news": {"disabled": true}' in page
    assert "05_minbert.ipynb" in _get(f"{base}/api/contents?token={token}")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        _get(f"{base}/api/contents")

    server = psutil.Process(process.pid).children()[0]
    assert token not in " ".join(server.cmdline()), "other users can read a command line"
    listening = {c.laddr.ip for c in server.net_connections() if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}

    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert not server.is_running()


def test_a_server_that_does_not_start_says_why(
    tmp_path: Path, pristine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "BUILD", tmp_path / "build")
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "a-file"))
    with pytest.raises(MtsError, match="JupyterLab did not start"):
        lab.open_lab(browser=False, work=tmp_path / "work", notebooks=pristine)
