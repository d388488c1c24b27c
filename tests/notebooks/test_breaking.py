"""What is broken on purpose in a chapter is called by its name in the committed output."""

from __future__ import annotations

import nbformat
import pytest

from mtslib.paths import NOTEBOOKS

BROKEN = [
    ("00_start_here", 'learn.check("00.1", hasty)', "frozen-share-instead"),
    ("04_encoder_layer", 'learn.check("04.4", PreNormLayer)', "pre-ln-for-post-ln"),
    ("05_minbert", 'learn.check("05.5", forgetful)', "padding-counted"),
    ("08_full_fine_tuning", 'learn.check("08.1", hasty', "evaluated-in-train-mode"),
]


@pytest.mark.parametrize("stem, call, name", BROKEN, ids=[name for _, _, name in BROKEN])
def test_a_broken_answer_is_named(stem: str, call: str, name: str) -> None:
    notebook = nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4)
    (cell,) = [c for c in notebook.cells if c.cell_type == "code" and call in c.source]
    (output,) = cell.outputs
    assert f"Likely cause ({name})" in output.data["text/plain"]
