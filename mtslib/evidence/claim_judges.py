"""What evidence allows to be said of a claim: differences or figures in, a verdict on each out.

Pure functions, each corrected for how many it judges together. What is missing is never taken for a
result: that part cannot be tested here. Which evidence a claim needs is for `claim_rules`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtslib.evidence import comparison
from mtslib.evidence.comparison import BETTER, EQUIVALENT, MARGIN, WORSE, Difference
from mtslib.evidence.intervals import Interval

HOLDS, FAILS = "holds here", "does not hold here"
OPEN, UNTESTED = "cannot be told", "cannot be tested here"
VERDICTS = HOLDS, FAILS, OPEN, UNTESTED
MISSING = "no such rows are recorded, or their difference is not worked out"
ROUNDING = 0.0005  # of a score with three digits

Found = Mapping[str, Difference | None]


@dataclass(frozen=True)
class Part:
    """One part of a claim: what was looked at, what was seen, and what that allows to be said."""

    what: str
    seen: str
    said: str


def above(found: Found, threshold: float = 0.0, same: float | None = None) -> list[Part]:
    """Is each difference above a threshold? same: surely within this of 0 means that it is not."""
    there = {what: one for what, one in found.items() if one is not None}
    verdicts = comparison.verdicts(list(there.values()), same, threshold)
    words = {BETTER: HOLDS, WORSE: FAILS, EQUIVALENT: FAILS}
    said = {what: words.get(one, OPEN) for what, one in zip(there, verdicts, strict=True)}
    return _parts(found, said)


def inside(found: Found, margin: float = MARGIN) -> list[Part]:
    """Is each difference smaller than a margin, on either side?"""
    there = {what: one for what, one in found.items() if one is not None}
    words = {comparison.HOLDS: HOLDS, comparison.FAILS: FAILS}
    verdicts = comparison.within(list(there.values()), margin)
    said = {what: words.get(one, OPEN) for what, one in zip(there, verdicts, strict=True)}
    return _parts(found, said)


def not_below(found: Found, margin: float = MARGIN) -> list[Part]:
    """Is each difference above −margin?"""
    return above(found, -margin)


def _parts(found: Found, said: Mapping[str, str]) -> list[Part]:
    return [
        Part(what, MISSING if one is None else one.written, said.get(what, UNTESTED))
        for what, one in found.items()
    ]


def apart(found: Mapping[str, Sequence[Difference]], margin: float = MARGIN) -> list[Part]:
    """In each group, are any two told apart? Not where all are surely within the margin."""
    every = [one for group in found.values() for one in group]
    verdicts, parts = iter(comparison.verdicts(every, margin)), []
    for what, group in found.items():
        own = [next(verdicts) for _ in group]
        told = sum(one in (BETTER, WORSE) for one in own)
        said = HOLDS if told else FAILS if set(own) == {EQUIVALENT} else OPEN
        seen = f"{told} of {len(group)} pairs differ by more than chance"
        if group:
            widest = max(group, key=lambda one: abs(one.value))
            half = (widest.high - widest.low) / 2
            seen += f"; the largest difference is {abs(widest.value):.3f} ± {half:.3f}"
        parts.append(Part(what, seen, said if group else UNTESTED))
    return parts


def among(found: Mapping[str, tuple[float | None, Sequence[float]]]) -> list[Part]:
    """Is each score that of one row of a list? Of two rows alike, which one cannot be told."""
    parts = []
    for what, (score, cells) in found.items():
        if score is None or not cells:
            parts.append(Part(what, MISSING, UNTESTED))
            continue
        alike = sum(abs(score - cell) < ROUNDING for cell in cells)
        said = FAILS if not alike else HOLDS if alike == 1 else OPEN
        seen = f"{score:.3f}, which {alike or 'none'} of {len(cells)} rows have"
        parts.append(
            Part(what, f"{seen}; they reach from {min(cells):.3f} to {max(cells):.3f}", said)
        )
    return parts


def fitting(found: Mapping[str, tuple[float, Sequence[str]] | None]) -> list[Part]:
    """Does exactly one simple explanation reach each score? With two, which cannot be told."""
    parts = []
    for what, one in found.items():
        if one is None:
            parts.append(Part(what, MISSING, UNTESTED))
            continue
        score, fits = one
        said = FAILS if not fits else HOLDS if len(fits) == 1 else OPEN
        names = ", ".join(fits) or "no answer that ignores the texts"
        parts.append(Part(what, f"{score:.3f} is reached by {names}", said))
    return parts


def equal(
    what: str, score: float | None, by_formula: Mapping[str, float], wanted: str
) -> list[Part]:
    """Does one formula give a published score, up to the rounding of both, and no other?"""
    if score is None or wanted not in by_formula:
        return [Part(what, MISSING, UNTESTED)]
    gives = [name for name, value in by_formula.items() if abs(value - score) <= 2 * ROUNDING]
    said = FAILS if wanted not in gives else HOLDS if gives == [wanted] else OPEN
    told = ", ".join(f"{name} {value:.3f}" for name, value in by_formula.items())
    return [Part(what, f"published {score:.3f}; {told}", said)]


def reaching(found: Mapping[str, Interval | None], least: float) -> list[Part]:
    """Does a number reach the least over its whole range, over none of it, or over some?"""
    parts = []
    for what, one in found.items():
        if one is None:
            parts.append(Part(what, MISSING, UNTESTED))
            continue
        said = HOLDS if one.low >= least else FAILS if one.high < least else OPEN
        seen = f"{one.value:.0%}, by depth {one.low:.0%} to {one.high:.0%}; asked for {least:.0%}"
        parts.append(Part(what, seen, said))
    return parts
