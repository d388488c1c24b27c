"""The notation of events, for the similarity corpus, and the records it is read into.

A line is `who | does what | to what | where or when`. `=` joins wordings of one thing, `~` separates
things of one class (changing one for the other changes the meaning), parentheses hold a detail that
can be left out, `+` marks a plural. Everything on a line goes with everything else on it. A star
holds a line out of training.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """One participant or circumstance: its wordings, and whether it is plural."""

    wordings: tuple[str, ...]
    plural: bool = False


@dataclass(frozen=True)
class Event:
    """What happens: for each of the four parts, the things of one class that may fill it.

    report: told in the past, as news; otherwise in the present progressive, as a caption.
    """

    name: str
    domain: str
    who: tuple[Thing, ...]
    does: tuple[Thing, ...]
    what: tuple[Thing, ...]
    where: tuple[Thing, ...]
    report: bool
    held_out: bool

    def part(self, name: str) -> tuple[Thing, ...]:
        """The things of part `name`: who, does, what or where."""
        return getattr(self, name)


def _things(field: str) -> tuple[Thing, ...]:
    found = []
    for part in field.split("~"):
        if part.strip():
            wordings = tuple(word.strip().rstrip("+").strip() for word in part.split("="))
            found.append(Thing(wordings, "+" in part))
    return tuple(found)


def _events(domain: str, block: str, report: bool) -> tuple[Event, ...]:
    found = []
    for number, line in enumerate(block.strip().splitlines(), 1):
        if line.strip():
            who, does, what, where = line.strip().lstrip("*").split("|")
            name = f"{domain}-{'report' if report else 'caption'}-{number:02}"
            parts = (_things(who), _things(does), _things(what), _things(where))
            found.append(Event(name, domain, *parts, report, line.strip().startswith("*")))
    return tuple(found)


def tell(domain: str, captions: str = "", reports: str = "") -> tuple[Event, ...]:
    """The events of one domain, told as captions of pictures and as news."""
    return _events(domain, captions, False) + _events(domain, reports, True)


def full(wording: str) -> str:
    """A wording with its details: "a (ripe) tomato" → "a ripe tomato"."""
    return wording.replace("(", "").replace(")", "")


def bare(wording: str) -> str:
    """A wording without its details: "a (ripe) tomato" → "a tomato"."""
    return " ".join(re.sub(r"\([^)]*\)", "", wording).split())
