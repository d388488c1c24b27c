"""The proof as a table: whole, and honest about what went wrong."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import proof
import pytest

from mtslib.cli.main import main
from mtslib.learn import registry
from mtslib.learn.checking import SEEDS, examine
from mtslib.learn.exercise import Mistake

FIRST = registry.find("03.1")
HARMLESS = Mistake("no-mistake", "none.", "nowhere.", source=FIRST.reference_source)


def test_a_mistake_that_is_none_is_told_as_wrong() -> None:
    """The proof can fail: a patch that changes nothing is caught under no name."""
    exercise = replace(FIRST, mistakes=(HARMLESS,))
    outcomes = [o for o in proof.prove([exercise]) if o.case.kind == proof.MISTAKE]
    assert [outcome.right for outcome in outcomes] == [False] * 3
    assert all(outcome.said.startswith("passed") for outcome in outcomes)


@pytest.mark.parametrize("number", ["01.1", "03.3", "06.4"])
def test_the_proof_says_what_a_check_says(number: str) -> None:
    """It keeps observations, where a check makes each anew."""
    exercise = registry.find(number)
    for case in proof.cases(exercise, seeds=(1,)):
        if case.kind == proof.MISTAKE:
            verdict = examine(exercise, exercise.make(case.source, case.name), (1,))
            assert [mistake.name for mistake in verdict.mistakes] == [case.name]


def test_the_command_proves_a_chapter_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    exercise = replace(FIRST, mistakes=(HARMLESS,), styles=())
    monkeypatch.setattr(registry, "chapters", lambda: {"03": (exercise,)})
    monkeypatch.setattr(proof, "TABLE", tmp_path / "build" / "proof.csv")
    assert main(["learn", "proof", "03"]) == 2
    said = capsys.readouterr().out
    assert "03.1 mistake no-mistake, seed 0: passed" in said
    assert "proof.csv: 9 cases, 3 wrong" in said
    with (tmp_path / "build" / "proof.csv").open(encoding="utf-8", newline="") as stream:
        table = [*csv.DictReader(stream)]
    assert [row["right"] for row in table] == ["yes", "yes", "NO"] * len(SEEDS)
    assert main(["learn", "proof", "99"]) == 2
    assert "chapter '99' has no exercises; these have: 03" in capsys.readouterr().err
