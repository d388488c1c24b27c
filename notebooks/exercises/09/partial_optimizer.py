"""Exercise 09.2: an optimizer for the branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs
from mtslib.learn.registry import exercise_file

trains = exercise_file("09/trains.py").trains


def partial_optimizer(
    model: nn.Module, freeze_depth: int | None, learning_rate: float
) -> torch.optim.Optimizer:
    """AdamW without weight decay over what trains at this depth; everything else is frozen.

    The model may have been frozen at another depth before.
    """
    for name, tensor in model.named_parameters():
        tensor.requires_grad_(trains(name, freeze_depth))
    wanted = [tensor for tensor in model.parameters() if tensor.requires_grad]
    return torch.optim.AdamW(wanted, lr=learning_rate, weight_decay=0.0)


def slow_partial_optimizer(
    model: nn.Module, freeze_depth: int | None, learning_rate: float
) -> torch.optim.Optimizer:
    """The branch gathered part by part."""
    parts = [*model.layers[freeze_depth or 0 :], model.pooler, model.head]
    if freeze_depth is None:
        parts.insert(0, model.embeddings)
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)
    wanted = [tensor for part in parts for tensor in part.parameters()]
    return torch.optim.AdamW(wanted, lr=learning_rate, weight_decay=0.0)


class _Part(nn.Module):
    """A linear map and a norm."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(3, 3)
        self.norm = nn.LayerNorm(3)

    def forward(self, value: Tensor) -> Tensor:
        """(B, 3) → (B, 3)."""
        return self.norm(value + self.dense(value))


