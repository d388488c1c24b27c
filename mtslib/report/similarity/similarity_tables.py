"""Chapter 10's tables: table 3 and what it crosses, from recorded rows."""

from __future__ import annotations

import pandas as pd

from mtslib.evidence import published
from mtslib.evidence.explanations import CROSSED, ENCODINGS, LOSSES, Way
from mtslib.evidence.recorded import NOT_MEASURED
from mtslib.finetune import objectives
from mtslib.minbert.model import POOLINGS


def objective_table(backbone: str = "minilm-l6", depth: str = "full") -> pd.DataFrame:
    """Every sts objective and pooling that was recorded on the real data; a dash where one was not.

    Rows and columns of which nothing was recorded are left out.
    """
    scores = pd.DataFrame(
        {name: Way(o.name, name, backbone, depth).score() for name in POOLINGS}
        | {"objective": o.name, "encoding": "siamese" if o.siamese else "pair"}
        for o in objectives.fitting("sts").values()
    ).set_index(["objective", "encoding"])
    known = scores != NOT_MEASURED
    return scores.where(known, "—").loc[known.any(axis=1), known.any()].reset_index()


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
