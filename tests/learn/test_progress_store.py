"""What passed is kept, survives bad files and a second notebook, and can be brought back."""

from __future__ import annotations

import errno
import fcntl
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from mtslib import __version__, backbones, learn
from mtslib.learn import parts, progress_store, registry, timing
from mtslib.learn.checking import examine
from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.inputs import SeededInputs
from mtslib.learn.progress_store import Record
from mtslib.minbert import BertConfig, BertModel, EncoderLayer, SelfAttention

CONFIG = BertConfig(
    vocab_size=1200, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_positions=9
)


def _observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    made = inputs.build(answer, CONFIG)
    hidden, bias = inputs.randn(2, 3, 8), torch.zeros(2, 1, 1, 3)
    return {"two sentences": inputs.call(made, hidden, bias)}


ATTENTION = Exercise(
    id="03.1",
    title="attention",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=SelfAttention,
    specification=SelfAttention,
    observe=_observe,
    hints=("a", "b", "c"),
    mistakes=(Mistake("not-scaled", "a.", "b.", ()),),
    styles=(Style("same", ""),),
)
MINE = ATTENTION.reference_source.replace(
    "flatten(2)", "reshape(hidden.shape[0], -1, hidden.shape[2])"
)


@pytest.fixture(autouse=True)
def one_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook with one exercise, and a backbone so small that it costs nothing."""
    monkeypatch.setattr(registry, "chapters", lambda: {"03": (ATTENTION,)})
    words = {f"word{n}": n for n in range(CONFIG.vocab_size)}
    tensors = BertModel(CONFIG).state_dict()
    small = backbones.Backbone("small", "0" * 64, Path(), CONFIG, tensors, words)
    monkeypatch.setattr(backbones, "load", lambda: small)


@pytest.fixture
def file(own_progress: Path) -> Path:
    """Where the record of 03.1 lies."""
    return own_progress / ".progress" / "03.1.json"


def _pass(source: str = MINE) -> None:
    learn.check("03.1", ATTENTION.make(source, "mine"))


# Keeping ---------------------------------------------------------------------------------------


def test_what_passed_is_kept_with_its_source_and_version(file: Path) -> None:
    _pass()
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
    _pass()
    _pass(MINE.replace("self.output(gathered)", "gathered"))
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
    _pass()
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
    _pass()
    said = capsys.readouterr().out
    assert "✓ PASSED" in said
    assert "keeps the old file as 03.1.json.damaged" in said
    assert file.with_name("03.1.json.damaged").read_text(encoding="utf-8") == text
    assert progress_store.load("03.1")[0].passed
    assert progress_store.troubles() == []


def test_a_record_of_a_newer_workbook_is_left_alone(file: Path, capsys) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"format": 2, "stars": 5}', encoding="utf-8")
    _pass()
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
        _pass()
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(rf"could not be saved in .* \(not taken\): {helps}", said)
    assert progress_store.read("03.1").passed
    assert [p.name for p in file.parent.iterdir()] == [], "nothing half-written is left"
    _pass()
    assert json.loads(file.read_text(encoding="utf-8"))["tries"] == 2, "saved once there is room"


def test_a_file_in_the_place_of_the_folder_is_survived(own_progress: Path, capsys) -> None:
    own_progress.write_text("not a folder")
    _pass()
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
    _pass()
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

SLOW = MINE.replace(
    "        weights = self.dropout",
    "        sum(range(5_000_000))\n        weights = self.dropout",
)


def test_a_right_and_slow_answer_is_told_how_slow(capsys) -> None:
    _pass(SLOW)
    said = capsys.readouterr().out
    assert "✓ PASSED" in said
    assert "× slower than the library's SelfAttention here: fine for the chapter" in said


def test_a_quick_answer_is_told_nothing(capsys) -> None:
    _pass()
    assert "slower" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "seconds", [(9.0, 0.0004, 9.0), (0.004, 0.004, 0.004), ()], ids=["noise", "tiny", "none"]
)
def test_one_slow_round_of_a_busy_machine_is_no_slowness(seconds: tuple[float, ...]) -> None:
    assert timing.slower(ATTENTION, SelfAttention, seconds) is None


def test_slowness_that_does_not_repeat_is_not_told() -> None:
    assert timing.slower(ATTENTION, ATTENTION.make(MINE, "mine"), (0.5, 0.5, 0.5)) is None


def test_the_ratio_has_one_figure() -> None:
    assert [timing.words(r) for r in (5.4, 43.0, 1234.0)] == ["5×", "40×", "1,000×"]


# Bringing it back ------------------------------------------------------------------------------


def test_a_kept_answer_comes_back_only_when_asked(file: Path, capsys) -> None:
    file.parent.mkdir(parents=True)
    _pass(MINE)
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["source"] += "\nprint('it ran')\n"
    file.write_text(json.dumps(kept), encoding="utf-8")
    learn.progress()
    assert "it ran" not in capsys.readouterr().out
    back = learn.replay("03.1")
    assert "✓ REPLAYED" in capsys.readouterr().out
    assert back is not SelfAttention
    assert examine(ATTENTION, back).passed


@pytest.mark.parametrize(
    "record, reason",
    [
        (Record("03.1"), "03.1 is not passed yet"),
        (Record("03.1", passed=True), "no source was kept"),
        (Record("03.1", passed=True, source="class Other: pass"), "defines no SelfAttention"),
        (Record("03.1", passed=True, source="1 +"), "raised SyntaxError"),
        (Record("03.1", passed=True, source="raise NotImplementedError"), "holds a TODO"),
        (
            Record("03.1", passed=True, source=MINE.replace("self.output(gathered)", "gathered")),
            "does not pass now",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_come_back_leaves_the_library_s(record: Record, reason: str, capsys) -> None:
    progress_store.write(record)
    assert learn.replay("03.1") is SelfAttention
    said = capsys.readouterr().out
    assert "○ NOT REPLAYED" in said
    assert reason in said


# The BERT they wrote ---------------------------------------------------------------------------


def test_the_parts_that_passed_make_the_model_and_it_says_whose_they_are(capsys) -> None:
    _pass()
    capsys.readouterr()
    found = learn.my_parts()
    said = capsys.readouterr().out
    assert "1 of 15 are yours" in said
    assert "attention: YOURS (your answer to 03.1, equal to the library's on a model)" in said
    assert "layer: THE LIBRARY’S (no exercise asks for it)" in said
    assert found.foreign() == ("attention",)
    assert found.layer is EncoderLayer
    assert parts.difference(found) == ""


def test_nothing_passed_gives_the_library_s_own_model(capsys) -> None:
    assert learn.my_parts().foreign() == ()
    assert "0 of 15 are yours" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change, reason",
    [
        (
            (
                "return self.output(gathered)",
                "return self.output(gathered) * (1 + len(hidden) // 3)",
            ),
            r"hidden_states\[1\] differs from the library's by up to",
        ),
        (
            (
                "return self.output(gathered)",
                "assert len(hidden) < 3; return self.output(gathered)",
            ),
            "your code raised AssertionError",
        ),
    ],
    ids=["other numbers", "raises"],
)
def test_a_part_that_passes_its_check_and_fails_on_the_backbone_is_not_used(
    change: tuple[str, str], reason: str, capsys
) -> None:
    _pass(MINE.replace(*change))
    assert "✓ PASSED" in capsys.readouterr().out
    assert learn.my_parts().foreign() == ()
    assert re.search(reason, capsys.readouterr().out)


def test_a_slow_part_is_used_only_if_one_insists(capsys) -> None:
    _pass(SLOW)
    assert learn.my_parts().foreign() == ()
    assert "learn.my_parts(insist=True) takes it" in capsys.readouterr().out
    assert learn.my_parts(insist=True).foreign() == ("attention",)


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
