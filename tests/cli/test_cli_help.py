"""Help for every command, `--debug`, and Ctrl-C."""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys

import pytest

# By its place below tests/, as pytest's own conftest.py is another module of the same name.
from cli.conftest import QUICK, given, in_a_process

from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT
from mtslib.cli.main import main
from mtslib.cli.parser import PARSER


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command of a parser, sub-commands too, itself included."""
    found = [path]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                found += commands(below, (*path, name))
    return found


@pytest.mark.parametrize("command", commands(PARSER), ids=" ".join)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.startswith(f"usage: python -m mtslib {' '.join(command)}".rstrip())


def test_the_commands_of_this_stage_are_there():
    names = {" ".join(command) for command in commands(PARSER)}
    assert names >= {
        *("lab", "workbook", "doctor", "data status", "data fetch"),
        *(
            "finetune",
            "sweep",
            "cache status",
            "cache clean",
            "merge",
            "evaluate",
            "predict",
            "record",
        ),
    }


def test_debug_shows_the_trace(tmp_path):
    with pytest.raises(MtsError, match="is neither"):
        main(["predict", str(tmp_path), "--sentence", "a", "--debug"])


def test_a_real_process_ends_with_one_line_and_two(tmp_path):
    process = in_a_process("predict", tmp_path, "--sentence", "good")
    out, errors = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert re.fullmatch(r"error: \S+ is neither a merged model nor a checkpoint; .*\n", errors)


def test_a_real_process_with_debug_shows_the_trace(tmp_path):
    process = in_a_process("finetune", "--task", "nli", "--out", tmp_path / "out", "--debug")
    _, errors = process.communicate()
    assert process.returncode != 0
    assert errors.startswith("Traceback")
    assert "unknown task 'nli'" in errors.splitlines()[-1]


def test_help_answers_at_once_without_the_heavy_libraries():
    code = (
        "import sys; from mtslib.cli.main import main\n"
        "try: main(['finetune', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'numpy', 'pandas', 'matplotlib', 'tokenizers'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_ctrl_c_while_training_is_one_line_and_leaves_nothing_half_written(place, tmp_path):
    out = tmp_path / "out"
    command = ["finetune", "--task", "sst", "--out", out, *QUICK, *given(place), "--epochs", "1000"]
    process = in_a_process(*command)
    assert process.stdout.readline().startswith("sst train: 40 rows")
    assert process.stdout.readline().startswith("sst dev: 40 rows")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 2
    assert "Traceback" not in errors
    lines = [line.strip() for line in re.split(r"[\r\n]", errors)]
    (error,) = [line for line in lines if line and not re.search(r"\d+%\||^warning: ", line)]
    assert re.match(r"error: stopped by Ctrl-C", error)
    assert not out.exists()
    assert {path.name for path in tmp_path.iterdir()} <= {"out.unfinished"}
