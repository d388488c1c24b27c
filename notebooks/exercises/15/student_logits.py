"""Exercise 15.3: a student that taps and skips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert import BertConfig
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.encoder import EncoderLayer


def student_logits(
    hidden_states: Sequence[Tensor],
    attention_mask: Tensor,
    depth: int,
    layers: Sequence[nn.Module],
    head: nn.Module,
) -> Tensor:
    """A branch of few layers on a trunk that ran once: L + 1 states (B, T, H), (B, T) → (B, C).

    It begins at the tap, whatever the trunk computed above that, runs its own layers,
    layer(hidden, bias), one after the other, and hands [CLS] to its head.
    """
    bias = mask_bias(attention_mask)  # (B, 1, 1, T)
    hidden = hidden_states[depth]  # (B, T, H)
    for layer in layers:
        hidden = layer(hidden, bias)
    return head(hidden[:, 0])


def slow_student_logits(
    hidden_states: Sequence[Tensor],
    attention_mask: Tensor,
    depth: int,
    layers: Sequence[nn.Module],
    head: nn.Module,
) -> Tensor:
    """One sentence at a time, its padding cut off, so that no mask is needed."""
    rows = []
    for number, length in enumerate(attention_mask.sum(dim=1).tolist()):
        hidden = hidden_states[depth][number : number + 1, :length]
        for layer in layers:
            hidden = layer(hidden, torch.zeros(1, 1, 1, length))
        rows.append(head(hidden[0, 0]))
    return torch.stack(rows)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A trunk's states that differ much, padding that would be seen, one layer and two."""
    config = BertConfig(
        hidden_size=4, num_heads=2, intermediate_size=6, num_layers=3, encoder_dropout=0.0
    )
    layers = [inputs.kept(inputs.fill(EncoderLayer(config))) for _ in range(2)]
    with torch.no_grad():
        for number, layer in enumerate(layers):  # filled by name, so alike until now
            for tensor in layer.parameters():
                tensor.mul_(1 + number)
    head = inputs.kept(inputs.fill(nn.Linear(4, 3)))
    states = tuple(inputs.randn(3, 5, 4) for _ in range(4))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0]])
    return {
        f"tap {depth}, {count} layers": inputs.call(
            answer, states, mask, depth, tuple(layers[:count]), head
        )
        for depth, count in ((0, 1), (1, 1), (1, 2), (2, 1))
    }


EXERCISE = Exercise(
    id="15.3",
    title="a student that taps and skips",
    minutes=12,
    difficulty="steady",
    core=False,
    reference=student_logits,
    specification=slow_student_logits,
    observe=observe,
    hints=(
        "Count the layers that run for one answer: d of the trunk, l of the student. Whatever "
        "lies between d + l and L runs for nobody.",
        "The tap is hidden_states[d]: the states after d encoder layers, 0 for the embeddings. "
        "From there each layer reads what the one before it gave, with the mask as a bias, and "
        "the head reads the first token of the last.",
        "hidden = hidden_states[d]\nbias = mask_bias(attention_mask)\n"
        "for each layer: hidden = layer(hidden, bias)\nhead of the first token",
    ),
    mistakes=mistakes(r"""
        tapped-one-too-deep: the branch began at hidden_states[d + 1]; hidden_states[0] are the
            embeddings, so [d] is what d layers gave.
          look: the index of the tap.
          - hidden_states[depth]
          + hidden_states[depth + 1]
        tapped-one-too-early: the branch began one layer before its tap.
          look: the index of the tap: hidden_states[0] are the embeddings.
          - hidden_states[depth]
          + hidden_states[depth - 1]
        began-at-the-top: the branch began at the last hidden state: nothing is skipped, and the
            student was never trained on it.
          look: the line of the tap.
          - hidden_states[depth]
          + hidden_states[-1]
        every-layer-at-the-tap: every layer read the tap again, so only the last of them counts.
          look: the loop: each layer reads what the one before it gave.
          - hidden = layer(hidden, bias)
          + hidden = layer(hidden_states[depth], bias)
        padding-seen: padding was attended to as if it were a word.
          look: the bias: it comes from the mask.
          - mask_bias(attention_mask)
          + mask_bias(torch.ones_like(attention_mask))
        mask-for-bias: the mask itself was added to the scores; a layer reads a bias, 0 for a word
            and very negative for padding.
          look: the line of the bias.
          - mask_bias(attention_mask)
          + attention_mask[:, None, None, :].float()
        layers-in-reverse: the layers ran from the last to the first.
          look: the order of the loop.
          - for layer in layers:
          + for layer in reversed(layers):
        last-layer-left-out: the last layer of the branch did not run.
          look: the loop: all layers of the branch.
          - for layer in layers:
          + for layer in layers[:-1]:
        cls-of-the-tap: the head read [CLS] as the trunk left it; the branch ran for nothing.
          look: what the head is given.
          - head(hidden[:, 0])
          + head(hidden_states[depth][:, 0])
        last-token-for-cls: the head read the last token; [CLS] is the first.
          look: the position that the head is given.
          - hidden[:, 0]
          + hidden[:, -1]
        mean-for-cls: the head read the mean over all tokens, padding included; this student was
            trained on [CLS].
          look: what the head is given.
          - hidden[:, 0]
          + hidden.mean(dim=1)
    """),
    styles=styles(r"""
        as the library has it:
          def student_logits(hidden_states, attention_mask, depth, layers, head):
              from mtslib.minbert.encoder import run_layers

              bias = mask_bias(attention_mask)
              return head(run_layers(layers, hidden_states[depth], bias)[:, 0])

        the last layer for [CLS] alone:
          def student_logits(hidden_states, attention_mask, depth, layers, head):
              x, bias = hidden_states[depth], mask_bias(attention_mask)
              *before, last = layers
              for layer in before:
                  x = layer(x, bias)
              return head(last(x, bias, only_cls=True).squeeze(1))

        reduce:
          def student_logits(hidden_states, attention_mask, depth, layers, head):
              from functools import reduce

              b = mask_bias(attention_mask)
              top = reduce(lambda h, layer: layer(h, b), layers, hidden_states[depth])
              return head(top[:, 0, :])

        a bias by hand:
          def student_logits(hidden_states, attention_mask, depth, layers, head):
              bias = torch.zeros(attention_mask.shape)
              bias = bias.masked_fill(attention_mask == 0, -10000.0)[:, None, None]
              out = hidden_states[depth]
              for i in range(len(layers)):
                  out = layers[i](out, bias)
              return head(out.select(1, 0))
    """),
)
