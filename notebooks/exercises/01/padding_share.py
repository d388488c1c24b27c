"""Exercise 01.5: the share of padding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from mtslib.data.batching import padding_share
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def slow_share(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> float:
    """Count every place of every batch, real or padding."""
    padding = places = 0
    for batch in batches:
        longest = max(lengths[position] for position in batch)
        for position in batch:
            for place in range(longest):
                places += 1
                padding += place >= lengths[position]
    return padding / places


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Batches that can be counted on the fingers, one without the last example, random ones."""
    cases = [([4, 2], [[0, 1]]), ([4, 2, 10], [[0, 1]])]
    cases += [([4, 2, 8, 8, 2], [[0, 1], [3, 2, 4]]), ([5, 5, 5], [[2, 0], [1]])]
    lengths = inputs.randint(3, 40, (23,)).tolist()
    order = torch.randperm(23, generator=inputs.generator).tolist()
    cases.append((lengths, [order[start : start + 5] for start in range(0, 23, 5)]))
    return {
        f"lengths {lengths}, batches {batches}": inputs.call(answer, lengths, batches)
        for lengths, batches in cases
    }


EXERCISE = Exercise(
    id="01.5",
    title="the share of padding",
    minutes=7,
    difficulty="warm-up",
    core=True,
    reference=padding_share,
    specification=slow_share,
    observe=observe,
    hints=(
        "Lengths 4 and 2 in one batch: two rows of 4 places, 2 of the 8 are padding. Does yours "
        "say 0.25?",
        "A batch has as many places as rows times its own longest row. Add up places over all "
        "batches, and real tokens over all batches, and divide once.",
        "real = sum over batches of lengths[position], for the positions in the batch\n"
        "places = sum over batches of longest in the batch × rows in the batch\n"
        "return the share of the places that are not real",
    ),
    mistakes=mistakes(r"""
        share-of-real-tokens: this is the share of real tokens; the exercise asks for the share of
            padding.
          look: the last line: the two shares make 1.
          - 1 - real / padded
          + real / padded
        divided-by-the-real-tokens: padding was divided by the real tokens; the share is of all
            places.
          look: the denominator.
          - 1 - real / padded
          + padded / real - 1
        longest-of-all-batches: each batch was padded to the longest example of all, not to its own.
          look: the longest length: of the positions in this batch.
          - max(lengths[p] for p in batch)
          + max(lengths)
        mean-of-the-batches: the shares of the batches were averaged, so a small batch counts as
            much as a big one.
          look: when you divide: once, at the end.
          def padding_share(lengths, batches):
              shares = []
              for batch in batches:
                  real = [lengths[p] for p in batch]
                  shares.append(1 - sum(real) / (max(real) * len(real)))
              return sum(shares) / len(shares)
        positions-taken-for-lengths: the batches hold positions, and those were added up as if they
            were lengths.
          look: what you add up: lengths[position].
          - sum(lengths[position] for
          + sum(position for
          - max(lengths[p] for p in batch)
          + max(max(batch), 1)
        longest-position: the largest position of a batch was used as its longest length.
          look: the longest length: the maximum of lengths[position], not of the positions.
          - max(lengths[p] for p in batch)
          + max(batch)
        lengths-outside-the-batches: every length was added up, including those of examples that
            are in no batch.
          look: what counts as real: the lengths of the positions in the batches.
          - sum(lengths[position] for batch in batches for position in batch)
          + sum(lengths)
        count-of-padding: this is the number of padded places; the exercise asks for their share of
            all places.
          look: the last line: divide by the number of places.
          - 1 - real / padded
          + padded - real
        share-of-padded-examples: you counted examples that have padding; the exercise asks for the
            share of places.
          look: what is counted: places in the table of tokens, not rows.
          def padding_share(lengths, batches):
              padded = rows = 0
              for batch in batches:
                  longest = max(lengths[p] for p in batch)
                  padded += sum(lengths[p] < longest for p in batch)
                  rows += len(batch)
              return padded / rows
    """),
    styles=styles(r"""
        padding counted directly:
          def padding_share(lengths, batches):
              padding = places = 0
              for batch in batches:
                  own = [lengths[p] for p in batch]
                  padding += sum(max(own) - n for n in own)
                  places += max(own) * len(own)
              return padding / places

        torch:
          def padding_share(lengths, batches):
              all_lengths = torch.tensor(lengths)
              own = [all_lengths[torch.tensor(batch)] for batch in batches]
              places = sum(n.max() * len(n) for n in own)
              return 1 - float(sum(n.sum() for n in own) / places)

        a number of NumPy:
          def padding_share(lengths, batches):
              import numpy as np

              l = np.asarray(lengths)
              places = sum(l[list(b)].max() * len(b) for b in batches)
              return np.float64(1 - sum(l[list(b)].sum() for b in batches) / places)

        generators:
          def padding_share(lengths, batches):
              r = sum(lengths[i] for b in batches for i in b)
              p = sum(len(b) * max(lengths[i] for i in b) for b in batches)
              return (p - r) / p

        one Boolean for each place:
          def padding_share(lengths, batches):
              cells = []
              for b in batches:
                  T = max(lengths[i] for i in b)
                  for i in b:
                      cells += [False] * lengths[i] + [True] * (T - lengths[i])
              return sum(cells) / len(cells)

        a fraction:
          def padding_share(lengths, batches):
              from fractions import Fraction

              r = sum(lengths[i] for b in batches for i in b)
              return 1 - Fraction(
                  r, sum(len(b) * max(lengths[i] for i in b) for b in batches)
              )
    """),
)
