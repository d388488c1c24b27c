"""Find and read notebooks, whoever wrote them: Jupyter, VS Code, Colab, an older nbformat.

Editors differ in what they leave out: cell ids, metadata, the kernel, fields of outputs. All of it
is put right here, so that nobody else asks. A leaf: it executes nothing.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from mtslib.base.errors import MtsError
from mtslib.base.paths import NOTEBOOKS, ROOT

LARGEST = 50 * 2**20  # bytes of a notebook
UNNAMED = "unnamed-"  # begins the id of a cell that came without one
# How files begin that are handed out under the name of a notebook.
KINDS = {
    b"<": "it is a web page; download the file itself",
    b"PK\3\4": "it is a zip archive; unpack it, or name it .zip",
    b"%PDF": "it is a PDF; save the notebook itself",
    b"version https://git-lfs": "it is only a pointer of git-lfs; run `git lfs pull`",
}
# Every field of an output and its default; nbformat 4 requires them all.
OUTPUTS: dict[str, dict[str, Any]] = {
    "stream": {"name": "stdout", "text": ""},
    "display_data": {"data": {}, "metadata": {}},
    "execute_result": {"data": {}, "metadata": {}, "execution_count": None},
    "error": {"ename": "", "evalue": "", "traceback": []},
}


def find_notebooks(folder: Path = NOTEBOOKS, only: str | None = None) -> list[Path]:
    """The notebooks of a folder in reading order; `only` names one by its number, as in `05`.

    Raises MtsError where there is none, or none of that number.
    """
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        raise MtsError(
            f"no notebook in {display_path(folder)}: expected files like 00_start_here.ipynb"
        )
    if only is None:
        return found
    chosen = [path for path in found if only in (path.stem, path.stem.split("_")[0], path.name)]
    if not chosen:
        numbers = ", ".join(path.stem.split("_")[0] for path in found)
        raise MtsError(f"no chapter {only!r}: the chapters are {numbers}")
    return chosen


def display_path(path: Path) -> str:
    """A path as messages name it: relative where it lies in this checkout."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def read_notebook(path: Path) -> NotebookNode:
    """A notebook as nbformat 4.5, with what its writer left out or spelt otherwise put right.

    A cell without an id that can serve gets one that begins with `UNNAMED`. The outputs of
    nbformat 3 are left out. Raises MtsError, one line, for everything that is not a notebook.
    """
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise MtsError(f"{path.name}: a folder, not a notebook; look for the file inside it")
        if not stat.S_ISREG(kind.st_mode):
            raise MtsError(f"{path.name}: not a regular file")
        if kind.st_size > LARGEST:
            raise MtsError(
                f"{path.name}: {kind.st_size / 2**20:.0f} MB, and {LARGEST // 2**20} MB is the "
                "most; the likely cause is large outputs: clear them all, save, and try again"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise MtsError(f"{path.name}: cannot be read ({error.strerror})") from error
    try:
        return _repaired(json.loads(raw, strict=False))  # any UTF, with a mark or without
    except (ValueError, RecursionError) as error:
        reason = _other_kind(raw) or str(error).splitlines()[0]
        raise MtsError(f"{path.name}: not a valid notebook ({reason})") from error


def _other_kind(raw: bytes) -> str:
    """What the bytes of no notebook are, and what to do, where that can be seen."""
    if not raw.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        zeros = "of zero bytes only" if b"\0" in raw.removeprefix(b"\xff\xfe") else "empty"
        return f"the file is {zeros}; it was not saved or not copied to its end"
    if re.search(rb"^(<{7}|>{7}) ", raw, re.MULTILINE):
        return "it holds an unresolved conflict of git; take one of the two sides"
    return next((kind for sign, kind in KINDS.items() if raw.lstrip().startswith(sign)), "")


def _repaired(content: object) -> NotebookNode:
    """Raises ValueError for JSON that is not a notebook."""
    if not isinstance(content, dict) or content.get("nbformat", 4) not in (3, 4):
        raise ValueError("expected a JSON object with nbformat 4, or 3")
    cells = content.get("cells")
    if "cells" not in content and isinstance(content.get("worksheets"), list):  # nbformat 3
        sheets = [sheet for sheet in content["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
    if cells is None and "doc_id" in content:
        raise ValueError("it is only a link to a document of Google; download the file itself")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError("expected a list of cells")
    metadata = _dict(content.get("metadata"))
    for key in ("kernelspec", "language_info"):
        if key in metadata and not isinstance(_dict(metadata[key]).get("name"), str):
            del metadata[key]
    if "kernelspec" in metadata:
        metadata["kernelspec"].setdefault("display_name", metadata["kernelspec"]["name"])
    made = [{"id": key, **_cell(cell)} for key, cell in zip(_ids(cells), cells, strict=True)]
    whole = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.from_dict(whole)


def _ids(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    """An id for each cell: its own where it can serve, and no two the same."""
    made: list[str] = []
    given = {str(cell.get("id")) for cell in cells}
    for number, cell in enumerate(cells):
        key = cell.get("id")
        if not isinstance(key, str) or key in made or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", key):
            key = next(k for n in count(number) if (k := f"{UNNAMED}{n}") not in given)
            given.add(key)
        made.append(key)
    return made


def _cell(raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = raw.get("cell_type")
    source = raw.get("source", raw.get("input"))  # nbformat 3 says input
    if isinstance(source, list) and not any("\n" in str(line) for line in source):
        source = [f"{line}\n" for line in source[:-1]] + source[-1:]  # lines without their ends
    source = _text(source)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if kind == "heading":  # of nbformat 3
        kind, source = "markdown", f"# {source}"
    if kind not in ("code", "markdown"):
        kind = "raw"
    made: dict[str, Any] = {"cell_type": kind, "metadata": _dict(raw.get("metadata"))}
    made["source"] = source
    if kind == "code":
        made["execution_count"] = _whole(raw.get("execution_count"))
        outputs = raw.get("outputs")
        outputs = outputs if isinstance(outputs, list) else []
        made["outputs"] = [
            _output(o) for o in outputs if _dict(o).get("output_type") in tuple(OUTPUTS)
        ]
    elif isinstance(raw.get("attachments"), dict):
        made["attachments"] = raw["attachments"]
    return made


def _output(raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = raw["output_type"]
    made: dict[str, Any] = {"output_type": kind}
    for field, default in OUTPUTS[kind].items():
        value = raw.get(field)
        if field == "execution_count":
            made[field] = _whole(value)
        elif isinstance(default, str):
            made[field] = _text(value) or default
        else:
            made[field] = value if isinstance(value, type(default)) else default
    if "data" in made:  # a long text is a list of lines; other lists are JSON
        made["data"] = {
            key: value if "json" in key else _text(value, value)
            for key, value in made["data"].items()
        }
    return made


def _dict(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _whole(value: object) -> int | None:
    return value if type(value) is int else None


def _text(value: object, otherwise: Any = "") -> Any:
    """A text that is given as one string or as a list of lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        return otherwise
    return value.encode("utf-8", "replace").decode()  # half a character can be written nowhere
