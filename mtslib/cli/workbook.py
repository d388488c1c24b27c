"""The commands of the shell around the notebooks: `lab`, `workbook`, `book`, `doctor`."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.errors import MtsError
from mtslib.base.files import check_place
from mtslib.base.paths import NOTEBOOKS
from mtslib.cli.parser import command, option


@command(
    "lab",
    "open the workbook in JupyterLab",
    "lab --no-browser",
    option("--port", type=int, default=8888),
    option("--no-browser", action="store_true", help="only print the address"),
)
def _lab(options: Namespace) -> int | None:
    if not 0 < options.port < 65536:
        raise MtsError(f"--port is {options.port}; expected 1 to 65535")

    from mtslib.workbook.lab import open_lab

    return open_lab(port=options.port, browser=not options.no_browser)


@command(
    "workbook",
    "execute every notebook, in order, without a browser",
    "workbook --only 05",
    option("--only", metavar="NUMBER", help="one notebook, by its number"),
    option("--in-place", action="store_true", help="refresh the committed outputs"),
)
def _workbook(options: Namespace) -> None:
    from mtslib.workbook import execute

    check_place((NOTEBOOKS if options.in_place else execute.OUT) / "copy.ipynb", "file")
    notebooks = execute.find_notebooks(only=options.only)
    execute.execute_notebooks(notebooks, None if options.in_place else execute.OUT)


@command("book", "make the workbook's pages, to read in a browser without a kernel", "book")
def _book(options: Namespace) -> None:
    from mtslib.workbook import book

    pages = book.build()
    print(f"{len(pages)} pages; open {pages[0]} in a browser")


@command("doctor", "check that everything the workbook needs is here", "doctor")
def _doctor(options: Namespace) -> int:
    from mtslib.workbook import doctor

    text, well = doctor.report()
    print(text)
    return 0 if well else 2
