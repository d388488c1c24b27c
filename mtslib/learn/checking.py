"""Compare an answer with its specification: what came, what is true of it, and what explains it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import torch
from torch import nn

from mtslib.learn import facts, state
from mtslib.learn.causes import Known
from mtslib.learn.compare import Difference, describe, differences
from mtslib.learn.exercise import Exercise, Form, Mistake
from mtslib.learn.facts import Fact
from mtslib.learn.inputs import PARAMETERS
from mtslib.learn.run_limited import NotAttempted
from mtslib.learn.source import source_of
from mtslib.learn.watched import Observed, is_derived, observe

SEEDS = (0, 1, 2)
UNKNOWN = 10**9  # the size of an input that is not known: such questions come in their own order
PASSED, FAILED, NOT_ATTEMPTED, REFERENCE = "passed", "failed", "not attempted", "reference"
# What is right, and what mistakes give, is observed once in a session: checks are repeated.
remembered = lru_cache(maxsize=60)(Known)


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    outcome: one of PASSED, FAILED, NOT_ATTEMPTED, REFERENCE.
    difference: of the smallest question that came out wrong.
    mistakes: those that explain all that was seen, usually one; empty where none is known.
    problem: a sentence about an answer that could not be compared at all.
    printed: what the learner's code printed meanwhile.
    seconds: what each seed took, where all passed.
    seen, expected: what the answer and the specification did, seed by seed.
    """

    exercise: Exercise
    outcome: str
    difference: Difference | None = None
    mistakes: tuple[Mistake, ...] = ()
    problem: str = ""
    printed: str = ""
    seconds: tuple[float, ...] = ()
    form: Form | None = None
    answer: Any = field(default=None, repr=False)
    seen: tuple[Observed, ...] = field(default=(), repr=False)
    expected: tuple[Observed, ...] = field(default=(), repr=False)

    @property
    def passed(self) -> bool:
        """Whether the answer does what the specification does."""
        return self.outcome == PASSED

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What is true of a wrong answer beyond what was seen and expected; the best first."""
        if self.outcome != FAILED or not self.seen:
            return ()
        return facts.gather(self.exercise, self.answer, self.seen, self.expected)


def examine(
    exercise: Exercise,
    answer: Any,
    seeds: Sequence[int] = SEEDS,
    known: Callable[[Exercise, int], Known] = remembered,
    tell: Callable[[str], None] = lambda doing: None,
) -> Verdict:
    """Put an answer to the test, one seed after the other; of a wrong one all seeds are looked at.

    known: gives what the answer is compared with; many answers may share it. tell: is told what is
    looked for while a cause is, again and again.
    """
    if answer is None or answer is Ellipsis:
        return Verdict(exercise, NOT_ATTEMPTED)
    if answer is exercise.reference:
        return Verdict(exercise, REFERENCE)
    problem = kind_problem(exercise, answer)
    if problem:
        return Verdict(exercise, FAILED, problem=problem)
    with state.kept_dice():
        try:
            return judge(
                exercise,
                lambda seed: observe(exercise, answer, seed),
                lambda: source_of(answer, exercise.name),
                seeds,
                known,
                tell,
                answer,
            )
        except NotAttempted:
            return Verdict(exercise, NOT_ATTEMPTED)


def judge(
    exercise: Exercise,
    look: Callable[[int], Observed],
    source: Callable[[], str],
    seeds: Sequence[int] = SEEDS,
    known: Callable[[Exercise, int], Known] = remembered,
    tell: Callable[[str], None] = lambda doing: None,
    answer: Any = None,
) -> Verdict:
    """The verdict about what an answer was seen to do, wherever it ran.

    look: gives what was seen with a seed. source: gives the answer's text, where a cause is asked
    for. answer: the object itself where it is here, for further facts. Others as in `examine`.
    """
    all_seen: list[Observed] = []
    seconds: list[float] = []
    others: dict[int, Known] = {}
    forms = exercise.accepted
    for seed in seeds:
        others[seed] = known(exercise, seed)
        others[seed].expected(forms[0])  # loads what is needed, so that no answer's time is spent
        began = time.process_time()
        seen = look(seed)
        seconds.append(time.process_time() - began)
        all_seen.append(seen)
        # An answer keeps its form: one seed in this and the next in that is no pass.
        fitting = (
            () if seen.problem else tuple(f for f in forms if not others[seed].wrong(f, seen.seen))
        )
        if not fitting:
            break
        forms = fitting
    else:
        return Verdict(
            exercise, PASSED, printed=seen.printed, seconds=tuple(seconds), form=forms[0]
        )
    if seen.problem:
        right = tuple(others[one.seed].expected(forms[0]) for one in all_seen)
        made = tuple(all_seen)
        named = others[seen.seed].leaves(seen.problem)
        return Verdict(
            exercise, FAILED, None, named, seen.problem, answer=answer, seen=made, expected=right
        )
    failed = len(all_seen) - 1
    for seed in seeds[len(all_seen) :]:
        more = look(seed)
        if more.problem:
            break  # with these inputs it raises; what the others gave is enough
        all_seen.append(more)
        others[seed] = known(exercise, seed)
    # The text of an answer that ran elsewhere, as in grading, is read and never run.
    text, here = source(), answer is not None
    mutant = others[seen.seed].diagnose(seen.seen, text, tell, here)
    if mutant and not all(
        others[one.seed].causes(mutant, one.seen, text, here) for one in all_seen
    ):
        mutant = None
    form = mutant.form if mutant else others[seen.seed].nearest(seen.seen)
    right = tuple(others[one.seed].expected(form) for one in all_seen)
    all_wrong = list(differences(seen.seen, right[failed].seen, exercise.tolerance))
    sizes = _sizes(right[failed])
    smallest = min(all_wrong, key=lambda one: _order(one.asked, sizes))
    call = right[failed].asked.get(smallest.asked)
    smallest = replace(smallest, given=call.words() if call else "")
    return Verdict(
        exercise,
        FAILED,
        smallest,
        mutant.mistakes if mutant else (),
        printed=seen.printed,
        form=form,
        answer=answer,
        seen=tuple(all_seen),
        expected=right,
    )


def _order(asked: str, sizes: Mapping[str, int]) -> tuple[bool, bool, int]:
    """Small for a question that is easy to follow by hand: what is called how before all else,
    dtypes and gradients last, and of the others that with the fewest numbers."""
    return asked != PARAMETERS, is_derived(asked), sizes[asked]


def _sizes(right: Observed) -> dict[str, int]:
    """How many numbers each question was asked with. One with no call of its own looks at what the
    call before it left, as the weights after a step."""
    found, size = {}, UNKNOWN
    for asked in right.seen:
        call = right.asked.get(asked)
        size = found[asked] = call.size if call else size
    return found


def kind_problem(exercise: Exercise, answer: Any) -> str:
    """A sentence about an answer that is not even the kind of thing that was asked for."""
    name = exercise.name
    if isinstance(exercise.reference, type):
        made = isinstance(answer, nn.Module | torch.optim.Optimizer)
        if callable(answer) and not made:
            return ""
        kind, seen = "class", f"an object of class {type(answer).__name__}"
    else:
        if callable(answer):
            return ""
        kind, seen = "function", describe(answer)
    return (
        f"you handed in {seen}; expected the {kind} {name} itself, as in "
        f'learn.check("{exercise.id}", {name}), with nothing after its name'
    )
