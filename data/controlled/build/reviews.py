"""Reviews: five to nine sentences with evidence on both sides, and a verdict that decides.

Praise and blame stand side by side whatever the verdict, and the verdict may go against most of
them, so counting kind and unkind words does not give the label: a reader has to weigh them.
"""

from __future__ import annotations

import draw
import grammar
from draw import Row
from lexicon import SCENES
from lexicon.entries import Scene
from lexicon.verdicts import ASIDES, BLAME, DECIDING, MIXED, OPENINGS, PRAISE, VERDICTS
from slots import ASPECT_SHARE, Filling, Unfillable

COLUMNS = ("sentence",)
LABEL = "sentiment"
# How much evidence stands on the side of the verdict, less how much stands against it.
BALANCES = {"against": -1, "even": 0, "for": 1, "strongly-for": 2}
BALANCE_WEIGHTS = {"against": 2, "even": 3, "for": 3, "strongly-for": 7}
# How often a judgement in words stands before or after the evidence that decides.
JUDGEMENT_SHARE = 0.5


def _frames(block: str, held_out: bool) -> list[tuple[int, str]]:
    """The numbered frames of a block on one side of the held-out line."""
    lines = [line.strip() for line in block.strip().splitlines()]
    return [(n, s.lstrip("*")) for n, s in enumerate(lines, 1) if s.startswith("*") == held_out]


def _verdicts(label: int, held_out: bool) -> list[tuple[int, str]]:
    return [
        (number, pair.split("|")[1 - label].strip().lstrip("*"))
        for number, pair in _frames(VERDICTS, held_out)
    ]


def _closing(rng, filling: Filling, label: int, held_out: bool) -> tuple[str, list[str], bool]:
    """The name and the sentences of a verdict, and whether the evidence that decides is strong.

    Strong evidence is something that happened; often a judgement in words stands beside it.
    """
    wanted = ("good", "great") if label else ("bad", "awful")
    fitting = [
        (number, frame)
        for number, frame in _frames(DECIDING, held_out)
        if any("{" + level + "}" in frame for level in wanted)
    ]
    number, frame = rng.choice(fitting)
    strong = _is_strong(frame)
    share = 0.0 if strong else ASPECT_SHARE
    name, parts = f"deciding-{number:02}", [_fill(filling, frame, share)]
    if rng.random() < JUDGEMENT_SHARE:
        number, judgement = rng.choice(_verdicts(label, held_out))
        filling.fillers.append(judgement)
        first = rng.random() < 0.5
        parts.insert(0 if first else 1, judgement)
        name = f"verdict-{number:02}-{name}" if first else f"{name}-verdict-{number:02}"
    return name, parts, strong


def _is_strong(frame: str) -> bool:
    """Whether a frame speaks of the best or the worst."""
    return "great}" in frame.lower() or "awful}" in frame.lower()


def _fill(filling: Filling, frame: str, aspect_share: float = ASPECT_SHARE) -> str:
    """Fill one sentence; each sentence has slots of its own."""
    filling.next_sentence()
    filling.aspect_share = aspect_share
    return grammar.sentence(filling.text(frame))


def compose(rng, label: int, balance: str, scene: Scene, unseen: bool) -> Row | None:
    """One review with the given verdict, or None where the scene runs out of things to say."""
    filling = Filling(rng, scene, unseen)
    against = rng.choice([1, 2] if not unseen else [1])
    with_verdict = max(against + BALANCES[balance], 1 if balance == "against" else 0)
    if balance == "against":
        against = with_verdict + 1
    praise, blame = (with_verdict, against) if label else (against, with_verdict)
    plan = ["P"] * praise + ["B"] * blame
    if rng.random() < 0.5:
        plan.append("M")
    rng.shuffle(plan)
    while len(plan) < 3 or (len(plan) < 5 and rng.random() < 0.3):
        plan.insert(rng.randrange(len(plan) + 1), "A")
    blocks = {"P": PRAISE, "B": BLAME, "M": MIXED, "A": ASIDES}
    parts = []
    # Strong evidence stands only beside a strong point that decides; where it goes against the
    # verdict, it is a judgement and nothing that happened.
    against_verdict = "awful}" if label else "great}"
    try:
        name, closing, strong = _closing(rng, filling, label, unseen)
        parts.append(_fill(filling, rng.choice(_frames(OPENINGS, unseen))[1]))
        used = set()
        for kind in plan:
            frames = [f for f in _frames(blocks[kind], unseen) if strong or not _is_strong(f[1])]
            unused = [f for f in frames if (kind, f[0]) not in used]
            frame, text = rng.choice(unused or frames)
            used.add((kind, frame))
            share = 1.0 if against_verdict in text.lower() else ASPECT_SHARE
            parts.append(_fill(filling, text, share))
    except Unfillable:
        return None
    parts += closing
    if not 5 <= len(parts) <= 9:
        return None
    template = f"{name}.{''.join(plan)}"
    fillers = tuple(filling.fillers)
    return Row((" ".join(parts),), str(label), f"evidence-{balance}", template, unseen, fillers)


def rows(split: str, count: int, book: draw.Book) -> list[Row]:
    """`count` reviews, half of them positive; a third of dev and test unseen.

    Verdict and balance are fixed before a scene is tried, so that scenes with little to say do
    not shift the balances.
    """
    rng = draw.generator("reviews", split)
    unseen_count = 0 if split == "train" else count // 3
    made = []
    for unseen, total in ((True, unseen_count), (False, count - unseen_count)):
        for label, quota in draw.quotas(total, {0: 1, 1: 1}).items():
            for balance, number in draw.quotas(quota, BALANCE_WEIGHTS).items():
                found = 0
                while found < number:
                    row = compose(rng, label, balance, rng.choice(SCENES), unseen)
                    if row is not None and book.admits(row):
                        made.append(row)
                        found += 1
    rng.shuffle(made)
    return made
