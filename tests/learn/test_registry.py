"""Exercises are found by their files: a new one costs its file, a broken one is named."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path

import proof
import pytest

from mtslib.base.errors import MtsError
from mtslib.base.paths import EXERCISES
from mtslib.learn import progress_store, registry, run_limited
from mtslib.learn.inputs import AnswerError
from mtslib.learn.source import source_of

MINIMAL = '''"""Exercise {id}: doubling."""

from mtslib.learn.exercise import Exercise, mistakes, styles


def {name}(x):
    """Twice as much."""
    return 2 * x


class Pair:
    """Something that a dataclass or a trace looks for in sys.modules."""


EXERCISE = Exercise(
    id="{id}",
    title="doubling",
    minutes=5,
    difficulty="warm-up",
    core=True,
    reference={name},
    specification=lambda x: x + x,
    observe=lambda answer, inputs: {{"2": inputs.call(answer, 2)}},
    hints=("a", "b", "c"),
    mistakes=mistakes(r"""
        half-for-twice: it was halved.
          look: the factor.
          - 2 * x
          + x / 2
    """),
    styles=styles(r"""
        sum:
          {name} = lambda x: x + x
    """),
)
'''


def write(folder: Path, place: str, number: str, **changes: str) -> Path:
    """One exercise's file, with some of its text replaced."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    text = MINIMAL.format(id=number, name=path.stem)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_exercise_costs_its_file(tmp_path: Path) -> None:
    write(tmp_path, "98/second.py", "98.2")
    write(tmp_path, "98/zeroth.py", "98.1")
    write(tmp_path, "98/instructor.md", "98.9")
    (tmp_path / "notes").mkdir()
    found = registry.Chapters(tmp_path)
    assert list(found) == ["98"]
    assert [exercise.id for exercise in found["98"]] == ["98.1", "98.2"]
    assert all(outcome.right for outcome in proof.prove(found["98"], seeds=(0,)))


def test_the_references_source_is_found_as_anywhere(tmp_path: Path) -> None:
    module = registry.exercise_file(write(tmp_path, "98/double.py", "98.1"))
    assert module.EXERCISE.reference_source.startswith("def double(x):")
    assert inspect.getsource(module.Pair).startswith("class Pair:")
    assert registry.exercise_file(tmp_path / "98/double.py") is module


def test_a_reference_has_one_address() -> None:
    own, librarys = registry.find("03.1"), registry.find("03.2")
    assert own.address == "exercises/03/one_query.py:one_query"
    assert librarys.address == "mtslib.minbert.attention:mask_bias"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("class Pair:", "class Pair", "line 11: SyntaxError"),
        ("import Exercise,", "import Exorcise,", "line 3: ImportError"),
        ("reference=double", "reference=dubble", "line 21: NameError"),
        (
            'difficulty="warm-up"',
            'difficulty="hard"',
            "line 15: ValueError: 98.1: difficulty 'hard'",
        ),
        (
            "  look: the factor.",
            "  luck: the factor.",
            "line 27: NotationError: 'luck: the factor.'",
        ),
        ("EXERCISE =", "EXERCISES =", "it defines no EXERCISE"),
        ('id="98.1"', 'id="97.1"', "exercise 97.1 stands in the folder of another chapter"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_with_its_line(
    old: str, new: str, told: str, tmp_path: Path
) -> None:
    path = write(tmp_path, "98/double.py", "98.1", **{old: new})
    for _ in range(2):  # nothing half loaded stays behind
        with pytest.raises(MtsError) as caught:
            registry.Chapters(tmp_path)["98"]
        assert str(path) in str(caught.value)
        assert told in str(caught.value)


def test_a_neighbour_that_cannot_be_loaded_is_the_one_that_is_named(tmp_path: Path) -> None:
    broken = write(tmp_path, "98/broken.py", "98.1", **{"2 * x\n\n": "2 *\n\n"})
    needs = "from mtslib.learn.registry import exercise_file\n"
    needs += f"exercise_file({str(broken)!r})\nclass Pair"
    write(tmp_path, "98/able.py", "98.2", **{"class Pair": needs})
    with pytest.raises(MtsError) as caught:
        registry.Chapters(tmp_path)["98"]
    assert str(caught.value).startswith(f"{broken}, line 8: SyntaxError")


def test_a_check_loads_its_own_chapter_only() -> None:
    code = (
        "import sys; from mtslib.learn import registry; registry.find('03.1');"
        "print(sorted({n.split('.')[1] for n in sys.modules if n.startswith('exercises.')}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['03']"


def test_a_library_without_its_exercises_says_where_they_should_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "EXERCISES", tmp_path)
    with pytest.raises(MtsError, match="no exercises; expected the folder notebooks/exercises"):
        registry.chapters.__wrapped__()


@pytest.mark.parametrize("number", ["", "3", "..", "03.", "03.99", "99.1", "exercises.1"])
def test_a_number_that_is_none_is_told_with_those_that_are(number: str) -> None:
    with pytest.raises(MtsError, match=f"there is no exercise {number}; there are 0"):
        registry.find(number)


def test_an_exercise_file_is_never_the_learners_line() -> None:
    """Where a learner's code makes an observation fail, it is their own line that is told."""
    states = registry.exercise_file("05/all_hidden_states.py")

    def answer() -> None:
        states.EXERCISE.reference(None, None, None, None)

    with pytest.raises(AnswerError, match=r"in line \d+, `states\.EXERCISE\.reference"):
        run_limited.run(answer, 5)


def test_a_kept_answer_finds_another_exercises_reference_again() -> None:
    """A learner's own `nearest` may call the `cosines` that a check gave back."""
    cosines = registry.find("02.3").reference
    exercise = registry.find("02.4")
    answer = exercise.make(exercise.reference_source, "mine")
    assert answer.__globals__["cosines"] is cosines
    kept = source_of(answer, "nearest")
    assert "cosines = exercise_file('02/cosines.py').cosines\n" in kept
    space: dict[str, object] = {}
    exec(compile(kept, "<kept>", "exec"), space)  # noqa: S102 - the text that was just made
    assert space["cosines"] is cosines


def test_every_file_in_the_folder_is_an_exercise() -> None:
    files = {path.relative_to(EXERCISES).as_posix() for path in EXERCISES.glob("*/*.py")}
    assert len(files) == len(registry.every())


# An exercise that was numbered anew ---------------------------------------------------------------


def test_what_was_passed_under_a_former_number_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTS_WORK", str(tmp_path))
    old = {"exercise": "09.5", "passed": True, "tries": 3, "source": "kept", "format": 1}
    kept = tmp_path / progress_store.FOLDER
    kept.mkdir()
    (kept / "09.5.json").write_text(json.dumps(old), encoding="utf-8")
    record = progress_store.read("09b.1")
    assert (record.exercise, record.passed, record.tries, record.source) == (
        "09b.1",
        True,
        3,
        "kept",
    )
    progress_store.change(
        "09b.1", lambda before: progress_store.Record("09b.1", tries=before.tries + 1)
    )
    assert progress_store.read("09b.1").tries == 4, "what is written now stands under the new one"
    assert progress_store.forget("09") == 0, "no exercise of 09 has this number any more"
    assert progress_store.forget("09b") == 2
    assert progress_store.read("09b.1") == progress_store.Record("09b.1")


def test_a_former_number_finds_its_exercise() -> None:
    assert registry.find("09.5").id == "09b.1"
