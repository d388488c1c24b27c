"""Labelled rows and their tokens, as chapters 08 and 10 train on them."""

from __future__ import annotations

import pytest

from mtslib import backbones
from mtslib.data import datasets
from mtslib.data.rows import tokenised_rows


@pytest.fixture(scope="module")
def tokenizer():
    return backbones.load("minilm-l6").tokenizer()


@pytest.fixture(scope="module")
def labelled():
    return datasets.load("sst", "train", datasets.CONTROLLED).labelled


def test_rows_are_short_labelled_and_in_the_files_order(labelled, tokenizer):
    rows = tokenised_rows(labelled, tokenizer, 12, longest=24)
    assert len(rows) == len(rows.tokens) == len(rows.labels) == len(rows.phenomena) == 12
    assert max(rows.tokens.lengths) <= 24
    assert [example.row for example in rows.examples] == sorted(e.row for e in rows.examples)
    assert rows.classes.tolist() == [int(example.label) for example in rows.examples]
    longer = tokenised_rows(labelled, tokenizer, 12)
    assert [example.row for example in longer.examples] == list(range(12))


def test_batches_hold_every_row_once(labelled, tokenizer):
    rows = tokenised_rows(labelled, tokenizer, 12, longest=24)
    batches = rows.batches(5)
    assert sorted(row for positions, _ in batches for row in positions) == list(range(12))
    for positions, batch in batches:
        assert batch.labels.tolist() == rows.labels[positions].tolist()


def test_two_sentences_apart_are_two_inputs(tokenizer):
    pairs = datasets.load("sts", "dev", datasets.CONTROLLED).labelled
    rows = tokenised_rows(pairs, tokenizer, 5, siamese=True)
    assert {len(parts) for parts in rows.tokens.sequences} == {2}
    assert rows.labels.tolist() == pytest.approx([float(pair.label) for pair in pairs[:5]])
