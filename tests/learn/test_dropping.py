"""What is said of dropout: of every right way to draw the same, of wrong ones something else."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mtslib.learn.dropping import NEARLY_ALL, what_is_dropped
from mtslib.learn.inputs import SeededInputs

RATE = 0.3
RIGHT = {
    "numbers that are neither dropped nor divided by 1 − rate": 0,
    "the share of dropped numbers": "about 0.3",
    "axes along which the same places are dropped": [],
    "whether another call drops the same places": False,
}


def said(drop, seed: int = 0) -> dict:
    """Of a module that gives back its input, dropped in this way."""

    class Part(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return drop(x, self.training)

    inputs = SeededInputs(seed)
    return what_is_dropped(inputs, Part(), RATE, inputs.randn(4, 5, 6))


def kept(x: Tensor, *shape: int) -> Tensor:
    return (torch.rand(shape or x.shape) >= RATE) / (1 - RATE)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "drop",
    [
        lambda x, training: F.dropout(x, RATE, training),
        lambda x, training: x * kept(x) if training else x,
        lambda x, training: (
            x * torch.bernoulli(torch.full_like(x, 1 - RATE)) / (1 - RATE) if training else x
        ),
    ],
)
def test_every_right_way_to_draw_is_told_the_same(drop, seed):
    assert said(drop, seed) == RIGHT


@pytest.mark.parametrize(
    ("drop", "place"),
    [
        (lambda x, training: x, 1),
        (lambda x, training: F.dropout(x, 1 - RATE, training), 0),
        (lambda x, training: F.dropout(x, RATE), 0),
        (lambda x, training: x * kept(x) * (1 - RATE) if training else x, 0),
        (lambda x, training: x * kept(x, 5, 6) if training else x, 2),
        (lambda x, training: x * kept(x, 4, 5, 1) if training else x, 2),
        (lambda x, training: torch.manual_seed(0) and F.dropout(x, RATE, training), 3),
    ],
)
def test_what_is_wrong_with_a_dropout_is_told(drop, place):
    question = list(RIGHT)[place]
    assert said(drop)[question] != RIGHT[question]


def test_nearly_all_leaves_nothing_and_can_be_divided_by():
    x = torch.randn(50, 50)
    torch.manual_seed(0)
    assert not F.dropout(x, NEARLY_ALL).any()
    assert not (x * (torch.rand(50, 50) >= NEARLY_ALL) / (1 - NEARLY_ALL)).any()
