"""One process at a time: a lock that is gone when its process is. A leaf: it imports only errors.

The system keeps the lock, not the file: after a crash or SIGKILL the file may still lie there,
and the next process takes it all the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mtslib.base.errors import BusyError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

PATIENCE = 0.05  # seconds between two attempts


@contextmanager
def locked(path: Path, wait: bool = True, what: str = "") -> Iterator[None]:
    """Hold the lock file `path`, which is removed afterwards.

    wait: until it is free; otherwise raises BusyError, whose line begins with `what`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = _take(path, wait, what or str(path))
    try:
        yield
    finally:
        # Removed while it is held: whoever waits for it sees that the name is gone and starts over.
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _take(path: Path, wait: bool, what: str) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if _try_lock(handle) and _still_named(handle, path):
            os.write(handle, str(os.getpid()).encode().ljust(20))  # over what a dead one wrote
            return handle
        owner = _owner(path)
        taken = _still_named(handle, path)
        os.close(handle)
        if taken and not wait:
            raise BusyError(
                f"{what} is in use by another process{owner}; wait for it to end, or stop it"
            )
        if taken:
            time.sleep(PATIENCE)


def _try_lock(handle: int) -> bool:
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def _still_named(handle: int, path: Path) -> bool:
    """Whether the open file is still the one that `path` names."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _owner(path: Path) -> str:
    """` (number …)` of the process that holds it, as far as it can be read."""
    try:
        return f" (number {int(path.read_text())})"
    except (OSError, ValueError):
        return ""
