"""Hashes, and writes that leave the old or the new, never half, whatever stops them."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from mtslib.base import files
from mtslib.base.errors import MtsError
from mtslib.base.files import (
    check_replaceable,
    file_written_whole,
    folder_written_whole,
    free_bytes,
    read_json,
)
from mtslib.base.renames import replace_in_two_steps

# Whole or not at all ---------------------------------------------------------------------------


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder, hidden ones too, with its text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path):
    target = tmp_path / "not" / "yet" / "there"
    for text in ("old", "new"):
        with folder_written_whole(target) as fresh:
            (fresh / "inside").mkdir()
            (fresh / text).write_text(text)
            (fresh / "inside" / "file").write_text(text)
            assert not (target / text).exists()
        assert content(target.parent) == {f"there/{text}": text, "there/inside/file": text}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("existed", [False, True])
def test_a_failure_while_writing_leaves_what_was_there(tmp_path, error, existed):
    target = tmp_path / "folder"
    if existed:
        target.mkdir()
        (target / "file").write_text("old")

    def fail():
        with folder_written_whole(target) as fresh:
            (fresh / "file").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert content(tmp_path) == ({"folder/file": "old"} if existed else {})
    assert list(tmp_path.iterdir()) == ([target] if existed else [])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_file_is_written_whole_too(tmp_path, error):
    target = tmp_path / "folder" / "file"
    with file_written_whole(target) as fresh:
        fresh.write_text("old")
        assert not target.exists()

    def fail():
        with file_written_whole(target) as fresh:
            fresh.write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert content(tmp_path) == {"folder/file": "old"}
    with file_written_whole(target) as fresh:
        fresh.write_text("new")
    assert content(tmp_path) == {"folder/file": "new"}


def killed_while_writing(target: Path, deadline: int) -> bool:
    """Write a folder of three files in a process that kills itself, as a power cut would.

    deadline: at which of the system calls that Python reports (open, mkdir, rename, rmdir, …).
    Returns False when the process came to its end before.
    """
    child = os.fork()
    if child == 0:
        seen = 0

        def watch(event, arguments):
            nonlocal seen
            if event.split(".")[0] in ("open", "os", "shutil", "ctypes"):
                seen += 1
                if seen == deadline:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            with folder_written_whole(target) as fresh:
                for name in "012":
                    (fresh / name).write_text("new")
            os._exit(0)
        finally:
            os._exit(1)  # never go on as a second pytest
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot exchange folders in one step")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # fork beside torch's threads
def test_a_kill_at_any_moment_leaves_the_old_folder_or_the_new_one(tmp_path):
    old, new = dict.fromkeys("01", "old"), dict.fromkeys("012", "new")
    seen = []
    killed = True
    while killed:
        target = tmp_path / f"{len(seen)}" / "folder"
        target.mkdir(parents=True)
        for name, text in old.items():
            (target / name).write_text(text)
        killed = killed_while_writing(target, deadline=len(seen) + 1)
        assert content(target) in (old, new), f"killed at call {len(seen) + 1}"
        seen.append(content(target))
    assert seen[0] == old
    assert seen[-1] == new
    assert len(seen) > 15, "it was killed at many moments"
    assert list(target.parent.iterdir()) == [target], "an undisturbed end leaves nothing beside it"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_kill_before_the_first_folder_is_whole_leaves_none(tmp_path):
    seen = []
    killed = True
    while killed:
        target = tmp_path / f"{len(seen)}" / "folder"
        killed = killed_while_writing(target, deadline=len(seen) + 1)
        seen.append(content(target) if target.exists() else None)
        assert seen[-1] in (None, dict.fromkeys("012", "new"))
    assert seen[-1] is not None


def test_where_folders_cannot_be_exchanged_two_renames_do(tmp_path):
    """The way for Windows and for file systems without the exchange."""
    fresh, target = tmp_path / "fresh", tmp_path / "target"
    for folder, text in ((fresh, "new"), (target, "old")):
        folder.mkdir()
        (folder / "file").write_text(text)
    replace_in_two_steps(fresh, target, tmp_path / "old")
    assert content(tmp_path) == {"target/file": "new"}
    with pytest.raises(OSError, match="fresh"):  # it is gone now
        replace_in_two_steps(fresh, target, tmp_path / "old")
    assert content(tmp_path) == {"target/file": "new"}


# File systems that cannot do everything -----------------------------------------------------------


def answer(monkeypatch, owner: object, name: str, number: int, times: int = 10**6) -> list[int]:
    """Let a system call fail, the first `times` times → a list that grows with each failure."""
    real, failed = getattr(owner, name), []

    def call(*arguments, **named):
        if len(failed) < times:
            failed.append(1)
            raise OSError(number, os.strerror(number))
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, call)
    return failed


@pytest.mark.parametrize("name", ["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"])
def test_where_nothing_can_be_flushed_files_and_folders_are_written_all_the_same(
    tmp_path, monkeypatch, name
):
    failed = answer(monkeypatch, os, "fsync", getattr(errno, name))
    with file_written_whole(tmp_path / "file") as fresh:
        fresh.write_text("new")
    with folder_written_whole(tmp_path / "folder") as fresh:
        (fresh / "inside").write_text("new")
    assert content(tmp_path) == {"file": "new", "folder/inside": "new"}
    assert failed


@pytest.mark.parametrize("name", ["ENOSPC", "EIO", "EDQUOT"])
def test_a_disk_that_fails_while_flushing_leaves_what_was_there(tmp_path, monkeypatch, name):
    (tmp_path / "file").write_text("old")
    answer(monkeypatch, os, "fsync", getattr(errno, name))
    with (
        pytest.raises(OSError, match=re.escape(os.strerror(getattr(errno, name)))),
        file_written_whole(tmp_path / "file") as fresh,
    ):
        fresh.write_text("new")
    assert content(tmp_path) == {"file": "old"}


def test_a_file_that_another_program_has_open_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("old")
    failed = answer(monkeypatch, Path, "replace", errno.EBUSY, times=2)
    with file_written_whole(tmp_path / "file") as fresh:
        fresh.write_text("new")
    assert (content(tmp_path), len(failed)) == ({"file": "new"}, 2)


def test_a_folder_that_cannot_be_renamed_is_copied(tmp_path, monkeypatch):
    """In a container, a folder of the image is on another device than what is written now."""
    target = tmp_path / "folder"
    target.mkdir()
    (target / "file").write_text("old")
    monkeypatch.setattr(files, "exchange", lambda first, second: False)
    answer(monkeypatch, Path, "rename", errno.EXDEV, times=1)
    answer(monkeypatch, os, "rename", errno.EXDEV, times=1)
    with folder_written_whole(target) as fresh:
        (fresh / "file").write_text("new")
    assert content(tmp_path) == {"folder/file": "new"}
    assert list(tmp_path.iterdir()) == [target]


def test_a_disk_that_does_not_say_how_full_it_is_counts_as_unknown(tmp_path, monkeypatch):
    assert free_bytes(tmp_path) > 0
    usage = SimpleNamespace(total=0, free=0)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: usage)
        assert free_bytes(tmp_path) is None
    answer(monkeypatch, shutil, "disk_usage", errno.ENOSYS)
    assert free_bytes(tmp_path) is None


# What is read, and what is not replaced --------------------------------------------------------


def test_json_that_is_nested_too_deeply_is_no_json(tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(path)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
def test_a_file_takes_the_place_of_no_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    message = "is a device or a pipe; expected the name of a file"
    with pytest.raises(MtsError, match=message), file_written_whole(tmp_path / "pipe"):
        pass
    assert (tmp_path / "pipe").is_fifo()


# Links, names and the room on a disk -----------------------------------------------------------


@pytest.mark.parametrize("there", [False, True], ids=["leads nowhere yet", "leads to an old one"])
def test_a_link_stays_a_link_and_what_is_written_lies_where_it_leads(tmp_path, there):
    real, link = tmp_path / "disk" / "real", tmp_path / "link"
    link.symlink_to(real)
    if there:
        real.mkdir(parents=True)
        (real / "old").touch()
    check_replaceable(link, "old")
    with folder_written_whole(link) as fresh:
        (fresh / "new").touch()
    assert link.is_symlink()
    assert [path.name for path in real.iterdir()] == ["new"]
    note = tmp_path / "note"
    note.symlink_to(tmp_path / "disk" / "text")
    with file_written_whole(note) as fresh:
        fresh.write_text("x")
    assert note.is_symlink()
    assert (tmp_path / "disk" / "text").read_text() == "x"


def test_a_link_to_itself_and_a_name_too_long_are_told_before_the_work(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(MtsError, match="a link that leads back to itself"):
        check_replaceable(tmp_path / "loop", "card.json")
    with pytest.raises(MtsError, match=r"has 250 bytes; expected at most 200"):
        check_replaceable(tmp_path / ("ü" * 125), "card.json")


def test_a_folder_that_another_process_made_meanwhile_is_replaced(tmp_path):
    target = tmp_path / "out"
    with folder_written_whole(target) as fresh:
        (fresh / "mine").touch()
        with folder_written_whole(target) as other:
            (other / "theirs").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in target.iterdir()] == ["mine"]


def test_a_full_disk_is_what_it_is_also_where_tensors_are_written(tmp_path):
    """Not an error of safetensors, which no command would know."""
    program = f"""
import resource, signal, torch
from safetensors.torch import save_file
from mtslib.base.disks import tensor_errors
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    with tensor_errors({str(tmp_path)!r}):
        save_file({{"x": torch.zeros(10_000)}}, {str(tmp_path / "x")!r})
except OSError as error:
    print(error.strerror, error.filename)
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert found.stdout == f"File too large {tmp_path}\n", found.stderr
