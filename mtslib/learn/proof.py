"""The proof that every check is right: what it must pass, and what it must catch by name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mtslib.learn import registry
from mtslib.learn.checking import FAILED, NOT_ATTEMPTED, PASSED, SEEDS, Known, examine
from mtslib.learn.exercise import Exercise

REFERENCE, STYLE, STUB, MISTAKE = "reference", "correct answer", "stub", "mistake"


@dataclass(frozen=True)
class Case:
    """One answer put to a check: what kind it is, its name, and with which seed."""

    exercise: Exercise
    kind: str
    name: str
    source: str
    seed: int

    def __str__(self) -> str:
        return f"{self.exercise.id} {self.kind} {self.name} seed {self.seed}"


@dataclass(frozen=True)
class Outcome:
    """What the check said of a case, and whether that was right."""

    case: Case
    said: str
    right: bool


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
