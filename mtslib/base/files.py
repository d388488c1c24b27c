"""Hashes and atomic writes: the one reader and the one writer of JSON. It imports only errors."""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtslib.base import documents
from mtslib.base.errors import CheckpointError, MtsError
from mtslib.base.renames import (
    exchange,
    flush,
    is_first,
    keep_mode,
    put_in_place,
    replace_in_two_steps,
)

if TYPE_CHECKING:
    from torch import Tensor

# What our folders hold: weights, cards, certificates, a vocabulary; and what file browsers add.
OUR_SUFFIXES = {".safetensors", ".json"}
OUR_NAMES = {"vocab.txt", ".DS_Store", "Thumbs.db", "desktop.ini"}
LONGEST_NAME = 200  # bytes of a name that is written beside others of it, `.NAME.1234abcd.new` say


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_tensor(tensor: Tensor) -> str:
    """The sha256 of a tensor's type, shape and values, independent of device and strides."""
    import torch  # here, so that commands without tensors start at once

    values = tensor.detach().cpu().contiguous()
    digest = hashlib.sha256(f"{values.dtype} {tuple(values.shape)} ".encode())
    digest.update(values.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def content_sha256(path: Path) -> str:
    """The sha256 of what a file says: of JSON its values, of text its lines, else its bytes.

    Git and editors change line ends, a byte order mark and indentation; none of them counts. For
    a `.txt` with plain line ends it is the sha256 of the file.
    """
    with suppress(ValueError):  # damaged: neither JSON nor text
        if path.suffix == ".json":
            return sha256_json(read_json(path))
        if path.suffix == ".txt":
            return _sha256(text_of(path.read_bytes()))
    return sha256_file(path)


def text_of(raw: bytes) -> str:
    """UTF-8 bytes as text with plain line ends, the last one in place, and no byte order mark."""
    text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") or not text else text + "\n"


def sha256_json(value: Any) -> str:
    """The sha256 of a JSON value, whatever the order of its keys and its layout in a file."""
    text = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _sha256(text)


def _plain(value: Any) -> Any:
    """1.0 is 1: tools that write JSON anew do not keep them distinct."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_json(path: Path) -> Any:
    """The value of a JSON file, as `documents.parse` reads it. Raises ValueError, OSError."""
    if path.exists() and not path.is_file():
        raise ValueError("a folder, a device or a pipe")
    if path.exists() and path.stat().st_size > documents.LARGEST:
        raise ValueError(f"larger than {documents.LARGEST >> 20} MB")
    return documents.parse(path.read_bytes())


def write_json(path: Path, value: Any) -> None:
    """Write readable JSON with one key per line and a final line end."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def write_sealed_json(path: Path, value: Mapping[str, Any], seal: str) -> None:
    """Write readable JSON; its last entry, `seal`, is the sha256 of all its other values."""
    kept = {key: item for key, item in value.items() if key != seal}
    write_json(path, {**kept, seal: sha256_json(kept)})


def is_sealed(value: Mapping[str, Any], seal: str) -> bool:
    """Whether the values that `write_sealed_json` wrote still match their seal."""
    kept = {key: item for key, item in value.items() if key != seal}
    return value[seal] == sha256_json(kept)


def read_sealed_json(path: Path, seal: str, shape: type, form: int, remedy: str) -> dict[str, Any]:
    """The values that `write_sealed_json` wrote, a format and the seal among them.

    shape: a dataclass with the keys that are needed and the types of their values; a seal that fits
    says that nothing was damaged, and not who wrote it. form: the format that this version reads.
    Raises CheckpointError, with its `remedy`, for a file
    that is something else, or was edited.
    """
    try:
        value = read_json(path)
    except ValueError as error:
        raise CheckpointError(f"{path} is not JSON ({error}); {remedy}") from error
    needed = ("format", *(field.name for field in fields(shape)), seal)
    missing = [key for key in needed if not isinstance(value, dict) or key not in value]
    if missing:
        raise CheckpointError(f"{path} lacks {', '.join(missing)}; {remedy}")
    if value["format"] != form:
        raise CheckpointError(
            f"{path} has format {value['format']!r:.60}, this version reads {form}; {remedy}"
        )
    if not is_sealed(value, seal):
        raise CheckpointError(
            f"{path} is not as it was written: its values do not match its own {seal}; "
            f"it was edited or damaged; {remedy}"
        )
    try:
        documents.fill(shape, value, more=True)
    except ValueError as error:
        raise CheckpointError(f"{path}: {error}; {remedy}") from error
    return value


def check_replaceable(target: Path, marker: str) -> None:
    """Refuse to write over a folder that is not one of ours, known by its file `marker`.

    Raises MtsError for a file, for a folder that holds something else or something more, and for
    a place where no folder can be made: better before an hour of training than after it.
    """
    check_place(target)
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / marker).is_file()):
        raise MtsError(
            f"{target} exists and is not a folder written by this command (it has no {marker}); "
            "nothing was changed; choose another --out"
        )
    for path in target.rglob("*"):
        ours = path.is_dir() or path.suffix in OUR_SUFFIXES or path.name in {marker, *OUR_NAMES}
        if path.is_symlink() or not ours:
            raise MtsError(
                f"{target} would be replaced and holds {path.relative_to(target)}, which this "
                "command did not write; nothing was changed; move that file, or choose another "
                "--out"
            )


