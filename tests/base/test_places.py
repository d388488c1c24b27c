"""Whose folder or file it is that would be written over."""

from __future__ import annotations

import sys

import pytest

from mtslib.base.errors import MtsError
from mtslib.base.files import (
    check_file,
    check_replaceable,
    file_written_whole,
    folder_written_whole,
)


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


def test_a_folder_of_ours_with_a_file_that_is_not_ours_stays(tmp_path):
    ours = tmp_path / "ours"
    (ours / "branches" / "sst").mkdir(parents=True)
    for name in ("card.json", "vocab.txt", ".DS_Store", "branches/sst/branch.safetensors"):
        (ours / name).write_text("{}")
    check_replaceable(ours, "card.json")
    for name in ("notes.txt", "branches/sst/thesis.tex", "weights.bin"):
        (ours / name).write_text("mine")
        with pytest.raises(MtsError, match=f"holds {name}, which this command did not write"):
            check_replaceable(ours, "card.json")
        (ours / name).unlink()
    (ours / "branches" / "link.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MtsError, match=r"holds branches/link\.json"):
        check_replaceable(ours, "card.json")


def test_only_a_file_that_begins_like_ours_may_be_replaced(tmp_path):
    target = tmp_path / "grades.csv"
    check_file(target, "learner,")
    for text in ("", "learner,a\n"):
        target.write_text(text)
        check_file(target, "learner,")
    target.write_text("a,learner\n")
    with pytest.raises(MtsError, match=r"grades\.csv is no file of this command .*nothing was"):
        check_file(target, "learner,")
    target.write_text("learner,a\n")
    (tmp_path / "link.csv").symlink_to(target)
    with pytest.raises(MtsError, match=r"link\.csv is a link; nothing was changed"):
        check_file(tmp_path / "link.csv", "learner,")


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_what_others_may_not_read_stays_so(tmp_path):
    folder, file = tmp_path / "folder", tmp_path / "file"
    for _ in range(2):
        with folder_written_whole(folder) as fresh:
            (fresh / "inside").touch()
        with file_written_whole(file) as fresh:
            fresh.write_text("x")
        folder.chmod(0o700)
        file.chmod(0o600)
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
