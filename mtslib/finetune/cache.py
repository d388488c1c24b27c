"""The folder in which the frozen trunk's outputs are kept, so that it runs once. Chapter 09.

One entry is a folder: `states.bin`, hidden_states[d] of one set's real tokens as one array
(tokens, H), and `card.json`, everything that these numbers depend on and their checksum. An entry
is put in place by one rename, checked whenever it is opened, and made again when it does not
match; the folder holds at most `limit()` bytes, and what was used longest ago goes first.
"""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mtslib.base.errors import BusyError, TrainError
from mtslib.base.files import (
    folder_written_whole,
    free_bytes,
    is_sealed,
    read_json,
    remove_leftovers,
    sha256_file,
    write_sealed_json,
)
from mtslib.base.locks import locked
from mtslib.base.paths import BUILD, expanded

FOLDER_VARIABLE, LIMIT_VARIABLE = "MTS_CACHE", "MTS_CACHE_LIMIT"
DEFAULT_LIMIT = 8.0  # GB; all depths of the real sst in fp32 are 2.6
FILL_SECONDS = 3600  # at most, while another process runs the same trunk
SPARE = 200e6  # bytes of the disk that a cache leaves to others
STATES, CARD = "states.bin", "card.json"

Writer = Callable[[np.ndarray], None]


@dataclass(frozen=True)
class Contents:
    """What one entry holds: all that its numbers depend on.

    trunk_sha256: of the live tensors up to `depth`, not of the file they came from.
    tokens_sha256: of the ids as they were fed in, so that a vocabulary counts too.
    machine: library, device and threads, on which the last bits depend.
    tokens, hidden_size: the array's shape.
    """

    backbone_sha256: str
    trunk_sha256: str
    depth: int
    data_sha256: str
    tokens_sha256: str
    form: str
    max_length: int
    precision: str
    code_sha256: str
    machine: str
    tokens: int
    hidden_size: int

    @property
    def dtype(self) -> np.dtype:
        """fp32 keeps every bit. bf16 runs get fp16: half the size, eight times finer than bf16."""
        return np.dtype(np.float32 if self.precision == "fp32" else np.float16)

    @property
    def nbytes(self) -> int:
        """Bytes of the array."""
        return self.tokens * self.hidden_size * self.dtype.itemsize

    @property
    def set_name(self) -> str:
        """The same for all depths of one set: one pass fills them, under one lock."""
        values = {k: v for k, v in asdict(self).items() if k not in ("depth", "trunk_sha256")}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def name(self) -> str:
        """The entry's folder."""
        return f"{self.set_name}-d{self.depth}-{self.trunk_sha256[:8]}"


def folder() -> Path:
    """MTS_CACHE, or build/cache."""
    named = os.environ.get(FOLDER_VARIABLE)
    return expanded(named) if named else BUILD / "cache"


def limit() -> int:
    """How many bytes the folder may hold: MTS_CACHE_LIMIT in GB, or 8.

    Raises TrainError when the variable is not a number of 0 or more.
    """
    text = os.environ.get(LIMIT_VARIABLE, "")
    try:
        size = float(text) if text else DEFAULT_LIMIT
    except ValueError:
        size = math.nan
    if not 0 <= size < math.inf:
        raise TrainError(f"{LIMIT_VARIABLE} is {text!r}; expected a number of GB, for example 8")
    return int(size * 1e9)


def read(contents: Contents) -> np.ndarray | None:
    """The array (tokens, H), memory-mapped; None when it is absent or not as it was written."""
    place = folder() / contents.name
    if not place.is_dir():
        return None
    try:
        card = read_json(place / CARD)
        whole = (
            is_sealed(card, "card_sha256")
            and card["contents"] == asdict(contents)
            and (place / STATES).stat().st_size == contents.nbytes
            and sha256_file(place / STATES) == card["sha256"]
        )
        if whole:
            with suppress(OSError):  # another user's
                os.utime(place / CARD)  # used now: the last to be dropped
            return _mapped(place / STATES, contents)
    except FileNotFoundError:
        if not place.is_dir():  # dropped by another process just now
            return None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    print(f"the cached trunk outputs in {place} are damaged; they are computed again")
    return None


