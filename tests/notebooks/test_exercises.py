"""The exercises as they stand in the notebooks agree with the registry.

That each can be solved where it stands is proven where nbval runs the notebooks: strict_nbval.py.
"""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from strict_nbval import checked_in, stub_of

from mtslib.base.paths import NOTEBOOKS
from mtslib.learn import registry

CHECK = re.compile(r"^(\w+) = learn\.check\(\"([^\"]+)\", (\w+)\)$", re.MULTILINE)
HEADER = re.compile(r"^### Exercise (\S+) · (.+)\n\n?\*(.+)\*$", re.MULTILINE)


def _path(chapter: str) -> Path:
    return next(NOTEBOOKS.glob(f"{chapter}_*.ipynb"))


WITH_EXERCISES = [chapter for chapter, own in registry.chapters().items() if own]


@pytest.fixture(params=WITH_EXERCISES)
def chapter(request: pytest.FixtureRequest) -> str:
    """The number of a chapter that has exercises."""
    return request.param


def test_headers_and_stubs_say_what_the_registry_says(chapter: str) -> None:
    notebook = nbformat.read(_path(chapter), as_version=4)
    own = registry.chapters()[chapter]
    said = [
        found
        for c in notebook.cells
        if c.cell_type == "markdown"
        for found in HEADER.findall(c.source)
    ]
    assert said == [
        (
            exercise.id,
            exercise.title,
            f"{exercise.minutes} minutes, {exercise.difficulty}, "
            f"{'core' if exercise.core else 'optional'}.",
        )
        for exercise in own
    ]
    stubs = {stub_of(cell): cell for cell in notebook.cells if stub_of(cell)}
    assert list(stubs) == [exercise.id for exercise in own]
    for exercise in own:
        cell = stubs[exercise.id]
        assert cell.metadata["mts"]["reference"] == exercise.address
        assert "exercise" in cell.metadata.tags
        assert "NotImplementedError" in cell.source
        assert re.search(rf"^(def|class) {exercise.name}\b", cell.source, re.MULTILINE)


def test_each_exercise_is_checked_under_its_own_name_and_has_its_hints(chapter: str) -> None:
    code = "\n".join(
        c.source for c in nbformat.read(_path(chapter), as_version=4).cells if c.cell_type == "code"
    )
    checked = CHECK.findall(code)  # broken answers among them, under other names
    for exercise in registry.chapters()[chapter]:
        assert (exercise.name, exercise.id, exercise.name) in checked
        assert f'learn.hint("{exercise.id}")' in code


def test_untouched_every_check_says_not_attempted(chapter: str) -> None:
    notebook = nbformat.read(_path(chapter), as_version=4)
    own = registry.chapters()[chapter]
    checks = [cell for cell in notebook.cells if checked_in(cell, own)]
    assert len(checks) == len(own)
    for cell in checks:
        assert "NOT ATTEMPTED" in _said(cell)


def _bound(tree: ast.AST) -> set[str]:
    """The names that a piece of code gives a meaning to, at any depth."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=other):
                names.add((other or name).split(".")[0])
    return names


def _needed(tree: ast.AST) -> set[str]:
    """The names that a piece of code reads and neither binds itself nor finds in Python."""
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return read - _bound(tree) - set(dir(builtins))


def test_a_pasted_solution_finds_every_name_it_uses(chapter: str) -> None:
    """The last hint shows the reference: its constants and helpers are there in the chapter."""
    notebook = nbformat.read(_path(chapter), as_version=4)
    exercises = {exercise.id: exercise for exercise in registry.chapters()[chapter]}
    there: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if stub := stub_of(cell):
            missing = _needed(ast.parse(exercises[stub].reference_source)) - there
            assert not missing, f"the solution of {stub} uses {', '.join(sorted(missing))}"
        there |= _bound(ast.parse(cell.source))


def _said(cell: NotebookNode) -> str:
    return "\n".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def test_this_test_would_notice() -> None:
    """A header with other minutes than the registry's is seen."""
    exercise = registry.every()[0]
    text = f"### Exercise {exercise.id} · {exercise.title}\n*999 minutes, steady, core.*"
    assert HEADER.findall(text) == [(exercise.id, exercise.title, "999 minutes, steady, core.")]
