"""What is broken on purpose in a chapter is called by its name in the committed output."""

from __future__ import annotations

import re

import nbformat
import pytest

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry

CALL = re.compile(r'learn\.check\("([\w.]+)", [\w.]+, record=False\)')
CHAPTERS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# Wrong orders stand side by side; no exercises; what breaks is a split, and no answer.
WITHOUT = {"06_first_training", "19_your_own_task"}


def broken(stem: str) -> list[tuple[str, str]]:
    """(exercise, what the check said) of each answer that a chapter breaks on purpose."""
    cells = nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4).cells
    found = []
    for cell in cells:
        for number in CALL.findall(cell.source) if cell.cell_type == "code" else []:
            said = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
            found.append((number, "\n".join(said)))
    return found


@pytest.mark.parametrize("stem", CHAPTERS)
def test_a_broken_answer_is_named(stem: str) -> None:
    asked = broken(stem)
    assert bool(asked) != (stem in WITHOUT)
    for number, said in asked:
        (name,) = re.findall(r"Likely cause \(([\w-]+)\)", said)
        assert name in {mistake.name for mistake in registry.find(number).mistakes}
        assert "Broken on purpose" in said
