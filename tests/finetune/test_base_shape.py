"""The grid for bert-base-uncased: the one command, run on random weights of its shape.

Its own weights cannot be had on the machines this was written on. What they would bring is scores;
names, shapes, depths, the cache, what is recorded and which table reads it are the same.
"""

from __future__ import annotations

import pytest
from benchmarks.workloads import random_backbone_folder
from finetune.conftest import write_task

from mtslib import backbones
from mtslib.cli.main import main
from mtslib.data import tasks
from mtslib.evidence import results
from mtslib.report import tables

EVERY_DEPTH = ("full", *map(str, range(13)))


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    """A folder that has `bert-base-uncased`, 440 MB of random weights."""
    folder = tmp_path_factory.mktemp("mirror")
    random_backbone_folder(folder / "bert-base-uncased")
    return folder


@pytest.fixture
def own_folders(mirror, tmp_path, monkeypatch):
    """Few rows, and a cache and a mirror that only this test sees."""
    monkeypatch.setenv(backbones.MIRROR_VARIABLE, str(mirror))
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "data").mkdir()
    for task in tasks.TASKS:
        write_task(tmp_path / "data", task, "train", 5, seed=1)
        write_task(tmp_path / "data", task, "dev", 5, seed=2)
    return tmp_path


def command(place, *arguments: str) -> int:
    """`python -m mtslib sweep` for bert-base-uncased."""
    return main(
        [
            *("sweep", "--backbone", "bert-base-uncased", "--data", str(place / "data")),
            *("--out", str(place / "runs"), "--results", str(place / "results"), *arguments),
        ]
    )


def test_the_whole_grid_is_one_command(own_folders, capsys):
    assert command(own_folders, "--whole", "--dry-run") == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("  sst-d12-ce-cls-") for line in lines) == 3
    assert sum(line.startswith("  sts-dfull-cosine-mse-mean-") for line in lines) == 3
    assert any(line.startswith("  paper-quora-d4-") for line in lines), "a third is frozen"
    assert any(line.startswith("  sts-d8-cosine-mse-mean-") for line in lines), "the top 4"


@pytest.mark.slow
@pytest.mark.parametrize(
    "named, depths",
    [
        pytest.param(("--depths", "12"), ("12",), id="the head alone"),
        pytest.param((), EVERY_DEPTH, id="every depth", marks=pytest.mark.long),
    ],
)
def test_what_is_asked_for_is_run_recorded_and_tabulated(own_folders, capsys, named, depths):
    chosen = ("--tasks", "sst", *named, "--epochs", "1")
    assert command(own_folders, *chosen, "--discard") == 0
    runs = results.read_runs(own_folders / "results")
    assert len(runs) == len(depths)
    assert {run["backbone_name"] for run in runs.values()} == {"bert-base-uncased"}
    assert {run["settings"]["max_length"] for run in runs.values()} == {512}
    config = backbones.load("bert-base-uncased").config
    costs = tables.depth_costs(config, "sst").set_index("freeze_depth")
    for run in runs.values():
        depth = str(run["settings"]["freeze_depth"])
        assert run["trained_parameters"] == costs.loc[depth].parameters
    recorded = results.table(own_folders / "results")
    assert set(recorded.freeze_depth) == set(depths)
    assert command(own_folders, *chosen) == 0
    assert f"{len(depths)} recorded already; 0 to do" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize(
    "task, objective",
    [("sts", "cosine-mse"), ("quora", "ce")],
)
def test_pairs_and_siamese_pairs_run_at_the_papers_top_four(own_folders, task, objective):
    arguments = ("--tasks", task, "--objectives", objective, "--depths", "8", "--poolings", "mean")
    assert command(own_folders, *arguments, "--epochs", "1", "--preset", "paper") == 0
    (run,) = results.read_runs(own_folders / "results").values()
    assert run["settings"]["batch_size"] == 64
    assert run["settings"]["objective"] == objective
