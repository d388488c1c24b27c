"""What was passed is brought back: how slow it is, one answer, the BERT they wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from kept_answers import ATTENTION, MINE, pass_with

from mtslib import learn
from mtslib.learn import parts, progress_store, timing
from mtslib.learn.checking import examine
from mtslib.learn.progress_store import Record
from mtslib.minbert import EncoderLayer, SelfAttention

pytestmark = pytest.mark.usefixtures("one_exercise")


SLOW = MINE.replace(
    "        weights = self.dropout",
    "        sum(range(5_000_000))\n        weights = self.dropout",
)


def test_a_right_and_slow_answer_is_told_how_slow(capsys) -> None:
    pass_with(SLOW)
    said = capsys.readouterr().out
    assert "✓ PASSED" in said
    assert "× slower than the library's SelfAttention here: fine for the chapter" in said


def test_a_quick_answer_is_told_nothing(capsys) -> None:
    pass_with()
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
    pass_with(MINE)
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
    pass_with()
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
    pass_with(MINE.replace(*change))
    assert "✓ PASSED" in capsys.readouterr().out
    assert learn.my_parts().foreign() == ()
    assert re.search(reason, capsys.readouterr().out)


def test_a_slow_part_is_used_only_if_one_insists(capsys) -> None:
    pass_with(SLOW)
    assert learn.my_parts().foreign() == ()
    assert "learn.my_parts(insist=True) takes it" in capsys.readouterr().out
    assert learn.my_parts(insist=True).foreign() == ("attention",)
