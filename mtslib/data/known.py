"""Which files are the course's and which are ours, by what they hold and never by their name."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.base.files import read_json, text_of
from mtslib.base.paths import DATA
from mtslib.data.task_form import SPLITS
from mtslib.data.tasks import Task

CONTROLLED = DATA / "controlled"

# Git blob sha1 of each file in the folder data/ of the public GitHub repository
# gpoesia/minbert-default-final-project, commit 7ac8260577fc12a86c7aaf38918056c30054ef39.
RELEASED = {
    "ids-sst-train.csv": "9cb7333cb1dae49c2bd2a4b56a24882a6e8704b5",
    "ids-sst-dev.csv": "3171aa629a340809d2db4a50df8f6e5ec9420ab0",
    "ids-sst-test-student.csv": "bbd2313758825f86e24416d6aad64cd93370cf7a",
    "ids-cfimdb-train.csv": "cd57bcbd2f7214ea6dd1783d3e885d324b1f478d",
    "ids-cfimdb-dev.csv": "8a0f5dcf3d40189b96c801a12cd79bf8003e61de",
    "ids-cfimdb-test-student.csv": "1e789c709b3ca0511f027a309b6d8bd21cde41b2",
    "quora-train.csv": "a3b5546f6a0e65b60a328a5d294d1038f5bed1da",
    "quora-dev.csv": "de7cfa32428fd470b93f778fccc45a619e01336f",
    "quora-test-student.csv": "f257ef00558555afb50819578a58205732b16354",
    "sts-train.csv": "12b17760e7795fee35aeeabc290d5651de02622a",
    "sts-dev.csv": "9392860e584717976b8d817cc40c9e6ceeec27e0",
    "sts-test-student.csv": "25f0cf8fafdd1f82b9e2bb460c708af34341ce60",
}
# Rows of the course's quora-train.csv, which serve where the whole file is not at hand.
PARTS = {"quora-train-part.csv": "a3a3af1b0445de5c9f137ffe39489a58bce845ba"}
# The sha256 of the course's dev files, by which recorded runs are known.
DEV_SHA256 = {
    "sst": "a186ce94577635fbe10beaaddd50f16cccf6c30973221cefdf90deed2a584bfe",
    "cfimdb": "3087f571b66860fe5d035b5a018d08202ad3fd3720e4821c04b2acf6c7ded559",
    "quora": "bfa3cc954a9ba300ae776a980141de65f622a3c1b97e3fd905d63245bc36d5ad",
    "sts": "ce3cad6f16062586ac7ba462c28b010a9be10c530fd5074165860d7b7ab4e93d",
}


def file_name(task: Task, split: str, dataset: str = "") -> str:
    """What the file of `split` is called: as the task names it, else by its stem in `dataset`.

    The course hands out its test files as -student. Raises DataError where there is no such file.
    """
    if split not in SPLITS:
        raise DataError(f"unknown split {split!r}; the splits are {', '.join(SPLITS)}")
    if split in task.files:
        return task.files[split]
    if task.one_file:
        return task.one_file.holds(split)
    if dataset not in task.stems:
        raise DataError(f"task {task.name} names no {split} file{dataset and f' of {dataset}'}")
    end = "test-student" if (dataset, split) == ("cs224n", "test") else split
    return f"{task.stems[dataset]}-{end}.csv"


def dataset_of(task: Task, split: str, sha256: str, git_sha1: str) -> str | None:
    """The dataset that has a file with these rows in this place, if one has.

    sha256, git_sha1: of its rows in their one form, see `readers.TaskFile`.
    """
    kinds = task.stems or ("controlled",)  # ours may have task files that name each of their files
    names = {dataset: Path(file_name(task, split, dataset)).name for dataset in kinds}
    course = {RELEASED.get(names.get("cs224n"))}
    if split == "train":
        stem = task.stems.get("cs224n", "\0")
        course |= {PARTS[name] for name in PARTS if name.startswith(f"{stem}-")}
    if git_sha1 in course:
        return "cs224n"
    own = _controlled_files().get(names.get("controlled"))
    return "controlled" if sha256 == own else None


@cache
def _controlled_files() -> dict[str, str]:
    """The sha256 of each corpus file as data/controlled/build/make.py wrote it."""
    return read_json(CONTROLLED / "files.json")


def is_released(name: str, git_sha1: str) -> bool | None:
    """Whether these are the rows of the course's file of this name; None where it has none."""
    known = (RELEASED | PARTS).get(name)
    return None if known is None else git_sha1 == known


def controlled_sha256(stem: str) -> str:
    """One hash over the three splits of a controlled corpus, `sentiment` say: which revision."""
    digest = hashlib.sha256()
    for split in ("train", "dev", "test"):
        digest.update(text_of((CONTROLLED / f"{stem}-{split}.csv").read_bytes()).encode())
    return digest.hexdigest()


def git_blob_sha1(raw: bytes) -> str:
    """The name that git gives to a file of these bytes."""
    header = f"blob {len(raw)}\0".encode()
    return hashlib.sha1(header + raw, usedforsecurity=False).hexdigest()
