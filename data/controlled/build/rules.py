"""Pairs of a rule and a statement: does the rule apply to what the statement says?

A rule speaks of things in a circumstance; it applies where both are there. Every thing meets every
circumstance in one of 120 rules, and each rule has ten statements: to five it applies, in three
the thing is another, in two the circumstance is the opposite one. All rows of a rule are its
group: whoever splits by rule meets things and circumstances in dev that train has too, and never
together. Each word is as common under yes as under no, so that counting words says nothing.
"""

from __future__ import annotations

import random

import draw
from grammar import sentence
from lexicon import rule_parts

COLUMNS = ("id", "rule", "statement", "applies", "tests", "group")
PLAN = {"applies": 5, "thing": 3, "circumstance": 2}  # statements to a rule
PEOPLE = (
    "Ada", "Bela", "Carl", "Dora", "Emil", "Farah", "Gus", "Hana", "Ivo", "Jana", "Kofi", "Lena",
    "Mira", "Noor", "Otto", "Pia", "Rosa", "Sami", "Tove", "Uma", "Vera", "Wanda", "Yuki", "Zeno",
)  # fmt: skip
SINGULAR = ("fruit", "furniture")  # one word for many
FORMS = {"be": ("are", "is"), "need": ("need", "needs"), "cost": ("cost", "costs")}


def rows() -> list[tuple[str, ...]]:
    """All rows as (id, rule, statement, applies, tests, group), in an order that says nothing."""
    things = list(_parts(rule_parts.THINGS))
    pairs = [list(_parts(block)) for block in rule_parts.CIRCUMSTANCES.strip().split("\n\n")]
    whens = [(one, other) for pair in pairs for one, other in (pair, pair[::-1])]
    found = []
    for number, (thing, when) in enumerate(((t, w) for t in things for w in whens), 1):
        rng = draw.generator("rules", number)
        others = [other for other in things if other != thing]
        rule = _rule(rng, thing[0], when[0][0])
        for tests, statement in _statements(rng, thing, when, others):
            applies = "yes" if tests == "applies" else "no"
            found.append((rule, statement, applies, tests, f"r{number:03}"))
    draw.generator("rules", "order").shuffle(found)
    return [(f"s{number:04}", *row) for number, row in enumerate(found, 1)]


def _parts(block: str) -> list[tuple[str, list[str]]]:
    """What a rule says, and what it can be in a statement."""
    lines = [line.split(" | ") for line in block.strip().splitlines()]
    return [(words, found.split("; ")) for words, found in lines]


def _frame(rng: random.Random, block: str, **slots: str) -> str:
    starts = {name.capitalize(): words for name, words in slots.items()}
    return sentence(rng.choice(block.strip().splitlines()).format(**slots, **starts))


def _rule(rng: random.Random, things: str, when: str) -> str:
    forms = {verb: both[things in SINGULAR] for verb, both in FORMS.items()}
    demand = rng.choice(rule_parts.DEMANDS.strip().splitlines()).format(**forms)
    return _frame(rng, rule_parts.RULES, things=things, when=when, demand=demand)


def _statements(rng: random.Random, thing, when, others) -> list[tuple[str, str]]:
    """(what it tests, statement), all different. when: the circumstance, and the opposite one."""
    found: dict[str, str] = {}
    for tests, count in PLAN.items():
        wanted = len(found) + count
        while len(found) < wanted:
            one = rng.choice((rng.choice(others) if tests == "thing" else thing)[1])
            then = rng.choice(when[tests == "circumstance"][1])
            made = _frame(rng, rule_parts.STATEMENTS, n=rng.choice(PEOPLE), one=one, then=then)
            found.setdefault(made, tests)
    return [(tests, made) for made, tests in found.items()]
