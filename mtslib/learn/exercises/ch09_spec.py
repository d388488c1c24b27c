"""Chapter 09: slow specifications, and what each answer is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mtslib.data.batching import Inputs
from mtslib.evidence.metrics import accuracy, pearson
from mtslib.learn.inputs import AnswerError, Trial
from mtslib.minbert import BertConfig, BertModel
from mtslib.minbert.attention import mask_bias

# Which parameters train ------------------------------------------------------------------------


def slow_trains(name: str, freeze_depth: int | None) -> bool:
    """The frozen parts written down one by one."""
    if freeze_depth is None:
        return True
    frozen = ["embeddings"] + [f"layers.{number}" for number in range(freeze_depth)]
    return not any(name.startswith(f"{part}.") for part in frozen)


def _names(num_layers: int) -> list[str]:
    layers = [f"layers.{number}.attention.query.weight" for number in range(num_layers)]
    return ["embeddings.word.weight", *layers, "pooler.dense.weight", "head.1.weight"]


def observe_trains(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One name, a model of four layers, and one of twelve, where numbers get two digits."""
    found = {
        "trains('layers.2.attention.query.weight', 2)": trial.call(
            answer, "layers.2.attention.query.weight", 2
        )
    }
    for depth in (2, 0, None, 4):
        said = {name: trial.call(answer, name, depth) for name in _names(4)}
        short = [".".join(name.split(".")[:2]) for name, trained in said.items() if trained]
        found[f"what trains at freeze_depth {depth} of L = 4"] = short
    for depth in (1, 4, 10):
        layers = range(12)
        found[f"the layers that train at freeze_depth {depth} of L = 12"] = [
            n for n in layers if trial.call(answer, f"layers.{n}.feed_forward.output.bias", depth)
        ]
    return found


# The optimizer ---------------------------------------------------------------------------------


class Small(nn.Module):
    """A model with a BERT's names: embeddings, four layers, a head; one number a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = nn.Linear(1, 1, bias=False)
        self.layers = nn.ModuleList([nn.Linear(1, 1, bias=False) for _ in range(4)])
        self.head = nn.Linear(1, 1, bias=False)

    def forward(self, value: Tensor) -> Tensor:
        """(B, 1) → (B, 1), through everything."""
        value = self.embeddings(value)
        for layer in self.layers:
            value = value + layer(value)
        return self.head(value)


def slow_partial_optimizer(
    model: nn.Module, freeze_depth: int | None, learning_rate: float
) -> torch.optim.Optimizer:
    """The branch gathered part by part."""
    parts = [*model.layers[freeze_depth or 0 :], model.head]
    if freeze_depth is None:
        parts.insert(0, model.embeddings)
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    wanted = [tensor for part in parts for tensor in part.parameters()]
    return torch.optim.AdamW(wanted, lr=learning_rate, weight_decay=0.0)


def _made(answer: Any, trial: Trial, model: nn.Module, depth: int | None) -> torch.optim.Optimizer:
    made = trial.call(answer, model, depth, 0.01)
    if not isinstance(made, torch.optim.Optimizer):
        raise AnswerError(
            f"partial_optimizer gave back a {type(made).__name__}, expected an optimizer; "
            "end with return torch.optim.AdamW(…)"
        )
    return made


def _held(optimizer: torch.optim.Optimizer) -> set[int]:
    return {id(tensor) for group in optimizer.param_groups for tensor in group["params"]}


def observe_partial_optimizer(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A fresh model, one that was frozen deeper before, and what a step does to both."""
    found = {}
    value = trial.randn(6, 1)
    for depth, before in ((2, None), (1, 3), (None, 3), (0, None), (3, 1)):
        model = trial.fill(Small())
        model.requires_grad_(True)
        words = f"freeze_depth {depth}"
        if before is not None:
            words += f", after {before} in an earlier run"
            slow_partial_optimizer(model, before, 0.01)
        optimizer = _made(answer, trial, model, depth)
        held = _held(optimizer)
        names = [(name.removesuffix(".weight"), t) for name, t in model.named_parameters()]
        found[f"{words}: what the optimizer holds"] = [n for n, t in names if id(t) in held]
        found[f"{words}: what asks for a gradient"] = [n for n, t in names if t.requires_grad]
    group = optimizer.param_groups[0]
    found["the learning rate, given 0.01"] = group["lr"]
    found["the weight decay"] = float(group.get("weight_decay", 0.0))
    model = trial.fill(Small())
    optimizer = _made(answer, trial, model, 2)
    model(value).square().sum().backward()
    optimizer.step()
    found["the numbers of all parts after one step at freeze_depth 2"] = [
        tensor.item() for tensor in model.parameters()
    ]
    return found


