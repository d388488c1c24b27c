"""Text at the edges: what comes in as arguments and what goes out to a terminal or a pipe.

A leaf of the standard library alone, since the installer uses it too.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Sequence

# Letters and marks by their category, and yet nothing of them is seen.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: white space, zero-width and control characters."""
    return all(
        char.isspace()
        or char in _UNSEEN
        or unicodedata.category(char) in ("Cc", "Cf", "Cn", "Cs", "Co")
        or unicodedata.name(char, "").startswith("VARIATION SELECTOR")
        for char in text
    )


def counted(n: int, what: str, more: str = "") -> str:
    """`1 row`, `2,000 rows`. more: the plural, where it is not the word with an s."""
    return f"{n:,} {what if n == 1 else more or what + 's'}"


def first_of(said: Sequence[str]) -> str:
    """The first of several messages, and how many more there are."""
    return said[0] + (f" (and {len(said) - 1} more)" if len(said) > 1 else "")


def one_line(text: str) -> str:
    """The text on one line: line ends and other control characters as escapes."""
    return "".join(
        char if char >= " " and char not in "\x7f\x85\u2028\u2029" else ascii(char)[1:-1]
        for char in text
    )


def warn(doubt: str) -> None:
    """Say what may be wrong, on stderr: an answer on stdout stays a table for programs."""
    print(f"warning: {doubt}", file=sys.stderr, flush=True)


def never_fail_to_print() -> None:
    """Let stdout and stderr escape what their encoding lacks: `≤` becomes `\\u2264` in cp1252.

    Called once where a process begins. An encoding is the reader's choice and stays.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def leave_quietly() -> None:
    """Give up on a stdout that nobody reads any more, so that Python says nothing at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):
        return  # no stream of the system: closed, or a test's own
