"""Pairs of a rule and a statement: does the rule apply to what the statement says?

A rule speaks of things in a circumstance; it applies where both are there. Ten statements to each
of sixty rules: to four it applies, in three the circumstance is the opposite one, in two the thing
is another, in one it was left at home. All rows of a rule are its group: whoever splits by rule
meets things and circumstances in dev that train has too, and never together.
"""

from __future__ import annotations

import random

import draw
from grammar import sentence
from lexicon import rule_parts

COLUMNS = ("id", "rule", "statement", "applies", "tests", "group")
RULES = 60
PLAN = {"applies": 4, "circumstance": 3, "thing": 2, "left": 1}  # statements to a rule
PEOPLE = (
    "Ada", "Bela", "Carl", "Dora", "Emil", "Farah", "Gus", "Hana", "Ivo", "June", "Kofi", "Lena",
    "Mira", "Noor", "Otto", "Pia", "Rosa", "Sami", "Tove", "Uma", "Vera", "Wanda", "Yuki", "Zeno",
)  # fmt: skip


def rows() -> list[tuple[str, ...]]:
    """All rows as (id, rule, statement, applies, tests, group), in an order that says nothing."""
    things = list(_parts(rule_parts.THINGS))
    pairs = [list(_parts(block)) for block in rule_parts.CIRCUMSTANCES.strip().split("\n\n")]
    whens = [(one, other) for pair in pairs for one, other in (pair, pair[::-1])]
    both = [(thing, when) for thing in things for when in whens]
    chosen = draw.generator("rules", "which").sample(both, RULES)
    found = []
    for number, (thing, (when, opposite)) in enumerate(chosen, 1):
        rng = draw.generator("rules", number)
        others = [other for other in things if other != thing]
        rule = _rule(rng, thing[0], when[0])
        for tests, statement in _statements(rng, thing, when, opposite, others):
            applies = "yes" if tests == "applies" else "no"
            found.append((rule, statement, applies, tests, f"r{number:02}"))
    draw.generator("rules", "order").shuffle(found)
    return [(f"s{number:03}", *row) for number, row in enumerate(found, 1)]


def _parts(block: str) -> list[tuple[str, list[str]]]:
    """What a rule says, and what it can be in a statement."""
    lines = [line.split(" | ") for line in block.strip().splitlines()]
    return [(words, found.split("; ")) for words, found in lines]


def _frame(rng: random.Random, block: str, **slots: str) -> str:
    return sentence(rng.choice(block.strip().splitlines()).format(**slots))


def _rule(rng: random.Random, things: str, when: str) -> str:
    demand = rng.choice(rule_parts.DEMANDS.strip().splitlines())
    if things in ("fruit", "furniture"):  # one word for many, and singular
        for many, one in (("are ", "is "), ("need ", "needs "), ("cost ", "costs ")):
            demand = one + demand.removeprefix(many) if demand.startswith(many) else demand
    slots = {"when": when, "things": things, "demand": demand}
    return _frame(rng, rule_parts.RULES, When=when, Things=things, **slots)


def _statements(rng: random.Random, thing, when, opposite, others) -> list[tuple[str, str]]:
    """(what it tests, statement), all different."""
    found: dict[str, str] = {}
    for tests, count in PLAN.items():
        wanted = len(found) + count
        while len(found) < wanted:
            one = rng.choice((rng.choice(others) if tests == "thing" else thing)[1])
            then = rng.choice((opposite if tests == "circumstance" else when)[1])
            frames = rule_parts.LEFT if tests == "left" else rule_parts.STATEMENTS
            made = _frame(rng, frames, n=rng.choice(PEOPLE), one=one, then=then)
            found.setdefault(made, tests)
    return [(tests, made) for made, tests in found.items()]
