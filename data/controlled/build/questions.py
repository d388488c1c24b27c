"""Asking one question: what it means, kept apart from how it is put.

A `Sense` fixes everything that matters to the meaning. `ask` words it, with one of the frames of
its kind and one of the wordings of each part. Two wordings of one sense are duplicates; `changes`
lists the senses one edit away, which are not.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from grammar import sentence, verb
from lexicon import DOMAINS, question_frames
from lexicon.asking import PLACEHOLDERS, Meaning, Record

_EDITS = {
    "why": ("subject", "near-miss", "circumstance"),
    "roles": ("party", "verb", "circumstance"),
}
# What can be asked of a look-alike too; who does it, how long or at what cost fits fewer actions.
_ANY_ACTION = ("how", "why", "when", "worth")


@dataclass(frozen=True)
class Sense:
    """What a question means.

    variant: which question is asked of the record (`how`, `cost`, `all`, `did` …).
    near: for each field, 0 for its meaning, or the number of the look-alike that replaces it.
    values: the values of the placeholders. swapped: whether the two sides change places.
    verb: which verb of a `roles` record.
    """

    kind: str
    record: Record
    variant: str = ""
    near: tuple[int, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    swapped: bool = False
    verb: int = 0


def records(kind: str, held_out: bool) -> list[Record]:
    """The records of one kind from all domains, on one side of the held-out line."""
    found = [record for domain in DOMAINS for record in domain.ASK[kind]]
    return [record for record in found if record.held_out == held_out]


def _frames(block: str, held_out: bool) -> list[tuple[int, str]]:
    lines = [line.strip() for line in block.strip().splitlines()]
    return [(n, s.lstrip("*&")) for n, s in enumerate(lines, 1) if s.startswith("*") == held_out]


def elliptical(meant: Sense, frame: int) -> bool:
    """Whether a frame leaves out what a full question would say."""
    lines = frame_block(meant).strip().splitlines()
    return 0 < frame <= len(lines) and lines[frame - 1].strip().startswith("&")


def sense(rng: random.Random, kind: str, record: Record) -> Sense:
    """A random sense of a record, without look-alikes."""
    values = tuple((letter, rng.choice(options)) for letter, options in record.values.items())
    variant = ""
    if kind == "how":
        kinds = _variants(record)
        variant = "how" if rng.random() < 0.5 else rng.choice(kinds)
    elif kind == "quantity":
        variant = rng.choice(list(question_frames.QUANTITY_FRAMES))
    elif kind == "events":
        variant = rng.choice(list(question_frames.EVENT_FRAMES))
    elif kind == "roles":
        variant = rng.choice(["why", "did"])
    number = rng.randrange(len(_verbs(record))) if kind == "roles" else 0
    near = (0,) * len(record.fields)
    if kind == "roles":
        parties = list(range(len(_parties(record))))
        rng.shuffle(parties)
        near = (parties[0], parties[1], 0)
    swapped = kind in ("versus", "cause", "order") and rng.random() < (
        0.5 if kind != "order" else 0.3
    )
    return Sense(kind, record, variant, near, values, swapped, number)


def with_value(rng: random.Random, phenomenon: str, held_out: bool) -> Sense:
    """A random sense that has a value to change: a number, a time, an entity, or a negation."""
    letters = [letter for letter, name in PLACEHOLDERS.items() if name == phenomenon]
    kinds = ("how", "sets")
    pool = [(kind, record) for kind in kinds for record in records(kind, held_out)]
    fitting = [(k, r) for k, r in pool if any(letter in r.values for letter in letters)]
    if phenomenon == "negation":
        fitting += [(k, r) for k, r in pool if k == "how" and "if-not" in _variants(r)]
    kind, record = rng.choice(fitting)
    found = sense(rng, kind, record)
    if phenomenon == "negation" and kind == "how":
        found = replace(found, variant=rng.choice(["if", "if-not"]))
    return found


def _variants(record: Record) -> list[str]:
    kinds = record.fields[1].same[0].split() if len(record.fields) > 1 else []
    return ["how", *kinds, *(["if-not"] if "if" in kinds else [])]


def _verbs(record: Record) -> list[str]:
    return [word.strip() for word in record.fields[1].same[0].split(",")]


def _parties(record: Record) -> tuple[str, ...]:
    return (record.fields[0].same[0], *record.fields[0].near)


def changes(rng: random.Random, first: Sense) -> dict[str, list[Sense]]:
    """By phenomenon, the senses one edit away from `first`."""
    found: dict[str, list[Sense]] = {}

    def add(phenomenon: str, **edits: object) -> None:
        found.setdefault(phenomenon, []).append(replace(first, **edits))

    record = first.record
    for index, (letter, value) in enumerate(first.values):
        for other in record.values[letter]:
            if other != value:
                values = (*first.values[:index], (letter, other), *first.values[index + 1 :])
                add(PLACEHOLDERS[letter], values=values)
    if first.kind == "how":
        for variant in _variants(record):
            if {variant, first.variant} == {"if", "if-not"}:
                add("negation", variant=variant)
            elif {variant, first.variant} == {"why", "worth"}:
                continue  # Reasons for doing it answer both.
            elif variant != first.variant and first.variant != "if-not" != variant:
                add("different-question", variant=variant)
        if first.variant in _ANY_ACTION:
            for number in range(1, len(record.fields[0].near) + 1):
                add("near-miss", near=(number, *first.near[1:]))
    if first.kind in ("why", "roles"):
        for index, phenomenon in enumerate(_EDITS[first.kind]):
            if phenomenon in ("near-miss", "circumstance"):
                for number in range(1, len(record.fields[index].near) + 1):
                    near = (*first.near[:index], number, *first.near[index + 1 :])
                    add(phenomenon, near=near)
    if first.kind == "roles":
        add("swapped-roles", near=(first.near[1], first.near[0], first.near[2]))
        for number in range(len(_verbs(record))):
            if number != first.verb:
                add("near-miss", verb=number)
    if first.kind == "quantity":
        for variant in question_frames.QUANTITY_FRAMES:
            # "Do some …?" and "Do none …?" have one answer, so they are no clear negative.
            if variant != first.variant and {variant, first.variant} != {"some", "none"}:
                add("quantifier", variant=variant)
    if first.kind == "events":
        for variant in question_frames.EVENT_FRAMES:
            if variant != first.variant:
                add("different-question", variant=variant)
        for number in range(1, len(record.fields[1].near) + 1):
            add("near-miss", near=(first.near[0], number, number))
        for number in range(1, len(record.fields[0].near) + 1):
            add("entity", near=(number, *first.near[1:]))
    swaps = {"versus": "swapped-comparison", "cause": "cause-and-effect", "order": "order"}
    if first.kind in swaps:
        add(swaps[first.kind], swapped=not first.swapped)
    if first.kind == "sets":
        for number in range(1, len(record.fields[0].near) + 1):
            add("near-miss", near=(number,))
    return found


def frame_block(meant: Sense) -> str:
    """The frames that can ask this sense; a set asks itself."""
    by_kind = {
        "why": question_frames.WHY_FRAMES,
        "versus": question_frames.VERSUS_FRAMES,
        "cause": question_frames.CAUSE_FRAMES,
        "order": question_frames.ORDER_FRAMES,
    }
    if meant.kind in by_kind:
        return by_kind[meant.kind]
    by_variant = {
        "how": question_frames.ACTION_FRAMES,
        "quantity": question_frames.QUANTITY_FRAMES,
        "events": question_frames.EVENT_FRAMES,
        "roles": question_frames.ROLE_FRAMES,
    }
    return by_variant[meant.kind][meant.variant] if meant.kind in by_variant else ""


def ask(
    rng: random.Random, meant: Sense, frame: int | None = None, wording: int | None = None
) -> tuple[str, int, int]:
    """Word a sense. Returns the question, the number of its frame and of its wording.

    frame, wording: use these where possible, to build pairs that differ in the edit alone.
    """
    if meant.kind == "sets":
        texts = meant.record.fields[0].same
        if meant.near[0]:
            texts = (meant.record.fields[0].near[meant.near[0] - 1],)
        number = wording if wording is not None and wording < len(texts) else None
        number = rng.randrange(len(texts)) if number is None else number
        return sentence(_values(texts[number], meant), "?"), number, number
    frames = _frames(frame_block(meant), meant.record.held_out)
    chosen = [item for item in frames if item[0] == frame] or [rng.choice(frames)]
    number, text = chosen[0]
    slots, used = _slots(rng, meant, wording)
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return sentence(_values(text, meant), "?"), number, used


def _values(text: str, meant: Sense) -> str:
    for letter, value in meant.values:
        text = text.replace("{" + letter + "}", value)
    return text


def _word(rng, field: Meaning, near: int, wording: int | None) -> tuple[str, int]:
    """One wording of a field, or its look-alike number `near`."""
    if near:
        return field.near[near - 1], 0
    number = wording if wording is not None else rng.randrange(len(field.same))
    number = min(number, len(field.same) - 1)
    return field.same[number], number


def _plural(text: str) -> tuple[str, bool]:
    return (text.rstrip("+").strip(), True) if text.endswith("+") else (text, False)


def _slots(rng, meant: Sense, wording: int | None) -> tuple[dict[str, str], int]:
    fields = meant.record.fields
    if meant.kind == "how":
        text, used = _word(rng, fields[0], meant.near[0], wording)
        return {"vp": text, "ing": verb(text, "ing")}, used
    if meant.kind == "why":
        subject, plural = _plural(fields[0].same[0])
        text, used = _word(rng, fields[1], meant.near[1], wording)
        when, _ = _word(rng, fields[2], meant.near[2], wording)
        finite = text if plural else _third(text)
        does = "do" if plural else "does"
        return {"s": subject, "does": does, "v": text, "vs": finite, "c": when}, used
    if meant.kind == "events":
        words = [_word(rng, fields[n], meant.near[n], wording) for n in range(3)]
        (subject, _), (action, used), (noun, _) = words
        owner = subject + ("'" if subject.endswith("s") else "'s")
        past = verb(action, "past")
        return {"s": subject, "vp": action, "past": past, "poss": owner, "nom": noun}, used
    if meant.kind == "quantity":
        text, used = _word(rng, fields[1], 0, wording)
        return {"s": fields[0].same[0], "vp": text}, used
    if meant.kind == "roles":
        parties = _parties(meant.record)
        action = _verbs(meant.record)[meant.verb]
        when, used = _word(rng, fields[2], meant.near[2], wording)
        return {
            "x": parties[meant.near[0]],
            "y": parties[meant.near[1]],
            "v": action,
            "past": verb(action, "past"),
            "pp": verb(action, "participle"),
            "c": when,
        }, used
    one, two = fields[0].same[0], fields[1].same[0]
    if meant.swapped:
        one, two = two, one
    if meant.kind == "versus":
        (a, a_plural), (b, b_plural) = _plural(one), _plural(two)
        is_a, is_b = ("are" if plural else "is" for plural in (a_plural, b_plural))
        comp, opp = fields[2].same[0], fields[3].same[0]
        return {"a": a, "b": b, "is_a": is_a, "is_b": is_b, "comp": comp, "opp": opp}, 0
    if meant.kind == "cause":
        return {"x": one, "y": two}, 0
    return {"one": one, "two": two, "oneing": verb(one, "ing"), "twoing": verb(two, "ing")}, 0


def _third(text: str) -> str:
    """The finite form after a singular subject: "not get warm" → "does not get warm"."""
    if text.startswith("not "):
        return "does " + text
    return verb(text, "third")


def content(meant: Sense) -> tuple[str, ...]:
    """The lexicon entries a question is about, for the record of held-out entries."""
    found = []
    for index, field in enumerate(meant.record.fields):
        if meant.kind == "how" and index == 1:
            continue
        for text in (*field.same, *field.near):
            forms = [text]
            if (meant.kind, index) in _VERBAL:
                forms += [verb(text, form) for form in ("third", "past", "participle", "ing")]
            for form in forms:
                parts = re.split(r"\{\w\}|,", form)
                found += [part.strip(" +?") for part in parts if part.strip(" +?")]
    return tuple(found)


# The fields that hold a verb phrase, whose forms are entries too.
_VERBAL = {("how", 0), ("why", 1), ("quantity", 1), ("order", 0), ("order", 1), ("events", 1)}
