"""Run learner code so that it can fail in any way and leave the notebook standing."""

from __future__ import annotations

import _thread
import ast
import contextlib
import ctypes
import io
import linecache
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from mtslib.base.paths import EXERCISES, ROOT
from mtslib.learn.inputs import AnswerError

MOST_PRINTED = 20_000  # characters


class NotAttempted(Exception):
    """The cell still holds its TODO."""


class _Flood(BaseException):
    """More was printed than anybody reads. No `except Exception` of a learner's catches it."""


class _Bounded(io.StringIO):
    """Takes what is printed, up to a limit."""

    def write(self, text: str) -> int:
        if self.tell() + len(text) > MOST_PRINTED:
            raise _Flood
        return super().write(text)


def run(code: Callable[[], Any], seconds: float) -> tuple[Any, str]:
    """Call `code` → (its result, what it printed), in at most `seconds`.

    Raises NotAttempted for a TODO, and AnswerError with one sentence and the learner's own line
    for everything else that an answer can do: raise, hang, flood the page, exit, take all memory.
    """
    printed = _Bounded()
    alarm = _Alarm(seconds)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), alarm:
            result = code()
    except NotImplementedError as error:
        if not _is_todo(error):  # torch says the same of operations it lacks
            raise AnswerError(_sentence(error)) from None
        raise NotAttempted from None
    except AnswerError:
        raise
    except KeyboardInterrupt as interrupted:
        alarm.hush()  # its own end may have been interrupted
        if not alarm.rang:
            raise
        raise AnswerError(_too_long(interrupted, seconds)) from None
    except _Flood:
        raise AnswerError(
            f"your code printed more than {MOST_PRINTED:,} characters. Likely cause: a print "
            "inside a loop. Print one example instead"
        ) from None
    except SystemExit:
        raise AnswerError(
            "your code called exit. Take that line out; a wrong answer stops nothing here"
        ) from None
    except RecursionError as error:
        raise AnswerError(
            f"your code called itself too often{_where(error)}. Likely cause: a recursion without "
            "an end"
        ) from None
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise AnswerError(
            f"there was not enough memory{_where(error)}. Likely cause: a tensor of a far too "
            "large shape. Print the shapes you multiply"
        ) from None
    except Exception as error:  # noqa: BLE001 - whatever a learner's code raises becomes a sentence
        raise AnswerError(_sentence(error)) from None
    return result, printed.getvalue()


class _Alarm:
    """Interrupts the main thread after some seconds, again and again if it is not heard.

    A bare `except` in a loop swallows an interruption. So from the second ring on two come at once,
    by two ways: the loop swallows the first, and the second meets it outside its `try`.
    Only the main thread can be interrupted; elsewhere an answer is not stopped.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds, self.rang = seconds, False
        self._over = threading.Event()
        self._turn = threading.Lock()

    def __enter__(self) -> _Alarm:
        if threading.current_thread() is threading.main_thread():
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.hush()

    def hush(self) -> None:
        """Ring no more."""
        with self._turn:
            self._over.set()

    def _watch(self) -> None:
        wait = self.seconds
        while not self._over.wait(wait):
            with self._turn:  # not between the end of the code and our hearing of it
                if not self._over.is_set():
                    if self.rang:
                        _raise_in_main_thread(KeyboardInterrupt)
                    self.rang, wait = True, 1.0
                    _thread.interrupt_main()


def _raise_in_main_thread(kind: type[BaseException]) -> None:
    main = ctypes.c_ulong(threading.main_thread().ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(main, ctypes.py_object(kind))


def _too_long(error: KeyboardInterrupt, seconds: float) -> str:
    """Where code was when it was stopped, and why that may be, where its text tells."""
    said = f"your code was still running after {seconds:g} s and was stopped{_where(error)}. "
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


def _sentence(error: Exception) -> str:
    message = " ".join(str(error).split())
    if "not enough memory" in message or "DefaultCPUAllocator" in message:
        message = "there was not enough memory; the shape of a tensor is far too large"
    if len(message) > 300:
        message = message[:300] + " …"
    where = _where(error)
    if re.search(r"\.T\b", where):
        message = message.rstrip(".") + (
            ". Mind that .T reverses all axes; .transpose(-1, -2) exchanges the last two"
        )
    return f"your code raised {type(error).__name__}{where}: {message}"


def _where(error: BaseException) -> str:
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