def check_file(target: Path, begins: str) -> None:
    """Refuse to write over a file that is not one of ours, known by how it begins.

    Raises MtsError for anything else that is there: another file, a link, a folder, a device.
    """
    check_place(target, "file")
    if not os.path.lexists(target):
        return
    with target.open("rb") as stream:
        ours = stream.read(len(begins.encode())) in (begins.encode(), b"")
    if target.is_symlink() or not ours:
        what = "a link" if target.is_symlink() else f"no file of this command ({begins!r:.40} …)"
        raise MtsError(f"{target} is {what}; nothing was changed; choose another name")


def check_place(target: Path, kind: str = "folder") -> None:
    """Refuse a place where nothing can be made, or a `file` where something else is.

    Raises MtsError: better before an hour of work than after it.
    """
    if target.name in ("", ".."):
        raise MtsError(f"--out is {str(target)!r}; expected a {kind} that has a name of its own")
    if len(os.fsencode(target.name)) > LONGEST_NAME:
        raise MtsError(
            f"the name {target.name[:40]}… has {len(os.fsencode(target.name))} bytes; expected at "
            f"most {LONGEST_NAME}, as most disks have room for 255 with what stands beside it"
        )
    target = followed(target)
    if target.is_symlink():
        raise MtsError(f"{target} is a link that leads back to itself; remove it")
    above = next(path for path in target.absolute().parents if path.exists())
    if not above.is_dir() or not os.access(above, os.W_OK):
        why = "cannot be written to" if above.is_dir() else "is a file"
        raise MtsError(f"{target} cannot be made, because {above} {why}; choose another place")
    if kind == "file":
        _check_no_device(target)


def _check_no_device(target: Path) -> None:
    if target.exists() and not target.is_file():
        found = "a folder" if target.is_dir() else "a device or a pipe"
        raise MtsError(f"{target} is {found}; expected the name of a file")


def followed(target: Path) -> Path:
    """Where a link leads, so that what is written lies there and the link stays a link."""
    return Path(os.path.realpath(target))


@contextmanager
def folder_written_whole(target: Path) -> Iterator[Path]:
    """Give a new folder to write into, which takes the place of `target` only when all went well.

    Everything is flushed to disk and then put in place by one rename, so that a crash leaves the
    old folder or the new one, never half of either. (Windows cannot exchange two folders in one
    step: there a crash between two renames leaves the old one under a hidden name beside it.)
    """
    target = followed(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    token = uuid.uuid4().hex[:8]
    fresh = target.with_name(f".{target.name}.{token}.new")
    fresh.mkdir()
    try:
        yield fresh
        keep_mode(fresh, target)
        for path in (*fresh.rglob("*"), fresh):
            flush(path)
        if not is_first(fresh, target) and not exchange(fresh, target):
            replace_in_two_steps(fresh, target, target.with_name(f".{target.name}.{token}.old"))
        flush(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)  # after an exchange, the old folder


def remove_leftovers(target: Path) -> None:
    """Remove what a process that was killed left half-written beside `target`.

    Only for whoever holds the lock of `target`: another process may just be writing it.
    """
    target = followed(target)
    for path in target.parent.glob(f".{glob.escape(target.name)}.*.new"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def file_written_whole(target: Path) -> Iterator[Path]:
    """Give a temporary path that takes the place of the file `target` only when all went well.

    Raises MtsError where a folder, a device or a pipe would be replaced.
    """
    target = followed(target)
    _check_no_device(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        yield fresh
        keep_mode(fresh, target)
        flush(fresh)
        put_in_place(fresh, target)
        flush(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def free_bytes(folder: Path) -> int | None:
    """What is free on the disk of a folder; None where its file system does not say."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.free if usage.total else None
