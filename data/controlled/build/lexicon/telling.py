"""The notation of events, for the similarity corpus, and the records it is read into.

A line is `who | does what | to what | where or when`. `=` joins wordings of one thing, `~` separates
things of one class (changing one for the other changes the meaning), parentheses hold a detail that
can be left out, `+` behind a wording marks a plural. Everything on a line goes with everything else
on it, and the place or time can also stand first. Where the third part is empty, things of the
first part act on one another. A star holds a line out of training.

A line of free statements is `same = same | less said | changed | other | values`: wordings of one
statement, then statements with a detail missing, with an important part changed, and on the same
topic but about something else, each separated by `~`. Placeholders are as in `asking`.
"""

# ruff: noqa: E501
# One entry a line, however long.

from __future__ import annotations

import re
from dataclasses import dataclass

from .asking import records


@dataclass(frozen=True)
class Thing:
    """One participant or circumstance: its wordings, and of each whether it is plural."""

    wordings: tuple[str, ...]
    plural: tuple[bool, ...]


@dataclass(frozen=True)
class Event:
    """What happens: for each of the four parts, the things of one class that may fill it.

    report: told in the past, as news; otherwise in the present progressive, as a caption.
    mutual: the things of the first part act on one another.
    """

    name: str
    domain: str
    who: tuple[Thing, ...]
    does: tuple[Thing, ...]
    what: tuple[Thing, ...]
    where: tuple[Thing, ...]
    report: bool
    held_out: bool
    mutual: bool = False

    def part(self, name: str) -> tuple[Thing, ...]:
        """The things of part `name`: who, does, what or where."""
        return getattr(self, name)


def _things(field: str) -> tuple[Thing, ...]:
    found = []
    for part in field.split("~"):
        if part.strip():
            marked = [word.strip() for word in part.split("=")]
            wordings = tuple(word.removesuffix("+").strip() for word in marked)
            found.append(Thing(wordings, tuple(word.endswith("+") for word in marked)))
    return tuple(found)


def _events(domain: str, block: str, report: bool) -> tuple[Event, ...]:
    found = []
    for number, line in enumerate(block.strip().splitlines(), 1):
        if line.strip():
            who, does, what, where = line.strip().lstrip("*").split("|")
            name = f"{domain}-{'report' if report else 'caption'}-{number:02}"
            mutual = not what.strip()
            parts = (who, does, who if mutual else what, where)
            held_out = line.strip().startswith("*")
            found.append(Event(name, domain, *map(_things, parts), report, held_out, mutual))
    return tuple(found)


def tell(domain: str, captions: str = "", reports: str = "") -> tuple[Event, ...]:
    """The events of one domain, told as captions of pictures and as news."""
    return _events(domain, captions, False) + _events(domain, reports, True)


@dataclass(frozen=True)
class Statement:
    """A free statement: by relation, wordings that stand in it; values of its placeholders."""

    name: str
    domain: str
    by_relation: dict[str, tuple[str, ...]]
    values: dict[str, tuple[str, ...]]
    held_out: bool


RELATIONS = ("same", "missing", "changed", "topic")


def say(domain: str, block: str) -> tuple[Statement, ...]:
    """The free statements of one domain."""
    found = []
    for number, record in enumerate(records(block), 1):
        first, *others = record.fields
        wordings = [first.same, *((*field.same, *field.near) for field in others)]
        by_relation = dict(zip(RELATIONS, wordings, strict=False))
        name = f"{domain}-statement-{number:02}"
        found.append(Statement(name, domain, by_relation, record.values, record.held_out))
    return tuple(found)


def full(wording: str) -> str:
    """A wording with its details: "a (ripe) tomato" → "a ripe tomato"."""
    return wording.replace("(", "").replace(")", "")


def bare(wording: str) -> str:
    """A wording without its details: "a (ripe) tomato" → "a tomato"."""
    return " ".join(re.sub(r"\([^)]*\)", "", wording).split())
