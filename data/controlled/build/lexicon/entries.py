"""The notation of the lexicon and the records it is read into.

One entry a line. A star in front marks a *held-out* entry: it serves the unseen third of dev and
test and nothing else. `key:` or `key/key:` names what a clause is about beyond its own words, so
that one row never speaks of the same thing twice. Within a line, `|` separates fields and `,`
alternatives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LEVELS = ("awful", "bad", "fact", "good", "great")  # in label order, 0 to 4
# Words of four letters and more that do not say what a clause is about.
_COMMON = frozenset(
    re.findall(
        r"[a-z]+",
        """
        about after again always another anyone away back been before behind best came close come
        could down each earlier even ever every everyone everything finally find first five four
        from front gave give good half hardly have here hour into just keep kept know last least
        left less like long look made make many minute month more most much nearly never next nine
        nobody nothing once only other over really said seem should side some somebody still take
        tell than that their them then there they thing this three till time told took turn twenty
        under until very want week well went were what when where which while whole will with
        without would year your
        """,
    )
)


@dataclass(frozen=True)
class Entry:
    """A clause or phrase: its text, what it is about, and whether training may use it."""

    text: str
    key: str = ""
    held_out: bool = False

    @property
    def topics(self) -> frozenset[str]:
        """What it is about: its keys and its longer words."""
        return topics(self.text, self.key)


@dataclass(frozen=True)
class Aspect:
    """Something that can be judged: a noun phrase and, by level, the adjectives that fit it."""

    text: str
    plural: bool
    adjectives: dict[str, tuple[Entry, ...]]
    held_out: bool
    key: str = ""

    @property
    def head(self) -> str:
        """The head noun, without its plural s."""
        return self.text.split()[-1].rstrip("s")

    @property
    def topics(self) -> frozenset[str]:
        """What it is about: its keys and its nouns."""
        return topics(self.text, self.key) | {self.head}


@dataclass(frozen=True)
class Scene:
    """All that opinions about one kind of thing need: a film, a dinner, a repair.

    past: opinions of this scene are told in the past tense.
    things, rivals: what it is called; what it is compared with.
    adjectives: by level, adjectives that fit any of `things`.
    aspects, clauses: what is judged, and by level what happened (level `fact` takes no side).
    hopes: by level, noun phrases one might expect or get.
    loaded: neutral sentences with loaded words. settled: sentences with a label of their own.
    """

    name: str
    past: bool
    things: tuple[Entry, ...]
    rivals: tuple[Entry, ...]
    adjectives: dict[str, tuple[Entry, ...]]
    aspects: tuple[Aspect, ...]
    clauses: dict[str, tuple[Entry, ...]]
    hopes: dict[str, tuple[Entry, ...]]
    loaded: tuple[Entry, ...] = ()
    settled: tuple[tuple[str, int, Entry], ...] = ()


def topics(text: str, key: str = "") -> frozenset[str]:
    """The keys and the longer words of `text`, without a plural s; for the rule on repetition."""
    words = (word.rstrip("s") for word in re.findall(r"[a-z]{4,}", text.lower()))
    keys = (word.rstrip("s") for word in key.split("/") if word)
    return frozenset(word for word in words if word not in _COMMON) | frozenset(keys)


def _entry(text: str) -> Entry:
    text = text.strip()
    held_out = text.startswith("*")
    text = text.lstrip("*").strip()
    key, colon, rest = text.partition(": ")
    if colon and " " not in key:
        return Entry(rest, key, held_out)
    return Entry(text, "", held_out)


def items(text: str) -> tuple[Entry, ...]:
    """Entries separated by commas."""
    return tuple(_entry(part) for part in text.split(",") if part.strip())


def lines(text: str) -> tuple[Entry, ...]:
    """Entries, one a line."""
    return tuple(_entry(line) for line in text.strip().splitlines() if line.strip())


def _levels(fields: list[str]) -> dict[str, tuple[Entry, ...]]:
    """Four fields in the order good, great, bad, awful."""
    return dict(zip(("good", "great", "bad", "awful"), map(items, fields), strict=True))


def _aspect(line: str) -> Aspect:
    name, *fields = line.split("|")
    entry = _entry(name)
    text = entry.text.rstrip("+").strip()
    return Aspect(text, entry.text.endswith("+"), _levels(fields), entry.held_out, entry.key)


def _settled(line: str) -> tuple[str, int, Entry]:
    """`sarcasm 0 | text`: phenomenon, label and the sentence."""
    head, text = line.split("|")
    held_out = head.strip().startswith("*")
    phenomenon, label = head.strip().lstrip("*").split()
    return phenomenon, int(label), Entry(text.strip(), "", held_out)


def scene(
    name: str,
    *,
    past: bool,
    things: str,
    rivals: str,
    adjectives: str,
    aspects: str,
    great: str,
    good: str,
    bad: str,
    awful: str,
    fact: str,
    hopes: str,
    loaded: str = "",
    settled: str = "",
) -> Scene:
    """Read a scene from its notation; see `Scene` for what the parts mean."""
    return Scene(
        name=name,
        past=past,
        things=items(things),
        rivals=items(rivals),
        adjectives=_levels(adjectives.split("|")),
        aspects=tuple(_aspect(line) for line in aspects.strip().splitlines()),
        clauses={
            level: lines(text)
            for level, text in zip(LEVELS, (awful, bad, fact, good, great), strict=True)
        },
        hopes=_levels(hopes.split("|")),
        loaded=lines(loaded),
        settled=tuple(_settled(line) for line in settled.strip().splitlines()),
    )
