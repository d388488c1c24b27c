"""Whose turn it is: shares, whole numbers, and an order that follows the seed."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
import torch

from mtslib.finetune.sampling import endless_batches, shares, turns, whole_numbers

SIZES = {"sst": 8544, "quora": 17000, "sts": 6040}


@pytest.mark.parametrize(
    "sampling, weigh",
    [("uniform", lambda n: 1), ("sqrt", math.sqrt), ("proportional", lambda n: n)],
)
def test_tasks_come_in_proportion_to_a_power_of_their_rows(sampling, weigh):
    total = sum(map(weigh, SIZES.values()))
    expected = {task: weigh(rows) / total for task, rows in SIZES.items()}
    assert shares(SIZES, sampling, epoch=1, epochs=3) == pytest.approx(expected)


def test_annealed_begins_proportional_and_ends_near_uniform():
    """Stickland and Murray (2019): α = 1 − 0.8 (e − 1) / (E − 1)."""
    found = [shares(SIZES, "annealed", epoch, 5) for epoch in range(5)]
    assert found[0] == pytest.approx(shares(SIZES, "proportional", 0, 5))
    total = sum(rows**0.2 for rows in SIZES.values())
    assert found[4]["quora"] == pytest.approx(17000**0.2 / total)
    quora = [of_epoch["quora"] for of_epoch in found]
    assert quora == sorted(quora, reverse=True)
    assert shares(SIZES, "annealed", 0, 1) == pytest.approx(found[0])  # one epoch only


def test_sequential_gives_each_task_its_epochs_in_turn():
    found = [shares(SIZES, "sequential", epoch, 6) for epoch in range(6)]
    turn = [max(one, key=one.get) for one in found]
    assert turn == ["sst", "sst", "quora", "quora", "sts", "sts"]
    assert all(sorted(one.values()) == [0, 0, 1] for one in found)


@pytest.mark.parametrize("seed", range(20))
def test_whole_numbers_add_up_and_stay_beside_their_share(seed):
    draw = random.Random(seed)
    weights = {name: draw.random() for name in "abcd"[: draw.randint(2, 4)]}
    parts = {name: weight / sum(weights.values()) for name, weight in weights.items()}
    total = draw.randint(4, 2000)
    counts = whole_numbers(parts, total)
    assert sum(counts.values()) == total
    assert all(abs(counts[name] - parts[name] * total) < 1 for name in parts)


def test_each_gets_the_least():
    assert whole_numbers({"a": 0.97, "b": 0.02, "c": 0.01}, 8, least=1) == {"a": 6, "b": 1, "c": 1}


def test_turns_follow_the_seed():
    counts = {"sst": 30, "sts": 12}
    first, again, other = (turns(counts, torch.Generator().manual_seed(n)) for n in (1, 1, 2))
    assert first == again != other
    assert Counter(first) == Counter(other) == counts


def test_batches_go_on_pass_after_pass():
    stream = endless_batches([3] * 10, 4, torch.Generator().manual_seed(0))
    passes = [[row for _ in range(3) for row in next(stream)] for _ in range(3)]
    assert [sorted(one) for one in passes] == [list(range(10))] * 3
    assert passes[0] != passes[1]
