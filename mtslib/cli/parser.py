"""The parser, and how a command is added to it."""

from __future__ import annotations

import argparse
import importlib
import sys
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from mtslib import __version__
from mtslib.base.errors import MtsError
from mtslib.base.paths import ROOT, expanded
from mtslib.base.ray_cluster import LOCAL
from mtslib.base.text import first_of

PROGRAM = "python -m mtslib"
Run = Callable[[Namespace], int | None]
Option = tuple[tuple[str, ...], dict[str, Any]]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        """One line, like every other error, with the form that works where it is known."""
        hint = ""
        if "expected" in message and "argument" in message:
            hint = "; a value that begins with a dash is written --NAME=VALUE"
        raise MtsError(f"{message}{hint}; `{self.prog} --help` lists what is possible")


PARSER = _Parser(prog=PROGRAM, description="Every command of the project.")
PARSER.add_argument("--version", action="version", version=__version__)
_GROUPS = {"": PARSER.add_subparsers(required=True, metavar="COMMAND")}


def group(name: str, help: str) -> None:
    """Add a name that stands before commands, as in `data status`."""
    made = _GROUPS[""].add_parser(name, help=help, description=help)
    _GROUPS[name] = made.add_subparsers(required=True, metavar="WHAT")


def option(*names: str, **settings: Any) -> Option:
    """An option or an argument of a command, as `add_argument` takes it."""
    return names, settings


def command(
    name: str, help: str, example: str, *options: Option, notes: str = ""
) -> Callable[[Run], Run]:
    """Add a function as a command.

    example: arguments that its help ends with; a test runs them. notes: what comes before it.
    """
    parent, _, last = name.rpartition(" ")
    parser = _GROUPS[parent].add_parser(
        last,
        help=help,
        description=help,
        epilog="\n\n".join(filter(None, (notes, f"example:\n  {PROGRAM} {example}"))),
        formatter_class=RawDescriptionHelpFormatter,
    )
    for names, settings in options:
        parser.add_argument(*names, **settings)
    parser.add_argument("--debug", action="store_true", help="show the whole trace of an error")

    def add(run: Run) -> Run:
        parser.set_defaults(run=run)
        return run

    return add


def by_task(
    option: str, given: str | Sequence[str], form: str, read: Callable[[str], Any] = str
) -> dict[str, Any]:
    """TASK=…, in a list or with commas between → what was read, by task; of two of a task the last.

    form: what is expected behind TASK=, with an example, for the message.
    """
    found = {}
    for text in filter(None, given.split(",")) if isinstance(given, str) else given:
        task, _, value = text.partition("=")
        try:
            if not (task and value):
                raise ValueError
            found[task] = read(value)
        except ValueError:
            raise MtsError(f"{option} {text!r} is not TASK={form}") from None
    return found


def of_tests(name: str) -> ModuleType:
    """A module of `tests/`, where tools stand that only the authors of the workbook need."""
    folder = ROOT / "tests"
    if not folder.is_dir():
        raise MtsError(f"this command needs the whole repository; {folder} is not there")
    sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def tell(facts: Sequence[str], faults: Sequence[str], kind: type[MtsError]) -> None:
    """Print what was looked at and every fault; where there is one, raise `kind` with the first."""
    print(*facts, *(f"fault: {fault}" for fault in faults), sep="\n")
    if faults:
        raise kind(first_of(faults))


def named(given: str) -> str:
    """A name or a path as it was given: the type of options where some names are no paths.

    Raises MtsError for a blank one and for a home that is none: neither means "the usual one".
    """
    expanded(given)
    return given


# The option of every command that reads task files.
DATA = option("--data", type=named, metavar="DIR", help="the real files (else MTS_DATA, else ours)")

# The option of commands that a cluster can run.
RAY = option(
    "--ray", nargs="?", const=LOCAL, default="", metavar="ADDRESS",
    help="on a Ray cluster: HOST:PORT, auto (one that runs here), else one for this command",
)  # fmt: skip

# Every command that takes a task takes it by name or by its file.
TASK = "sst, cfimdb, quora, sts, or a task file, FILE.toml"

# Options that are followed by texts, by how many. A text may begin with a dash, but one that is
# an option of the same command was meant as that.
_TEXTS = {"--sentence": 1, "--pair": 2}
_NO_TEXTS = {*_TEXTS, "--task", "--file", "--debug", "--help", "-h"}


def shield(arguments: Sequence[str]) -> list[str]:
    """Put a NUL, which no argument holds, before each text that argparse would call an option."""
    shielded, expected = [], 0
    for given in arguments:
        is_text = expected > 0 and given not in _NO_TEXTS
        expected = expected - 1 if is_text else _TEXTS.get(given, 0)
        name, sign, value = ("", "", given) if is_text else given.partition("=")
        if is_text or (sign and name in _TEXTS):
            given = f"{name}{sign}\0{value}" if value.startswith("-") else given
        shielded.append(given)
    return shielded


def shielded_text(given: str) -> str:
    """The text as it was given: the type of the options that `shield` knows."""
    return given.removeprefix("\0")
