"""Every reader, given damaged documents, reads them or says in one line what is wrong.

A few hundred cases each in `make test`; by command `MTS_FUZZ=100000 pytest -m long tests/fuzz`. A
seed names a case: `MTS_FUZZ_SEED=card:1234` runs that one alone. What is sealed is sealed anew, as
whoever edits a card with a script would do.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import mutations
import pytest
from finetune.conftest import write_backbone, write_task
from recorded_runs import made_up_card

from mtslib.base.errors import MtsError
from mtslib.base.files import content_sha256, sha256_json, write_sealed_json
from mtslib.data import datasets, tasks
from mtslib.evidence import results
from mtslib.finetune import checkpoint, finetune, resume, settings
from mtslib.learn import progress_store
from mtslib.serving import merge, merged_folder
from mtslib.workbook.notebooks import read_notebook

FEW, MANY = 200, int(os.environ.get("MTS_FUZZ", "2000"))
LONGEST = 20  # seconds that one document may take
Read = Callable[[random.Random], None]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backbone, a checkpoint of one task and the two that are merged."""
    root = tmp_path_factory.mktemp("fuzz")
    write_backbone(root / "backbone", seed=0)
    for task in ("sst", "cfimdb"):
        for seed, split in enumerate(("train", "dev")):
            write_task(root, task, split, 16, seed=seed)
        quick = {"epochs": 1, "batch_size": 8, "precision": "fp32", "freeze_depth": 2}
        chosen = settings(task, backbone=str(root / "backbone"), **quick)
        finetune(chosen, root / task, root, progress=False)
    merge([root / "sst", root / "cfimdb"], root / "merged")
    return root


def _data(root: Path) -> Read:
    path = next(root.glob("*sst-dev*"))
    whole, task = path.read_bytes(), tasks.get("sst")

    def read(draw: random.Random) -> None:
        damaged = root / "damaged.csv"
        damaged.write_bytes(mutations.raw(whole, draw))
        datasets.read(task, damaged)

    return read


def _task(root: Path) -> Read:
    text = (Path(tasks.__file__).with_name("task_files") / "sst.toml").read_bytes()
    described = tasks.get("sst").as_dict()

    def read(draw: random.Random) -> None:
        if draw.random() < 0.5:
            (root / "damaged.toml").write_bytes(mutations.raw(text, draw))
            tasks.read(root / "damaged.toml")
        else:
            tasks.Task.from_dict(json.loads(json.dumps(mutations.value(described, draw))))

    return read


def _card(root: Path) -> Read:
    folder = root / "sst"
    card = json.loads((folder / checkpoint.CARD).read_bytes())

    def read(draw: random.Random) -> None:
        _seal(folder / checkpoint.CARD, card, checkpoint.SEAL, draw)
        found = checkpoint.read(folder)
        _ = found.settings
        checkpoint.rebuild(found)

    return read


def _certificate(root: Path) -> Read:
    folder = root / "merged"
    path = folder / merged_folder.CERTIFICATE
    certificate = json.loads(path.read_bytes())

    def read(draw: random.Random) -> None:
        _seal(path, certificate, merged_folder.SEAL, draw)
        merged_folder.load(folder)

    return read


def _config(root: Path) -> Read:
    folder = root / "for-config"
    shutil.copytree(root / "merged", folder, dirs_exist_ok=True)
    path = folder / merged_folder.CONFIG
    config = json.loads(path.read_bytes())
    certificate = json.loads((folder / merged_folder.CERTIFICATE).read_bytes())

    def read(draw: random.Random) -> None:
        path.write_bytes(mutations.text(config, draw))
        certificate["files"][merged_folder.CONFIG] = content_sha256(path)
        write_sealed_json(folder / merged_folder.CERTIFICATE, certificate, merged_folder.SEAL)
        merged_folder.load(folder)

    return read


