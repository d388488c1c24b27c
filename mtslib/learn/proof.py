"""The proof that every check is right: what it must pass, and what it must catch by name."""

from __future__ import annotations

import ast
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mtslib.base.files import file_written_whole
from mtslib.base.paths import BUILD
from mtslib.learn import registry
from mtslib.learn.checking import FAILED, NOT_ATTEMPTED, PASSED, SEEDS, Known, examine
from mtslib.learn.exercise import Exercise

REFERENCE, STYLE, STUB, MISTAKE = "reference", "correct answer", "stub", "mistake"
TABLE = BUILD / "proof.csv"


@dataclass(frozen=True)
class Case:
    """One answer put to a check: what kind it is, its name, and with which seed."""

    exercise: Exercise
    kind: str
    name: str
    source: str
    seed: int

    def __str__(self) -> str:
        return f"{self.exercise.id} {self.kind} {self.name}, seed {self.seed}"


@dataclass(frozen=True)
class Outcome:
    """What the check said of a case, and whether that was right."""

    case: Case
    said: str
    right: bool


def prove(
    exercises: Iterable[Exercise] | None = None, seeds: Sequence[int] = SEEDS
) -> list[Outcome]:
    """Run every case of some exercises, or of all."""
    chosen = registry.every() if exercises is None else exercises
    outcomes = []
    for exercise in chosen:
        known = cache(Known)  # every case is compared with the same observations
        outcomes += [_run(case, known) for case in cases(exercise, seeds)]
    return outcomes


def cases(exercise: Exercise, seeds: Sequence[int] = SEEDS) -> Iterator[Case]:
    """The reference, every listed correct answer, the stub and every mistake, with each seed."""
    for seed in seeds:
        yield Case(exercise, REFERENCE, "reference", exercise.reference_source, seed)
        for style in exercise.styles:
            yield Case(exercise, STYLE, style.name, style.source, seed)
        yield Case(exercise, STUB, "stub", stub_source(exercise), seed)
        for mistake in exercise.mistakes:
            for form in exercise.accepted if mistake.edits else exercise.accepted[:1]:
                source = exercise.mistaken_source(mistake, form)
                yield Case(exercise, MISTAKE, mistake.name, source, seed)


def stub_source(exercise: Exercise) -> str:
    """The reference with every body emptied: what a learner finds in the cell, in short."""
    tree = ast.parse(exercise.reference_source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name != "__init__":
            node.body = ast.parse("raise NotImplementedError").body
            node.decorator_list = [
                item for item in node.decorator_list if ast.unparse(item) != "cache"
            ]
    return ast.unparse(tree)


def _run(case: Case, known: Callable[[Exercise, int], Known]) -> Outcome:
    """Put one case to its check."""
    answer = case.exercise.make(case.source, case.name)
    verdict = examine(case.exercise, answer, (case.seed,), known)
    if case.kind == MISTAKE:
        named = [mistake.name for mistake in verdict.mistakes]
        right = verdict.outcome == FAILED and named == [case.name]
        said = f"{verdict.outcome}: {', '.join(named) or verdict.problem or 'no name'}"
    else:
        right = verdict.outcome == (NOT_ATTEMPTED if case.kind == STUB else PASSED)
        said = verdict.outcome if right else f"{verdict.outcome}: {verdict.problem}"
    return Outcome(case, said, right)


# What it came to -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What is proven, counted by name and not by seed.

    mistakes, styles, stubs: how many there are; caught, refused, taken: what the checks made of
    them. styles: correct answers besides the reference.
    """

    exercises: int
    mistakes: int
    caught: int
    styles: int
    refused: int
    stubs: int
    taken: int

    def markdown(self) -> str:
        """A table for the README."""
        seeds = f"each with seeds {', '.join(map(str, SEEDS[:-1]))} and {SEEDS[-1]}"
        return "\n".join(
            [
                f"| proven, {seeds} | |",
                "|---|---|",
                f"| exercises | {self.exercises} |",
                f"| mistakes caught by their own name | {self.caught} of {self.mistakes} |",
                f"| correct answers in other styles refused | {self.refused} of {self.styles} |",
                f"| untouched stubs taken for an answer | {self.taken} of {self.stubs} |",
            ]
        )


def promised() -> Summary:
    """What the exercises say of themselves, for the README; the tests hold each one to it."""
    every = registry.every()
    mistakes = sum(len(exercise.mistakes) for exercise in every)
    styles = sum(len(exercise.styles) for exercise in every)
    return Summary(len(every), mistakes, mistakes, styles, 0, len(every), 0)


def summary(outcomes: Iterable[Outcome]) -> Summary:
    """What was found. A mistake is caught when it was with every seed."""
    right: dict[tuple[str, str, str], bool] = {}
    for one in outcomes:
        key = (one.case.exercise.id, one.case.kind, one.case.name)
        right[key] = right.get(key, True) and one.right

    def count(kind: str, *outcomes: bool) -> int:
        return sum(key[1] == kind and well in outcomes for key, well in right.items())

    return Summary(
        exercises=len({key[0] for key in right}),
        mistakes=count(MISTAKE, True, False),
        caught=count(MISTAKE, True),
        styles=count(STYLE, True, False),
        refused=count(STYLE, False),
        stubs=count(STUB, True, False),
        taken=count(STUB, False),
    )


def write(outcomes: Iterable[Outcome], path: Path = TABLE) -> None:
    """All cases and what was said of them, as a table in CSV."""
    rows = []
    for one in outcomes:
        case, said = one.case, " ".join(one.said.split())
        right = "yes" if one.right else "NO"
        rows.append([case.exercise.id, case.kind, case.name, case.seed, said, right])
    write_table(path, ["exercise", "kind", "name", "seed", "said", "right"], rows)


def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table in CSV, written whole."""
    with file_written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])
