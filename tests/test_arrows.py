"""The arrows between rooms: a module imports rooms that stand before its own, and none after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtslib.base.paths import ROOT

# What goes in is above what comes out; each room may look at those before it.
ROOMS = (
    "base",
    "minbert",
    "backbones",
    "data",
    "evidence",
    "finetune",
    "serving",
    "report",
    "bench",
    "workbook",
    "learn",
    "cli",
    "__main__",
)
# `evidence` judges what it is given, whoever trained it.
ONLY = {"evidence": {"base", "data"}}
# `report` draws what it is given: of finetune it names objectives and depths, and trains nothing.
PARTS = {("report", "finetune"): {"objectives", "settings"}}
MODULES = sorted((ROOT / "mtslib").rglob("*.py"))


def room_of(path: Path) -> str:
    """The room of a module: its folder, or its own name on the ground floor."""
    return path.relative_to(ROOT / "mtslib").parts[0].removesuffix(".py")


def imported(source: str) -> Iterator[tuple[int, list[str]]]:
    """(line, parts of the name below mtslib) of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno} imports by dots; write the whole name"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from ((node.lineno, n.split(".")[1:]) for n in names if n.startswith("mtslib."))


def looks_ahead(path: Path, source: str) -> list[str]:
    """Each import of a module that no arrow allows, in words."""
    own, module = room_of(path), path.relative_to(ROOT / "mtslib").as_posix()
    allowed = ONLY.get(own, set(ROOMS[: ROOMS.index(own)])) | {own, "__version__"}
    found = []
    for line, (room, *below) in imported(source):
        where = f"{module}:{line} imports mtslib.{'.'.join([room, *below])}"
        if room not in allowed:
            found.append(f"{where}; {own} may import {', '.join(sorted(allowed))}")
        elif below and below[0] not in PARTS.get((own, room), {below[0]}):
            found.append(f"{where}; of {room}, {own} may import {PARTS[own, room]}")
    return found


@pytest.mark.parametrize("room", sorted({room_of(path) for path in MODULES} - {"__init__"}))
def test_a_room_imports_only_what_stands_before_it(room):
    assert room in ROOMS, "a new room has a place in the order"
    modules = [path for path in MODULES if room_of(path) == room]
    assert [line for p in modules for line in looks_ahead(p, p.read_text("utf-8"))] == []


def test_the_package_itself_imports_no_room():
    assert not list(imported((ROOT / "mtslib/__init__.py").read_text("utf-8")))


@pytest.mark.parametrize(
    "source",
    [
        "from mtslib.report import plots",
        "from mtslib import report",
        "import mtslib.report.plots",
        "def f():\n    from mtslib.report.plots import Picture",
    ],
)
def test_an_import_that_looks_ahead_is_seen_wherever_it_stands(source):
    path = ROOT / "mtslib/finetune/train.py"
    (line,) = looks_ahead(path, source)
    assert line.startswith("finetune/train.py:")
    assert "imports mtslib.report" in line
    assert "finetune may import" in line


def test_report_draws_and_does_not_train():
    path = ROOT / "mtslib/report/plots.py"
    assert not looks_ahead(path, "from mtslib.finetune import objectives")
    (line,) = looks_ahead(path, "from mtslib.finetune.fit import fit")
    assert "of finetune, report may import" in line
