"""How the processes of one test run share the work, what they make, and what they are doing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

RUNNING = "MTS_RUNNING"  # a folder: CI reads what each process was running when its time is over

# What takes long begins first, or at the end one process would wait for the other. Measured.
LONGEST = (
    "tests/browser/",
    "notebooks/00_",  # trains the starter model
    "notebooks/",
    "tests/learn/test_proof.py",
    "tests/finetune/test_base_shape.py",
    "tests/benchmarks/test_bench.py",
    "tests/learn/test_grading.py",
    "tests/finetune/test_kill.py",
)
# One JupyterLab serves the browser; the starter model is trained by the first that asks for it.
TOGETHER = {
    "browser": ("tests/browser/",),
    "starter": ("tests/serving/test_starter.py", "notebooks/00_", "notebooks/11_"),
}
# Each test of these stands for itself, and their fixtures take moments.
DIVIDED = ("tests/finetune/test_kill.py",)


def scope(nodeid: str) -> str:
    """The tests of one scope share a process, and what its fixtures made: mostly a file's."""
    file = nodeid.split("::")[0]
    if file in DIVIDED:
        return nodeid
    return next((name for name, parts in TOGETHER.items() if file.startswith(parts)), file)


def rank(nodeid: str) -> int:
    """The place of a test in the order of the run: the smaller, the earlier."""
    return next((n for n, name in enumerate(LONGEST) if nodeid.startswith(name)), len(LONGEST))


class Scheduling(LoadScopeScheduling):
    """Hands out one `scope` after the other, in the order of the collection."""

    def __init__(self, config: pytest.Config, log: object = None) -> None:
        config.option.loadscopereorder = False  # xdist puts many tests first, not long ones
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def made_once(folder: Path, name: str, build: Callable[[Path], object]) -> Path:
    """`folder / name`, filled by `build` in the first process that asks; the others wait.

    Where `build` raises, the next that asks begins anew.
    """
    place, done = folder / name, folder / f"{name}.done"
    with FileLock(folder / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            build(place)
            done.touch()
    return place


class Running:
    """A plugin that keeps the name of what this process is running in a file of `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.place = folder / os.environ.get("PYTEST_XDIST_WORKER", "main")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Write the name before a test, and take it away after."""
        self.place.write_text(item.nodeid, encoding="utf-8")
        try:
            return (yield)
        finally:
            self.place.unlink(missing_ok=True)
