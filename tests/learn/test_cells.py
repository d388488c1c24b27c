"""What the notebook around an answer tells: cells that did not run, names from other cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mtslib import learn
from mtslib.learn import cells, progress_store, registry

NUMBER, NAME = "03.2", "mask_bias"
RIGHT = "def mask_bias(mask):\n    return (1 - mask.float())[:, None, None] * -1e9\n"
CHECK = f'from mtslib import learn\n{NAME} = learn.check("{NUMBER}", {NAME})'


@pytest.fixture
def run() -> Iterator[Callable[[str], str]]:
    """Runs cells of one notebook; gives what they showed."""
    shell = InteractiveShell.instance()
    shell.reset()

    def cell(text: str) -> str:
        from IPython.utils.capture import capture_output

        with capture_output() as captured:
            shell.run_cell(text, store_history=True)
        shown = [output.data.get("text/plain", "") for output in captured.outputs]
        return captured.stdout + "".join(shown)

    yield cell
    InteractiveShell.clear_instance()


def test_a_cell_with_a_syntax_error_is_told_and_nothing_is_judged(run) -> None:
    run(RIGHT.replace("-1e9", "1e9"))
    run("def mask_bias(mask):\n    return (1 - mask.float()[:, None, None] * -1e9\n")
    said = run(CHECK)
    assert "the cell of mask_bias did not run (SyntaxError in line 2" in said
    assert "Saw" not in said
    assert progress_store.load(NUMBER)[0].tries == 0


def test_a_cell_that_stopped_before_its_definition_is_told(run) -> None:
    run(RIGHT.replace("-1e9", "1e9"))
    run("1 / 0\n" + RIGHT)
    assert "the cell of mask_bias stopped before it had defined it" in run(CHECK)
    run(RIGHT)
    assert "PASSED" in run(CHECK)


def test_a_definition_in_the_cell_of_its_check_is_judged(run) -> None:
    run("def mask_bias(mask):\n    return None\n")
    assert "PASSED" in run(RIGHT + CHECK)


def test_a_thing_made_in_another_cell_that_reaches_in_is_told(run) -> None:
    run("import torch\nhidden_mask = torch.ones(2, 3)")
    run(RIGHT.replace("mask.float()", "hidden_mask"))
    said = run(CHECK)
    assert "Your code reads hidden_mask, which is none of its arguments" in said
    assert "a tensor of shape (2, 3), float32" in said


def test_hints_that_run_with_all_cells_are_not_counted(run) -> None:
    run("def mask_bias(mask):\n    return mask\n")
    run(CHECK)
    run(f'learn.hint("{NUMBER}")')
    assert progress_store.load(NUMBER)[0].hints == 0
    learn._checked[NUMBER] -= 2 * learn.SOON
    run(f'learn.hint("{NUMBER}")')
    assert progress_store.load(NUMBER)[0].hints == 1


def test_what_the_chapter_gives_is_no_leftover() -> None:
    exercise = registry.find("01.2")
    assert cells.left_over(exercise, exercise.reference) == {}


def test_the_sign_of_life_gives_way_to_the_outcome(run, monkeypatch) -> None:
    run("from mtslib import learn\nsign = learn._SignOfLife('03.2 mask', after=0.0)")
    assert "looking" in run("sign('looking')")
    assert sign_is_kept(run)


def sign_is_kept(run: Callable[[str], str]) -> bool:
    return "True" in run("print(sign.handle is not None)")
