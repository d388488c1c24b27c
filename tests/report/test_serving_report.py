"""Chapter 12's pictures: the numbers in their words are those of the functions they are given."""

from __future__ import annotations

import pytest

from mtslib.learn import registry
from mtslib.report.serving import serving_plots as pictures

TAPS = {"a": 4, "b": 4, "c": 4}


@pytest.fixture(scope="module")
def learned() -> dict:
    """The references of the exercises that the pictures are drawn with."""
    names = {"12.2": "layers_run", "12.4": "response_times", "12.5": "in_passes"}
    return {name: registry.find(number).reference for number, name in names.items()}


def test_a_mix_has_as_many_common_texts_as_it_says():
    for share, texts in ((0.0, 24), (0.5, 12 + 4), (1.0, 8)):
        requests = pictures.mix(list(TAPS), share)
        assert len(requests) == pictures.REQUESTS
        assert len({text for _, text in requests}) == texts
        assert len(set(requests)) == len(requests), "nobody asks the same thing twice"


def test_computation_is_saved_only_where_texts_are_common(learned):
    table = pictures.savings_table(TAPS, 6, [0.0, 1.0], learned["layers_run"])
    assert table["computation saved"].tolist() == ["0%", "44%"]  # 18 layers become 10
    picture, lines = pictures.saved_by_mix(TAPS, 6, 0.0, learned["layers_run"])
    assert lines[-1] == "computation: layers run, 144 in place of 144 (0% saved)"
    assert lines[1] == "parameters: layers held, 10 in place of 18 (44% saved)"
    assert all(line in picture.alt for line in lines)


def test_load_makes_an_open_queue_longer_and_a_closed_loop_never_sees_it(learned):
    table = pictures.percentiles_by_load(learned["response_times"], learned["in_passes"])
    by_way = {way: rows.p99.tolist() for way, rows in table.groupby("way")}
    assert by_way["one at a time"] == sorted(by_way["one at a time"])
    assert set(by_way["one at a time, closed loop"]) == {1e3 * pictures.cost(1)}
    window = next(way for way in by_way if "window" in way)
    pairs = zip(by_way["passes, idle-first"], by_way[window], strict=True)
    assert all(idle <= other for idle, other in pairs), "what the chapter says of this example"
    picture, lines = pictures.waiting_by_load(table, 0.9)
    assert lines[0] == "load = 90%"
    assert len(lines) == 5
    assert all(line in picture.alt for line in lines)
