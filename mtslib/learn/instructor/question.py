"""Questions for a class and for an oral exam, a chapter at a time, each with what to listen for.

Discussion questions have no single answer and need no computer. Oral-exam questions have one, and
somebody who only ran the cells cannot give it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What to ask, and what a good answer holds."""

    ask: str
    listen: str


@dataclass(frozen=True)
class Questions:
    """A chapter's questions."""

    discussion: tuple[Question, ...]
    oral: tuple[Question, ...]


def some(*pairs: tuple[str, str]) -> tuple[Question, ...]:
    """Questions from pairs of what to ask and what to listen for."""
    return tuple(Question(ask, listen) for ask, listen in pairs)
