"""How far a learner has come: the house filling up, and the same as a table in words."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtslib.learn import progress_store, registry
from mtslib.learn.exercise import Exercise
from mtslib.learn.progress_store import Record
from mtslib.report.progress_picture import PASSED, TRIED, UNTOUCHED, Floor, progress_picture
from mtslib.workbook.chapters import CHAPTERS

_SIGNS = {PASSED: "✓ passed", TRIED: "… tried", UNTOUCHED: "○ not attempted"}
_TITLES = {chapter.number: chapter.title for chapter in CHAPTERS}


@dataclass(frozen=True)
class Progress:
    """What `learn.progress` shows: a headline, a table, and the house.

    columns, rows: the table, as words. floors, here: what the house is drawn from.
    notes: sentences about records that cannot be read.
    """

    headline: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    floors: tuple[Floor, ...]
    here: str | None
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        table = (self.columns, *self.rows)
        widths = [max(len(row[i]) for row in table) for i in range(len(self.columns))]
        lines = ["  ".join(f"{c:<{w}}" for c, w in zip(r, widths, strict=True)) for r in table]
        return "\n".join([self.headline, *(line.rstrip() for line in lines), *self.notes])

    def html(self) -> str:
        """The picture with the table beside it."""

        def line(cells: Sequence[str], kind: str) -> str:
            style = 'style="text-align: left; padding: 0.1em 0.8em"'
            return "".join(f"<{kind} {style}>{html.escape(cell)}</{kind}>" for cell in cells)

        head = f"<tr>{line(self.columns, 'th')}</tr>"
        body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in self.rows)
        return (
            f"<strong>{html.escape(self.headline)}</strong>"
            '<div style="display: flex; gap: 2em; align-items: center; flex-wrap: wrap">'
            f'<div style="max-width: 34em">{progress_picture(self.floors, self.here).html()}</div>'
            f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
            "</div>" + "".join(f"<div>{html.escape(note)}</div>" for note in self.notes)
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": str(self)}


def progress(chapter: str | None = None) -> Progress:
    """Progress through all chapters, or exercise by exercise through one, `03`.

    Raises MtsError for a chapter without exercises.
    """
    chapters, shown = registry.chapters(), registry.chosen(chapter)
    records = progress_store.everything()
    floors = tuple(
        Floor(number, _TITLES.get(number, ""), tuple(_state(records[e.id]) for e in own))
        for number, own in chapters.items()
        if own
    )
    if chapter is None:
        columns = ("chapter", PASSED, TRIED, UNTOUCHED, "minutes done")
        rows = tuple(_chapter_row(floor, chapters[floor.number], records) for floor in floors)
    else:
        columns = ("exercise", "state", "tries", "minutes")
        rows = tuple(_exercise_row(e, records[e.id]) for e in chapters[chapter])
    passed = sum(records[e.id].passed for e in shown)
    where = "the workbook" if chapter is None else f"chapter {chapter}"
    headline = (
        f"{passed} of {len(shown)} exercises of {where} passed, {_minutes(shown, records)} minutes"
    )
    return Progress(headline, columns, rows, floors, chapter, tuple(progress_store.troubles()))


def _state(record: Record) -> str:
    if record.passed:
        return PASSED
    return TRIED if record.tries else UNTOUCHED


def _minutes(exercises: Sequence[Exercise], records: Mapping[str, Record]) -> str:
    done = sum(e.minutes for e in exercises if records[e.id].passed)
    return f"{done} of {sum(e.minutes for e in exercises)}"


def _chapter_row(
    floor: Floor, exercises: Sequence[Exercise], records: Mapping[str, Record]
) -> tuple[str, ...]:
    counts = (str(floor.windows.count(kind)) for kind in (PASSED, TRIED, UNTOUCHED))
    return (f"{floor.number} {floor.title}", *counts, _minutes(exercises, records))


def _exercise_row(exercise: Exercise, record: Record) -> tuple[str, ...]:
    name = f"{exercise.id} {exercise.title}" + ("" if exercise.core else " (optional)")
    return (name, _SIGNS[_state(record)], str(record.tries), str(exercise.minutes))
