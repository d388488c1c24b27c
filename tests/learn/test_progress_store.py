"""What passed is kept, survives bad files and a second notebook, and can be brought back."""

from __future__ import annotations

import errno
import fcntl
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from kept_answers import ATTENTION, MINE, pass_with

from mtslib import __version__, learn
from mtslib.learn import progress_store
from mtslib.learn.progress_store import Record

pytestmark = pytest.mark.usefixtures("one_exercise")


# Keeping ---------------------------------------------------------------------------------------


def test_what_passed_is_kept_with_its_source_and_version(file: Path) -> None:
    pass_with()
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["format"] == progress_store.FORMAT
    assert (kept["passed"], kept["tries"], kept["version"]) == (True, 1, __version__)
    assert "reshape(hidden.shape[0]" in kept["source"]


def test_an_answer_broken_on_purpose_counts_as_no_try(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = ATTENTION.make(MINE.replace("self.output(gathered)", "gathered"), "broken")
    learn.check("03.1", broken, record=False)
    assert not file.exists()
    said = capsys.readouterr().out
    assert "NOT YET" in said
    assert said.strip().endswith(
        "Broken on purpose: this does not count as a try and changes nothing."
    )
    assert "goes on with" not in said


def test_a_later_wrong_try_takes_nothing_away() -> None:
    pass_with()
    pass_with(MINE.replace("self.output(gathered)", "gathered"))
    after = progress_store.read("03.1")
    assert after.passed
    assert after.tries == 2
    assert "self.output(gathered)" in after.source


def test_hints_and_solutions_are_counted_and_are_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "_checked", {})  # a hint right after a check is one of Run All
    learn.hint("03.1")
    learn.hint("03.1")
    learn.show_solution("03.1")
    assert progress_store.read("03.1") == Record("03.1", hints=2, solutions=1)


def test_outside_work_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MTS_WORK")
    monkeypatch.chdir(tmp_path)
    pass_with()
    assert progress_store.read("03.1").passed
    assert list(tmp_path.iterdir()) == []
    progress_store.forget("03")
    assert not progress_store.read("03.1").passed


# Bad files and bad disks -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"passed": "yes"}',
        '{"mistakes": [1]}',
        '{"tries": true}',
        '{"who": 1}',
        "\0",
    ],
)
def test_a_damaged_record_is_told_kept_aside_and_begun_anew(file: Path, text: str, capsys) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    learn.progress("03")
    assert "progress of 03.1 is damaged" in capsys.readouterr().out
    pass_with()
    said = capsys.readouterr().out
    assert "✓ PASSED" in said
    assert "keeps the old file as 03.1.json.damaged" in said
    assert file.with_name("03.1.json.damaged").read_text(encoding="utf-8") == text
    assert progress_store.load("03.1")[0].passed
    assert progress_store.troubles() == []


def test_a_record_of_a_newer_workbook_is_left_alone(file: Path, capsys) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"format": 2, "stars": 5}', encoding="utf-8")
    pass_with()
    assert "written by a newer workbook" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == '{"format": 2, "stars": 5}'
    assert progress_store.read("03.1").passed, "remembered until the kernel ends"


@pytest.mark.parametrize(
    "number, helps",
    [
        (errno.ENOSPC, "make room on its disk"),
        (errno.EDQUOT, "make room on its disk"),
        (errno.EROFS, "check the permissions"),
        (errno.EACCES, "check the permissions"),
        (errno.ENAMETOOLONG, "choose another place"),
        (errno.EIO, "choose another place"),
    ],
)
def test_where_the_disk_takes_nothing_a_sentence_says_so_and_what_helps(
    number: int, helps: str, monkeypatch: pytest.MonkeyPatch, capsys, file: Path
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "not taken")

    with monkeypatch.context() as patch:
        patch.setattr(progress_store, "write_json", refuse)
        pass_with()
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(rf"could not be saved in .* \(not taken\): {helps}", said)
    assert progress_store.read("03.1").passed
    assert [p.name for p in file.parent.iterdir()] == [], "nothing half-written is left"
    pass_with()
    assert json.loads(file.read_text(encoding="utf-8"))["tries"] == 2, "saved once there is room"


