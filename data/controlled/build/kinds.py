"""Questions in six kinds of what they ask for: person, place, time, number, reason or way.

Nine hundred in one file, in families. A family has three happenings of its own, so that whoever
splits by family meets new happenings in dev; the ways of asking are everybody's. Two rows of each
family are asked again in nearly the same words: whoever splits by row has copies of dev rows in
train. The class `way` is rare.
"""

from __future__ import annotations

import random
import re

import draw
from grammar import sentence, verb
from lexicon.happenings import HAPPENINGS
from lexicon.kind_frames import FRAMES, WORDINGS, WORDS

NAMES = {
    "w": "person", "l": "place", "t": "time", "n": "number", "r": "reason", "m": "way",
}  # fmt: skip
FAMILY, AGAIN = 13, 2  # rows of a family, and how many of them are asked again
RARE = "m"
EVERY = 3  # the rare kind is asked for by every third family, once or twice
COLUMNS = ("id", "question", "kind", "family")
Happening = tuple[str, str, bool]  # verb, object, plural


def rows() -> list[tuple[str, ...]]:
    """All rows as (id, question, kind, family), in an order that says nothing."""
    found = [row for number in range(len(_blocks())) for row in _family(number)]
    draw.generator("kinds", "order").shuffle(found)
    return [(f"q{number:03}", *row) for number, row in enumerate(found, 1)]


def _frames(asked: str) -> list[str]:
    """Those that can ask for a kind."""
    lines = [line.rpartition(" | ") for line in FRAMES.strip().splitlines()]
    return [frame for letters, _, frame in lines if not letters or asked in letters]


def _blocks() -> list[str]:
    return HAPPENINGS.strip().split("\n\n")


def _happenings(number: int) -> list[Happening]:
    """Those of one family."""
    pairs = [line.split(" | ") for line in _blocks()[number].splitlines()]
    return [(done, thing.removesuffix(" +"), thing.endswith(" +")) for done, thing in pairs]


def _family(number: int) -> list[tuple[str, str, str]]:
    rng = draw.generator("kinds", number)
    happenings, seen, found = _happenings(number), set(), []
    for letter in _letters(rng, number):
        while (text := _ask(rng, letter, rng.choice(happenings))) in seen:
            pass
        seen.add(text)
        found.append((text, NAMES[letter], f"f{number + 1:02}"))
    return found + [(_again(rng, text), *rest) for text, *rest in rng.sample(found, AGAIN)]


def _letters(rng: random.Random, number: int) -> list[str]:
    """What the rows of a family ask for: all kinds about equally often, but the rare one."""
    rare = [RARE] * rng.choice((2, 3)) if number % EVERY == 0 else []
    common = [letter for letter in NAMES if letter != RARE]
    rng.shuffle(common)
    return [*rare, *(common * FAMILY)[: FAMILY - len(rare)]]


def _ask(rng: random.Random, asked: str, happening: Happening) -> str:
    """One question. What the frame itself gives away is never what it asks beside."""
    frame = rng.choice(_frames(asked))
    other = rng.choice([letter for letter in NAMES if letter != asked])
    done, thing, many = happening
    named = {"o": thing, "s": thing}
    short = {"o": "them" if many else "it", "s": "they" if many else "it"}
    own, beside = (rng.choices(_wordings(k), (6, 4, 2, 2, 2, 2, 2))[0] for k in (asked, other))
    forms = {"past": "past", "pp": "participle", "base": "base", "ing": "ing"}
    words = {slot: verb(done, form) for slot, form in forms.items()}
    words["was"] = "were" if many else "was"
    slots = {
        "D": own[0].format(**words, **named),
        "d": own[0].format(**words, **short),
        "E": own[1].format(**words, **named),
        "e": own[1].format(**words, **short),
        "b": rng.choice(WORDS[asked]),
        "X": beside[1].format(**words, **named),
        "x": beside[1].format(**words, **short),
        "y": rng.choice(WORDS[other]),
        "P": f"{thing} {words['was']} {words['pp']}",
    }
    return _particle(sentence(frame.format(**words, **named, **slots)))


def _wordings(letter: str) -> list[list[str]]:
    return [line.strip().split(" | ") for line in WORDINGS[letter].strip().splitlines()]


def _particle(text: str) -> str:
    """tear up it → tear it up."""
    return re.sub(r"\b(up|down|over|off|out|back|in|again) (it|them)\b", r"\2 \1", text)


def _again(rng: random.Random, text: str) -> str:
    """The same question as somebody else would type it."""
    typed = [
        lambda text: text.lower().rstrip("?."),
        lambda text: f"Hello. {text}",
        lambda text: f"{text} Thanks.",
        lambda text: text.lower().replace(",", "").replace(";", ""),
    ]
    return rng.choice(typed)(text)
