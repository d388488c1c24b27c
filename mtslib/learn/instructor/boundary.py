"""The boundary around what learners wrote: a source goes out, observations come back.

A keeper (`keeper.py`) starts each answer as a process in a view of the library, ends it at one
absolute deadline with all that it started, and hands back what it told as bytes. Nothing of a
learner's is imported here, and a line that claims to have passed means nothing.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from queue import SimpleQueue
from typing import Any

from mtslib.base.paths import ROOT
from mtslib.learn.exercise import Exercise
from mtslib.learn.instructor import view
from mtslib.learn.instructor.handins import Modules
from mtslib.learn.instructor.keeper import MOST_BYTES, START, descendants
from mtslib.learn.instructor.wire import NonsenseError, decoded, lines
from mtslib.learn.watched import Observed

LARGEST_MODULE = 2**20  # bytes
SECRET = ("TOKEN", "KEY", "SECRET", "PASSWORD", "CREDENTIAL")
GRACE = 30.0  # seconds that a keeper may need to end what an answer started
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc", "/dev", "/proc", "/sys", "/nix")
OUTCOMES = {"failed", "not attempted", "uses the reference"}


@dataclass(frozen=True)
class Submission:
    """What an answer consists of: its text, the names given to it, the modules beside it."""

    source: str
    given: Mapping[str, str]
    written: Mapping[str, str]
    modules: Modules


@dataclass(frozen=True)
class Seen:
    """What came of one answer. outcome: '' where it could be observed to the end.

    seen: by seed. notes: what it did that no answer needs.
    """

    outcome: str = ""
    note: str = ""
    seen: Mapping[int, Observed] = ()
    notes: tuple[str, ...] = ()


class Boundary:
    """Keepers for several threads, and views for the exercises. Close it."""

    fenced = True  # as far as the system can

    def __init__(self, place: Path, seconds: float, megabytes: int) -> None:
        self.place, self.seconds, self.megabytes = place, seconds, megabytes
        self._idle: SimpleQueue[_Keeper] = SimpleQueue()
        self._keepers: list[_Keeper] = []
        self._lock = threading.Lock()
        self._views: dict[str, Path] = {}
        self.stopped = threading.Event()

    def observe(self, exercise: Exercise, what: Submission, seeds: Sequence[int]) -> Seen:
        """Put an answer to work with some seeds."""
        with tempfile.TemporaryDirectory(dir=self.place, ignore_cleanup_errors=True) as name:
            home, work = Path(name, "home"), Path(name, "work")
            work.mkdir()
            _copy_modules(what, home)
            job = self._job(exercise, what, seeds) | {"home": str(home)}
            job["environment"] = {"MTS_WORK": str(work), "TMPDIR": name, "HOME": str(home)}
            job["writable"] = [name, "/dev/null"]
            job["readable"] = [job["view"], *_readable()]
            keeper = self._keeper()
            try:
                head, told = keeper.run(job, self.stopped)
            finally:
                self._idle.put(keeper)
        return _read(head, told, seeds, self.seconds)

    def _job(self, exercise: Exercise, what: Submission, seeds: Sequence[int]) -> dict[str, Any]:
        return {
            "view": str(self._view(exercise)),
            "id": exercise.id,
            "file": str(view.file_of(exercise.observe).relative_to(view.EXERCISES)),
            "observe": exercise.observe.__wrapped__.__name__,
            "reference": view.address(exercise.reference),
            "patience": min(exercise.seconds, self.seconds / 2),
            "source": what.source,
            "given": dict(what.given),
            "seeds": list(seeds),
            "seconds": self.seconds,
            "fenced": self.fenced,
            "megabytes": self.megabytes,
        }

    def _view(self, exercise: Exercise) -> Path:
        with self._lock:
            if exercise.id not in self._views:
                whole = self.place / "whole"
                if not whole.exists():
                    view.base(whole)
                made = self.place / f"view-{exercise.id}"
                view.build(exercise, whole, made)
                self._views[exercise.id] = made
            return self._views[exercise.id]

    def _keeper(self) -> _Keeper:
        if self._idle.empty():
            with self._lock:
                self._keepers.append(_Keeper(self.place / f"keeper-{len(self._keepers)}.py"))
                return self._keepers[-1]
        return self._idle.get()

    def close(self) -> None:
        """End everything."""
        self.stopped.set()
        for keeper in self._keepers:
            keeper.end()


class _Keeper:
    """One keeper, started when it is needed, and again where an answer ended it."""

    def __init__(self, script: Path) -> None:
        self.script = script
        self.process: subprocess.Popen | None = None

    def run(self, job: Mapping[str, Any], stopped: threading.Event) -> tuple[dict, bytes]:
        """Let it do a job → (how the answer ended, what it told)."""
        if self.process is None or self.process.poll() is not None:
            self._start()
        end = time.monotonic() + START + job["seconds"] + GRACE
        try:
            data = memoryview(json.dumps(job).encode() + b"\n")
            while data:
                data = data[os.write(self.process.stdin.fileno(), data) :]
            kept = b""
            while b"\n" not in kept or len(kept) < kept.index(b"\n") + 1 + _size(kept):
                if stopped.is_set():
                    raise InterruptedError("grading was stopped")
                ready, _, _ = select.select([self.process.stdout], [], [], 0.2)
                more = os.read(self.process.stdout.fileno(), 2**20) if ready else b""
                if (ready and not more) or time.monotonic() > end or len(kept) > 2 * MOST_BYTES:
                    raise EOFError
                kept += more
            head, _, told = kept.partition(b"\n")
            return json.loads(head), told
        except (OSError, EOFError, ValueError, KeyError):
            if stopped.is_set():
                raise
            self.end()
            return {"begun": True, "why": "keeper", "code": 0, "left": 0}, b""

    def _start(self) -> None:
        shutil.copyfile(Path(__file__).with_name("keeper.py"), self.script)
        self.process = subprocess.Popen(
            [sys.executable, "-s", str(self.script)],
            cwd=self.script.parent,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end(self) -> None:
        """End it and all that came from it."""
        if self.process is None:
            return
        for one in (*descendants(self.process.pid), self.process.pid):
            with suppress(OSError):
                os.kill(one, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process = None


def _size(kept: bytes) -> int:
    return json.loads(kept.partition(b"\n")[0])["size"]


def _copy_modules(what: Submission, home: Path) -> None:
    """Put a learner's own modules into the folder that the process runs in."""
    home.mkdir()
    for name, text in what.written.items():
        (home / name).write_text(text, encoding="utf-8")
    for name, path in what.modules:
        if path.stat().st_size <= LARGEST_MODULE and ".." not in PurePosixPath(name).parts:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, home / name)


