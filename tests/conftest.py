"""How the tests are arranged, and what every test folder shares.

The folders mirror `mtslib`. Besides, `notebooks` holds what is true of the committed notebooks,
`browser` drives JupyterLab, and `strict_nbval.py` runs every notebook with its stubs solved.

`make test` runs what is not marked `long`, `make test-long` the rest: kills at every point, the
notebooks as committed. Two processes share the work, the longest files first (`sharing.py`). What
takes long to make and is only read is made once for both: `made_once`.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sharing

pytest_plugins = ["recorded_runs", "strict_nbval"]

SESSION = "MTS_TEST_SESSION"  # the folder that all processes of one run share


def pytest_configure(config: pytest.Config) -> None:
    """Begin a run: Ctrl-C works, its processes share a folder and say what they are running.

    A shell starts its background jobs with SIGINT ignored, and every child would inherit that;
    Ctrl-C has to reach the processes that tests start, also where a script runs the tests.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        os.environ[SESSION] = tempfile.mkdtemp(prefix="mts-tests-")
    if folder := os.environ.get(sharing.RUNNING):
        config.pluginmanager.register(sharing.Running(Path(folder)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End a run: the shared folder goes."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SESSION), ignore_errors=True)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share the work out as `sharing.py` says."""
    return sharing.Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; and skip what reads the real data where MTS_DATA names no folder."""
    items.sort(key=lambda item: sharing.rank(item.nodeid))
    folder = os.environ.get("MTS_DATA")
    if folder and Path(folder).is_dir():
        return
    skip = pytest.mark.skip(reason="reads the real data: set MTS_DATA to its folder to run this")
    for item in items:
        if "real_data" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    """Tests keep trunk outputs in a folder of their own, and so do the processes they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def made_once() -> Callable[[str, Callable[[Path], object]], Path]:
    """(name, build) → the folder that `build` filled, once for all processes; read only."""
    return lambda name, build: sharing.made_once(Path(os.environ[SESSION]), name, build)
