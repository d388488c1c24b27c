"""Notes for teaching a chapter: timing, mistakes and bug hunts, computed; questions, as written.

The questions of chapter 03 stand in `notebooks/exercises/03/instructor.md`.
"""

from __future__ import annotations

from collections.abc import Sequence

from mtslib.base.errors import MtsError
from mtslib.base.paths import EXERCISES
from mtslib.learn import registry
from mtslib.learn.exercise import Exercise, Mistake
from mtslib.workbook.chapters import CHAPTERS, Chapter

WEEKS = 3
MOST_HOURS = 20
HUNTS = 2  # per exercise


def markdown(chapter: str | None = None) -> str:
    """The notes of one chapter, or the plan and the notes of all.

    Raises MtsError for a chapter that is none.
    """
    if chapter is None:
        parts = [plan(), *(_chapter(one) for one in CHAPTERS), manual()]
    else:
        chosen = [one for one in CHAPTERS if one.number == chapter]
        if not chosen:
            known = ", ".join(one.number for one in CHAPTERS)
            raise MtsError(f"no chapter {chapter!r}: the chapters are {known}")
        parts = [_chapter(chosen[0]), plan(chapter)]
    return "\n\n".join(parts) + "\n"


def manual() -> str:
    """What grading does, what it is not, and a container for it."""
    text = (EXERCISES / "grading.md").read_text(encoding="utf-8").strip()
    return text.replace("# Grading", "## Grading", 1)


# The plan --------------------------------------------------------------------------------------


def core_minutes(chapter: Chapter) -> int:
    """What a chapter asks for on the core route: its minutes less those of optional exercises."""
    exercises = registry.chapters().get(chapter.number, ())
    return chapter.minutes - sum(one.minutes for one in exercises if not one.core)


def weeks() -> list[list[Chapter]]:
    """The core chapters in reading order, cut into weeks that ask for nearly the same time."""
    core = [chapter for chapter in CHAPTERS if chapter.core]
    whole = sum(map(core_minutes, core))
    made: list[list[Chapter]] = [[] for _ in range(WEEKS)]
    before = 0
    for chapter in core:
        middle = before + core_minutes(chapter) / 2
        made[min(int(WEEKS * middle / whole), WEEKS - 1)].append(chapter)
        before += core_minutes(chapter)
    return made


def plan(now: str | None = None) -> str:
    """Three weeks on the core route; `now` marks a chapter."""
    whole = sum(core_minutes(chapter) for week in weeks() for chapter in week)
    lines = [
        "## Three weeks on the core route",
        "",
        f"{whole / 60:.1f} hours of a learner's time, of {MOST_HOURS} hours at most. Optional "
        "chapters come on top, and so do the optional exercises of core chapters.",
        "",
        "| week | chapters | minutes |",
        "|---|---|---|",
    ]
    for number, week in enumerate(weeks(), start=1):
        names = (f"{c.number} {c.title}" for c in week)
        marked = (f"**{name}**" if name.split(" ")[0] == now else name for name in names)
        lines.append(f"| {number} | {' · '.join(marked)} | {sum(map(core_minutes, week))} |")
    return "\n".join(lines)


# A chapter -------------------------------------------------------------------------------------


def _chapter(chapter: Chapter) -> str:
    exercises = registry.chapters().get(chapter.number, ())
    title = f"# {chapter.number} · {chapter.title}: notes for the instructor"
    wrong, hunts = ([_wrong(exercises)], [_hunts(exercises)]) if exercises else ([], [])
    sections = [_timing(chapter, exercises), *wrong, *questions(chapter.number), *hunts]
    return "\n\n".join([title, *sections])


def _timing(chapter: Chapter, exercises: Sequence[Exercise]) -> str:
    kind = "core" if chapter.core else "optional"
    inside = sum(exercise.minutes for exercise in exercises)
    lines = ["## Timing", "", f"{chapter.minutes} minutes, {kind}: {chapter.built}."]
    if not exercises:
        return "\n".join([*lines, "", "No exercises: reading, running, and predictions."])
    spare = sum(exercise.minutes for exercise in exercises if not exercise.core)
    lines[-1] += f" Of these, {inside} are exercises" + (
        f", {spare} of them optional: cut those first." if spare else "."
    )
    lines += ["", "| exercise | minutes | difficulty | |", "|---|---|---|---|"]
    for e in exercises:
        kind = "core" if e.core else "optional"
        lines.append(f"| {e.id} {e.title} | {e.minutes} | {e.difficulty} | {kind} |")
    return "\n".join(lines)


def _wrong(exercises: Sequence[Exercise]) -> str:
    lines = [
        "## What goes wrong",
        "",
        "Every one of these is caught by the check and called by this name.",
    ]
    for exercise in exercises:
        lines += ["", f"**{exercise.id} {exercise.title}**", ""]
        lines += [f"- `{m.name}`: {m.cause} *Look: {m.look}*" for m in exercise.mistakes]
    return "\n".join(lines)


def questions(number: str) -> list[str]:
    """The sections of a chapter's `instructor.md`, as they stand there; none where it has none."""
    file = EXERCISES / number / "instructor.md"
    if not file.is_file():
        return []
    _, *sections = file.read_text(encoding="utf-8").split("\n## ")
    return [f"## {section.strip()}" for section in sections]


def _hunts(exercises: Sequence[Exercise]) -> str:
    lines = [
        "## Bug hunts",
        "",
        "Each piece of code has one mistake. Show it, ask what a user would notice first, and only "
        "then where it is.",
    ]
    for exercise in exercises:
        for mistake in chosen(exercise):
            code = exercise.mistaken_source(mistake).strip()
            lines += ["", f"**{exercise.id} {exercise.title}**", "", f"```python\n{code}\n```", ""]
            lines += ["<details>", "<summary>The bug</summary>", ""]
            lines += [f"`{mistake.name}`: {mistake.cause}", "", "</details>"]
    return "\n".join(lines)


def chosen(exercise: Exercise) -> list[Mistake]:
    """The mistakes for a hunt: small patches of the reference, spread over the list."""
    patched = [m for m in exercise.mistakes if m.edits] or list(exercise.mistakes)
    step = max(1, len(patched) // HUNTS)
    return patched[::step][:HUNTS]
