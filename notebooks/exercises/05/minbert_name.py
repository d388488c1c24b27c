"""Exercise 05.1: two names for every tensor."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import safetensors

from mtslib import backbones
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs

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


def minbert_name(theirs: str) -> str:
    """Hugging Face's name of a BERT tensor → minBERT's. Chapter 05.

    `encoder.layer.0.attention.self.query.weight` → `layers.0.attention.query.weight`
    """
    ours = theirs
    for old, new in (
        ("_embeddings.", "."),
        ("embeddings.LayerNorm", "embeddings.norm"),
        ("encoder.layer.", "layers."),
        ("attention.self.", "attention."),
        ("attention.output.dense", "attention.output"),
        ("attention.output.LayerNorm", "attention_norm"),
        ("intermediate.dense", "feed_forward.intermediate"),
        ("output.dense", "feed_forward.output"),  # after attention's own output is renamed
        ("output.LayerNorm", "feed_forward_norm"),
    ):
        ours = ours.replace(old, new)
    return ours


def looked_up_name(theirs: str) -> str:
    """Cut a name into its steps and look each part up in a table."""
    steps = theirs.split(".")
    last = steps.pop()  # weight or bias
    if steps[0] == "embeddings":
        return f"embeddings.{TABLES[steps[1]]}.{last}"
    if steps[:2] == ["encoder", "layer"]:
        return f"layers.{steps[2]}.{IN_A_LAYER['.'.join(steps[3:])]}.{last}"
    return theirs


@cache
def file_names() -> tuple[str, ...]:
    """The names in the backbone's file that belong to the model, as the file has them."""
    with safetensors.safe_open(backbones.load().folder / "model.safetensors", "pt") as file:
        return tuple(sorted(n for n in file.keys() if not n.endswith("position_ids")))  # noqa: SIM118


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
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
    seen: dict[str, Any] = {f"the name of {name}": inputs.call(answer, name) for name in few}
    seen["every name in the file"] = {name: inputs.call(answer, name) for name in file_names()}
    return seen


EXERCISE = Exercise(
    id="05.1",
    title="two names for every tensor",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=minbert_name,
    specification=looked_up_name,
    observe=observe,
    hints=(
        "Print your name beside theirs for every name in the file. Which is the first that you "
        "do not find in model.state_dict()?",
        "Most changes are a piece of text that becomes another. Mind the order: "
        "attention.output.dense ends like output.dense, and the two go to different places.",
        "replace, one after the other:\n  what is special to attention, its output first\n"
        "  then what is left: intermediate, output, LayerNorm\n  the names of the tables\n"
        "  encoder.layer. becomes layers.",
    ),
    mistakes=mistakes(r"""
        attention-output-taken-for-feed-forward: attention's output was renamed as if it were the
            feed-forward's.
          look: the order of your replacements: attention.output.dense before output.dense.
          - ("attention.output.dense", "attention.output")
          + ("output.dense", "feed_forward.output")
        norms-swapped: the two norms of a layer changed places; their shapes are equal, so loading
            them would not complain.
          look: the two LayerNorm rules: the one under attention.output is attention_norm.
          - "attention.output.LayerNorm", "attention_norm"
          + "attention.output.LayerNorm", "feed_forward_norm"
          - ("output.LayerNorm", "feed_forward_norm"
          + ("output.LayerNorm", "attention_norm"
        norm-of-the-embeddings-forgotten: the norm of the embeddings kept its old name.
          look: embeddings.LayerNorm: here it is called norm.
          -         ("embeddings.LayerNorm", "embeddings.norm"),
        self-left-in: the step called self is still in the names of query, key and value.
          look: attention.self.: our attention has no such step.
          -         ("attention.self.", "attention."),
        embeddings-left-in: the three tables are still called word_embeddings, and so on.
          look: the tables: here they are word, position and token_type.
          -         ("_embeddings.", "."),
        pooler-renamed-too: dense went from the pooler's names as well; the pooler's keep it.
          look: the rule for dense: it belongs to the encoder layers only.
          - return ours
          + return ours.replace("pooler.dense", "pooler")
        key-and-value-swapped: key and value changed places; their shapes are equal, so loading them
            would not complain.
          look: the rules for query, key and value: these words stay.
          -     return ours
          +     ours = ours.replace(".key.", ".?.").replace(".value.", ".key.")
          +     return ours.replace(".?.", ".value.")
        layers-in-reverse: the layers were numbered from the top.
          look: the layer's number: it stays as it is.
          - return ours
          + return ".".join(str(5 - int(s)) if s.isdigit() else s for s in ours.split("."))
    """),
    styles=styles(r"""
        regular expressions:
          import re

          def minbert_name(theirs):
              name = re.sub(r"^embeddings\.LayerNorm", "embeddings.norm", theirs)
              name = re.sub(r"^embeddings\.(\w+)_embeddings", r"embeddings.\1", name)
              name = re.sub(r"^encoder\.layer\.(\d+)\.", r"layers.\1.", name)
              name = re.sub(r"attention\.self\.", "attention.", name)
              name = re.sub(r"attention\.output\.LayerNorm", "attention_norm", name)
              name = re.sub(r"attention\.output\.dense", "attention.output", name)
              name = re.sub(r"(\d)\.output\.LayerNorm", r"\1.feed_forward_norm", name)
              name = re.sub(r"(\d)\.output\.dense", r"\1.feed_forward.output", name)
              return re.sub(r"intermediate\.dense", "feed_forward.intermediate", name)

        branches on the steps:
          def minbert_name(theirs):
              steps = theirs.split(".")
              if steps[0] == "pooler":
                  return theirs
              if steps[0] == "embeddings":
                  table = steps[1].removesuffix("_embeddings").replace("LayerNorm", "norm")
                  return f"embeddings.{table}.{steps[2]}"
              number, rest, last = steps[2], steps[3:-1], steps[-1]
              if rest[0] == "attention" and rest[1] == "self":
                  place = "attention." + rest[2]
              elif rest[0] == "attention":
                  place = "attention.output" if rest[2] == "dense" else "attention_norm"
              elif rest[0] == "intermediate":
                  place = "feed_forward.intermediate"
              else:
                  place = "feed_forward.output" if rest[1] == "dense" else "feed_forward_norm"
              return f"layers.{number}.{place}.{last}"
    """),
)
