"""One answer that a learner passed, brought back: `learn.replay("03.6")`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mtslib.learn import progress_store, run_limited
from mtslib.learn.checking import PASSED, Verdict, examine
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import AnswerError
from mtslib.learn.run_limited import NotAttempted


@dataclass(frozen=True)
class Replayed:
    """A kept answer that ran again. made: the object, or None with a sentence in `problem`."""

    exercise: Exercise
    made: Any = None
    problem: str = ""
    verdict: Verdict | None = None


def replay(exercise: Exercise) -> Replayed:
    """Run the kept source of an exercise and check what it defines."""
    record, trouble = progress_store.load(exercise.id)
    if not record.passed:
        return Replayed(exercise, problem=trouble or f"{exercise.id} is not passed yet")
    if not record.source:
        return Replayed(exercise, problem=f"no source was kept when {exercise.id} passed")
    try:
        made, _ = run_limited.run(
            lambda: exercise.make(record.source, "replayed"), exercise.seconds
        )
    except (AnswerError, NotAttempted) as error:
        return Replayed(exercise, problem=str(error) or "it holds a TODO")
    verdict = examine(exercise, made)
    if verdict.outcome != PASSED:
        said = verdict.problem or "it passed once, and does not pass now"
        return Replayed(exercise, problem=said, verdict=verdict)
    return Replayed(exercise, made, verdict=verdict)
