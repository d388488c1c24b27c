"""Chapter 14's table: costs that are those of the models themselves, rows only where recorded."""

from __future__ import annotations

import pandas as pd
import pytest

from mtslib import backbones
from mtslib.data import tasks
from mtslib.evidence import together
from mtslib.finetune.joint_run import Joint, tie
from mtslib.finetune.objectives import OBJECTIVES
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert import BertModel
from mtslib.report.together import joint_plots, joint_tables

CONFIG = backbones.load("minilm-l6").config


@pytest.mark.parametrize("depth", [None, 2, 4])
def test_what_trains_and_is_served_is_what_a_joint_model_holds(depth):
    import torch

    with torch.device("meta"):
        models = {}
        for name in together.TASKS:
            task = tasks.get(name)
            model = TaskModel(BertModel(CONFIG), task, OBJECTIVES[task.objective], None)
            models[name] = model
    how = {"sharing": "branches", "freeze_depth": depth} if depth else {}
    tie(models, Joint(together.TASKS, **how))
    held = {id(t): t.numel() for model in models.values() for t in model.parameters()}
    assert joint_tables.trained(CONFIG, depth, frozen=False) == sum(held.values())
    served = joint_tables.costs(CONFIG, depth, shared=True)["served parameters"]
    assert served == f"{sum(held.values()) / 1e6:.1f} M"


def test_rows_are_shown_only_where_every_task_is_recorded(snapshot):
    how = {"name": "joint", "tasks": list(together.TASKS), "sharing": "branches", "trunk_depth": 4}
    how |= {"sampling": "proportional", "gradients": "alternate", "weights": {}}
    snapshot(
        *((task, 0.5, {"freeze_depth": 4}) for task in together.TASKS),
        *((task, 0.6, {"method": how}) for task in together.TASKS),
        ("sst", 0.7, {"freeze_depth": None}),
    )
    found = joint_tables.rivals(CONFIG).set_index("way")
    assert list(found.index) == ["apart and merged at 4 (ours)", "trunk to 4, proportional"]
    ours, rival = found.iloc[0], found.iloc[1]
    for column in ("served parameters", "MACs, one input", "MACs, three inputs"):
        assert ours[column] == rival[column]  # the fairest rival costs the same to serve
    assert (ours.moves, rival.moves) == ("nothing, to the bit", "not measured")


def test_pictures_say_what_they_show():
    cosines = pd.DataFrame(
        [("sst – sts", layer, 0.1 * n, 0.0, 0.2) for n, layer in enumerate(("embeddings", "0"))],
        columns=["pair", "layer", "value", "low", "high"],
    )
    by_depth = pd.DataFrame(
        [("sst", "full", 0.5), ("sst", "2", 0.4)], columns=["task", "freeze_depth", "value"]
    )
    assert "sst – sts from +0.00 to +0.10" in joint_plots.conflict_and_depth(cosines, by_depth).alt
    assert "Right" in joint_plots.conflict_and_depth(cosines, by_depth[:0]).alt
    _, lines = joint_plots.shares_by_epoch({"sqrt": [{"sst": 0.25, "sts": 0.75}] * 2})
    assert lines == ["sqrt: sst 25%", "sqrt: sts 75%"]
