"""From examples to tensors: tokens, length buckets, padding and masks. Chapter 01."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from mtslib.minbert.tokenizer import TokenIds, Tokenizer

POOL_BATCHES = 50  # how many batches are sorted by length together while training


class Inputs(NamedTuple):
    """What minBERT reads: three (B, T) integer tensors."""

    input_ids: Tensor
    attention_mask: Tensor
    token_type_ids: Tensor

    def to(self, device: torch.device | str) -> Inputs:
        """The same on another device."""
        return Inputs(*(tensor.to(device) for tensor in self))


@dataclass(frozen=True)
class Batch:
    """Some examples side by side.

    positions: (B,) where each stands in its `Tokenised` set.
    inputs: one `Inputs`; two for the siamese encoding, one for each sentence.
    labels: (B,) float, or None.
    """

    positions: Tensor
    inputs: tuple[Inputs, ...]
    labels: Tensor | None

    def to(self, device: torch.device | str) -> Batch:
        """The same on another device; positions stay, since only the host reads them."""
        labels = None if self.labels is None else self.labels.to(device)
        return Batch(self.positions, tuple(part.to(device) for part in self.inputs), labels)


@dataclass(frozen=True)
class Tokenised:
    """A set of examples, tokenised once and batched many times.

    sequences: for each example one `TokenIds`, or two for the siamese encoding.
    truncated: how many examples lost tokens to `max_length`.
    """

    sequences: tuple[tuple[TokenIds, ...], ...]
    labels: tuple[float, ...] | None
    truncated: int
    pad_id: int

    def __len__(self) -> int:
        return len(self.sequences)

    @property
    def lengths(self) -> list[int]:
        """Tokens an example, special ones included; the longer side of a siamese pair."""
        return [max(len(part.ids) for part in parts) for parts in self.sequences]


def tokenise(
    tokenizer: Tokenizer,
    texts: Sequence[tuple[str, ...]],
    labels: Sequence[float] | None = None,
    siamese: bool = False,
    max_length: int = 512,
) -> Tokenised:
    """Tokenise sentences, `(text,)`, or pairs, `(first, second)`; all of one kind.

    A pair becomes one sequence with [SEP] and token types, so that every layer compares the two.
    With `siamese` the two sentences become separate sequences, which only meet after pooling.
    """
    if siamese:
        first = tokenizer.encode([pair[0] for pair in texts], max_length)
        second = tokenizer.encode([pair[1] for pair in texts], max_length)
        sequences = tuple(zip(first, second, strict=True))
    else:
        plain = [parts[0] if len(parts) == 1 else parts for parts in texts]
        sequences = tuple((ids,) for ids in tokenizer.encode(plain, max_length))
    truncated = sum(any(part.dropped for part in parts) for parts in sequences)
    return Tokenised(
        sequences, None if labels is None else tuple(labels), truncated, tokenizer.pad_id
    )


def collate(tokenised: Tokenised, positions: Sequence[int]) -> Batch:
    """Put examples side by side, each input padded to the longest among them."""
    chosen = [tokenised.sequences[position] for position in positions]
    inputs = tuple(_pad(parts, tokenised.pad_id) for parts in zip(*chosen, strict=True))
    labels = None
    if tokenised.labels is not None:
        labels = torch.tensor([tokenised.labels[p] for p in positions], dtype=torch.float32)
    return Batch(torch.tensor(list(positions)), inputs, labels)


def _pad(sequences: Sequence[TokenIds], pad_id: int) -> Inputs:
    longest = max(len(sequence.ids) for sequence in sequences)
    shape = (len(sequences), longest)
    inputs = Inputs(
        input_ids=torch.full(shape, pad_id),
        attention_mask=torch.zeros(shape, dtype=torch.long),
        token_type_ids=torch.zeros(shape, dtype=torch.long),
    )
    for row, sequence in enumerate(sequences):
        length = len(sequence.ids)
        inputs.input_ids[row, :length] = torch.tensor(sequence.ids)
        inputs.attention_mask[row, :length] = 1
        inputs.token_type_ids[row, :length] = torch.tensor(sequence.token_type_ids)
    return inputs


def training_batches(
    lengths: Sequence[int], batch_size: int, generator: torch.Generator
) -> list[list[int]]:
    """A random order in which batches hold examples of similar length.

    Shuffle everything, sort pools of `POOL_BATCHES` batches by length, cut them into batches,
    shuffle the batches. Padding falls from more than half of all tokens to a few per cent, and
    each epoch still sees other neighbours. Each position occurs exactly once.
    """
    order = torch.randperm(len(lengths), generator=generator).tolist()
    pool = POOL_BATCHES * batch_size
    batches = []
    for start in range(0, len(order), pool):
        by_length = sorted(order[start : start + pool], key=lambda position: lengths[position])
        batches += _cut(by_length, batch_size)
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


def evaluation_batches(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """Everything once, sorted by length; the longest first, so that memory runs out at once."""
    by_length = sorted(range(len(lengths)), key=lambda position: (-lengths[position], position))
    return _cut(by_length, batch_size)


def _cut(positions: list[int], size: int) -> list[list[int]]:
    return [positions[start : start + size] for start in range(0, len(positions), size)]


def padding_share(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> float:
    """The share of tokens that are padding when `batches` are padded to their longest."""
    real = sum(lengths[position] for batch in batches for position in batch)
    padded = sum(max(lengths[p] for p in batch) * len(batch) for batch in batches)
    return 1 - real / padded