def _environment() -> dict[str, str]:
    """This environment without what looks like a secret, and without the way to this project."""
    own = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}
    kept = {
        key: value
        for key, value in os.environ.items()
        if not any(word in key.upper() for word in SECRET)
        and not key.startswith(("PYTEST", "COVERAGE", "GIT_"))
        and key not in ("PYTHONPATH", "PWD", "OLDPWD", "MTS_DATA", "MTS_WORK")
    }
    return kept | own


def _readable() -> list[str]:
    """The folders that an answer may read: Python, its libraries, the system, and no repository."""
    paths = sysconfig.get_paths()
    cache = os.environ.get("HF_HOME") or os.path.expanduser("~/.cache/huggingface")
    wanted = [*SYSTEM, paths["stdlib"], paths["platstdlib"], paths["purelib"], paths["platlib"]]
    wanted += [sys.prefix, sys.base_prefix, sys.base_exec_prefix, cache]
    found = [os.path.realpath(path) for path in wanted if os.path.exists(path)]
    return [one for path in dict.fromkeys(found) for one in _without_project(path)]


def _without_project(folder: str) -> list[str]:
    """A folder, or what is in it beside this project where that lies in it."""
    root = os.path.realpath(ROOT)
    if folder == root or not root.startswith(folder.rstrip("/") + "/"):
        return [folder] if folder != root else []
    inside = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    return [one for path in inside for one in _without_project(path)]


# What it told ----------------------------------------------------------------------------------


def _read(head: Mapping[str, Any], told: bytes, seeds: Sequence[int], seconds: float) -> Seen:
    """What the bytes of a process say, as far as they are what was agreed."""
    try:
        found = lines(told)
        notes = tuple(_text(one["flag"]) for one in found if "flag" in one)
        seen = {one["seed"]: _observed(one) for one in found if "seed" in one}
        last = next((one for one in reversed(found) if "outcome" in one), {})
        if not set(seen) <= set(seeds):
            raise NonsenseError("a seed that was not asked for")
    except (NonsenseError, KeyError, TypeError) as error:
        why = str(error) if isinstance(error, NonsenseError) else "a line without its parts"
        return Seen("crashed", f"what its process told is no observation: {why}")
    if head["left"]:
        notes = (*notes, f"left {head['left']} processes running, which were ended")
    if last.get("outcome") in OUTCOMES:
        return Seen(last["outcome"], _text(last.get("note", "")), {}, notes)
    if head["why"] == "late" and not head["begun"]:
        return Seen("crashed", f"its process did not begin within {START:g} s", {}, notes)
    if head["why"] == "late":
        return Seen("timed out", f"it took longer than {seconds:g} s and was stopped", {}, notes)
    if head["why"] == "flood":
        return Seen("crashed", f"its process told more than {MOST_BYTES >> 20} MB", {}, notes)
    if head["why"] == "keeper":
        return Seen("crashed", "it ended the process that watches over it", {}, notes)
    if set(seen) != set(seeds):
        return Seen("crashed", _ending(head["code"]), {}, notes)
    return Seen("", "", seen, notes)


def _observed(line: Mapping[str, Any]) -> Observed:
    seen = decoded(line["seen"])
    if type(line["seed"]) is not int or not isinstance(seen, dict):
        raise NonsenseError("a line without its parts")
    return Observed(line["seed"], seen, problem=_text(line["problem"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NonsenseError("a note that is no text")
    return value


def _ending(code: int) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"it ended its process by {signal.Signals(-code).name}"
    return f"it ended its process with code {code}"
