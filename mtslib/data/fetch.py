"""Download the course's real files, for a reader who has a network.

Only these public addresses are asked, and only when `fetch` is called. A file that was cut off
stays as `NAME.part` and goes on from there the next time; it gets its name only when its bytes
are those that git recorded for it (`mtslib.data.known.RELEASED`).
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from tqdm import tqdm

from mtslib.base.errors import DataError
from mtslib.base.files import flush
from mtslib.base.text import one_line
from mtslib.data.known import RELEASED, git_blob_sha1

REPOSITORY = "gpoesia/minbert-default-final-project"
COMMIT = "7ac8260577fc12a86c7aaf38918056c30054ef39"
BASE_URL = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}/data"

CHUNK = 1 << 16  # bytes
LARGEST = 64 * 2**20  # bytes of a file; the largest of the course's has about 22 MB


def fetch(
    out: Path,
    files: Mapping[str, str] = RELEASED,
    base_url: str = BASE_URL,
    progress: bool = True,
    timeout: float = 30.0,
) -> list[Path]:
    """Download `files` into the folder `out`; what is there already is kept and not asked for.

    files: file name → git blob sha1 that its bytes must have.
    base_url: the address of the folder that holds them, http or https; a mirror if need be.
    progress: whether to draw a progress bar on stderr.
    timeout: seconds without a byte after which the network counts as gone.

    Returns the paths, in the order of `files`. Raises DataError, one line, without a network, on
    a missing file, on wrong bytes, and when the disk is full. The same call again goes on.
    """
    out = Path(out)
    if not base_url.startswith(("http://", "https://")):
        raise DataError(
            f"cannot download from {_shown(base_url)!r}; expected an http or https address"
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        return [
            _fetch_one(out / name, f"{base_url.rstrip('/')}/{name}", blob, progress, timeout)
            for name, blob in files.items()
        ]
    except OSError as error:  # the disk; what the network raises is caught further down
        raise DataError(
            f"cannot write {error.filename or out}: {error.strerror or error}; "
            "what was downloaded is kept, and the same command goes on from there"
        ) from error


def _fetch_one(target: Path, url: str, blob: str, progress: bool, timeout: float) -> Path:
    if target.exists():
        raw = target.read_bytes()  # from a clone on Windows, perhaps, with its line ends
        plain = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        if blob not in (git_blob_sha1(raw), git_blob_sha1(plain)):
            raise DataError(
                f"{target} is there with other bytes than the course's; it is left alone: "
                "move it away, or choose another folder"
            )
        return target
    part = target.with_name(target.name + ".part")
    if part.is_symlink() or (part.exists() and not part.is_file()):
        raise DataError(f"{part} is a link or no file; it is left alone: move it away")
    if not _is_whole(part, blob):
        _download(url, part, progress, timeout)
        if not _is_whole(part, blob):
            part.unlink()
            raise DataError(
                f"{_shown(url)} did not give the course's {target.name} (another git blob hash "
                f"than {blob[:8]}…: a login page, another version, or damage); removed, try again"
            )
    part.replace(target)
    return target


def _is_whole(part: Path, blob: str) -> bool:
    return _size(part) > 0 and git_blob_sha1(part.read_bytes()) == blob


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _download(url: str, part: Path, progress: bool, timeout: float) -> None:
    """Append to `part` what it lacks, or write it anew where the server cannot go on."""
    with _ask(url, _size(part), timeout) as response:
        start = _first_byte(response)
        if start not in (0, _size(part)):
            asked = _size(part)
            raise DataError(f"{_shown(url)} answered with byte {start} first, asked for {asked}")
        length = _number("([0-9]+)", response.headers.get("Content-Length", ""))
        total = None if length is None else start + length
        _check_size(url, part, total or start)
        shown = {"unit": "B", "unit_scale": True, "disable": not progress}
        bar = tqdm(desc=part.stem, initial=start, total=total, **shown)
        with bar, part.open("ab" if start else "wb") as stream:
            for chunk in _chunks(response, url):
                _check_size(url, part, stream.tell() + len(chunk))
                stream.write(chunk)
                bar.update(len(chunk))
    flush(part)
    if total is not None and _size(part) < total:
        raise _cut_off(url, f"it ended after {_size(part):,} of {total:,} bytes")


def _ask(url: str, start: int, timeout: float) -> http.client.HTTPResponse:
    headers = {"Accept-Encoding": "identity", "User-Agent": "mtslib"}
    if start:
        headers["Range"] = f"bytes={start}-"
    try:
        request = urllib.request.Request(url, headers=headers)
        return urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and start:  # more is here than the file has: begin anew
            return _ask(url, 0, timeout)
        raise DataError(
            f"{_shown(url)} answered {error.code} {one_line(str(error.reason))}; expected the "
            "file. If the address moved, name a mirror with --from URL; otherwise try again later"
        ) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise DataError(
            f"cannot reach {_shown(url)}: {one_line(str(reason))}; check the network or proxy, or "
            "name a mirror with --from URL. Without the files, the corpora in data/controlled serve"
        ) from error


def _first_byte(response: http.client.HTTPResponse) -> int:
    """The position of the answer's first byte: 0 unless the server honoured the range."""
    if response.status != 206:
        return 0
    first = _number("bytes ([0-9]+)-.*", response.headers.get("Content-Range", ""))
    return -1 if first is None else first


def _number(pattern: str, header: str) -> int | None:
    """The number in a header, where there is one that a file of ours can have."""
    found = re.fullmatch(pattern, header[:100])
    return int(found[1]) if found and len(found[1]) <= 15 else None


def _check_size(url: str, part: Path, size: int) -> None:
    """Raise DataError for more bytes than any of the files has, before they fill the disk."""
    if size > LARGEST:
        part.unlink(missing_ok=True)
        raise DataError(
            f"{_shown(url)} gives {size:,} bytes or more, expected at most {LARGEST:,}; is it "
            "another file? Nothing of it is kept"
        )


def _shown(url: str) -> str:
    """The address for a message: without a password, on one line."""
    return one_line(re.sub(r"(?<=://)[^/@]*@", "", url))


def _chunks(response: http.client.HTTPResponse, url: str) -> Iterator[bytes]:
    """The bytes of the answer; what goes wrong here is the network, not the disk."""
    try:
        while chunk := response.read(CHUNK):
            yield chunk
    except (OSError, http.client.HTTPException) as error:
        raise _cut_off(url, one_line(str(error) or type(error).__name__)) from error


def _cut_off(url: str, reason: str) -> DataError:
    return DataError(
        f"the download of {_shown(url)} was cut off: {reason}; what came is kept, and the same "
        "command goes on from there"
    )
