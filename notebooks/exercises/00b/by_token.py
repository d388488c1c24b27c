"""Exercise 00b.2: turn, then flatten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def by_token(hidden: Tensor) -> Tensor:
    """All first tokens, then all second tokens, and so on. Chapter 00b.

    (B, T, H) → (T·B, H).
    """
    turned = hidden.transpose(0, 1)  # (T, B, H)
    return turned.reshape(-1, hidden.shape[-1])


def slow_by_token(hidden: Tensor) -> Tensor:
    """One vector at a time."""
    batch, tokens, _ = hidden.shape
    return torch.stack([hidden[b, t] for t in range(tokens) for b in range(batch)])


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Numbers that say where they come from, then random ones."""
    numbered = torch.tensor([[[0.0], [1.0], [2.0]], [[10.0], [11.0], [12.0]]])
    return {
        "a batch of 2 sentences, tokens 0, 1, 2 and 10, 11, 12; H = 1": inputs.call(
            answer, numbered
        ),
        "3 sentences of 3 tokens, H = 3": inputs.call(answer, inputs.randn(3, 3, 3)),
        "2 sentences of 5 tokens, H = 4": inputs.call(answer, inputs.randn(2, 5, 4)),
    }


EXERCISE = Exercise(
    id="00b.2",
    title="turn, then flatten",
    minutes=6,
    difficulty="warm-up",
    core=False,
    reference=by_token,
    specification=slow_by_token,
    observe=observe,
    hints=(
        "For tokens 0, 1, 2 and 10, 11, 12, does your answer begin with 0 and 10, or with 0 and 1?",
        "view and reshape never move a number: they cut the same row of numbers at other places. "
        "What has to change its place has to be transposed first.",
        "exchange the axes of sentences and tokens: (T, B, H)\n"
        "flatten the first two, keep the last",
    ),
    mistakes=mistakes(r"""
        reshaped-without-turning: the numbers stand in the order they were in, sentence by sentence:
            a view or a reshape moves none of them.
          look: before the reshape: sentences and tokens have to change places, with a transpose.
          - hidden.transpose(0, 1)
          + hidden
        wrong-axes-turned: tokens and features changed places, not sentences and tokens.
          look: the two axes of the transpose: 0 and 1.
          - hidden.transpose(0, 1)
          + hidden.transpose(1, 2)
        not-flattened: the axes were turned, but there are still three of them.
          look: the last step: (T, B, H) becomes (T·B, H).
          - turned.reshape(-1, hidden.shape[-1])
          + turned.contiguous()
        everything-turned: all three axes were reversed, so the features came first.
          look: the transpose: it exchanges two axes and leaves the last one alone.
          - hidden.transpose(0, 1)
          + hidden.permute(2, 1, 0)
        flattened-to-one-row: the features were flattened too.
          look: the shape you reshape to: its last number is H.
          - turned.reshape(-1, hidden.shape[-1])
          + turned.reshape(-1)
    """),
    styles=styles(r"""
        permute and flatten:
          def by_token(hidden):
              return hidden.permute(1, 0, 2).flatten(0, 1)

        concatenate the columns:
          def by_token(hidden):
              return torch.cat([hidden[:, t] for t in range(hidden.shape[1])])

        contiguous and view:
          def by_token(hidden):
              b, t, h = hidden.size()
              return torch.swapaxes(hidden, 0, 1).contiguous().view(t * b, h)

        einsum, then flatten:
          def by_token(hidden):
              return torch.einsum("bth->tbh", hidden).flatten(end_dim=1)

        two loops:
          def by_token(hidden):
              b, t, h = hidden.shape
              out = torch.zeros(t * b, h)
              for i in range(t):
                  for j in range(b):
                      out[i * b + j] = hidden[j, i]
              return out

        unbind and vstack:
          def by_token(hidden):
              return torch.vstack(hidden.unbind(1))

        movedim:
          def by_token(hidden):
              return hidden.movedim(1, 0).reshape(-1, hidden.size(-1))

        an index of rows:
          def by_token(hidden):
              order = (
                  torch.arange(hidden.shape[0] * hidden.shape[1])
                  .view(hidden.shape[:2])
                  .T.flatten()
              )
              return hidden.flatten(0, 1)[order]
    """),
)
