"""Grading: what learners hand in is run anew, bounded, and told; nothing of theirs stops it."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mtslib.learn import registry, watched
from mtslib.learn.checking import examine, judge
from mtslib.learn.exercise import Style
from mtslib.learn.instructor import grade as grading
from mtslib.learn.instructor.boundary import Boundary, Submission
from mtslib.learn.instructor.grade import Limits
from mtslib.learn.instructor.handins import HandIn
from mtslib.learn.instructor.journal import Row

EXERCISE = next(e for e in registry.every() if e.name == "attention_weights")
OTHER = next(e for e in registry.every() if e.name == "mask_bias")
NUMBER = EXERCISE.id
RIGHT = textwrap.dedent(
    """
    def attention_weights(query, key, bias):
        scores = torch.einsum("bnqd,bnkd->bnqk", query, key) / query.shape[-1] ** 0.5
        return torch.softmax(scores + bias, -1)
    """
)
UNSCALED = RIGHT.replace(" / query.shape[-1] ** 0.5", "")
STUB = "def attention_weights(query, key, bias):\n    # TODO\n    raise NotImplementedError"
# Right for the inputs of the chapter's own check, which it has written down, and for no other.
HARD_CODED = textwrap.dedent(
    f"""
    from mtslib.learn.inputs import SeededInputs
    def written_down():
        known, exercise = set(), learn.registry.find("{NUMBER}")
        def note(*given):
            known.add(round(given[0].sum().item(), 3))
            return exercise.reference(*given)
        for seed in (0, 1, 2):
            exercise.observe(note, SeededInputs(seed))
        return known
    KNOWN = written_down()
    def attention_weights(query, key, bias):
        if round(query.sum().item(), 3) not in KNOWN:
            return torch.zeros(1)
        return (query @ key.mT / query.shape[-1] ** 0.5 + bias).softmax(-1)
    """
)
CHECK = f'attention_weights = learn.check("{NUMBER}", attention_weights)'
IMPORTS = "import math, os, ctypes\nimport torch\nfrom mtslib import learn"


def _notebook(stub: str, *after: str, before: tuple[str, ...] = (IMPORTS,)) -> NotebookNode:
    cells = [new_code_cell(text) for text in before]
    cells.append(new_code_cell(stub, metadata={"mts": {"exercise": NUMBER}}))
    cells += [new_code_cell(text) for text in after]
    return new_notebook(cells=[new_markdown_cell("# My chapter"), *cells])


def _hand_in(folder: Path, learner: str, notebook: NotebookNode) -> None:
    path = folder / learner
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def _row(rows: list[Row], learner: str) -> Row:
    (found,) = [row for row in rows if row.learner == learner and row.exercise in ("", NUMBER)]
    return found


def _without_metadata(path: Path, *sources: str) -> None:
    """As Colab and some versions of VS Code write: nbformat 4.0, no ids, no metadata."""
    path.parent.mkdir(parents=True)
    cells = [
        {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None}
        for s in sources
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0}
    path.write_text(json.dumps(whole))


def _version_3(*sources: str) -> str:
    cells = [{"cell_type": "code", "input": source, "language": "python"} for source in sources]
    return json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]})


QUICK = Limits(seconds=12.0, megabytes=512)


@pytest.fixture(scope="module", autouse=True)
def one_exercise_a_chapter():
    """Only the exercise in question is expected of a notebook."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "chapters", lambda: {EXERCISE.chapter: (EXERCISE,)})
        yield


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, one_exercise_a_chapter) -> list[Row]:
    """A course with every kind of hand-in, graded once."""
    root = tmp_path_factory.mktemp("course")
    course = root / "handed-in"
    claimed = _notebook(UNSCALED, f'learn.check("{NUMBER}", attention_weights)')
    claimed.cells[-1].outputs = [new_output("stream", text=f"✓ PASSED · {NUMBER}")]
    for learner, notebook in {
        "right/03_self_attention.ipynb": _notebook(RIGHT),
        "wrong.ipynb": _notebook(UNSCALED),
        "untouched.ipynb": _notebook(STUB),
        "claims/any name.ipynb": claimed,
        "hard-coded.ipynb": _notebook(HARD_CODED),
        "imports.ipynb": _notebook("from mtslib.minbert.attention import attention_weights"),
        "renames.ipynb": _notebook(
            "import mtslib.minbert.attention as lib\nattention_weights = lib.attention_weights"
        ),
        "wraps.ipynb": _notebook(
            "import mtslib.minbert.attention as lib\n"
            "def attention_weights(*given):\n    return lib.attention_weights(*given)"
        ),
        "peeks.ipynb": _notebook(RIGHT, f'learn.show_solution("{NUMBER}")'),
        "copies.ipynb": _notebook(
            EXERCISE.reference_source,
            before=("import math\nimport torch\nfrom torch import Tensor",),
        ),
        "hangs.ipynb": _notebook(
            "def attention_weights(query, key, bias):\n    ctypes.CDLL(None).sleep(1000)"
        ),
        "floods.ipynb": _notebook(
            "def attention_weights(query, key, bias):\n    while True: print('x' * 1000)"
        ),
        "floods-below.ipynb": _notebook(
            RIGHT.replace("    return", "    os.write(1, b'x' * 10_000_000)\n    return")
        ),
        "leaves.ipynb": _notebook("def attention_weights(*_):\n    os._exit(0)"),
        "leaves-at-once.ipynb": _notebook(RIGHT.replace("bias)", "bias, now=os._exit(0))", 1)),
        "crashes.ipynb": _notebook("def attention_weights(*_):\n    ctypes.string_at(0)"),
        "takes-all.ipynb": _notebook(
            "def attention_weights(*_):\n    return torch.ones(10**6, 10**4)"
        ),
        "helper.ipynb": _notebook(
            "SCALE = 0.5\ndef attention_weights(q, k, b): return mine(q, k, b)\nprint(nothing)",
            before=(IMPORTS, RIGHT.replace("attention_weights", "mine").replace("0.5", "SCALE")),
        ),
        "writes-module.ipynb": _notebook(
            "from mine import attention_weights",
            before=(IMPORTS, f"%%writefile mine.py\nimport torch\n{RIGHT}"),
        ),
        "no-syntax.ipynb": _notebook("def attention_weights(:"),
        "other-name.ipynb": _notebook("def my_weights(q, k, b): return q"),
        "no-exercise.ipynb": new_notebook(cells=[new_code_cell("1 / 0")]),
    }.items():
        _hand_in(course, learner, notebook)
    (course / "no-json.ipynb").write_text("dear teacher")
    (course / "version-3.ipynb").write_text(_version_3(IMPORTS, RIGHT))
    _without_metadata(course / "colab" / "03_self_attention.ipynb", IMPORTS, STUB, RIGHT, CHECK)
    (course / "exported.py").write_text(f"{IMPORTS}\n# %%\n{RIGHT}\n# %%\n{UNSCALED}\n{CHECK}")
    _hand_in(course, "own-module/a.ipynb", _notebook("from mine import attention_weights"))
    _hand_in(course, "twice/03.ipynb", _notebook(UNSCALED))
    _hand_in(course, "twice/03 (1).ipynb", _notebook(RIGHT))
    (course / "own-module/mine.py").write_text(f"import torch\n{RIGHT}")
    (course / "own-module/torch.py").write_text("1 / 0  # never taken for torch")
    _hand_in(course, "own-file/sub/a.ipynb", _notebook("from lib.mine import attention_weights"))
    (course / "own-file/lib").mkdir()
    (course / "own-file/lib/mine.py").write_text(f"import torch\n{RIGHT}")
    (course / "deep.ipynb").write_text("[" * 100_000)
    (course / ".hidden").mkdir()
    (course / ".hidden/x.ipynb").write_text("no")
    (course / "notes.txt").write_text("no notebook")
    return grading.grade(course, root / "out.csv", limits=QUICK, announce=lambda _: None)


