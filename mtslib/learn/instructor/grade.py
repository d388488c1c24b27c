"""Grade what learners handed in: each answer in a process of its own, with limits, to a CSV.

Nothing that a notebook already shows is believed, and nothing that its code says. The cell of each
exercise is run anew (`boundary`), with the imports and definitions it needs and with seeds of this
learner's own; what was observed comes back and is compared here. This is not a sandbox: the code
of learners runs with your rights. Use a container.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.files import check_file
from mtslib.learn import registry
from mtslib.learn.causes import Known
from mtslib.learn.checking import NOT_ATTEMPTED, PASSED, Verdict, examine, judge
from mtslib.learn.exercise import Exercise
from mtslib.learn.instructor import cells as reading
from mtslib.learn.instructor import view
from mtslib.learn.instructor.boundary import Boundary, Seen, Submission
from mtslib.learn.instructor.cells import Cell, MissingError
from mtslib.learn.instructor.handins import HandIn, find, newest
from mtslib.learn.instructor.journal import Journal, Row
from mtslib.learn.run_limited import Alarm, TooLong
from mtslib.learn.watched import Observed

NOT_GRADED, UNREADABLE, NO_EXERCISES = "not graded", "unreadable", "no exercises"
MISSING, SHOWN, DOUBTFUL = "missing", "solution shown", "doubtful"
MOST_AT_ONCE = 4  # processes
AHEAD = 8  # learners whose answers run while others are judged
READING = 30.0  # seconds for the text of one notebook
SEEDS_USED = 3


@dataclass(frozen=True)
class Limits:
    """seconds: the longest that one exercise may take. megabytes: memory beyond torch's own."""

    seconds: float = 60.0
    megabytes: int = 2048


@dataclass(frozen=True)
class _Task:
    """One exercise of one hand-in: what is to be run, or at once what is to be said."""

    handed_in: HandIn
    exercise: Exercise
    cells: Sequence[Cell]
    what: Submission | None
    missing: str = ""


def grade(
    folder: Path,
    out: Path,
    salt: str = "",
    limits: Limits = Limits(),
    announce: Callable[[str], None] = print,
) -> list[Row]:
    """Grade every entry of a folder, or of an archive → the rows, also written to the CSV `out`.

    Every entry has rows: one per exercise, or one with the reason why it could not be graded. Of
    several attempts of a learner at one exercise, one row is the newest. The CSV grows learner by
    learner, and where grading was ended early the same call goes on. salt: gives the same seeds
    again; without one nobody can know them. Raises MtsError where there is nothing to grade or
    `out` is something else.
    """
    _check_out(out)
    registry.every()  # loaded once, before several threads ask for them
    pool = ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        found = find(folder, Path(place), out)
        if not found:
            raise MtsError(f"no notebook in {folder}: expected NAME.ipynb, or NAME/….ipynb")
        learners = list(dict.fromkeys(one.learner for one in found))
        found.sort(key=lambda one: learners.index(one.learner))
        boundary = Boundary(Path(place), limits.seconds, limits.megabytes)
        try:
            given = asdict(limits) | {"word": salt}
            with Journal(out, salt or secrets.token_hex(8), given) as journal:
                classes = [list(own) for _, own in groupby(found, key=lambda one: one.learner)]
                new = iter([own for own in classes if not journal.has(own)])
                work: deque[list[Begun]] = deque()
                for own in classes:
                    while len(work) < AHEAD and (coming := next(new, None)):
                        work.append(_begun(coming, journal.salt, boundary, pool))
                    if not journal.has(own):
                        done = _finished(work.popleft(), journal.salt, boundary)
                        journal.add(own, _of_learner(list(done)))
                    rows = journal.rows(own)
                    passed = sum(row.outcome == PASSED for row in rows)
                    announce(f"{own[0].learner}: {passed} passed, {len(rows) - passed} other")
                return journal.finished()
        finally:
            boundary.close()
            pool.shutdown(cancel_futures=True)


