"""The cache where a file system cannot do everything: it costs a line or memory, never a run."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil

import numpy as np
import pytest

from mtslib.base.locks import locked
from mtslib.finetune import cache
from mtslib.finetune.run import prepare


@pytest.fixture
def start(tiny, data_folder, tmp_path, monkeypatch):
    """Prepare the same run again and again, with a cache of this test's own."""
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    return lambda: prepare(tiny("sst", freeze_depth=1), data_folder, None, False, True)


def refuse(monkeypatch, owner: object, name: str, number: int) -> None:
    def call(*arguments, **named):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(owner, name, call)


@pytest.mark.parametrize("name", ["ENODEV", "ENOSYS", "EINVAL"])
def test_what_cannot_be_mapped_is_read(start, monkeypatch, capsys, name):
    contents = start().dev_states.contents
    mapped = np.array(cache.read(contents))
    refuse(monkeypatch, np, "memmap", getattr(errno, name))
    assert np.array_equal(cache.read(contents), mapped)
    assert start().trunk_runs == start().trunk_runs != "every step"
    assert "damaged" not in capsys.readouterr().out


def test_an_entry_of_another_user_is_used_and_not_called_damaged(start, monkeypatch, capsys):
    contents = start().dev_states.contents
    refuse(monkeypatch, os, "utime", errno.EPERM)
    assert cache.read(contents) is not None
    assert capsys.readouterr().out == ""


def test_a_disk_that_does_not_say_how_full_it_is_may_hold_a_cache(start, monkeypatch):
    refuse(monkeypatch, shutil, "disk_usage", errno.ENOSYS)
    assert start().trunk_runs != "every step"


@pytest.mark.parametrize("name", ["ENOLCK", "EOPNOTSUPP"])
def test_without_locks_there_is_still_a_cache_and_one_line(start, monkeypatch, capsys, name):
    refuse(monkeypatch, fcntl, "flock", getattr(errno, name))
    assert start().trunk_runs != "every step"
    assert capsys.readouterr().err.count("lies on a file system without locks") == 1


def test_a_lock_that_cannot_be_made_costs_one_line_and_no_run(start, monkeypatch, capsys):
    refuse(monkeypatch, fcntl, "flock", errno.EPERM)
    assert start().trunk_runs == "every step"
    said = capsys.readouterr().out
    assert "cannot be locked: Operation not permitted" in said
    assert "training goes on without it" in said


def test_a_cache_that_stays_in_use_costs_the_wait_and_no_run(start, tmp_path, monkeypatch, capsys):
    name = start().train_states.contents.set_name
    capsys.readouterr()
    monkeypatch.setattr(cache, "FILL_SECONDS", 0.1)
    with locked(tmp_path / "cache" / f".{name}.lock"):
        assert start().trunk_runs == "every step"
    assert f"(process {os.getpid()}) after 0 s" in capsys.readouterr().out
