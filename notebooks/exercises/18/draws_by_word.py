"""Exercise 18.4: mask whole words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def draws_by_word(draw: Tensor, continues: Tensor) -> Tensor:
    """One draw for all pieces of a word: that of its first piece. (B, T), (B, T) → (B, T).

    draw: a number for each token. continues: True where a token goes on with the word before it
    (a piece that begins with ##); the first token of a row never does.
    """
    places = torch.arange(draw.shape[1]).expand_as(draw)  # (B, T)
    begins = torch.where(continues, 0, places).cummax(dim=1).values  # where its word begins
    return draw.gather(1, begins)


def slow_draws_by_word(draw: Tensor, continues: Tensor) -> Tensor:
    """Token by token."""
    found = draw.clone()
    for row in range(draw.shape[0]):
        for place in range(1, draw.shape[1]):
            if continues[row, place]:
                found[row, place] = found[row, place - 1]
    return found


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A sentence with words of one, two and three pieces; then random rows."""
    draw = inputs.constant(torch.tensor([[0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8]]))
    goes_on = torch.tensor([[False, False, True, False, True, True, False]])
    found = {
        "words of one, two, three and one pieces": inputs.call(answer, draw, goes_on),
        "without any later piece": inputs.call(answer, draw, torch.zeros_like(goes_on)),
    }
    shape = (4, 12)
    many = inputs.constant(torch.rand(shape, generator=inputs.generator))
    more = torch.rand(shape, generator=inputs.generator) < 0.4
    more[:, 0] = False
    found["four rows of twelve tokens"] = inputs.call(answer, many, more)
    return found


EXERCISE = Exercise(
    id="18.4",
    title="mask whole words",
    minutes=10,
    difficulty="steady",
    core=False,
    reference=draws_by_word,
    specification=slow_draws_by_word,
    observe=observe,
    hints=(
        "Take a word of three pieces: all three have the number of the first. Where no token goes "
        "on with a word, nothing changes.",
        "Find for every token the place at which its word begins, then read the draws at those "
        "places. A running maximum over places does the first; or go from left to right.",
        "places = 0, 1, 2, …\nbegins = the place where a word begins, 0 elsewhere\n"
        "begins = running maximum of that along the row\ndraw, read at begins",
    ),
    mistakes=mistakes(r"""
        previous-token-only: each later piece took the draw of the token before it as that was, so
            the third piece has the second's.
          look: words of three pieces: all of them have the first piece's draw.
          def draws_by_word(draw, continues):
              return torch.where(continues, draw.roll(1, dims=1), draw)
        pieces-keep-their-own: the pieces of a word still have draws of their own.
          look: what is read at the end: the place where the word begins.
          - draw.gather(1, begins)
          + draw
        first-of-the-row: every later piece took the draw of the row's first token.
          look: the running maximum: without it all later pieces point at place 0.
          - .cummax(dim=1).values
          +
        the-wrong-way-round: first pieces took other draws and later pieces kept theirs.
          look: the where: 0 where a token continues, its own place where it does not.
          - torch.where(continues, 0, places)
          + torch.where(continues, places, 0)
        along-the-batch: the running maximum went down the rows and not along them.
          look: the dim of cummax: tokens are dim 1.
          - .cummax(dim=1)
          + .cummax(dim=0)
        largest-of-the-word: each piece has the largest draw so far, not the first piece's.
          look: take the maximum of places, not of draws.
          def draws_by_word(draw, continues):
              found = draw.clone()
              for place in range(1, draw.shape[1]):
                  larger = torch.maximum(found[:, place - 1], draw[:, place])
                  found[:, place] = torch.where(continues[:, place], larger, draw[:, place])
              return found
    """),
    styles=styles(r"""
        from left to right:
          def draws_by_word(draw, continues):
              found = draw.clone()
              for place in range(1, draw.shape[1]):
                  before = found[:, place - 1]
                  found[:, place] = torch.where(continues[:, place], before, draw[:, place])
              return found

        words by number:
          def draws_by_word(draw, continues):
              rows = []
              for numbers, goes_on in zip(draw, continues):
                  firsts = numbers[~goes_on]
                  word = (~goes_on).long().cumsum(0) - 1
                  rows.append(firsts[word])
              return torch.stack(rows)

        repeated by length:
          def draws_by_word(draw, continues):
              found = []
              for numbers, goes_on in zip(draw.tolist(), continues.tolist()):
                  row, last = [], None
                  for number, more in zip(numbers, goes_on):
                      last = last if more else number
                      row.append(last)
                  found.append(row)
              return torch.tensor(found, dtype=draw.dtype)
    """),
)
