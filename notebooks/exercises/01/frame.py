"""Exercise 01.3: special tokens and token types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def frame(first: Sequence[str], second: Sequence[str] | None = None) -> tuple[list[str], list[int]]:
    """[CLS] first [SEP], or [CLS] first [SEP] second [SEP]. Chapter 01.

    first, second: word pieces. Returns the tokens and, as many, their token types: 0 up to and
    with the first [SEP], 1 after it. `Tokenizer.encode` does the same with ids.
    """
    tokens = ["[CLS]", *first, "[SEP]"]
    types = [0] * len(tokens)
    if second is not None:
        tokens += [*second, "[SEP]"]
        types += [1] * (len(second) + 1)
    return tokens, types


def slow_frame(
    first: Sequence[str], second: Sequence[str] | None = None
) -> tuple[list[str], list[int]]:
    """Pairs of a token and its type, one after the other."""
    pairs = [("[CLS]", 0)] + [(piece, 0) for piece in first] + [("[SEP]", 0)]
    if second is not None:
        pairs = pairs + [(piece, 1) for piece in second] + [("[SEP]", 1)]
    return [token for token, _ in pairs], [kind for _, kind in pairs]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A sentence, a pair, and pairs of random lengths."""

    def ask(*sides: list[str]) -> dict[str, Any]:
        made = inputs.call(answer, *sides)
        if not isinstance(made, tuple | list) or len(made) != 2:
            return {"two lists, tokens and token types": made}
        return {"tokens": made[0], "token types": made[1]}

    seen = {
        "the sentence 'tea'": ask(["tea"]),
        "the pair 'tea', 'no thanks'": ask(["tea"], ["no", "thanks"]),
    }
    for _ in range(3):
        first, second = (["dr", "##ink"] * inputs.pick(range(1, 5)) for _ in range(2))
        first, second = [*first, "tea"], [*second, "milk", "."]
        seen[f"a pair of {len(first)} and {len(second)} pieces"] = ask(first, second)
    return seen


EXERCISE = Exercise(
    id="01.3",
    title="special tokens and token types",
    minutes=7,
    difficulty="warm-up",
    core=True,
    reference=frame,
    specification=slow_frame,
    observe=observe,
    hints=(
        "Take a pair of one piece and two pieces: six tokens. Does your second list have as many "
        "numbers?",
        "Make the tokens of the first sentence, and count them: that many 0's. Count what you "
        "add for a second sentence: that many 1's. Build new lists; `first` belongs to the caller, "
        "so no insert or append on it.",
        "tokens = [CLS], the first's pieces, [SEP]\n"
        "types = a 0 for each of them\n"
        "if there is a second: add its pieces and [SEP], and a 1 for each of those",
    ),
    mistakes=mistakes(r"""
        last-separator-forgotten: the second sentence has no [SEP] after it.
          look: the end of a pair: each sentence is closed by a [SEP] of its own.
          - [*second, "[SEP]"]
          + [*second]
          - (len(second) + 1)
          + len(second)
        start-token-forgotten: there is no [CLS] in front.
          look: the beginning of the list: every input starts with [CLS].
          - ["[CLS]", *first
          + [*first
        second-start-token: the second sentence got a [CLS] too.
          look: what stands between the two: one [SEP] and nothing else.
          - [*second, "[SEP]"]
          + ["[CLS]", *second, "[SEP]"]
          - + 1)
          + + 2)
        token-types-all-0: all token types are 0; the second sentence's are 1.
          look: the types of the second sentence.
          - [1] *
          + [0] *
        last-separator-of-type-0: the last [SEP] has type 0; it closes the second sentence and has
            that sentence's type.
          look: the type of the last token.
          - [1] * (len(second) + 1)
          + [1] * len(second) + [0]
        first-separator-of-type-1: the [SEP] between the two has type 1; it closes the first
            sentence.
          look: where the types change: after the first [SEP].
          - types += [1]
          + types[-1:] = [1]
          - (len(second) + 1)
          + (len(second) + 2)
        only-pieces-have-types: [CLS] and [SEP] got no token types; there are as many types as
            tokens.
          look: what you count for the types: the tokens, special ones included.
          - [0] * len(tokens)
          + [0] * len(first)
          - (len(second) + 1)
          + len(second)
        one-type-too-few-in-front: the first sentence has one type too few: its [CLS] or its [SEP]
            was not counted.
          look: the number of 0's: as many as pieces, and two more.
          - [0] * len(tokens)
          + [0] * (len(tokens) - 1)
        last-separator-without-a-type: the last [SEP] got no type; there are as many types as
            tokens.
          look: the number of 1's: as many as pieces of the second sentence, and one more.
          - [1] * (len(second) + 1)
          + [1] * len(second)
        token-types-start-at-1: the types run from 1; the first sentence's are 0.
          look: the number of the first sentence: token types are rows of a table, from 0.
          - [1] *
          + [2] *
          - [0] *
          + [1] *
        sentences-exchanged: the second sentence came first.
          look: the order of the pair.
          - ["[CLS]", *first, "[SEP]"]
          + ["[CLS]", *(first if second is None else second), "[SEP]"]
          - [*second, "[SEP]"]
          + [*first, "[SEP]"]
          - (len(second) + 1)
          + (len(first) + 1)
    """),
    styles=styles(r"""
        two cases:
          def frame(first, second=None):
              if second is None:
                  return ["[CLS]"] + list(first) + ["[SEP]"], [0] * (len(first) + 2)
              tokens = ["[CLS]"] + list(first) + ["[SEP]"] + list(second) + ["[SEP]"]
              return tokens, [0] * (len(first) + 2) + [1] * (len(second) + 1)

        types by counting separators:
          def frame(first, second=None):
              tokens = ["[CLS]"]
              for side in (first, second):
                  if side is not None:
                      tokens.extend(side)
                      tokens.append("[SEP]")
              border = tokens.index("[SEP]")
              return tokens, [int(place > border) for place in range(len(tokens))]

        extend and append:
          def frame(first, second=None):
              t = ["[CLS]", *first, "[SEP]"]
              k = [0] * len(t)
              if second:
                  t.extend(second)
                  t.append("[SEP]")
                  k.extend([1] * (len(second) + 1))
              return t, k

        one sum of lists, in a list:
          def frame(first, second=None):
              t = ["[CLS]"] + list(first) + ["[SEP]"]
              s = [] if second is None else list(second) + ["[SEP]"]
              return [t + s, [0] * len(t) + [1] * len(s)]

        tuples:
          def frame(first, second=None):
              t = ("[CLS]", *first, "[SEP]")
              s = () if second is None else (*second, "[SEP]")
              return t + s, (0,) * len(t) + (1,) * len(s)

        numbers of NumPy:
          def frame(first, second=None):
              import numpy as np

              t = ["[CLS]", *first, "[SEP]"]
              s = [] if second is None else [*second, "[SEP]"]
              return t + s, [np.int64(0)] * len(t) + [np.int64(1)] * len(s)

        types from the place of [SEP]:
          def frame(first, second=None):
              tokens = ["[CLS]", *first, "[SEP]"] + (
                  [*second, "[SEP]"] if second is not None else []
              )
              cut = tokens.index("[SEP]")
              return tokens, [int(i > cut) for i in range(len(tokens))]
    """),
)
