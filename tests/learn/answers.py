"""An exercise to try the engine on, and answers to it, as a learner would write them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor

from mtslib.learn.exercise import Exercise, Mistake
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.model import mean_pool


def slow_pool(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """The specification; the library's own serves, under another name."""
    return mean_pool(hidden, attention_mask)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Two sentences, one of them padded, and then the same without padding."""
    hidden, mask = inputs.randn(2, 4, 3), inputs.randint(1, 2, (2, 4))
    padded = mask.clone()
    padded[0, 2:] = 0
    return {
        "two sentences, the first of them padded": inputs.call_fresh(answer, hidden, padded),
        "two sentences without padding": inputs.call_fresh(answer, hidden, mask),
    }


POOL = Exercise(
    id="99.1",
    title="mean pooling",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=mean_pool,
    specification=slow_pool,
    observe=observe,
    hints=("a", "b", "c"),
    mistakes=(
        Mistake(
            "padding-summed",
            "the sum ran over padding too.",
            "the sum: real tokens only.",
            (("(hidden * weights).sum(1)", "hidden.sum(1)"),),
        ),
        Mistake(
            "sum-not-mean",
            "the sum was not divided.",
            "the last line: divide.",
            ((" / weights.sum(1)", ""),),
        ),
    ),
    styles=(),
)
QUICK = replace(POOL, seconds=0.3)


def written(body: str, exercise: Exercise = POOL) -> Any:
    """The answer whose function has this body: its lines are numbered from 2."""
    lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return exercise.make(f"def mean_pool(hidden, attention_mask):\n{lines}\n", "cell")
