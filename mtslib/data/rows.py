"""Labelled rows of a task and their tokens: the short experiments of chapters 08 and 10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mtslib.data.batching import Batch, Tokenised, collate, evaluation_batches, tokenise
from mtslib.data.readers import Example
from mtslib.minbert.tokenizer import Tokenizer


@dataclass(frozen=True)
class Rows:
    """Some labelled examples, tokenised."""

    examples: tuple[Example, ...]
    tokens: Tokenised

    def __len__(self) -> int:
        return len(self.examples)

    @property
    def labels(self) -> Tensor:
        """(n,) as in the file."""
        return torch.tensor(self.tokens.labels)

    @property
    def classes(self) -> Tensor:
        """(n,) labels as class indices."""
        return self.labels.long()

    @property
    def phenomena(self) -> list[str]:
        """What each row probes."""
        return [example.phenomenon for example in self.examples]

    def batches(self, size: int = 32) -> list[tuple[list[int], Batch]]:
        """Every row once, the longest first: pairs of positions and what the model reads."""
        return [
            (positions, collate(self.tokens, positions))
            for positions in evaluation_batches(self.tokens.lengths, size)
        ]


def tokenised_rows(
    examples: Sequence[Example],
    tokenizer: Tokenizer,
    most: int,
    longest: int = 512,
    siamese: bool = False,
) -> Rows:
    """The first `most` of some labelled examples that have no more than `longest` word pieces."""
    looked_at = examples[: most if longest >= 512 else 4 * most]
    tokens = tokenise(tokenizer, [row.texts for row in looked_at], siamese=siamese)
    short = [row for row, n in zip(looked_at, tokens.lengths, strict=True) if n <= longest][:most]
    labels = [float(row.label) for row in short]
    return Rows(tuple(short), tokenise(tokenizer, [r.texts for r in short], labels, siamese))
