"""Similarity: pairs of statements and how close they are in meaning, from 0 to 5.

A state fixes who does what to what and where. The second sentence tells the same state, or one that
a graded edit has moved away. Free statements come with wordings for each degree. Each edit has a
place on the scale of the SemEval STS tasks; five simulated raters judge each pair, each with noise
of their own, and the score is their mean.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

import draw
from draw import Row
from grammar import sentence, verb
from lexicon import DOMAINS, event_frames
from lexicon.telling import Event, Statement, bare, full

COLUMNS = ("sentence1", "sentence2")
LABEL = "similarity"
PARTS = ("who", "does", "what", "where")
NUMBERS = ("two", "three", "four", "five", "several")
MIN_WORDS, MAX_WORDS = 5, 26
# Verbs that make no good passive; nor do those of three words and more ("pay tribute to").
NO_PASSIVE = {
    "agree to", "clamber over", "climb over", "come down", "descend", "do", "dodge", "drink",
    "flick through", "get off", "get on", "go past", "go up", "jump off", "leaf through", "leave",
    "listen to", "look after", "look at", "pass", "point at", "run after", "tear into",
    "wave to",
}  # fmt: skip
# Phenomenon: the score that careful raters agree on, and its share of the corpus.
SCALE = {
    "equivalent": (4.85, 22),
    "detail-missing": (4.0, 11),
    "circumstance-missing": (3.6, 7),
    "number-changed": (3.2, 6),
    "circumstance-changed": (3.0, 8),
    "agent-changed": (2.6, 7),
    "object-changed": (2.2, 8),
    "swapped-roles": (2.2, 7),
    "meaning-changed": (2.1, 6),
    "negated": (2.0, 4),
    "action-changed": (1.9, 9),
    "two-changed": (1.4, 8),
    "same-topic": (0.9, 10),
    "unrelated": (0.1, 9),
}
# How often a pair is made of free statements, where the phenomenon allows both.
FREE_SHARE = 0.4
_RELATION = {
    "equivalent": "same",
    "detail-missing": "missing",
    "meaning-changed": "changed",
    "same-topic": "topic",
}
_CHANGED = {
    "circumstance-changed": "where",
    "agent-changed": "who",
    "object-changed": "what",
    "action-changed": "does",
}


@dataclass(frozen=True)
class State:
    """One event with its four parts settled: the number of the thing that fills each."""

    event: Event
    choice: dict[str, int]
    detailed: bool = True
    placed: bool = True
    negated: bool = False

    def thing(self, part: str):
        """What fills a part."""
        return self.event.part(part)[self.choice[part]]


def state(rng: random.Random, event: Event) -> State:
    """A random state of an event; nobody acts on themselves."""
    choice = {part: rng.randrange(len(event.part(part))) for part in PARTS}
    while event.mutual and choice["who"] == choice["what"]:
        choice["what"] = rng.randrange(len(event.what))
    return State(event, choice)


def changed(rng: random.Random, first: State, part: str) -> State | None:
    """`first` with another thing of the same class in one part."""
    taken = {first.choice[part]}
    if first.event.mutual and part in ("who", "what"):
        taken = {first.choice["who"], first.choice["what"]}
    others = [n for n in range(len(first.event.part(part))) if n not in taken]
    if not others:
        return None
    return replace(first, choice={**first.choice, part: rng.choice(others)})


def tell(rng: random.Random, told: State) -> tuple[str, int, str]:
    """Word a state. Returns the sentence, the number of its frame, and which wordings it took."""
    block = event_frames.REPORT_FRAMES if told.event.report else event_frames.CAPTION_FRAMES
    if told.negated:
        block = event_frames.NEGATED_FRAMES
    lines = [line.strip() for line in block.strip().splitlines()]
    frames = [
        (number, line.lstrip("*"))
        for number, line in enumerate(lines, 1)
        if line.startswith("*") == told.event.held_out and (told.placed or "{where}," not in line)
    ]
    words, plural, used = {}, {}, ""
    for part in PARTS:
        thing = told.thing(part)
        index = rng.randrange(len(thing.wordings))
        used += str(index)
        words[part] = (full if told.detailed else bare)(thing.wordings[index])
        plural[part] = thing.plural[index]
    if words["does"] in NO_PASSIVE or words["does"].count(" ") > 1:
        frames = [(number, line) for number, line in frames if "{pp}" not in line]
    number, text = rng.choice(frames)
    slots = {
        "who": words["who"],
        "is": "are" if plural["who"] else "is",
        "base": words["does"],
        "ing": verb(words["does"], "ing"),
        "past": verb(words["does"], "past"),
        "pp": verb(words["does"], "participle"),
        "what": words["what"],
        "be_what": "are" if plural["what"] else "is",
        "was_what": "were" if plural["what"] else "was",
        "where": words["where"] if told.placed else "",
    }
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return sentence(text.replace(" .", ".")), number, used


def second_state(rng, first: State, phenomenon: str, events: list[Event]) -> State | None:
    """The state the second sentence tells, or None where the edit does not apply."""
    if phenomenon == "equivalent":
        return first
    if phenomenon == "detail-missing":
        has_detail = any("(" in first.thing(part).wordings[0] for part in PARTS)
        return replace(first, detailed=False) if has_detail else None
    if phenomenon == "circumstance-missing":
        return replace(first, placed=False)
    if phenomenon == "negated":
        return replace(first, negated=True) if first.event.report else None
    if phenomenon == "swapped-roles":
        swapped = {**first.choice, "who": first.choice["what"], "what": first.choice["who"]}
        return replace(first, choice=swapped) if first.event.mutual else None
    if phenomenon in _CHANGED:
        return changed(rng, first, _CHANGED[phenomenon])
    if phenomenon == "two-changed":
        one, two = rng.sample(PARTS, 2)
        halfway = changed(rng, first, one)
        return changed(rng, halfway, two) if halfway else None
    same_domain = phenomenon == "same-topic"
    others = [
        event
        for event in events
        if event is not first.event and (event.domain == first.event.domain) == same_domain
    ]
    return state(rng, rng.choice(others)) if others else None


def fits(*texts: str) -> bool:
    """Whether all texts are of a length that the corpus admits."""
    return all(MIN_WORDS <= len(text.split()) <= MAX_WORDS for text in texts)


def rate(rng: random.Random, agreed: float) -> str:
    """The mean of five raters, each with noise of their own, on whole points 0 to 5."""
    total = 0
    for _ in range(5):
        noise = (rng.random() + rng.random() + rng.random() - 1.5) * 0.9
        total += min(5, max(0, int(agreed + noise + 0.5)))
    return f"{total / 5:.1f}"


def _renumber(rng, text: str) -> str | None:
    """Another number for the first number word of a sentence."""
    words = text.split()
    for index, word in enumerate(words):
        if word.lower() in NUMBERS[:4]:
            other = rng.choice([n for n in NUMBERS[:4] if n != word.lower()])
            words[index] = other.capitalize() if word[0].isupper() else other
            return " ".join(words)
    return None


def compose(rng, phenomenon: str, events: list[Event], statements: list[Statement]) -> Row | None:
    """One pair of a phenomenon, or None where the draw does not work out."""
    free = phenomenon == "meaning-changed" or rng.random() < FREE_SHARE
    if free and phenomenon in (*_RELATION, "number-changed", "circumstance-changed"):
        return _compose_free(rng, phenomenon, rng.choice(statements))
    return _compose_event(rng, phenomenon, events)


def _compose_free(rng, phenomenon: str, statement: Statement) -> Row | None:
    """A pair of free statements: two wordings, or two values of one placeholder."""
    values = {letter: rng.choice(options) for letter, options in statement.values.items()}
    changed_values = dict(values)
    relation = _RELATION.get(phenomenon, "same")
    if phenomenon not in _RELATION:
        letter = "n" if phenomenon == "number-changed" else "t"
        others = [v for v in statement.values.get(letter, ()) if v != values[letter]]
        if not others:
            return None
        changed_values[letter] = rng.choice(others)
    others = [text for text in statement.by_relation[relation] if text]
    if not others:
        return None
    number, other = rng.randrange(len(statement.by_relation["same"])), rng.randrange(len(others))
    one = _with_values(statement.by_relation["same"][number], values)
    two = _with_values(others[other], changed_values)
    if one == two or not fits(one, two):
        return None
    if rng.random() < 0.5:
        one, two = two, one
    template = f"{statement.name}-{number}/{other}:{phenomenon}"
    label = rate(rng, SCALE[phenomenon][0])
    fillers = tuple(_spans(statement))
    return Row((one, two), label, phenomenon, template, statement.held_out, fillers)


def _with_values(text: str, values: dict[str, str]) -> str:
    for letter, value in values.items():
        text = text.replace("{" + letter + "}", value)
    return sentence(text)


def _spans(statement: Statement) -> list[str]:
    """The wordings of a statement without their placeholders, cut where those stood."""
    texts = [text for wordings in statement.by_relation.values() for text in wordings]
    spans = [span.strip(" .") for text in texts for span in re.split(r"\{\w\}", text)]
    return [span for span in spans if span.count(" ") > 2]


def _compose_event(rng, phenomenon: str, events: list[Event]) -> Row | None:
    """A pair told of one event, or of two."""
    if phenomenon in ("swapped-roles", "negated"):
        mutual = phenomenon == "swapped-roles"
        events = [e for e in events if (e.mutual if mutual else e.report)]
    first = state(rng, rng.choice(events))
    wanted = "equivalent" if phenomenon == "number-changed" else phenomenon
    second = second_state(rng, first, wanted, events)
    if second is None:
        return None
    one, frame, used = tell(rng, first)
    two, other, reused = tell(rng, second)
    if phenomenon == "number-changed":
        two = _renumber(rng, two)
        if two is None or _renumber(rng, one) is None or "couple" in one + two:
            return None
    if one == two or not fits(one, two):
        return None
    template = f"{'report' if first.event.report else 'caption'}-{frame}.{used}/"
    template += f"{other}.{reused}:{phenomenon}"
    if rng.random() < 0.5:
        one, two = two, one
    fillers = tuple(full(w) for part in ("who", "what") for w in first.thing(part).wordings)
    label = rate(rng, SCALE[phenomenon][0])
    return Row((one, two), label, phenomenon, template, first.event.held_out, fillers)


def rows(split: str, count: int, book: draw.Book) -> list[Row]:
    """`count` pairs with the shares of `SCALE`; a third of dev and test unseen."""
    rng = draw.generator("similarity", split)
    every_statement = [s for domain in DOMAINS for s in domain.STATEMENTS]
    every_event = [event for domain in DOMAINS for event in domain.EVENTS]
    unseen_count = 0 if split == "train" else count // 3
    made = []
    for unseen, total in ((True, unseen_count), (False, count - unseen_count)):
        events = [event for event in every_event if event.held_out == unseen]
        statements = [s for s in every_statement if s.held_out == unseen]
        shares = {name: share for name, (_, share) in SCALE.items()}
        for phenomenon, quota in draw.quotas(total, shares).items():
            found = attempts = 0
            while found < quota:
                attempts += 1
                if attempts > 3000 * quota:
                    raise RuntimeError(f"similarity: {found} of {quota} {phenomenon} pairs")
                row = compose(rng, phenomenon, events, statements)
                if row is not None and book.admits(row):
                    made.append(row)
                    found += 1
    rng.shuffle(made)
    return made