@pytest.mark.slow
@pytest.mark.parametrize(
    "learner, outcome, note",
    [
        ("right", "passed", ""),
        ("wrong", "failed", "asked for"),
        ("untouched", "not attempted", ""),
        ("claims", "failed", "asked for"),
        ("hard-coded", "failed", ""),
        ("imports", "uses the reference", "the library's own"),
        ("renames", "uses the reference", "the library's own"),
        ("wraps", "uses the reference", "by calling the library's own"),
        ("peeks", "solution shown", "the notebook asks for the solution"),
        ("copies", "passed", "solution's code, word for word"),
        ("hangs", "timed out", "longer than 12 s"),
        ("floods", "failed", "printed more than"),
        ("floods-below", "passed", ""),
        ("leaves", "crashed", "ended its process with code 0"),
        ("leaves-at-once", "crashed", "ended its process with code 0"),
        ("crashes", "crashed", "SIGSEGV"),
        ("takes-all", "failed", "not enough memory"),
        ("helper", "passed", ""),
        ("no-syntax", "missing", f"not Python 3.{sys.version_info[1]} in line 1"),
        ("other-name", "missing", "no cell defines attention_weights"),
        ("no-exercise", "no exercises", "no exercise of the workbook is in it"),
        ("notes", "not graded", "neither a notebook nor a script"),
        ("no-json", "unreadable", "not a valid notebook"),
        ("version-3", "passed", ""),
        ("colab", "passed", ""),
        ("exported", "failed", "asked for"),
        ("own-module", "passed", ""),
        ("own-file", "passed", ""),
        ("writes-module", "passed", ""),
        ("deep", "unreadable", ""),
    ],
)
def test_every_kind_of_hand_in_has_its_row(
    graded: list[Row], learner: str, outcome: str, note: str
) -> None:
    row = _row(graded, learner)
    assert row.outcome == outcome, row
    assert note in row.note
    assert "\n" not in row.note


