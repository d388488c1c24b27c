"""Hashes and atomic writes. A leaf: of the project it imports only errors."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mtslib.errors import MtsError


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_tensor(tensor: Tensor) -> str:
    """The sha256 of a tensor's type, shape and values, independent of device and strides."""
    values = tensor.detach().cpu().contiguous()
    digest = hashlib.sha256(f"{values.dtype} {tuple(values.shape)} ".encode())
    digest.update(values.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def write_json(path: Path, value: Any) -> None:
    """Write readable JSON with one key a line and a last line end."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8")


def check_replaceable(target: Path, marker: str) -> None:
    """Refuse to write over a folder that is not one of ours, known by its file `marker`.

    Raises MtsError for a file, or for a folder that holds something else.
    """
    if not target.exists() or (target / marker).is_file():
        return
    if not target.is_dir() or any(target.iterdir()):
        raise MtsError(
            f"{target} exists and is not a folder written by this command (it has no {marker}); "
            "nothing was changed; choose another --out"
        )


@contextmanager
def folder_written_whole(target: Path) -> Iterator[Path]:
    """Give a new folder to write into, which takes the place of `target` only when all went well.

    The files are flushed to disk and then renamed, so that a crash leaves the old folder or the
    new one, never half of either.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    token = uuid.uuid4().hex[:8]
    fresh = target.with_name(f".{target.name}.{token}.new")
    fresh.mkdir()
    try:
        yield fresh
        for path in fresh.rglob("*"):
            if path.is_file():
                _flush(path)
        old = target.with_name(f".{target.name}.{token}.old")
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        _flush(target.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def file_written_whole(target: Path) -> Iterator[Path]:
    """Give a temporary path that takes the place of the file `target` only when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        yield fresh
        _flush(fresh)
        fresh.replace(target)
        _flush(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Ask the system to put a file or folder on disk; folders cannot be opened on Windows."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
