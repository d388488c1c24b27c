"""What a disk may hold in place of a file, and how it says that it is full."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import safetensors

from mtslib.base.errors import MtsError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}


def advice(error: OSError) -> str:
    """What helps where a place cannot be written, as far as the system's number tells."""
    if error.errno in NO_ROOM:
        return "make room on its disk"
    if error.errno in NOT_ALLOWED:
        return "check the permissions of its folder, and whether its disk can be written"
    return "choose another place"


@contextmanager
def tensor_errors(path: Path) -> Iterator[None]:
    """Let a full disk be the OSError that it is, where safetensors writes a file of `path`."""
    try:
        yield
    except safetensors.SafetensorError as error:
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1])), str(path)) from error


def refuse_device(path: Path) -> None:
    """Refuse to read a pipe that nobody may ever write to, or a device that may never end.

    What the shell hands over (`<(…)`, standard input) is meant to be read. Raises MtsError.
    """
    handed_over = str(path).startswith(("/dev/fd/", "/dev/stdin", "/proc/self/fd/"))
    if path.exists() and not path.is_file() and not path.is_dir() and not handed_over:
        raise MtsError(f"{path} is a device or a pipe; expected a file")
