"""One exercise on a tiny BERT, a right answer to it, and how it is passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from mtslib import learn
from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert import BertConfig, SelfAttention

CONFIG = BertConfig(
    vocab_size=1200, hidden_size=8, num_layers=2, num_heads=2, intermediate_size=16, max_positions=9
)


def _observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    made = inputs.build(answer, CONFIG)
    hidden, bias = inputs.randn(2, 3, 8), torch.zeros(2, 1, 1, 3)
    return {"two sentences": inputs.call(made, hidden, bias)}


ATTENTION = Exercise(
    id="03.1",
    title="attention",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=SelfAttention,
    specification=SelfAttention,
    observe=_observe,
    hints=("a", "b", "c"),
    mistakes=(Mistake("not-scaled", "a.", "b.", ()),),
    styles=(Style("same", ""),),
)


MINE = ATTENTION.reference_source.replace(
    "flatten(2)", "reshape(hidden.shape[0], -1, hidden.shape[2])"
)


def pass_with(source: str = MINE) -> None:
    learn.check("03.1", ATTENTION.make(source, "mine"))
