"""What every test folder shares: which tests need something that this machine may not have."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from recorded_runs import snapshot

__all__ = ["snapshot"]


def pytest_configure() -> None:
    """Let Ctrl-C reach the processes that tests start, also where a script runs the tests.

    A shell starts its background jobs with SIGINT ignored, and every child would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory):
    """Tests keep trunk outputs in a folder of their own, and so do the processes they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MTS_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what reads the real data where MTS_DATA names no folder, and say how to run it."""
    folder = os.environ.get("MTS_DATA")
    if folder and Path(folder).is_dir():
        return
    skip = pytest.mark.skip(reason="reads the real data: set MTS_DATA to its folder to run this")
    for item in items:
        if "real_data" in item.keywords:
            item.add_marker(skip)
