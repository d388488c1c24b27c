"""Pairs of a rule and a statement: does the rule apply to what the statement says?

Ten statements to each of the sixty rules, four to which it applies and six to which it does not.
All rows of a rule are its group: whoever splits by rule meets new rules in dev.
"""

from __future__ import annotations

import draw
from grammar import sentence
from lexicon.rule_cases import CASES

COLUMNS = ("id", "rule", "statement", "applies", "tests", "group")
PEOPLE = (
    "Ada", "Bela", "Carl", "Dora", "Emil", "Farah", "Gus", "Hana", "Ivo", "June", "Kofi", "Lena",
    "Mira", "Noor", "Otto", "Pia", "Rosa", "Sami", "Tove", "Uma", "Vera", "Wanda", "Yuki", "Zeno",
)  # fmt: skip


def rows() -> list[tuple[str, ...]]:
    """All rows as (id, rule, statement, applies, tests, group), in an order that says nothing."""
    found = []
    for number, block in enumerate(CASES.strip().split("\n\n"), 1):
        head, *cases = block.splitlines()
        tests, rule = head.split(" | ")
        rng = draw.generator("rules", number)
        for line in cases:
            applies = "yes" if line.startswith("+ ") else "no"
            for case in line[2:].split(" / "):
                statement = sentence(case.replace("{n}", rng.choice(PEOPLE)))
                found.append((rule, statement, applies, tests, f"r{number:02}"))
    draw.generator("rules", "order").shuffle(found)
    return [(f"s{number:03}", *row) for number, row in enumerate(found, 1)]
