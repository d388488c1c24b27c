"""How a check speaks: rich in a notebook, plain in a terminal, the same words in both."""

from __future__ import annotations

import html
from dataclasses import dataclass

from mtslib.learn.checking import FAILED, NOT_ATTEMPTED, PASSED, REFERENCE, Verdict
from mtslib.learn.exercise import Exercise
from mtslib.learn.repairs import Repair

# (sign, background, edge): colour never stands alone, the word is always there.
LOOKS = {
    PASSED: ("✓ PASSED", "#E3F3EC", "#009E73"),
    FAILED: ("✗ NOT YET", "#FCEFD9", "#E69F00"),
    NOT_ATTEMPTED: ("○ NOT ATTEMPTED", "#EEEEEE", "#767676"),
    REFERENCE: ("○ THE LIBRARY'S OWN", "#EEEEEE", "#767676"),
}
MOST_FACTS = 3


@dataclass(frozen=True)
class Message:
    """Lines with a headline, as HTML and as text. look: a key of `LOOKS`, for the colours."""

    headline: str
    lines: tuple[str, ...]
    look: str = NOT_ATTEMPTED

    def __str__(self) -> str:
        return "\n".join([self.headline, *(f"  {line}" for line in self.lines)])

    def html(self) -> str:
        """A box; black on a light ground, readable in dark themes too."""
        _, background, edge = LOOKS[self.look]
        body = "".join(
            f'<div style="margin-top: 0.3em">{html.escape(line)}</div>' for line in self.lines
        )
        return (
            f'<div role="status" style="background: {background}; color: #222222; '
            f'border-left: 5px solid {edge}; padding: 0.6em 1em; max-width: 52em">'
            f"<strong>{html.escape(self.headline)}</strong>{body}</div>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": str(self)}


def verdict_message(
    verdict: Verdict, extra: tuple[str, ...] = (), on_purpose: bool = False
) -> Message:
    """A verdict in words: saw, expected, likely cause, where to look, next step.

    on_purpose: the answer was broken to see what is said; then no step follows.
    """
    exercise = verdict.exercise
    headline = f"{LOOKS[verdict.outcome][0]} · {exercise.id} {exercise.title}"
    return Message(headline, (*_lines(verdict, on_purpose), *extra), verdict.outcome)


def _lines(verdict: Verdict, on_purpose: bool) -> list[str]:
    name = verdict.exercise.name
    goes_on = f"Until then the chapter goes on with the library's {name}."
    hint = f'Next step: learn.hint("{verdict.exercise.id}") has three hints and the solution.'
    if verdict.outcome == PASSED:
        form = [verdict.form.sentence] if verdict.form and verdict.form.sentence else []
        return [f"Your {name} does what it should, and the chapter goes on with it.", *form]
    if verdict.outcome == NOT_ATTEMPTED:
        return [
            f"The cell above still holds its TODO. {goes_on}",
            "To try: replace the line that raises NotImplementedError, run the cell, then this.",
        ]
    if verdict.outcome == REFERENCE:
        return [
            f"This {name} is the reference that an earlier check gave you.",
            "To check your own: run the cell above again, then this one.",
        ]
    lines = [f"Problem: {verdict.problem}"] if verdict.problem else _difference(verdict)
    lines += [f"True of it: {fact}" for fact in verdict.facts[:MOST_FACTS]]
    if len(verdict.mistakes) == 2:
        lines.append("Two things at once would give just this:")
    for mistake in verdict.mistakes:
        lines += [f"Likely cause ({mistake.name}): {mistake.cause}", f"Look: {mistake.look}"]
    if on_purpose:
        return [*lines, "Broken on purpose: this does not count as a try and changes nothing."]
    return [*lines, hint, goes_on]


def _difference(verdict: Verdict) -> list[str]:
    found = verdict.difference
    place = f" at {found.place}" if found.place else ""
    given = [f"Given: {found.given}"] if found.given else []
    return [
        f"Asked: {found.asked}",
        *given,
        f"Saw{place}: {found.seen}",
        f"Expected{place}: {found.expected}",
    ]


