"""Task files of any content, read as the train split of a task."""

from __future__ import annotations

import pytest

from mtslib.data import datasets, tasks

SENTIMENT = "\tid\tsentence\tsentiment\n"


PAIR = "\tid\tsentence1\tsentence2\tis_duplicate\n"


SCORED = "\tid\tsentence1\tsentence2\tsimilarity\n"


@pytest.fixture
def read(tmp_path):
    """Write a file of this content, load it as the train split of a task in the real layout."""

    def read_split(task, content, split="train"):
        name = datasets.file_name(tasks.get(task), split, "cs224n")
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)
        return datasets.load(task, split, data=tmp_path)

    return read_split


def texts(split):
    return [example.texts for example in split.examples]


def labels(split):
    return [example.label for example in split.examples]
