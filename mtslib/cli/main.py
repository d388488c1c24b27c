"""`python -m mtslib …`: run one command; whatever a user can cause ends in one line on stderr.

An error is exit code 2, and `--debug` shows its trace. Only the standard library is imported
here, so that a machine without the packages gets that line too, and `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT
from mtslib.base.text import leave_quietly, never_fail_to_print, one_line
from mtslib.cli import (  # noqa: F401 (declared)
    data,
    evidence,
    finetune,
    joint,
    learn,
    plan,
    serving,
    submission,
    task,
    workbook,
)
from mtslib.cli.parser import PARSER, shield

ERROR, BROKEN_PIPE = 2, 141  # the second as a shell counts it: 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command → its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    never_fail_to_print()
    try:
        try:
            return _run(arguments)
        finally:
            if sys.stdout:  # flushed here, where a full disk is an error and a closed pipe is none
                sys.stdout.flush()
    except BrokenPipeError:
        leave_quietly()
        return BROKEN_PIPE
    except (MtsError, OSError, ImportError, UnicodeEncodeError, KeyboardInterrupt) as error:
        if "--debug" in arguments:
            raise
        message = _in_words(error)
    # Only here is the trace gone, and with it a progress bar that would share the line.
    print(f"error: {one_line(message)}", file=sys.stderr)
    return ERROR


def _run(arguments: list[str]) -> int:
    try:
        os.getcwd()
    except FileNotFoundError as error:  # libraries would die of it with false causes
        raise MtsError("the current folder is gone; change to one that exists, `cd`") from error
    for given in arguments:
        _check_characters(f"the argument {given[:80]!a}", given)
    for name, given in os.environ.items():
        if name.startswith("MTS_"):
            _check_characters(f"{name}, {given[:80]!a},", given)
    try:
        options = PARSER.parse_args(shield(arguments))
    except MtsError as error:
        for given in arguments:
            if given.startswith("-") and os.path.exists(given):
                raise MtsError(f"{error}; the file {given} is written ./{given}") from error
        raise
    return options.run(options) or 0


def _check_characters(what: str, given: str) -> None:
    """Refuse a name or a text that could not be written to a file again."""
    bad = "a NUL character" if "\0" in given else ""
    try:
        given.encode("utf-8")
    except UnicodeEncodeError:
        bad = "bytes that are not UTF-8"
    if bad:
        raise MtsError(
            f"{what} holds {bad}; write it anew, or give that file or folder another name"
        )


def _in_words(error: BaseException) -> str:
    match error:
        case KeyboardInterrupt():
            return "stopped by Ctrl-C; nothing half-written is left"
        case OSError():
            where = f" ({error.filename})" if error.filename else ""
            return f"the system said: {error.strerror or error}{where}"
        case ImportError():
            if (error.name or "").startswith("mtslib"):
                raise error  # a mistake of ours, with its whole trace
            return f"{error} ({sys.executable}); {_how_to_install()}"
        case UnicodeEncodeError():
            seen = ascii(error.object[error.start : error.end])
            return f"{seen} cannot be written as {error.encoding}; run again with PYTHONUTF8=1"
    return str(error)


def _how_to_install() -> str:
    from mtslib.workbook.install import venv_python

    own = ROOT / ".venv"
    if venv_python(own).is_file() and Path(sys.prefix).resolve() != own.resolve():
        return f"`make setup` installed the packages for another Python: use {venv_python(own)}"
    return (
        f"run `make setup`, or `{sys.executable} -m pip install -c constraints.txt -e .[lab,test]`"
    )
