"""The certificate: the proof kept with a merged model, in two separate claims. Chapter 11.

*Bit-equal*: on the same batches, in fp32, with the same number of threads, the merged model gives
each task exactly the numbers its teacher gives. *Within a stated bound*: with any other batching
or precision the numbers may differ by rounding; how far they did is measured and given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.base.errors import MergeError
from mtslib.data.batching import Batch, Tokenised, collate, tokenise
from mtslib.finetune.checkpoint import Checkpoint, same_numbers
from mtslib.finetune.precision import autocast
from mtslib.finetune.probe import PAIRS, SENTENCES
from mtslib.minbert.tokenizer import Tokenizer

Forward = Callable[[Batch], Tensor]

# The stated bounds on outputs (logits, or cosines). fp32 rounding moves a logit in its sixth
# digit; bf16 keeps 8 bits, and six layers carry that on.
BOUNDS = {"fp32": 1e-3, "bf16": 0.5}
BATCHINGS = (1, 3, 8)
# How far a teacher's stored probe, written on another machine, may lie from what is computed here.
STORED_PROBE_BOUND = 1e-3


def probe_tokens(tokenizer: Tokenizer, checkpoint: Checkpoint, siamese: bool) -> Tokenised:
    """The probe as a tokenised set of eight."""
    texts = PAIRS if checkpoint.task.is_pair else tuple((text,) for text in SENTENCES)
    return tokenise(tokenizer, texts, siamese=siamese)


def prove(checkpoint: Checkpoint, probe: Tokenised, teacher: Forward, merged: Forward) -> dict:
    """Run both claims for one task → what the certificate keeps.

    teacher, merged: batch → outputs, of the single-task model and of the merged one, both in
    eval mode on the CPU. Raises MergeError naming the task when a claim does not hold.
    """
    everything = collate(probe, range(len(probe)))
    with torch.inference_mode():
        expected, seen = teacher(everything).float(), merged(everything).float()
    if not same_numbers(expected, seen):
        raise MergeError(
            f"{checkpoint.name}: the merged model's outputs on the probe differ from the "
            f"teacher's by up to {_distance(expected, seen):.2g}, expected none; "
            "the merged graph does not compute what the teacher computes"
        )
    stored = _distance(checkpoint.probe, seen)
    if not stored <= STORED_PROBE_BOUND:
        raise MergeError(
            f"{checkpoint.name}: its outputs on the probe differ by {stored:.2g} from those kept "
            f"when it was trained, expected at most {STORED_PROBE_BOUND:g} (other machines round "
            "differently); branch and probe do not belong together, train it again"
        )
    return {
        "bit_equal": {
            "holds": True,
            "rows": len(probe),
            "precision": "fp32",
            "threads": torch.get_num_threads(),
            "stored_probe_max_difference": stored,
        },
        "within_bound": _within_bound(checkpoint, probe, expected, merged),
    }


def _within_bound(
    checkpoint: Checkpoint, probe: Tokenised, expected: Tensor, merged: Forward
) -> dict[str, Any]:
    """Other batchings, in fp32 and in bf16: the largest difference."""
    device = torch.device("cpu")
    found = {}
    for precision in BOUNDS:
        with torch.inference_mode(), autocast(precision, device):
            seen = [
                torch.cat([merged(collate(probe, rows)) for rows in _cut(len(probe), size)])
                for size in BATCHINGS
            ]
        # A tensor's maximum, since Python's max() passes over a NaN.
        largest = float(torch.tensor([_distance(expected, outputs) for outputs in seen]).max())
        if not largest <= BOUNDS[precision]:
            raise MergeError(
                f"{checkpoint.name}: with other batches in {precision} the merged model's outputs "
                f"move by {largest:.2g}, the stated bound is {BOUNDS[precision]:g}; "
                "are its weights much larger than usual?"
            )
        found[precision] = {"bound": BOUNDS[precision], "measured_max": largest}
    return {"holds": True, "batch_sizes": list(BATCHINGS), "precisions": found}


def _cut(n: int, size: int) -> list[Sequence[int]]:
    return [range(start, min(start + size, n)) for start in range(0, n, size)]


def _distance(first: Tensor, second: Tensor) -> float:
    if first.shape != second.shape:
        return float("inf")
    return float((first.float() - second.float()).abs().max())


def summary(certificate: dict[str, Any]) -> str:
    """The certificate in words, one line per task."""
    lines = [
        f"backbone {certificate['backbone']['name']} "
        f"(sha256 {certificate['backbone']['sha256'][:12]}…), "
        f"trunk of {certificate['trunk_depth']} encoder layers, "
        f"{len(certificate['trunk_sha256'])} tensors hashed"
    ]
    for task, entry in certificate["branches"].items():
        bound = ", ".join(
            f"{precision} {found['measured_max']:.1e} ≤ {found['bound']:g}"
            for precision, found in entry["within_bound"]["precisions"].items()
        )
        equal = "bit-equal to its teacher" if entry["bit_equal"]["holds"] else "NOT bit-equal"
        lines.append(
            f"{task:7} freeze_depth {entry['freeze_depth']}: {equal} on "
            f"{entry['bit_equal']['rows']} probe rows; other batches and precisions: {bound}"
        )
    return "\n".join(lines)
