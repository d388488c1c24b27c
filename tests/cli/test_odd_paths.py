"""Every path of every command, given what no path can be: one line, exit 2, nothing written."""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.conftest import contents
from cli.test_edges import example, helps
from killing import soon

from mtslib.cli.main import main
from mtslib.cli.parser import PARSER

LONGEST = 120  # seconds that a command may take to refuse
# Arguments that name a file or a folder, by their metavar; a task is named by its file too.
PATHS = ("DIR", "FILE", "FILE.toml", "CSV", "TEACHER", "FOLDER", "NAME|FILE.toml")
ALSO = {"--backbone", "--task", "--train-file", "--dev-file"}


def _below(name: str) -> argparse.ArgumentParser:
    parser = PARSER
    for word in name.split():
        (choices,) = [a.choices for a in parser._actions if isinstance(a.choices, dict)]
        parser = choices[word]
    return parser


EXAMPLES = {name: example(name) for name in helps()}


def places() -> Iterator[tuple[str, str]]:
    """(command, option or argument) of everything that names a path."""
    for name in EXAMPLES:
        for action in _below(name)._actions:
            if {action.metavar} & {*PATHS} or {*action.option_strings} & ALSO:
                yield name, (action.option_strings or [action.dest])[0]


def given(name: str, place: str, value: str) -> list[str]:
    """The command's own example with one path replaced."""
    parser, words = _below(name), EXAMPLES[name]
    number = len(name.split())
    action = next(a for a in parser._actions if place in (*a.option_strings, a.dest))
    arguments = words[number:]
    if action.option_strings:
        if place in arguments:
            at = arguments.index(place)
            del arguments[at : at + 2]
        joined = f"sst={value}" if action.metavar == "TASK=FILE" else value
        return [*words[:number], *arguments, f"{place}={joined}"]
    at = next((i for i, text in enumerate(arguments) if not text.startswith("-")), None)
    if at is not None:
        arguments[at] = value
    return [*words[:number], *(arguments if at is not None else [value, *arguments])]


ODD = {
    "no such home": "~nosuchuser/x",
    "empty": "",
    "white space": " ",
    "no UTF-8": "caf\udce9",
    "NUL": "a\0b",
    "a pipe": "pipe",
    "below a file": "note.txt/x",
    "a device": "/dev/null",
    "a name too long": "n" * 300,
}
# Not read by a plan without --results and `cache` without --task; handed in may be anything.
NOT_ITS_BUSINESS = {("plan", "--data"), ("cache status", "--data"), ("cache clean", "--data")}
NOT_ITS_BUSINESS |= {("instructor grade", "folder")}
SOON = {"no such home", "empty", "a pipe"}  # in `make test`; all of them in `make test-long`


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """An empty folder with a pipe and a note, to be in."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "note.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MTS_WORK", str(tmp_path / "work"))
    return tmp_path


def _too_long(*_: object) -> None:
    raise TimeoutError("it does not end")


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and homes of POSIX")
@pytest.mark.parametrize("odd", soon(ODD, SOON))
@pytest.mark.parametrize("case", list(places()), ids=" ".join)
def test_a_path_that_is_none_is_one_line(here, capsys, case, odd):
    before = contents(here)
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST)
    try:
        code = main(given(*case, ODD[odd]))
    except SystemExit as left:
        code = left.code
    finally:
        signal.alarm(0)
    seen = capsys.readouterr()
    lines = [line for line in re.split(r"[\r\n]", seen.err) if re.match("error", line)]
    assert code == 2 or (code == 0 and case in NOT_ITS_BUSINESS), (code, seen.out, seen.err)
    assert len(lines) == code // 2, seen.err
    assert "Traceback" not in seen.err
    assert code == 0 or contents(here) == before
