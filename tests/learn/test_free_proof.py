"""Mistakes that nobody wrote: made the same each time, and none of them passes unexplained."""

from __future__ import annotations

import free_proof
import pytest

from mtslib.learn import registry
from mtslib.learn.exercise import Exercise
from mtslib.learn.mutations import mutants

QUICK = ("00.1", "07.2", "08.5")
EVERY = [
    pytest.param(exercise, id=exercise.id, marks=() if exercise.id in QUICK else pytest.mark.long)
    for exercise in registry.every()
]
SOURCE = '''
def share(x: Tensor, y: Tensor, dim: int = -1) -> Tensor:
    """The share of x."""
    total = x.sum(dim=0) - y
    if dim > 0:
        total = total.sqrt()
    return x / total
'''


def test_a_source_is_changed_in_every_place_by_every_operator_that_fits() -> None:
    made = [str(mutant) for mutant in mutants(SOURCE)]
    for expected in (
        "axis: dim=0 → dim=1",
        "sign: x.sum(dim=0) - y → x.sum(dim=0) + y",
        "swapped arguments: x / total → total / x",
        "comparison: dim > 0 → dim >= 0",
        "constant: dim > 0 → dim > 1",
        "dropped call: total.sqrt() → total",
        "dropped argument: x.sum(dim=0) → x.sum()",
        "sibling function: x.sum(dim=0) → x.mean(dim=0)",
        "dropped statement: total = total.sqrt() → (nothing)",
        "detach: return x / total → return (x / total).detach()",
        "wrong dtype: return x / total → return (x / total).double()",
        "first item only: return x / total → return (x / total)[:1]",
        "no_grad: def share → @torch.no_grad() def share",
        "in-place on input: share: x, _given = x.clone(), x _given.data.add_(1)",
        "wrong variable: x / total → y / total",
    ):
        assert expected in made


def test_mutants_are_always_the_same_all_different_and_all_compile() -> None:
    made = list(mutants(SOURCE))
    assert made == list(mutants(SOURCE))
    assert len({mutant.source for mutant in made}) == len({str(m) for m in made}) == len(made)
    for mutant in made:
        compile(mutant.source, "mutant", "exec")
        assert '"""The share of x."""' in mutant.source, "docstrings are left alone"


def test_a_reordering_is_contradicted_where_one_of_its_calls_is_missing() -> None:
    exercise = registry.find("06.2")
    mistake = next(m for m in exercise.mistakes if m.name == "gradients-cleared-before-the-step")
    missing = "dropped statement: mean.backward() → (nothing)"
    mutant = next(m for m in mutants(exercise.reference_source) if str(m) == missing)
    assert free_proof.contradicted(exercise, mistake, mutant)
    other = next(m for m in mutants(exercise.reference_source) if m.operator == "constant")
    assert not free_proof.contradicted(exercise, mistake, other)


@pytest.mark.parametrize("exercise", EVERY)
def test_no_free_mistake_passes_and_no_cause_is_untrue(exercise: Exercise) -> None:
    assert free_proof.wrong(free_proof.prove(exercise)) == []


def test_what_was_found_is_of_these_exercises_and_holds_the_goals() -> None:
    """The README shows it; tests/workbook holds that page to the counts."""
    rows = free_proof.recorded()
    assert [(row.exercise, row.mistakes, row.styles) for row in rows] == [
        (one.id, len(one.mistakes), len(one.styles)) for one in registry.every()
    ], "python -m mtslib learn proof --free NN counts a chapter anew"
    assert sum(row.passed for row in rows) == sum(row.false for row in rows) == 0
    compared = sum(row.made - row.raised for row in rows)
    assert sum(row.told for row in rows) >= 0.9 * compared


def test_every_equivalent_has_a_reason() -> None:
    known = {exercise.id for exercise in registry.every()}
    for number, listed in free_proof.equivalents().items():
        assert number in known
        for change, reason in listed.items():
            assert reason.endswith("."), change
