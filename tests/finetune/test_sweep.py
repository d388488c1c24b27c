"""A grid: refused whole or run whole, each run once, whoever else is at it."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import signal
from pathlib import Path

import pytest
import torch
from finetune.conftest import quietly, run

from mtslib.base.errors import BusyError, MtsError, TrainError
from mtslib.base.locks import locked
from mtslib.evidence import results
from mtslib.finetune import checkpoint, finetune, train
from mtslib.finetune import sweep as sweeps
from mtslib.finetune.grid import (
    Grid,
    describe,
    plan,
)
from mtslib.finetune.sweep import sweep

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
    for split in ("train", "dev"):
        lines = (data_folder / f"ids-sst-{split}.csv").read_text(encoding="utf-8").splitlines()
        (tmp_path / f"{split}.csv").write_text("\n".join(lines[:50]), encoding="utf-8")
    for values, message in (
        ({"changes": {"epochs": 2}}, r"another epochs \(1, here 2\); nothing was changed"),
        ({"changes": {"learning_rate": 0.01}}, "another learning_rate"),
        ({"train_files": {"sst": str(tmp_path / "train.csv")}}, "another training or dev file"),
        ({"dev_files": {"sst": str(tmp_path / "dev.csv")}}, "another training or dev file"),
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
