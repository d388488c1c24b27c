"""A grid over single settings, terms and trainings before the task: each run once, and apart."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from finetune.conftest import run

from mtslib.base.errors import TrainError
from mtslib.cli.main import main
from mtslib.evidence import results
from mtslib.finetune.grid import plan

VARIED = {"head_dropout": (0.1, 0.3), "batch_size": (16, 32), "epochs": (1, 2)}


def test_every_combination_runs_and_has_a_folder_that_names_it(make):
    planned = plan([make(depths=(1,), varied=VARIED)])
    seen = {tuple(getattr(one.settings, key) for key in VARIED) for one in planned}
    assert seen == set(itertools.product(*VARIED.values()))
    assert planned[0].name == "sst-d1-ce-cls-head-dropout0.1-batch-size16-epochs1-s0"
    assert len({one.name for one in planned}) == len(planned) == 8


def test_a_rate_by_depth_stays_the_presets_where_others_vary(make):
    usual = {key: value for key, value in make().changes.items() if key != "learning_rate"}
    grid = make(depths=(2, 3), varied={"epochs": (1, 2)})
    grid.changes.pop("learning_rate")
    rates = {one.settings.freeze_depth: one.settings.learning_rate for one in plan([grid])}
    assert rates[2] != rates[3], usual


def test_extras_are_recorded_once_and_apart_from_the_plain_run(make, tmp_path):
    grids = [make(tasks=("sts",), depths=(1,))]
    for extra in ({"regularise": "smart"}, {"before": "masked-words"}):
        grids.append(make(tasks=("sts",), depths=(1,), changes=extra))
    assert [run(grid, tmp_path) for grid in grids] == [1, 1, 1]
    assert [run(grid, tmp_path) for grid in grids] == [0, 0, 0]
    methods = results.table(tmp_path / "results").groupby("run_id").method.first()
    assert sorted(methods) == ["", "masked-words", "smart"]
    folders = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert folders == [f"sts-d1-soft-ce-cls{extra}-s0" for extra in ("-masked-words", "", "-smart")]


def test_a_run_on_pairs_that_were_named_by_their_path_is_known_again(make, tmp_path):
    pairs = Path(make().data) / "quora-train.csv"
    changes = {"before": "contrastive", "before_file": str(pairs)}
    grid = make(tasks=("sts",), depths=(1,), changes=changes)
    assert [run(grid, tmp_path), run(grid, tmp_path)] == [1, 0]
    (kept,) = results.read_runs(tmp_path / "results").values()
    assert kept["settings"]["before_file"] == pairs.name


@pytest.mark.parametrize(
    "values, message",
    [
        ({"varied": {"epochs": (1, 1)}}, "epochs 1 stands 2 times in the grid"),
        ({"varied": {"batch_size": (16, 0)}}, "batch_size 0 is out of range"),
        ({"depths": (3,), "changes": {"before": "contrastive"}}, "at freeze_depth 3 there is none"),
        ({"changes": {"regularise": "r-dorp"}}, "regularise 'r-dorp' is unknown; expected smart"),
    ],
)
def test_a_mistake_is_refused_before_anything_runs(make, tmp_path, values, message):
    with pytest.raises(TrainError, match=message):
        run(make(**values), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_takes_several_values_with_commas(make, tmp_path, capsys):
    usual = make()
    places = ["--out", str(tmp_path / "runs"), "--results", str(tmp_path / "results"), "--dry-run"]
    own = ["--data", usual.data, "--backbone", usual.changes["backbone"], *places]
    asked = ["--epochs", "1,2", "--encoder-dropout", "0,0.1", "--regularise", "smart,r-drop"]
    assert main(["sweep", "--tasks", "sst", "--depths", "1", *asked, *own]) == 0
    assert "8 runs, 0 recorded already" in capsys.readouterr().out
    assert main(["sweep", "--whole", *asked[:2], *own]) == 2
    assert "--whole has its own epochs; leave out --epochs" in capsys.readouterr().err
    assert main(["sweep", "--tasks", "sst", "--epochs", "1,two", *own]) == 2
    assert "invalid int value: '1,two'" in capsys.readouterr().err
