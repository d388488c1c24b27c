"""The learner's own copy of the workbook, and JupyterLab opened on it.

`make lab` and `python -m mtslib lab` call `open_lab`. The notebooks in `notebooks/` stay pristine;
a learner works in `work/`, and no file there is ever written over. Beside each copy the notebook as
it was copied stays in `work/.base/`, so that a later workbook can tell which lines are yours.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from mtslib.base.disks import advice
from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole, read_json, write_json
from mtslib.base.paths import BUILD, NOTEBOOKS, WORK
from mtslib.workbook.execute import ENCRYPTION
from mtslib.workbook.notebooks import display_path, find_notebooks

BASE = ".base"
LOOPBACK = "127.0.0.1"
PORT = 8888
DEATH_SIGNAL = 1  # of prctl
STARTS = 5  # of a server whose port another one took while it started
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
            what_helps = advice(error)
            if isinstance(error, NotADirectoryError | FileExistsError):
                what_helps = (
                    f"a file stands where a folder is expected ({display_path(work)} or {BASE} in "
                    "it), move it elsewhere"
                )
            raise MtsError(
                f"{display_path(target)}: cannot be written ({error.strerror}): {what_helps}"
            ) from error


@dataclass(frozen=True)
class Server:
    """A JupyterLab that answers: its address without a last slash, and its token.

    opener: a file, readable by this user only, that leads a browser there with the token.
    """

    process: subprocess.Popen
    address: str
    token: str
    opener: Path

    @property
    def port(self) -> int:
        """The port that it took."""
        return urlsplit(self.address).port or 80


def server_command(folder: Path, port: int, settings: Path, *options: str) -> list[str]:
    """The JupyterLab command of this Python: loopback only, and nothing asked of the network.

    folder: what it serves. settings: a folder for its defaults, which is written here.
    News and the look for updates are off, and so is the list of extensions to install.
    """
    with file_written_whole(settings / "overrides.json") as part:
        write_json(part, DEFAULTS)
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--ServerApp.ip={LOOPBACK}", "--no-browser"),
        # It tries ports up to twice as far away, and there is none above 65535.
        *(f"--ServerApp.port={port}", f"--ServerApp.port_retries={min(50, (65535 - port) // 2)}"),
        *(f"--ServerApp.root_dir={folder}", "--ServerApp.answer_yes=True"),
        # A reader's certificate is for their own server: on loopback nobody could check it.
        *("--ServerApp.certfile=", "--ServerApp.keyfile="),
        *("--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.app_settings_dir={settings}",
        f"--KernelManager.transport_encryption={ENCRYPTION}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return [*command, *options]


@contextmanager
def running(
    command: list[str], log: Path, environment: Mapping[str, str] = os.environ
) -> Iterator[Server]:
    """Start a server by `server_command`, wait until it answers with its own token, end it later.

    It takes the port itself and says which. log: where its words go; removed where all went well.
    Raises MtsError where it does not start.
    """
    token = secrets.token_hex(24)
    log.parent.mkdir(parents=True, exist_ok=True)
    process = None
    try:
        with _only_for_the_server(token, environment) as own:
            for _ in range(STARTS):
                with log.open("w", encoding="utf-8") as stream:
                    process = subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=stream,
                        stderr=subprocess.STDOUT,
                        env=own,
                        preexec_fn=_end_with(os.getpid()) if sys.platform == "linux" else None,
                    )
                server = _wait_until_up(process, token, log, own)
                if server:
                    break
            else:
                raise MtsError(
                    f"JupyterLab found no free port: choose one with --port ({display_path(log)})"
                )
        yield server
        log.unlink(missing_ok=True)
    finally:
        if process:
            stop(process)


@contextmanager
def _only_for_the_server(token: str, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """An environment that leads the server to its token, in a file that is gone once it is up.

    Other users can read a command line, and every kernel inherits the environment.
    """
    with tempfile.TemporaryDirectory(prefix="mts-lab-") as private:  # for this user alone
        place = Path(private) / "token"
        place.write_text(token, encoding="ascii")
        others = {name: value for name, value in environment.items() if name != "JUPYTER_TOKEN"}
        yield others | {"JUPYTER_TOKEN_FILE": str(place)}


def _end_with(parent: int) -> Callable[[], None]:
    """What a child calls before it becomes the server: it ends when its parent does, even killed.

    Linux alone knows of such a thing; elsewhere a killed parent leaves its server.
    """

    def ask() -> None:
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # gone already
            os.kill(os.getpid(), signal.SIGTERM)

    return ask


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
    if not 1 <= port <= 65535:
        raise MtsError(f"port {port} is out of range: expected 1 to 65535")
    announce(f"{display_path(work)}: {copy_notebooks(work, notebooks)}")
    first = find_notebooks(notebooks)[0].name
    page = f"--LabApp.default_url=/lab/tree/{first}"
    command = server_command(work, port, BUILD / "lab-settings", page)
    log = BUILD / f"lab-{os.getpid()}.log"
    ended = signal.signal(signal.SIGTERM, _leave)
    try:
        with running(command, log) as server:
            if server.port != port:
                announce(f"port {port} is not free, taking {server.port}")
            announce(f"JupyterLab: {server.address}/lab/tree/{first}?token={server.token}")
            announce("Ctrl-C stops it; your notebooks are saved as you work")
            if browser:
                where = server.opener.as_uri()
                threading.Thread(target=webbrowser.open, args=(where,), daemon=True).start()
            code = server.process.wait()
            if code > 0:
                raise MtsError(
                    f"JupyterLab ended with {code}: {_last_line(log)} ({display_path(log)})"
                )
    except KeyboardInterrupt:
        announce("stopping JupyterLab")
        log.unlink(missing_ok=True)
    finally:
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


def _wait_until_up(
    process: subprocess.Popen, token: str, log: Path, environment: Mapping[str, str]
) -> Server | None:
    """The server once it answers; None where another one took its port at the last moment."""
    from jupyter_core.paths import jupyter_runtime_dir

    end = time.monotonic() + START_SECONDS
    notes = Path(environment.get("JUPYTER_RUNTIME_DIR") or jupyter_runtime_dir())
    while time.monotonic() < end:
        ended = process.poll() is not None
        for note in notes.glob("jpserver-*.json"):  # a server's own, of its address and token
            with suppress(OSError, ValueError, KeyError):  # half written, or another user's
                about = read_json(note)
                # A reader's own settings may name another token than ours, or none.
                ours = token == about["token"] or process.pid == about["pid"]
                if ours and not ended and _answers(about["url"], about["token"]):
                    opener = note.with_name(f"{note.stem}-open.html")
                    return Server(process, about["url"].rstrip("/"), about["token"], opener)
        if ended:
            words = log.read_text(encoding="utf-8", errors="replace")
            # With a full stop where it was free when looked for, with a comma where it never was.
            if "no available port could be found" in words and "is already in use." in words:
                return None
            raise MtsError(
                f"JupyterLab did not start: {_last_line(log)} (log: {display_path(log)})"
            )
        time.sleep(0.1)
    raise MtsError(f"JupyterLab did not answer within {START_SECONDS} s: see {display_path(log)}")


def _answers(address: str, token: str) -> bool:
    """Whether a server is there that knows this token. A proxy has no part in it."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.addheaders = [("Authorization", f"token {token}")]
    try:
        opener.open(f"{address}api/status", timeout=5).close()
    except (OSError, HTTPException):
        return False
    return True


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f"{lines[-1] if lines else 'it said nothing'} (log: {display_path(log)})"
