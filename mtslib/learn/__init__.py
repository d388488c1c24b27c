"""Exercises that name the mistake: `check`, `hint`, `show_solution`, `progress`, `my_parts`.

In a chapter:

    from mtslib import learn

    SelfAttention = learn.check("03.4", SelfAttention)

`check` returns the learner's object where it passed, else the library's, and says which. So a
chapter goes on in every case.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mtslib import __version__
from mtslib.finetune.parts import TrainingParts
from mtslib.learn import cells, progress_store, registry, repairs, replaying, show, timing
from mtslib.learn import parts as kept
from mtslib.learn.checking import FAILED, PASSED, Verdict, examine
from mtslib.learn.progress_store import Record
from mtslib.learn.source import source_of

if TYPE_CHECKING:
    from mtslib.learn.progress_view import Progress

__all__ = ["check", "hint", "my_parts", "progress", "repair", "replay", "show_solution"]

SOON = 1.0  # seconds: a hint that comes so soon after its check was not asked for
_checked: dict[str, float] = {}  # when each exercise was checked
_failed: dict[str, Any] = {}  # the last wrong answer to each exercise


def check(number: str, answer: Any, record: bool = True) -> Any:
    """Examine an answer to an exercise, say what was found, and return what to go on with.

    number: the exercise, `03.4`. answer: the learner's function or class. record: whether it counts
    as a try; False for an answer that is broken on purpose, which is then told so.
    Returns `answer` where it passed, else the reference. Never raises for what an answer does.
    Raises MtsError for an unknown exercise.
    """
    exercise = registry.find(number)
    number = exercise.id
    problem = cells.did_not_run(exercise.name, answer) if record else ""
    if problem:
        _show(show.verdict_message(Verdict(exercise, FAILED, problem=problem)))
        return exercise.reference
    # What is broken on purpose stands in committed notebooks, whose outputs do not hang on time.
    sign = _SignOfLife(f"{exercise.id} {exercise.title}", after=1.0 if record else math.inf)
    verdict = examine(exercise, answer, tell=sign)
    extra = []
    if record and verdict.outcome in (PASSED, FAILED):
        trouble = progress_store.change(number, lambda before: _after(before, verdict, answer))
        extra += [trouble] if trouble else []
    if verdict.passed:
        _failed.pop(number, None)  # nothing is left to repair
        ratio = timing.slower(exercise, answer, verdict.seconds)
        extra += [show.slower(exercise, timing.words(ratio))] if ratio else []
        extra += [show.left_over(name) for name in cells.left_over(exercise, answer)]
    else:
        _failed[number] = answer
    if verdict.printed and not verdict.passed:
        extra.append(f"Your code printed: {verdict.printed[:500].strip()}")
    sign.end(show.verdict_message(verdict, tuple(extra), on_purpose=not record))
    _checked[number] = time.monotonic()
    return answer if verdict.passed else exercise.reference


def hint(number: str) -> None:
    """Show the hints of an exercise, folded: symptom, idea, pseudocode.

    Counted where it was asked for, not where all cells run one after the other.
    """
    exercise = registry.find(number)
    if time.monotonic() - _checked.get(exercise.id, -SOON) >= SOON:
        _note(exercise.id, "hints")
    _show(show.ladder(exercise))


def show_solution(number: str) -> None:
    """Show the source of the reference, folded."""
    exercise = registry.find(number)
    _note(exercise.id, "solutions")
    _show(show.solution(exercise))


def repair(number: str, seconds: float = 10.0) -> None:
    """Look for one small change of your last wrong answer that would pass, and show that line."""
    exercise = registry.find(number)
    sign = _SignOfLife(f"{exercise.id} {exercise.title}", after=0.0)
    sign(f"trying small changes of your code, for {seconds:g} s at most")
    if exercise.id in _failed:
        _note(exercise.id, "hints")
        answer = _failed[exercise.id]
        sign.end(show.repaired(exercise, repairs.find(exercise, answer, seconds)))
    else:
        sign.end(show.repaired(exercise, None))


def progress(chapter: str | None = None) -> None:
    """Show the house filling up, and the same in a table: all chapters, or one, `03`.

    Raises MtsError for a chapter that has no exercises.
    """
    from mtslib.learn import progress_view  # here, as figures take a second to import

    _show(progress_view.progress(chapter))


def replay(number: str) -> Any:
    """Run the answer that you passed with, kept in `work/`, and return what it defines.

    It is checked again. Returns the reference, and says why, where there is nothing to bring back.
    """
    back = replaying.replay(registry.find(number))
    _show(show.replayed(back.exercise, back.problem))
    return back.exercise.reference if back.made is None else back.made


def my_parts(*names: str, insist: bool = False) -> TrainingParts:
    """What you wrote and passed, in the places of the library's: `backbone.model(parts=…)`.

    names: `train_epoch`, `fit`, `optimizer`, `trunk`, `losses` and others; none for everything.
    Each runs again from `work/`, and is used only where a model gives the same with it. What you
    have not passed is the library's, and so is what is clearly slower, unless you insist.
    """
    parts, used = kept.collect(names, insist)
    _show(show.parts_used([(one.part, one.mine, one.why) for one in used]))
    return parts


def _after(before: Record, verdict: Verdict, answer: Any) -> Record:
    """A record after one more try."""
    mistakes = dict.fromkeys([*before.mistakes, *(m.name for m in verdict.mistakes)])
    tried = replace(before, tries=before.tries + 1, mistakes=tuple(mistakes))
    if not verdict.passed:
        return tried
    text = source_of(answer, verdict.exercise.name)
    return replace(tried, passed=True, source=text or before.source, version=__version__)


def _note(number: str, what: str) -> None:
    """Count that hints or a solution were shown."""
    progress_store.change(
        number, lambda before: replace(before, **{what: getattr(before, what) + 1})
    )


class _SignOfLife:
    """Says what is being done once that takes longer than a moment; the outcome takes its place."""

    def __init__(self, title: str, after: float = 1.0) -> None:
        self.title, self.due = title, time.monotonic() + after
        self.handle: Any = None

    def __call__(self, doing: str) -> None:
        if self.handle is None and time.monotonic() >= self.due:
            self.handle = _show(show.Message(f"… {self.title}", (f"{doing} …",)), keep=True)

    def end(self, message: show.Message) -> None:
        """Show the outcome."""
        if self.handle is None:
            _show(message)
        else:
            self.handle.update(message)


def _show(message: show.Message | Progress, keep: bool = False) -> Any:
    """Show something; with `keep` in a notebook, give what can put something else in its place."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import display

        return display(message, display_id=True) if keep else display(message)
    print(message)
    return None
