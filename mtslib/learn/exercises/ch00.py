"""Chapter 00, start here: one warm-up, so that a check has spoken once before chapter 01."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.inputs import Trial


def counted_share(freeze_depth: int | None, num_layers: int) -> float:
    """Walk through the layers and count those that train."""
    trained = 0
    for layer in range(num_layers):
        if freeze_depth is None or layer >= freeze_depth:
            trained += 1
    return trained / num_layers


def observe_share(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """The cases a reader can count, then depths of a random model."""
    layers = trial.pick(range(5, 40))
    asked = [(2, 6), (6, 6), (0, 6), (None, 6), (9, 12), (trial.pick(range(1, layers)), layers)]
    return {
        f"share_trained({depth}, {number})": trial.call(answer, depth, number)
        for depth, number in asked
    }


EXERCISES = (
    Exercise(
        id="00.1",
        title="the share that trains",
        minutes=5,
        difficulty="warm-up",
        core=True,
        reference="mtslib.learn.exercises.ch00_by_hand:share_trained",
        specification=counted_share,
        observe=observe_share,
        hints=(
            "Take L = 6 and d = 2. Draw six boxes, hatch two, and count the others. Does your "
            "function say that count, divided by 6?",
            "freeze_depth counts the frozen layers; the share asks for the others. None is the "
            "one value you cannot subtract.",
            "frozen = 0 where freeze_depth is None, else freeze_depth\n"
            "return the number of other layers, divided by all layers",
        ),
        mistakes=(
            Mistake(
                "frozen-share-instead",
                "you gave the share that is frozen, d/L; asked was the share that trains.",
                "what you divide: the trained layers are the L − d that are left.",
                (("(num_layers - frozen) / num_layers", "frozen / num_layers"),),
            ),
            Mistake(
                "whole-number-division",
                "// cut off everything behind the decimal point.",
                "the division: / keeps the fraction.",
                ((") / num_layers", ") // num_layers"),),
            ),
            Mistake(
                "layers-not-share",
                "you gave how many layers train; asked was their share of all layers.",
                "the last step: divide by num_layers.",
                (("(num_layers - frozen) / num_layers", "num_layers - frozen"),),
            ),
            Mistake(
                "embeddings-counted-as-a-layer",
                "the embeddings were counted as one more layer.",
                "the number you divide by: L counts encoder layers only.",
                (
                    (
                        "(num_layers - frozen) / num_layers",
                        "(num_layers + 1 - frozen) / (num_layers + 1)",
                    ),
                ),
            ),
            Mistake(
                "none-taken-for-all-frozen",
                "freeze_depth None was read as all layers frozen; it means that none is.",
                "the case of None: nothing is frozen, so everything trains.",
                (("0 if freeze_depth is None", "num_layers if freeze_depth is None"),),
            ),
            Mistake(
                "one-layer-too-many-frozen",
                "one layer more was frozen than freeze_depth says.",
                "the subtraction: d = 2 freezes layers 0 and 1, and no third one.",
                (("else freeze_depth", "else min(freeze_depth + 1, num_layers)"),),
            ),
            Mistake(
                "percent-for-share",
                "you gave per cent; asked was a number from 0 to 1.",
                "the last step: leave the factor of 100 out.",
                (("return (", "return 100 * ("),),
            ),
        ),
        styles=(
            Style(
                "one minus the frozen share",
                """
                def share_trained(freeze_depth, num_layers):
                    return 1 - (freeze_depth or 0) / num_layers
                """,
            ),
            Style(
                "a loop that counts",
                """
                def share_trained(freeze_depth, num_layers):
                    start = freeze_depth if freeze_depth is not None else 0
                    return sum(1 for _ in range(start, num_layers)) / num_layers
                """,
            ),
        ),
    ),
)
