"""What ran: code, library versions, device. A leaf: it imports nothing of the project but paths."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import torch

PACKAGE = Path(__file__).resolve().parents[1]
LIBRARIES = ("torch", "numpy", "tokenizers", "safetensors", "scipy", "scikit-learn")
# The rooms that a score passes through; prose, plots and the command line do not change it.
SCORING = (
    "backbones.py",
    "data/batching.py",
    "data/columns.py",
    "data/datasets.py",
    "data/known.py",
    "data/readers.py",
    "data/separated.py",
    "data/splitting.py",
    "data/table.py",
    "data/tables.py",
    "data/task_form.py",
    "data/tasks.py",
    "evidence/intervals.py",
    "evidence/metrics.py",
    "finetune",
    "minbert",
)


@cache
def code_sha256() -> str:
    """One hash over every source file that takes part in training and scoring.

    Read once: what a process runs is what it imported, even when a file changes meanwhile.
    """
    return sources_sha256(SCORING)


def sources_sha256(entries: Sequence[str]) -> str:
    """One hash over source files and folders of this package, names included, line ends not."""
    digest = hashlib.sha256()
    for entry in entries:
        path = PACKAGE / entry
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(source.relative_to(PACKAGE).as_posix().encode() + b"\0")
            digest.update(source.read_text(encoding="utf-8-sig").encode() + b"\0")
    return digest.hexdigest()


def environment(device: torch.device, precision: str) -> dict[str, Any]:
    """Versions, device and arithmetic, as cards and recorded runs keep them."""
    return {
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "device": device_name(device),
        "threads": torch.get_num_threads(),
        "precision": precision,
        "code_sha256": code_sha256(),
    }


def device_name(device: torch.device) -> str:
    """What a reader can compare: the GPU's name, or the CPU's instruction set."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{platform.machine()} CPU, {torch.backends.cpu.get_cpu_capability()}"
