"""A fifth of train, held out: the same everywhere, and nothing lost."""

from __future__ import annotations

import csv

import pytest

from mtslib.data import datasets, held_out


@pytest.fixture(autouse=True)
def no_folder_set(monkeypatch):
    monkeypatch.delenv("MTS_DATA", raising=False)


def rows(path: str) -> list[tuple[str, ...]]:
    with open(path, encoding="utf-8", newline="") as stream:
        return [tuple(row) for row in csv.reader(stream, delimiter="\t")]


@pytest.mark.parametrize("task", ["sst", "quora", "sts", "cfimdb"])
def test_both_parts_together_are_the_training_file(tmp_path, task):
    parts = held_out.split(task, tmp_path)
    train, dev = datasets.load_pair(task, **parts)
    whole = datasets.load(task, "train")
    assert len(dev.examples) == int(0.2 * len(whole.examples))
    source = rows(whole.path)
    kept, held = (rows(parts[option]) for option in ("train_file", "dev_file"))
    assert kept[0] == held[0] == source[0]
    assert sorted(kept[1:] + held[1:]) == sorted(source[1:])
    places = [source.index(row) for row in held[1:]]
    assert places == sorted(places), "in their order"
    assert train.dataset != "controlled", "no run on it counts as one on the corpus"


def test_the_same_rows_are_held_out_on_every_machine(tmp_path):
    datasets_read = [
        datasets.load("sst", "dev", file=held_out.split("sst", tmp_path / name)["dev_file"])
        for name in ("one", "two")
    ]
    assert len({split.sha256 for split in datasets_read}) == 1
    assert datasets_read[0].sha256.startswith("c93b3cff1045")


def test_fields_with_quotation_marks_and_line_ends_come_through(tmp_path):
    source = tmp_path / "train.csv"
    texts = ['he said ""no""', "two\nlines", "tab\there", "plain", "more"]
    lines = [f'{i}\t"{text}"\t{i % 5}' for i, text in enumerate(texts)]
    source.write_text("\n".join(["id\tsentence\tsentiment", *lines]) + "\n", encoding="utf-8")
    parts = held_out.split("sst", tmp_path / "parts", file=source)
    found = [row[1] for path in parts.values() for row in rows(path)[1:]]
    assert sorted(found) == sorted(text.replace('""', '"') for text in texts)