Begun = tuple[HandIn, Row | _Task, "Future[Seen] | None"]


def _begun(
    own: Sequence[HandIn], salt: str, boundary: Boundary, pool: ThreadPoolExecutor
) -> list[Begun]:
    """Read what a learner handed in, and let it begin to run."""
    begun: list[Begun] = []
    for one in own:
        for task in _tasks(one):
            run = None
            if isinstance(task, _Task) and task.what is not None:
                first = seeds(one.learner, task.exercise.id, salt)[:SEEDS_USED]
                run = pool.submit(boundary.observe, task.exercise, task.what, first)
            begun.append((one, task, run))
    return begun


def _finished(
    begun: Sequence[Begun], salt: str, boundary: Boundary
) -> Iterator[tuple[HandIn, Row]]:
    """The rows of what has begun. Whatever goes wrong with one is its own row, and no other's."""
    for one, task, run in begun:
        if isinstance(task, Row):
            yield one, task
            continue
        try:
            yield one, _row(task, run, seeds(one.learner, task.exercise.id, salt), boundary)
        except Exception as error:  # noqa: BLE001 - one file costs no other learner their rows
            blank = replace(_blank(one), exercise=task.exercise.id)
            said = f"it could not be judged: {type(error).__name__}: {error}"
            yield one, replace(blank, outcome=UNREADABLE, note=_line(said))


def _blank(one: HandIn) -> Row:
    return Row(one.learner, "", NOT_GRADED, note=one.problem, file=one.name)


def _tasks(one: HandIn) -> list[Row | _Task]:
    """One for each exercise of each chapter that a hand-in holds exercises of; else why not."""
    if one.path is None:
        return [_blank(one)]
    try:
        with Alarm(READING):
            cells, said = reading.read(one.path)
            numbers = reading.chapters(cells, said)
            wanted = [e for number in numbers for e in registry.chapters()[number]]
            found: list[Row | _Task] = [_task(one, cells, exercise) for exercise in wanted]
    except Exception as error:  # noqa: BLE001 - one file costs no other learner their rows
        reason = str(error).removeprefix(f"{one.path.name}: ") or type(error).__name__
        return [replace(_blank(one), outcome=UNREADABLE, note=_line(reason))]
    except TooLong:
        said = f"its text could not be read within {READING:g} s"
        return [replace(_blank(one), outcome=UNREADABLE, note=said)]
    scratch = replace(
        _blank(one), outcome=NO_EXERCISES, note="no exercise of the workbook is in it"
    )
    return found or [scratch]


def _task(one: HandIn, cells: Sequence[Cell], exercise: Exercise) -> _Task:
    """What an answer needs, from the cells of its notebook."""
    own = registry.chapters()[exercise.chapter]
    others = {e.name: e for e in own if e.id != exercise.id}
    try:
        source = reading.needed_source(cells, exercise.id, exercise.name, others)
    except MissingError as error:
        return _Task(one, exercise, cells, None, str(error))
    written = reading.written_modules(cells)
    given = view.given(others, source)
    return _Task(one, exercise, cells, Submission(source, given, written, one.modules))


def seeds(learner: str, exercise: str, salt: str = "") -> list[int]:
    """Eight seeds that belong to this learner and exercise, the same every time; three are used."""
    digest = hashlib.sha256(f"{salt}\n{learner}\n{exercise}".encode()).digest()
    return [1000 + int.from_bytes(digest[i : i + 3], "big") for i in range(0, 24, 3)]


