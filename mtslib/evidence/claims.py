"""What two papers claim, and what can be said of it here. Chapter 17.

`data/published/claims.toml` holds each claim in our words, with what would refute it. No verdict
stands there: a rule of `claim_rules` looks at the recorded runs, or does arithmetic on the
published figures, and says what each part of the claim comes to. A test judges all anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from mtslib.base.documents import fill
from mtslib.base.errors import DataError
from mtslib.data.task_form import read_toml
from mtslib.evidence import claim_rules
from mtslib.evidence.claim_judges import FAILS, HOLDS, OPEN, UNTESTED, VERDICTS, Part
from mtslib.evidence.published import PUBLISHED

FILE = PUBLISHED / "claims.toml"
PAPERS = ("BERT-MTS", "Wei et al.")


@dataclass(frozen=True)
class Claim:
    """A claim as it stands in the file, whose head says what each field means."""

    id: str
    of: str
    place: str
    says: str
    refuted: str
    evidence: str
    rule: str
    given: dict[str, Any]
    every: bool
    command: str

    def __post_init__(self) -> None:
        if self.of not in PAPERS:
            raise ValueError(f"of is {self.of!r}, expected {' or '.join(PAPERS)}")
        if self.rule not in claim_rules.RULES:
            raise ValueError(f"rule {self.rule!r} is none of {', '.join(claim_rules.RULES)}")


@dataclass(frozen=True)
class Judged:
    """A claim, what may be said of it, and of each of its parts."""

    claim: Claim
    verdict: str
    parts: tuple[Part, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Its parts. Columns: part, seen, said."""
        rows = [(part.what, part.seen, part.said) for part in self.parts]
        return pd.DataFrame(rows, columns=["part", "seen", "said"])

    @property
    def next_step(self) -> str:
        """The command that records what is missing; empty where nothing is."""
        return self.claim.command if self.verdict in (OPEN, UNTESTED) else ""


def load(file: Path = FILE) -> tuple[Claim, ...]:
    """Every claim, in the file's order. Raises DataError that names what is wrong with the file."""
    kept = read_toml(file)
    try:
        if list(kept) != ["claim"] or not isinstance(kept["claim"], list):
            raise ValueError("expected nothing but [[claim]]")
        found = tuple(fill(Claim, one, f"claim {i}") for i, one in enumerate(kept["claim"], 1))
        ids = [claim.id for claim in found]
        if len(set(ids)) < len(ids):
            raise ValueError("two claims have one id")
    except ValueError as error:
        raise DataError(f"{file}: {error}") from error
    return found


def combined(said: Sequence[str], every: bool) -> str:
    """The verdict on a claim from those on its parts.

    every: all parts must hold, and one that does not refutes it, whatever is missing. Otherwise one
    that holds is enough, and only all can refute it.
    """
    decisive, other = (FAILS, HOLDS) if every else (HOLDS, FAILS)
    for verdict in (decisive, UNTESTED, OPEN):
        if verdict in said or not said:
            return verdict if said else UNTESTED
    return other


def judge(claim: Claim) -> Judged:
    """What the evidence, as it stands, allows to be said of a claim."""
    parts = tuple(claim_rules.RULES[claim.rule](**claim.given))
    return Judged(claim, combined([part.said for part in parts], claim.every), parts)


def table(judged: Sequence[Judged]) -> pd.DataFrame:
    """One row for each claim. Columns: paper, where, claim, verdict, decided by."""
    return pd.DataFrame(
        {
            "paper": one.claim.of,
            "where": one.claim.place,
            "claim": one.claim.says,
            "verdict": one.verdict,
            "decided by": one.claim.evidence,
        }
        for one in judged
    )


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """How many claims have each verdict."""
    return {verdict: sum(one.verdict == verdict for one in judged) for verdict in VERDICTS}
