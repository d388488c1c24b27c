"""Chapter 05: slow and obvious forms of loading, stacking and pooling, and the questions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import safetensors
import torch
from torch import Tensor, nn

from mtslib import backbones
from mtslib.data.batching import Inputs, collate, tokenise
from mtslib.learn.inputs import Trial
from mtslib.minbert.attention import mask_bias
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import BertModel

PAIRS = (("Is it late?", "What time is it?"), ("It snowed.", "Snow fell on the hills all night."))
TINY = BertConfig(20, hidden_size=12, num_layers=3, num_heads=3, intermediate_size=16)
PARAMETERS = "the names and shapes of its parameters"
TABLES = {"word_embeddings": "word", "position_embeddings": "position"}
TABLES |= {"token_type_embeddings": "token_type", "LayerNorm": "norm"}
IN_A_LAYER = {
    "attention.self.query": "attention.query",
    "attention.self.key": "attention.key",
    "attention.self.value": "attention.value",
    "attention.output.dense": "attention.output",
    "attention.output.LayerNorm": "attention_norm",
    "intermediate.dense": "feed_forward.intermediate",
    "output.dense": "feed_forward.output",
    "output.LayerNorm": "feed_forward_norm",
}


# Specifications --------------------------------------------------------------------------------


def looked_up_name(theirs: str) -> str:
    """Cut a name into its steps and look each part up in a table."""
    steps = theirs.split(".")
    last = steps.pop()  # weight or bias
    if steps[0] == "embeddings":
        return f"embeddings.{TABLES[steps[1]]}.{last}"
    if steps[:2] == ["encoder", "layer"]:
        return f"layers.{steps[2]}.{IN_A_LAYER['.'.join(steps[3:])]}.{last}"
    return theirs


def counted_parameters(config: BertConfig) -> int:
    """Every matrix and every vector of one encoder layer, written down and added up."""
    size, inner = config.hidden_size, config.intermediate_size
    matrices = [(size, size)] * 4 + [(inner, size), (size, inner)]
    vectors = [size] * 4 + [inner, size]  # the biases of these six maps
    vectors += [size, size, size, size]  # gain and bias of two norms
    return sum(rows * columns for rows, columns in matrices) + sum(vectors)


def nth_states(
    model: BertModel, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
) -> tuple[Tensor, ...]:
    """State n is layer n − 1 applied to state n − 1, each worked out from the start."""

    def state(n: int) -> Tensor:
        if n == 0:
            return model.embeddings(input_ids, token_type_ids)
        return model.layers[n - 1](state(n - 1), mask_bias(attention_mask))

    return tuple(state(n) for n in range(len(model.layers) + 1))


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
            grown, shrunk = torch.exp(mapped), torch.exp(-mapped)
            rows.append((grown - shrunk) / (grown + shrunk))
        return torch.stack(rows)


def slow_mean(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """One sentence at a time: collect its real tokens, add them up, divide by how many."""
    rows = []
    for sentence, mask in zip(hidden, attention_mask.tolist(), strict=True):
        real = [token for token, flag in zip(sentence, mask, strict=True) if flag == 1]
        rows.append(sum(real) / len(real))
    return torch.stack(rows)


# Questions -------------------------------------------------------------------------------------


@cache
def file_names() -> tuple[str, ...]:
    """The names in the backbone's file that belong to the model, as the file has them."""
    with safetensors.safe_open(backbones.load().folder / "model.safetensors", "pt") as file:
        return tuple(sorted(n for n in file.keys() if not n.endswith("position_ids")))  # noqa: SIM118


@cache
def real_model() -> BertModel:
    """minBERT with the pretrained weights."""
    return backbones.load().model()


@cache
def real_inputs() -> Inputs:
    """Two real pairs, the first of them padded."""
    return collate(tokenise(backbones.load().tokenizer(), PAIRS), range(2)).inputs[0]


