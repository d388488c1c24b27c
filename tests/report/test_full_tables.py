"""Chapter 08's recorded rows: missing ones say so, and the paper's stand by themselves."""

from __future__ import annotations

import pytest

from mtslib.evidence import published
from mtslib.report.training import full_tables

UNTRAINED = {"sst": 0.2, "sts": 0.0}


@pytest.fixture
def recorded(snapshot):
    """Recorded rows of this test: {task: score of full fine-tuning}."""

    def write(full: dict[str, float]) -> None:
        untrained = [(task, value, {"epochs": 0}) for task, value in UNTRAINED.items()]
        tuned = [(task, v, {"seed": n}) for task, v in full.items() for n in range(3)]
        snapshot(*untrained, *tuned)

    return write


def test_what_was_not_measured_says_so(recorded):
    recorded({})
    table = full_tables.recorded_full()
    assert list(table.task) == ["sst", "cfimdb", "quora", "sts"]
    assert set(table.full) == set(table.gain) == {"not measured"}
    assert list(table["untrained head"]) == ["0.200", "not measured", "not measured", "0.000"]
    assert full_tables.missing(table).endswith("for sst, cfimdb, quora, sts")
    assert all("not measured" in line for line in full_tables.agreement(table))


def test_the_table_fills_itself_when_rows_are_recorded(recorded):
    recorded({"sst": 0.5, "sts": -0.1, "quora": 0.8, "cfimdb": 0.9})
    table = full_tables.recorded_full().set_index("task")
    assert table.full["sst"] == "0.500 [0.480, 0.520]"
    assert table.gain["sst"] == "+0.300"
    assert table.gain["quora"] == "not measured", "its untrained head is missing"
    assert list(table.seeds) == ["3"] * 4
    whole = table.reset_index()
    assert full_tables.missing(whole) == "every task has a recorded full fine-tuning"
    lines = {line.split(":")[0]: line for line in full_tables.agreement(whole)}
    assert lines["sst"].endswith("here full is 0.300 above its row's first score")
    assert lines["sts"].endswith("here full is 0.100 below its row's first score")


def test_the_papers_rows_are_those_of_its_table_2():
    table = full_tables.paper_full().set_index("task")
    found = published.load("table2").set_index(["row", "task"]).value
    for task in ("sst", "sts", "quora"):
        assert float(table.full[task]) == found["full", task]
        assert float(table["base"][task]) == found["base", task]
    assert len(table) == 3
