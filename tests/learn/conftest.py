"""Progress made by tests goes to a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from kept_answers import ATTENTION, CONFIG

from mtslib import backbones
from mtslib.learn import registry
from mtslib.minbert import BertModel


@pytest.fixture(autouse=True)
def own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh `work/` for every test."""
    monkeypatch.setenv("MTS_WORK", str(tmp_path / "work"))
    return tmp_path / "work"


@pytest.fixture
def one_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook with one exercise, and a backbone so small that it costs nothing."""
    monkeypatch.setattr(registry, "chapters", lambda: {"03": (ATTENTION,)})
    words = {f"word{n}": n for n in range(CONFIG.vocab_size)}
    tensors = BertModel(CONFIG).state_dict()
    small = backbones.Backbone("small", "0" * 64, Path(), CONFIG, tensors, words)
    monkeypatch.setattr(backbones, "load", lambda: small)


@pytest.fixture
def file(own_progress: Path) -> Path:
    """Where the record of 03.1 lies."""
    return own_progress / ".progress" / "03.1.json"
