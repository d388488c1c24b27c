"""The learner's copy of the workbook, and the JupyterLab that opens on it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
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


def test_a_file_in_the_place_of_the_work_folder_is_named(tmp_path: Path, pristine: Path) -> None:
    (tmp_path / "work").write_text("mine")
    with pytest.raises(MtsError, match="a file stands where a folder is expected"):
        lab.copy_notebooks(tmp_path / "work", pristine)


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


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_out_of_range_is_refused(port: int, tmp_path: Path, pristine: Path) -> None:
    with pytest.raises(MtsError, match=rf"port {port} is out of range"):
        lab.open_lab(browser=False, port=port, work=tmp_path / "work", notebooks=pristine)
    assert not (tmp_path / "work").exists()


# The server

PROGRAM = (
    "import sys; from pathlib import Path; from mtslib.workbook import lab\n"
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "lab.BUILD = Path(sys.argv[1]) / 'build'\n"
    "lab.open_lab(browser=False, work=Path(sys.argv[1]) / 'work', notebooks=Path(sys.argv[2]),\n"
    "             port=int(sys.argv[3]))\n"
)


@pytest.fixture
def start(tmp_path: Path, pristine: Path) -> Iterator[Callable[[int], subprocess.Popen]]:
    """`open_lab` in a process of its own, on a port."""
    own = {"JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_NO_CONFIG": "1"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")} | own
    started = []

    def run(port: int) -> subprocess.Popen:
        command = [sys.executable, "-u", "-c", PROGRAM, str(tmp_path), str(pristine), str(port)]
        started.append(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        )
        return started[-1]

    yield run
    for process in started:
        lab.stop(process)
        process.stdout.close()


def heard(process: subprocess.Popen) -> list[str]:
    """What it said until it was up."""
    said = []
    for line in process.stdout:
        said.append(line.strip())
        if "Ctrl-C" in line:
            break
    return said


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that is in use."""
    with socket.socket() as taken:
        taken.bind((lab.LOOPBACK, 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture
def free() -> int:
    """A port that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind((lab.LOOPBACK, 0))
        return probe.getsockname()[1]


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def test_the_lab_opens_on_chapter_00_and_stops_on_ctrl_c(start, busy: int, tmp_path: Path) -> None:
    process = start(busy)
    said = heard(process)
    assert said[0].endswith("2 notebooks copied")
    assert said[1].startswith(f"port {busy} is not free, taking ")
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
    assert list((tmp_path / "build").glob("*.log")) == [], "a log is kept where something failed"


def test_two_started_at_once_have_each_an_address_that_its_token_opens(start, free: int) -> None:
    both = [start(free), start(free)]
    addresses = [heard(process)[-2].split()[-1] for process in both]
    bases = [address.split("/lab/tree/")[0] for address in addresses]
    tokens = [address.split("?token=")[1] for address in addresses]
    assert bases[0] != bases[1]
    for base, token, other in zip(bases, tokens, reversed(tokens), strict=True):
        assert "05_minbert.ipynb" in _get(f"{base}/api/contents?token={token}")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            _get(f"{base}/api/contents?token={other}")


@pytest.mark.skipif(sys.platform != "linux", reason="a system that ends a child with its parent")
def test_a_killed_parent_leaves_nothing_and_a_kernel_never_had_the_token(start, free: int) -> None:
    process = start(free)
    address = heard(process)[-2].split()[-1]
    base, token = address.split("/lab/tree/")[0], address.split("?token=")[1]
    asked = urllib.request.Request(f"{base}/api/kernels?token={token}", b"{}", method="POST")
    urllib.request.urlopen(asked, timeout=30).close()
    server = psutil.Process(process.pid).children()[0]
    (kernel,) = server.children()
    environment = kernel.environ()
    assert token not in environment.values()
    assert "JUPYTER_TOKEN" not in environment
    assert not Path(environment["JUPYTER_TOKEN_FILE"]).exists(), "gone once the server is up"

    process.kill()
    _, alive = psutil.wait_procs([server, kernel], 30)
    assert not alive


# Jupyter looks for a free port, and takes it a second later: then another may have it.
TAKEN_MEANWHILE = """
import subprocess, sys
from pathlib import Path
seen = Path(sys.argv[1])
if not seen.exists():
    seen.touch()
    print("[W ServerApp] The port 8888 is already in use.")
    print("[C ServerApp] ERROR: the Jupyter server could not be started because no available "
          "port could be found.")
    sys.exit(1)
sys.exit(subprocess.call(sys.argv[2:]))
"""


def test_a_server_whose_port_was_taken_meanwhile_is_started_again(
    tmp_path: Path, pristine: Path, busy: int
) -> None:
    command = lab.server_command(pristine, busy, tmp_path / "settings")
    command = [sys.executable, "-c", TAKEN_MEANWHILE, str(tmp_path / "seen"), *command]
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with lab.running(command, tmp_path / "lab.log", environment) as server:
        assert server.port != busy
        assert "05_minbert.ipynb" in _get(f"{server.address}/api/contents?token={server.token}")
        assert server.opener.is_file()
        children = psutil.Process(server.process.pid).children()
        for child in children:
            child.terminate()
        psutil.wait_procs(children, 30)


def test_a_readers_own_settings_of_jupyter_are_lived_with(tmp_path: Path, pristine: Path) -> None:
    """Another token, address, folder and certificate: what we announce opens the workbook."""
    (tmp_path / "config").mkdir()
    identity = {"token": "of-mine"}
    server = {"base_url": "/mine/", "root_dir": "/", "certfile": "/nowhere.pem", "port": 1}
    settings = {"IdentityProvider": identity, "ServerApp": server}
    (tmp_path / "config/jupyter_server_config.json").write_text(json.dumps(settings))
    command = lab.server_command(pristine, 8888, tmp_path / "settings")
    own = {"JUPYTER_CONFIG_DIR": tmp_path / "config", "JUPYTER_RUNTIME_DIR": tmp_path / "runtime"}
    environment = os.environ | {name: str(place) for name, place in own.items()}
    with lab.running(command, tmp_path / "lab.log", environment) as running:
        assert (running.token, running.address[-5:]) == ("of-mine", "/mine")
        assert running.port >= 8888
        assert "05_minbert.ipynb" in _get(f"{running.address}/api/contents?token=of-mine")


def test_a_server_that_does_not_start_says_why(
    tmp_path: Path, pristine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "BUILD", tmp_path / "build")
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "a-file"))
    with pytest.raises(MtsError, match=r"JupyterLab did not start: .*lab-\d+\.log"):
        lab.open_lab(browser=False, work=tmp_path / "work", notebooks=pristine)
    (log,) = (tmp_path / "build").glob("lab-*.log")
    assert log.read_text()
