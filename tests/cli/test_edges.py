"""The command line on machines that are not ours: encodings, pipes, homes, packages, arguments."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from cli.conftest import QUICK, given

from mtslib.base.paths import ROOT
from mtslib.cli.main import main
from mtslib.cli.parser import PARSER, PROGRAM
from mtslib.evidence import results

# Bytes a console may lack: in the text asked about, and in what the certificate says (≤, …).
FOREIGN = "Łukasz sang, 東 and 🙂"


@cache
def helps() -> dict[str, str]:
    """The help of every command, by its name."""
    found = {}
    waiting = [((), PARSER)]
    while waiting:
        path, parser = waiting.pop()
        below = [a.choices for a in parser._actions if isinstance(a.choices, dict)]
        for choices in below:
            waiting += [((*path, name), made) for name, made in choices.items()]
        if not below:
            found[" ".join(path)] = parser.format_help()
    return found


def example(name: str) -> list[str]:
    """The arguments that the help of a command ends with."""
    last = helps()[name].rstrip().splitlines()[-1].strip()
    assert last.startswith(f"{PROGRAM} {name}")
    return shlex.split(last)[3:]


# Help that ends with an example ------------------------------------------------------------------


@pytest.mark.parametrize("name", helps())
def test_the_example_of_every_command_is_one_that_it_takes(name):
    assert PARSER.parse_args(example(name)).run


def run_of(place: Path, name: str, *options: object) -> int:
    return main([*example(name), *map(str, options)])


def test_the_examples_run_in_their_order(place, tmp_path, monkeypatch, capsys):
    """On the tiny backbone, where they would train the real one; the long ones are parsed above."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "results").mkdir()
    tiny = [*QUICK, *given(place)]
    assert run_of(place, "finetune", "--freeze-depth", "1", *tiny) == 0
    quora = ["--task", "quora", "--out", "runs/sts", "--freeze-depth", "2"]
    assert run_of(place, "finetune", *quora, *tiny) == 0
    assert run_of(place, "merge") == 0
    assert run_of(place, "evaluate", "--data", place / "data") == 0
    assert run_of(place, "predict") == 0
    assert "\n-5 degrees, and no heating.\n" in capsys.readouterr().out
    assert run_of(place, "record") == 0
    assert run_of(place, "cache status") == 0
    assert run_of(place, "cache clean") == 0
    sweep = ["--tasks", "sst", "--depths", "full,1-2", *tiny]
    assert run_of(place, "sweep", *sweep) == 0
    assert run_of(place, "data status") == 0
    assert run_of(place, "instructor notes") == 0
    (tmp_path / "work").mkdir()
    for name in ("work status", "work export", "work upgrade"):
        assert run_of(place, name, "--work", tmp_path / "work") == 0
    assert run_of(place, "doctor") in (0, 2)


# Encodings ---------------------------------------------------------------------------------------

# Every command that prints, in one process, through the real streams.
EVERY_COMMAND = """
import os, sys
from mtslib.cli.main import main
place, out, text = sys.argv[1:]
commands = [
    ["--help"],
    ["predict", "--help"],
    ["doctor"],
    ["data", "status", "--data", f"{place}/data"],
    ["cache", "status"],
    ["merge", f"{place}/sst", f"{place}/quora", "--out", f"{out}/m-{text[:6]}"],
    ["predict", f"{place}/m", "--sentence", text],
    ["predict", f"{place}/m", "--pair", text, "-x"],
    ["evaluate", f"{place}/m", "--task", "sst", "--data", f"{place}/data"],
    ["instructor", "notes", "00"],
    ["instructor", "notes", "03"],
    ["work", "status"],
    ["merge", text, "--out", f"{out}/x"],
    ["finetune", "--task", text, "--out", f"{out}/x"],
    ["sweep", "--tasks", "sst", "--dry-run", "--out", f"{out}/x", "--epochs", "0"],
]
for encoding in ("ascii", "cp1252"):
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=encoding, errors="strict")
    for command in commands:
        try:
            code = main(command)
        except SystemExit as left:
            code = left.code
        assert code in (0, 2), (command, code)
"""
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_every_command_can_be_printed_in_ascii_and_in_cp1252(place, tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", EVERY_COMMAND, str(place), str(tmp_path), FOREIGN],
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="ascii"),
        capture_output=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr.decode("ascii", "replace")[-2000:]
    assert b"Traceback" not in run.stderr
    assert run.stdout.count(rb"\u2264 0.001") >= 2
    assert run.stdout.count(rb"\u0141ukasz") >= 2
    error = rb"error: \u0141ukasz sang, \u6771 and \U0001f642 is not a checkpoint"
    assert run.stderr.count(error) == 2


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("MTS_DATA", "PYTHONUTF8", "LC_ALL")}
    return kept | {"OMP_NUM_THREADS": "1"} | changes


