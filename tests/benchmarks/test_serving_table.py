"""What serving held: the recorded rates as a table, and the sentence for what is missing."""

from __future__ import annotations

import pytest

from benchmarks import serve
from mtslib.bench import bench_tables, serving_table


def row(mix: str, way: str, rate: float) -> dict:
    return {"mix": mix, "way": way, "rate": rate, "lone_p50_ms": 8.04, "memory_mb": 412.6}


def test_each_way_stands_beside_the_first_of_its_mix(tmp_path):
    rows = [row("a", "separate", 20.0), row("a", "merged", 35.0), row("b", "pair", 10.0)]
    found = {"machine": {}, "rounds": 1, "bound_ms": 250.0, "rows": rows}
    bench_tables.write(found, tmp_path / "one.json")
    table = serving_table.recorded(tmp_path)
    assert table["times the first"].tolist() == ["1.00×", "1.75×", "1.00×"]
    assert table["way"].tolist()[1] == "merged, one trunk"
    assert "requests/s at p99 ≤ 250 ms" in table


def test_what_only_some_rows_have_is_shown_where_it_was_taken(tmp_path):
    rows = [row("a", "separate", 20.0) | {"overhead_p50_ms": 2.34}]
    rows += [row("a", "merged", 35.0) | {"overhead_p50_ms": 2.5, "ask_p50_ms": 6.7, "flipped": 0.0}]
    found = {"machine": {}, "rounds": 1, "bound_ms": 250.0, "rows": rows}
    table = serving_table.table(found)
    assert table["overhead p50, ms"].tolist() == ["2.3", "2.5"]
    assert table["lone over a bare ask"].tolist() == ["—", "1.20×"]
    assert table["other labels"].tolist() == ["—", "0.0%"]


def test_what_was_not_measured_says_how_to(tmp_path):
    (line,) = serving_table.recorded(tmp_path).mix
    assert line.startswith("not measured: python -m mtslib bench serve")


@pytest.mark.parametrize("holds", [3.0, 70.0, 900.0])
def test_the_rate_that_is_held_is_found_from_any_guess(holds):
    def trial(rate: float) -> dict[str, float]:
        return {"rate": rate, "p50_ms": 1.0, "p99_ms": 100 if rate <= holds else 400, "lost": 0}

    assert 0.85 * holds <= serve.rate_held(trial, guess=50.0)["rate"] <= holds


def test_a_server_that_loses_requests_holds_nothing():
    lost = {"rate": 9.0, "p50_ms": 1.0, "p99_ms": 100.0, "lost": 1}
    assert serve.rate_held(lambda rate: lost, guess=50.0)["rate"] == 0.0
