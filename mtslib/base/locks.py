"""One process at a time, with filelock: a lock that is gone when its process is.

The system keeps the lock, not the file: after a crash or SIGKILL the file may still lie there, and
the next process takes it all the same. Where a file system has no such locks (some network file
systems), the file itself is the lock, and names the process and the machine that made it.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from mtslib.base.disks import advice
from mtslib.base.errors import BusyError, LockError
from mtslib.base.files import followed

WAIT = 300.0  # seconds, for what another process does in moments
FIRST_LINE, NEXT_LINES = 1.0, 60.0  # seconds of waiting after which a line says so
# What a file system answers that has no locks. Everything else is an error of its own.
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
_told: set[Path] = set()


@contextmanager
def locked(path: Path, wait: float = WAIT, what: str = "") -> Iterator[None]:
    """Hold the lock file `path`, which is removed afterwards.

    wait: seconds to wait for another process that holds it; 0: none. what: the thing that is
    locked, for messages. Raises BusyError when it stays in use, LockError where none can be made.
    """
    what = what or str(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = _take(path, wait, what)
    except OSError as error:
        raise LockError(
            f"{what} cannot be locked: {error.strerror or error} ({error.filename or path}); "
            + advice(error)
        ) from error
    try:
        yield
    finally:
        # Removed while it is held: whoever waits for it sees that the name is gone and starts over.
        # (Windows removes no open file; there filelock does it in `release`.)
        if not isinstance(lock, SoftFileLock):
            with suppress(OSError):
                path.unlink()
        lock.release()


@contextmanager
def held_alone(out: Path) -> Iterator[Path]:
    """Hold a folder that is being written → where it lies: two names of one folder have one lock.

    Nobody waits for it: raises BusyError where another process holds it, LockError as `locked`.
    """
    out = followed(out)
    with locked(out.with_name(f".{out.name}.lock"), wait=0, what=str(out)):
        yield out


def _take(path: Path, wait: float, what: str) -> BaseFileLock:
    """The system's lock, or a lock file where the file system has none."""
    held: list[int] = []
    try:
        while True:
            lock = FileLock(path, on_acquired=held.append)
            _wait_for(lock, path, wait, what)
            if _still_named(held.pop(), path):
                return lock
            lock.release()
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    if path.parent not in _told:
        _told.add(path.parent)
        _say(
            f"{path.parent} lies on a file system without locks: a lock file takes their place. "
            "Do not start the same work from two machines at once"
        )
    with suppress(OSError):
        path.unlink()
    marker = path.with_name(f"{path.name}.held")
    lock = SoftFileLock(marker)
    _wait_for(lock, marker, wait, what)
    return lock


def _wait_for(lock: BaseFileLock, path: Path, wait: float, what: str) -> None:
    """Acquire a lock, and say now and then what is waited for. Raises BusyError at the limit."""
    began = time.monotonic()
    pause = FIRST_LINE
    while True:
        left = began + wait - time.monotonic()
        try:
            lock.acquire(timeout=max(0.0, min(pause, left)))
            return
        except Timeout:
            waited = time.monotonic() - began
            if waited >= wait:
                after = f" after {waited:.0f} s" if wait else ""
                gone = f"; if it no longer runs, remove {path}"
                raise BusyError(
                    f"{what} is in use by another process{_owner(path)}{after}; wait for it to "
                    f"end, or stop it{gone if isinstance(lock, SoftFileLock) else ''}"
                ) from None
            _say(
                f"waiting for {what}, in use by another process{_owner(path)}: "
                f"{waited:.0f} s so far, {wait:.0f} s at most"
            )
            pause = NEXT_LINES


def _still_named(handle: int, path: Path) -> bool:
    """Whether the open file is still the one that `path` names; then note who holds it."""
    try:
        named = os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
    if named:
        note = f"{os.getpid()}\n{socket.gethostname()}\n".encode()
        with suppress(OSError):  # a full disk: the lock holds without a name
            os.truncate(handle, 0)
            os.write(handle, note)
    return named


def _owner(path: Path) -> str:
    """` (process …)` that holds it, as far as it can be read."""
    try:
        number, machine = path.read_text(encoding="utf-8", errors="replace").split("\n")[:2]
        where = "" if machine == socket.gethostname() else f" on {machine}"
        return f" (process {int(number)}{where})"
    except (OSError, ValueError):
        return ""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
