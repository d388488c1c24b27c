"""References of chapter 01 that stand nowhere else in the library, or not in so few lines."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def frame(first: Sequence[str], second: Sequence[str] | None = None) -> tuple[list[str], list[int]]:
    """[CLS] first [SEP], or [CLS] first [SEP] second [SEP]. Chapter 01.

    first, second: word pieces. Returns the tokens and, as many, their token types: 0 up to and
    with the first [SEP], 1 after it. `Tokenizer.encode` does the same with ids.
    """
    tokens = ["[CLS]", *first, "[SEP]"]
    types = [0] * len(tokens)
    if second is not None:
        tokens += [*second, "[SEP]"]
        types += [1] * (len(second) + 1)
    return tokens, types


def pad(sequences: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """B lists of token ids → input_ids and attention_mask, both (B, T), int64. Chapter 01.

    T is the longest list's length. Short lists get `pad_id` at their end; the mask is 1 where a
    token is real. `batching.collate` does the same for whole batches.
    """
    longest = max(len(sequence) for sequence in sequences)
    input_ids = torch.full((len(sequences), longest), pad_id)
    attention_mask = torch.zeros(len(sequences), longest, dtype=torch.long)
    for row, sequence in enumerate(sequences):
        input_ids[row, : len(sequence)] = torch.tensor(sequence)
        attention_mask[row, : len(sequence)] = 1
    return input_ids, attention_mask


def bucket(
    order: Sequence[int], lengths: Sequence[int], batch_size: int, pool: int
) -> list[list[int]]:
    """Cut a shuffled order into pools, sort each by length, cut it into batches. Chapter 01.

    order: positions, shuffled. lengths: lengths[position]. pool: examples sorted together, a
    multiple of batch_size. Returns batches of positions, the shortest first in each pool.
    `batching.training_batches` shuffles before and after.
    """
    batches = []
    for start in range(0, len(order), pool):
        by_length = sorted(order[start : start + pool], key=lambda position: lengths[position])
        for cut in range(0, len(by_length), batch_size):
            batches.append(by_length[cut : cut + batch_size])
    return batches
