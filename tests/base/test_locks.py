"""One process at a time, on every file system: busy is told from broken, and no wait is silent."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mtslib.base import locks
from mtslib.base.errors import BusyError, LockError
from mtslib.base.locks import locked

WITHOUT_LOCKS = ["ENOLCK", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EINVAL"]


@pytest.fixture(params=["flock", *WITHOUT_LOCKS])
def file_system(request, monkeypatch) -> str:
    """A file system with locks, and others that answer in the ways known of those without."""
    if request.param != "flock":
        refuse(monkeypatch, request.param)
    return request.param


def refuse(monkeypatch, name: str) -> None:
    """Let the system call fail as it does where the file system has no locks."""
    number = getattr(errno, name)

    def flock(handle: int, operation: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    monkeypatch.setattr(locks, "_told", set())


HOLD = """
import errno, fcntl, os, sys
from pathlib import Path
if sys.argv[2] != "flock":
    def flock(handle, operation):
        raise OSError(getattr(errno, sys.argv[2]), "refused")
    fcntl.flock = flock
from mtslib.base.locks import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path, file_system):
    """Another process that holds the lock until it is told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "x.lock"), file_system],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_it_is_held_by_one_and_leaves_nothing(tmp_path, file_system):
    path = tmp_path / "x.lock"
    for _ in range(2):
        with (
            locked(path, wait=0),
            pytest.raises(BusyError, match=rf"runs/x is in use.*process {os.getpid()}\)"),
            locked(path, wait=0, what="runs/x"),
        ):
            pass
    assert list(tmp_path.iterdir()) == []


def test_one_that_another_process_holds_names_it(tmp_path, other):
    with pytest.raises(BusyError) as seen, locked(tmp_path / "x.lock", wait=0, what="runs/x"):
        pass
    assert f"runs/x is in use by another process (process {other.pid})" in str(seen.value)
    assert "\n" not in str(seen.value)


def test_a_wait_says_so_and_ends_when_the_other_does(tmp_path, other, monkeypatch, capsys):
    monkeypatch.setattr(locks, "FIRST_LINE", 0.05)
    threading.Timer(0.4, other.stdin.close).start()
    with locked(tmp_path / "x.lock", wait=60, what="runs/x"):
        pass
    lines = [line for line in capsys.readouterr().err.splitlines() if "waiting" in line]
    assert re.fullmatch(
        rf"waiting for runs/x, in use by another process \(process {other.pid}\): "
        r"\d+ s so far, 60 s at most",
        lines[0],
    )


def test_a_wait_has_a_limit(tmp_path, other, monkeypatch):
    with (
        pytest.raises(BusyError, match=rf"process {other.pid}\) after 0 s; wait for it to end"),
        locked(tmp_path / "x.lock", wait=0.2, what="runs/x"),
    ):
        pass


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with locked(tmp_path / "x.lock", wait=30):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_of_another_machine_is_left_and_named(tmp_path, monkeypatch):
    """Whether its process still runs cannot be seen from here."""
    refuse(monkeypatch, "ENOLCK")
    marker = tmp_path / "x.lock.held"
    marker.write_text("17\nelsewhere\n")
    with (
        pytest.raises(
            BusyError, match=rf"process 17 on elsewhere\).*runs, remove {re.escape(str(marker))}"
        ),
        locked(tmp_path / "x.lock", wait=0),
    ):
        pass
    assert marker.exists()


def test_a_file_system_without_locks_is_told_once_a_folder(tmp_path, monkeypatch, capsys):
    refuse(monkeypatch, "EOPNOTSUPP")
    for name in ("a", "a", "b"):
        with locked(tmp_path / f"{name}.lock"):
            assert [p.name for p in tmp_path.iterdir()] == [f"{name}.lock.held"]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{tmp_path} lies on a file system without locks")


@pytest.mark.parametrize("name", ["EPERM", "EIO", "ESTALE"])
def test_another_error_of_the_lock_is_one_line_at_once(tmp_path, monkeypatch, name):
    refuse(monkeypatch, name)
    with pytest.raises(LockError) as seen, locked(tmp_path / "x.lock", what="runs/x"):
        pass
    assert str(seen.value).startswith(
        f"runs/x cannot be locked: {os.strerror(getattr(errno, name))}"
    )
    assert "\n" not in str(seen.value)


@pytest.mark.parametrize("name", ["EROFS", "EACCES", "ENOSPC", "EDQUOT"])
def test_a_folder_that_takes_no_file_is_one_line(tmp_path, monkeypatch, name):
    number = getattr(errno, name)
    helps = "make room on its disk" if name in ("ENOSPC", "EDQUOT") else "check the permissions"
    real = os.open

    def refused(path, flags, *rest, **named):
        if str(path).endswith("x.lock") and flags & os.O_CREAT:
            raise OSError(number, os.strerror(number), str(path))
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", refused)
    with (
        pytest.raises(LockError, match=f"{os.strerror(number)}.*x.lock.*{helps}"),
        locked(tmp_path / "x.lock", wait=0, what="runs/x"),
    ):
        pass


def test_a_file_in_the_place_of_the_folder_is_one_line(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(LockError, match="cannot be locked"), locked(tmp_path / "out" / "x.lock"):
        pass


def test_an_error_inside_is_passed_on_and_the_lock_is_free(tmp_path, file_system):
    with pytest.raises(OSError, match="inside"), locked(tmp_path / "x.lock"):
        raise OSError(errno.ENOLCK, "inside")
    with locked(tmp_path / "x.lock", wait=0):
        pass


COUNT = """
import sys
from pathlib import Path
from mtslib.base.locks import locked
place = Path(sys.argv[1])
for _ in range(40):
    with locked(place / "x.lock", wait=60):
        number = int((place / "count").read_text())
        (place / "count").write_text(str(number + 1))
"""


def test_no_two_processes_are_ever_inside(tmp_path):
    """The file is removed and made anew all the time, and none of them is fooled by that."""
    (tmp_path / "count").write_text("0")
    all_three = [subprocess.Popen([sys.executable, "-c", COUNT, tmp_path]) for _ in range(3)]
    assert [process.wait(120) for process in all_three] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "120"
    assert [path.name for path in tmp_path.iterdir()] == ["count"]


def test_a_lock_file_with_anything_in_it_is_no_obstacle(tmp_path):
    for raw in (b"", b"\xff\0", b"12\n", b"x" * 5000):
        Path(tmp_path / "x.lock").write_bytes(raw)
        with locked(tmp_path / "x.lock", wait=0):
            assert (tmp_path / "x.lock").read_text() == f"{os.getpid()}\n{socket.gethostname()}\n"