# The trunk -------------------------------------------------------------------------------------


class _Embeddings(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(9, 4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        return self.dropout(self.word(input_ids) + token_type_ids[..., None])


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        seen = (bias[:, 0, 0, :, None] >= 0).to(hidden.dtype)  # (B, T, 1)
        return hidden + self.dropout(torch.tanh(self.linear(hidden * seen)))


class SlowTrunk(nn.Module):
    """Every module and every parameter set by hand, each time somebody changes the mode."""

    def __init__(self, embeddings: nn.Module, layers: list[nn.Module], frozen: bool) -> None:
        super().__init__()
        self.embeddings, self.frozen = embeddings, frozen
        self.layers = nn.ModuleList(layers)
        for tensor in [*embeddings.parameters(), *self.layers.parameters()]:
            tensor.requires_grad = not frozen
        self.train(True)

    def train(self, mode: bool = True) -> nn.Module:
        for module in self.modules():
            module.training = mode and not self.frozen
        return self

    def forward(self, inputs: Inputs, depths: set[int]) -> dict[int, Tensor]:
        states = [self.embeddings(inputs.input_ids, inputs.token_type_ids)]
        for layer in self.layers:
            states.append(layer(states[-1], mask_bias(inputs.attention_mask)))
        return {depth: states[depth] for depth in depths}


def _trunk(answer: Any, trial: Trial, frozen: bool) -> nn.Module:
    embeddings, layers = _Embeddings(), [_Layer() for _ in range(3)]
    for module in (embeddings, *layers):
        trial.fill(module)
    made = trial.call(answer, embeddings, layers, frozen)
    if not isinstance(made, nn.Module):
        raise AnswerError(f"Trunk(…) made a {type(made).__name__}, expected a torch.nn.Module")
    return made


def observe_trunk(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Modes and gradients, frozen and not, whatever is called on the model around it."""
    ids = trial.randint(0, 9, (2, 5))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    inputs = Inputs(ids, mask, trial.randint(0, 2, (2, 5)))
    found: dict[str, Any] = {}
    for frozen in (True, False):
        words = "a frozen trunk" if frozen else "a trunk that trains (full)"
        trunk = _trunk(answer, trial, frozen)
        around = nn.Sequential(trunk)

        def modes(trunk: nn.Module = trunk) -> dict[str, bool]:
            return {
                "the trunk": trunk.training,
                "its embeddings": trunk.embeddings.training,
                "its layers": all(layer.training for layer in trunk.layers),
                "a dropout inside": trunk.layers[0].dropout.training,
            }

        asking = {
            part: all(p.requires_grad for p in getattr(trunk, part).parameters())
            for part in ("embeddings", "layers")
        }
        found[f"{words}: do its parameters ask for a gradient?"] = asking
        found[f"{words}: is it in train mode when it is made?"] = modes()
        around.train()
        found[f"{words}: is it in train mode after train() on the model around it?"] = modes()
        found[f"{words}: is trunk.train() the trunk itself?"] = trunk.train() is trunk
        torch.manual_seed(trial.seed)
        one, two = (trunk(inputs, {3})[3] for _ in range(2))
        found[f"{words}: asked twice in training, does it say the same?"] = torch.equal(one, two)
        around.eval()
        found[f"{words}: is it in train mode after eval()?"] = modes()
        found[f"{words}: hidden_states[2] in eval mode"] = trunk(inputs, {0, 2})[2]
    return found


# Counting --------------------------------------------------------------------------------------


def counted_trained(config: BertConfig, freeze_depth: int | None, num_outputs: int) -> int:
    """A model is built without numbers in it, and what trains is counted tensor by tensor."""
    with torch.device("meta"):
        model, head = BertModel(config), nn.Linear(config.hidden_size, num_outputs)
    total = sum(tensor.numel() for tensor in head.parameters())
    for name, tensor in model.named_parameters():
        if not name.startswith("pooler.") and slow_trains(name, freeze_depth):
            total += tensor.numel()
    return total


def observe_trained(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A tiny model at every depth, and the default backbone at two."""
    heads = trial.pick((1, 2))
    tiny = BertConfig(
        vocab_size=int(trial.randint(20, 40, (1,))),
        hidden_size=4,
        num_layers=3,
        num_heads=heads,
        intermediate_size=int(trial.randint(5, 12, (1,))),
        max_positions=10,
    )
    found = {
        f"trained parameters of a tiny model, L = 3, at freeze_depth {depth}, 2 outputs": (
            trial.call(answer, tiny, depth, 2)
        )
        for depth in (2, 3, 0, None)
    }
    default = BertConfig(hidden_size=384, num_layers=6, intermediate_size=1536)
    for depth in (4, None):
        found[f"the default backbone at freeze_depth {depth}, 5 outputs"] = trial.call(
            answer, default, depth, 5
        )
    return found


# The paired bootstrap --------------------------------------------------------------------------


def slow_paired_bootstrap(
    first: np.ndarray,
    second: np.ndarray,
    labels: np.ndarray,
    score: Callable[[np.ndarray, np.ndarray], float],
    random: np.random.Generator,
    rounds: int = 1000,
) -> tuple[float, float, float]:
    """Every drawn dev set written out row by row, and the ends read off the sorted differences."""
    differences = []
    for _ in range(rounds):
        drawn = [int(row) for row in random.integers(0, len(labels), size=len(labels))]
        wanted = np.array([labels[row] for row in drawn])
        one = np.array([first[row] for row in drawn])
        other = np.array([second[row] for row in drawn])
        differences.append(score(one, wanted) - score(other, wanted))
    differences.sort()

    def at(share: float) -> float:
        place = share * (rounds - 1)
        below = int(place)
        above = min(below + 1, rounds - 1)
        return differences[below] + (place - below) * (differences[above] - differences[below])

    return score(first, labels) - score(second, labels), at(0.025), at(0.975)


def observe_paired(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Classes scored by accuracy, then scores by their correlation; two models that err alike."""

    def three(first: Tensor, second: Tensor, labels: Tensor, score: Any, words: str) -> None:
        arrays = [tensor.numpy() for tensor in (first, second, labels)]
        result = trial.call(
            answer, *arrays, score, random=np.random.default_rng(trial.seed), rounds=200
        )
        if not isinstance(result, list | tuple) or len(result) != 3:
            raise AnswerError(
                "paired_bootstrap gave back something else than three numbers; expected "
                "(difference, low, high)"
            )
        difference, low, high = result
        found[f"the difference in {words}"] = difference
        found[f"the interval of it, {words}"] = [low, high]

    found: dict[str, Any] = {}
    labels = trial.randint(0, 5, (60,))
    hard = trial.randn(60) > 0.3  # what is hard for one is hard for the other
    first = torch.where(hard, (labels + 1) % 5, labels)
    second = torch.where(trial.randn(60) > 0.8, (labels + 2) % 5, first)
    three(first, second, labels, accuracy, "accuracy")
    three(second, first, labels, accuracy, "accuracy, the two models swapped")
    scores = trial.randn(45)
    good = scores + 0.7 * trial.randn(45)
    three(good, good + 0.5 * trial.randn(45), scores, pearson, "Pearson's correlation")
    return found