def _mapped(path: Path, contents: Contents) -> np.ndarray:
    shape = (contents.tokens, contents.hidden_size)
    try:
        return np.memmap(path, contents.dtype, mode="r", shape=shape)
    except OSError as error:
        if error.errno not in (errno.ENODEV, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
            raise
        return np.fromfile(path, contents.dtype).reshape(shape)  # a file system without mapping


def present(contents: Contents) -> bool:
    """Whether there is an entry of this name, whole or not."""
    return (folder() / contents.name).is_dir()


@contextmanager
def filling(entries: Sequence[Contents]) -> Iterator[None]:
    """Hold the lock of one set while its missing depths are looked for and filled."""
    name = entries[0].set_name
    what = f"the cached trunk outputs of {name}"
    with locked(folder() / f".{name}.lock", FILL_SECONDS, what):
        for contents in entries:
            remove_leftovers(folder() / contents.name)
        yield


@contextmanager
def writing(entries: Sequence[Contents]) -> Iterator[list[Writer]]:
    """One function per entry that appends rows (n, H) to it; all are in place at the end.

    Raises OSError when the disk is full; then none of the unfinished ones is left.
    """
    needed = sum(contents.nbytes for contents in entries)
    free = free_bytes(folder())
    if free is not None and free < needed + SPARE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with ExitStack() as stack:
        yield [stack.enter_context(_writing_one(contents)) for contents in entries]


@contextmanager
def _writing_one(contents: Contents) -> Iterator[Writer]:
    digest, written = hashlib.sha256(), 0

    def write(rows: np.ndarray) -> None:
        nonlocal written
        raw = np.ascontiguousarray(rows, contents.dtype).data.cast("B")
        stream.write(raw)
        digest.update(raw)
        written += len(raw)

    with folder_written_whole(folder() / contents.name) as fresh:
        with (fresh / STATES).open("wb") as stream:
            yield write
        if written != contents.nbytes:
            raise ValueError(f"{written} bytes were written, {contents.nbytes} expected")
        card = {"contents": asdict(contents), "sha256": digest.hexdigest()}
        write_sealed_json(fresh / CARD, card, "card_sha256")


# Room ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One entry on disk. used: seconds since 1970. whole: False for what a killed process left."""

    place: Path
    nbytes: int
    used: float
    whole: bool


def entries() -> list[Entry]:
    """Everything in the folder, what was used longest ago first."""
    found = []
    if folder().exists() and not folder().is_dir():
        raise TrainError(f"{FOLDER_VARIABLE} is {str(folder())!r}, a file; expected a folder")
    for place in folder().glob("*"):
        try:
            if place.is_dir():
                size = sum(path.stat().st_size for path in place.iterdir())
                whole = (place / CARD).is_file() and not place.name.startswith(".")
                used = ((place / CARD) if whole else place).stat().st_mtime
                found.append(Entry(place, size, used, whole))
        except FileNotFoundError:  # dropped by another process just now
            continue
    return sorted(found, key=lambda entry: entry.used)


def make_room(needed: int, keep: Collection[str] = (), held: str = "") -> bool:
    """Drop old entries until `needed` more bytes fit → whether they do.

    keep: names of entries that are in use and stay. held: the set whose lock the caller holds.
    """
    allowed = limit()
    with locked(folder() / ".room.lock", what=f"the cache in {folder()}"):
        present = entries()
        total = sum(entry.nbytes for entry in present)
        kept = sum(entry.nbytes for entry in present if entry.place.name in keep)
        if kept + needed > allowed:
            return False
        for entry in present:
            if total + needed <= allowed:
                break
            if entry.place.name not in keep and _drop(entry, held):
                total -= entry.nbytes
        return total + needed <= allowed


def clean(of: Collection[str] | None = None) -> tuple[int, int]:
    """Remove entries that no process is just writing → how many, and their bytes.

    of: only what was made from data with these hashes.
    """
    if not entries():
        return 0, 0
    with locked(folder() / ".room.lock", what=f"the cache in {folder()}"):
        gone = [entry for entry in entries() if _is_of(entry, of) and _drop(entry)]
    return len(gone), sum(entry.nbytes for entry in gone)


def _drop(entry: Entry, held: str = "") -> bool:
    """Remove an entry, unless another process is writing it → whether it is gone.

    Whoever has it mapped keeps what is mapped: the system frees it with the last user.
    """
    set_name = entry.place.name.lstrip(".").split("-")[0]
    try:
        lock = locked(folder() / f".{set_name}.lock", wait=0)
        with nullcontext() if set_name == held else lock:
            # The card first: without it no process takes the rest for an entry.
            (entry.place / CARD).unlink(missing_ok=True)
            shutil.rmtree(entry.place, ignore_errors=True)
    except BusyError:
        return False
    return not entry.place.exists()


def _is_of(entry: Entry, of: Collection[str] | None) -> bool:
    try:
        return of is None or read_json(entry.place / CARD)["contents"]["data_sha256"] in of
    except (OSError, ValueError, KeyError, TypeError):
        return False


def status(of: Collection[str] | None = None) -> str:
    """What the folder holds, one line per entry, as `python -m mtslib cache status` prints it.

    of: as in `clean`. Raises TrainError where it is none.
    """
    present = [entry for entry in entries() if _is_of(entry, of)]
    lines = [
        f"{folder()}: {len(present)} entries, {sum(e.nbytes for e in present) / 1e6:,.1f} MB of "
        f"at most {limit() / 1e6:,.0f} MB"
    ]
    for entry in present:
        what = "left half-written; `cache clean` removes it"
        if entry.whole:
            try:
                held = read_json(entry.place / CARD)["contents"]
                what = (
                    f"hidden_states[{held['depth']}], {held['tokens']:,} tokens, {held['form']}, "
                    f"{held['precision']}, backbone {held['backbone_sha256'][:8]}…, "
                    f"data {held['data_sha256'][:8]}…"
                )
            except (OSError, ValueError, KeyError, TypeError):
                what = "damaged; it is made again when it is needed"
        lines.append(f"  {entry.place.name}  {entry.nbytes / 1e6:8.1f} MB  {what}")
    return "\n".join(lines)
