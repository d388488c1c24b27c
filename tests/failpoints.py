"""Every step of a write that a disk may refuse, in one list, and a way to let the n-th one fail.

What Python's own files write to is not among them: a full disk there shows at the flush, `fsync`,
or where the file is closed, `close` of a stream.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.numpy
import safetensors.torch

from mtslib.base import files

# What is called, and what the system answers. `Path.open` covers `write_text` and `write_bytes`.
POINTS: dict[str, tuple[object, str, int]] = {
    "make a folder": (Path, "mkdir", errno.ENOSPC),
    "open a file": (Path, "open", errno.ENOSPC),
    "write text": (Path, "write_text", errno.ENOSPC),
    "write bytes": (Path, "write_bytes", errno.ENOSPC),
    "write tensors": (safetensors.torch, "save_file", errno.ENOSPC),
    "write arrays": (safetensors.numpy, "save_file", errno.ENOSPC),
    "copy a file": (shutil, "copyfile", errno.EDQUOT),
    "keep a mode": (Path, "chmod", errno.EROFS),
    "flush": (os, "fsync", errno.EIO),
    "rename": (Path, "rename", errno.EIO),
    "replace": (Path, "replace", errno.EIO),
    "exchange": (files, "exchange", 0),  # which says no instead
}


class Failing:
    """Counts what is called; at `fail` calls of a point, that call fails."""

    def __init__(self, patch: pytest.MonkeyPatch, point: str = "", fail: int = 0) -> None:
        self.calls: Counter[str] = Counter()
        for name, (owner, call, number) in POINTS.items():
            real = getattr(owner, call)
            patch.setattr(owner, call, self._watched(name, real, number, name == point and fail))

    def _watched(self, name: str, real: Callable, number: int, fail: int) -> Callable:
        def call(*arguments, **options):
            if name == "open a file" and not _writes(arguments, options):
                return real(*arguments, **options)
            self.calls[name] += 1
            if self.calls[name] == fail and not number:
                return False
            if self.calls[name] == fail:
                raise OSError(number, os.strerror(number), str(arguments[0])[:80])
            return real(*arguments, **options)

        return call


def _writes(arguments: tuple, options: dict) -> bool:
    mode = options.get("mode") or (arguments[1] if len(arguments) > 1 else "r")
    return any(letter in str(mode) for letter in "wax+")
