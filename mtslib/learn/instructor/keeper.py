"""Start answers as processes, end them and all that they started. Runs alone, of a copy of itself.

`boundary` starts it, sends it jobs as lines of JSON and reads, for each, a line and what the answer
told. It imports nothing of this project: each job is forked off, and only the fork imports the view
of the library that it is given. So no answer finds in memory what it is compared with.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import select
import signal
import sys
import time

MOST_BYTES = 64 * 2**20
START = 120.0  # seconds until an answer may begin: the import of the library on a busy machine
SUBREAPER, DEATH_SIGNAL, NO_NEW_PRIVILEGES = 36, 1, 38  # of prctl
READY = b"ready\n"
HEAVY = (  # what answers and their observation import sooner or later, and what takes seconds
    *("torch", "numpy", "scipy.stats", "sklearn.metrics", "pandas", "tokenizers"),
    *("torch.fx.experimental.symbolic_shapes", "torch._dynamo", "safetensors.torch", "tqdm"),
)
LINUX = sys.platform == "linux"


def main() -> None:
    """Do one job after the other until nobody sends any."""
    sys.meta_path[:] = [
        f for f in sys.meta_path if "__editable__" not in getattr(f, "__module__", "")
    ]
    for name in [name for name in sys.modules if name.startswith("__editable__")]:
        del sys.modules[name]
    _prctl(SUBREAPER, 1)
    for name in HEAVY:  # here, once, for all that are forked off
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    kept = b""
    while True:
        while b"\n" not in kept:
            more = os.read(0, 2**16)
            if not more:
                return
            kept += more
        line, _, kept = kept.partition(b"\n")
        head, told = _job(json.loads(line))
        _send(json.dumps(head | {"size": len(told)}).encode() + b"\n" + told)


def _send(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def _job(job: dict) -> tuple[dict, bytes]:
    """Fork off one answer → (how it ended, what it told)."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(job, writing)
    os.close(writing)
    try:
        told, why = _listen(child, reading, job["seconds"])
    finally:
        os.close(reading)
        left, code = _end(child)
    begun = told.startswith(READY)
    told = told[len(READY) :] if begun else b""
    return {"begun": begun, "why": why, "code": code, "left": left}, told


def _listen(child: int, pipe: int, seconds: float) -> tuple[bytes, str]:
    """What a process tells until it ends, its time is over, or it has told too much."""
    end, begun = time.monotonic() + START, False
    os.set_blocking(pipe, False)
    parts: list[bytes] = []
    size, open_ = 0, True
    while True:
        gone = os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        ready, _, _ = select.select([0, *([pipe] if open_ else [])], [], [], 0 if gone else 0.05)
        if 0 in ready and not _more_is_sent():
            _end(child)
            os._exit(1)  # whoever sent the job is gone
        more = b""
        if pipe in ready:
            with contextlib.suppress(BlockingIOError):
                more = os.read(pipe, 2**16)
                open_ = bool(more)
        parts.append(more)
        size += len(more)
        if not begun and b"".join(parts)[: len(READY)] == READY:
            begun, end = True, time.monotonic() + seconds  # once: what is told later moves nothing
        if size > MOST_BYTES:
            return b"".join(parts), "flood"
        if gone and not more:
            return b"".join(parts), ""
        if time.monotonic() > end:
            return b"".join(parts), "late"


def _more_is_sent() -> bool:
    """Whether the other end of standard input still is there."""
    poll = select.poll()
    poll.register(0, select.POLLIN)
    return not any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))


# Ending ----------------------------------------------------------------------------------------


def _end(child: int) -> tuple[int, int]:
    """End a process and all that came from it → (how many others there were, its exit code)."""
    others: set[int] = set()
    stop = time.monotonic() + 10
    code = None
    while time.monotonic() < stop:
        alive = descendants(os.getpid())
        others |= alive - {child}
        for kind in (signal.SIGSTOP, signal.SIGKILL):  # first stopped, so that none makes another
            for one in alive:
                with contextlib.suppress(OSError):
                    os.kill(one, kind)
        if not LINUX:
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while True:
                done, status = os.waitpid(-1, os.WNOHANG if LINUX else 0)
                if done == child:
                    code = os.waitstatus_to_exitcode(status)
                if done == 0:
                    break
        if not descendants(os.getpid()) and code is not None:
            break
        time.sleep(0.01)
    return len(others), code if code is not None else 0


def descendants(root: int) -> set[int]:
    """The processes that came from one, by Linux's /proc; elsewhere none are known."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc") if LINUX else ():
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                parents[int(name)] = int(fields[1])
    found: set[int] = set()
    waiting = [root]
    while waiting:
        own = waiting.pop()
        more = {child for child, parent in parents.items() if parent == own} - found
        found |= more
        waiting += more
    return found


# The process of an answer ----------------------------------------------------------------------


def _answer(job: dict, writing: int) -> None:
    """Become the process of one answer. Does not return."""
    code = 70
    try:
        _prctl(DEATH_SIGNAL, signal.SIGKILL)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        pipe = os.dup2(writing, 3)
        os.closerange(4, 1024)
        os.environ.update(job["environment"])
        os.chdir(job["home"])
        sys.argv, sys.path[:] = ["answer"], [job["view"], *(p for p in sys.path if p)]
        sys.dont_write_bytecode = True
        from mtslib.learn.instructor import grade_worker

        grade_worker.work(job, pipe)
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        os._exit(code)


def _prctl(what: int, value: int) -> None:
    """Ask Linux for something about this process; elsewhere nothing is asked."""
    if LINUX:
        ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


if __name__ == "__main__":
    main()
