"""A place made by the command line itself, and how a command that must fail is looked at."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from finetune.conftest import write_backbone, write_task

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from serving.conftest import _no_real_data, _one_thread  # noqa: F401

from mtslib.base.paths import ROOT
from mtslib.cli.main import main

QUICK = ["--epochs", "1", "--batch-size", "8", "--learning-rate", "4e-3", "--precision", "fp32"]


@pytest.fixture(scope="session")
def place(tmp_path_factory) -> Path:
    """A tiny backbone, made-up data, two teachers and their merged model, by the command line."""
    root = tmp_path_factory.mktemp("place")
    write_backbone(root / "backbone", seed=0)
    (root / "data").mkdir()
    for task in ("sst", "quora"):
        write_task(root / "data", task, "train", 40, seed=1)
        write_task(root / "data", task, "dev", 40, seed=2)
    for task, depth in (("sst", "1"), ("quora", "2"), ("sst", "full")):
        out = root / (task if depth != "full" else "full")
        finetune = ["finetune", "--task", task, "--freeze-depth", depth, "--out", str(out), *QUICK]
        assert main([*finetune, *given(root)]) == 0
    assert main(["merge", str(root / "sst"), str(root / "quora"), "--out", str(root / "m")]) == 0
    return root


def given(place: Path) -> list[str]:
    """The options that name the tiny backbone and the made-up data."""
    return ["--backbone", str(place / "backbone"), "--data", str(place / "data")]


def contents(*folders: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def bad(place, tmp_path, capsys):
    """Run a command that must fail: exit 2, one line on stderr with these words, no files."""

    def run(arguments: list[object], message: str) -> None:
        arguments = [str(argument) for argument in arguments]
        before = contents(place, tmp_path)
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as left:  # the parser's own way to end
            code = left.code
        # A progress bar wipes its line, which counts as empty.
        errors = [line.strip() for line in re.split(r"[\r\n]", capsys.readouterr().err)]
        errors = [line for line in errors if line and not re.search(r"\d+%\||^warning: ", line)]
        assert code == 2
        assert len(errors) == 1, errors
        assert re.match(r"error: ", errors[0]), errors[0]
        assert re.search(message, errors[0]), errors[0]
        assert contents(place, tmp_path) == before

    return run


def in_a_process(*arguments: object, **options) -> subprocess.Popen:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    environment.pop("MTS_DATA", None)
    command = [sys.executable, "-m", "mtslib", *map(str, arguments)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
