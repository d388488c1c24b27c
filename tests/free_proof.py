"""The second proof: mistakes that nobody wrote, made by general operators from each reference.

`EQUIVALENTS` lists those that compute the same, or something that no answer owes, with the reason.
"""

from __future__ import annotations

import csv
import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from functools import cache

from pages import PROOF
from proof import write_table

from mtslib.base.files import check_place
from mtslib.base.paths import BUILD, EXERCISES
from mtslib.learn import registry
from mtslib.learn.causes import called, reorders
from mtslib.learn.checking import NOT_ATTEMPTED, Known, Verdict, examine
from mtslib.learn.exercise import Exercise, Mistake
from mtslib.learn.facts import Fact
from mtslib.learn.mutations import Mutant, mutants
from mtslib.workbook.notebooks import display_path

EQUIVALENTS = EXERCISES / "equivalents.toml"
RECORD = PROOF  # one line per exercise
TABLE = BUILD / "free_proof.csv"  # one line a mutant
SECONDS = 2.0  # an endless loop is stopped after so long
# Of a mutant that no learner's check should be measured by: the operator did not fit the value.
_MISFITS = ("has no attribute 'detach'", "has no attribute 'double'", "has no attribute 'long'")

PASSES, EQUIVALENT, RAISES, FACT, BARE, MISFIT = (
    "passes",
    "equivalent",
    "raises",
    "fact",
    "saw / expected",
    "misfit",
)


@dataclass(frozen=True)
class Found:
    """What a check said of one mutant.

    said: one of PASSES, EQUIVALENT (it passes, and the list says why it may), RAISES (a sentence
    that needs no comparison), FACT (more than saw and expected), BARE, MISFIT.
    names: of the mistakes that were called its cause. false: those that its source contradicts.
    """

    exercise: Exercise
    mutant: Mutant
    said: str
    names: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.exercise.id} line {self.mutant.line}, {self.mutant}"


class _Singles(Known):
    """Single mistakes only: how far a search by the clock comes is another each time."""

    search = 0.0


def prove(exercise: Exercise) -> list[Found]:
    """Put every free mistake of an exercise to its check."""
    bounded = replace(exercise, seconds=min(SECONDS, exercise.seconds))
    known = cache(_Singles)
    forms = [exercise.patched(form.name, form.edits) for form in exercise.accepted]
    first, *others = ({str(mutant): mutant for mutant in mutants(form)} for form in forms)
    found = []
    for change, mutant in first.items():
        one = _judged(exercise, mutant, _verdict(bounded, mutant, known))
        for other in others:  # where one form passes, the changed lines may be another form's
            if one.said == PASSES and change in other:
                one = _judged(exercise, other[change], _verdict(bounded, other[change], known))
        found.append(one)
    return found


@cache
def equivalents() -> Mapping[str, Mapping[str, str]]:
    """Exercise → {a mutant in words: the reason why it may pass}."""
    with EQUIVALENTS.open("rb") as stream:
        listed = tomllib.load(stream)
    return {
        number: {change: entry["reason"] for entry in entries for change in entry["mutants"]}
        for number, entries in listed.items()
    }


def wrong(found: Iterable[Found]) -> list[str]:
    """What should not be, in words: mutants that pass, causes that are none, a list out of date."""
    found = list(found)
    said = [f"{one}: passes" for one in found if one.said == PASSES]
    said += [f"{one}: {', '.join(one.false)}, which it is not" for one in found if one.false]
    for number in {one.exercise.id for one in found}:
        passing = {str(one.mutant) for one in found if one.said == EQUIVALENT}
        stale = [change for change in equivalents().get(number, {}) if change not in passing]
        said += [f"{number} {change}: listed as equivalent, and does not pass" for change in stale]
    return said


def _verdict(
    exercise: Exercise, mutant: Mutant, known: Callable[[Exercise, int], Known]
) -> Verdict | str:
    try:
        answer = exercise.make(mutant.source, "mutant")
    except Exception as error:  # noqa: BLE001 - the cell itself would raise
        return f"the cell raises {type(error).__name__}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a mutant's division by 0
        return examine(exercise, answer, known=known)


