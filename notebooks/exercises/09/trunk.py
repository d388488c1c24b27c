"""Exercise 09.3: a trunk that stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.data.batching import Inputs
from mtslib.finetune.task_model import Trunk
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs
from mtslib.minbert.attention import mask_bias


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


class _Embeddings(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.word = nn.Embedding(9, 4)
        self.norm = nn.LayerNorm(4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        return self.dropout(self.norm(self.word(input_ids) + token_type_ids[..., None]))


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.norm = nn.LayerNorm(4)
        self.dropout = nn.Dropout(0.5)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        seen = (bias[:, 0, 0, :, None] >= 0).to(hidden.dtype)  # (B, T, 1)
        return self.norm(hidden + self.dropout(torch.tanh(self.linear(hidden * seen))))


def _trunk(answer: Any, inputs: SeededInputs, frozen: bool) -> nn.Module:
    embeddings, layers = _Embeddings(), [_Layer() for _ in range(3)]
    for module in (embeddings, *layers):
        inputs.fill(module)
    made = inputs.call(answer, embeddings, layers, frozen)
    if not isinstance(made, nn.Module):
        raise AnswerError(f"Trunk(…) made a {type(made).__name__}, expected a torch.nn.Module")
    return made


def _all(flags: list[bool]) -> bool | str:
    return flags[0] if len(set(flags)) == 1 else "some of them"


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Modes and gradients, frozen and not, whatever is called on the model around it."""
    ids = inputs.randint(0, 9, (2, 5))
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    batch = Inputs(ids, mask, inputs.randint(0, 2, (2, 5)))
    found: dict[str, Any] = {}
    for frozen in (True, False):
        words = "a frozen trunk" if frozen else "a trunk that trains (full)"
        trunk = _trunk(answer, inputs, frozen)
        around = nn.Sequential(trunk)

        def modes(trunk: nn.Module = trunk) -> dict[str, Any]:
            inside = [part.training for part in trunk.layers.modules()]
            return {
                "the trunk": trunk.training,
                "its embeddings": _all([part.training for part in trunk.embeddings.modules()]),
                "its layers": _all(inside),
                "a dropout inside": trunk.layers[0].dropout.training,
            }

        asking = {
            part: _all([p.requires_grad for p in getattr(trunk, part).parameters()])
            for part in ("embeddings", "layers")
        }
        found[f"{words}: do its parameters ask for a gradient?"] = asking
        found[f"{words}: is it in train mode when it is made?"] = modes()
        around.train()
        found[f"{words}: is it in train mode after train() on the model around it?"] = modes()
        found[f"{words}: is trunk.train() the trunk itself?"] = trunk.train() is trunk
        torch.default_generator.manual_seed(inputs.seed)
        one, two = (trunk(batch, {3})[3] for _ in range(2))
        found[f"{words}: asked twice in training, does it say the same?"] = torch.equal(one, two)
        around.eval()
        found[f"{words}: is it in train mode after eval()?"] = modes()
        found[f"{words}: hidden_states[2] in eval mode"] = trunk(batch, {0, 2})[2]
    return found


