"""The notation of questions, for the paraphrase corpus, and the records it is read into.

`=` joins wordings that mean the same, `~` starts one that only looks alike. Placeholders such as
{n} take the values given at the end of the line, `n: 5, 10`; two values of one placeholder make two
different questions. The letter tells what changes: n a number, t a time, e an entity, g a negation.
A star holds a line out of training.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PLACEHOLDERS = {"n": "number-or-time", "t": "number-or-time", "e": "entity", "g": "negation"}


@dataclass(frozen=True)
class Meaning:
    """Wordings of one meaning, and look-alikes that mean something else."""

    same: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """One line of the notation: its fields, the values of its placeholders, its side."""

    fields: tuple[Meaning, ...]
    values: dict[str, tuple[str, ...]]
    held_out: bool

    @property
    def name(self) -> str:
        """The first wording, which names the record."""
        return self.fields[0].same[0]


def _meaning(text: str) -> Meaning:
    first, *near = (part.strip() for part in text.split("~"))
    return Meaning(tuple(part.strip() for part in first.split("=")), tuple(near))


def records(block: str) -> tuple[Record, ...]:
    """Read a block, one record a line."""
    found = []
    for line in block.strip().splitlines():
        fields = [part.strip() for part in line.strip().lstrip("*").split("|")]
        values = {}
        while fields and re.match(r"[a-z]: ", fields[-1]):
            letter, _, options = fields.pop().partition(": ")
            values[letter] = tuple(option.strip() for option in options.split(","))
        held_out = line.strip().startswith("*")
        found.append(Record(tuple(map(_meaning, fields)), values, held_out))
    return tuple(found)


KINDS = ("how", "why", "versus", "cause", "roles", "quantity", "order", "events", "sets")


def ask(**blocks: str) -> dict[str, tuple[Record, ...]]:
    """The questions of one domain, by kind.

    how: `what one wants to do | kinds of question that also fit` (cost time why when worth who if)
    why: `subject | what it does | circumstance`
    versus: `one | other | comparative | its opposite`
    cause: `one thing | other thing`, either of which might bring about the other
    roles: `one party ~ others | verbs | circumstance`
    quantity: `plural subject | what they do`
    order: `one thing to do | another`
    events: `who | did what ~ look-alikes | the noun for it ~ look-alikes in the same order`
    sets: whole questions
    """
    return {kind: records(blocks.get(kind, "")) for kind in KINDS}
