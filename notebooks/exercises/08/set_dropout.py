"""Exercise 08.4: dropout that reaches every place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from mtslib.data import tasks
from mtslib.finetune import objectives
from mtslib.finetune.task_model import TaskModel
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import BertModel


def set_dropout(model: nn.Module, head_dropout: float, encoder_dropout: float) -> None:
    """Give every dropout of a model its rate: one in the head, another everywhere else.

    The head is what stands below a part called `head`.
    """
    for name, part in model.named_modules():
        if isinstance(part, nn.Dropout):
            in_head = "head" in name.split(".")
            part.p = head_dropout if in_head else encoder_dropout


def slow_set_dropout(model: nn.Module, head_dropout: float, encoder_dropout: float) -> None:
    """Walk the tree by hand, and remember whether a head was passed on the way."""

    def walk(part: nn.Module, in_head: bool) -> None:
        for name, child in part.named_children():
            below = in_head or name == "head"
            if type(child) is nn.Dropout:
                child.p = head_dropout if below else encoder_dropout
            walk(child, below)

    walk(model, False)


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A BERT of two small layers with a head: its five kinds of places, by name."""
    config = BertConfig(30, 8, 2, 2, 12, 16, 2)
    found: dict[str, Any] = {}
    for depth, rates in ((None, (0.5, 0.25)), (1, (0.05, 0.45))):
        task = tasks.SST
        model = TaskModel(BertModel(config), task, objectives.get("ce", task), depth)
        inputs.call(answer, model, *rates)
        where = f"head_dropout {rates[0]}, encoder_dropout {rates[1]}"
        for name, part in model.named_modules():
            if isinstance(part, nn.Dropout):
                found[f"{where}: the rate of {name}"] = round(float(part.p), 6)
        others = [name for name, part in model.named_modules() if not isinstance(part, nn.Dropout)]
        found[f"{where}: what else was given a rate"] = [
            name for name in others if "p" in vars(model.get_submodule(name))
        ]
        found[f"{where}: whether the model is still in train mode"] = model.training
    deep = nn.Sequential(nn.Sequential(nn.Dropout(0.3)), nn.Dropout(0.3))
    trunk = nn.ModuleDict({"multihead": nn.Sequential(nn.Dropout(0.3))})
    other = nn.ModuleDict({"trunk": trunk, "branch": nn.ModuleDict({"head": deep})}).eval()
    inputs.call(answer, other, 0.5, 0.25)
    for name, part in other.named_modules():
        if isinstance(part, nn.Dropout):
            found[f"another model, in eval mode: the rate of {name}"] = round(float(part.p), 6)
    found["another model: whether it is still in eval mode"] = not other.training
    return found


EXERCISE = Exercise(
    id="08.4",
    title="dropout that reaches every place",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=set_dropout,
    specification=slow_set_dropout,
    observe=observe,
    hints=(
        "Print the name and rate of every dropout after your call. A model of two layers has six: "
        "one in the head, five elsewhere.",
        "named_modules() walks the whole tree and gives each part its path. A dropout with `head` "
        "in its path belongs to the head; every other one belongs to the encoder, the one behind "
        "the embeddings and those on attention weights too.",
        "for each (name, part) of named_modules:\n  if it is a dropout:\n    set its p by whether "
        "head is one of the words in its name",
    ),
    mistakes=mistakes(r"""
        head-anywhere-in-the-path: a part whose name only contains `head`, such as `multihead`, was
            taken for the head.
          look: the condition: one part of the path is `head`, as a whole.
          - name.split(".")
          + name
        no-rate-changed: every dropout kept the rate that it had: a name or an attribute was bound,
            and the parts of the model stayed as they were, or the walk found none of them.
          look: the line that sets a rate: `part.p = …`, for each part of `model.named_modules()`.
          def set_dropout(model, head_dropout, encoder_dropout):
              for name, part in model.named_modules():
                  if isinstance(part, nn.Dropout):
                      part = nn.Dropout(head_dropout)
        only-the-head: only the head's dropout was set; the encoder kept its own.
          look: what happens to a dropout outside the head: it gets encoder_dropout.
          - part.p = head_dropout if in_head else encoder_dropout
          + part.p = head_dropout if in_head else part.p
        only-the-encoder: the head's dropout was left as it was.
          look: what happens to a dropout inside the head: it gets head_dropout.
          - part.p = head_dropout if in_head else encoder_dropout
          + part.p = part.p if in_head else encoder_dropout
        one-rate-for-all: the head got the encoder's rate too.
          look: the condition: the head has a rate of its own.
          - head_dropout if in_head else encoder_dropout
          + encoder_dropout
        rates-swapped: the head got the encoder's rate, and the encoder the head's.
          look: which rate stands on which side of your condition.
          - head_dropout if in_head else encoder_dropout
          + encoder_dropout if in_head else head_dropout
        attention-weights-missed: the dropout on the attention weights was left as it was.
          look: how deep you look: it sits inside each layer's attention.
          - isinstance(part, nn.Dropout):
          + isinstance(part, nn.Dropout) and "attention" not in name:
        embeddings-missed: the dropout behind the embeddings was left as it was.
          look: where you start to look: at the whole model, not at its layers.
          - isinstance(part, nn.Dropout):
          + isinstance(part, nn.Dropout) and "embeddings" not in name:
        shared-part-missed: only the branch was walked through: embeddings and lower layers, which
            make up the trunk, kept their rate.
          look: where you start to look: at the whole model.
          - isinstance(part, nn.Dropout):
          + isinstance(part, nn.Dropout) and "trunk" not in name:
    """),
    styles=styles(r"""
        all, then the head:
          def set_dropout(model, head_dropout, encoder_dropout):
              for part in model.modules():
                  if isinstance(part, nn.Dropout):
                      part.p = encoder_dropout
              for part in model.branch.head.modules():
                  if isinstance(part, nn.Dropout):
                      part.p = head_dropout

        by type and path:
          def set_dropout(model, head_dropout, encoder_dropout):
              parts = dict(model.named_modules())
              for name in [n for n, part in parts.items() if type(part) is nn.Dropout]:
                  rate = head_dropout if ".head." in name else encoder_dropout
                  model.get_submodule(name).p = rate

        recursion:
          def set_dropout(model, head_dropout, encoder_dropout):
              def walk(part, rate):
                  for name, child in part.named_children():
                      below = head_dropout if name == "head" else rate
                      if isinstance(child, nn.Dropout):
                          child.p = below
                      walk(child, below)

              walk(model, encoder_dropout)

        regular expression:
          def set_dropout(model, head_dropout, encoder_dropout):
              import re
              for path, part in model.named_modules():
                  if part.__class__.__name__ == "Dropout":
                      below = re.search(r"\bhead\b", path)
                      setattr(part, "p", head_dropout if below else encoder_dropout)
    """),
)
