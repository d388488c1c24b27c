"""Exercise 05.4: the pooler."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import PARAMETERS, SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import Pooler

all_hidden_states = exercise_file("05/all_hidden_states.py")


class SlowPooler(nn.Module):
    """One sentence at a time."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        rows = []
        for sentence in hidden:
            first = sentence[0]  # [CLS]
            mapped = self.dense.weight @ first + self.dense.bias
            rows.append(1 - 2 / (torch.exp(2 * mapped) + 1))
        return torch.stack(rows)


@cache
def real_states() -> Tensor:
    """The last hidden states of the two pairs, (2, T, H)."""
    with torch.no_grad():
        return all_hidden_states.real_model()(*all_hidden_states.real_inputs()).hidden_states[-1]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One sentence, several, and the pretrained weights."""
    small = BertConfig(hidden_size=6, num_heads=2)
    made = inputs.build(answer, small)
    seen: dict[str, Any] = {PARAMETERS: inputs.parameters(made)}
    if seen[PARAMETERS] != inputs.parameters(SlowPooler(small)):
        return seen
    seen["one sentence of three tokens, H = 6"] = inputs.call(made, inputs.randn(1, 3, 6))
    seen["four sentences of three tokens, H = 6, in training"] = inputs.call(
        made.train(), inputs.randn(4, 3, 6)
    )
    seen["states 100 times as large"] = inputs.call(made, 100 * inputs.randn(2, 3, 6))
    if inputs.once:
        real = inputs.build(answer, backbones.load().config)
        real.load_state_dict(all_hidden_states.real_model().pooler.state_dict())
        seen["two real pairs, pretrained weights"] = inputs.call(real, real_states())
    return seen


EXERCISE = Exercise(
    id="05.4",
    title="the pooler",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=Pooler,
    specification=SlowPooler,
    observe=observe,
    hints=(
        "What is the shape of what you return? One vector per sentence, (B, H). And its numbers: "
        "does any lie outside -1 to 1?",
        "The pooler reads one token of each sentence, [CLS], which stands at position 0. A linear "
        "map, then tanh.",
        "first = the states of token 0 of every sentence\nreturn tanh(dense(first))",
    ),
    mistakes=mistakes(r"""
        tanh-forgotten: the output of the linear map was returned without the tanh after it.
          look: the return line.
          - torch.tanh(self.dense(hidden[:, 0]))
          + self.dense(hidden[:, 0])
        pooled-from-the-last-position: the last token was read, which is [SEP] or padding; the
            pooler reads [CLS].
          look: the index of the token: [CLS] is the first.
          - hidden[:, 0]
          + hidden[:, -1]
        pooled-from-the-second-position: the second token was read; positions count from 0.
          look: the index of the token: [CLS] is at 0.
          - hidden[:, 0]
          + hidden[:, 1]
        pooled-from-the-mean: the mean of all tokens was read; this pooler was trained on [CLS]
            alone.
          look: what the linear map is given.
          - hidden[:, 0]
          + hidden.mean(1)
        first-sentence-for-first-token: hidden[0] is the whole first sentence; the exercise asks for
            the first token of each sentence.
          look: the index: a colon for the batch, then the position.
          - hidden[:, 0]
          + hidden[0]
        every-token-kept: all tokens went through the pooler; the exercise asks for one vector per
            sentence.
          look: what the linear map is given: [CLS] alone.
          - self.dense(hidden[:, 0])
          + self.dense(hidden)
        tanh-before-the-map: tanh came before the linear map.
          look: the order: map, then tanh.
          - torch.tanh(self.dense(hidden[:, 0]))
          + self.dense(torch.tanh(hidden[:, 0]))
        sigmoid-for-tanh: the numbers were squeezed by a sigmoid, so none is negative.
          look: the activation: tanh runs from -1 to 1.
          - torch.tanh(
          + torch.sigmoid(
    """),
    styles=styles(r"""
        method:
          - torch.tanh(self.dense(hidden[:, 0]))
          + self.dense(hidden[:, 0, :]).tanh()

        functional:
          - torch.tanh(self.dense(hidden[:, 0]))
          + nn.Tanh()(F.linear(hidden.select(1, 0), self.dense.weight, self.dense.bias))

        map every token, keep one:
          - torch.tanh(self.dense(hidden[:, 0]))
          + torch.tanh(self.dense(hidden))[:, 0]

        a sigmoid, stretched:
          - torch.tanh(self.dense(hidden[:, 0]))
          + 2 * torch.sigmoid(2 * self.dense(hidden[:, 0])) - 1

        a sequence of modules:
          - torch.tanh(self.dense(hidden[:, 0]))
          + nn.Sequential(self.dense, nn.Tanh())(hidden[:, 0])

        one sentence at a time:
          - torch.tanh(self.dense(hidden[:, 0]))
          + torch.stack([self.dense(s[0]).tanh() for s in hidden])
    """),
)
