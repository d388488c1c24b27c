"""What a way of serving costs: layers run, parameters, multiply-adds. Chapters 11 and 12.

Counting, not timing: the figures follow from the architecture alone. One multiply-add (MAC) is
two floating-point operations. Embedding look-ups, norms and activations are left out: together
they are a few per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mtslib.minbert.config import BertConfig


@dataclass(frozen=True)
class Cost:
    """Of answering one request: encoder layers run, their MACs, and parameters kept in memory."""

    layers: int
    macs: int
    parameters: int


def layer_macs(config: BertConfig, tokens: int) -> int:
    """MACs of one encoder layer on `tokens` tokens (T), with F the intermediate size.

    Projections 4·T·H², scores and weighted sums 2·T²·H, feed-forward 2·T·H·F; with F = 4H this
    is T·(12H² + 2TH), half of the FLOPs usually given.
    """
    size, inner = config.hidden_size, config.intermediate_size
    return tokens * (4 * size * size + 2 * tokens * size + 2 * size * inner)


def layer_parameters(config: BertConfig) -> int:
    """Weights and biases of one encoder layer, both norms included."""
    size, inner = config.hidden_size, config.intermediate_size
    return 4 * (size * size + size) + (size * inner + inner) + (inner * size + size) + 4 * size


def embedding_parameters(config: BertConfig) -> int:
    """The three tables and their norm."""
    rows = config.vocab_size + config.max_positions + config.token_types
    return rows * config.hidden_size + 2 * config.hidden_size


def head_parameters(config: BertConfig, num_outputs: int) -> int:
    """The linear map of a head."""
    return (config.hidden_size + 1) * num_outputs if num_outputs else 0


def trained_layers(config: BertConfig, freeze_depth: int | None) -> int:
    """k = L − d, the paper's "top layers"; all L when nothing is frozen."""
    return config.num_layers - (freeze_depth or 0)


def trained_parameters(config: BertConfig, freeze_depth: int | None, num_outputs: int) -> int:
    """What fine-tuning changes and a checkpoint stores ([CLS] or mean pooling)."""
    parameters = trained_layers(config, freeze_depth) * layer_parameters(config)
    parameters += head_parameters(config, num_outputs)
    return parameters + (embedding_parameters(config) if freeze_depth is None else 0)


def separate(config: BertConfig, outputs: Mapping[str, int], tokens: int) -> Cost:
    """One fully fine-tuned model per task, all asked about an input of `tokens` tokens.

    outputs: the head's width by task.
    """
    layers = len(outputs) * config.num_layers
    parameters = sum(trained_parameters(config, None, width) for width in outputs.values())
    return Cost(layers, layers * layer_macs(config, tokens), parameters)


def merged(
    config: BertConfig,
    outputs: Mapping[str, int],
    depths: Mapping[str, int],
    tokens: int,
    lengths: Mapping[str, int] | None = None,
) -> Cost:
    """A merged model, all tasks asked about the *same* input of `tokens` tokens.

    Runs the trunk once to the deepest tap and each branch's k layers: with taps all at d that
    is d + N·k layers instead of N·L (Wei, Qi & He, 2022, section 3). Tasks with different inputs
    (a sentence here, a pair there) share no layer runs, only parameters: count each input's
    tasks apart and add the layers.

    lengths: how many layers a branch has where it is shorter than L − d, by task.
    """
    deepest = max(depths.values())
    own = {task: config.num_layers - depth for task, depth in depths.items()} | (lengths or {})
    layers = deepest + sum(own.values())
    parameters = embedding_parameters(config) + layers * layer_parameters(config)
    parameters += sum(head_parameters(config, outputs[task]) for task in depths)
    return Cost(layers, layers * layer_macs(config, tokens), parameters)
