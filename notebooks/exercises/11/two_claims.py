"""Exercise 11.4: one certificate, two claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs

Forward = Callable[[Tensor], Tensor]


def two_claims(
    teacher: Callable[[Tensor], Tensor],
    merged: Callable[[Tensor], Tensor],
    rows: Tensor,
    sizes: Sequence[int],
) -> tuple[bool, float]:
    """Whether both give the same bits on one batch, and how far other batches move the merged one.

    teacher, merged: (B, …) → (B, C). rows: (n, …), one batch. sizes: of the batches into which
    the rows are cut for the second claim; its number is the largest distance to what the teacher
    gives for all rows at once. A NaN anywhere makes that NaN.
    """
    expected = teacher(rows)
    equal = torch.equal(merged(rows), expected)
    moved = []
    for size in sizes:
        seen = torch.cat([merged(part) for part in rows.split(size)])
        moved.append((seen - expected).abs().max())
    return equal, torch.stack(moved).max().item()


def slow_two_claims(
    teacher: Forward, merged: Forward, rows: Tensor, sizes: Sequence[int]
) -> tuple[bool, float]:
    """Number by number."""
    expected, together = teacher(rows).tolist(), merged(rows).tolist()
    largest = 0.0
    for size in sizes:
        for start in range(0, len(rows), size):
            for row, outputs in enumerate(merged(rows[start : start + size]).tolist(), start):
                for seen, wanted in zip(outputs, expected[row], strict=True):
                    apart = abs(seen - wanted)
                    if apart > largest or apart != apart:  # a NaN differs from itself
                        largest = apart
                    if largest != largest:
                        return expected == together, largest
    return expected == together, largest


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Models that move with the size of a batch, by how much is known."""
    weight, rows = inputs.randn(4, 3), inputs.randn(6, 4)

    def teacher(given: Tensor) -> Tensor:
        return torch.tanh(given @ weight) + 1

    def drift(given: Tensor, by: float = 0.01) -> Tensor:
        """Lower the smaller the batch is: by nothing where all six rows stand in it."""
        return teacher(given) - by * (6 - len(given))

    def last_row_zero(given: Tensor) -> Tensor:
        return teacher(given) * (given != rows[-1]).any(1, keepdim=True)

    def broken(given: Tensor) -> Tensor:
        return drift(given) if len(given) > 1 else given[:, :3] * torch.nan

    digit = torch.tensor(9.0)
    models: dict[str, tuple[Forward, Forward]] = {
        "the same to the bit, whatever the batch": (teacher, teacher),
        "the same on the whole batch, lower in smaller ones": (teacher, drift),
        "both lower in smaller batches": (drift, drift),
        "off by one last digit": (teacher, lambda given: torch.nextafter(teacher(given), digit)),
        "off by a millionth, lower in smaller ones": (teacher, lambda given: drift(given) + 1e-6),
        "another answer to the last row": (teacher, last_row_zero),
    }
    found: dict[str, Any] = {}
    for words, pair in models.items():
        for sizes in ((1, 6), (3, 1, 2), (4,)):
            given = inputs.call(answer, *pair, inputs.constant(rows), sizes)
            found[f"{words}; batches of {', '.join(map(str, sizes))}"] = given
    given = inputs.call(answer, teacher, broken, inputs.constant(rows), (1, 3))
    said = given[1] != given[1] if isinstance(given, tuple) and len(given) == 2 else given
    found["NaN in batches of 1, numbers in batches of 3: is the second claim NaN?"] = said
    return found


EXERCISE = Exercise(
    id="11.4",
    title="one certificate, two claims",
    minutes=12,
    difficulty="demanding",
    core=True,
    reference=two_claims,
    specification=slow_two_claims,
    observe=observe,
    hints=(
        "Give the same model twice, and sizes (1,). Is the first claim true, and the second a very "
        "small number? Now let merged return teacher(rows) + 1e-6: is the first claim still true?",
        "The first claim is about bits: torch.equal, with no tolerance, on the same batch. The "
        "second is about how far: the teacher answers all rows at once, the merged model batch by "
        "batch; the largest absolute difference over all sizes counts.",
        "expected: the teacher on all rows\nequal: the merged model on all rows, bit by bit\nfor "
        "each size: cut the rows, answer each piece, put them together, keep the largest "
        "distance\nthe largest of these, by torch, so that NaN is not lost",
    ),
    mistakes=mistakes(r"""
        last-part-dropped: the rows that do not fill a batch were left out, and they may move most.
          look: the batches: the last one may be smaller.
          - [merged(part) for part in rows.split(size)])
          + [merged(part) for part in rows[: len(rows) // size * size].split(size)])
          - seen - expected
          + seen - expected[: len(seen)]
        close-taken-for-equal: nearly equal counted as equal; the first claim is about every bit.
          look: the first claim: torch.equal.
          - torch.equal(
          + torch.allclose(
        sign-left-on: the difference kept its sign, so outputs that are too low count as no
            distance.
          look: the distance: its absolute value.
          - (seen - expected).abs().max()
          + (seen - expected).max()
        mean-in-place-of-largest: the distances were averaged; a bound has to hold for the worst.
          look: which of the distances counts: the largest.
          - .abs().max()
          + .abs().mean()
        last-size-only: only the last batch size counted.
          look: the largest over all sizes.
          - torch.stack(moved).max().item()
          + moved[-1].item()
        smallest-size-wins: the smallest of the distances was given.
          look: the end: the largest over all sizes.
          - torch.stack(moved).max().item()
          + torch.stack(moved).min().item()
        teacher-cut-too: the teacher answered the small batches as well, so what a batch moves
            moved on both sides.
          look: what the pieces are compared with: the teacher on all rows at once.
          -         moved.append((seen - expected).abs().max())
          +         cut = torch.cat([teacher(part) for part in rows.split(size)])
          +         moved.append((seen - cut).abs().max())
        compared-with-itself: the merged model was compared with itself: whatever it computes, the
            first claim holds.
          look: what is expected: what the teacher says.
          - expected = teacher(rows)
          + expected = merged(rows)
        nan-passed-over: Python's max passes over a NaN, so a broken model has a small bound.
          look: the largest, by torch: a tensor's max hands a NaN on.
          -     moved = []
          +     moved = 0.0
          
          -         moved.append((seen - expected).abs().max())
          +         moved = max(moved, (seen - expected).abs().max().item())
          
          - torch.stack(moved).max().item()
          + moved
        never-cut: all rows were answered at once, whatever the sizes, so the second claim says
            nothing new.
          look: the pieces: rows.split(size).
          - torch.cat([merged(part) for part in rows.split(size)])
          + merged(rows)
    """),
    styles=styles(r"""
        slices:
          def two_claims(teacher, merged, rows, sizes):
              expected = teacher(rows)
              same = bool((merged(rows) == expected).all())
              distances = []
              for size in sizes:
                  pieces = [merged(rows[i : i + size]) for i in range(0, len(rows), size)]
                  distances.append(torch.cat(pieces).sub(expected).abs().amax())
              return same, float(torch.tensor(distances).max())

        one large tensor:
          def two_claims(teacher, merged, rows, sizes):
              with torch.no_grad():
                  wanted = teacher(rows)
                  cut = torch.stack([torch.cat([*map(merged, rows.split(n))]) for n in sizes])
                  return torch.equal(wanted, merged(rows)), (cut - wanted).abs().max().item()
    """),
)
