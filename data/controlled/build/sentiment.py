"""Sentiment: five classes by composition.

A frame (`lexicon/frames.py`) knows the value of what it composes; a scene supplies the parts. So
the label follows from how the sentence is built, and the same words occur under every label.
"""

from __future__ import annotations

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
SHARES = {0: 0.17, 1: 0.22, 2: 0.21, 3: 0.23, 4: 0.17}
WEIGHTS = {
    "plain": 5, "intensity": 6, "downtoner": 8, "negation": 13, "contrast": 14, "for-all": 6,
    "comparison": 9, "hypothetical": 9, "expectation": 9, "quoted": 10, "sarcasm": 9,
    "neutral": 7, "domain": 4,
}  # fmt: skip
MIN_WORDS, MAX_WORDS = 5, 35
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
    parts = text.replace("{", "\0{").split("\0")
    turned = []
    for part in parts:
        slot, brace, rest = part.partition("}")
        for level in _TURNED:
            if brace and level in slot:
                slot = slot.replace(level, _TURNED[level])
                break
        turned.append(slot + brace + rest)
    return "".join(turned)


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
        text = filling.text(frame.text)
    except Unfillable:
        return None
    text = grammar.sentence(text)
    if not MIN_WORDS <= len(text.split()) <= MAX_WORDS:
        return None
    template = frame.name + (f".{filling.path}" if filling.path else "")
    label = str(frame.label)
    fillers = tuple(filling.fillers)
    return Row((text,), label, frame.phenomenon, template, unseen, fillers, label)


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
