"""A grid: refused whole or run whole, each run once, whoever else is at it."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
import torch

from mtslib.base.errors import BusyError, DataError, MtsError, TrainError
from mtslib.base.locks import locked
from mtslib.cli.main import main
from mtslib.data import tasks
from mtslib.evidence import results
from mtslib.finetune import checkpoint, finetune, objectives, train
from mtslib.finetune import sweep as sweeps
from mtslib.finetune.grid import (
    Grid,
    describe,
    duration,
    parse_depths,
    parse_numbers,
    plan,
    whole_grid,
)
from mtslib.finetune.sweep import sweep

QUICK = {"epochs": 1, "batch_size": 16, "learning_rate": 4e-3, "precision": "fp32"}


@pytest.fixture
def make(backbone_folder, data_folder):
    """A grid on the tiny backbone."""

    def build(**values) -> Grid:
        changes = QUICK | {"backbone": str(backbone_folder)} | values.pop("changes", {})
        usual = {"tasks": ("sst",), "depths": (None, 1), "data": str(data_folder)}
        return Grid(**(usual | values), changes=changes)

    return build


def quietly(line: str) -> None:
    """Say nothing."""


def run(chosen: Grid, place: Path, **options) -> int:
    return sweep([chosen], place / "runs", place / "results", **({"say": quietly} | options))


# What is asked for -----------------------------------------------------------------------------


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


# Each run once ---------------------------------------------------------------------------------


def test_a_grid_is_run_recorded_and_not_run_again(make, tmp_path, monkeypatch):
    chosen = make(tasks=("sst", "sts"), depths=(None, 1, 3))
    said: list[str] = []
    assert run(chosen, tmp_path, say=said.append) == 6
    assert said[0] == "6 runs, 0 recorded already; 6 to do"
    assert re.fullmatch(r"\[1/6\] sst-dfull-ce-cls-s0 recorded, about \d+ s left", said[1])
    assert said[-1] == "[6/6] sts-d3-soft-ce-cls-s0 recorded"
    recorded = results.read_runs(tmp_path / "results")
    assert len(recorded) == 6
    for name in recorded:
        rows, predicted = results.read_predictions(name, tmp_path / "results")
        assert len(rows) == len(predicted) == 60
    table = results.table(tmp_path / "results")
    assert set(table.freeze_depth) == {"full", "1", "3"}
    monkeypatch.setattr(sweeps, "finetune", lambda *a, **k: pytest.fail("run again"))
    assert run(chosen, tmp_path) == 0
    shutil.rmtree(tmp_path / "runs")
    assert run(chosen, tmp_path) == 0, "what is recorded counts, not what lies there"
    assert "6 runs, 6 recorded already, 0 to do" in describe(plan([chosen], tmp_path / "results"))


def test_a_run_of_a_sweep_is_the_run_of_the_command(make, tmp_path):
    chosen = make(depths=(1,))
    run(chosen, tmp_path)
    (planned,) = plan([chosen])
    alone = finetune(
        planned.settings, tmp_path / "alone", chosen.data, dev_every_epoch=True, progress=False
    )
    swept = checkpoint.read(tmp_path / "runs" / planned.name)
    assert (swept.folder / checkpoint.BRANCH).read_bytes() == (
        alone.folder / checkpoint.BRANCH
    ).read_bytes()
    assert list(results.read_runs(tmp_path / "results")) == [results.run_id(alone.card)]


def test_the_trunk_runs_once_for_all_depths(make, tmp_path, monkeypatch):
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    filled: list[list[int]] = []
    from mtslib.finetune import hidden_states

    fill = hidden_states._fill
    monkeypatch.setattr(
        hidden_states, "_fill", lambda s, m, p: filled.append([c.depth for c in m]) or fill(s, m, p)
    )
    run(make(depths=(None, 0, 1, 2, 3)), tmp_path)
    assert [sorted(depths) for depths in filled] == [[0, 1, 2, 3]] * 2, "train and dev"


def test_other_data_or_settings_are_other_runs(make, tmp_path, data_folder):
    run(make(depths=(1,)), tmp_path)
    other = shutil.copytree(data_folder, tmp_path / "data")
    with (other / "ids-sst-dev.csv").open("a") as stream:
        stream.write("60\tid60\tthe film\t1\n")
    for values in ({"data": str(other)}, {"changes": {"epochs": 2}}, {"seeds": (1,)}):
        (planned,) = plan([make(depths=(1,), **values)], tmp_path / "results")
        assert not planned.done
    (planned,) = plan([make(depths=(1,), changes={"precision": "bf16"})], tmp_path / "results")
    assert not planned.done


def test_a_checkpoint_that_was_not_recorded_yet_is_not_trained_again(make, tmp_path, monkeypatch):
    chosen = make(depths=(1,))
    run(chosen, tmp_path)
    shutil.rmtree(tmp_path / "results")
    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "finetune", lambda *a, **k: pytest.fail("trained again"))
        assert run(chosen, tmp_path) == 1


def test_a_checkpoint_of_the_name_and_of_other_settings_or_data_is_never_written_over(
    make, tmp_path, data_folder
):
    run(make(depths=(1,)), tmp_path)
    before = (tmp_path / "runs" / "sst-d1-ce-cls-s0" / checkpoint.CARD).read_bytes()
    part = tmp_path / "part.csv"
    lines = (data_folder / "ids-sst-train.csv").read_text(encoding="utf-8").splitlines()
    part.write_text("\n".join(lines[:50]), encoding="utf-8")
    for values, message in (
        ({"changes": {"epochs": 2}}, r"another epochs \(1, here 2\); nothing was changed"),
        ({"changes": {"learning_rate": 0.01}}, "another learning_rate"),
        ({"train_files": {"sst": str(part)}}, "another training or dev file"),
        ({"dev_files": {"sst": str(part)}}, "another training or dev file"),
    ):
        with pytest.raises(TrainError, match=f"sst-d1-ce-cls-s0 holds a run of {message}"):
            run(make(depths=(1,), **values), tmp_path)
    assert (tmp_path / "runs" / "sst-d1-ce-cls-s0" / checkpoint.CARD).read_bytes() == before
    grids = [make(depths=(1,), changes={"epochs": n}) for n in (2, 3)]
    with pytest.raises(TrainError, match="2 runs would share the folder"):
        sweep(grids, tmp_path / "new", tmp_path / "results", say=quietly)


def test_discard_keeps_the_results_alone(make, tmp_path):
    assert run(make(), tmp_path, discard=True) == 2
    assert list((tmp_path / "runs").iterdir()) == []
    assert len(results.read_runs(tmp_path / "results")) == 2


def test_one_failure_does_not_stop_the_others_and_is_named(make, tmp_path, monkeypatch):
    real = train.run_epoch

    def fails_for_full(now, *arguments):
        if now.settings.freeze_depth is None:
            raise TrainError("the loss became nan")
        return real(now, *arguments)

    monkeypatch.setattr(train, "run_epoch", fails_for_full)
    message = r"1 of 3 runs failed, the others are recorded; the first was sst-dfull.*became nan"
    with pytest.raises(TrainError, match=message):
        run(make(depths=(0, None, 1)), tmp_path)
    monkeypatch.undo()
    assert run(make(depths=(0, None, 1)), tmp_path) == 1


def test_a_folder_of_something_else_is_not_replaced(make, tmp_path):
    other = tmp_path / "runs" / "sst-d1-ce-cls-s0" / "thesis.tex"
    other.parent.mkdir(parents=True)
    other.write_text("years of work")
    with pytest.raises(MtsError, match="not a folder written by this command"):
        run(make(), tmp_path)
    assert other.read_text() == "years of work"


def test_ctrl_c_is_one_line_and_the_same_command_goes_on(make, tmp_path, monkeypatch):
    real = sweeps.finetune
    calls = []

    def stopped(*arguments, **options):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(sweeps, "finetune", stopped)
    with pytest.raises(TrainError, match=r"stopped by Ctrl-C, 1 of 2 runs recorded.*goes on"):
        run(make(), tmp_path)
    assert run(make(), tmp_path) == 1


# Others at work --------------------------------------------------------------------------------


def test_a_folder_that_another_process_trains_into_is_refused(tiny, data_folder, tmp_path):
    with locked(tmp_path / ".out.lock"), pytest.raises(BusyError, match="is in use by another"):
        finetune(tiny(), tmp_path / "out", data_folder, progress=False)
    assert not (tmp_path / "out").exists()


def sweep_here(chosen: Grid, place: Path, barrier=None, die_in: str = "", jobs: int = 1) -> None:
    """In another process: a whole sweep, or one that dies where a function is called."""
    os.environ["MTS_CACHE"] = str(place / "cache")
    torch.set_num_threads(1)
    if die_in:
        real = getattr(sweeps, die_in)
        calls = []

        def dies(*arguments, **options):
            calls.append(1)
            if len(calls) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        setattr(sweeps, die_in, dies)
    if barrier:
        barrier.wait()
    count = run(chosen, place, jobs=jobs)
    (place / f"count-{os.getpid()}").write_text(str(count))


@pytest.mark.slow
def test_two_sweeps_on_one_folder_and_one_cache_share_the_work(make, tmp_path):
    chosen = make(depths=(None, 0, 1, 2), seeds=(0, 1))
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    both = [context.Process(target=sweep_here, args=(chosen, tmp_path, barrier)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert len(results.read_runs(tmp_path / "results")) == 8
    counts = [int(path.read_text()) for path in tmp_path.glob("count-*")]
    assert sum(counts) == 8, "each run was done once"
    assert not [path for path in (tmp_path / "runs").iterdir() if path.name.startswith(".")]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_sweep_goes_on(make, tmp_path):
    chosen = make(depths=(None, 0, 1))
    process = multiprocessing.get_context("spawn").Process(
        target=sweep_here, args=(chosen, tmp_path, None, "finetune")
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert len(results.read_runs(tmp_path / "results")) == 1
    assert run(chosen, tmp_path) == 2
    assert not [path for path in (tmp_path / "runs").iterdir() if path.name.startswith(".")]


@pytest.mark.long
def test_two_processes_of_one_sweep(make, tmp_path):
    said: list[str] = []
    assert run(make(depths=(None, 0, 1, 2)), tmp_path, jobs=2, say=said.append) == 4
    assert [line.split()[0] for line in said[1:]] == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert len(results.table(tmp_path / "results")) == 8
