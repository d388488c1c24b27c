"""Limits around the process of an answer, and notes of what an answer has no need to do.

With Linux's Landlock, which asks for no rights, the system itself refuses files outside the view,
signals to other processes and connections. Elsewhere such things are only noted. None of it is a
sandbox.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

LARGEST_FILE = 64 * 2**20  # bytes that an answer may write
PROCESSES = 64  # beyond those that this user has
MOST_NOTES = 20
# Of the kernel's interface, the same on every machine: system calls, and what each bit refuses.
CREATE, ADD, RESTRICT, NO_NEW_PRIVILEGES = 444, 445, 446, 38
READ, WRITE_FILE = (1 << 0) | (1 << 2) | (1 << 3), 1 << 1  # execute, read a file, list a folder
FILE_BITS = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14)
BITS = {1: 13, 2: 14, 3: 15, 4: 15}  # by version; 16 later
# What an answer has no need of, by Python's own names for its events.
NOTED = {
    "subprocess.Popen": "started a program",
    "os.system": "started a program",
    "os.exec": "started a program",
    "os.posix_spawn": "started a program",
    "os.spawn": "started a program",
    "os.fork": "made another process",
    "os.forkpty": "made another process",
    "os.kill": "sent a signal",
    "os.killpg": "sent a signal",
    "socket.connect": "asked for a connection",
    "socket.bind": "asked for a connection",
    "ctypes.dlopen": "used ctypes",
    "gc.get_objects": "looked through memory",
    "gc.get_referrers": "looked through memory",
    "sys.addaudithook": "hooked into Python",
}
PATHS = {"open", "os.listdir", "os.scandir", "os.chdir", "os.link", "os.symlink", "os.rename"}


def limit(megabytes: int, seconds: float) -> None:
    """Bound memory, processor time, processes and files, where the system can: not on Windows."""
    try:
        import resource
    except ImportError:
        return
    limits = {"FSIZE": LARGEST_FILE, "CORE": 0, "CPU": math.ceil(seconds) + 5}
    with suppress(OSError, ValueError):  # what Python and torch have mapped already is theirs
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limits["AS"] = pages * os.sysconf("SC_PAGE_SIZE") + megabytes * 2**20
    with suppress(OSError):
        own = os.getuid()
        limits["NPROC"] = PROCESSES + sum(
            len(list(one.glob("task/*"))) for one in Path("/proc").glob("[0-9]*") if _is(one, own)
        )
    for name, most in limits.items():
        with suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def _is(process: Path, user: int) -> bool:
    try:
        return process.stat().st_uid == user
    except OSError:
        return False


def shut(readable: Sequence[str], writable: Sequence[str]) -> bool:
    """Let the system refuse what lies outside these folders → whether it can (Linux's Landlock)."""
    if sys.platform != "linux":
        return False
    system = ctypes.CDLL(None, use_errno=True).syscall
    version = system(CREATE, None, 0, 1)
    if version < 1:
        return False
    files = (1 << BITS.get(version, 16)) - 1
    network, scopes = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    fields = (ctypes.c_uint64 * 3)(files, network, scopes)
    rules = system(CREATE, fields, 24 if version >= 6 else 16 if version >= 4 else 8, 0)
    if rules < 0:
        return False
    for folder, allowed in (*((f, READ) for f in readable), *((f, files) for f in writable)):
        with suppress(OSError):
            handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            bits = allowed & files if os.path.isdir(folder) else allowed & files & FILE_BITS
            packed = bits.to_bytes(8, sys.byteorder) + handle.to_bytes(4, sys.byteorder)
            system(ADD, rules, 1, packed, 0)
            os.close(handle)
    ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = system(RESTRICT, rules, 0) == 0
    os.close(rules)
    return done


def note(allowed: Sequence[str], tell: Callable[[str], None]) -> None:
    """Tell of everything that happens from now on and that no answer needs. Cannot be undone."""
    roots = tuple(os.path.realpath(folder) for folder in allowed)
    told: set[str] = set()

    def hook(event: str, arguments: tuple) -> None:
        if event in NOTED:
            text = NOTED[event]
        elif event in PATHS:
            path = _outside(arguments[0] if arguments else None, roots)
            if not path:
                return
            text = f"looked at {path}"
        else:
            return
        if text not in told and len(told) < MOST_NOTES:
            told.add(text)
            tell(text[:200])

    sys.addaudithook(hook)


def _outside(path: object, roots: tuple[str, ...]) -> str:
    """A path as text where it leads outside these folders, else ''."""
    if not isinstance(path, str | bytes | os.PathLike):
        return ""
    try:
        real = os.path.realpath(os.fsdecode(path))
    except (OSError, ValueError, TypeError):
        return ""
    inside = any(real == root or real.startswith(root.rstrip("/") + "/") for root in roots)
    return "" if inside else real
