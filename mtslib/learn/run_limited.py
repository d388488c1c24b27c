"""Run learner code so that it can fail in any way and leave the notebook standing."""

from __future__ import annotations

import ast
import contextlib
import ctypes
import io
import linecache
import os
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from mtslib.base.paths import EXERCISES, ROOT
from mtslib.learn.inputs import AnswerError

MOST_PRINTED = 20_000  # characters
TIMER = hasattr(signal, "setitimer")
AGAIN = 1.0  # seconds from ring to ring


class NotAttempted(Exception):
    """The cell still holds its TODO."""


class _Flood(BaseException):
    """More was printed than anybody reads. No `except Exception` of a learner's catches it."""


class _Bounded(io.StringIO):
    """Takes what is printed, up to a limit; a learner's close does not close it."""

    def write(self, text: str) -> int:
        if self.tell() + len(text) > MOST_PRINTED:
            raise _Flood
        return super().write(text)

    def close(self) -> None:
        pass

    def text(self) -> str:
        """What was printed."""
        return io.StringIO.getvalue(self)


class TooLong(BaseException):
    """Time is over. No `except Exception` of a learner's catches it."""


def run(code: Callable[[], Any], seconds: float) -> tuple[Any, str]:
    """Call `code` → (its result, what it printed), in at most `seconds`.

    Raises NotAttempted for a TODO, and AnswerError with one sentence and the learner's own line
    for everything else that an answer can do: raise anything, hang, flood the page, exit, close the
    streams, take all memory. Only an interruption by the user's own hand goes on as one.
    """
    printed = _Bounded()
    alarm = Alarm(seconds)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), alarm:
            return code(), printed.text()
    except BaseException as error:
        alarm.hush()  # its own end may have been interrupted
        if alarm.interrupted:
            raise KeyboardInterrupt from None
        if isinstance(error, AnswerError):
            raise
        if isinstance(error, NotImplementedError) and _is_todo(error):
            raise NotAttempted from None
        raise AnswerError(_said(error, seconds, alarm.deaf)) from None


def _said(error: BaseException, seconds: float, deaf: float) -> str:
    """What happened, in a sentence."""
    place = where(error)
    if isinstance(error, TooLong):
        return _too_long(error, seconds, deaf)
    if isinstance(error, _Flood):
        return (
            f"your code printed more than {MOST_PRINTED:,} characters. Likely cause: a print "
            "inside a loop. Print one example instead"
        )
    if isinstance(error, SystemExit):
        return "your code called exit. Take that line out; a wrong answer stops nothing here"
    if isinstance(error, RecursionError):
        return f"your code called itself too often{place}. Likely cause: a recursion without an end"
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return (
            f"there was not enough memory{place}. Likely cause: a tensor of a far too large "
            "shape. Print the shapes you multiply"
        )
    return _sentence(error)


