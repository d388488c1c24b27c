"""Exercise 01.4: padding and the attention mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


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


def slow_pad(sequences: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Row by row and place by place."""
    longest = max(len(sequence) for sequence in sequences)
    rows, masks = [], []
    for sequence in sequences:
        row, mask = [], []
        for place in range(longest):
            real = place < len(sequence)
            row.append(sequence[place] if real else pad_id)
            mask.append(1 if real else 0)
        rows.append(row)
        masks.append(mask)
    return torch.tensor(rows), torch.tensor(masks)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Three short rows, one row alone, then random rows and another number for padding."""

    def ask(rows: list[list[int]], pad_id: int) -> dict[str, Any]:
        made = inputs.call(answer, rows, pad_id)
        if not isinstance(made, tuple | list) or len(made) != 2:
            return {"two tensors, input_ids and attention_mask": made}
        return {"input_ids": made[0], "attention_mask": made[1]}

    rows = [
        inputs.randint(104, 2000, (int(n),)).tolist() for n in inputs.randint(3, 9, (5,)).tolist()
    ]
    return {
        "rows of 2, 4 and 3 ids, pad_id 0": ask([[101, 102], [101, 7, 8, 102], [101, 9, 102]], 0),
        "rows of 3 and 5 ids, pad_id 1": ask([[101, 9, 102], [101, 7, 8, 9, 102]], 1),
        "one row of 3 ids, pad_id 0": ask([[101, 9, 102]], 0),
        f"rows of {', '.join(str(len(row)) for row in rows)} ids, pad_id 50": ask(rows, 50),
    }


EXERCISE = Exercise(
    id="01.4",
    title="padding and the attention mask",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=pad,
    specification=slow_pad,
    observe=observe,
    hints=(
        "Sum your mask over each row. Are these the lengths of the lists?",
        "Begin with a full tensor of pad_id and a full tensor of 0. Then each row writes its own "
        "ids, and 1's, over its beginning.",
        "T = the longest length\n"
        "input_ids = (B, T) full of pad_id; attention_mask = (B, T) full of 0; both torch.long\n"
        "for each row: write its ids and as many 1's from the left",
    ),
    mistakes=mistakes(r"""
        mask-upside-down: the mask is 1 on padding and 0 on tokens.
          look: what 1 means: this token is real, look at it.
          - torch.zeros(
          + torch.ones(
          - (sequence)] = 1
          + (sequence)] = 0
        mask-all-ones: the mask calls padding real too.
          look: the mask after the end of a short row: 0.
          - torch.zeros(
          + torch.ones(
        padded-on-the-left: the padding came first; BERT counts positions from the left, so tokens
            start there.
          look: which part of the row is filled: the beginning.
          - input_ids[row, : len(sequence)]
          + input_ids[row, longest - len(sequence) :]
          - attention_mask[row, : len(sequence)]
          + attention_mask[row, longest - len(sequence) :]
        pad-id-always-0: padding was filled with 0 whatever pad_id says.
          look: the number that fills the tensor.
          - longest), pad_id
          + longest), 0
        padded-to-a-fixed-length: every batch was padded to 512; T is the longest list of this
            batch.
          look: where T comes from.
          - max(len(sequence) for sequence in sequences)
          + 512
        cut-to-the-shortest: the rows were cut to the shortest list, so tokens are lost.
          look: where T comes from: the longest list.
          - max(len(sequence) for
          + min(len(sequence) for
          - torch.tensor(sequence)
          + torch.tensor(sequence[:longest])
        one-column-too-many: each row is one place longer than the longest list.
          look: where T comes from: the longest length itself.
          - max(len(sequence) for sequence in sequences)
          + max(len(sequence) for sequence in sequences) + 1
        special-tokens-masked: [CLS] and [SEP] were masked like padding; they are tokens, and BERT
            needs them.
          look: the mask at both ends of a row.
          - attention_mask[row, : len(sequence)] = 1
          + attention_mask[row, 1 : len(sequence) - 1] = 1
        ids-of-floats: input_ids holds floats; ids are whole numbers, since each is a row of a
            table.
          look: the tensor you begin with: torch.zeros and torch.ones make floats unless told
            dtype=torch.long; torch.full goes by its number.
          - torch.full((len(sequences), longest), pad_id)
          + torch.zeros(len(sequences), longest) + pad_id
        mask-of-floats: the mask holds floats; BERT's inputs are whole numbers.
          look: the type of the mask: dtype=torch.long.
          - dtype=torch.long
          + dtype=torch.float32
        mask-of-int32: the mask holds int32; it should hold int64, which torch calls long.
          look: the type of the mask: dtype=torch.long, and .long() where you wrote .int().
          - dtype=torch.long
          + dtype=torch.int32
        mask-of-booleans: the mask holds True and False; it should hold int64, as in the
            library's batches.
          look: the type of the mask: dtype=torch.long, or .long() at the end.
          - return input_ids, attention_mask
          + return input_ids, attention_mask.bool()
    """),
    styles=styles(r"""
        lists first:
          def pad(sequences, pad_id):
              longest = max(map(len, sequences))
              ids = [list(s) + [pad_id] * (longest - len(s)) for s in sequences]
              mask = [[1] * len(s) + [0] * (longest - len(s)) for s in sequences]
              return torch.tensor(ids), torch.tensor(mask)

        mask by broadcasting:
          def pad(sequences, pad_id):
              lengths = torch.tensor([len(s) for s in sequences])
              mask = torch.arange(int(lengths.max()))[None, :] < lengths[:, None]
              ids = torch.full(mask.shape, pad_id)
              ids[mask] = torch.tensor([i for s in sequences for i in s])
              return ids, mask.int().long()

        torch's pad_sequence:
          def pad(sequences, pad_id):
              rows = [torch.tensor(s) for s in sequences]
              ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad_id)
              return ids, (ids != pad_id).long()

        pad_sequence:
          def pad(sequences, pad_id):
              T = max(map(len, sequences))
              from torch.nn.utils.rnn import pad_sequence

              rows = [torch.tensor(s) for s in sequences]
              ids = pad_sequence(rows, batch_first=True, padding_value=pad_id)
              mask = pad_sequence([torch.ones_like(r) for r in rows], batch_first=True)
              return ids, mask

        NumPy:
          def pad(sequences, pad_id):
              T = max(map(len, sequences))
              import numpy as np

              ids = np.full((len(sequences), T), pad_id)
              for i, s in enumerate(sequences):
                  ids[i, : len(s)] = s
              lengths = np.array([len(s) for s in sequences])
              return torch.from_numpy(ids), torch.from_numpy(
                  (np.arange(T) < lengths[:, None]).astype(np.int64)
              )

        lengths compared with places:
          def pad(sequences, pad_id):
              T = max(map(len, sequences))
              lengths = torch.tensor([len(s) for s in sequences])
              mask = (torch.arange(T)[None] < lengths[:, None]).long()
              ids = torch.stack(
                  [F.pad(torch.tensor(s), (0, T - len(s)), value=pad_id) for s in sequences]
              )
              return ids, mask

        place by place, in a list:
          def pad(sequences, pad_id):
              T = max(map(len, sequences))
              ids = torch.full((len(sequences), T), pad_id)
              m = torch.zeros_like(ids)
              for i, s in enumerate(sequences):
                  for j, t in enumerate(s):
                      ids[i, j] = t
                      m[i, j] = 1
              return [ids, m]

        zip_longest:
          def pad(sequences, pad_id):
              T = max(map(len, sequences))
              from itertools import zip_longest

              ids = torch.tensor(list(zip_longest(*sequences, fillvalue=pad_id))).T
              return ids, torch.tensor(
                  list(zip_longest(*[[1] * len(s) for s in sequences], fillvalue=0))
              ).T
    """),
)
