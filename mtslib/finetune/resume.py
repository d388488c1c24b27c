"""Going on after an interruption: what is kept after each epoch, and taken up again.

Dropout and order depend on (seed, epoch) alone, so weights, optimizer moments and history after an
epoch are all that the next one needs to be the same, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import safetensors.torch
import torch
from torch import Tensor

from mtslib.base.disks import tensor_errors
from mtslib.base.files import folder_written_whole, read_json, sha256_file, write_json
from mtslib.finetune import checkpoint


class Model(Protocol):
    """Gives what is trained by name, and takes it back."""

    def trained_tensors(self) -> Mapping[str, Tensor]: ...

    def load_trained_tensors(self, tensors: Mapping[str, Tensor]) -> None: ...


class Resumable(Protocol):
    """A run, of one task (`Run`) or of several (`JointRun`).

    identity: what must be the same for a kept epoch to be continued.
    """

    model: Model
    history: list[dict[str, Any]]

    @property
    def identity(self) -> dict[str, Any]: ...

    @property
    def trunk_runs(self) -> str: ...

    def run_trunk_at_every_step(self) -> None: ...


def keep(state: Path, run: Resumable, optimizer: torch.optim.Optimizer) -> None:
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
            "identity": run.identity,
            "trunk_runs": run.trunk_runs,
            "sha256": sha256,
            "history": run.history,
            **({"numbers": numbers} if numbers else {}),
        }
        write_json(fresh / "state.json", kept)


def restore(state: Path, run: Resumable, optimizer: torch.optim.Optimizer) -> int:
    """Load what was kept → how many epochs are done; 0 when there is nothing that fits."""
    if not state.exists():
        return 0
    kept = read_kept(state)
    if kept is None or kept["identity"] != run.identity:
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


def _go_on_alike(run: Resumable, trunk_ran: str) -> None:
    """Take the trunk's outputs from where the first epochs had them, so that the bits agree."""
    if trunk_ran == "every step":
        run.run_trunk_at_every_step()
    elif run.trunk_runs != trunk_ran:
        print(
            f"the first epochs had the trunk's outputs cached ({trunk_ran}), now it runs at "
            f"{run.trunk_runs}: the last digits can differ from an uninterrupted run's"
        )


def read_kept(state: Path) -> dict[str, Any] | None:
    """What `_keep` wrote, or None when a byte of it is no longer what it was."""
    try:
        kept = read_json(state / "state.json")
        whole = kept["sha256"] == sha256_file(state / "state.safetensors")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if whole and kept.keys() >= {"identity", "history", "trunk_runs"} else None
