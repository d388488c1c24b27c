"""Tables: computed from recorded runs and from the paper's files, the two never in one column."""

from __future__ import annotations

import pandas as pd
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from mtslib.data import tasks
from mtslib.evidence import published, results
from mtslib.evidence.recorded import recorded_scores
from mtslib.finetune import objectives
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert import BertConfig, BertModel
from mtslib.report import tables
from mtslib.serving import accounting

MINILM = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)


# Recorded scores -------------------------------------------------------------------------------


def test_nothing_published_is_an_empty_table(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path)
    assert recorded_scores().empty
    ours, paper = tables.comparison(MINILM)
    assert ours.empty
    assert not paper.empty


def test_shares_stand_beside_the_scores(snapshot):
    snapshot(*(("sst", 0.5, {"freeze_depth": depth}) for depth in (None, 0, 2, 6)))
    found = tables.scores_with_share(6, recorded_scores()).set_index("freeze_depth")
    assert dict(found.k) == {"full": 6, "0": 6, "2": 4, "6": 0}
    assert dict(found.share_trained) == pytest.approx({"full": 1, "0": 1, "2": 4 / 6, "6": 0})


def test_the_spread_is_over_the_shares_that_the_paper_tried(snapshot):
    scores = ((None, 0.9), (2, 0.5), (4, 0.45), (6, 0.1))
    snapshot(*(("sst", value, {"freeze_depth": depth}) for depth, value in scores))
    rows = tables.spread_by_share(6).query("task == 'sst'").set_index("whose")
    own = rows.loc["recorded here, minilm-l6"]
    assert (own.rows, own["k/L"], own.spread) == (2, "0.33 to 0.67", "0.050")
    assert rows.loc["the paper, bert-base-uncased"].rows == 7


# Costs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["sst", "quora", "sts"])
def test_depth_costs_are_those_of_real_models(task):
    costs = tables.depth_costs(MINILM, task).set_index("freeze_depth")
    assert list(costs.index) == ["full", "0", "1", "2", "3", "4", "5", "6"]
    found = tasks.get(task)
    for name, row in costs.iterrows():
        depth = None if name == "full" else int(name)
        with torch.device("meta"):
            model = TaskModel(
                BertModel(MINILM), found, objectives.get(found.objective, found), depth
            )
        stored = sum(tensor.numel() for tensor in model.trained_tensors().values())
        assert row.parameters == stored
        assert row.megabytes == pytest.approx(stored * 4 / 1e6)
        assert row.k == accounting.trained_layers(MINILM, depth) == 6 - (depth or 0)
        assert row.share_trained == pytest.approx(row.k / 6)


def test_the_work_of_training_is_what_pytorch_counts():
    """Matrix products of one step forward and backward, relative to full fine-tuning.

    The count differs by less than 2 %: the lowest trained layer owes its input no gradient.
    """

    def flops(depth: int | None) -> int:
        with torch.device("meta"):
            model = TaskModel(
                BertModel(MINILM), tasks.SST, objectives.get("ce", tasks.SST), depth, "mean"
            ).train()
            ids = torch.zeros(1, tables.COST_TOKENS, dtype=torch.long)
            labels = torch.zeros(1)
        from mtslib.data.batching import Batch, Inputs

        batch = Batch(torch.zeros(1), (Inputs(ids, torch.ones_like(ids), ids),), labels)
        with FlopCounterMode(display=False) as counter:
            model.objective.loss(model(batch), labels).backward()
        return counter.get_total_flops()

    whole = flops(None)
    for row in tables.depth_costs(MINILM, "sst").itertuples():
        depth = None if row.freeze_depth == "full" else int(row.freeze_depth)
        assert row.training_macs == pytest.approx(flops(depth) / whole, abs=0.02)
    assert row.training_macs == pytest.approx(1 / 3)


def test_every_depth_from_most_to_least_trained():
    assert tables.depth_values(3) == [None, 0, 1, 2, 3]


