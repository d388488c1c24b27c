"""`manifest.json`: which runs are recorded, in their order, and a hash of each and its predictions.

It is sealed, so that a line taken out is noticed too. A seal detects damage and edits by hand; who
recomputes it can say anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mtslib.base import documents
from mtslib.base.files import file_written_whole, is_sealed, read_json, write_sealed_json
from mtslib.evidence.stored import damaged

MANIFEST, SEAL, FORMAT = "manifest.json", "manifest_sha256", 2
NOT_KNOWN = "-"
_ENTRY = re.compile(r"(\S+) ([0-9a-f]{64}) ([0-9a-f]{64}|-)")


@dataclass(frozen=True)
class Entry:
    """One recorded run.

    sha256: of its configuration and metrics, as values. predictions: of its file's bytes; `-` where
    an older version recorded it without.
    """

    run_id: str
    sha256: str
    predictions: str = NOT_KNOWN


@dataclass(frozen=True)
class _Manifest:
    """The document. runs: `RUN_ID SHA256 SHA256` each, so that a run is one line of the file."""

    format: int
    runs: list[str]
    manifest_sha256: str


def read(path: Path) -> list[Entry]:
    """The entries in the order of recording. Raises ResultsError for what was cut or edited."""
    try:
        value = read_json(path)
        if isinstance(value, dict) and "format" not in value:  # of an older version, without a seal
            return [Entry(*one) for one in documents.fill(_Old, {"runs": value}).runs.items()]
        lines = documents.fill(_Manifest, value).runs
        if not is_sealed(value, SEAL):
            raise ValueError(f"it does not match its own {SEAL}")
        found = [_entry(line) for line in lines]
    except ValueError as error:
        raise damaged(f"{path.name} is not a manifest ({error})") from error
    if len({entry.run_id for entry in found}) < len(found):
        raise damaged(f"{path.name} names a run twice")
    return found


@dataclass(frozen=True)
class _Old:
    runs: dict[str, str]


def _entry(line: str) -> Entry:
    parts = _ENTRY.fullmatch(line)
    if parts is None:
        raise ValueError(f"{line[:60]!a} is no run and its two hashes")
    return Entry(*parts.groups())


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Put a manifest in place, whole."""
    lines = [f"{one.run_id} {one.sha256} {one.predictions}" for one in entries]
    with file_written_whole(path) as fresh:
        write_sealed_json(fresh, {"format": FORMAT, "runs": lines}, SEAL)
