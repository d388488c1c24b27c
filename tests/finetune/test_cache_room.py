"""The cache keeps only what was asked for, gives way where room is short, and lets others work."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import re
import shutil
import time

import numpy as np
import pytest
import torch
from finetune.conftest import names

from mtslib.base.errors import TrainError
from mtslib.cli.main import main
from mtslib.finetune import cache, checkpoint, finetune, hidden_states
from mtslib.finetune.hidden_states import open_states
from mtslib.finetune.run import prepare, source

pytestmark = pytest.mark.usefixtures("place")


@pytest.mark.parametrize(
    "change",
    ["backbone", "weights", "depth", "data", "form", "max_length", "precision", "threads", "code"],
)
def test_whatever_a_number_depends_on_makes_another_entry(
    start, place, change, other_backbone_folder, data_folder, tmp_path, monkeypatch, tiny
):
    base = {"task": "sts", "pooling": "mean", "epochs": 0}
    start(**base)
    first = names(place)
    changes = {
        "backbone": {"backbone": str(other_backbone_folder)},
        "depth": {"freeze_depth": 2},
        "form": {"objective": "cosine-mse"},
        "max_length": {"max_length": 100},
        "precision": {"precision": "bf16"},
    }
    if change == "data":
        other = shutil.copytree(data_folder, tmp_path / "data")
        with (other / "sts-dev.csv").open("a") as stream:
            stream.write("60\tid60\tgreat\tawful\t1\n")
        prepare(tiny(**base), other, None, False)
    elif change == "weights":
        run = start(**base, cache=False)
        with torch.no_grad():
            run.model.trunk.get_parameter("layers.0.attention.key.weight").view(-1)[5] += 1e-6
        open_states(source(run, "dev"), 1, progress=False)
    elif change == "threads":
        monkeypatch.setattr(torch, "get_num_threads", lambda: 7)
        start(**base)
    elif change == "code":
        monkeypatch.setattr(hidden_states, "_code_sha256", lambda: "another")
        start(**base)
    else:
        start(**(base | changes[change]))
    assert len(names(place)) == 2
    assert set(first) < set(names(place))


@pytest.mark.parametrize("what", ["states", "shorter", "card", "no card", "no states", "swapped"])
def test_a_damaged_entry_is_noticed_and_made_again(start, place, what, capsys):
    run = start("sts")
    expected = np.array(run.dev_states.rows)
    entry = place / run.dev_states.contents.name
    path = entry / ("card.json" if "card" in what else "states.bin")
    raw = bytearray(path.read_bytes())
    if what in ("no card", "no states"):
        path.unlink()
    elif what == "shorter":
        path.write_bytes(raw[:-4])
    elif what == "swapped":
        shutil.rmtree(entry)
        shutil.copytree(place / run.train_states.contents.name, entry)
    else:
        raw[len(raw) // 2] ^= 1
        path.unlink()  # not in place: the first run still has it mapped
        path.write_bytes(raw)
    again = start("sts")
    assert "damaged; they are computed again" in capsys.readouterr().out
    np.testing.assert_array_equal(again.dev_states.rows, expected)
    start("sts")
    assert capsys.readouterr().out == "", "now it is whole"


# Room ------------------------------------------------------------------------------------------


def test_the_oldest_used_goes_first_and_what_is_in_use_stays(start, place, monkeypatch):
    runs = [start("sst", seed=0), start("quora"), start("sts")]
    sizes = [r.train_states.contents.nbytes + r.dev_states.contents.nbytes for r in runs]
    for age, run in ((300, runs[1]), (200, runs[0]), (100, runs[2])):
        for kept in (run.train_states, run.dev_states):
            stamp = time.time() - age
            os.utime(place / kept.contents.name / "card.json", (stamp, stamp))
    start("sst")  # used just now
    needed = sum(sizes) + 20_000  # cards count too
    monkeypatch.setenv("MTS_CACHE_LIMIT", str(needed / 1e9))
    assert start("cfimdb").train_states is not None
    left = set(names(place))
    assert runs[0].train_states.contents.name in left
    assert runs[1].train_states.contents.name not in left, "used longest ago"
    assert sum(entry.nbytes for entry in cache.entries()) <= needed
    rows = runs[1].train_states.rows
    assert np.isfinite(np.array(rows)).all(), "whoever has it mapped keeps it"


def test_depths_of_one_set_give_way_to_each_other(start, place, monkeypatch):
    first = start(freeze_depth=1)
    both = first.train_states.contents.nbytes + first.dev_states.contents.nbytes
    monkeypatch.setenv("MTS_CACHE_LIMIT", str((both + 5_000) / 1e9))
    assert start(freeze_depth=2).trunk_runs == "once, fp32"
    assert {name.split("-")[1] for name in names(place)} == {"d2"}


def test_a_set_larger_than_the_limit_is_trained_without(
    start, tiny, data_folder, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("MTS_CACHE_LIMIT", "0.00001")
    found = finetune(tiny(), tmp_path / "out", data_folder, progress=False)
    said = capsys.readouterr().out
    assert re.fullmatch(
        r"the trunk's outputs on sst train need .* GB, and the cache has no room for them \(at "
        r"most 1e-05 GB\); the trunk runs at every step; set MTS_CACHE_LIMIT to allow more GB\n",
        said,
    )
    assert found.card["trunk_runs"] == "every step"


@pytest.mark.parametrize("text", ["much", "-1", "inf", "nan"])
def test_a_limit_that_is_no_number_is_refused(start, monkeypatch, text):
    monkeypatch.setenv("MTS_CACHE_LIMIT", text)
    with pytest.raises(TrainError, match=f"MTS_CACHE_LIMIT is '{text}'; expected a number of GB"):
        start()


@pytest.mark.parametrize("when", ["at once", "while writing"])
def test_a_full_disk_costs_one_line_and_no_training(
    tiny, data_folder, tmp_path, place, capsys, monkeypatch, when
):
    expected = finetune(tiny(), tmp_path / "plain", data_folder, progress=False, cache=False)
    if when == "at once":
        usage = shutil.disk_usage(tmp_path)._replace(free=1000)
        monkeypatch.setattr(cache.shutil, "disk_usage", lambda path: usage)
    else:
        real = cache.np.ascontiguousarray
        calls = iter(range(100))

        def full(*arguments):
            if next(calls) == 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments)

        monkeypatch.setattr(cache.np, "ascontiguousarray", full)
    found = finetune(tiny(), tmp_path / "out", data_folder, progress=False)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert "cannot be written (No space left on device); training goes on without it" in said[0]
    assert names(place) == []
    for name, tensor in expected.branch.items():
        assert checkpoint.same_numbers(tensor, found.branch[name])


def test_a_folder_that_cannot_be_made_costs_one_line(start, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "file" / "cache"))
    assert start().trunk_runs == "every step"
    assert "cannot be written (Not a directory)" in capsys.readouterr().out


def test_a_file_in_its_place_is_no_empty_cache(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "file"))
    for command in (cache.status, cache.clean):
        with pytest.raises(TrainError, match=r"MTS_CACHE is '.*file', a file; expected a folder"):
            command()


def test_a_limit_that_is_no_number_is_told_where_nothing_is_written_too(start, monkeypatch):
    assert start().trunk_runs.startswith("once")
    monkeypatch.setenv("MTS_CACHE_LIMIT", "8GB")
    with pytest.raises(TrainError, match="MTS_CACHE_LIMIT is '8GB'; expected a number of GB"):
        start()


# The command, and others at work ---------------------------------------------------------------


def test_status_lists_and_clean_removes(start, place, capsys):
    assert main(["cache", "status"]) == 0
    assert "0 entries" in capsys.readouterr().out
    run = start("sts", freeze_depth=2)
    (place / f".{run.dev_states.contents.name}.12345678.new").mkdir()
    assert main(["cache", "status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "3 entries" in lines[0]
    assert "of at most 8,000 MB" in lines[0]
    assert sum("hidden_states[2]" in line and "pair, fp32" in line for line in lines) == 2
    assert sum("left half-written" in line for line in lines) == 1
    assert main(["cache", "clean"]) == 0
    assert "3 entries removed" in capsys.readouterr().out
    assert names(place) == []
    assert np.isfinite(np.array(run.train_states.rows)).all()


def test_clean_leaves_alone_what_another_process_is_writing(start, place):
    contents = start().train_states.contents
    with cache.filling([contents]):
        count, _ = cache.clean()
    assert count == 1, "dev's, which nobody is writing"
    assert names(place) == [contents.name]


def test_no_cache_on_the_command_line(tiny, data_folder, tmp_path, place, capsys):
    arguments = ["finetune", "--task", "sst", "--freeze-depth", "1", "--epochs", "1", "--no-cache"]
    arguments += ["--backbone", tiny().backbone, "--data", str(data_folder), "--precision", "fp32"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    assert not place.exists()
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    assert card["trunk_runs"] == "every step"


def fill(chosen, data, place, barrier) -> None:
    """In another process: prepare a run as soon as all are ready."""
    os.environ["MTS_CACHE"] = str(place)
    torch.set_num_threads(1)
    barrier.wait()
    run = prepare(chosen, data, None, False)
    assert run.trunk_runs == "once, fp32"


@pytest.mark.long
def test_two_processes_fill_one_cache(tiny, data_folder, place, start):
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [
        context.Process(target=fill, args=(tiny(seed=seed), data_folder, place, barrier))
        for seed in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert len(names(place)) == 2, "one entry for train, one for dev, no lock, nothing half-written"
    np.testing.assert_array_equal(
        start().train_states.rows, start(cache=True, seed=1).train_states.rows
    )