def _results(root: Path) -> Read:
    folder = root / "results"
    card = made_up_card("sst", 0.5, "controlled", "minilm-l6", 4)
    results.record(card, range(4), __import__("numpy").zeros(4), folder)
    names = (results.RUNS, results.METRICS, results.MANIFEST)
    whole = {name: (folder / name).read_bytes() for name in names}
    line = json.loads(whole[results.RUNS])

    def read(draw: random.Random) -> None:
        for name, content in whole.items():
            (folder / name).write_bytes(content)
        name = draw.choice(names)
        if name == results.RUNS:
            content = mutations.text(line, draw) + b"\n"
        else:
            content = mutations.raw(whole[name], draw)
        (folder / name).write_bytes(content)
        results.read_runs(folder)

    return read


def _progress(root: Path) -> Read:
    record = {"format": 1, "tries": 3, "passed": True, "mistakes": ["a-b"], "source": "def f(): 0"}

    def read(draw: random.Random) -> None:
        try:
            progress_store._parse("03.1", mutations.text(record, draw))
        except (ValueError, progress_store._Newer):  # which `load` tells in a sentence
            return

    return read


def _resumed(root: Path) -> Read:
    state = root / "state"
    state.mkdir(exist_ok=True)
    (state / "state.safetensors").write_bytes(b"x")
    kept = {"identity": "x", "history": [], "trunk_runs": "every step"}
    kept["sha256"] = resume.sha256_file(state / "state.safetensors")

    def read(draw: random.Random) -> None:
        (state / "state.json").write_bytes(mutations.text(kept, draw))
        resume.read_kept(state)

    return read


def _notebook(root: Path) -> Read:
    output = {"output_type": "display_data", "data": {"text/plain": ["a"]}, "metadata": {}}
    cell = {"cell_type": "code", "source": ["x = 1\n"], "metadata": {"mts": {}}, "id": "a"}
    whole = {
        "cells": [cell | {"outputs": [output], "execution_count": 1}, cell],
        "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }

    def read(draw: random.Random) -> None:
        (root / "damaged.ipynb").write_bytes(mutations.text(whole, draw))
        read_notebook(root / "damaged.ipynb")

    return read


READERS = {
    "data": _data,
    "task": _task,
    "card": _card,
    "certificate": _certificate,
    "config": _config,
    "results": _results,
    "progress": _progress,
    "resumed": _resumed,
    "notebook": _notebook,
}


def _seal(path: Path, whole: dict, seal: str, draw: random.Random) -> None:
    damaged = mutations.value({k: v for k, v in whole.items() if k != seal}, draw)
    if isinstance(damaged, dict):
        try:
            damaged = damaged | {seal: sha256_json(damaged)}
        except (ValueError, OverflowError):  # of what no JSON holds
            damaged = damaged | {seal: whole[seal]}
    path.write_text(json.dumps(damaged), encoding="utf-8")


def _cases(name: str, count: int) -> Iterator[int]:
    chosen = os.environ.get("MTS_FUZZ_SEED", "")
    if not chosen:
        yield from range(count)
    elif chosen.partition(":")[0] == name:
        yield int(chosen.partition(":")[2])


def _too_long(*_: object) -> None:
    raise TimeoutError("reading it does not end")


def _fuzz(name: str, root: Path, count: int) -> None:
    read, faults = READERS[name](root), []
    before = signal.signal(signal.SIGALRM, _too_long)
    try:
        for seed in _cases(name, count):
            signal.alarm(LONGEST)
            try:
                read(random.Random(f"{name}:{seed}"))
            except MtsError as error:
                if "\n" in str(error) or len(str(error)) > 2000:
                    faults.append(f"{name}:{seed}: not one line: {str(error)[:100]!r}")
            except Exception as error:  # noqa: BLE001 - every kind is a fault, and is named
                faults.append(f"{name}:{seed}: {type(error).__name__}: {str(error)[:150]}")
            finally:
                signal.alarm(0)
            if len(faults) > 20:
                break
    finally:
        signal.signal(signal.SIGALRM, before)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_document_is_read_or_named(name: str, model: Path, tmp_path: Path) -> None:
    root = tmp_path / "model"
    shutil.copytree(model, root)
    _fuzz(name, root, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", READERS)
def test_many_damaged_documents(name: str, model: Path, tmp_path: Path) -> None:
    root = tmp_path / "model"
    shutil.copytree(model, root)
    _fuzz(name, root, MANY)
