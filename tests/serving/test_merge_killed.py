"""A merge that is killed, or is not alone: the folder is the old one or the new one, whole."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
import torch
from killing import kill_at, soon, starter
from serving.test_merge import contents

from mtslib.base.errors import BusyError
from mtslib.base.locks import locked
from mtslib.finetune import checkpoint
from mtslib.serving import load, merge

killed = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
POINTS = {
    "while a branch is proven": ("_merge", "prove"),
    "while the trunk is written": ("_write", "save_file"),
    "while a branch is copied": ("_write", "_copy", "copyfile", "copyfile"),
    "before the certificate is there": ("_write", "write_sealed_json"),
    "while all of it is flushed": ("_write", "flush", "flush"),
    "before it is in place": ("_write", "is_first"),
    "after it is in place": ("_write", "is_first", "flush"),
    "while it is read back": ("_merge", "load"),
}
SOON = {"while a branch is copied", "after it is in place"}  # in `make test`


def work(folders: list[Path], out: Path, point: tuple[str, ...] | None = None) -> None:
    """In a process of its own: merge."""
    torch.set_num_threads(1)
    if point:
        kill_at(point)
    try:
        merge(folders, out)
    except BusyError:
        os._exit(3)


@pytest.fixture(scope="module")
def start():
    return starter(work, "mtslib.serving")


@killed
@pytest.mark.parametrize("before", ["nothing there", "an older model there"])
@pytest.mark.parametrize("point", soon(POINTS, SOON))
def test_a_killed_merge_called_again_ends_like_an_uninterrupted_one(
    start, teachers, tmp_path, point, before
):
    folders = [teachers["sst"], teachers["sts"]]
    merge(folders, tmp_path / "straight")
    out, old = tmp_path / "out", None
    if before != "nothing there":
        merge([teachers["quora"]], out)
        old = contents(out)
    code = start(folders, out, POINTS[point])
    assert code == -signal.SIGKILL, f"it ended with {code} before {point}: renamed since?"
    whole = contents(tmp_path / "straight")
    assert (contents(out) if out.exists() else None) in (old, whole), "never half of either"
    assert start(folders, out) == 0
    assert contents(out) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "straight"], "left behind"


def test_a_second_merge_into_one_folder_is_told_who_is_there(teachers, tmp_path):
    (tmp_path / "other name").symlink_to(tmp_path / "out")
    with locked(tmp_path / ".out.lock"):
        for name in ("out", "other name"):
            with pytest.raises(BusyError, match=rf"out is in use .*process {os.getpid()}\).* wait"):
                merge([teachers["sst"]], tmp_path / name)
    assert not (tmp_path / "out").exists()
    merge([teachers["sst"]], tmp_path / "out")


@killed
def test_of_several_that_race_each_succeeds_or_says_that_it_did_not(start, teachers, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        asked = [[teachers[task]] for task in ("sst", "quora", "sts")]
        codes = list(pool.map(start, asked, [tmp_path / "out"] * 3))
    assert set(codes) <= {0, 3}
    assert 0 in codes
    ended = [folders[0].name for folders, code in zip(asked, codes, strict=True) if code == 0]
    assert next(iter(load(tmp_path / "out").checkpoints)) in ended
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_only_what_the_card_names_is_copied(teachers, tmp_path):
    """Not what lies beside it, and no link: the model stays whole when the rest is gone."""
    own = shutil.copytree(teachers["sst"], tmp_path / "own")
    (own / "notes.txt").write_text("secret")
    (own / "data").symlink_to(teachers["sts"])
    if hasattr(os, "mkfifo"):
        os.mkfifo(own / "pipe")
    elsewhere = shutil.move(own / checkpoint.BRANCH, tmp_path / "elsewhere")
    (own / checkpoint.BRANCH).symlink_to(elsewhere)
    merge([own], tmp_path / "out")
    assert contents(tmp_path / "out/branches/sst") == contents(teachers["sst"])
    assert not any(path.is_symlink() for path in (tmp_path / "out").rglob("*"))
