"""Killing a process at a point of its work that a test names, for every writer's kill tests.

SIGKILL cannot be caught, so nothing is tidied up: what the next call finds is what lay on disk.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import pytest


def kill_at(names: tuple[str, ...]) -> None:
    """End this process with SIGKILL when the last of the calls named comes about, in this order."""
    waiting = list(names)

    def watch(frame, event, argument):
        if event in ("call", "c_call"):
            name = frame.f_code.co_name if event == "call" else argument.__name__
            if name == waiting[0]:
                waiting.pop(0)
                if not waiting:
                    os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def kill_after(calls: int) -> None:
    """End this process with SIGKILL at its n-th call."""
    left = calls

    def watch(frame, event, argument):
        nonlocal left
        if event == "call":
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)


def count_calls(place: Path) -> None:
    """Write down how many calls there were, when the process reaches `end_of_work`."""
    seen = 0

    def watch(frame, event, argument):
        nonlocal seen
        seen += event == "call"
        if event == "call" and frame.f_code.co_name == "end_of_work":
            (place / "calls").write_text(str(seen))

    sys.setprofile(watch)


def end_of_work() -> None:
    """To be called last by work whose calls are counted."""
    sys.setprofile(None)


def starter(work: Callable[..., None], *preload: str) -> Callable[..., int]:
    """(arguments of `work`) → its exit code in a fresh process.

    The processes are copies of one that has imported everything and computed nothing: starting
    one takes a moment instead of the seconds that importing takes.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*preload, "pytest"])

    def run(*arguments) -> int:
        process = context.Process(target=work, args=arguments)
        process.start()
        process.join()
        return process.exitcode

    return run


def soon(points: Iterable, chosen: Collection) -> list:
    """Parameters for pytest: those that are not chosen are long."""
    return [p if p in chosen else pytest.param(p, marks=pytest.mark.long) for p in points]
