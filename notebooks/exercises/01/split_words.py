"""Exercise 01.1: words and punctuation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs
from mtslib.minbert.tokenizer import is_punctuation, split_words

WORDS = ("tea", "Drinks", "NASA", "don't", "snake_case", "3.50", "half-price", "yes", "naïve", "a")
MARKS = (".", ",", "?!", "...", "_", "“", "—", "$", "(", ")")
SPACES = (" ", "  ", "\t", "\n", " \n ")


def slow_split(text: str) -> list[str]:
    """One character at a time: a letter goes on with a word, everything else ends it."""
    words, word = [], ""
    for char in text:
        if not char.isspace() and not is_punctuation(char):
            word += char
            continue
        if word:
            words.append(word)
        if not char.isspace():
            words.append(char)
        word = ""
    return [*words, word] if word else words


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """A few readable texts, then words, marks and white space at random."""
    parts = []
    for _ in range(12):
        parts += [inputs.pick(WORDS), inputs.pick(MARKS), inputs.pick((*SPACES, ""))]
    texts = ("tea, please", "Don't stop...", "snake_case", "a  b\tc\nd ", "", "".join(parts))
    return {f"the words of {text!r}": inputs.call(answer, text) for text in texts}


EXERCISE = Exercise(
    id="01.1",
    title="words and punctuation",
    minutes=7,
    difficulty="warm-up",
    core=True,
    reference=split_words,
    specification=slow_split,
    observe=observe,
    hints=(
        "Print what yours makes of 'tea, please'. Three words? And of 'wait...'? Four?",
        "str.split() without an argument cuts at any white space and leaves no empty words. So "
        "see to it that there is white space on both sides of every mark.",
        "for each character: if it is punctuation, write it with a space before and after it\n"
        "join all of them to one text again\n"
        "cut that at white space",
    ),
    mistakes=mistakes(r"""
        punctuation-left-on-the-word: the text was cut at white space only, so marks stick to their
            words.
          look: what happens to a punctuation mark: it becomes a word of its own.
          - f" {c} " if is_punctuation(c) else c
          + c
        punctuation-dropped: the marks are gone; BERT reads them as words.
          look: what you put in place of a mark: the mark itself, with spaces around it.
          - f" {c} "
          + " "
        mark-stuck-to-the-next-word: a mark was cut from the word before it but not from the one
            after it.
          look: the spaces around a mark: one on each side.
          - f" {c} "
          + f" {c}"
        mark-stuck-to-the-word-before: a mark was cut from the word after it but not from the one
            before it.
          look: the spaces around a mark: one on each side.
          - f" {c} "
          + f"{c} "
        cut-at-each-single-space: the text was cut at each single space, which leaves empty words,
            tabs and line ends.
          look: the call of split: without an argument it cuts at any run of white space.
          - spaced.split()
          + spaced.split(" ")
        marks-kept-together: several marks in a row were kept as one word.
          look: a run such as '...': each mark is a word of its own.
          import re

          def split_words(text):
              return re.findall(r"[^\W_]+|(?:[^\w\s]|_)+", text)
        underscore-taken-for-a-letter: the underscore counted as a letter, as it does in regular
            expressions.
          look: the pattern: \w includes _, and for BERT _ is punctuation.
          import re

          def split_words(text):
              return re.findall(r"\w+|[^\w\s]", text)
        only-the-ends-of-words-cut: marks were cut from the ends of words only, not from their
            middle.
          look: a word such as don't: it becomes three, don and ' and t.
          def split_words(text):
              words = []
              for token in text.split():
                  start, end = 0, len(token)
                  while start < end and is_punctuation(token[start]):
                      start += 1
                  while end > start and is_punctuation(token[end - 1]):
                      end -= 1
                  middle = [token[start:end]] if start < end else []
                  words += [*token[:start], *middle, *token[end:]]
              return words
    """),
    styles=styles(r"""
        a regular expression:
          import re

          def split_words(text):
              return re.findall(r"[^\W_]+|[^\w\s]|_", text)

        groupby:
          from itertools import groupby

          def split_words(text):
              words = []
              for token in text.split():
                  for mark, run in groupby(token, key=is_punctuation):
                      words += list(run) if mark else ["".join(run)]
              return words

        replacing every mark:
          def split_words(text):
              for mark in set(text):
                  if is_punctuation(mark):
                      text = text.replace(mark, " " + mark + " ")
              return text.split()

        one character at a time:
          def split_words(text):
              words, word = [], ""
              for c in text + " ":
                  if c.isspace() or is_punctuation(c):
                      if word:
                          words.append(word)
                      word = ""
                      if is_punctuation(c):
                          words.append(c)
                  else:
                      word += c
              return words

        a word that grows:
          def split_words(text):
              out = []
              for token in text.split():
                  cur = ""
                  for c in token:
                      if is_punctuation(c):
                          out += [cur, c]
                          cur = ""
                      else:
                          cur += c
                  out.append(cur)
              return [w for w in out if w]

        a table of translations:
          def split_words(text):
              marks = {c for c in text if is_punctuation(c)}
              return text.translate({ord(m): f" {m} " for m in marks}).split()

        re.split:
          import re

          def split_words(text):
              return [w for w in re.split(r"(_|[^\w\s])|\s+", text) if w]
    """),
)
