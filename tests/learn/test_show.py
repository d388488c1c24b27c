"""The ladder of hints: every rung is there, in order, each folded under the one before."""

from __future__ import annotations

import html

import pytest

from mtslib.learn import registry, show


@pytest.mark.parametrize("exercise", registry.every(), ids=lambda exercise: exercise.id)
def test_the_ladder_holds_three_hints_and_says_how_to_see_the_solution(exercise) -> None:
    page = show.ladder(exercise).html()
    calls = (f'learn.{name}("{exercise.id}")' for name in ("repair", "show_solution"))
    rungs = [*exercise.hints, *calls]
    places = [page.index(html.escape(rung)) for rung in rungs]
    assert places == sorted(places)
    assert page.count("<details") == page.count("</details>") == len(rungs)
    assert page.endswith("</details>" * len(rungs) + "</div>")
    assert exercise.reference_source not in html.unescape(page), "that is show_solution's to show"
