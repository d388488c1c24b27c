"""Stands in a view for what an answer is to be compared with, which is elsewhere while grading."""

from __future__ import annotations

asked: list[str] = []  # what an answer wanted of the library, and is to be itself


class NotHereError(BaseException):
    """An answer asked the library for what it is to be itself."""


def not_here(name: str) -> NotHereError:
    """What a stub raises."""
    asked.append(name)
    return NotHereError(f"{name} is not here while it is graded")
