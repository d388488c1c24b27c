"""Chapter 10: what the recorded runs say of table 3, and of the paper's two explanations of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mtslib.base.text import counted
from mtslib.evidence import comparison, contrasts
from mtslib.evidence.comparison import Difference, verdicts
from mtslib.evidence.intervals import Interval
from mtslib.evidence.recorded import NOT_MEASURED, recorded_runs, recorded_scores

# Table 3 changes two things at once. These four change one at a time.
ENCODINGS, LOSSES = ("pair", "siamese"), ("cross-entropy", "squared error")
CROSSED = {
    ("pair", "cross-entropy"): "soft-ce",
    ("pair", "squared error"): "mse",
    ("siamese", "cross-entropy"): "siamese-soft-ce",
    ("siamese", "squared error"): "cosine-mse",
}
# The paper's two explanations, each with an objective that takes its cause away. For the second
# there are two: any scale will do, or the target is stretched, beyond what vectors allow.
EXPLANATIONS = {
    "negative cosines are penalised": "cosine-mse-clamped",
    "target [0, 1], cosine [−1, 1], by any scale": "cosine-mse-rescaled",
    "target [0, 1], cosine [−1, 1], by a target from −1": "cosine-mse-signed",
}
ENOUGH = 0.02  # of Pearson: what an explanation has to bring to count
SAME = 0.005  # of Pearson: less than this is no difference
RARE = 0.01  # of the training loss: a cause with less than this in it has nothing to act on


@dataclass(frozen=True)
class Way:
    """One way to train sts, as it was recorded on the real data."""

    objective: str
    pooling: str
    backbone: str = "minilm-l6"
    depth: str = "full"

    def _fixed(self) -> dict[str, str]:
        chosen = {"objective": self.objective, "pooling": self.pooling}
        return chosen | {"backbone": self.backbone, "freeze_depth": self.depth, "task": "sts"}

    def runs(self) -> pd.DataFrame:
        """Its runs, one row per seed."""
        return recorded_runs(**self._fixed())

    def score(self) -> str:
        """Pearson with its interval and how many seeds stand behind it, or that it is missing."""
        rows = recorded_scores(**self._fixed())
        if rows.empty:
            return NOT_MEASURED
        (row,) = rows.itertuples()
        return f"{Interval.of(row)}, {counted(row.seeds, 'seed')}"


def _compared(first: Way, second: Way) -> tuple[str, Difference | None]:
    """Their difference in words, and itself where it was worked out."""
    own, other = first.runs(), second.runs()
    found = contrasts.find(contrasts.contrast(own, other))
    if found is None:
        return f"{own.value.mean() - other.value.mean():+.3f}, no interval worked out yet", None
    return str(found), found


def _effects() -> list[tuple[str, str, str]]:
    """What is compared in the 2 × 2: words, the objective, and the one beside it."""
    entropy, squared = LOSSES
    return [
        (f"{entropy} over {squared}, {e} encoding", CROSSED[e, entropy], CROSSED[e, squared])
        for e in ENCODINGS
    ] + [
        (f"pair over siamese encoding, {loss}", CROSSED["pair", loss], CROSSED["siamese", loss])
        for loss in LOSSES
    ]


def crossed_effects(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> list[str]:
    """What the loss does at equal encoding, and the encoding at equal loss; or what is missing."""
    ways = {name: Way(name, pooling, backbone, depth) for name in CROSSED.values()}
    missing = [name for name, way in ways.items() if way.runs().empty]
    if missing:
        return [f"no effect can be read yet, {NOT_MEASURED}: {', '.join(missing)}"]
    return [f"{words}: {_compared(ways[one], ways[two])[0]}" for words, one, two in _effects()]


def explained(pooling: str, backbone: str = "minilm-l6", depth: str = "full") -> list[str]:
    """The gap of table 3 as recorded here, and what of it each explanation accounts for.

    pooling: of the siamese objectives; the pair keeps its [CLS].
    """
    plain = Way("cosine-mse", pooling, backbone, depth)
    asked = {"the gap, soft-ce over cosine-mse": Way("soft-ce", "cls", backbone, depth)}
    for reason, name in EXPLANATIONS.items():
        words = f"{reason}; gain when that is taken away"
        asked[words] = Way(name, pooling, backbone, depth)
    lines, found = {}, {}
    for words, way in asked.items():
        if plain.runs().empty or way.runs().empty:
            lines[words] = NOT_MEASURED
            continue
        lines[words], difference = _compared(way, plain)
        if difference is not None:
            found[words] = difference
    gap, *gains = asked
    said = {gap: _direction(found[gap])} if gap in found else {}
    gains = [words for words in gains if words in found]
    said |= dict(zip(gains, judged([found[words] for words in gains]), strict=True))
    told = []
    for words, line in lines.items():
        told += [f"{words}: {line}", *([f"  {said[words]}"] if words in said else [])]
    return told


def judged(gains: Sequence[Difference], shares: Sequence[float | None] = ()) -> list[str]:
    """What each gain says about an explanation that promised more than `ENOUGH`.

    Corrected for how many are judged together (Holm). shares: of the training loss that comes from
    each cause, where that was counted.
    """
    same, enough = verdicts(gains, margin=SAME), verdicts(gains, threshold=ENOUGH)
    words = {
        comparison.BETTER: f"supported here: the gain is more than {ENOUGH}",
        comparison.WORSE: f"refuted here: the gain is less than {ENOUGH}",
        comparison.NOT_DISTINGUISHABLE: "not decided here: the gain may be below or above "
        f"{ENOUGH}" + (f", as {len(gains)} are judged together" if len(gains) > 1 else ""),
    }
    told = []
    for near, said, share in zip(same, enough, shares or [None] * len(gains), strict=True):
        if share is not None and share < RARE:
            told.append(f"could not act here: {share:.1%} of the training loss comes from it")
        elif near == comparison.EQUIVALENT:
            told.append(f"makes no difference here: the same within {SAME}")
        else:
            told.append(words[said])
    return told


def _direction(gap: Difference) -> str:
    """Whether the paper's table 3 shows here: cross-entropy ahead of the cosine."""
    return {
        comparison.BETTER: "cross-entropy is ahead, as in the paper",
        comparison.WORSE: "the cosine is ahead, against the paper: there is no gap to explain",
        comparison.NOT_DISTINGUISHABLE: "not distinguishable: there is no gap to explain",
    }[verdicts([gap])[0]]


def wanted(backbone: str = "minilm-l6", depth: str = "full") -> list[contrasts.Contrast]:
    """What `record --publish` works out for this chapter."""
    pairs = [
        (Way(one, pooling, backbone, depth), Way(two, pooling, backbone, depth))
        for pooling in ("cls", "mean")
        for _, one, two in _effects()
    ]
    for pooling in ("cls", "mean"):
        plain = Way("cosine-mse", pooling, backbone, depth)
        pairs.append((Way("soft-ce", "cls", backbone, depth), plain))
        changed = (Way(name, pooling, backbone, depth) for name in EXPLANATIONS.values())
        pairs += [(way, plain) for way in changed]
    found = [contrasts.contrast(one.runs(), two.runs()) for one, two in pairs]
    return list(dict.fromkeys(pair for pair in found if pair is not None))
