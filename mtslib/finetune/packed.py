"""A tokenised set laid out once, so that putting a batch together costs no Python a token.

`Packed(tokenised).batch(positions)` is `batching.collate(tokenised, positions)`, bit for bit. The
linear probe needs it most: there a step is so short that padding took most of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from mtslib.data.batching import Batch, Inputs, Tokenised


class Packed:
    """All ids of a set end to end, for each input of an example (one; two if siamese).

    lengths: (n, inputs) tokens.
    """

    def __init__(self, tokenised: Tokenised) -> None:
        self.pad_id = tokenised.pad_id
        self.labels = None
        if tokenised.labels is not None:
            self.labels = torch.tensor(tokenised.labels, dtype=torch.float32)
        per_input = list(zip(*tokenised.sequences, strict=True))
        self.lengths = np.array([[len(s.ids) for s in part] for part in per_input], np.int64).T
        self._ids = [_end_to_end([s.ids for s in part]) for part in per_input]
        self._types = [_end_to_end([s.token_type_ids for s in part]) for part in per_input]
        self._starts = np.cumsum(self.lengths, axis=0) - self.lengths  # (n, inputs)

    def batch(self, positions: Sequence[int]) -> Batch:
        """Examples side by side, each input padded to the longest among them."""
        chosen = torch.tensor(list(positions))
        rows = chosen.numpy()
        inputs = tuple(self._inputs(part, rows) for part in range(self.lengths.shape[1]))
        return Batch(chosen, inputs, None if self.labels is None else self.labels[chosen])

    def _inputs(self, part: int, rows: np.ndarray) -> Inputs:
        lengths = self.lengths[rows, part, None]  # (B, 1)
        columns = np.arange(lengths.max())  # (T,)
        real = columns < lengths  # (B, T)
        places = np.where(real, self._starts[rows, part, None] + columns, 0)  # (B, T)
        return Inputs(
            input_ids=torch.from_numpy(np.where(real, self._ids[part][places], self.pad_id)),
            attention_mask=torch.from_numpy(real.astype(np.int64)),
            token_type_ids=torch.from_numpy(np.where(real, self._types[part][places], 0)),
        )


def _end_to_end(numbers: Sequence[Sequence[int]]) -> np.ndarray:
    return np.concatenate([np.array(some, np.int64) for some in numbers])
