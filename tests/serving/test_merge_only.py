"""`merge --task`: only some tasks' branches, by name or as a task file describes them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from own_tasks import EVERY_TASK

from mtslib.base.errors import MergeError
from mtslib.serving import merge


@pytest.mark.parametrize("task", EVERY_TASK)
def test_only_the_tasks_that_are_named_are_merged(whole, tmp_path, task):
    out = tmp_path / "out"
    assert list(merge([whole], out, only=[EVERY_TASK[task]]).checkpoints) == [task]
    assert list(merge([whole], out, only=[task]).checkpoints) == [task]


def test_a_task_that_no_folder_has_is_refused(teachers, tmp_path):
    message = "no folder has a branch for sts; they have quora, sst"
    with pytest.raises(MergeError, match=message):
        merge([teachers["sst"], teachers["quora"]], tmp_path / "out", only=["sts"])
    assert not (tmp_path / "out").exists()


def test_a_task_file_of_another_meaning_is_refused(teachers, tmp_path):
    other = replace(EVERY_TASK["matches"], class_names=("all", "some", "none"))
    with pytest.raises(MergeError, match=r"task matches is another one in .*none"):
        merge([teachers["matches"]], tmp_path / "out", only=[other])
