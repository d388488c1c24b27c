"""The proof that every check is right: what it must pass, and what it must catch by name.

`python tests/proof.py 03` proves a chapter, without a number all; `--free` puts to its checks what
`free_proof.py` makes of the references.
"""

from __future__ import annotations

import argparse
import ast
import csv
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.files import check_place, file_written_whole
from mtslib.base.paths import BUILD
from mtslib.learn import registry
from mtslib.learn.checking import FAILED, NOT_ATTEMPTED, PASSED, SEEDS, Known, examine
from mtslib.learn.exercise import Exercise
from mtslib.learn.trees import merged
from mtslib.workbook.notebooks import display_path

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


def pairs(exercise: Exercise, most: int | None = None) -> Iterator[tuple[set[str], str, set[str]]]:
    """Two of an exercise's mistakes in one answer, each two that combine, put to its check with all
    seeds → (their names, what the check said, the names of the causes that it gave).

    most: draw so many of them for each form, always the same.
    """
    known = cache(Known)
    for form in exercise.accepted:
        right = ast.parse(exercise.patched("form", form.edits))
        made = {m.name: ast.parse(exercise.mistaken_source(m, form)) for m in exercise.mistakes}
        of_text = {ast.unparse(tree): {name} for name, tree in made.items()}
        for two in combinations(made, 2):
            with suppress(ValueError):  # they change the same place
                both = ast.fix_missing_locations(merged(right, *map(made.get, two)))
                of_text.setdefault(ast.unparse(both), set()).update(two)
        asked = list(of_text.items())
        if most is not None and len(asked) > most:
            asked = random.Random(exercise.id).sample(asked, most)
        for text, names in asked:
            try:
                answer = exercise.make(text, "two")
            except (SyntaxError, ValueError):
                continue
            verdict = examine(exercise, answer, known=known)
            yield names, verdict.outcome, {mistake.name for mistake in verdict.mistakes}


# What it came to -------------------------------------------------------------------------------


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


def main(chapter: str | None = None, free: bool = False) -> int:
    """Prove a chapter, or all; print what is wrong → the exit code."""
    if free:
        import free_proof

        return free_proof.main(chapter)
    check_place(TABLE, "file")
    outcomes = prove(registry.chosen(chapter))
    write(outcomes, TABLE)
    wrong = [one for one in outcomes if not one.right]
    for one in wrong:
        print(f"{one.case}: {one.said}")
    print(f"{display_path(TABLE)}: {len(outcomes)} cases, {len(wrong)} wrong")
    return 2 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter", nargs="?", help="only one, e.g. 03")
    parser.add_argument("--free", action="store_true", help="mistakes that nobody wrote")
    options = parser.parse_args()
    try:
        sys.exit(main(options.chapter, options.free))
    except MtsError as error:
        sys.exit(f"error: {error}")
