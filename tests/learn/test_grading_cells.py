"""What grading takes from a notebook or a script: which chapter, and what an answer needs."""

from __future__ import annotations

import textwrap
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mtslib.learn.instructor import cells as reading
from mtslib.learn.instructor.cells import Cell, MissingError

NUMBER = "03.3"
RIGHT = textwrap.dedent(
    """
    def attention_weights(query, key, bias):
        scores = torch.einsum("bnqd,bnkd->bnqk", query, key) / query.shape[-1] ** 0.5
        return torch.softmax(scores + bias, -1)
    """
)
CHECK = f'attention_weights = learn.check("{NUMBER}", attention_weights)'


def _needed(*sources: str, stub: str, name: str = "f") -> str:
    return reading.needed_source(
        [*(Cell(s) for s in sources), Cell(stub, "01.1")], "01.1", name, ("given",)
    )


def test_only_what_the_answer_needs_is_run() -> None:
    found = _needed(
        "import math, torch\nprint('loud')\nunused = open('/dev/zero').read()",
        "E = math.e\ndef g(x):\n    return x * E",
        stub="%matplotlib inline\nassert False\ndef f(x):\n    return g(x) + given\nf(1)",
    )
    assert found == (
        "import math, torch\n\nE = math.e\n\ndef g(x):\n    return x * E\n\n"
        "def f(x):\n    return g(x) + given\n"
    )


def test_the_last_definition_before_the_check_counts_and_later_helpers_are_found() -> None:
    cells = [
        Cell("def g(): return 1"),
        Cell("def f(): raise NotImplementedError", "01.1"),
        Cell("@torch.no_grad()\ndef f(): return g() + h()\nf.note = 'kept'"),
        Cell("def g(): return 2"),
        Cell('f = learn.check("01.1", f)\ndef f(): return "after the check"'),
        Cell('def g(): return 3\ndef h(): return 0\n_ = learn.check("01.1", f, record=False)'),
    ]
    found = reading.needed_source(cells, "01.1", "f", ())
    assert "@torch.no_grad()\ndef f" in found
    assert "f.note" in found
    assert "return 2" in found
    assert "def h" in found
    for other in ("NotImplementedError", "return 3", "after the check"):
        assert other not in found


def test_an_answer_under_another_name_is_the_one_that_is_checked() -> None:
    cells = [Cell("def f(): pass\ndef mine(): return 1"), Cell('f = learn.check("01.1", mine)')]
    found = reading.needed_source(cells, "01.1", "f", ())
    assert found == "def mine(): return 1\n\nf = mine\n"


def test_what_is_defined_after_its_check_only_is_missing() -> None:
    cells = [Cell('f = learn.check("01.1", f)'), Cell("def f(): return 1")]
    with pytest.raises(MissingError, match="only after its check"):
        reading.needed_source(cells, "01.1", "f", ())


def test_a_broken_cell_is_named_unless_a_later_one_mends_it() -> None:
    broken, whole = Cell("def f(:", "01.1"), Cell("def f(): return 1")
    check = Cell('f = learn.check("01.1", f)')
    with pytest.raises(MissingError, match="not Python"):
        reading.needed_source([whole, broken, check], "01.1", "f", ())
    with pytest.raises(MissingError, match="not Python"):
        reading.needed_source([whole, Cell("def f(:"), check], "01.1", "f", ())
    assert "return 1" in reading.needed_source([broken, whole, check], "01.1", "f", ())


@pytest.mark.parametrize(
    "text",
    [
        '# %%\n{0}\n\n# %% [markdown]\n# text\n\n# %% tags=["exercise"]\n{1}\n\n# %%\nf(\n',
        "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n{0}\n# In[ ]:\n\n{1}\n# In[3]:\nf(",
        "# Databricks notebook source\n{0}\n# COMMAND ----------\n{1}\n# COMMAND ----------\nf(",
        "{0}\n{1}\nget_ipython().run_line_magic('time', '')\n",
    ],
    ids=["VS Code, jupytext", "nbconvert", "Databricks", "plain"],
)
def test_a_script_of_each_exporter_is_cut_into_cells(text: str, tmp_path: Path) -> None:
    """A cell that is not Python costs no other cell, where the exporter left its borders."""
    path = tmp_path / "export.py"
    path.write_bytes(text.format("import torch", RIGHT).replace("\n", "\r\n").encode("utf-8-sig"))
    cells, _ = reading.read(path)
    assert reading.chapters(cells, "") == ["03"]
    found = reading.needed_source(cells, NUMBER, "attention_weights", ())
    assert found.startswith("import torch")
    assert "einsum" in found


def test_jupytext_keeps_the_exercise_in_its_marker(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'# %% mts={{"exercise": "{NUMBER}"}} tags=["x"]\nx = 1')
    assert [cell.exercise for cell in reading.read(tmp_path / "a.py")[0]] == ["", NUMBER]