def _judged(exercise: Exercise, mutant: Mutant, verdict: Verdict | str) -> Found:
    if isinstance(verdict, str) or verdict.outcome == NOT_ATTEMPTED:
        return Found(exercise, mutant, RAISES)
    if verdict.passed:
        excused = str(mutant) in equivalents().get(exercise.id, {})
        return Found(exercise, mutant, EQUIVALENT if excused else PASSES)
    names = tuple(mistake.name for mistake in verdict.mistakes)
    false = tuple(
        mistake.name for mistake in verdict.mistakes if contradicted(exercise, mistake, mutant)
    )
    facts = tuple(str(fact) for fact in verdict.facts if _says_more(fact))
    if verdict.problem:
        said = MISFIT if any(words in verdict.problem for words in _MISFITS) else RAISES
        return Found(exercise, mutant, said, names, false, (verdict.problem,))
    return Found(exercise, mutant, FACT if facts else BARE, names, false, facts)


def _says_more(fact: Fact) -> bool:
    """Whether a fact says more than that some numbers are wrong, or that their type is right."""
    of_values = not fact.text.startswith(("Right: “the dtype of", "Right: “the gradient by"))
    return fact.kind not in ("extent", "count") and of_values


def contradicted(exercise: Exercise, mistake: Mistake, mutant: Mutant) -> bool:
    """Whether a source plainly contradicts a mistake that was called its cause.

    A mistake that only reorders calls needs each of them. One that leaves out calls, and says so by
    their names, is contradicted by a source that calls them as often as the reference does.
    """
    right, theirs = called(exercise.reference_source), called(mutant.source)
    wrong = called(exercise.mistaken_source(mistake))
    if wrong == right and not mistake.source:
        return reorders(mistake) and bool(right - theirs)
    said = set(re.findall(r"\w+", mistake.cause))
    left_out = [name for name in right - wrong if name in said]
    return bool(left_out) and all(theirs[name] == right[name] for name in left_out)


# What it came to -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One exercise: what its author wrote, and its free mistakes, counted.

    made: that differ from the reference. passed: unnoticed, and not on the list. raised: an error
    in a sentence. told: more than saw and expected. named: with a cause. false: causes that the
    source contradicts.
    """

    exercise: str
    mistakes: int
    styles: int
    made: int
    equivalent: int
    passed: int
    raised: int
    told: int
    named: int
    false: int


def row(exercise: Exercise, found: Iterable[Found]) -> Row:
    """What was found, counted."""
    own = [one for one in found if one.said != MISFIT]
    said = Counter(one.said for one in own)
    return Row(
        exercise.id,
        len(exercise.mistakes),
        len(exercise.styles),
        len(own) - said[EQUIVALENT],
        said[EQUIVALENT],
        said[PASSES],
        said[RAISES],
        said[FACT],
        sum(bool(one.names) for one in own),
        sum(bool(one.false) for one in own),
    )


def recorded() -> list[Row]:
    """What was found when the exercises were last proven; [] if never."""
    if not RECORD.is_file():
        return []
    with RECORD.open(encoding="utf-8", newline="") as stream:
        return [
            Row(line["exercise"], *(int(line[f.name]) for f in fields(Row)[1:]))
            for line in csv.DictReader(stream)
        ]


def write(rows: Iterable[Row], found: Iterable[Found]) -> None:
    """Every mutant to `TABLE`; the counts of the exercises proven into `RECORD`."""
    header = ["exercise", "line", "mutant", "said", "names", "facts"]
    lines = [
        (o.exercise.id, o.mutant.line, o.mutant, o.said, " ".join(o.names), " ".join(o.facts))
        for o in found
    ]
    write_table(TABLE, header, lines)
    kept = {row.exercise: row for row in [*recorded(), *rows]}
    every = [kept[one.id] for one in registry.every() if one.id in kept]
    write_table(RECORD, [f.name for f in fields(Row)], map(astuple, every))


def main(chapter: str | None = None) -> int:
    """Prove a chapter, or all; print what is wrong → the exit code."""
    check_place(TABLE, "file")
    rows, every, bad = [], [], []
    for exercise in registry.chosen(chapter):
        found = prove(exercise)
        rows.append(row(exercise, found))
        own = wrong(found)
        print(f"{exercise.id}: {rows[-1].made} made, {len(own)} wrong", *own, sep="\n  ")
        every, bad = every + found, bad + own
    write(rows, every)
    print(f"{display_path(TABLE)}: {len(every)} mutants, {len(bad)} wrong; `make pages` shows them")
    return 2 if bad else 0
