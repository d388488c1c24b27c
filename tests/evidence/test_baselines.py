"""What a score has to beat, against what is known of made-up rows."""

from __future__ import annotations

import random

import pytest

from mtslib.data import tasks
from mtslib.data.readers import Example
from mtslib.evidence.baselines import baselines

WORDS = [f"word{i}" for i in range(30)]


def rows(n, seed, make):
    rng = random.Random(seed)
    return [Example(i, str(i), *make(rng)) for i in range(n)]


def sentences(rng):
    label = rng.choices([0, 1, 2, 3, 4], [4, 1, 1, 1, 1])[0]
    return (" ".join([*rng.choices(WORDS, k=5), f"class{label}"]),), label


def pairs(rng):
    first = rng.sample(WORDS, 6)
    label = rng.randrange(2)
    second = first if label else rng.sample(WORDS, 6)
    return (" ".join(first), " ".join(rng.sample(second, 6))), label


def graded(rng):
    first, shared = rng.sample(WORDS, 5), rng.randrange(6)
    return (" ".join(first), " ".join([*first[:shared], *["other"] * (5 - shared)])), float(shared)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "task, make, nothing", [("sst", sentences, 0.5), ("quora", pairs, 0.5), ("sts", graded, 0.0)]
)
def test_a_bag_of_words_finds_what_words_say(task, make, nothing, seed):
    found = baselines(tasks.get(task), rows(300, seed, make), rows(200, seed + 100, make))
    assert found["knowing nothing"].value == pytest.approx(nothing, abs=0.1)
    assert found["a bag of words"].low > 0.85
    assert found["a bag of words"].n == 200


def test_where_train_has_one_class_or_no_word_only_nothing_is_known():
    one = [Example(i, str(i), (f"word {i}",), 1) for i in range(9)]
    blank = [Example(i, str(i), ("",), i % 2) for i in range(9)]
    for train in (one, blank):
        assert list(baselines(tasks.get("sst"), train, blank)) == ["knowing nothing"]
