"""Near duplicates against a slow form that looks at every pair."""

from __future__ import annotations

import itertools
import random

import pytest
from learner_files import WORDS

from mtslib.data.duplicates import NEAR, near_pairs, plain


def runs(text):
    return {text[i : i + 4] for i in range(len(text) - 3)}


def made_up(seed):
    """Random texts, and of most of them a version with a letter, a word or an ending changed."""
    rng = random.Random(seed)
    texts = []
    for _ in range(100):
        words = rng.choices(WORDS, k=rng.randrange(6, 25))
        texts.append(" ".join(words))
        change = rng.randrange(4)
        if change == 0:
            words[rng.randrange(len(words))] = "other"
        elif change == 1:
            words[-1] += "s"
        elif change == 2:
            words.append(".")
        texts.append(" ".join(words))
    rng.shuffle(texts)
    return texts


@pytest.mark.parametrize("seed", range(5))
def test_what_is_found_is_near_and_nearly_everything_near_is_found(seed):
    texts = made_up(seed)
    sets = [runs(text) for text in texts]
    near = {
        (i, j)
        for (i, one), (j, two) in itertools.combinations(enumerate(sets), 2)
        if texts[i] != texts[j] and len(one & two) >= NEAR * len(one | two)
    }
    found = set(near_pairs(texts))
    assert len(near) > 20
    assert found <= near
    texts_found = {text for pair in found for text in pair}
    assert len({text for pair in near for text in pair} - texts_found) <= 0.02 * len(near)


def test_of_many_alike_each_is_listed_with_one_before():
    alike = [
        f"the ticket of customer number {i:03d} was closed without an answer" for i in range(99)
    ]
    assert {later for _, later in near_pairs(alike)} == set(range(1, 99))


@pytest.mark.parametrize("texts", [[], ["one"], ["abc", "abd"], ["same text", "same text"]])
def test_what_has_no_pair_has_none(texts):
    assert near_pairs(texts) == []


def test_case_white_space_and_the_order_of_a_pair_do_not_count():
    assert plain(["A  fine film", "no "]) == plain(["No", "a fine Film"])
    assert plain(["ab", "c"]) != plain(["a", "bc"])
