"""References of chapter 00 that stand nowhere else in the library."""

from __future__ import annotations


def share_trained(freeze_depth: int | None, num_layers: int) -> float:
    """k/L, the share of encoder layers that fine-tuning changes, k = L − d. Chapter 00.

    freeze_depth: d, the number of frozen encoder layers; None means that nothing is frozen.
    num_layers: L. Returns a number from 0 to 1.
    """
    frozen = 0 if freeze_depth is None else freeze_depth
    return (num_layers - frozen) / num_layers
