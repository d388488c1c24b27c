"""Exercises that name the mistake: `check`, `hint`, `show_solution`, `progress`.

In a chapter:

    from mtslib import learn

    SelfAttention = learn.check("03.4", SelfAttention)

`check` returns the learner's object where it passed, else the library's, and says which. So a
chapter goes on in every case.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from dataclasses import replace
from typing import Any

from mtslib.learn import registry, show, state
from mtslib.learn.checking import FAILED, PASSED, examine
from mtslib.learn.progress import Progress, standing

__all__ = ["check", "hint", "progress", "show_solution"]


def check(number: str, answer: Any) -> Any:
    """Examine an answer to an exercise, say what was found, and return what to go on with.

    number: the exercise, `03.4`. answer: the learner's function or class.
    Returns `answer` where it passed, else the reference. Never raises for what an answer does.
    Raises MtsError for an unknown exercise.
    """
    exercise = registry.find(number)
    verdict = examine(exercise, answer)
    extra = []
    if verdict.outcome in (PASSED, FAILED):
        before = state.read(number)
        seen = dict.fromkeys([*before.mistakes, *(m.name for m in verdict.mistakes)])
        trouble = state.write(
            replace(
                before,
                passed=before.passed or verdict.passed,
                tries=before.tries + 1,
                mistakes=tuple(seen),
                source=_source(answer) if verdict.passed else before.source,
            )
        )
        extra += [trouble] if trouble else []
    if verdict.printed and not verdict.passed:
        extra.append(f"Your code printed: {verdict.printed[:500].strip()}")
    _show(show.verdict_message(verdict, tuple(extra)))
    return answer if verdict.passed else exercise.load_reference()


def hint(number: str) -> None:
    """Show the hints of an exercise, folded: symptom, idea, pseudocode."""
    exercise = registry.find(number)
    _show(show.ladder(exercise))


def show_solution(number: str) -> None:
    """Show the source of the reference, folded."""
    _show(show.solution(registry.find(number)))


def progress(chapter: str | None = None) -> None:
    """Show the house filling up, and the same in a table: all chapters, or one, `03`.

    Raises MtsError for a chapter that has no exercises.
    """
    _show(standing(chapter))


def _source(answer: Any) -> str:
    """The learner's code as text, where Python still knows it."""
    try:
        return textwrap.dedent(inspect.getsource(answer))
    except (OSError, TypeError):
        return ""


def _show(message: show.Message | Progress) -> None:
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from IPython.display import display

        display(message)
    else:
        print(message)
