"""The instructor's notes: computed from what is there, true to it, and the answers folded away."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from mtslib.cli.main import main
from mtslib.learn import registry
from mtslib.learn.instructor import notes
from mtslib.workbook.chapters import CHAPTERS

QUESTION = re.compile(
    r"^\d+\. (?P<ask>[^\n]+)\n\n   <details>\n   <summary>Listen for</summary>\n\n"
    r"   (?P<listen>[^\n]+)\n\n   </details>\n*",
    flags=re.MULTILINE,
)
NUMBERS = [chapter.number for chapter in CHAPTERS]
CORE = [chapter for chapter in CHAPTERS if chapter.core]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_notes_of_a_chapter_hold_its_exercises_and_all_their_mistakes(number: str) -> None:
    text = notes.markdown(number)
    assert text.startswith(f"# {number} · ")
    for exercise in registry.chapters().get(number, ()):
        assert f"| {exercise.id} {exercise.title} | {exercise.minutes} |" in text
        for mistake in exercise.mistakes:
            assert f"- `{mistake.name}`: {mistake.cause}" in text


@pytest.mark.parametrize("number", [n for n in NUMBERS if registry.chapters().get(n)])
def test_each_hunt_shows_mistaken_code_and_folds_the_answer(number: str) -> None:
    text = notes.markdown(number)
    hunts = text.partition("## Bug hunts")[2]
    shown = re.findall(r"```python\n(.*?)\n```", hunts, flags=re.DOTALL)
    expected = [
        exercise.mistaken_source(mistake).strip()
        for exercise in registry.chapters()[number]
        for mistake in notes.chosen(exercise)
    ]
    assert shown == expected
    assert len(shown) >= 2
    for code in shown:
        ast.parse(code)
    open_text = re.sub(r"<details>.*?</details>", "", hunts, flags=re.DOTALL)
    for exercise in registry.chapters()[number]:
        for mistake in notes.chosen(exercise):
            assert mistake.cause not in open_text, "the answer is folded"
            assert exercise.reference_source.strip() not in shown


def test_only_chapter_00_has_no_questions() -> None:
    assert [number for number in NUMBERS if not notes.questions(number)] == ["00"]


@pytest.mark.parametrize("number", [number for number in NUMBERS if number != "00"])
def test_every_question_has_something_to_listen_for(number: str) -> None:
    sections = notes.questions(number)
    assert [section.split("\n")[0] for section in sections] == [
        "## For discussion",
        "## For an oral exam",
    ]
    for section in sections:
        text = section.partition("\n\n")[2]
        found = list(QUESTION.finditer(text))
        assert len(found) >= 4
        assert "".join(one[0] for one in found) == text, "nothing but questions"
        for count, one in enumerate(found, start=1):
            assert one[0].startswith(f"{count}. ")
            assert one["ask"].endswith(("?", "."))
            assert one["listen"].endswith(".")
            assert "!" not in one[0].replace("!=", "")
        assert section in notes.markdown(number)


def test_three_weeks_hold_every_core_chapter_once_in_order_and_evenly() -> None:
    weeks = notes.weeks()
    assert [chapter for week in weeks for chapter in week] == CORE
    assert len(weeks) == 3
    minutes = [sum(map(notes.core_minutes, week)) for week in weeks]
    longest = max(map(notes.core_minutes, CORE))
    assert max(minutes) - min(minutes) <= 2 * longest
    assert sum(minutes) <= notes.MOST_HOURS * 60, "the design's frame"


def test_the_plan_marks_the_chapter_in_hand() -> None:
    assert "**03 self-attention**" in notes.plan("03")
    assert "**" not in notes.plan()


def test_all_chapters_together_begin_with_the_plan() -> None:
    text = notes.markdown()
    assert text.startswith("## Three weeks")
    assert re.findall(r"^# (\S+) · ", text, flags=re.MULTILINE) == NUMBERS


def test_the_command_writes_to_the_screen_or_to_a_file(tmp_path: Path, capsys) -> None:
    assert main(["instructor", "notes", "03"]) == 0
    text = capsys.readouterr().out
    assert main(["instructor", "notes", "03", "--out", str(tmp_path / "03.md")]) == 0
    assert (tmp_path / "03.md").read_text(encoding="utf-8") == text
    assert main(["instructor", "notes", "99"]) == 2
    assert "no chapter '99'" in capsys.readouterr().err
