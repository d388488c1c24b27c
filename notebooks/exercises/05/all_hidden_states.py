"""Exercise 05.2: every hidden state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import torch
from torch import Tensor

from mtslib import backbones
from mtslib.data.batching import Inputs, collate, tokenise
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import BertModel

PAIRS = (("Is it late?", "What time is it?"), ("It snowed.", "Snow fell on the hills all night."))
TINY = BertConfig(20, hidden_size=12, num_layers=3, num_heads=3, intermediate_size=16)


def all_hidden_states(
    model: BertModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> tuple[Tensor, ...]:
    """Send a batch through a BERT and keep what stands between the layers. Chapter 05.

    Three (B, T) integer tensors → L + 1 tensors (B, T, H): the embeddings, then the output of
    each encoder layer. attention_mask is 1 for real tokens and 0 for padding.
    """
    bias = mask_bias(attention_mask)  # (B, 1, 1, T)
    hidden_states = [model.embeddings(input_ids, token_type_ids)]  # (B, T, H)
    for layer in model.layers:
        hidden_states.append(layer(hidden_states[-1], bias))
    return tuple(hidden_states)


def nth_states(
    model: BertModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> tuple[Tensor, ...]:
    """State n is layer n − 1 applied to state n − 1, each worked out from the start."""

    def state(n: int) -> Tensor:
        if n == 0:
            return model.embeddings(input_ids, token_type_ids)
        return model.layers[n - 1](state(n - 1), mask_bias(attention_mask))

    return tuple(state(n) for n in range(len(model.layers) + 1))


@cache
def real_model() -> BertModel:
    """minBERT with the pretrained weights."""
    return backbones.load().model()


@cache
def real_inputs() -> Inputs:
    """Two real pairs, the first of them padded."""
    return collate(tokenise(backbones.load().tokenizer(), PAIRS), range(2)).inputs[0]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A tiny model with padding and token types, then the real one."""
    model = inputs.kept(inputs.fill(BertModel(TINY)).eval())
    ids = inputs.randint(0, 20, (2, 5))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    types = torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 0, 0]])
    small = inputs.kept(inputs.fill(BertModel(replace(TINY, encoder_dropout=0.0))))
    few = inputs.call(answer, model, ids[:1, :2], mask[:1, :2], types[:1, :2])
    seen = {
        "how many states a model of three layers gives": len(few),
        "the states of one sentence of two tokens": few,
        "the states of two pairs, the second of them padded": inputs.call(
            answer, model, ids, mask, types
        ),
        "the states of two pairs in training, without dropout": inputs.call(
            answer, small.train(), ids, mask, types
        ),
    }
    if inputs.once:
        seen["the states of two real pairs in the pretrained model"] = inputs.call(
            answer, inputs.kept(real_model()), *real_inputs()
        )
    return seen


EXERCISE = Exercise(
    id="05.2",
    title="every hidden state",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=all_hidden_states,
    specification=nth_states,
    observe=observe,
    hints=(
        "How many tensors do you return? A model of L layers has L + 1 hidden states.",
        "Each layer reads what the one before it wrote. The embeddings are number 0. Every layer "
        "needs the mask as a bias, and the bias is made once.",
        "bias = mask_bias(attention_mask)\nstates = [embeddings of ids and token types]\n"
        "for each layer:\n    append layer(the last of states, bias)\nreturn states",
    ),
    mistakes=mistakes(r"""
        embeddings-left-out: the embeddings are missing; they are hidden_states[0].
          look: where your list begins.
          - return tuple(hidden_states)
          + return tuple(hidden_states[1:])
        last-layer-left-out: the output of the last layer is missing.
          look: where your loop ends, or when it appends.
          - in model.layers
          + in model.layers[:-1]
        every-layer-reads-the-embeddings: every layer was given the embeddings, so the layers stand
            side by side.
          look: what a layer is given: the last state so far.
          - hidden_states[-1]
          + hidden_states[0]
        one-layer-again-and-again: the first layer ran every time.
          look: the loop's variable: each layer has weights of its own.
          - append(layer(
          + append(model.layers[0](
        layers-in-reverse: the layers ran from the top down.
          look: the order of the loop.
          - in model.layers
          + in reversed(model.layers)
        last-state-everywhere: every state is the last one; one variable was overwritten and
            collected at the end.
          look: when you append: inside the loop, once per layer.
          - return tuple(hidden_states)
          + return tuple(hidden_states[-1] for _ in hidden_states)
        mask-not-made-a-bias: the mask's ones and zeros were added to the scores as they are.
          look: what a layer is given beside the state: mask_bias turns the mask into a bias.
          - mask_bias(attention_mask)
          + attention_mask[:, None, None, :].float()
        mask-ignored: the layers looked at padding.
          look: the bias: it comes from attention_mask.
          - mask_bias(attention_mask)
          + mask_bias(input_ids * 0 + 1)
        token-types-ignored: the embeddings were given token type 0 everywhere.
          look: the second argument of the embeddings.
          - (input_ids, token_type_ids)
          + (input_ids, input_ids * 0)
        mask-and-token-types-swapped: the mask and the token types changed places.
          look: the order of the arguments: Hugging Face's tokenizers put token types second, this
            project puts them third.
          - mask_bias(attention_mask)
          + mask_bias(token_type_ids)
          - (input_ids, token_type_ids)
          + (input_ids, attention_mask)
    """),
    styles=styles(r"""
        one variable that moves on:
          def all_hidden_states(model, input_ids, attention_mask, token_type_ids):
              x, bias = model.embeddings(input_ids, token_type_ids), mask_bias(attention_mask)
              states = [x]
              for number in range(len(model.layers)):
                  x = model.layers[number](x, bias)
                  states += [x]
              return states

        accumulate, its own bias:
          def all_hidden_states(model, input_ids, attention_mask, token_type_ids):
              from itertools import accumulate

              bias = (1.0 - attention_mask.float())[:, None, None] * -1e9
              start = model.embeddings(input_ids, token_type_ids)
              return tuple(
                  accumulate(model.layers, lambda x, layer: layer(x, bias), initial=start)
              )

        the model itself:
          def all_hidden_states(model, input_ids, attention_mask, token_type_ids):
              return model(input_ids, attention_mask, token_type_ids).hidden_states
    """),
)