def test_a_file_in_the_place_of_the_folder_is_survived(own_progress: Path, capsys) -> None:
    own_progress.write_text("not a folder")
    pass_with()
    assert "could not be saved" in capsys.readouterr().out
    assert progress_store.read("03.1").passed


# Two notebooks at once -------------------------------------------------------------------------

COUNT = (
    "import sys; from dataclasses import replace; from mtslib.learn import progress_store\n"
    "for n in range(25):\n"
    "    said = progress_store.change('03.1', lambda r: replace(r, tries=r.tries + 1,\n"
    "        mistakes=(*r.mistakes, f'{sys.argv[1]}-{n}')))\n"
    "    assert said == '', said\n"
)


def test_two_notebooks_that_change_one_record_lose_nothing(file: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", COUNT, name]) for name in ("left", "right")]
    assert [process.wait(120) for process in both] == [0, 0]
    kept = progress_store.read("03.1")
    assert kept.tries == 50
    assert len(set(kept.mistakes)) == 50
    assert [path.name for path in file.parent.iterdir()] == ["03.1.json"]


def test_a_notebook_that_hangs_with_the_lock_does_not_stop_another(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtslib.base.locks import locked

    monkeypatch.setattr(progress_store, "PATIENCE", 0.2)
    with locked(file.with_name(".03.1.lock")):
        assert progress_store.write(Record("03.1", tries=3)) == ""
    assert progress_store.read("03.1").tries == 3


@pytest.mark.parametrize("name", ["ENOLCK", "EOPNOTSUPP", "EPERM"])
def test_where_nothing_can_be_locked_progress_is_kept_all_the_same(
    name: str, file: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    def flock(*_: object) -> None:
        raise OSError(getattr(errno, name), "refused")

    monkeypatch.setattr(fcntl, "flock", flock)
    pass_with()
    assert "could not be saved" not in capsys.readouterr().out
    assert json.loads(file.read_text(encoding="utf-8"))["passed"]


# Source ----------------------------------------------------------------------------------------

NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
from mtslib.learn.source import source_of
shell = InteractiveShell.instance()
for cell in (
    "import math\\nfrom torch import nn\\nimport torch.nn.functional as fun\\nSCALE = 2.0",
    "def helper(x):\\n    return fun.relu(x) * SCALE * math.pi\\n\\nprint('not mine')",
    "class Mine(nn.Module):\\n    def forward(self, x):\\n        return helper(x)",
    "shorter = Mine",
):
    assert shell.run_cell(cell).success
print(source_of(shell.user_ns["shorter"], "Wanted"))
"""


def test_the_source_of_a_class_in_a_notebook_brings_its_helpers_along() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK], capture_output=True, text=True, check=True, timeout=120
    )
    text = done.stdout.partition("not mine\n")[2]
    space: dict[str, Any] = {"__name__": "elsewhere"}
    exec(text, space)  # noqa: S102 (made a line above)
    made = space["Wanted"]()
    assert made(torch.ones(1)).item() == pytest.approx(2 * 3.14159265)
    assert "print" not in text, "only what the answer needs"


@pytest.mark.parametrize("answer", [len, 3, object(), torch.nn.Linear(1, 1)])
def test_what_has_no_source_is_kept_without(answer: object) -> None:
    from mtslib.learn.source import source_of

    assert source_of(answer, "anything") == ""


# Pace ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "nested", "surrogate"])
def test_a_record_that_is_none_is_put_aside(tmp_path, kind):
    with progress_store.at(tmp_path):
        path = progress_store.folder() / "03.1.json"
        path.parent.mkdir()
        if kind == "folder":
            path.mkdir()
        else:
            path.write_text("[" * 200_000 if kind == "nested" else '{"source": "\\ud800"}')
        progress_store.write(Record("03.1", passed=True))
        assert progress_store.load("03.1") == (Record("03.1", passed=True), "")
        assert len(list(path.parent.glob("03.1.json.*damaged"))) == 1


def test_a_blank_name_of_a_work_folder_is_none(monkeypatch):
    monkeypatch.setenv("MTS_WORK", "  ")
    assert progress_store.folder() is None
