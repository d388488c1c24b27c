"""Named ways to train: every value that a run's settings take from their preset."""

from __future__ import annotations

from typing import Any

# The paper's numbers: learning rate 2e-5, Adam with β 0.9 and 0.999, 3 epochs (it tried 3, 4 and
# 5), head dropout 0.3, batch 64. The encoder keeps the 0.1 it was pretrained with.
PAPER: dict[str, Any] = {
    "learning_rate": 2e-5,
    "schedule": "constant",
    "epochs": 3,
    "batch_size": 64,
    "betas": (0.9, 0.999),
    "eps": 1e-8,
    "weight_decay": 0.0,
    "head_dropout": 0.3,
    "encoder_dropout": 0.1,
    "max_length": 512,
}
# The same three epochs at a rate that suits a 6-layer backbone of H = 384.
LAPTOP = PAPER | {"learning_rate": 1e-4, "schedule": "linear", "batch_size": 32}

PRESETS = {"paper": PAPER, "laptop": LAPTOP}

# `laptop` gives few trained layers a rate of their own, by how many train: steps that suit a whole
# branch leave a lone head unlearnt. Up to four rates each were tried on a fifth of train;
# `mtslib.evidence.rates` holds the runs, and says which was chosen. With two layers the preset's
# own rate stands; the deeper branches keep it, and no other was tried.
TRIED = {
    0: (1e-3, 1e-2, 3e-2, 1e-1),
    1: (1e-4, 3e-4, 1e-3, 3e-3),
    2: (1e-4, 3e-4),
    3: (1e-4,),
    4: (1e-4,),
}
CHOSEN = {0: 3e-2, 1: 1e-3}


def rate(preset: str, trained_layers: int) -> float:
    """The learning rate of a preset when this many encoder layers train."""
    own = PRESETS[preset]["learning_rate"]
    return CHOSEN.get(trained_layers, own) if preset == "laptop" else own


# How a student is taught, and changes of it by name: what it is compared with (chapter 15). `twice`
# is for twice the epochs.
WAY: dict[str, Any] = {"start": "lower", "teacher_weight": 1.0, "label_weight": 1.0}
WAYS: dict[str, dict[str, Any]] = {
    "distilled": {},
    "alone": {"teacher_weight": 0.0},
    "alone-twice": {"teacher_weight": 0.0, "twice": True},
    "upper": {"start": "upper"},
    "upper-alone": {"start": "upper", "teacher_weight": 0.0},
    "pretrained": {"start": "pretrained"},
    "label-free": {"label_weight": 0.0},
}


def temperature(has_classes: bool) -> float:
    """T of the distilling loss: between scores 1, where a distribution's mean is the score."""
    return 2.0 if has_classes else 1.0
