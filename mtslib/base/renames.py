"""The steps by which what was written takes its place: flush, rename, exchange. It imports nothing.

Each of them may fail, on a full disk say, and leaves the old or the new thing there, whole.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

# What a file system answers that cannot flush, or not a folder: nothing is lost by it.
NO_FLUSH = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
NO_FOLDERS = {errno.EACCES, errno.EPERM, errno.EBADF, errno.EISDIR}


def flush(path: Path) -> None:
    """Ask the system to put a file or folder on disk, where its file system can be asked.

    Windows flushes only what is open for writing, and cannot open folders.
    """
    windows = os.name == "nt"
    if path.is_dir() and windows:
        return
    try:
        handle = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in (NO_FLUSH | NO_FOLDERS if path.is_dir() else NO_FLUSH):
            raise


def keep_mode(fresh: Path, target: Path) -> None:
    """What others may not read stays so when it is written anew."""
    with suppress(FileNotFoundError):  # nothing is there yet
        fresh.chmod(stat.S_IMODE(target.stat().st_mode))


def is_first(fresh: Path, target: Path) -> bool:
    """Put `fresh` in place where nothing is → whether nothing was there."""
    if target.exists():
        return False
    try:
        fresh.rename(target)
    except OSError:
        if not target.exists():  # else another process was a moment faster
            raise
        return False
    return True


def exchange(first: Path, second: Path) -> bool:
    """Let two folders change names in one step, where the system knows how (Linux, macOS)."""
    names = os.fsencode(first), os.fsencode(second)
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None), "renameat2", None)
        here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return rename is not None and rename(here, names[0], here, names[1], exchange) == 0
    if sys.platform == "darwin":
        return ctypes.CDLL(None).renamex_np(*names, 2) == 0  # RENAME_SWAP
    return False


def replace_in_two_steps(fresh: Path, target: Path, old: Path) -> None:
    try:
        target.rename(old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(target, old)  # a container's folder may stay in the layer of its image
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def put_in_place(fresh: Path, target: Path) -> None:
    """Rename over `target`; one that another program has open for a moment is waited for."""
    for pause in (0.05, 0.2, 1.0):
        try:
            fresh.replace(target)
            return
        except OSError as error:
            in_use = error.errno == errno.EBUSY or getattr(error, "winerror", 0) in (5, 32)
            if not in_use:
                raise
        time.sleep(pause)
    fresh.replace(target)
