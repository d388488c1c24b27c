"""From examples to tensors: tokens, length buckets, padding and masks. Chapter 01."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
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
        """Tokens per example, special ones included; the longer side of a siamese pair."""
        return [max(len(part.ids) for part in parts) for parts in self.sequences]

    def first(self, count: int) -> Tokenised:
        """The first `count` examples."""
        labels = None if self.labels is None else self.labels[:count]
        return replace(self, sequences=self.sequences[:count], labels=labels)

    @cached_property
    def end_to_end(self) -> tuple[tuple[np.ndarray, ...], ...]:
        """All tokens in one row, for each input: ids and types (tokens,), starts and lengths (n,).

        Laid out once, so that putting a batch together costs no Python per token.
        """
        laid_out = []
        for part in zip(*self.sequences, strict=True):
            ids, types = (
                np.concatenate([np.array(numbers, np.int64) for numbers in column])
                for column in ([s.ids for s in part], [s.token_type_ids for s in part])
            )
            lengths = np.array([len(sequence.ids) for sequence in part])
            laid_out.append((ids, types, np.cumsum(lengths) - lengths, lengths))
        return tuple(laid_out)


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


def distinct(tokenised: Tokenised) -> tuple[Tokenised, np.ndarray]:
    """Every sequence of a set once → a set of those, and which of them each example holds, (n, P).

    A sentence may stand in many pairs; P is 2 where two sentences are separate sequences.
    """
    known: dict[tuple, int] = {}
    found: list[tuple[TokenIds]] = []
    places = []
    for parts in tokenised.sequences:
        keys = [(tuple(part.ids), tuple(part.token_type_ids)) for part in parts]
        for key, part in zip(keys, parts, strict=True):
            if key not in known:
                known[key] = len(found)
                found.append((part,))
        places.append([known[key] for key in keys])
    cut = sum(bool(part.dropped) for (part,) in found)
    return Tokenised(tuple(found), None, cut, tokenised.pad_id), np.array(places)


def collate(tokenised: Tokenised, positions: Sequence[int]) -> Batch:
    """Put examples side by side, each input padded to the longest among them."""
    rows = np.array(list(positions))
    inputs = []
    for ids, types, starts, lengths in tokenised.end_to_end:
        input_ids = padded(ids, starts[rows], lengths[rows], tokenised.pad_id)  # (B, T)
        mask = _real(lengths[rows]).astype(np.int64)
        token_types = padded(types, starts[rows], lengths[rows])
        inputs.append(Inputs(*map(torch.from_numpy, (input_ids, mask, token_types))))
    labels = None
    if tokenised.labels is not None:
        labels = torch.tensor([tokenised.labels[row] for row in rows], dtype=torch.float32)
    return Batch(torch.from_numpy(rows), tuple(inputs), labels)


def padded(
    values: np.ndarray, starts: np.ndarray, lengths: np.ndarray, padding: int = 0
) -> np.ndarray:
    """Runs of `values`, each filled up to the longest of them: (tokens, …) → (B, T, …).

    starts, lengths: (B,) where each run begins, and how long it is.
    """
    real = _real(lengths)
    places = np.where(real, starts[:, None] + np.arange(real.shape[1]), 0)
    rows = values[places]
    rows[~real] = padding
    return rows


def _real(lengths: np.ndarray) -> np.ndarray:
    """Which places are not padding: (B,) → (B, T)."""
    return np.arange(lengths.max()) < lengths[:, None]


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