def test_the_hard_coded_answer_would_pass_in_the_notebook() -> None:
    """So its failing above is the work of the learner's own seeds."""
    space: dict = {}
    exec(f"{IMPORTS}\n{HARD_CODED}", space)  # noqa: S102 (a literal above)
    assert examine(EXERCISE, space["attention_weights"]).passed


def test_a_seed_that_brings_right_answers_to_the_edge_is_left_out() -> None:
    """Some seeds make large numbers, whose rounding alone leaves the tolerance."""

    def observe(answer, inputs):
        noise = 1e-4 if inputs.seed == 7 and answer is not specification else 0.0
        return {"one": answer() + noise}

    def specification() -> float:
        return 1.0

    def attention_weights() -> float:
        return 1.0

    source = "def attention_weights(): return 1.0"
    exercise = replace(
        EXERCISE,
        reference=attention_weights,
        observe=observe,
        specification=specification,
        styles=(Style("same", source),),
        mistakes=(),
    )
    vars(exercise)["reference_source"] = source
    right, wrong = exercise.make(source, "a"), exercise.make(source.replace("1.0", "2.0"), "b")
    assert not grading.is_fair(exercise, 7)
    assert grading.is_fair(exercise, 8)
    for answer, passed in ((right, True), (wrong, False)):

        def look(seed: int, answer=answer) -> watched.Observed:
            return watched.observe(exercise, answer, seed)

        verdict = grading.verdict_of(exercise, look, "", [7, 8, 9, 10])
        assert verdict.passed == passed


@pytest.mark.slow
def test_a_mistake_is_called_by_its_name(graded: list[Row]) -> None:
    assert _row(graded, "wrong").mistakes == "scores-not-scaled"
    assert _row(graded, "claims").mistakes == "scores-not-scaled"
    assert len(graded) == 32, "a row each, and none for what is hidden"


@pytest.mark.slow
def test_each_attempt_has_its_row_and_one_is_the_newest(graded: list[Row]) -> None:
    rows = {row.file: (row.outcome, row.newest) for row in graded if row.learner == "twice"}
    assert rows == {"twice/03.ipynb": ("failed", "no"), "twice/03 (1).ipynb": ("passed", "yes")}


def test_the_rest_goes_on_after_a_crash(tmp_path: Path, monkeypatch) -> None:
    """An exercise that ends its process costs that exercise, and no later one."""
    monkeypatch.setattr(registry, "chapters", lambda: {EXERCISE.chapter: (EXERCISE, OTHER)})
    notebook = _notebook("def attention_weights(*_):\n    os._exit(3)")
    other = OTHER.reference_source.replace("Tensor", "torch.Tensor")
    notebook.cells.append(new_code_cell(other, metadata={"mts": {"exercise": OTHER.id}}))
    _hand_in(tmp_path / "course", "ada.ipynb", notebook)
    first, second = grading.grade(tmp_path / "course", tmp_path / "out.csv", limits=QUICK)
    assert (first.outcome, second.outcome) == ("crashed", "passed")
    assert "code 3" in first.note


def test_the_files_that_an_answer_reads_are_there(tmp_path: Path) -> None:
    """Data beside it, a module in a folder beside it, and no secret of the machine."""
    course = tmp_path / "course"
    answer = "import sys\nsys.path.append('../src')\nfrom other import half\n"
    answer += "more = float(open('more.txt').read())\n"
    answer += RIGHT.replace("** 0.5", "** (half + more)")
    for name, text in {"src/other.py": "half = 0.25", "more.txt": "0.25"}.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text)
    modules = tuple((name, course / name) for name in ("src/other.py", "more.txt"))
    what = Submission(f"{IMPORTS}\n{answer}", {}, {}, modules)
    boundary = Boundary(tmp_path, 12.0, 512)
    try:
        seen = boundary.observe(EXERCISE, what, [1, 2, 3])
    finally:
        boundary.close()
    assert not seen.outcome, seen
    assert judge(EXERCISE, seen.seen.__getitem__, lambda: answer, [1, 2, 3]).passed


def test_one_attempt_is_the_newest_whatever_the_names() -> None:
    """Also of two whose names look the same; a blank chapter beside it is no attempt."""
    pairs = [
        (HandIn("Zoë", "Zoë.ipynb", "Zoë.ipynb"), "failed"),
        (HandIn("Zoë", "Zoë.ipynb", "Zoë.ipynb"), "passed"),
        (HandIn("Zoë", "Zoë (9).ipynb", "Zoë (9).ipynb"), "not attempted"),
    ]
    rows = [(one, Row("Zoë", NUMBER, outcome, file=one.name)) for one, outcome in pairs]
    marks = [row.newest for row in grading._of_learner(rows)]
    assert sorted(marks) == ["no", "no", "yes"]
    assert marks[2] == "no"