# Beside the paper ------------------------------------------------------------------------------


@pytest.fixture
def panels(snapshot):
    snapshot(
        ("sst", 0.3, {"freeze_depth": 6, "epochs": 0}),
        ("sts", 0.81, {"freeze_depth": 2}),
        ("sst", 0.45, {"freeze_depth": 2}),
        ("sst", 0.47, {"freeze_depth": 2, "seed": 1}),
        ("quora", 0.88, {"freeze_depth": None}),
        ("quora", 0.11, {"freeze_depth": 2, "dataset": "controlled"}),
    )
    return tables.comparison(MINILM)


def test_our_panel_holds_our_rows_with_their_share_and_seeds(panels):
    ours, _ = panels
    assert ours.to_dict("records") == [
        {
            "row": "untrained head",
            "k/L": "—",
            "sst": "0.300 [0.280, 0.320]",
            "sts": "not measured",
            "quora": "not measured",
            "cfimdb": "not measured",
            "seeds": "1",
        },
        {
            "row": "freeze_depth 2",
            "k/L": "0.67",
            "sst": "0.460 [0.421, 0.499]",  # two seeds that differ by .02
            "sts": "0.810 [0.790, 0.830]",
            "quora": "not measured",
            "cfimdb": "not measured",
            "seeds": "sst 2, sts 1",
        },
        {
            "row": "full",
            "k/L": "1.00",
            "sst": "not measured",
            "sts": "not measured",
            "quora": "0.880 [0.860, 0.900]",
            "cfimdb": "not measured",
            "seeds": "1",
        },
    ]


def test_the_papers_panel_is_apart_and_holds_its_own_numbers(panels):
    ours, paper = panels
    assert list(ours.columns) != list(paper.columns)
    assert not set(paper.row) & set(ours.row) - {"full"}
    for name in ("table1", "table2"):
        rows = paper[paper.table == name.removeprefix("table")]
        expected = published.load(name)
        assert list(rows.row) == list(expected.row.unique())
        for row in rows.to_dict("records"):
            for task in ("sst", "sts", "quora"):
                (value,) = expected[(expected.row == row["row"]) & (expected.task == task)].value
                assert row[task] == f"{value:.3f}"
    assert list(paper[paper.table == "1"]["k/L"]) == [
        f"{k / 12:.2f}" for k in published.load("table1").drop_duplicates("row").top_layers
    ]


def test_scores_on_controlled_data_never_stand_beside_the_paper(panels):
    assert "0.110" not in str(panels)


def test_presets_stand_one_under_the_other_where_both_were_recorded(snapshot):
    snapshot(
        ("sst", 0.4, {"freeze_depth": 2, "preset": "paper"}),
        ("sst", 0.45, {"freeze_depth": 2}),
        ("sst", 0.5, {"freeze_depth": None, "preset": "paper"}),
        ("sst", 0.6, {"freeze_depth": 4}),
    )
    found = tables.presets(MINILM)
    assert list(zip(found.preset, found.row, found.sst, strict=True)) == [
        ("paper", "full", "0.500 [0.480, 0.520]"),
        ("paper", "freeze_depth 2", "0.400 [0.380, 0.420]"),
        ("laptop", "freeze_depth 2", "0.450 [0.430, 0.470]"),
    ]


def test_a_preset_that_was_not_recorded_says_so(snapshot):
    snapshot(("sst", 0.45, {"freeze_depth": 2}))
    (row,) = tables.presets(MINILM).itertuples()
    assert (row.preset, row.row) == ("paper", "not measured")


def test_markdown_is_a_table():
    table = pd.DataFrame([{"row": "full", "sst": "0.5"}, {"row": "2", "sst": "0.4"}])
    assert tables.markdown(table) == "| row | sst |\n|---|---|\n| full | 0.5 |\n| 2 | 0.4 |"