@pytest.mark.parametrize(
    "file, first, cells, expected",
    [
        ("x", "# hi", [Cell("1", NUMBER)], ["03"]),
        ("x", "# hi", [Cell(CHECK)], ["03"]),
        ("x", "# 03 · self-attention", [Cell("1")], ["03"]),
        ("Copy of 03-self attention (2)", "# hi", [Cell("1")], ["03"]),
        ("x", "# hi", [Cell("def attention_weights(): pass")], ["03"]),
        ("02_embeddings", "# 02 · embeddings", [Cell("1", NUMBER)], ["03"]),
        ("03", "# hi", [Cell("fit = 1")], []),
    ],
    ids=["metadata", "check", "title", "file name", "names", "metadata first", "nothing"],
)
def test_the_chapter_of_a_notebook_is_found(
    file: str, first: str, cells: list[Cell], expected: list[str], tmp_path: Path
) -> None:
    made = [
        new_code_cell(c.source, metadata={"mts": {"exercise": c.exercise}} if c.exercise else {})
        for c in cells
    ]
    path = tmp_path / f"{file}.ipynb"
    nbformat.write(new_notebook(cells=[new_markdown_cell(first), *made]), path)
    assert reading.chapters(*reading.read(path)) == expected


def test_a_variable_inside_is_not_taken_for_one_of_the_notebook() -> None:
    found = _needed(
        "total = open('/nowhere')\nparts = 1 / 0\nn = 2\nn = n + 1",
        stub="def f(x):\n    total = [parts * n for parts in x]\n    return total",
    )
    assert found.startswith("n = 2\n\nn = n + 1\n\ndef f")


@pytest.mark.parametrize("stub", ["f = learn.check('01.1', None)", "x = 1", "def f(", "%%bash\nls"])
def test_an_answer_that_is_none_is_missing(stub: str) -> None:
    with pytest.raises(MissingError):
        _needed("def g(): return 1", stub=stub)


def test_a_cell_that_runs_elsewhere_defines_nothing_here() -> None:
    written = "%%writefile mine.py\ndef f(): return 1\n"
    assert reading.written_modules([Cell("x = 1"), Cell(written)]) == {
        "mine.py": "def f(): return 1\n"
    }
    for source in (written, "%%bash\nf=1", "%%writefile ../../mine.py\ndef f(): return 1"):
        assert reading.plain(source) == ""
    assert reading.plain("%%time\nf = 1") == "\nf = 1"
    assert not reading.written_modules([Cell("%%writefile ../../mine.py\nf = 1")])


@pytest.mark.parametrize(
    "source",
    [
        "files = !ls\nx = %pwd\n{0}",
        "if True:\n    !pip install a\n{0}",
        "!pip install a \\\n    b\n{0}",
        "{0}?torch\nf??\n",
        "#@title Answer\n%%time\n{0}",
        "  {1}",
        "get_ipython().run_cell_magic('time', '', {0!r})",
    ],
)
def test_what_stands_for_ipython_costs_no_answer(source: str) -> None:
    answer = "def f(x):\n    return x + 1\n"
    found = reading.needed_source(
        [Cell(source.format(answer, "def f(x): return x + 1"))], "01.1", "f", ()
    )
    assert "x + 1" in found


def test_lines_of_python_that_look_like_magics_stay() -> None:
    text = "def f(a, b):\n    return (a\n% b\n    != 0)\n"
    assert reading.plain(text) == text


@pytest.mark.parametrize(
    "change",
    [
        "kept.append(1)",
        "setattr(kept, 'a', 1)",
        "for i in range(3):\n    kept[i] = i",
        "if True:\n    kept.inner['a'] = 1",
    ],
)
def test_what_changes_a_value_comes_along(change: str) -> None:
    cell = Cell(f"kept = []\nother = []\n{change}\nother.append(kept)\ndef f(): return kept")
    found = reading.needed_source([cell], "01.1", "f", ())
    assert change in found
    assert "other" not in found


def test_scripts_of_powershell_and_colab_are_read(tmp_path: Path) -> None:
    (tmp_path / "wide.py").write_bytes(RIGHT.encode("utf-16"))
    commented = "".join(f"# {line}\n" for line in RIGHT.strip().splitlines())
    head = "# Commented out IPython magic to ensure Python compatibility.\n# %%time\n"
    (tmp_path / "colab.py").write_text(f"x = 1\n\n{head}{commented}\ny = 2\n")
    for name in ("wide.py", "colab.py"):
        cells, _ = reading.read(tmp_path / name)
        assert "einsum" in reading.needed_source(cells, NUMBER, "attention_weights", ())


def test_copied_code_is_seen_through_comments_types_and_layout() -> None:
    one = 'def f(x: int) -> int:\n    """Why."""\n    return x + 1  # more'
    assert reading.same_code("def f(x):\n    return (x\n  + 1)", one)
    assert not reading.same_code("def f(x):\n    return 1 + x", one)
