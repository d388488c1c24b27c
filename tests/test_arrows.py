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
# (module, room): why it may look ahead all the same.
EXCEPTIONS = {
    ("workbook/readme.py", "learn"): "the README has a table of what the checks are proven to catch"
}
MODULES = sorted((ROOT / "mtslib").rglob("*.py"))


def room_of(path: Path) -> str:
    """The room of a module: its folder, or its own name on the ground floor."""
    return path.relative_to(ROOT / "mtslib").parts[0].removesuffix(".py")


def imported_rooms(source: str) -> Iterator[tuple[int, str]]:
    """(line, room) of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"line {node.lineno} imports by dots; write the whole name"
            is_top = node.module == "mtslib"  # from mtslib import backbones
            names = [f"mtslib.{a.name}" for a in node.names] if is_top else [node.module]
        else:
            continue
        yield from ((node.lineno, n.split(".")[1]) for n in names if n.startswith("mtslib."))


def looks_ahead(path: Path, source: str) -> list[str]:
    """Each import of a module that no arrow allows, in words."""
    own, module = room_of(path), path.relative_to(ROOT / "mtslib").as_posix()
    allowed = ONLY.get(own, set(ROOMS[: ROOMS.index(own)])) | {own, "__version__"}
    return [
        f"{module}:{line} imports mtslib.{room}, which stands after {own}"
        for line, room in imported_rooms(source)
        if room not in allowed and (module, room) not in EXCEPTIONS
    ]


@pytest.mark.parametrize("room", sorted({room_of(path) for path in MODULES} - {"__init__"}))
def test_a_room_imports_only_what_stands_before_it(room):
    assert room in ROOMS, "a new room has a place in the order"
    modules = [path for path in MODULES if room_of(path) == room]
    assert [line for p in modules for line in looks_ahead(p, p.read_text("utf-8"))] == []


def test_the_package_itself_imports_no_room():
    assert not list(imported_rooms((ROOT / "mtslib/__init__.py").read_text("utf-8")))


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
    assert "imports mtslib.report, which stands after finetune" in line


def test_an_exception_that_is_not_needed_any_more_is_struck_off():
    for module, room in EXCEPTIONS:
        source = (ROOT / "mtslib" / module).read_text("utf-8")
        assert room in {found for _, found in imported_rooms(source)}, module
