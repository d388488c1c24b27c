"""Batches: every example once, little padding, masks that tell real tokens from padding."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from mtslib import backbones
from mtslib.data.batching import (
    POOL_BATCHES,
    collate,
    evaluation_batches,
    padded,
    padding_share,
    tokenise,
    training_batches,
)


def realistic_lengths(n: int, seed: int) -> list[int]:
    """Token counts as sentences have them: many short ones, a long tail, some at the limit."""
    draw = random.Random(seed)
    return [min(512, 3 + int(draw.lognormvariate(2.9, 0.6))) for _ in range(n)]


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def tokenizer():
    return backbones.load().tokenizer()


# Which examples together -----------------------------------------------------------------------


@pytest.mark.parametrize("n, size", [(0, 8), (1, 8), (8, 8), (9, 8), (5000, 32), (3333, 7)])
@pytest.mark.parametrize("seed", range(2))
def test_each_example_occurs_exactly_once(n, size, seed):
    lengths = realistic_lengths(n, seed)
    for batches in (
        training_batches(lengths, size, generator(seed)),
        evaluation_batches(lengths, size),
    ):
        assert sorted(position for batch in batches for position in batch) == list(range(n))
        assert all(1 <= len(batch) <= size for batch in batches)


@pytest.mark.parametrize("seed", range(3))
def test_only_the_last_batch_of_a_pool_may_be_smaller(seed):
    size, n = 16, 16 * POOL_BATCHES * 2 + 5
    sizes = [len(b) for b in training_batches(realistic_lengths(n, seed), size, generator(seed))]
    assert sorted(sizes)[:2] == [5, 16]


@pytest.mark.parametrize("seed", range(3))
def test_buckets_leave_little_padding(seed):
    lengths = realistic_lengths(8000, seed)
    order = list(range(8000))
    random.Random(seed).shuffle(order)
    at_random = [order[start : start + 64] for start in range(0, 8000, 64)]
    assert padding_share(lengths, at_random) > 0.5
    assert padding_share(lengths, training_batches(lengths, 64, generator(seed))) < 0.1
    assert padding_share(lengths, evaluation_batches(lengths, 64)) < 0.05


def test_the_padding_share_is_the_share_that_collate_pads(tokenizer):
    texts = [("dog " * n,) for n in (1, 4, 9, 2, 30)]
    tokenised = tokenise(tokenizer, texts)
    batches = [[0, 4], [2, 1, 3]]
    masks = [collate(tokenised, batch).inputs[0].attention_mask for batch in batches]
    padding = sum((mask == 0).sum().item() for mask in masks)
    everything = sum(mask.numel() for mask in masks)
    assert padding_share(tokenised.lengths, batches) == pytest.approx(padding / everything)


def test_the_order_is_the_seed_s_and_changes_with_it():
    lengths = realistic_lengths(500, 0)
    first = training_batches(lengths, 16, generator(1))
    torch.manual_seed(99)  # the global stream must not matter
    assert training_batches(lengths, 16, generator(1)) == first
    assert training_batches(lengths, 16, generator(2)) != first


def test_later_epochs_bring_other_batches_in_another_order():
    """Neither the order nor the neighbours may stay, or the same examples always step together."""
    lengths = realistic_lengths(5000, 0)
    stream = generator(0)
    first, second = (training_batches(lengths, 16, stream) for _ in range(2))
    kept = {frozenset(batch) for batch in first} & {frozenset(batch) for batch in second}
    assert len(kept) < 0.1 * len(first)
    longest = [max(lengths[position] for position in batch) for batch in first[:POOL_BATCHES]]
    assert longest != sorted(longest)
    assert longest != sorted(longest, reverse=True)


def test_evaluation_goes_from_long_to_short_and_is_always_the_same():
    lengths = [5, 9, 5, 1, 9, 7]
    assert evaluation_batches(lengths, 2) == [[1, 4], [5, 0], [2, 3]]


# What a batch holds ----------------------------------------------------------------------------


def test_inputs_are_padded_to_the_longest_of_the_batch(tokenizer):
    texts = [("a dog",), ("a dog and a cat",), ("",), ("birds",)]
    tokenised = tokenise(tokenizer, texts, labels=[0, 3, 1, 2])
    batch = collate(tokenised, [1, 2, 0])
    (inputs,) = batch.inputs
    assert inputs.input_ids.shape == inputs.attention_mask.shape == inputs.token_type_ids.shape
    assert inputs.attention_mask.tolist() == [[1] * 7, [1] * 2 + [0] * 5, [1] * 4 + [0] * 3]
    assert (inputs.input_ids[inputs.attention_mask == 0] == tokenizer.pad_id).all()
    for row, position in enumerate([1, 2, 0]):
        real = inputs.input_ids[row][inputs.attention_mask[row] > 0].tolist()
        assert real == tokenizer.encode([texts[position][0]])[0].ids
    assert batch.positions.tolist() == [1, 2, 0]
    assert batch.labels.tolist() == [3.0, 1.0, 0.0]
    assert batch.labels.dtype == torch.float32


def slow_padding(sequences, pad_id):
    """Token by token: ids, mask and types of one input of a batch."""
    longest = max(len(sequence.ids) for sequence in sequences)
    rows = []
    for sequence in sequences:
        empty = longest - len(sequence.ids)
        mask = [1] * len(sequence.ids) + [0] * empty
        rows.append(
            (
                list(sequence.ids) + [pad_id] * empty,
                mask,
                list(sequence.token_type_ids) + [0] * empty,
            )
        )
    return [torch.tensor(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("positions", [[0, 1, 2, 3], [3], [2, 0, 2], range(1, 3)], ids=str)
@pytest.mark.parametrize("kind", ["sentence", "pair", "siamese", "unlabelled"])
def test_a_batch_is_padded_as_by_hand(tokenizer, kind, positions):
    """Any order, a row twice, one alone; each input of a siamese pair to its own length."""
    texts = [("a dog", "birds"), ("", "a cat"), ("a dog and a cat . " * 9, ""), ("q", "?")]
    texts = [text if kind in ("pair", "siamese") else text[:1] for text in texts]
    labels = None if kind == "unlabelled" else [0.0, 2.0, 4.2, 1.0]
    tokenised = tokenise(tokenizer, texts, labels, siamese=kind == "siamese", max_length=24)
    batch = collate(tokenised, positions)
    chosen = [tokenised.sequences[position] for position in positions]
    assert len(batch.inputs) == (2 if kind == "siamese" else 1)
    for inputs, sequences in zip(batch.inputs, zip(*chosen, strict=True), strict=True):
        for seen, expected in zip(inputs, slow_padding(sequences, tokenised.pad_id), strict=True):
            assert torch.equal(seen, expected)
            assert seen.dtype == torch.int64
    assert batch.positions.tolist() == list(positions)
    assert batch.labels is None if labels is None else batch.labels.dtype == torch.float32


@pytest.mark.parametrize("seed", range(3))
def test_padded_runs_hold_their_rows_and_zeros(seed):
    """Rows of states are padded as ids are: (tokens, H) → (B, T, H)."""
    draw = np.random.default_rng(seed)
    lengths = draw.integers(1, 6, 7)
    starts = np.cumsum(lengths) - lengths
    values = draw.normal(size=(lengths.sum(), 3)).astype(np.float32)
    chosen = draw.permutation(7)[:4]
    seen = padded(values, starts[chosen], lengths[chosen])
    assert seen.shape == (4, lengths[chosen].max(), 3)
    for row, position in enumerate(chosen):
        length = lengths[position]
        assert (seen[row, :length] == values[starts[position] : starts[position] + length]).all()
        assert not seen[row, length:].any()


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_what_the_tokenizer_gave_whatever_stands_beside_them(tokenizer, seed):
    draw = random.Random(seed)
    words = [word for word in tokenizer.vocabulary if word.isalpha()]
    pairs = [
        tuple(" ".join(draw.choices(words, k=draw.randint(0, 30))) for _ in range(2))
        for _ in range(50)
    ]
    tokenised = tokenise(tokenizer, pairs)
    for batch_of in training_batches(tokenised.lengths, 8, generator(seed)):
        (inputs,) = collate(tokenised, batch_of).inputs
        for row, position in enumerate(batch_of):
            expected = tokenizer.encode([pairs[position]])[0]
            length = len(expected.ids)
            assert inputs.input_ids[row, :length].tolist() == expected.ids
            assert inputs.token_type_ids[row, :length].tolist() == expected.token_type_ids
            assert inputs.token_type_ids[row, length:].sum() == 0
            assert inputs.attention_mask[row].sum() == length


def test_a_pair_is_one_sequence_or_two(tokenizer):
    pairs = [("how old is the dog", "who knows"), ("yes", "no it is not")]
    together = collate(tokenise(tokenizer, pairs), [0, 1])
    apart = collate(tokenise(tokenizer, pairs, siamese=True), [0, 1])
    assert len(together.inputs) == 1
    assert together.inputs[0].token_type_ids.sum() == (2 + 1) + (4 + 1)
    assert len(apart.inputs) == 2
    for side, part in enumerate(apart.inputs):
        assert part.token_type_ids.sum() == 0
        alone = tokenizer.encode([pair[side] for pair in pairs])
        for row in range(2):
            real = part.input_ids[row][part.attention_mask[row] > 0]
            assert real.tolist() == alone[row].ids
    assert tokenise(tokenizer, pairs, siamese=True).lengths == [7, 6], "the longer side counts"


def test_without_labels_there_are_none(tokenizer):
    batch = collate(tokenise(tokenizer, [("a",), ("b",)]), [0, 1])
    assert batch.labels is None
    assert batch.to("cpu").labels is None


def test_examples_that_lost_tokens_are_counted(tokenizer):
    texts = [("dog " * n,) for n in (6, 7, 5000, 0)]
    tokenised = tokenise(tokenizer, texts, max_length=8)
    assert tokenised.truncated == 2
    assert tokenised.lengths == [8, 8, 8, 2]
    # Both sides of one siamese pair cut: one example.
    pairs = [("dog " * 9, "cat " * 9), ("dog", "cat " * 7), ("dog", "cat")]
    assert tokenise(tokenizer, pairs, siamese=True, max_length=8).truncated == 2
    assert tokenise(tokenizer, pairs, max_length=8).truncated == 2


def test_a_batch_moves_to_a_device_whole(tokenizer):
    pairs = [("one", "two")]
    batch = collate(tokenise(tokenizer, pairs, [1.0], siamese=True), [0]).to("meta")
    assert batch.labels.device.type == "meta"
    assert all(tensor.device.type == "meta" for part in batch.inputs for tensor in part)
    assert batch.positions.device.type == "cpu"
