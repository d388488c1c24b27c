"""Exercise 04.2: the feed-forward sublayer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.data.batching import collate, tokenise
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import PARAMETERS, SeededInputs
from mtslib.learn.registry import exercise_file
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.config import BertConfig
from mtslib.minbert.encoder import FeedForward

exact_gelu = exercise_file("04/exact_gelu.py")
SENTENCES = (("The kettle is on.",), ("Nobody had expected the bridge to hold.",))


class SlowFeedForward(nn.Module):
    """One token at a time, the activation one number at a time."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.intermediate = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        made = torch.empty_like(hidden)
        for b in range(hidden.shape[0]):
            for t in range(hidden.shape[1]):
                wide = self.intermediate.weight @ hidden[b, t] + self.intermediate.bias
                made[b, t] = self.output.weight @ exact_gelu.slow_gelu(wide) + self.output.bias
        return made


@cache
def real_states() -> tuple[Tensor, Tensor]:
    """hidden_states[0] of two real sentences, (2, T, H), and their bias (2, 1, 1, T)."""
    backbone = backbones.load()
    inputs = collate(tokenise(backbone.tokenizer(), SENTENCES), range(2)).inputs[0]
    with torch.no_grad():
        hidden = backbone.model().embeddings(inputs.input_ids, inputs.token_type_ids)
    return hidden, mask_bias(inputs.attention_mask)


def real_weights(prefix: str) -> dict[str, Tensor]:
    """The pretrained tensors whose names begin so, without that beginning."""
    tensors = backbones.load().tensors
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A small one with odd sizes, then the pretrained one of layer 0 on real tokens."""
    small = BertConfig(hidden_size=6, num_heads=2, intermediate_size=10)
    made = inputs.build(answer, small)
    seen: dict[str, Any] = {PARAMETERS: inputs.parameters(made)}
    if seen[PARAMETERS] != inputs.parameters(SlowFeedForward(small)):
        return seen
    seen["one sentence of two tokens, H = 6"] = inputs.call(made, inputs.randn(1, 2, 6))
    seen["three sentences of four tokens, H = 6, in training: no dropout here"] = inputs.call(
        made.train(), inputs.randn(3, 4, 6)
    )
    if inputs.once:
        real = inputs.build(answer, backbones.load().config)
        real.load_state_dict(real_weights("layers.0.feed_forward."))
        seen["two real sentences, pretrained weights of layer 0"] = inputs.call(
            real, real_states()[0]
        )
    return seen


EXERCISE = Exercise(
    id="04.2",
    title="the feed-forward sublayer",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference=FeedForward,
    specification=SlowFeedForward,
    observe=observe,
    hints=(
        "Which shapes do you see on the way? (B, T, H), then (B, T, intermediate_size), then "
        "(B, T, H) again.",
        "Widen, bend, narrow. The bend stands in the middle, where the vector is wide; nothing "
        "is added here, the residual sum belongs to the encoder layer.",
        "wide = intermediate(hidden)\nbent = the exact GELU of wide\nreturn output(bent)",
    ),
    mistakes=mistakes(r"""
        tanh-for-exact-gelu: the GELU is the approximation with tanh; BERT's weights were trained
            with the exact form.
          look: the activation: F.gelu without its argument approximate.
          - F.gelu(self.intermediate(hidden))
          + F.gelu(self.intermediate(hidden), approximate="tanh")
        activation-forgotten: there is no activation, so the two linear maps together are one linear
            map.
          look: between the two maps.
          - F.gelu(self.intermediate(hidden))
          + self.intermediate(hidden)
        relu-for-gelu: the activation is a ReLU.
          look: the activation: BERT bends with a GELU.
          - F.gelu(self.intermediate(hidden))
          + F.relu(self.intermediate(hidden))
        activation-at-the-end: the activation came after both maps.
          look: the order: widen, bend, narrow.
          - self.output(F.gelu(self.intermediate(hidden)))
          + F.gelu(self.output(self.intermediate(hidden)))
        activation-twice: there is a second activation, after the last map.
          look: the last step: it is linear, so that the residual sum can take away as well as add.
          - self.output(F.gelu(self.intermediate(hidden)))
          + F.gelu(self.output(F.gelu(self.intermediate(hidden))))
        activation-at-the-start: the activation came before the first map.
          look: the order: widen, bend, narrow.
          - self.output(F.gelu(self.intermediate(hidden)))
          + self.output(self.intermediate(F.gelu(hidden)))
        residual-added-here: the input was added to the output; that sum belongs to the encoder
            layer, where dropout comes first.
          look: the return line.
          - self.output(F.gelu(self.intermediate(hidden)))
          + hidden + self.output(F.gelu(self.intermediate(hidden)))
    """),
    styles=styles(r"""
        functional, GELU from erf:
          - return self.output(F.gelu(self.intermediate(hidden)))
          + x = F.linear(hidden, self.intermediate.weight, self.intermediate.bias)
          +         x = x * (1 + torch.erf(x / 2**0.5)) / 2
          +         return F.linear(x, self.output.weight, self.output.bias)

        einsum:
          - return self.output(F.gelu(self.intermediate(hidden)))
          + up, down = self.intermediate, self.output
          +         x = torch.einsum("bth,ih->bti", hidden, up.weight) + up.bias
          +         return torch.einsum("bti,hi->bth", F.gelu(x), down.weight) + down.bias

        a loop over tokens:
          - return self.output(F.gelu(self.intermediate(hidden)))
          + widened = [nn.GELU()(self.intermediate(token)) for token in hidden.unbind(dim=1)]
          +         return torch.stack([self.output(token) for token in widened], dim=1)

        sequential:
          - self.output(F.gelu(self.intermediate(hidden)))
          + nn.Sequential(self.intermediate, nn.GELU(), self.output)(hidden)

        one sentence at a time:
          - self.output(F.gelu(self.intermediate(hidden)))
          + torch.stack([self.output(F.gelu(self.intermediate(s))) for s in hidden])
    """),
)
