"""Sentiment: five classes by composition.

A frame (`lexicon/frames.py`) knows the value of what it composes; a scene supplies the parts. So
the label follows from how the sentence is built, and the same words occur under every label.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import draw
import grammar
from draw import Row
from lexicon import SCENES
from lexicon.entries import Scene
from lexicon.frames import FRAMES
from slots import Filling, Unfillable

COLUMNS = ("sentence",)
LABEL = "sentiment"
SHARES = {0: 0.18, 1: 0.22, 2: 0.19, 3: 0.23, 4: 0.18}
WEIGHTS = {
    "plain": 6, "intensity": 6, "downtoner": 5, "negation": 14, "contrast": 26, "for-all": 8,
    "comparison": 8, "hypothetical": 8, "expectation": 9, "quoted": 15, "sarcasm": 6,
    "neutral": 9, "domain": 9, "question": 5, "turn": 16,
}  # fmt: skip
MIN_WORDS, MAX_WORDS = 5, 35
# How often a sentence comes with a neutral fact, so that facts do not mark the neutral class.
ASIDE_SHARE = 0.5
_TURNED = {"great": "awful", "awful": "great", "good": "bad", "bad": "good"}


@dataclass(frozen=True)
class Frame:
    """One way to compose a sentence."""

    name: str
    phenomenon: str
    label: int
    text: str
    held_out: bool


def _turn(text: str) -> str:
    """The frame with every value turned round."""

    def turned(found: re.Match) -> str:
        slot = found.group(0)
        for level, other in _TURNED.items():
            if level in slot.lower():
                return slot.replace(level, other).replace(level.title(), other.title())
        return slot

    return re.sub(r"\{\w+\}", turned, text)


def frames() -> list[Frame]:
    """All frames: those written down and those turned round."""
    found = []
    for phenomenon, block in FRAMES.items():
        for number, line in enumerate(block.strip().splitlines(), 1):
            head, text = (part.strip() for part in line.split("|"))
            label = int(head.strip("*~"))
            name = f"{phenomenon}-{number:02}"
            found.append(Frame(name, phenomenon, label, text, "*" in head))
            if "~" in head:
                turned = _turn(text)
                found.append(Frame(name + "t", phenomenon, 4 - label, turned, "*" in head))
    return found


def compose(rng, frame: Frame, scene: Scene, unseen: bool) -> Row | None:
    """One sentence from a frame and a scene, or None where they do not fit."""
    filling = Filling(rng, scene, unseen)
    try:
        text = grammar.sentence(filling.text(frame.text))
        if frame.phenomenon != "neutral" and rng.random() < ASIDE_SHARE:
            text = _with_aside(rng, filling, text)
    except Unfillable:
        return None
    if not MIN_WORDS <= len(text.split()) <= MAX_WORDS:
        return None
    template = frame.name + (f".{filling.path}" if filling.path else "")
    label = str(frame.label)
    fillers = tuple(filling.fillers)
    return Row((text,), label, frame.phenomenon, template, unseen, fillers, label)


def _with_aside(rng, filling: Filling, text: str) -> str:
    """`text` with a fact before or after it that takes no side."""
    before = rng.random() < 0.6
    filling.next_sentence()
    aside = grammar.sentence(filling.slot("fact"))
    filling.path += "b" if before else "f"
    return f"{aside} {text}" if before else f"{text} {aside}"


def rows(split: str, count: int, book: draw.Book) -> list[Row]:
    """`count` rows with the shares of `SHARES`; a third of dev and test unseen."""
    rng = draw.generator("sentiment", split)
    every_frame = frames()
    made = []
    unseen_count = 0 if split == "train" else count // 3
    for unseen, total in ((True, unseen_count), (False, count - unseen_count)):
        for label, quota in draw.quotas(total, SHARES).items():
            fitting = [f for f in every_frame if f.label == label and f.held_out == unseen]
            made += _fill_quota(rng, fitting, quota, unseen, book)
    rng.shuffle(made)
    return made


def _fill_quota(rng, fitting, quota, unseen, book) -> list[Row]:
    by_phenomenon = {name: [f for f in fitting if f.phenomenon == name] for name in WEIGHTS}
    weights = {name: WEIGHTS[name] for name in WEIGHTS if by_phenomenon[name]}
    made = []
    attempts = 0
    while len(made) < quota:
        attempts += 1
        if attempts > 400 * quota:
            raise RuntimeError(f"sentiment: only {len(made)} of {quota} rows could be composed")
        frame = rng.choice(by_phenomenon[draw.weighted(rng, weights)])
        row = compose(rng, frame, rng.choice(SCENES), unseen)
        if row is not None and book.admits(row):
            made.append(row)
    return made
