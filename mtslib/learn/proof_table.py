"""The proof as a table in `build/proof.csv`, and its summary for the README."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from mtslib.base.files import file_written_whole
from mtslib.base.paths import BUILD
from mtslib.learn import registry
from mtslib.learn.checking import SEEDS
from mtslib.learn.proof import MISTAKE, STUB, STYLE, Outcome, prove

TABLE = BUILD / "proof.csv"
COLUMNS = ("exercise", "kind", "name", "seed", "said", "right")


@dataclass(frozen=True)
class Row:
    """One case of the proof, as the table holds it."""

    exercise: str
    kind: str
    name: str
    seed: str
    said: str
    right: str


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """Outcomes as lines of the table."""
    return [
        Row(
            outcome.case.exercise.id,
            outcome.case.kind,
            outcome.case.name,
            str(outcome.case.seed),
            " ".join(outcome.said.split()),
            "yes" if outcome.right else "NO",
        )
        for outcome in outcomes
    ]


def read(path: Path = TABLE) -> list[Row]:
    """The table, or nothing where there is none or another file is in its place."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        header, *lines = [*csv.reader(stream)] or [[]]
    return [Row(*line) for line in lines] if tuple(header) == COLUMNS else []


def update(fresh: Iterable[Row], path: Path = TABLE) -> list[Row]:
    """Put new rows in the place of the old ones of the same exercises → the whole table.

    Exercises that are no more leave it.
    """
    fresh = list(fresh)
    proven = {row.exercise for row in fresh}
    order = {exercise.id: place for place, exercise in enumerate(registry.every())}
    kept = [row for row in read(path) if row.exercise not in proven]
    # Sorting is stable: within an exercise the cases stay as they ran.
    valid = [row for row in [*kept, *fresh] if row.exercise in order]
    table = sorted(valid, key=lambda row: order[row.exercise])
    with file_written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([getattr(row, field.name) for field in fields(Row)] for row in table)
    return table


# Summary ---------------------------------------------------------------------------------------


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
    """What the exercises say of themselves; the tests hold the table to it."""
    every = registry.every()
    mistakes = sum(len(exercise.mistakes) for exercise in every)
    styles = sum(len(exercise.styles) for exercise in every)
    return Summary(len(every), mistakes, mistakes, styles, 0, len(every), 0)


def found(table: Iterable[Row]) -> Summary:
    """What a table shows. A mistake is caught when it is in every one of its rows."""
    right: dict[tuple[str, str, str], bool] = {}
    for row in table:
        key = (row.exercise, row.kind, row.name)
        right[key] = right.get(key, True) and row.right == "yes"

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


def run(chapter: str | None = None, path: Path = TABLE) -> tuple[list[Row], list[Row]]:
    """Prove all exercises, or a chapter's, and write the table → (new rows, the wrong ones).

    Raises MtsError where a chapter has no exercises.
    """
    chosen = [e for e in registry.every() if chapter in (None, e.chapter)]
    if not chosen:
        registry.find(f"{chapter}.1")
    made: list[Row] = []
    for exercise in chosen:
        made += rows(prove([exercise]))
    update(made, path)
    return made, [row for row in made if row.right != "yes"]
