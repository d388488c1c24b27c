"""Run a command, and end it with all it started when its time is over.

    python .ci/stop_after.py MINUTES COMMAND…

The command finds in MTS_RUNNING a folder in which each of its processes keeps the name of what it
is running (tests/conftest.py does). When the time is over these names are printed, and the exit
status is 124, as that of `timeout`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

GRACE = 20  # seconds between asking a process group to end and ending it


def main(minutes: float, command: list[str]) -> int:
    """Run the command → its exit status, or 124 where it took longer."""
    with tempfile.TemporaryDirectory(prefix="mts-running-") as folder:
        process = subprocess.Popen(
            command, env=os.environ | {"MTS_RUNNING": folder}, start_new_session=True
        )
        try:
            return process.wait(60 * minutes)
        except subprocess.TimeoutExpired:
            print(f"\nstopped after {minutes:g} minutes; running was:", file=sys.stderr)
            print("\n".join(running(Path(folder))), file=sys.stderr, flush=True)
            return 124
        finally:
            end(process)


def running(folder: Path) -> list[str]:
    """A line for each process that left a name: the process, and what it was running."""
    names = sorted(folder.iterdir())
    return [f"  {name.name}: {name.read_text(encoding='utf-8')}" for name in names] or [
        "  no test: setup, lint or the collection of tests"
    ]


def end(process: subprocess.Popen) -> None:
    """End the command's process group, in kindness first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(GRACE)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
