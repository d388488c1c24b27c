"""The published figures, compared with the papers' figures typed here once more."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from mtslib.base.errors import DataError
from mtslib.evidence import published

# k: SST accuracy, STS Pearson, Quora accuracy.
TABLE1 = {
    4: (0.500, 0.818, 0.882),
    5: (0.521, 0.830, 0.884),
    6: (0.504, 0.802, 0.887),
    7: (0.526, 0.802, 0.879),
    8: (0.510, 0.839, 0.887),
    9: (0.510, 0.835, 0.887),
    10: (0.515, 0.849, 0.887),
}
TABLE2 = {
    "base": (0.399, 0.003, 0.376),
    "full": (0.528, 0.850, 0.888),
    "partial, merged": (0.525, 0.862, 0.885),
}
METRIC_OF = {"sst": "accuracy", "sts": "pearson", "quora": "accuracy"}


def values(table, by):
    """{row key: {task: value}} of a table."""
    return {key: dict(zip(g["task"], g["value"], strict=True)) for key, g in table.groupby(by)}


def as_tasks(figures):
    return {key: dict(zip(METRIC_OF, row, strict=True)) for key, row in figures.items()}


def test_table_1_is_as_printed_with_its_shares():
    table = published.load("table1")
    assert values(table, "top_layers") == as_tasks(TABLE1)
    assert set(table["split"]) == {"dev"}
    assert set(table["layers"]) == {12}
    for k, share in zip(table["top_layers"], table["share_trained"], strict=True):
        assert share == pytest.approx(k / 12)
    assert table["share_trained"].min() == pytest.approx(1 / 3)
    assert table["share_trained"].max() == pytest.approx(5 / 6)


def test_table_2_is_as_printed_and_full_trains_every_layer():
    table = published.load("table2")
    assert values(table, "row") == as_tasks(TABLE2)
    full = table[table["row"] == "full"]
    assert set(full["top_layers"]) == {12}
    assert set(full["share_trained"]) == {1.0}
    assert table[table["row"] != "full"]["share_trained"].isna().all()


def test_table_3_is_as_printed():
    table = published.load("table3")
    assert values(table, "row") == {
        "cosine similarity, MSE": {"sts": 0.641},
        "cross-entropy": {"sts": 0.850},
    }


def test_table_4_is_as_printed_and_its_overall_score_is_the_mean():
    table = published.load("table4")
    scores = dict(zip(table["task"], table["value"], strict=True))
    assert scores == {"sst": 0.524, "sts": 0.844, "quora": 0.885, "all": 0.751}
    assert scores.pop("all") == pytest.approx(sum(scores.values()) / 3, abs=5e-4)
    assert set(table["split"]) == {"test"}


def test_wei_2022_is_as_printed():
    table = published.load("wei2022")
    assert dict(zip(table["metric"], table["value"], strict=True)) == {
        "tasks": 8,
        "share_of_full_score": 0.996,
        "overhead_saved_at_most": pytest.approx(2 / 3, abs=5e-4),
    }


@pytest.mark.parametrize("name", ["table1", "table2", "table3", "table4"])
def test_each_task_has_its_own_metric(name):
    table = published.load(name)
    metrics = dict(zip(table["task"], table["metric"], strict=True))
    assert metrics.items() <= {**METRIC_OF, "all": "overall"}.items()


@pytest.mark.parametrize("name", published.NAMES)
def test_every_figure_names_its_source(name):
    paper = "Wei et al. (2022)" if name == "wei2022" else "BERT-MTS report"
    for source in published.load(name)["source"]:
        assert source.startswith(paper)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(DataError, match=r"table9.*table1, table2"):
        published.load("table9")


@pytest.mark.parametrize(
    "before, after, message",
    [
        ("0.500", "50.0", "line 2: accuracy 50.0; expected 0.0 to 1.0"),
        ("0.500", "nan", "line 2: accuracy nan"),
        ("0.500", "half", "line 2: .*expected a number"),
        ("0.500,", "", "line 2: read 8 fields, expected 9"),
        (
            "top 5,5,12,sts,pearson",
            "top 5,5,12,sst,accuracy",
            "line 6: this row, task and metric came before",
        ),
        ("top 4,4,12", "top 4,13,12", "line 2: 13 top layers of 12"),
        ("1,dev,top 4,4,12,sst", "1,train,top 4,4,12,sst", "line 2: split 'train'"),
        ("sst,accuracy", "mnli,accuracy", "line 2: task 'mnli'"),
        ("sst,accuracy", "sst,f1", "line 2: metric 'f1'"),
        ("table,split", "table;split", "line 1: expected the header"),
        ('"BERT-MTS report, Table 1"', "", "line 2: no source"),
    ],
)
def test_an_altered_file_is_refused_with_its_line(tmp_path, before, after, message):
    text = (published.PUBLISHED / "table1.csv").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "table1.csv").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        published.load("table1", tmp_path)


def test_a_repeated_figure_is_refused(tmp_path):
    shutil.copy(published.PUBLISHED / "table3.csv", tmp_path)
    path = tmp_path / "table3.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 4: this row, task and metric came before"):
        published.load("table3", tmp_path)


def test_a_missing_or_empty_file_is_one_line(tmp_path):
    with pytest.raises(DataError, match="cannot read"):
        published.load("table1", tmp_path)
    (tmp_path / "table1.csv").write_bytes(b"")
    with pytest.raises(DataError, match="expected the header"):
        published.load("table1", tmp_path)


@pytest.mark.parametrize(
    "metric, correlation", [("accuracy", 0.0), ("accuracy", 0.7), ("pearson", 0.0)]
)
def test_the_interval_of_a_difference_is_what_drawn_sets_give(metric, correlation):
    """Against the slow way: many pairs of dev sets, each with two models."""
    random, n = np.random.default_rng(0), 400
    first, second = (0.8, 0.6) if metric == "pearson" else (0.55, 0.5)
    found = []
    for _ in range(2000):
        if metric == "pearson":
            drawn = [
                random.multivariate_normal([0, 0], [[1, r], [r, 1]], n).T for r in (first, second)
            ]
            found.append(np.subtract(*(np.corrcoef(*pair)[0, 1] for pair in drawn)))
        else:
            both = first * second + correlation * np.sqrt(
                first * (1 - first) * second * (1 - second)
            )
            shares = [both, first - both, second - both, 1 - first - second + both]
            counts = random.multinomial(n, shares)
            found.append((counts[1] - counts[2]) / n)
    value, low, high = published.interval_of_difference(*(first, second, n, n), metric, correlation)
    assert value == pytest.approx(first - second)
    assert (high - low) / 2 / 1.96 == pytest.approx(np.std(found), rel=0.06)
