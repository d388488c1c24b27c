"""The bench as a table for people and a file for programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtslib.base.errors import MtsError
from mtslib.base.files import file_written_whole, read_json, write_json
from mtslib.bench.workloads import WORKLOADS

_COLUMNS = (
    ("work", 20, "{work}"),
    ("contender", 22, "{contender}"),
    ("seconds", 9, "{seconds:.2f}"),
    ("× ours", 7, "{ratio:.2f}"),
    ("cold s", 8, "{cold_seconds:.1f}"),
    ("tokens/s", 10, "{real_tokens_per_second:,.0f}"),
    ("peak MB", 8, "{peak_mb:,.0f}"),
    ("of bound", 8, "{share}"),
)


def describe(found: Mapping[str, Any]) -> str:
    """One line per contender; workloads are explained above."""
    machine = found["machine"]
    load = highest_load(found)
    lines = [
        f"{machine['device']}, {machine['cores']} cores, {found['rounds']} rounds, medians; "
        f"load average {'not known' if load is None else f'up to {load:.1f}'}",
        *(
            f"{name}: {words[0]}"
            for name, words in WORKLOADS.items()
            if any(row["workload"] == name for row in found["rows"])
        ),
        "  ".join(title.ljust(width) for title, width, _ in _COLUMNS).rstrip(),
    ]
    for row in found["rows"]:
        share = row["share_of_bound"]
        values = row | {"share": "–" if share is None else f"{share:.0%}"}
        cells = (text.format(**values).ljust(width) for _, width, text in _COLUMNS)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def highest_load(found: Mapping[str, Any]) -> float | None:
    """The highest load average before a work began; None where no system told one."""
    loads = [row["load_average"] for row in found["rows"]]
    return max((load for load in loads if load is not None), default=None)


def write(found: Mapping[str, Any], path: Path) -> None:
    """Keep the numbers as JSON."""
    with file_written_whole(path) as fresh:
        write_json(fresh, found)


def read(path: Path) -> dict[str, Any] | None:
    """What `write` kept, or None where there is no file.

    Raises MtsError for a file that is none of ours.
    """
    if not path.is_file():
        return None
    try:
        found = read_json(path)
    except ValueError as error:
        raise MtsError(
            f"{path} is not readable as JSON ({error}); was it cut short? Delete it, or name "
            "another --out"
        ) from None
    if not isinstance(found, dict) or not {"machine", "rounds", "rows"} <= set(found):
        raise MtsError(
            f"{path} was not written by `python -m mtslib bench`; expected machine, rounds and "
            "rows in it: name another --out"
        )
    return found
