"""Going on after an interruption: what is kept after each epoch, and taken up again.

Dropout and order depend on (seed, epoch) alone, so weights, optimizer moments and history after an
epoch are all that the next one needs to be the same, bit for bit.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor

from mtslib.base import provenance
from mtslib.base.disks import tensor_errors
from mtslib.base.files import folder_written_whole, sha256_file, write_json
from mtslib.finetune import checkpoint
from mtslib.finetune.run import Run


def _identity(run: Run) -> dict[str, Any]:
    """What must be the same for a kept epoch to be continued."""
    return {
        "settings": run.settings.as_dict(),
        "precision": run.precision,
        "backbone_sha256": run.backbone.sha256,
        "train_sha256": run.train.sha256,
        "dev_sha256": run.dev.sha256,
        "code_sha256": provenance.code_sha256(),
        **({"replaced_parts": list(run.parts.replaced())} if run.parts.replaced() else {}),
        **({"taught_by": run.taught_by} if run.taught_by else {}),
    }


def keep(state: Path, run: Run, optimizer: torch.optim.Optimizer) -> None:
    """Keep weights, optimizer moments and history after a finished epoch."""
    tensors: dict[str, Tensor] = {
        f"model/{name}": tensor.detach().cpu().contiguous()
        for name, tensor in run.model.trained_tensors().items()
    }
    numbers: dict[str, float] = {}  # an optimizer that is not PyTorch's may count in plain ints
    for number, moments in optimizer.state_dict()["state"].items():
        for name, value in moments.items():
            key = f"optimizer/{number}/{name}"
            if isinstance(value, Tensor):
                tensors[key] = value.detach().cpu().contiguous()
            elif isinstance(value, int | float):
                numbers[key] = value
            else:
                print(
                    f"the optimizer keeps a {type(value).__name__} ({name}), which cannot be kept "
                    "between epochs: after an interruption this run starts anew"
                )
                return
    with tensor_errors(state), folder_written_whole(state) as fresh:
        safetensors.torch.save_file(tensors, fresh / "state.safetensors")
        sha256 = sha256_file(fresh / "state.safetensors")
        kept = {
            "identity": _identity(run),
            "trunk_runs": run.trunk_runs,
            "sha256": sha256,
            "history": run.history,
            **({"numbers": numbers} if numbers else {}),
        }
        write_json(fresh / "state.json", kept)


def restore(state: Path, run: Run, optimizer: torch.optim.Optimizer) -> int:
    """Load what was kept → how many epochs are done; 0 when there is nothing that fits."""
    if not state.exists():
        return 0
    kept = read_kept(state)
    if kept is None or kept["identity"] != _identity(run):
        print(
            f"{state} is damaged or belongs to another run (settings, data or code); starting anew"
        )
        return 0
    _go_on_alike(run, kept["trunk_runs"])
    tensors = checkpoint.read_tensors(state / "state.safetensors")
    run.model.load_trained_tensors(
        {n.removeprefix("model/"): t for n, t in tensors.items() if n.startswith("model/")}
    )
    moments: dict[int, dict[str, Tensor | float]] = {}
    for name, value in (tensors | kept.get("numbers", {})).items():
        if name.startswith("optimizer/"):
            _, number, key = name.split("/")
            moments.setdefault(int(number), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    run.history.extend(kept["history"])
    return len(run.history)


def _go_on_alike(run: Run, trunk_ran: str) -> None:
    """Take the trunk's outputs from where the first epochs had them, so that the bits agree."""
    if trunk_ran == "every step":
        run.train_states = run.dev_states = None
    elif run.trunk_runs != trunk_ran:
        print(
            f"the first epochs had the trunk's outputs cached ({trunk_ran}), now it runs at "
            f"{run.trunk_runs}: the last digits can differ from an uninterrupted run's"
        )


def read_kept(state: Path) -> dict[str, Any] | None:
    """What `_keep` wrote, or None when a byte of it is no longer what it was."""
    try:
        kept = json.loads((state / "state.json").read_text(encoding="utf-8"))
        whole = kept["sha256"] == sha256_file(state / "state.safetensors")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if whole and kept.keys() >= {"identity", "history", "trunk_runs"} else None
