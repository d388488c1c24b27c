"""Exercise 01.2: longest match first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from mtslib import backbones
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.tokenizer import word_pieces

PIECES = ("un", "##un", "##able", "able", "drink", "##drink", "dr", "d", "##r", "##s", "s", "tea")
TOY = {piece: number for number, piece in enumerate(["[UNK]", *PIECES])}


def slow_pieces(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Write down every piece that fits here, take the longest, go on after it."""
    if len(word) > 100:
        return ["[UNK]"]
    pieces, rest = [], word
    while rest:
        mark = "##" if pieces else ""
        fitting = [rest[:n] for n in range(1, len(rest) + 1) if mark + rest[:n] in vocabulary]
        if not fitting:
            return ["[UNK]"]
        pieces.append(mark + fitting[-1])
        rest = rest[len(fitting[-1]) :]
    return pieces


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A toy vocabulary, in which the greedy way can be followed, then BERT's own."""
    shown = ", ".join(PIECES)
    seen = {
        f"the pieces of {word!r}; the vocabulary holds {shown}": inputs.call(answer, word, TOY)
        for word in ("tea", "drinks", "undrinkable", "ddr", "teapot", "xtea", "unxun")
    }
    for length in (100, 101):
        word = "d" + "r" * (length - 1)
        seen[f"the pieces of a word of {length} letters, d and then r's"] = inputs.call(
            answer, word, TOY
        )
    seen["the pieces of 'unable'; the vocabulary holds un, una and ##able"] = inputs.call(
        answer, "unable", {"[UNK]": 0, "un": 1, "una": 2, "##able": 3}
    )
    known, whole = real_vocabulary()
    for _ in range(6):
        word = inputs.pick(whole) + inputs.pick(whole) + inputs.pick(("", "s", "ish", "☃"))
        seen[f"the pieces of {word!r}, BERT's vocabulary"] = inputs.call(answer, word, known)
    return seen


@cache
def real_vocabulary() -> tuple[Mapping[str, int], list[str]]:
    """BERT's own token → id, and those of its tokens that are words of four letters or more.

    It cannot be written to, so that no call copies 30,522 tokens.
    """
    known = MappingProxyType(backbones.load().tokenizer().vocabulary)
    return known, [token for token in known if token.isalpha() and len(token) > 3]


