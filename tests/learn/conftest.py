"""Progress made by tests goes to a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh `work/` for every test."""
    monkeypatch.setenv("MTS_WORK", str(tmp_path / "work"))
    return tmp_path / "work"