@pytest.mark.skipif(sys.platform != "linux", reason="a locale whose names are not UTF-8")
def test_names_outside_ascii_work_in_the_c_locale(place, tmp_path):
    (tmp_path / "Łukasz").symlink_to(place / "m")
    run = subprocess.run(
        [sys.executable, "-m", "mtslib", "predict", tmp_path / "Łukasz", "--sentence", "東 good"],
        cwd=ROOT,
        env=environment(**C_LOCALE),
        capture_output=True,
        timeout=300,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode().startswith("東 good\n  sst: ")


def test_bytes_that_are_no_text_are_refused_before_anything_is_read(bad):
    message = r"the argument '\S*\\udce9.*' holds bytes that are not UTF-8"
    bad(["predict", "gone", "--sentence", "caf\udce9"], message)
    bad(["merge", "caf\udce9", "--out", "out"], message)
    bad(["finetune", "--task", "sst", "--out", "x", "--backbone", "a\0b"], r"holds a NUL character")


def test_an_error_is_one_line_whatever_a_name_holds(bad, tmp_path):
    bad(["predict", tmp_path / "a\nb", "--sentence", "a"], r"/a\\nb is neither")
    bad(["predict", tmp_path / "\x1b[31m", "--sentence", "a"], r"\\x1b\[31m is neither")


# Pipes, disks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["finetune", "--help"], ["data", "status"], ["instructor", "notes", "03"]],
    ids=" ".join,
)
def test_a_reader_who_leaves_is_a_quiet_end(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "mtslib", *arguments]
    run = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=writing, stderr=subprocess.PIPE, timeout=300
    )
    os.close(writing)
    assert run.stderr == b""
    assert run.returncode == 141 or "--help" in arguments, "argparse itself minds no closed pipe"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "mtslib", "data", "status"],
            cwd=ROOT,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=300,
        )
    assert run.returncode == 2
    assert run.stderr == b"error: the system said: No space left on device\n"


# Machines ----------------------------------------------------------------------------------------


def bare(*arguments: str) -> subprocess.CompletedProcess:
    """A Python without any package, as a machine has before `make setup`."""
    command = [sys.executable, "-S", "-m", "mtslib", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_help_needs_no_package():
    for arguments in (["--help"], ["--version"], ["finetune", "-h"]):
        run = bare(*arguments)
        assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(
    "arguments",
    [["merge", "a", "--out", "b"], ["evaluate", "a"], ["bench"], ["record", "a"]],
    ids=" ".join,
)
def test_a_missing_package_is_one_line_with_the_command_that_installs_it(arguments):
    run = bare(*arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"error: No module named '\w+' \(.*\); .*make setup.*\n", run.stderr)


def test_a_module_of_ours_that_is_missing_keeps_its_trace(monkeypatch):
    monkeypatch.setitem(sys.modules, "mtslib.workbook.doctor", None)
    monkeypatch.delattr("mtslib.workbook.doctor", raising=False)
    with pytest.raises(ImportError):
        main(["doctor"])


NOWHERE = """
import os, pwd, sys
def nobody(user):
    raise KeyError(f"getpwuid(): uid not found: {user}")
pwd.getpwuid = nobody
os.environ.pop("HOME", None)
from mtslib.cli.main import main
place, out = sys.argv[1:]
for command in (
    ["doctor"],
    ["data", "status"],
    ["work", "status"],
    ["cache", "status"],
    ["predict", f"{place}/m", "--sentence", "good"],
    ["instructor", "notes", "03", "--out", f"{out}/03.md"],
    ["data", "status", "--data", "~/gone"],
    ["data", "status", "--data", "~nobody-here/gone"],
    ["finetune", "--task", "sst", "--out", f"{out}/x", "--backbone", "~/gone"],
):
    code = main(command)
    assert code in (0, 2), (command, code)
    assert code == 0 or command[0] in ("doctor", "data", "finetune"), command
"""


@pytest.mark.skipif(sys.platform == "win32", reason="users of POSIX")
@pytest.mark.parametrize(
    "flags",
    [
        pytest.param([], id="plain"),
        # Compiles every package anew: nothing of it is kept for this flag.
        pytest.param(["-OO"], id="-OO", marks=pytest.mark.long),
    ],
)
def test_nobody_without_a_home_can_use_it_too(place, tmp_path, flags):
    """As in a container that runs under a made-up user; and without asserts and docstrings."""
    run = subprocess.run(
        [sys.executable, *flags, "-c", NOWHERE, str(place), str(tmp_path)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert "Traceback" not in run.stderr
    assert "'~/gone'" in run.stderr


def test_help_without_docstrings():
    command = [sys.executable, "-OO", "-m", "mtslib", "predict", "--help"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.rstrip().splitlines()[-2].strip() == "example:"


def test_the_library_alone_imports_next_to_nothing():
    code = (
        "import sys; before = set(sys.modules); import mtslib, mtslib.cli.main\n"
        "new = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "assert new <= {'mtslib'} | set(sys.stdlib_module_names), new"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
