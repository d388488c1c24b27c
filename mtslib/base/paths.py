"""Where things lie in a checkout. A leaf: it imports nothing of the project."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"  # pristine, executed, committed
EXERCISES = NOTEBOOKS / "exercises"  # one folder per chapter, one file per exercise
WORK = ROOT / "work"  # the learner's own copy, never committed
DATA = ROOT / "data"
BUILD = ROOT / "build"  # everything that can be made again, never committed


def expanded(path: str | Path) -> Path:
    """The path with `~` replaced, where there is such a home; else unchanged."""
    return Path(os.path.expanduser(path))
