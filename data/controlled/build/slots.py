"""Filling a sentiment frame: each slot with an entry of the scene that fits it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import grammar
from lexicon.entries import LEVELS, Aspect, Entry, Scene, items, topics
from lexicon.frames import CROWD, WHO

_SLOT = re.compile(r"\{(\w+?)\}")
# Heads of aspects that "it" does not stand for.
_PERSONS = {
    "referee",
    "waiter",
    "doctor",
    "mechanic",
    "teacher",
    "bo",  # my boss
    "conductor",
    "keeper",
    "heroine",
    "villain",
    "narrator",
    "tutor",
    "receptionist",
    "midwife",
    "captain",
    "foreman",
    "apprentice",
    "plumber",
    "carpenter",
    "consultant",
}
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|we|us|our)\b")
# Adjectives that "very", "too", "more" and "enough" do not go with.
_UNGRADABLE = {
    "ideal",
    "spotless",
    "perfect",
    "central",
    "immaculate",
    "unbeatable",
    "first-rate",
    "top-notch",
    "uninhabitable",
    "superb",
    "outstanding",
    "excessive",
    "acceptable",
    "miscast",
    "overcooked",
    "overdone",
    "overheated",
    "overlong",
    "overloaded",
    "overpriced",
    "overworked",
    "understocked",
    "unprepared",
    "watertight",
    "half-finished",
    "half-hearted",
    "fraudulent",
    "hard-fought",
    "fantastic",
    "exceptional",
}
# Adjectives too plain for "absolutely" and "nothing short of".
_NOT_EXTREME = {"amateurish", "broken", "ruined", "dangerous", "smelly", "misleading", "dishonest"}
# How often a clause judges an aspect, where it need not tell what happened.
ASPECT_SHARE = 0.4


class Unfillable(LookupError):
    """The scene has no entry for a slot; the caller draws another scene or frame."""


@dataclass
class Filling:
    """One sentence in the making: what its slots drew so far, and how the clauses were built."""

    rng: random.Random
    scene: Scene
    held_out: bool
    spoken_of: set[str] = field(default_factory=set)
    fillers: list[str] = field(default_factory=list)
    path: str = ""
    aspect_share: float = ASPECT_SHARE
    _aspects: dict[str, Aspect] = field(default_factory=dict)
    _values: dict[str, str] = field(default_factory=dict)
    _no_persons: bool = False

    def text(self, frame: str) -> str:
        """`frame` with every slot filled; a slot with a capital starts a sentence."""
        self._no_persons = "{it" in frame
        return _SLOT.sub(lambda found: self._placed(found.group(1)), frame)

    def next_sentence(self) -> None:
        """Forget what the slots hold, but not what has been spoken of."""
        self._values.clear()
        self._aspects.clear()

    def _placed(self, name: str) -> str:
        text = self.slot(name[0].lower() + name[1:])
        return text if name[0].islower() else text[0].upper() + text[1:]

    def slot(self, name: str) -> str:
        """What stands for slot `name`; the same name gives the same text throughout."""
        if name not in self._values:
            self._values[name] = self._fill(name)
        return self._values[name]

    def _fill(self, name: str) -> str:
        base = name.rstrip("2")
        second = "2" if "2" in name else ""
        if base in LEVELS:
            return self._clause(base)
        if base.startswith("say_"):
            return self._clause(base.removeprefix("say_"), hearsay=True)
        if base in ("asp", "asp_bare"):
            aspect = self._aspect(second)
            return aspect.text if base == "asp" else aspect.text.removeprefix("the ")
        if base == "be":
            return self._be(self._aspect(second).plural)
        if base == "it":
            return "them" if self._aspect(second).plural else "it"
        if base == "it_be":
            plural = self._aspect(second).plural
            return f"{'they' if plural else 'it'} {self._be(plural)}"
        if base == "may_be":
            return "may have been" if self.scene.past else "may be"
        if base in ("is", "are"):
            return self._be(base == "are")
        head, _, level = base.partition("_")
        if head.startswith(("adj", "g", "x", "m", "e")) and level in LEVELS:
            return self._adjective(head.rstrip("2"), level, "2" if head.endswith("2") else "")
        if head in ("x", "m") and level.startswith("tadj_"):
            return self._thing_adjective(level.removeprefix("tadj_"), head)
        if head in ("tadj", "tadj2"):
            return self._thing_adjective(level, "")
        if head == "hope":
            return self._take(self.scene.hopes[level])
        if head in ("sarcasm", "domain"):
            return self._settled(head, int(level))
        if base in ("thing", "things"):
            noun = self._thing()
            if base == "things":
                noun = grammar.plural(noun)
                self.fillers.append(noun)
            return noun
        if base == "rival":
            return self._take(self.scene.rivals)
        if base == "loaded":
            return self._take(self.scene.loaded, topical=True)
        if base == "who":
            return self._take(items(WHO))
        if base == "crowd":
            return self._take(items(CROWD))
        raise KeyError(f"no slot is called {name!r}")

    def _be(self, plural: bool) -> str:
        if self.scene.past:
            return "were" if plural else "was"
        return "are" if plural else "is"

    def _take(self, entries: tuple[Entry, ...], topical: bool = False) -> str:
        """One admissible entry, noted as a filler; a topical one is about nothing said yet."""
        fitting = [
            entry
            for entry in entries
            if entry.held_out == self.held_out
            and entry.text not in self.fillers
            and not (topical and entry.topics & self.spoken_of)
        ]
        if not fitting:
            raise Unfillable(self.scene.name)
        entry = self.rng.choice(fitting)
        if topical:
            self.spoken_of |= entry.topics
        self.fillers.append(entry.text)
        return entry.text

    def _clause(self, level: str, hearsay: bool = False) -> str:
        """A clause of the given level: an aspect with its adjective, or something that happened.

        Hearsay leaves out what only the author can have lived through.
        """
        if level != "fact" and self.rng.random() < self.aspect_share:
            aspect = self._new_aspect(level)
            if aspect is not None:
                self.path += "a"
                adjective = self._take(self._usable(aspect, level))
                return f"{aspect.text} {self._be(aspect.plural)} {adjective}"
        if self.aspect_share == 1:
            raise Unfillable(self.scene.name)
        self.path += "e"
        clauses = self.scene.clauses[level]
        if hearsay:
            clauses = tuple(e for e in clauses if not _FIRST_PERSON.search(e.text))
        return self._take(clauses, topical=True)

    def _settled(self, phenomenon: str, label: int) -> str:
        entries = [
            e for kind, value, e in self.scene.settled if (kind, value) == (phenomenon, label)
        ]
        text = self._take(tuple(entries), topical=True)
        return text if text.split()[0] in ("I", "Bravo") else text[0].lower() + text[1:]

    def _usable(self, aspect: Aspect, level: str, use: str = "adj") -> tuple[Entry, ...]:
        """The adjectives of an aspect for one use; those of a held-out aspect are held out too."""
        entries = aspect.adjectives[level]
        if aspect.held_out:
            entries = tuple(Entry(entry.text, "", True) for entry in entries)
        return tuple(
            entry
            for entry in entries
            if fits(entry.text, use) and not topics(entry.text) & self.spoken_of
        )

    def _new_aspect(self, level: str | None) -> Aspect | None:
        fitting = [
            aspect
            for aspect in self.scene.aspects
            if aspect.held_out == self.held_out
            and not aspect.topics & self.spoken_of
            and not (self._no_persons and aspect.head in _PERSONS)
            and (level is None or self._usable(aspect, level))
        ]
        if not fitting:
            return None
        aspect = self.rng.choice(fitting)
        self.spoken_of |= aspect.topics
        self.fillers.append(aspect.text)
        return aspect

    def _aspect(self, second: str) -> Aspect:
        if second not in self._aspects:
            aspect = self._new_aspect(None)
            if aspect is None:
                raise Unfillable(self.scene.name)
            self._aspects[second] = aspect
        return self._aspects[second]

    def _adjective(self, use: str, level: str, second: str) -> str:
        return self._take(self._usable(self._aspect(second), level, use))

    def _thing(self) -> str:
        if "thing " not in self._values:
            self._values["thing "] = self._take(self.scene.things)
        return self._values["thing "]

    def _thing_adjective(self, level: str, use: str) -> str:
        entries = self.scene.adjectives[level]
        return self._take(tuple(entry for entry in entries if fits(entry.text, use or "adj")))


def fits(adjective: str, use: str) -> bool:
    """Whether an adjective suits a use.

    g after "very", x after "absolutely", m after "most", e before "enough".
    """
    words = adjective.split()
    if use == "g":
        adverbial = len(words) == 2 and words[0].endswith("ly")  # "very badly worded"
        return len(words) <= 2 and not adverbial and adjective not in _UNGRADABLE
    if use == "x":
        return len(words) == 1 and adjective not in _NOT_EXTREME
    if use == "m":
        plain = len(adjective) > 6 and not adjective.startswith("well-")
        return len(words) == 1 and plain and adjective not in _UNGRADABLE
    if use == "e":
        return len(words) == 1 and adjective not in _UNGRADABLE
    return True
