"""The commands of the task files: `data status`, `data fetch`."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.files import check_place
from mtslib.base.paths import expanded
from mtslib.cli.parser import DATA, command, group, option

group("data", "the task files: what is here, and fetching real ones")


@command("data status", "list every task file and validate it", "data status", DATA)
def _status(options: Namespace) -> None:
    from mtslib.data import status

    print(status.table(status.rows(options.data)))


@command(
    "data fetch",
    "download the real files of CS224N",
    "data fetch --out cs224n",
    option("--out", type=expanded, required=True, metavar="DIR"),
    option("--from", dest="address", metavar="ADDRESS", help="a mirror of the files"),
)
def _fetch(options: Namespace) -> None:
    check_place(options.out / "file")

    from mtslib.data import fetch

    address = {"base_url": options.address} if options.address else {}
    for path in fetch.fetch(options.out, **address):
        print(path)
