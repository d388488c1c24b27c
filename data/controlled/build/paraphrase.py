"""Paraphrase: pairs of questions that ask the same, and pairs that only look as if they did.

A duplicate is one sense worded twice. A hard negative is a sense and one edit of it, most often in
the same frame, so that the pair shares nearly every word; and duplicates mostly change the frame,
so that they share few. Counting common words does not tell the two apart.
"""

from __future__ import annotations

import draw
import questions
from draw import Row

COLUMNS = ("sentence1", "sentence2")
LABEL = "is_duplicate"
SHARES = {"1.0": 0.37, "0.0": 0.63}
KIND_WEIGHTS = {
    "how": 36, "why": 12, "versus": 6, "cause": 7, "roles": 17, "quantity": 10, "order": 6,
    "events": 12, "sets": 20,
}  # fmt: skip
MIN_WORDS, MAX_WORDS = 5, 26
# How far a negative moves away from its partner's frame and wording.
SAME_FRAME = 0.6
# How often a duplicate that would keep its frame, and change a synonym alone, is drawn anew.
NEW_FRAME = 0.7
# The share of negatives that change a value or its sign, which few entries of the lexicon allow.
VALUE_SHARE = 0.12
VALUE_WEIGHTS = {"number-or-time": 7, "negation": 5}
DUPLICATE_NAMES = {
    "events": "nominalisation",
    "versus": "converse",
    "cause": "converse",
    "roles": "voice",
    "order": "converse",
    "sets": "rewording",
    "quantity": "rewording",
    "why": "rewording",
    "how": "rewording",
}


def _duplicate(rng, first) -> tuple[str, str, str, str] | None:
    """Two wordings of one sense: phenomenon, template and texts."""
    one, frame, wording = questions.ask(rng, first)
    two, other, reworded = questions.ask(rng, first)
    if first.kind != "sets" and frame == other and rng.random() < NEW_FRAME:
        return None
    name = DUPLICATE_NAMES[first.kind]
    if any(questions.elliptical(first, number) for number in (frame, other)):
        name = "ellipsis"
    template = f"{first.kind}{_dash(first.variant)}-{frame}.{wording}/{other}.{reworded}"
    return name, template, one, two


def _negative(rng, first, phenomenon: str = "") -> tuple[str, str, str, str] | None:
    """A sense and one edit of it; of the named phenomenon, where one is named."""
    edits = questions.changes(rng, first)
    if not edits:
        return None
    phenomenon = phenomenon or rng.choice(list(edits))
    if phenomenon not in edits:
        return None
    second = rng.choice(edits[phenomenon])
    one, frame, wording = questions.ask(rng, first)
    if rng.random() < SAME_FRAME:
        two, other, reworded = questions.ask(rng, second, frame, wording)
    else:
        two, other, reworded = questions.ask(rng, second)
    template = (
        f"{first.kind}{_dash(first.variant)}-{frame}.{wording}/{other}.{reworded}:{phenomenon}"
    )
    return phenomenon, template, one, two


def _dash(text: str) -> str:
    return f"-{text}" if text else ""


def compose(rng, label: str, unseen: bool) -> Row | None:
    """One pair, or None where the draw does not work out."""
    phenomenon = ""
    if label == "0.0" and rng.random() < VALUE_SHARE:
        phenomenon = draw.weighted(rng, VALUE_WEIGHTS)
        first = questions.with_value(rng, phenomenon, unseen)
    else:
        kind = draw.weighted(rng, KIND_WEIGHTS)
        first = questions.sense(rng, kind, rng.choice(questions.records(kind, unseen)))
    made = _duplicate(rng, first) if label == "1.0" else _negative(rng, first, phenomenon)
    if made is None:
        return None
    phenomenon, template, one, two = made
    if first.kind == "sets":
        template = f"{template}@{_slug(first.record.name)}"
    if rng.random() < 0.5:
        one, two = two, one
    if one == two or not all(MIN_WORDS <= len(t.split()) <= MAX_WORDS for t in (one, two)):
        return None
    return Row((one, two), label, phenomenon, template, unseen, questions.content(first))


def _slug(text: str) -> str:
    words = "".join(c if c.isalpha() else " " for c in text.lower()).split()
    return "-".join(words[:6])


def rows(split: str, count: int, book: draw.Book) -> list[Row]:
    """`count` pairs with the shares of `SHARES`; a third of dev and test unseen."""
    rng = draw.generator("paraphrase", split)
    unseen_count = 0 if split == "train" else count // 3
    made = []
    for unseen, total in ((True, unseen_count), (False, count - unseen_count)):
        for label, quota in draw.quotas(total, SHARES).items():
            found = attempts = 0
            while found < quota:
                attempts += 1
                if attempts > 400 * quota:
                    raise RuntimeError(f"paraphrase: only {found} of {quota} pairs possible")
                row = compose(rng, label, unseen)
                if row is not None and book.admits(row):
                    made.append(row)
                    found += 1
    rng.shuffle(made)
    return made
