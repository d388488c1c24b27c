"""Open the archives that learners and learning platforms make, safely.

Only regular files below a new folder are written, and of those that grading cannot read only the
name. No path leads out, no link is followed, no small archive swells until the disk is full.
"""

from __future__ import annotations

import lzma
import os
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from mtslib.base.errors import MtsError

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
DATA = (".txt", ".json", ".csv", ".tsv")  # what an answer may open beside its notebook
READ = (".ipynb", ".ipynb.txt", ".ipynb.json", ".py", *SUFFIXES)
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX", "__pycache__", "node_modules"}
LITTER |= {"site-packages", "dist-packages"}  # of an environment inside the folder
LONGEST_NAME = 240  # bytes
MOST_FILES = 5000
MOST_BYTES = 2**30  # of one archive, unpacked
LARGEST = 256 * 2**20  # bytes of one file
CANNOT = (
    *(OSError, EOFError, RuntimeError, NotImplementedError, ValueError),  # a password, a method
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
)
LARGEST_DATA = 2**20
Member = tuple[str, float, int, IO[bytes] | None]  # name, seconds, bytes, None for no file


def is_archive(name: str) -> bool:
    """Whether a file is one of the archives that `unpack` can open, by its name."""
    return name.lower().endswith(SUFFIXES)


def unpack(path: Path, target: Path) -> list[str]:
    """Write the files of an archive below the new folder `target`, with their dates.

    Returns the names that were left out, for they lead elsewhere, are hidden or litter. Raises
    MtsError where it cannot be opened, asks for a password or exceeds the limits.
    """
    target.mkdir(parents=True)
    count, total, left_out = 0, 0, []
    try:
        for name, date, size, stream in _members(path):
            place = _place(target, name)
            if place is None or stream is None:
                left_out.append(name)
                continue
            count, wanted = count + 1, size <= _most(name.lower())
            total += size if wanted or path.suffix != ".zip" else 0
            if count > MOST_FILES or total > MOST_BYTES:
                raise MtsError(f"more than {MOST_FILES} files or {MOST_BYTES // 2**20} MB in it")
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                # As many as its header says, and no more.
                for start in range(0, size if wanted else 0, 2**20):
                    file.write(stream.read(min(2**20, size - start)))
                file.truncate(min(size, LARGEST))
            os.utime(place, (date, date))
        return left_out
    except CANNOT as error:
        # Without the names of folders that are gone when it is read.
        reason = getattr(error, "strerror", None) or str(error).partition(":")[0]
        reason = " ".join(reason.split()) or type(error).__name__
        raise MtsError(f"the archive cannot be unpacked ({reason[:100]})") from error


def _members(path: Path) -> Iterator[Member]:
    kinds = zipfile.is_zipfile(path), tarfile.is_tarfile(path)
    # By its name only where that can be either; a tar may end with a zip.
    is_zip = path.suffix.lower() == ".zip" if kinds[0] == kinds[1] else kinds[0]
    if is_zip:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                date = time.mktime((*info.date_time, 0, 0, -1))
                if info.is_dir() or info.external_attr >> 28 == 0xA:  # a link
                    continue
                with archive.open(info) as stream:
                    yield _name(info), max(date, 0.0), info.file_size, stream
        return
    with tarfile.open(path) as archive:
        for info in archive:
            stream = archive.extractfile(info) if info.isreg() else None
            yield info.name, min(max(float(info.mtime), 0.0), 2.0**32), info.size, stream


def _name(info: zipfile.ZipInfo) -> str:
    """A name in UTF-8, also where a system wrote that and did not say so."""
    try:
        marked = info.flag_bits & 0x800
        return info.filename if marked else info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _most(name: str) -> int:
    """How many bytes of a file are read, by its name; none of most."""
    return LARGEST if name.endswith(READ) else LARGEST_DATA if name.endswith(DATA) else 0


def _place(target: Path, name: str) -> Path | None:
    """Where a member goes; None for one that would lead out, and for litter."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    out = any(part in ("..", "/") or ":" in part or "\0" in part for part in parts)
    hidden = any(part.startswith(".") for part in parts) or LITTER & set(parts)
    return None if out or hidden or not parts else target.joinpath(*map(_short, parts))


def _short(part: str) -> str:
    """A name of which a disk takes every byte: 255 letters may be more of them."""
    stem, suffix = os.path.splitext(part)
    room = LONGEST_NAME - len(suffix.encode("utf-8", "replace"))
    if len(stem.encode("utf-8", "replace")) <= room or room < 1:
        return part
    return stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore") + suffix
