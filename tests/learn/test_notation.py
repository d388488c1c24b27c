"""The notation of mistakes and other right answers: what it means, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import POOL

from mtslib.learn import registry
from mtslib.learn.exercise import NotationError, edits, mistakes, styles


def test_a_mistake_is_a_cause_a_place_to_look_and_edits() -> None:
    (mistake,) = mistakes(r"""
        padding-summed: the sum ran over padding too, and this takes
            two lines to say.
          look: the sum:
            real tokens only.
          - (hidden * weights).sum(1)
          + hidden.sum(1)
    """)
    assert mistake.name == "padding-summed"
    assert mistake.cause == "the sum ran over padding too, and this takes two lines to say."
    assert mistake.look == "the sum: real tokens only."
    assert mistake.edits == (("(hidden * weights).sum(1)", "hidden.sum(1)"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n+ b", (("a", "b"),)),
        ("- a", (("a", ""),)),
        ("-  a\n+   b", ((" a", "  b"),)),
        ("- a\n- b\n+ c\n+     d", (("a\nb", "c\n    d"),)),
        ("- a\n-\n- b\n+ c", (("a\n\nb", "c"),)),
        ("- a\n+ b\n- c\n+ d", (("a", "b"), ("c", "d"))),
        ("- a\n\n- c\n+ d", (("a", ""), ("c", "d"))),
    ],
    ids=["replaced", "removed", "blanks", "lines", "empty line", "two", "two, one removed"],
)
def test_edits_keep_every_blank(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert edits(text) == expected


def test_a_whole_answer_stands_where_a_patch_would_not_do() -> None:
    first, second = mistakes(r"""
        sum-not-mean: the sum was not divided.
          look: the last line: divide.
          def mean_pool(hidden, attention_mask):

              return hidden.sum(1)
        sum-ran-over-tokens: none.
          look: nowhere.
          - a
    """)
    assert first.source == "def mean_pool(hidden, attention_mask):\n\n    return hidden.sum(1)\n"
    assert POOL.mistaken_source(first) == first.source
    assert second.edits == (("a", ""),)


def test_a_style_is_a_name_and_an_answer() -> None:
    found = styles(r"""
        chunks, stacked:
          def a():
              return 1

        loop:
          b = 2
    """)
    assert [(style.name, style.source) for style in found] == [
        ("chunks, stacked", "def a():\n    return 1\n"),
        ("loop", "b = 2\n"),
    ]


def test_a_style_may_be_edits_too() -> None:
    exercise = replace(POOL, styles=styles("mean of a mask:\n  - .sum(1) /\n  + .sum(dim=1) /"))
    assert ".sum(dim=1) / weights.sum(1)" in exercise.styles[0].source


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("\nno header here\n  look: x.\n  - a", 1, "`name-with-hyphens: what was"),
        ("\n  look: x.\na-b: c.", 1, "a header"),
        ("", 0, "a header"),
        ("\na-b: c.\n  - a\n  + b", 2, "`look: where to look.`"),
        ("\na-b: c.", 2, "`look: where to look.`"),
        ("\na-b: c.\n  look: d.", 2, "edits, `- old` and `+ new`"),
        ("\na-b: c.\n  look: d.\n  + a", 3, "`- old text` before the new"),
        ("\na-b: c.\n  look: d.\n  - a\n  and more", 4, "`- old text`, `+ new text`"),
        ("\na-b: c.\n  look: d.\n  -a", 3, "`- old text`, `+ new text`"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(
    text: str, line: int, expected: str
) -> None:
    with pytest.raises(NotationError) as caught:
        mistakes(text)
    assert caught.value.line == line
    assert expected in str(caught.value)


@pytest.mark.parametrize("text", ["loop\n  def a(): pass", "loop:\nother:\n  b = 2"])
def test_a_style_without_a_name_or_an_answer_is_refused(text: str) -> None:
    with pytest.raises(NotationError, match="`name:` and the answer"):
        styles(text)


def test_old_text_that_stands_nowhere_or_twice_is_told() -> None:
    (lost,) = mistakes("a-b: c.\n  look: d.\n  - no such text\n  + x")
    with pytest.raises(ValueError, match=r"a-b: 'no such text' stands 0 times in mtslib.*expected"):
        POOL.mistaken_source(lost)


def test_a_removed_line_leaves_no_empty_one() -> None:
    (gone,) = mistakes(
        "a-b: c.\n  look: d.\n  -     return (hidden * weights).sum(1) / weights.sum(1)"
    )
    before = POOL.reference_source.splitlines()
    after = POOL.mistaken_source(gone).splitlines()
    assert after == [line for line in before if "return" not in line]


def test_every_patch_of_every_exercise_fits() -> None:
    for exercise in registry.every():
        for mistake in exercise.mistakes:
            for form in exercise.accepted:
                assert exercise.mistaken_source(mistake, form) != exercise.reference_source
