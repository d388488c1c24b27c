"""One file into splits: whole groups, every class in its share, the same again for a seed."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from mtslib.data.splitting import split_rows

SHARES = {"train": 0.7, "dev": 0.2, "test": 0.1}


def alone(n: int) -> list[str]:
    return [str(row) for row in range(n)]


@pytest.mark.parametrize("seed", range(3))
def test_each_class_falls_in_its_share(seed):
    draw = random.Random(seed)
    labels = draw.choices((0, 1, 2), (80, 15, 5), k=1000)
    found = split_rows(labels, alone(1000), SHARES, seed)
    for label, total in Counter(labels).items():
        counts = Counter(place for place, own in zip(found, labels, strict=True) if own == label)
        for name, share in SHARES.items():
            assert abs(counts[name] - share * total) < 1


def test_ten_rows_of_a_class_are_seven_two_and_one():
    found = Counter(split_rows([0] * 10 + [1] * 10, alone(20), SHARES))
    assert found == {"train": 14, "dev": 4, "test": 2}


@pytest.mark.parametrize("seed", range(3))
def test_a_group_is_never_torn(seed):
    draw = random.Random(seed)
    groups = [f"topic {draw.randrange(60)}" for _ in range(1000)]
    labels = [hash_free_class(group, draw) for group in groups]
    found = split_rows(labels, groups, SHARES, seed)
    places = {}
    for group, place in zip(groups, found, strict=True):
        assert places.setdefault(group, place) == place
    counts = Counter(found)
    for name, share in SHARES.items():
        assert abs(counts[name] / 1000 - share) < 0.03


def hash_free_class(group: str, draw: random.Random) -> int:
    """Mostly the group's own class, so that groups are uneven."""
    return int(group.split()[1]) % 3 if draw.random() < 0.8 else draw.randrange(3)


def test_the_seed_decides_and_the_order_of_named_groups_does_not():
    groups = [f"topic {row % 40}" for row in range(400)]
    labels = [row % 3 for row in range(400)]
    first = dict(zip(groups, split_rows(labels, groups, SHARES, 0), strict=True))
    assert first == dict(zip(groups, split_rows(labels, groups, SHARES, 0), strict=True))
    turned = split_rows(labels[::-1], groups[::-1], SHARES, 0)
    assert first == dict(zip(groups[::-1], turned, strict=True))
    assert first != dict(zip(groups, split_rows(labels, groups, SHARES, 1), strict=True))


def test_one_group_of_all_stays_whole():
    assert set(split_rows([0, 1] * 50, ["one"] * 100, SHARES)) == {"train"}