def _row(task: _Task, run: Future[Seen] | None, own: Sequence[int], boundary: Boundary) -> Row:
    """What is said of one exercise of one hand-in."""
    row = replace(_blank(task.handed_in), exercise=task.exercise.id)
    if run is None:
        return replace(row, outcome=MISSING, note=_line(task.missing))
    seen = run.result()
    outcome, note, mistakes = seen.outcome, seen.note, ""
    if not outcome:
        first = dict(seen.seen)

        def look(seed: int) -> Observed:
            if seed not in first:  # a seed of the first three was not fair
                more = boundary.observe(task.exercise, task.what, [seed])
                first[seed] = more.seen.get(seed) or Observed(seed, problem=more.note)
            return first[seed]

        verdict = verdict_of(task.exercise, look, task.what.source, own)
        mistakes = " ".join(mistake.name for mistake in verdict.mistakes)
        outcome, note = verdict.outcome, verdict.problem or _difference(verdict)
        if verdict.passed and reading.same_code(task.what.source, task.exercise.reference_source):
            note = "solution's code, word for word"
    return _with_signs(replace(row, outcome=outcome, mistakes=mistakes), note, seen, task)


def _with_signs(row: Row, note: str, seen: Seen, task: _Task) -> Row:
    """A row with what an instructor should look at."""
    notes = [note]
    number = row.exercise
    if reading.shows_solution(task.cells, number) and not reading.workbook_shows(number):
        row = replace(row, outcome=SHOWN if row.outcome == PASSED else row.outcome)
        notes.insert(0, "the notebook asks for the solution")
    if seen.notes:
        row = replace(row, outcome=DOUBTFUL if row.outcome == PASSED else row.outcome)
        notes.append(f"look at it: it {', '.join(seen.notes)}")
    return replace(row, note=_line("; ".join(filter(None, notes))))


def verdict_of(
    exercise: Exercise, look: Callable[[int], Observed], source: str, own: Sequence[int]
) -> Verdict:
    """The verdict with the first `SEEDS_USED` seeds on which known right answers agree.

    A chapter's own seeds are proven; among others some bring a right answer to the edge of the
    tolerance. So a seed on which an answer fails without a known mistake is tried on the reference
    and on every listed right answer too, and is left out where one of them is close.
    """
    verdicts: list[Verdict] = []
    for seed in own:
        verdict = judge(exercise, look, lambda: source, [seed], Known)
        unexplained = verdict.difference is not None and not verdict.mistakes
        if unexplained and not is_fair(exercise, seed):
            continue
        verdicts.append(verdict)
        if not verdict.passed or len(verdicts) == SEEDS_USED:
            return verdict
    return verdicts[-1] if verdicts else judge(exercise, look, lambda: source)


def is_fair(exercise: Exercise, seed: int) -> bool:
    """Whether every known right answer stays well inside the tolerance with this seed."""
    strict = replace(exercise, tolerance=exercise.tolerance / 3)
    sources = [exercise.reference_source, *(style.source for style in exercise.styles)]
    return all(examine(strict, exercise.make(s, "right"), [seed]).passed for s in sources)


def _difference(verdict: Verdict) -> str:
    found = verdict.difference
    if found is None:
        return ""
    return f"asked for {found.asked}: saw {found.seen}, expected {found.expected}"


def _of_learner(rows: Sequence[tuple[HandIn, Row]]) -> list[Row]:
    """The rows of one learner: attempts marked, scratch files beside graded ones left out."""
    graded = {row.file.partition("/")[0] for _, row in rows if row.exercise}
    last = {}
    for number in {row.exercise for _, row in rows if row.exercise}:
        own = [(one, row.outcome) for one, row in rows if row.exercise == number]
        # A chapter as it was handed out, beside the learner's own, is no attempt.
        tried = [one for one, outcome in own if outcome != NOT_ATTEMPTED]
        last[number] = newest(tried or [one for one, _ in own])
    return [
        replace(row, newest="yes" if last.get(row.exercise, one) is one else "no")
        for one, row in rows
        if row.outcome != NO_EXERCISES or row.file.partition("/")[0] not in graded
    ]


# The file --------------------------------------------------------------------------------------


def _check_out(out: Path) -> None:
    """Refuse to write over what is no result of an earlier grading, before any time is spent."""
    check_file(out, "learner,exercise,outcome,mistakes,note")


def _line(text: str) -> str:
    return " ".join(text.split())[:400]
