"""Chapter 10's tables: table 3 and what it crosses, from recorded rows; missing ones say so."""

from __future__ import annotations

import pandas as pd

from mtslib.evidence import published
from mtslib.evidence.explanations import CROSSED, ENCODINGS, LOSSES, Way
from mtslib.finetune import objectives
from mtslib.minbert.model import POOLINGS


def objective_table(backbone: str = "minilm-l6", depth: str = "full") -> pd.DataFrame:
    """Every sts objective with each pooling, on the real data."""
    return pd.DataFrame(
        [
            {
                "objective": o.name,
                "encoding": "siamese" if o.siamese else "pair",
                **{name: Way(o.name, name, backbone, depth).score() for name in POOLINGS},
            }
            for o in objectives.fitting("sts").values()
        ]
    )


def crossed_table(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> pd.DataFrame:
    """The 2 × 2: encodings as rows, losses as columns."""
    return pd.DataFrame(
        [
            {"encoding": encoding}
            | {
                loss: Way(CROSSED[encoding, loss], pooling, backbone, depth).score()
                for loss in LOSSES
            }
            for encoding in ENCODINGS
        ]
    )


def paper_table() -> pd.DataFrame:
    """Table 3 of the paper: bert-base, in a panel of its own."""
    found = published.load("table3")
    return pd.DataFrame(
        {"objective": found.row, "Pearson": found.value.map("{:.3f}".format), "seeds": "not given"}
    )
