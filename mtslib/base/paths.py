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
    """The path with `~` replaced, where there is such a home; else unchanged.

    Raises MtsError for a blank one: it would name the folder that one happens to be in.
    """
    if not str(path).strip():
        raise MtsError(
            f"{str(path)!r} is no name of a file or folder; the current folder is written `.`"
        )
    return Path(os.path.expanduser(path))
