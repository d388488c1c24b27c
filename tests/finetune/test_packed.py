"""A packed set gives the batches of `collate`, bit for bit."""

from __future__ import annotations

import pytest
import torch

from mtslib import backbones
from mtslib.data.batching import collate, tokenise
from mtslib.finetune.packed import Packed

TEXTS = [("the film was good", "a b"), ("", "awful"), ("we saw the film . " * 9, ""), ("q", "?")]


@pytest.mark.parametrize("positions", [[0, 1, 2, 3], [3], [2, 0, 2], range(1, 3)])
@pytest.mark.parametrize("kind", ["sentence", "pair", "siamese", "unlabelled"])
def test_a_packed_batch_is_the_collated_batch(backbone_folder, kind, positions):
    texts = [text if kind in ("pair", "siamese") else text[:1] for text in TEXTS]
    labels = None if kind == "unlabelled" else [0.0, 2.0, 4.2, 1.0]
    tokenizer = backbones.load(backbone_folder).tokenizer()
    tokenised = tokenise(tokenizer, texts, labels, siamese=kind == "siamese", max_length=24)
    expected, seen = collate(tokenised, positions), Packed(tokenised).batch(positions)
    assert torch.equal(seen.positions, expected.positions)
    assert (seen.labels is None) == (labels is None)
    if labels:
        assert torch.equal(seen.labels, expected.labels)
        assert seen.labels.dtype == expected.labels.dtype
    assert len(seen.inputs) == len(expected.inputs) == (2 if kind == "siamese" else 1)
    for ours, theirs in zip(seen.inputs, expected.inputs, strict=True):
        for name in theirs._fields:
            assert torch.equal(getattr(ours, name), getattr(theirs, name)), name
            assert getattr(ours, name).dtype == getattr(theirs, name).dtype