EXERCISE = Exercise(
    id="09.3",
    title="a trunk that stays as it is",
    minutes=15,
    difficulty="demanding",
    core=True,
    reference=Trunk,
    specification=SlowTrunk,
    observe=observe,
    hints=(
        "Put your trunk into a larger module, call train() on that, and look at trunk.training "
        "and at trunk.layers[0].dropout.training.",
        "train() on a module calls train() on every module inside it. So the trunk can look after "
        "itself: override train, and let it ask for eval mode when it is frozen. eval() is "
        "train(False), so one method is enough.",
        "__init__: if frozen, no parameter asks for a gradient, and the mode is eval\n"
        "train(mode): the parent's train, with mode only if not frozen; give back what it gives",
    ),
    mistakes=mistakes(r"""
        dropout-on-in-the-trunk: train() on the model around it put the frozen trunk into train
            mode: its dropout is on, and it says something different each time.
          look: the method train: a frozen trunk hands False to the parent's train.
          - return super().train(mode and not self.frozen)
          + return super().train(mode)
        eval-mode-forgotten-at-the-start: the trunk is in train mode until somebody changes it, as
            every new module is.
          look: the end of __init__: if frozen, eval mode.
          -             self.train(False)
          -
          -     @property
          +
          +     @property
        parameters-still-ask: eval mode alone freezes nothing: the parameters still ask for
            gradients.
          look: __init__: if frozen, self.requires_grad_(False).
          -             self.requires_grad_(False)
        embeddings-left-trainable: only the layers were frozen; the embeddings still ask for
            gradients.
          look: __init__: freeze the whole trunk, embeddings included.
          - self.requires_grad_(False)
          + self.layers.requires_grad_(False)
        frozen-in-every-case: the trunk is frozen even where it should train, at full.
          look: __init__: freeze only if frozen is true.
          -         if frozen:
          -             self.requires_grad_(False)
          -             self.train(False)
          -
          -     @property
          +         if True:
          +             self.requires_grad_(False)
          +             self.train(False)
          +
          +     @property
        eval-mode-in-every-case: the trunk is in eval mode even where it should train, so full has
            no dropout there.
          look: the method train: the mode counts where the trunk is not frozen.
          - return super().train(mode and not self.frozen)
          + return super().train(False)
        deaf-to-eval-too: a frozen trunk hears no change of mode at all, and eval() is train(False):
            so it never left train mode.
          look: the method train: a frozen trunk hands False to the parent's train.
          - return super().train(mode and not self.frozen)
          + return self if self.frozen else super().train(mode)
        own-flag-only: only the trunk's own flag was set; the dropout inside it never hears of it.
          look: the method train: the parent's train passes the mode on to everything inside.
          - return super().train(mode and not self.frozen)
          + self.training = mode and not self.frozen
          +         return self
        train-gives-nothing-back: train gave nothing back, so model.trunk.train().parameters() would
            fail.
          look: the return of the method train.
          - return super().train(mode and not self.frozen)
          + super().train(mode and not self.frozen)
    """),
    styles=styles(r"""
        the children set after the parent:
          class Trunk(nn.Module):
              def __init__(self, embeddings, layers, frozen):
                  super().__init__()
                  self.embeddings = embeddings
                  self.layers = nn.ModuleList(layers)
                  self.frozen = frozen
                  for tensor in self.parameters():
                      tensor.requires_grad = not frozen
                  if frozen:
                      self.eval()

              def train(self, mode=True):
                  super().train(mode)
                  if self.frozen:
                      for module in self.modules():
                          module.training = False
                  return self

              @property
              def depth(self):
                  return len(self.layers)

              def forward(self, inputs, depths):
                  bias = mask_bias(inputs.attention_mask)
                  states = [self.embeddings(inputs.input_ids, inputs.token_type_ids)]
                  for layer in self.layers[: max(depths)]:
                      states.append(layer(states[-1], bias))
                  return {depth: states[depth] for depth in depths}

        two branches:
          class Trunk(nn.Module):
              def __init__(self, embeddings, layers, frozen):
                  super().__init__()
                  self.embeddings, self.layers = embeddings, nn.ModuleList(layers)
                  self.frozen = frozen
                  if self.frozen:
                      self.embeddings.requires_grad_(False)
                      self.layers.requires_grad_(False)
                  self.train()

              def train(self, mode=True):
                  if self.frozen:
                      return super().train(False)
                  return super().train(mode)

              @property
              def depth(self):
                  return len(self.layers)

              def forward(self, inputs, depths):
                  bias = mask_bias(inputs.attention_mask)
                  states = [self.embeddings(inputs.input_ids, inputs.token_type_ids)]
                  for layer in self.layers[: max(depths)]:
                      states.append(layer(states[-1], bias))
                  return {depth: states[depth] for depth in depths}
    """),
)
