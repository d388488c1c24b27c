"""The table of the proof: whole, in order, and honest about what went wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mtslib.base.errors import MtsError
from mtslib.learn import proof, proof_table, registry
from mtslib.learn.exercise import Mistake
from mtslib.learn.proof_table import Row

FIRST = registry.find("03.1")


def _rows(number: str, right: str = "yes") -> list[Row]:
    return [
        Row(number, proof.MISTAKE, "a-mistake", str(seed), "failed: a-mistake", right)
        for seed in (0, 1)
    ] + [Row(number, proof.STYLE, "einsum", "0", "passed", "yes")]


def test_new_rows_take_the_place_of_old_ones_and_stand_in_order(tmp_path: Path) -> None:
    path = tmp_path / "build" / "proof.csv"
    proof_table.update(_rows("03.2"), path)
    proof_table.update(_rows("03.1", "NO"), path)
    table = proof_table.update(_rows("03.1"), path)
    assert [row.exercise for row in table] == ["03.1"] * 3 + ["03.2"] * 3
    assert proof_table.read(path) == table
    assert all(row.right == "yes" for row in table)
    assert path.read_text(encoding="utf-8").startswith("exercise,kind,name,seed,said,right\n")


def test_an_exercise_that_is_no_more_leaves_the_table(tmp_path: Path) -> None:
    assert proof_table.update(_rows("99.9"), tmp_path / "proof.csv") == []


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n"])
def test_another_file_in_its_place_counts_for_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "proof.csv"
    path.write_text(text)
    assert proof_table.read(path) == []


def test_a_mistake_counts_as_caught_only_if_every_seed_caught_it() -> None:
    table = [*_rows("03.1"), *_rows("03.2")]
    table[0] = replace(table[0], right="NO")
    summary = proof_table.found(table)
    assert (summary.exercises, summary.caught, summary.mistakes) == (2, 1, 2)
    assert "| mistakes caught by their own name | 1 of 2 |" in summary.markdown()
    assert "| correct answers in other styles refused | 0 of 2 |" in summary.markdown()


def test_a_mistake_that_is_none_is_told_as_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail: a patch that changes nothing is caught under no name."""
    harmless = Mistake("no-mistake", "none.", "nowhere.", source=FIRST.reference_source)
    exercise = replace(FIRST, mistakes=(harmless,))
    outcomes = [o for o in proof.prove([exercise]) if o.case.kind == proof.MISTAKE]
    table = proof_table.rows(outcomes)
    assert [row.right for row in table] == ["NO"] * 3
    assert all(row.said.startswith("passed") for row in table)


def test_the_command_proves_a_chapter_and_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmless = Mistake("no-mistake", "none.", "nowhere.", source=FIRST.reference_source)
    exercise = replace(FIRST, mistakes=(harmless,), styles=())
    monkeypatch.setattr(registry, "chapters", lambda: {"03": (exercise,)})
    made, wrong = proof_table.run("03", tmp_path / "proof.csv")
    assert [row.name for row in wrong] == ["no-mistake"] * 3
    assert proof_table.read(tmp_path / "proof.csv") == made
    with pytest.raises(MtsError, match="there is no exercise 99"):
        proof_table.run("99", tmp_path / "proof.csv")
