"""What a sweep is asked for: numbers and depths, the whole grid, a dry run, refusals."""

from __future__ import annotations

import itertools
import re

import pytest
from finetune.conftest import run

from mtslib.base.errors import DataError, TrainError
from mtslib.cli.main import main
from mtslib.data import tasks
from mtslib.finetune import objectives
from mtslib.finetune.grid import (
    duration,
    parse_depths,
    parse_numbers,
    plan,
    whole_grid,
)


def test_numbers_and_depths_are_read():
    assert parse_numbers("0-2,5", "seed") == (0, 1, 2, 5)
    assert parse_depths("full,0-2,6", 6) == (None, 0, 1, 2, 6)
    assert parse_depths("all", 3) == (None, 0, 1, 2, 3)
    assert [duration(s) for s in (3, 600, 12000)] == ["3 s", "10 min", "3 h 20 min"]


@pytest.mark.parametrize("text", ["", "x", "1-", "-1", "1-2-3", "2-1", "1,1", "0-2,1", "1.5"])
def test_numbers_with_a_typo_are_refused(text):
    with pytest.raises(TrainError, match="seed"):
        parse_numbers(text, "seed")


@pytest.mark.parametrize("text", ["ful", "full,full", "0-", "0-2,2", "", "1..3"])
def test_depths_with_a_typo_are_refused(text):
    with pytest.raises(TrainError, match="freeze_depth"):
        parse_depths(text, 6)


@pytest.mark.parametrize(
    "values, message",
    [
        ({"tasks": ("sst", "stss")}, "unknown task 'stss'; the tasks are"),
        ({"tasks": ("sst", "sst")}, "task sst stands 2 times"),
        ({"tasks": ("sts", "sst"), "objectives": ("soft-ce",)}, "'soft-ce' does not fit task sst"),
        ({"tasks": ("sts",), "objectives": ("cosine_mse",)}, "'cosine_mse' does not fit task sts"),
        ({"depths": (1, 4)}, "freeze_depth 4 is out of range: this backbone has L = 3"),
        ({"poolings": ("cls", "max")}, "pooling 'max' is unknown"),
        ({"seeds": (1, 1)}, "seed 1 stands 2 times"),
        ({"depths": (None, None)}, "freeze_depth full stands 2 times"),
        ({"seeds": ()}, "no seed in the grid"),
        ({"preset": "desktop"}, "preset 'desktop' is unknown"),
        ({"changes": {"precision": "fp8"}}, "precision 'fp8' is unknown"),
        ({"train_files": {"quora": "a.csv"}}, "file is named for 'quora', which is not"),
        ({"train_files": {"sst": "nowhere.csv"}}, "nowhere.csv"),
        (
            {"tasks": ("sts",), "depths": (1, 3), "objectives": ("cosine-mse",)},
            "cosine-mse at freeze_depth 3 has nothing to train",
        ),
    ],
)
def test_a_grid_with_a_mistake_is_refused_before_anything_runs(make, tmp_path, values, message):
    with pytest.raises((TrainError, DataError), match=message) as seen:
        run(make(**values), tmp_path)
    assert "\n" not in str(seen.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--depths", "0-9"], "freeze_depth 4 is out of range"),
        (["--seeds", "0..2"], r"seed '0\.\.2' is neither a number nor a range"),
        (["--jobs", "0"], "--jobs is 0; expected 1 or more"),
        (["--train-file", "part.csv"], "is not TASK=FILE"),
        (["--whole"], "--whole has its own tasks; leave out --tasks"),
        (["--tasks", ""], "no task in the grid; expected at least one"),
    ],
)
def test_the_command_refuses_in_one_line(make, tmp_path, capsys, arguments, message):
    usual = make()
    code = main(
        [
            *("sweep", "--tasks", "sst", "--data", usual.data, "--out", str(tmp_path / "runs")),
            *("--backbone", usual.changes["backbone"], "--results", str(tmp_path / "results")),
            *arguments,
        ]
    )
    assert code == 2
    error = re.sub("(?m)^warning: .*\n", "", capsys.readouterr().err)
    assert error.count("\n") == 1
    assert re.search(message, error)
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_lists_every_run_and_does_none(make, tmp_path, capsys):
    usual = make()
    code = main(
        [
            *("sweep", "--tasks", "sst,sts", "--depths", "full,0-3", "--seeds", "0-2"),
            *("--data", usual.data, "--out", str(tmp_path / "runs"), "--dry-run"),
            *("--backbone", usual.changes["backbone"], "--results", str(tmp_path / "results")),
        ]
    )
    assert code == 0
    lines = capsys.readouterr().out.splitlines()
    lines = [line for line in lines if " labelled rows, " not in line]  # told once a process
    assert len(lines) == 31
    assert re.match(r"  sst-dfull-ce-cls-s0 +about \d+ s$", lines[0])
    assert lines[-1].startswith("30 runs, 0 recorded already, 30 to do: about ")
    assert list(tmp_path.iterdir()) == []


def test_the_whole_grid_is_each_run_of_the_tables_once_and_the_first_seed_first(make):
    usual = make()
    parts = whole_grid(3, data=usual.data, changes=usual.changes)
    runs = plan(parts)
    planned = [run.settings for run in runs]
    assert len(planned) == len(set(planned))
    assert len({run.name for run in runs}) == len(runs), "a folder each"
    seeds = [s.seed for s in planned]
    assert seeds == sorted(seeds)

    def count(**values) -> int:
        return sum(all(getattr(s, k) == v for k, v in values.items()) for s in planned)

    for task, seed in itertools.product(tasks.TASKS, (0, 1, 2)):
        own = {"task": tasks.get(task), "seed": seed, "objective": tasks.get(task).objective}
        assert count(**own, epochs=0) == 1, "an untrained head"
        own |= {"pooling": "cls", "preset": "laptop", "epochs": usual.changes["epochs"]}
        for depth in (None, 0, 1, 2, 3):
            assert count(**own, freeze_depth=depth) == 1
    similar = [o.name for o in objectives.OBJECTIVES.values() if o.scores]
    for objective, pooling in itertools.product(similar, ("cls", "mean")):
        own = {"task": tasks.STS, "objective": objective, "pooling": pooling, "preset": "laptop"}
        own |= {"epochs": usual.changes["epochs"]}
        assert count(**own, freeze_depth=None) == 3
        assert count(**own, freeze_depth=2, seed=0) == 1, "a third of three layers is trained"
        assert count(**(own | {"pooling": "pooler"})) == 1
    assert count(task=tasks.QUORA, pooling="mean") == 3
    assert count(preset="paper") == 6


def test_presets_of_one_grid_have_folders_of_their_own(make):
    first, second = plan([make(depths=(1,)), make(depths=(1,), preset="paper")])
    assert (first.name, second.name) == ("sst-d1-ce-cls-s0", "paper-sst-d1-ce-cls-s0")


def test_the_whole_grid_takes_training_files_of_its_tasks_alone(make):
    own = {"data": make().data, "train_files": {"quora": "part.csv"}}
    parts = whole_grid(3, **own)
    assert {p.files("quora")["train_file"] for p in parts if "quora" in p.tasks} == {"part.csv"}
    with pytest.raises(TrainError, match="named for 'qoura', which is not asked for"):
        whole_grid(3, train_files={"qoura": "part.csv"})


def test_a_deeper_freeze_is_guessed_to_be_quicker(make):
    guesses = [p.guess for p in plan([make(depths=(None, 0, 1, 2, 3), changes={"epochs": 3})])]
    assert guesses[0] == pytest.approx(guesses[1])
    assert guesses[1:] == sorted(guesses[1:], reverse=True)
