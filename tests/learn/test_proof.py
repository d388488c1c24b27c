"""Every exercise is proven: right answers pass, stubs are told, every mistake is called by name."""

from __future__ import annotations

import re

import proof
import pytest

from mtslib.learn import registry
from mtslib.learn.checking import SEEDS
from mtslib.learn.exercise import Exercise

EVERY = registry.every()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SEEDS[:1], id="one seed"),
        pytest.param(SEEDS, id="three seeds", marks=pytest.mark.long),
    ],
)
def seeds(request: pytest.FixtureRequest) -> tuple[int, ...]:
    """`make test` proves with one seed, `make test-long` with all that a check uses."""
    return request.param


@pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.id)
def test_an_exercise_is_proven(exercise: Exercise, seeds: tuple[int, ...]) -> None:
    outcomes = proof.prove([exercise], seeds)
    wrong = [f"{outcome.case}: {outcome.said}" for outcome in outcomes if not outcome.right]
    assert wrong == []


QUICK = ("01.1", "05.5", "06.3")  # where another mistake computes what two of them do together


@pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(e, id=e.id, marks=() if e.id in QUICK else pytest.mark.long)
        for e in registry.every()
    ],
)
def test_of_two_mistakes_at_once_no_third_is_called_the_cause(exercise: Exercise) -> None:
    """A few of each exercise's pairs: all of them take most of an hour."""
    for two, _, named in proof.pairs(exercise, most=4):
        assert named <= two


@pytest.mark.parametrize("exercise", EVERY, ids=lambda exercise: exercise.id)
def test_an_exercise_is_complete(exercise: Exercise) -> None:
    assert len(exercise.mistakes) >= 2
    assert exercise.styles, "at least one correct answer in another style"
    assert 3 <= exercise.minutes <= 60
    names = [mistake.name for mistake in exercise.mistakes]
    assert len(set(names)) == len(names)
    for mistake in exercise.mistakes:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", mistake.name)
        assert mistake.cause.endswith(".")
        assert mistake.look.endswith(".")
    assert "!" not in " ".join([*exercise.hints, *(m.cause + m.look for m in exercise.mistakes)])
    assert exercise.reference.__doc__, "show_solution shows a documented reference"


def test_numbers_are_in_order_and_unique() -> None:
    ids = [exercise.id for exercise in EVERY]
    assert len(set(ids)) == len(ids)
    for number, exercises in registry.chapters().items():
        expected = [f"{number}.{i}" for i in range(1, len(exercises) + 1)]
        assert [exercise.id for exercise in exercises] == expected