class Small(nn.Module):
    """A model with a BERT's names: embeddings, four layers, a pooler, a head."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = _Part()
        self.layers = nn.ModuleList([_Part() for _ in range(4)])
        self.pooler = _Part()
        self.head = nn.Linear(3, 1)

    def forward(self, value: Tensor) -> Tensor:
        """(B, 3) → (B, 1), through everything."""
        for part in (self.embeddings, *self.layers, self.pooler):
            value = part(value)
        return self.head(value)


def _made(
    answer: Any, inputs: SeededInputs, model: nn.Module, depth: int | None, rate: float = 0.01
) -> torch.optim.Optimizer:
    made = inputs.call(answer, model, depth, rate)
    if not isinstance(made, torch.optim.Optimizer):
        raise AnswerError(
            f"partial_optimizer gave back a {type(made).__name__}, expected an optimizer; "
            "end with return torch.optim.AdamW(…)"
        )
    return made


def _held(optimizer: torch.optim.Optimizer) -> set[int]:
    return {id(tensor) for group in optimizer.param_groups for tensor in group["params"]}


def _settings(optimizer: torch.optim.Optimizer, name: str) -> list[float]:
    """A setting's different values, over all groups."""
    return sorted({float(group.get(name, 0.0)) for group in optimizer.param_groups})


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A fresh model, one that was frozen deeper before, and what a step does to both."""
    found = {}
    value = inputs.randn(6, 3)
    for depth, before in ((2, None), (1, 3), (None, 3), (0, None), (3, 1)):
        model = Small()
        words = f"freeze_depth {depth}"
        if before is not None:
            words += f", after {before} in an earlier run"
            slow_partial_optimizer(model, before, 0.01)
        optimizer = _made(answer, inputs, model, depth)
        held = _held(optimizer)
        tensors = dict(model.named_parameters())
        found[f"{words}: what the optimizer holds"] = {n: id(t) in held for n, t in tensors.items()}
        asking = {n: t.requires_grad for n, t in tensors.items()}
        found[f"{words}: what asks for a gradient"] = asking
    found["the learning rate, given 0.01"] = _settings(optimizer, "lr")
    model = inputs.fill(Small())
    optimizer = _made(answer, inputs, model, 2, 0.03)
    found["the learning rate, given 0.03"] = _settings(optimizer, "lr")
    found["the weight decay"] = _settings(optimizer, "weight_decay")
    found["whether the model is still in train mode"] = model.training
    model(value).square().sum().backward()
    optimizer.step()
    found["the numbers of all parts after one step at freeze_depth 2"] = [
        tensor.detach() for tensor in model.parameters()
    ]
    return found


EXERCISE = Exercise(
    id="09.2",
    title="an optimizer for the branch",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=partial_optimizer,
    specification=slow_partial_optimizer,
    observe=observe,
    hints=(
        "Count what the optimizer holds: the list is optimizer.param_groups[0]['params']. Then "
        "freeze a model at 3, ask for depth 1, and count again.",
        "An optimizer keeps the list that it was given. What you freeze or thaw afterwards does "
        "not change that list. So first set for every parameter whether it trains, yes or no, and "
        "then collect those that do.",
        "for each name and parameter: requires_grad = trains(name, freeze_depth)\n"
        "the list of parameters that require a gradient\n"
        "AdamW of that list, with the rate, without weight decay",
    ),
    mistakes=mistakes(r"""
        frozen-still-in-the-optimizer: the optimizer holds all parameters, the frozen ones among
            them; a gradient left over from before would move the trunk.
          look: the list that AdamW is given: those that require a gradient.
          - wanted = [tensor for tensor in model.parameters() if tensor.requires_grad]
          + wanted = list(model.parameters())
        requires-grad-set-after-the-optimizer: the list was made before anything was frozen or
            thawed, so it says what trained earlier.
          look: the order: requires_grad first, then the list, then the optimizer.
          -     for name, tensor in model.named_parameters():
          +     wanted = [tensor for tensor in model.parameters() if tensor.requires_grad]
          +     for name, tensor in model.named_parameters():
          -     wanted = [tensor for tensor in model.parameters() if tensor.requires_grad]
          -     return
          +     return
        gradients-still-asked-for: the optimizer is right, but the frozen parameters still ask for
            gradients, so the backward pass is as long as before.
          look: requires_grad of every parameter: nobody set it.
          - tensor.requires_grad_(trains(name, freeze_depth))
          + pass
          - [tensor for tensor in model.parameters() if tensor.requires_grad]
          + [t for n, t in model.named_parameters() if trains(n, freeze_depth)]
        never-thawed: what an earlier run froze stays frozen: only False was ever set.
          look: requires_grad: set it to True as well as to False.
          - tensor.requires_grad_(trains(name, freeze_depth))
          + tensor.requires_grad &= trains(name, freeze_depth)
        listed-but-not-thawed: what an earlier run froze is in the optimizer's list but asks for no
            gradient: only False was ever set.
          look: requires_grad: set it to True as well as to False.
          - tensor.requires_grad_(trains(name, freeze_depth))
          + tensor.requires_grad &= trains(name, freeze_depth)
          - [tensor for tensor in model.parameters() if tensor.requires_grad]
          + [t for n, t in model.named_parameters() if trains(n, freeze_depth)]
        head-frozen-too: the head is frozen as well; then nothing reads what the branch computes.
          look: which names train: those of the head always do.
          - tensor.requires_grad_(trains(name, freeze_depth))
          + tensor.requires_grad_("head" not in name and trains(name, freeze_depth))
        embeddings-left-trainable: the embeddings train at every depth; they belong to the trunk.
          look: which names train: no embeddings, unless the depth is full.
          - tensor.requires_grad_(trains(name, freeze_depth))
          + tensor.requires_grad_("embeddings" in name or trains(name, freeze_depth))
        depth-off-by-one: one more layer than asked for was frozen.
          look: the depth that you hand to trains: as it came.
          - (name, freeze_depth)
          + (name, freeze_depth and freeze_depth + 1)
        default-weight-decay: the weights decay by 0.01, as in torch's AdamW unless told otherwise.
          look: the arguments of AdamW: weight_decay=0.0.
          - , weight_decay=0.0
        learning-rate-forgotten: the learning rate was not passed on, so torch's own of 0.001 is
            used.
          look: the arguments of AdamW: lr=learning_rate.
          - lr=learning_rate, w
          + w
    """),
    styles=styles(r"""
        one loop:
          def partial_optimizer(model, freeze_depth, learning_rate):
              wanted = []
              for name, tensor in model.named_parameters():
                  tensor.requires_grad = trains(name, freeze_depth)
                  if tensor.requires_grad:
                      wanted.append(tensor)
              return torch.optim.AdamW(wanted, learning_rate, weight_decay=0)

        a group for each part:
          def partial_optimizer(model, freeze_depth, learning_rate):
              model.requires_grad_(False)
              groups = []
              for name, tensor in model.named_parameters():
                  if trains(name, freeze_depth):
                      groups.append({"params": [tensor.requires_grad_()]})
              return torch.optim.AdamW(groups, lr=learning_rate, weight_decay=0.0)

        Adam, which is the same without decay:
          def partial_optimizer(model, freeze_depth, learning_rate):
              for name, tensor in model.named_parameters():
                  tensor.requires_grad_(trains(name, freeze_depth))
              return torch.optim.Adam(
                  filter(lambda tensor: tensor.requires_grad, model.parameters()),
                  lr=learning_rate,
              )

        all frozen, then some thawed:
          def partial_optimizer(model, freeze_depth, learning_rate):
              for tensor in model.parameters():
                  tensor.requires_grad = False
              chosen = [p for n, p in model.named_parameters() if trains(n, freeze_depth)]
              for tensor in chosen:
                  tensor.requires_grad = True
              return torch.optim.AdamW(chosen, lr=learning_rate, betas=(0.9, 0.999), weight_decay=0)

        two groups:
          def partial_optimizer(model, freeze_depth, learning_rate):
              flat, square = [], []
              for name, tensor in model.named_parameters():
                  tensor.requires_grad_(trains(name, freeze_depth))
                  if tensor.requires_grad:
                      (square if tensor.dim() > 1 else flat).append(tensor)
              groups = [{"params": flat, "weight_decay": 0.0}, {"params": square}]
              return torch.optim.AdamW(groups, lr=learning_rate, weight_decay=0.0)
    """),
)