def slower(exercise: Exercise, times: str) -> str:
    """What to say of an answer that is right and slow; times: `40×`."""
    return (
        f"It is about {times} slower than the library's {exercise.name} here: fine for the "
        "chapter. Training uses a slow part only if you insist."
    )


def left_over(name: str) -> str:
    """What to say of an answer that is right and reads something made in another cell."""
    return (
        f"It reads {name} from another cell of this notebook, where work/ does not keep it: give "
        "it as an argument or make it inside."
    )


def repaired(exercise: Exercise, found: Repair | None) -> Message:
    """The lines of an answer that one change makes right; None where no answer was checked."""
    title = f"{exercise.id} {exercise.title}"
    if found is None:
        return Message(
            f"○ NOTHING TO REPAIR · {title}",
            ("No answer to it has failed its check since this notebook began.",),
        )
    if not found:
        words = "No single small change of your code was found that passes."
        return Message(f"○ NO REPAIR FOUND · {title}", (words,))
    lines = [f"This line: {line}" for line in found.before] or ["One line more."]
    lines += [f"Would pass as: {line}" for line in found.after] or ["Would pass without it."]
    return Message(f"✓ ONE CHANGE · {title}", tuple(lines), PASSED)


def replayed(exercise: Exercise, problem: str) -> Message:
    """Whether a kept answer came back; problem: why not."""
    title = f"{exercise.id} {exercise.title}"
    if problem:
        lines = (f"Why: {problem}.", f"You have the library's {exercise.name} instead.")
        return Message(f"○ NOT REPLAYED · {title}", lines)
    lines = (f"Your {exercise.name} ran again from work/ and passes.",)
    return Message(f"✓ REPLAYED · {title}", lines, PASSED)


def parts_used(parts: list[tuple[str, bool, str]]) -> Message:
    """Which parts of a model are the learner's: (part, whether, why)."""
    mine = sum(own for _, own, _ in parts)
    lines = tuple(
        f"{part}: {'YOURS' if own else 'THE LIBRARY’S'} ({why})" for part, own, why in parts
    )
    look = PASSED if mine else NOT_ATTEMPTED
    return Message(f"Your parts · {mine} of {len(parts)} are yours", lines, look)


def ladder(exercise: Exercise) -> Message:
    """The hints of an exercise, one folded under the other, the solution last."""
    own = f'Run learn.repair("{exercise.id}") in a new cell: one small change that would pass.'
    last = f'Run learn.show_solution("{exercise.id}") in a new cell.'
    names = ("Symptom", "Idea", "Pseudocode", "Your own line", "Solution")
    rungs = tuple(f"{n}\n{h}" for n, h in zip(names, (*exercise.hints, own, last), strict=True))
    return _Ladder(f"Hints for {exercise.id} · {exercise.title}", rungs)


class _Ladder(Message):
    def __str__(self) -> str:
        return f"{self.headline}: open them one at a time."

    def html(self) -> str:
        inner = ""
        for rung in reversed(self.lines):
            name, _, text = rung.partition("\n")
            inner = (
                f'<details style="margin: 0.3em 0 0 0.8em"><summary>{name}</summary>'
                f'<div style="white-space: pre-wrap">{html.escape(text)}</div>{inner}</details>'
            )
        headline = f"<strong>{html.escape(self.headline)}</strong>"
        return f'<div style="max-width: 52em">{headline}{inner}</div>'


def solution(exercise: Exercise) -> Message:
    """The source of the reference, folded."""
    return _Solution(f"Solution of {exercise.id} · {exercise.title}", (exercise.reference_source,))


class _Solution(Message):
    def __str__(self) -> str:
        return f"{self.headline}\n\n{self.lines[0]}"

    def html(self) -> str:
        return (
            f"<details><summary>{html.escape(self.headline)}</summary>"
            f'<pre style="margin-left: 0.8em">{html.escape(self.lines[0])}</pre></details>'
        )
