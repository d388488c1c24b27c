"""Where things lie in a checkout. It imports only errors."""

from __future__ import annotations

import os
from pathlib import Path

from mtslib.base.errors import MtsError

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"  # pristine, executed, committed
EXERCISES = NOTEBOOKS / "exercises"  # one folder per chapter, one file per exercise
WORK = ROOT / "work"  # the learner's own copy, never committed
DATA = ROOT / "data"
BUILD = ROOT / "build"  # everything that can be made again, never committed


def expanded(path: str | Path) -> Path:
    """The path with `~` replaced.

    Raises MtsError for a home that there is not, which would become a folder called `~`, and for a
    blank path, which would name the folder that one happens to be in.
    """
    if not str(path).strip():
        raise MtsError(
            f"{str(path)!r} is no name of a file or folder; the current folder is written `.`"
        )
    found = os.path.expanduser(path)
    if found.startswith("~"):
        home = found.split("/")[0]
        raise MtsError(
            f"{str(path)!r} begins with {home}, and there is no such home here; a file or folder "
            f"of that name is written ./{home}"
        )
    return Path(found)
