"""Exercise 08.1: what it says to every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def logits_by_row(
    model: nn.Module, batches: Sequence[tuple[Sequence[int], Any]], rows: int
) -> Tensor:
    """What a model says to every row of a set, in the order of the set → (rows, C).

    batches: pairs of the rows that a batch holds, in any order, and what the model reads.
    """
    model.eval()
    places: list[int] = []
    answers = []
    with torch.inference_mode():
        for positions, batch in batches:
            places.extend(positions)
            answers.append(model(batch))  # (B, C)
    said = torch.cat(answers)  # (rows, C), as the batches came
    found = torch.empty_like(said)
    found[places] = said
    return found


def slow_logits_by_row(
    model: nn.Module, batches: Sequence[tuple[Sequence[int], Any]], rows: int
) -> Tensor:
    """Go through the rows, and for each look for the batch that holds it."""
    model.eval()
    lines = []
    for row in range(rows):
        for positions, batch in batches:
            if row in positions:
                with torch.no_grad():
                    lines.append(model(batch)[list(positions).index(row)])
    return torch.stack(lines)


class _Asked(nn.Module):
    """A head that notes how it was asked."""

    def __init__(self, inputs: int, classes: int, dropout: float = 0.4) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.linear = nn.Linear(inputs, classes)
        self.training_mode: list[bool] = []
        self.gradients: list[bool] = []

    def forward(self, features: Tensor) -> Tensor:
        self.training_mode.append(self.training)
        self.gradients.append(torch.is_grad_enabled())
        return self.linear(self.drop(features))


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One batch in order; then rows sorted by length, as batches hold them, the last one short."""

    def ask(order: Sequence[int], size: int, classes: int) -> tuple[Any, _Asked]:
        features = inputs.randn(len(order), 6)
        model = _Asked(6, classes)
        inputs.fill(model)
        model.train()  # as the training loop leaves it
        cut = [list(order[start : start + size]) for start in range(0, len(order), size)]
        batches = [(positions, features[positions]) for positions in cut]
        said = inputs.call(answer, model, batches, len(order))
        on_again.append(torch.is_grad_enabled())
        torch.set_grad_enabled(True)
        return said, model

    on_again: list[bool] = []
    one, model = ask(range(3), 3, 2)
    found: dict[str, Any] = {
        "whether the model was asked in eval mode": not any(model.training_mode),
        "whether gradients were off while it was asked": not any(model.gradients),
        "whether gradients were on again afterwards": on_again[0],
        "the logits of three rows in one batch": one,
        "five rows that came as batches [3, 0], [4, 2], [1]": ask([3, 0, 4, 2, 1], 2, 2)[0],
    }
    order = [8, 3, 5, 10, 0, 7, 1, 4, 9, 2, 6]
    found["eleven rows in batches of four, of all lengths"] = ask(order, 4, 5)[0]
    return found


EXERCISE = Exercise(
    id="08.1",
    title="what it says to every row",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=logits_by_row,
    specification=slow_logits_by_row,
    observe=observe,
    hints=(
        "Ask the same model twice. If the answers differ, something in it is still random. Then "
        "compare row 0 of your result with what the model says to row 0 alone.",
        "Three things make it an evaluation: eval mode, so that nothing is dropped; no gradients, "
        "so that nothing is kept for a backward pass; and every answer back at its own row, since "
        "batches come sorted by length.",
        "put the model into eval mode\nwithout gradients, for each batch:\n  note its positions, "
        "and the logits\nput all logits end to end\n"
        "line i of the logits belongs to row number positions[i]",
    ),
    mistakes=mistakes(r"""
        evaluated-in-train-mode: the model stayed in train mode, so dropout is part of its answers.
          look: before the loop: model.eval().
          -     model.eval()
        gradients-on: gradients were on, so every layer's states were kept for a backward pass that
            never comes.
          look: around the loop: torch.inference_mode() or torch.no_grad().
          - with torch.inference_mode():
          + with torch.enable_grad():
          -     found = torch.empty_like(said)
          +     said = said.detach()
          +     found = torch.empty_like(said)
        gradients-left-off: gradients were switched off and never on again, so nothing that comes
            after this can train.
          look: the switch: a block, `with torch.inference_mode():`, ends by itself.
          - with torch.inference_mode():
          + torch.set_grad_enabled(False)
          +     if True:
        rows-as-the-batches-came: the answers stand in the order of the batches, so they belong to
            other rows.
          look: after the loop: put line i at row places[i].
          -     found[places] = said
          -     return found
          +     return said
        order-turned-round: said[places] reads from the places where it should write to them: the
            order is undone the wrong way.
          look: the side on which the positions stand: found[places] = said.
          - found[places] = said
          + found = said[places]
        probabilities-for-logits: a softmax came in between: these are probabilities.
          look: what is kept of each batch: the model's output, as it is.
          - answers.append(model(batch))
          + answers.append(model(batch).softmax(-1))
    """),
    styles=styles(r"""
        a place for each row:
          def logits_by_row(model, batches, rows):
              model.eval()
              lines = [None] * rows
              for positions, batch in batches:
                  with torch.no_grad():
                      logits = model(batch)
                  for place, row in enumerate(positions):
                      lines[row] = logits[place]
              return torch.stack(lines)

        inverse order:
          @torch.no_grad()
          def logits_by_row(model, batches, rows):
              model.train(False)
              order = torch.tensor([row for positions, _ in batches for row in positions])
              return torch.cat([model(batch) for _, batch in batches])[order.argsort()]

        back in train mode:
          def logits_by_row(model, batches, rows):
              was = model.training
              model.eval()
              found = None
              with torch.inference_mode():
                  for positions, batch in batches:
                      logits = model(batch)
                      if found is None:
                          found = torch.zeros(rows, logits.shape[1])
                      found[list(positions)] = logits
              model.train(was)
              return found

        into a dictionary:
          def logits_by_row(model, batches, rows):
              model.eval()
              said = {}
              with torch.no_grad():
                  for positions, batch in batches:
                      said.update(zip(positions, model(batch)))
              return torch.stack([said[row] for row in range(rows)])

        index_copy:
          def logits_by_row(model, batches, rows):
              model.eval()
              with torch.inference_mode():
                  places = torch.cat([torch.as_tensor(list(p)) for p, _ in batches])
                  said = torch.cat([model(x) for _, x in batches])
                  return torch.zeros_like(said).index_copy(0, places, said)
    """),
)
