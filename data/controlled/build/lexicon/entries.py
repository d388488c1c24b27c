"""The notation of the lexicon and the records it is read into.

One entry a line. A star in front marks a *held-out* entry: it serves the unseen third of dev and
test and nothing else. `key:` names what a clause is about, so that one sentence never speaks of
the same thing twice. Within a line, `|` separates fields and `,` alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("awful", "bad", "fact", "good", "great")  # in label order, 0 to 4


@dataclass(frozen=True)
class Entry:
    """A clause or phrase: its text, what it is about, and whether training may use it."""

    text: str
    key: str = ""
    held_out: bool = False


@dataclass(frozen=True)
class Aspect:
    """Something that can be judged: a noun phrase and, by level, the adjectives that fit it."""

    text: str
    plural: bool
    adjectives: dict[str, tuple[Entry, ...]]
    held_out: bool

    @property
    def key(self) -> str:
        """The head noun, for the rule that one sentence speaks of a thing once."""
        return self.text.split()[-1].rstrip("s")


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
    return Aspect(text, entry.text.endswith("+"), _levels(fields), entry.held_out)


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
