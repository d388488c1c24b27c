"""The learner's own copy of the workbook, and JupyterLab opened on it.

`make lab` and `python -m mtslib lab` call `open_lab`. The notebooks in `notebooks/` stay pristine;
a learner works in `work/`, and no file there is ever written over. Beside each copy the notebook as
it was copied stays in `work/.base/`, so that a later workbook can tell whose each line is.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole, write_json
from mtslib.base.paths import BUILD, NOTEBOOKS, WORK
from mtslib.workbook.execute import ENCRYPTION
from mtslib.workbook.notebooks import display_path, find_notebooks

BASE = ".base"
LOOPBACK = "127.0.0.1"
PORT = 8888
PORTS_TRIED = 50
START_SECONDS = 90
# Without these JupyterLab asks each new reader whether it may fetch its news. A reader's own
# settings still count for more.
DEFAULTS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}


@dataclass(frozen=True)
class Copied:
    """What `copy_notebooks` did, by file name: copied now, or there already and left alone."""

    copied: tuple[str, ...]
    kept: tuple[str, ...]

    def __str__(self) -> str:
        parts = []
        if self.copied:
            plural = "" if len(self.copied) == 1 else "s"
            parts.append(f"{len(self.copied)} notebook{plural} copied")
        if self.kept:
            parts.append(f"{len(self.kept)} of yours kept as they are")
        return ", ".join(parts)


def copy_notebooks(work: Path = WORK, notebooks: Path = NOTEBOOKS) -> Copied:
    """Copy each notebook to `work` where nothing of that name is there, and report both kinds.

    Each copy appears whole or not at all. Raises MtsError where `work` cannot be written.
    """
    copied, kept = [], []
    for source in find_notebooks(notebooks):
        target = work / source.name
        if os.path.lexists(target):
            kept.append(source.name)
            continue
        copy_pristine(source, work)
        copied.append(source.name)
    return Copied(tuple(copied), tuple(kept))


def copy_pristine(source: Path, work: Path) -> None:
    """Copy one notebook to `work`, and to `work/.base` as the base of later upgrades.

    Raises MtsError where that is not possible.
    """
    # The copy last: where it stands, its base does too.
    for target in (work / BASE / source.name, work / source.name):
        try:
            with file_written_whole(target) as part:
                shutil.copyfile(source, part)
        except OSError as error:
            raise MtsError(
                f"{display_path(target)}: cannot be written ({error.strerror}): "
                "free some disk space or check the folder's permissions"
            ) from error


def free_port(wanted: int = PORT) -> int:
    """The first free loopback port from `wanted` on.

    Raises MtsError where 50 ports in a row are taken or `wanted` is no port number.
    """
    if not 1 <= wanted <= 65535:
        raise MtsError(f"port {wanted} is out of range: expected 1 to 65535")
    last = min(wanted + PORTS_TRIED, 65536)
    for port in range(wanted, last):
        with socket.socket() as probe:
            # As servers do: a port whose last connection just closed is free.
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise MtsError(f"ports {wanted} to {last - 1} are all taken: choose one with --port")


def server_command(folder: Path, port: int, settings: Path, *options: str) -> list[str]:
    """The JupyterLab command of this Python: loopback only, and nothing asked of the network.

    folder: what it serves. settings: a folder for its defaults, which is written here.
    News and the look for updates are off, and so is the list of extensions to install.
    """
    settings.mkdir(parents=True, exist_ok=True)
    write_json(settings / "overrides.json", DEFAULTS)
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.ip={LOOPBACK}"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--ServerApp.root_dir={folder}", "--ServerApp.answer_yes=True"),
        *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.app_settings_dir={settings}",
        f"--KernelManager.transport_encryption={ENCRYPTION}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return [*command, *options]


def open_lab(
    browser: bool = True,
    port: int = PORT,
    work: Path = WORK,
    notebooks: Path = NOTEBOOKS,
    announce: Callable[[str], None] = print,
) -> None:
    """Copy the notebooks, open JupyterLab on the first chapter, and stay until it is stopped.

    browser: whether to open the reader's web browser as well as announcing the address.
    port: where to listen on loopback; the next free one is taken if it is in use.
    Ctrl-C stops the server and its kernels. Raises MtsError where the server does not start.
    """
    announce(f"{display_path(work)}: {copy_notebooks(work, notebooks)}")
    first = find_notebooks(notebooks)[0].name
    chosen = free_port(port)
    if chosen != port:
        announce(f"port {port} is in use, taking {chosen}")
    token = secrets.token_hex(24)
    options = [f"--LabApp.default_url=/lab/tree/{first}"]
    if not browser:
        options.append("--no-browser")
    log = BUILD / "lab.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            server_command(work, chosen, BUILD / "lab-settings", *options),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            # In the environment: other users of the machine can read a command line.
            env=os.environ | {"JUPYTER_TOKEN": token},
        )
    ended = signal.signal(signal.SIGTERM, _leave)
    try:
        _wait_until_up(server, chosen, log)
        announce(f"JupyterLab: http://{LOOPBACK}:{chosen}/lab/tree/{first}?token={token}")
        announce("Ctrl-C stops it; your notebooks are saved as you work")
        code = server.wait()
        if code > 0:
            raise MtsError(f"JupyterLab ended with {code}: {_last_line(log)}")
    except KeyboardInterrupt:
        announce("stopping JupyterLab")
    finally:
        stop(server)
        signal.signal(signal.SIGTERM, ended)


def stop(server: subprocess.Popen, patience: float = 15) -> None:
    """End a server that was started here, and its kernels with it; by force after `patience` s."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(patience)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _leave(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait_until_up(server: subprocess.Popen, port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise MtsError(
                f"JupyterLab did not start: {_last_line(log)} (log: {display_path(log)})"
            )
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.1)
    raise MtsError(
        f"JupyterLab did not answer on port {port} within {START_SECONDS} s: "
        f"see {display_path(log)}"
    )


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
