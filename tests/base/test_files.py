"""Hashes, and writes that leave the old or the new, never half, whatever stops them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from mtslib.base import files
from mtslib.base.errors import MtsError
from mtslib.base.files import (
    _replace_in_two_steps,
    check_replaceable,
    content_sha256,
    file_written_whole,
    folder_written_whole,
    free_bytes,
    has_sha256,
    is_sealed,
    read_json,
    sha256_file,
    sha256_tensor,
    write_json,
    write_sealed_json,
)

# Hashes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 10_000_000])
def test_the_hash_of_a_file_is_that_of_its_bytes(tmp_path, size):
    raw = os.urandom(size)
    (tmp_path / "file").write_bytes(raw)
    assert sha256_file(tmp_path / "file") == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool])
@pytest.mark.parametrize("shape", [(), (0,), (5,), (3, 4), (2, 3, 4)])
def test_the_hash_of_a_tensor_is_that_of_its_values(shape, dtype):
    tensor = (100 * torch.randn(shape)).to(dtype)
    digest = sha256_tensor(tensor)
    assert digest == sha256_tensor(tensor.clone().requires_grad_(dtype.is_floating_point))
    if tensor.dim() > 1:
        strided = tensor.transpose(0, 1).contiguous().transpose(0, 1)
        assert not strided.is_contiguous()
        assert sha256_tensor(strided) == digest
        assert sha256_tensor(tensor.transpose(0, 1)) != digest


def test_values_type_and_shape_each_change_the_hash_of_a_tensor():
    tensor = torch.zeros(4, 6)
    others = [
        tensor.view(6, 4),
        tensor.view(24),
        tensor.to(torch.int32),
        tensor.index_put((torch.tensor(3), torch.tensor(5)), torch.tensor(1e-45)),
        -tensor,  # minus zero is another bit pattern
    ]
    assert len({sha256_tensor(other) for other in [tensor, *others]}) == 6


def test_of_a_file_counts_what_it_says(tmp_path):
    """Values of JSON and lines of text; the bytes of everything else."""
    value, text = {"b": [1.0, "é", None], "a": {"x": 1e-8}}, "[PAD]\né\n"
    same = {
        "json": [
            json.dumps(value, ensure_ascii=False),
            json.dumps(value, indent=4, sort_keys=True).replace("\n", "\r\n"),
            '\ufeff{"a": {"x": 0.00000001}, "b": [1, "\\u00e9", null]}',
        ],
        "txt": [text, text.replace("\n", "\r\n"), "\ufeff" + text, text.rstrip("\n")],
        "bin": [text],
    }
    for suffix, forms in same.items():
        path = tmp_path / f"file.{suffix}"
        digests = set()
        for form in forms:
            path.write_text(form, encoding="utf-8", newline="")
            digests.add(content_sha256(path))
            assert has_sha256(path, content_sha256(path))
        assert len(digests) == 1
        path.write_text(forms[0].replace("é", "è"), encoding="utf-8", newline="")
        assert content_sha256(path) not in digests
        path.write_bytes(b"\xff{")
        assert not has_sha256(path, digests.pop()), "damaged is another file, and no trace"
    (tmp_path / "plain.txt").write_text(text, encoding="utf-8", newline="")
    assert content_sha256(tmp_path / "plain.txt") == sha256_file(tmp_path / "plain.txt")


def test_a_certificate_of_an_older_version_hashes_the_text_as_it_was_written(tmp_path):
    path = tmp_path / "card.json"
    write_json(path, {"b": 1.0, "a": "é"})
    older = sha256_file(path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert has_sha256(path, older)
    write_json(path, {"b": 2.0, "a": "é"})
    assert not has_sha256(path, older)


def test_a_seal_is_over_values_and_notices_each(tmp_path):
    path, value = tmp_path / "card.json", {"n": [1, 2.5], "name": "é", "deep": {"x": None}}
    write_sealed_json(path, value, "seal")
    kept = read_json(path)
    assert list(kept) == [*value, "seal"]
    assert is_sealed(kept, "seal")
    assert is_sealed(dict(sorted(kept.items())), "seal")
    for change in ({"n": [2, 1.5]}, {"name": "e"}, {"deep": {}}, {"more": 1}, {"seal": ""}):
        assert not is_sealed(kept | change, "seal")


def test_json_is_readable_and_refuses_what_json_has_no_word_for(tmp_path):
    write_json(tmp_path / "a.json", {"name": "Café", "numbers": [1, 0.1]})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "Café" in text
    assert text.endswith("}\n")
    assert json.loads(text) == {"name": "Café", "numbers": [1, 0.1]}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"loss": float("nan")})


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
    _replace_in_two_steps(fresh, target, tmp_path / "old")
    assert content(tmp_path) == {"target/file": "new"}
    with pytest.raises(OSError, match="fresh"):  # it is gone now
        _replace_in_two_steps(fresh, target, tmp_path / "old")
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
    monkeypatch.setattr(files, "_exchange", lambda first, second: False)
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


# Whose folder it is ----------------------------------------------------------------------------


def test_only_a_folder_of_ours_may_be_replaced(tmp_path):
    ours, empty, theirs = tmp_path / "ours", tmp_path / "empty", tmp_path / "theirs"
    for folder in (ours, empty, theirs):
        folder.mkdir()
    (ours / "card.json").write_text("{}")
    (theirs / "thesis.tex").write_text("years of work")
    for target in (ours, empty, tmp_path / "new"):
        check_replaceable(target, "card.json")
    for target in (theirs, theirs / "thesis.tex"):
        with pytest.raises(MtsError, match=r"no card\.json\); nothing was changed") as seen:
            check_replaceable(target, "card.json")
        assert "\n" not in str(seen.value)


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
