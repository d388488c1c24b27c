"""Chapter 09, freeze depth: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch09_spec as spec
from mtslib.learn.exercises.ch09_evidence import PAIRED, TRAINED
from mtslib.learn.exercises.ch09_training import OPTIMIZER, TRUNK

TRAINS = Exercise(
    id="09.1",
    title="what trains at this depth",
    minutes=8,
    difficulty="warm-up",
    core=True,
    reference="mtslib.learn.exercises.ch09_by_hand:trains",
    specification=spec.slow_trains,
    observe=spec.observe_trains,
    hints=(
        "Take L = 4 and freeze_depth 2 and list by hand what trains: layers 2 and 3, the head, "
        "and the pooler where there is one. Which line of yours says otherwise?",
        "Three cases: nothing is frozen (None, which is not the same as 0); an encoder layer, "
        "whose number decides; anything else, where only the embeddings are frozen. The number "
        "is a piece of text until you make it a number.",
        "if freeze_depth is None: yes\nsplit the name at its dots\n"
        "a layer: its number, as a number, is at least freeze_depth\n"
        "anything else: it is no embedding",
    ),
    mistakes=(
        Mistake(
            "one-layer-too-many-frozen",
            "the layer whose number is freeze_depth was frozen too; d layers are 0 to d − 1.",
            "the comparison: at least, not more than.",
            ((">= freeze_depth", "> freeze_depth"),),
        ),
        Mistake(
            "one-layer-too-few-frozen",
            "layer d − 1 was left to train; at freeze_depth d it belongs to the trunk.",
            "the comparison: a layer trains from number d on.",
            ((">= freeze_depth", ">= freeze_depth - 1"),),
        ),
        Mistake(
            "counted-from-the-top",
            "freeze_depth was read as the number of layers that train; it says how many do not.",
            "the direction: the lower layers are frozen, the upper ones train.",
            ((">= freeze_depth", "< freeze_depth"),),
        ),
        Mistake(
            "embeddings-left-trainable",
            "the embeddings train at every depth; they are the first thing that is frozen.",
            "the last line: what is neither a layer nor an embedding trains.",
            (('part != "embeddings"', "True"),),
        ),
        Mistake(
            "head-frozen-too",
            "the head is frozen with the trunk, so at d = L nothing is left to learn.",
            "the last line: head and pooler always train.",
            (('part != "embeddings"', "False"),),
        ),
        Mistake(
            "pooler-frozen-too",
            "only the head was let through; a pooler belongs to the branch as well.",
            "the last line: everything trains that is neither a frozen layer nor an embedding.",
            (('part != "embeddings"', 'part == "head"'),),
        ),
        Mistake(
            "full-read-as-zero",
            "None was treated as 0, which freezes the embeddings; full freezes nothing.",
            "the first line: None comes before everything else.",
            (("        return True", "        freeze_depth = 0"),),
        ),
        Mistake(
            "zero-read-as-full",
            "0 counts as false, so freeze_depth 0 froze nothing; it freezes the embeddings.",
            "the first line: ask whether it is None, not whether it is false.",
            (("if freeze_depth is None", "if not freeze_depth"),),
        ),
        Mistake(
            "numbers-compared-as-text",
            "layer numbers were compared as text, where 10 stands before 4.",
            "the comparison: int(…) first.",
            (("int(number) >= freeze_depth", "number >= str(freeze_depth)"),),
        ),
        Mistake(
            "only-the-first-digit",
            "one character was read as the number, so layer 10 counts as layer 1.",
            "how the number is cut out: split at the dots.",
            (("int(number)", "int(number[0])"),),
        ),
    ),
    styles=(
        Style(
            "frozen prefixes",
            """
            def trains(name, freeze_depth):
                if freeze_depth is None:
                    return True
                frozen = ("embeddings.", *(f"layers.{n}." for n in range(freeze_depth)))
                return not name.startswith(frozen)
            """,
        ),
        Style(
            "regular expression",
            """
            def trains(name, freeze_depth):
                import re

                layer = re.match(r"layers[.](\\d+)[.]", name)
                if freeze_depth is None or (layer is None and "embeddings" not in name):
                    return True
                return layer is not None and int(layer[1]) >= freeze_depth
            """,
        ),
        Style(
            "a place for each part",
            """
            def trains(name, freeze_depth):
                part = name.split(".")
                place = {"embeddings": 0, "layers": 1}.get(part[0], 1000)
                place += int(part[1]) if part[0] == "layers" else 0
                return freeze_depth is None or place > freeze_depth
            """,
        ),
    ),
)

EXERCISES = (TRAINS, OPTIMIZER, TRUNK, TRAINED, PAIRED)
