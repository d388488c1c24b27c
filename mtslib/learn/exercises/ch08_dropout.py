"""Chapter 08: the exercise on where dropout reaches."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch08_spec as spec

DROPOUT = Exercise(
    id="08.4",
    title="dropout that reaches every place",
    minutes=10,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch08_by_hand:set_dropout",
    specification=spec.slow_set_dropout,
    observe=spec.observe_set_dropout,
    hints=(
        "Print the name and rate of every dropout after your call. A model of two layers has six: "
        "one in the head, five elsewhere.",
        "named_modules() walks the whole tree and gives each part its path. A dropout with `head` "
        "in its path belongs to the head; every other one belongs to the encoder, the one behind "
        "the embeddings and those on attention weights too.",
        "for each (name, part) of named_modules:\n  if it is a dropout:\n    set its p by whether "
        "head is one of the words in its name",
    ),
    mistakes=(
        Mistake(
            "only-the-head",
            "only the head's dropout was set; the encoder kept its own.",
            "what happens to a dropout outside the head: it gets encoder_dropout.",
            (
                (
                    "part.p = head_dropout if in_head else encoder_dropout",
                    "part.p = head_dropout if in_head else part.p",
                ),
            ),
        ),
        Mistake(
            "only-the-encoder",
            "the head's dropout was left as it was.",
            "what happens to a dropout inside the head: it gets head_dropout.",
            (
                (
                    "part.p = head_dropout if in_head else encoder_dropout",
                    "part.p = part.p if in_head else encoder_dropout",
                ),
            ),
        ),
        Mistake(
            "one-rate-for-all",
            "the head got the encoder's rate too.",
            "the condition: the head has a rate of its own.",
            (("head_dropout if in_head else encoder_dropout", "encoder_dropout"),),
        ),
        Mistake(
            "rates-swapped",
            "the head got the encoder's rate, and the encoder the head's.",
            "which rate stands on which side of your condition.",
            (
                (
                    "head_dropout if in_head else encoder_dropout",
                    "encoder_dropout if in_head else head_dropout",
                ),
            ),
        ),
        Mistake(
            "attention-weights-missed",
            "the dropout on the attention weights was left as it was.",
            "how deep you look: it sits inside each layer's attention.",
            (
                (
                    "isinstance(part, nn.Dropout):",
                    'isinstance(part, nn.Dropout) and "attention" not in name:',
                ),
            ),
        ),
        Mistake(
            "embeddings-missed",
            "the dropout behind the embeddings was left as it was.",
            "where you start to look: at the whole model, not at its layers.",
            (
                (
                    "isinstance(part, nn.Dropout):",
                    'isinstance(part, nn.Dropout) and "embeddings" not in name:',
                ),
            ),
        ),
        Mistake(
            "shared-part-missed",
            "only the branch was walked through: embeddings and lower layers, which make up the "
            "trunk, kept their rate.",
            "where you start to look: at the whole model.",
            (
                (
                    "isinstance(part, nn.Dropout):",
                    'isinstance(part, nn.Dropout) and "trunk" not in name:',
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "all, then the head",
            """
            def set_dropout(model, head_dropout, encoder_dropout):
                for part in model.modules():
                    if isinstance(part, nn.Dropout):
                        part.p = encoder_dropout
                for part in model.branch.head.modules():
                    if isinstance(part, nn.Dropout):
                        part.p = head_dropout
            """,
        ),
        Style(
            "by type and path",
            """
            def set_dropout(model, head_dropout, encoder_dropout):
                parts = dict(model.named_modules())
                for name in [n for n, part in parts.items() if type(part) is nn.Dropout]:
                    rate = head_dropout if ".head." in name else encoder_dropout
                    model.get_submodule(name).p = rate
            """,
        ),
    ),
)