@cache
def real_states() -> Tensor:
    """The last hidden states of the two pairs, (2, T, H)."""
    with torch.no_grad():
        return real_model()(*real_inputs()).hidden_states[-1]


def observe_names(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A few names by themselves, then all that stand in the file."""
    few = (
        "embeddings.word_embeddings.weight",
        "embeddings.LayerNorm.weight",
        "encoder.layer.0.attention.self.query.weight",
        "encoder.layer.0.attention.output.dense.bias",
        "encoder.layer.0.attention.output.LayerNorm.bias",
        "encoder.layer.3.intermediate.dense.weight",
        "encoder.layer.3.output.dense.weight",
        "encoder.layer.10.output.LayerNorm.weight",
        "pooler.dense.bias",
    )
    seen: dict[str, Any] = {f"the name of {name}": trial.call(answer, name) for name in few}
    seen["every name in the file"] = {name: trial.call(answer, name) for name in file_names()}
    return seen


def observe_count(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A layer small enough for a pencil, then real sizes, then one of odd shape."""
    smallest = BertConfig(hidden_size=2, num_heads=1, intermediate_size=3, num_layers=1)
    size = trial.pick(range(2, 9))
    odd = BertConfig(
        hidden_size=12 * size,
        num_heads=3,
        intermediate_size=7 * size,
        num_layers=trial.pick((2, 5)),
    )
    return {
        "a layer with H = 2 and intermediate size 3": trial.call(answer, smallest),
        "a layer of all-MiniLM-L6-v2": trial.call(answer, backbones.load().config),
        "a layer of bert-base": trial.call(answer, BertConfig()),
        f"a layer with H = {12 * size} and intermediate size {7 * size}": trial.call(answer, odd),
    }


def observe_states(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A tiny model with padding and token types, then the real one."""
    model = trial.fill(BertModel(TINY)).eval()
    ids = trial.randint(0, 20, (2, 5))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    types = torch.tensor([[0, 0, 1, 1, 1], [0, 1, 1, 0, 0]])
    few = trial.call(answer, model, ids[:1, :2], mask[:1, :2], types[:1, :2])
    return {
        "how many states a model of three layers gives": len(few),
        "the states of one sentence of two tokens": few,
        "the states of two pairs, the second of them padded": trial.call(
            answer, model, ids, mask, types
        ),
        "the states of two real pairs in the pretrained model": trial.call(
            answer, real_model(), *real_inputs()
        ),
    }


def observe_pooler(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One sentence, several, and the pretrained weights."""
    small = BertConfig(hidden_size=6, num_heads=2)
    made = trial.build(answer, small)
    seen: dict[str, Any] = {PARAMETERS: trial.parameters(made)}
    if seen[PARAMETERS] != trial.parameters(SlowPooler(small)):
        return seen
    seen["one sentence of three tokens, H = 6"] = trial.call(made, trial.randn(1, 3, 6))
    seen["four sentences of three tokens, H = 6"] = trial.call(made, trial.randn(4, 3, 6))
    real = trial.build(answer, backbones.load().config)
    real.load_state_dict(real_model().pooler.state_dict())
    seen["two real pairs, pretrained weights"] = trial.call(real, real_states())
    return seen


def observe_mean(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Numbers to check in the head, then padding that would be seen, then real states."""
    plain = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [6.0, 90.0]]])
    hidden = 1 + trial.randn(3, 5, 4)
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]])
    return {
        "three tokens (1, 10), (2, 20), (6, 90)": trial.call(
            answer, plain, torch.ones(1, 3, dtype=torch.long)
        ),
        "the same with the third token as padding": trial.call(
            answer, plain, torch.tensor([[1, 1, 0]])
        ),
        "three sentences of five, three and one real tokens": trial.call(answer, hidden, mask),
        "the last states of two real pairs": trial.call(
            answer, real_states(), real_inputs().attention_mask
        ),
    }