EXERCISE = Exercise(
    id="01.2",
    title="longest match first",
    minutes=15,
    difficulty="steady",
    core=True,
    reference=word_pieces,
    specification=slow_pieces,
    observe=observe,
    hints=(
        "Follow 'drinks' by hand with the pieces dr, drink and ##s. Which is the first piece you "
        "try, and which is the first that is found?",
        "Stand at a start. Try the longest end first and go down. Write down what was found; its "
        "end is the next start. A piece that does not begin the word carries ##, both "
        "when you look it up and when you write it down.",
        "if the word is longer than LONGEST_WORD: return [UNK] alone\n"
        "start = 0\n"
        "while start is inside the word:\n"
        "    for end from the word's end down to start + 1:\n"
        "        if (## unless start is 0) + word[start:end] is in the vocabulary:\n"
        "            write it down, go on at end\n"
        "    if no end was found: return [UNK] alone",
    ),
    mistakes=mistakes(r"""
        shortest-match-first: the shortest piece that fits was taken, not the longest.
          look: the order in which you try the ends: from the word's end down.
          - range(len(word), start, -1)
          + range(start + 1, len(word) + 1)
        continuation-mark-forgotten: no piece carries ##, so pieces from inside a word were looked
            up as whole words.
          look: what you look up when start is not 0.
          - "##" if start else ""
          + ""
        continuation-mark-on-every-piece: the first piece of the word was looked up with ## too.
          look: what you look up when start is 0: the bare letters.
          - "##" if start else ""
          + "##"
        continuation-mark-not-put-down: ## was used to look a piece up, but is missing from the
            piece that was written down.
          look: the line that appends: the token in the vocabulary includes ##.
          - pieces.append(prefix + word[start:end])
          + pieces.append(word[start:end])
        looked-up-without-the-mark: ## is written down with a piece, but the piece was looked up
            without it.
          look: what you look up when start is not 0: the token in the vocabulary includes ##.
          - if prefix + word[start:end] in
          + if word[start:end] in
        unknown-as-a-string: a word that is given up came back as a string; the exercise asks for a
            list of one piece.
          look: what you return when the word is given up: ["[UNK]"], with its own brackets.
          - LONGEST_WORD:
          -         return ["[UNK]"]
          + LONGEST_WORD:
          +         return "[UNK]"
          - return ["[UNK]"]
          + return "[UNK]"
        pieces-before-the-unknown-kept: the pieces found before the unknown part were kept; BERT
            gives the word up whole.
          look: the return when nothing fits: [UNK] alone.
          -             return ["[UNK]"]
          +             return [*pieces, "[UNK]"]
        unknown-letter-by-letter: each letter that fits nowhere became an [UNK], and the rest of the
            word went on.
          look: the return when nothing fits: one [UNK] for the whole word, at once.
          -             return ["[UNK]"]
          +             pieces.append("[UNK]")
          +             start += 1
        whole-word-never-tried: the longest candidate was one letter too short.
          look: the first end that you try: len(word), since a slice stops before its end.
          - range(len(word), start, -1)
          + range(len(word) - 1, start, -1)
        long-words-not-given-up: a word of more than LONGEST_WORD letters was cut up; BERT makes it
            [UNK].
          look: the beginning of the function.
          - len(word) > LONGEST_WORD
          + False
        limit-off-by-one: a word of just LONGEST_WORD letters became [UNK]; only longer ones do.
          look: the comparison with LONGEST_WORD.
          - len(word) > LONGEST_WORD
          + len(word) >= LONGEST_WORD
    """),
    styles=styles(r"""
        two while loops:
          def word_pieces(word, vocabulary):
              if len(word) > 100:
                  return ["[UNK]"]
              out, start = [], 0
              while start < len(word):
                  end = len(word)
                  while end > start:
                      piece = word[start:end] if start == 0 else "##" + word[start:end]
                      if piece in vocabulary:
                          break
                      end -= 1
                  if end == start:
                      return ["[UNK]"]
                  out.append(piece)
                  start = end
              return out

        calls itself for the rest:
          def word_pieces(word, vocabulary):
              def rest(letters, mark):
                  if not letters:
                      return []
                  for end in reversed(range(1, len(letters) + 1)):
                      if mark + letters[:end] in vocabulary:
                          after = rest(letters[end:], "##")
                          return None if after is None else [mark + letters[:end]] + after
                  return None

              found = rest(word, "") if len(word) <= LONGEST_WORD else None
              return ["[UNK]"] if found is None else found

        next with a generator:
          def word_pieces(word, vocabulary):
              if len(word) > LONGEST_WORD:
                  return ["[UNK]"]
              pieces = []
              start = 0
              while start < len(word):
                  mark = "##" * bool(start)
                  ends = range(len(word), start, -1)
                  end = next((e for e in ends if mark + word[start:e] in vocabulary), None)
                  if end is None:
                      return ["[UNK]"]
                  pieces.append(f"{mark}{word[start:end]}")
                  start = end
              return pieces

        a loop with else:
          def word_pieces(word, vocabulary):
              if len(word) > 100:
                  return ["[UNK]"]
              out = []
              start = 0
              while start < len(word):
                  for end in range(len(word), start, -1):
                      p = ("##" if start else "") + word[start:end]
                      if p in vocabulary:
                          out.append(p)
                          start = end
                          break
                  else:
                      return ["[UNK]"]
              return out

        all that fits, the longest of it:
          def word_pieces(word, vocabulary):
              if len(word) > LONGEST_WORD:
                  return ["[UNK]"]
              pieces = []
              while word:
                  fits = [
                      n
                      for n in range(1, len(word) + 1)
                      if ("##" if pieces else "") + word[:n] in vocabulary
                  ]
                  if not fits:
                      return ["[UNK]"]
                  pieces.append(("##" if pieces else "") + word[: max(fits)])
                  word = word[max(fits) :]
              return pieces
    """),
)