class Alarm:
    """Interrupts the main thread after some seconds, again and again if it is not heard.

    A timer of the system, where there is one: its signal ends what waits too, a sleep, a lock, a
    queue, a socket, a program that was started, a search by a regular expression. A bare `except`
    in a loop swallows an interruption, so from the second ring on two come at once, by two ways:
    the loop swallows the first, and the second meets it outside its `try`. Compiled code that
    never asks Python for signals cannot be interrupted; the alarm is heard after it, and `deaf`
    says for how long it was not.
    Only the main thread can be interrupted; elsewhere an answer is not stopped.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.rang, self.interrupted = seconds, False, False
        self._end = 0.0
        self._heard: float | None = None
        self._over = threading.Event()
        self._turn = threading.Lock()
        self._kept: list[tuple[int, Any]] = []

    def __enter__(self) -> Alarm:
        if threading.current_thread() is not threading.main_thread():
            return self
        self._end = time.monotonic() + self.seconds
        self._handle(signal.SIGINT, self._by_hand)
        if TIMER:
            self._handle(signal.SIGALRM, self._ring)
            self._before = signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hush()

    def hush(self) -> None:
        """Ring no more; what an answer did to the handlers of signals is undone."""
        self._over.set()
        kept, self._kept = self._kept, []
        if kept and TIMER:
            # Its handler may not have come to its first line: the watch rings at the same moment.
            if self._heard is None and self._rings():
                self._heard = time.monotonic()
            signal.setitimer(signal.ITIMER_REAL, *self._before)
        for number, handler in kept:
            signal.signal(number, handler)

    def _handle(self, number: int, handler: Callable[..., None]) -> None:
        before = signal.getsignal(number)
        if before is not None:  # of C, which Python cannot put back
            self._kept.append((number, before))
            signal.signal(number, handler)

    def _by_hand(self, *_: object) -> None:
        self.interrupted = True
        raise KeyboardInterrupt

    def _ring(self, *_: object) -> None:
        if self._over.is_set():
            return
        if self._heard is None:
            self._heard = time.monotonic()
        if self.rang:
            _raise_in_main_thread(TooLong)
        self.rang = True
        raise TooLong

    @property
    def deaf(self) -> float:
        """For how many seconds the timer rang before it was heard."""
        return 0.0 if self._heard is None else max(0.0, self._heard - self._end)

    def _rings(self) -> bool:
        """Whether the timer still rings here: an answer can take it away. In the main thread."""
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        return (
            signal.SIGALRM not in blocked
            and signal.getsignal(signal.SIGALRM) == self._ring
            and signal.getitimer(signal.ITIMER_REAL)[1] > 0
        )

    def _watch(self) -> None:
        """Where there is no timer (Windows), or an answer has taken it away: what waits goes on."""
        wait = self.seconds + (3 * AGAIN if TIMER else 0)
        while not self._over.wait(wait):
            self.rang, wait = True, AGAIN
            _raise_in_main_thread(TooLong)


def _raise_in_main_thread(kind: type[BaseException]) -> None:
    main = ctypes.c_ulong(threading.main_thread().ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(main, ctypes.py_object(kind))


def _too_long(error: BaseException, seconds: float, deaf: float) -> str:
    """Where code was when it was stopped, and why that may be, where its text tells."""
    said = f"your code was still running after {seconds:g} s and was stopped{where(error)}. "
    if deaf > AGAIN:
        said += (
            f"It was in compiled code, which cannot be interrupted, for {deaf:.0f} s more: a "
            "single call works on too much, or waits. "
        )
    frames = traceback.extract_tb(error.__traceback__)
    if any(f"torch{os.sep}_dynamo" in f.filename or "_inductor" in f.filename for f in frames):
        return said + "It was in torch.compile, which takes long the first time: leave that out"
    own = [frame for frame in frames if not _library(frame.filename)]
    around = _around(own[-1].filename, own[-1].lineno or 0) if own else []
    if any(isinstance(node, ast.While) for node in around):
        return said + (
            "Likely cause: a loop whose condition never becomes false. Check what changes from one "
            "round to the next"
        )
    return said + "Print how often it comes there, and how large what it works on is"


def _around(file: str, line: int) -> list[ast.AST]:
    """The statements of a file that a line is part of, the innermost last."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return []
    kinds = (ast.stmt, ast.ExceptHandler)
    found = [n for n in ast.walk(tree) if isinstance(n, kinds)]
    return sorted(
        (n for n in found if n.lineno <= line <= (n.end_lineno or 0)), key=lambda n: n.lineno
    )


def _sentence(error: BaseException) -> str:
    try:
        message = " ".join(str(error).split())
    except BaseException as worse:  # noqa: BLE001 - a learner's exception, told by their method
        message = f"and its text cannot be told, as that raises {type(worse).__name__}"
    if "not enough memory" in message or "DefaultCPUAllocator" in message:
        message = "there was not enough memory; the shape of a tensor is far too large"
    if len(message) > 300:
        message = message[:300] + " …"
    place = where(error)
    if re.search(r"\.T\b", place):
        message = message.rstrip(".") + (
            ". Mind that .T reverses all axes; .transpose(-1, -2) exchanges the last two"
        )
    return f"your code raised {type(error).__name__}{place}: {message}"


def where(error: BaseException) -> str:
    """The last line of the learner's own in a trace: ` in line 3, \\`x = y\\``, or nothing."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not _library(frame.filename):
            line = (frame.line or linecache.getline(frame.filename, frame.lineno or 0)).strip()
            return f" in line {frame.lineno}, `{line}`" if line else f" in line {frame.lineno}"
    return ""


def _is_todo(error: NotImplementedError) -> bool:
    """Whether a learner's own line raised it where nothing else could happen, as in a stub.

    torch's own come from torch; below an `if`, working code says so of a case that it lacks.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or _library(frames[-1].filename):
        return False
    if not (frames[-1].line or "").strip().startswith("raise NotImplementedError"):
        return not str(error)  # its text is not known
    around = _around(frames[-1].filename, frames[-1].lineno or 0)
    straight = (ast.FunctionDef, ast.ClassDef, ast.Raise, ast.With, ast.Expr)
    return bool(around) and all(isinstance(node, straight) for node in around)


def _library(file: str) -> bool:
    if file.startswith("<frozen"):
        return True
    if file.startswith("<"):
        return False
    path = Path(file).resolve()
    installed = [Path(entry).resolve() for entry in sys.path if "site-packages" in entry]
    places = [ROOT / "mtslib", EXERCISES, Path(sys.base_prefix).resolve() / "lib", *installed]
    return any(path.is_relative_to(place) for place in places)
