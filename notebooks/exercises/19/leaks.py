"""Exercise 19.1: which dev rows stand in train?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs


def leaks(train: Sequence[str], dev: Sequence[str]) -> list[int]:
    """The places in dev of the texts that stand in train, at most one word more or less. Ch. 19.

    Words are runs of letters, digits and apostrophes; case and order do not matter, and a word
    that stands twice counts twice.
    """

    def words(text: str) -> Counter:
        return Counter(re.findall(r"[a-z0-9']+", text.lower()))

    known = [words(text) for text in train]
    found = []
    for place, text in enumerate(dev):
        own = words(text)
        if any((own - other).total() + (other - own).total() <= 1 for other in known):
            found.append(place)
    return found


def slow_leaks(train: Sequence[str], dev: Sequence[str]) -> list[int]:
    """Take the words that two texts share out of both, one by one, and count what is left."""
    found = []
    for place, text in enumerate(dev):
        for other in train:
            mine = re.sub(r"[^a-z0-9']", " ", text.lower()).split()
            left = re.sub(r"[^a-z0-9']", " ", other.lower()).split()
            for word in list(mine):
                if word in left:
                    mine.remove(word)
                    left.remove(word)
            if len(mine) + len(left) <= 1:
                found.append(place)
                break
    return found


_WORDS = ["the", "a", "dog", "sang", "who", "why", "when", "kept", "found", "it", "well"]


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """Pairs that a reader can judge, then random short texts that repeat words."""

    def ask(train: list[str], dev: list[str]) -> list[int]:
        found = inputs.call(answer, train, dev)
        if not isinstance(found, list | tuple):
            raise AnswerError(
                f"leaks gave back {type(found).__name__}; expected a list of places in dev"
            )
        return list(found)

    seen: dict[str, Any] = {}
    text = "Who found the dog?"
    for words, other in (
        ("itself", text),
        ("itself in lower case without its mark", "who found the dog"),
        ("itself with one word more", "Hello. Who found the dog?"),
        ("itself with two words more", "Hello there. Who found the dog?"),
        ("itself without a word", "Who found dog?"),
        ("another question word", "Why found the dog?"),
        ("the same words in another order", "The dog found who?"),
        ("something else", "Where was the cat?"),
    ):
        seen[f"train has {text!r}, dev has {words}"] = ask([text], [other])
    twice = ["No, no, no, it rang.", "No, it rang.", "It rang."]
    seen["train has 'No, it rang.', dev the same with one no more, or two"] = ask(
        ["No, it rang."], ["No, no, it rang.", "No, no, no, it rang."]
    )
    seen['train has "What\'s open today?", dev the same without its first word'] = ask(
        ["What's open today?"], ["Open today?"]
    )
    seen["train has 'Room 12 is free.', dev the same with 14 15"] = ask(
        ["Room 12 is free."], ["Room 14 15 is free."]
    )
    seen["dev repeats itself and has nothing of train"] = ask(["A cat sat."], twice)
    seen["nothing in train"] = ask([], [text])
    seen["dev has the second text of train twice"] = ask(["It rained.", text], [text, "Why?", text])
    seen["train has the text of dev twice"] = ask([text, f"{text} Thanks."], ["Why?", text])

    def draw(count: int) -> list[str]:
        lines = inputs.randint(0, len(_WORDS), (count, 3)).tolist()
        return [" ".join(_WORDS[i] for i in line[: inputs.pick((2, 3))]) + "." for line in lines]

    train = draw(12)
    seen["forty short texts against twelve"] = ask(train, draw(40))
    return seen


EXERCISE = Exercise(
    id="19.1",
    title="which dev rows stand in train?",
    minutes=12,
    difficulty="steady",
    core=True,
    reference=leaks,
    specification=slow_leaks,
    observe=observe,
    hints=(
        "`Hello. Who found the dog?` and `who found the dog` are one question. Look at the "
        "lines above: which pair did yours let through, or call equal although it is not?",
        "Compare words, not characters, and compare them as counts: what the one has and the other "
        "has not, and the other way round. Both together may be one word at most.",
        'words(text) = Counter of re.findall(r"[a-z0-9\']+", text.lower())\n'
        "for each dev text, by its place:\n    for each train text:\n"
        "        apart = words of dev − words of train, and words of train − words of dev\n"
        "        if both together have at most 1 word: it is a leak, and its place is kept once",
    ),
    mistakes=mistakes(r"""
        apostrophes-cut: a word was cut at its apostrophe, so what's counts as two.
          look: the pattern: the apostrophe is part of a word.
          - [a-z0-9']+
          + [a-z0-9]+
        digits-left-out: numbers are no words here, so two rooms are one.
          look: the pattern: digits are part of a word.
          - [a-z0-9']+
          + [a-z']+
        only-equal-texts: only texts that are equal to the last character were found.
          look: what is compared: words in lower case, not characters.
          def leaks(train, dev):
              return [place for place, text in enumerate(dev) if text in set(train)]
        only-equal-words: a word more or less was no longer found.
          look: the bound: one word may differ.
          - <= 1 for
          + == 0 for
        case-kept: upper and lower case were taken for different words.
          look: the words: text.lower() first.
          - text.lower())
          + text, re.I)
        marks-kept: full stops and question marks were left at the words.
          look: the words: letters, digits and apostrophes, nothing else.
          - re.findall(r"[a-z0-9']+", text.lower())
          + text.lower().split()
        words-once: a word that stands twice was counted once.
          look: the words: a Counter, not a set.
          - Counter(re.findall(r"[a-z0-9']+", text.lower()))
          + Counter(set(re.findall(r"[a-z0-9']+", text.lower())))
        one-swapped: two words may differ here, one on either side: another question word passed.
          look: the bound: both sides together have one word at most.
          - (own - other).total() + (other - own).total()
          + max((own - other).total(), (other - own).total())
        dev-longer-only: words that train has and dev has not were not counted.
          look: the difference: both ways.
          - (own - other).total() + (other - own).total()
          + (own - other).total()
        train-longer-only: words that dev has and train has not were not counted.
          look: the difference: both ways.
          - (own - other).total() + (other - own).total()
          + (other - own).total()
        order-matters: the words were compared place by place.
          look: the comparison: counts of words, in whatever order.
          def leaks(train, dev):
              def words(text):
                  return re.findall(r"[a-z0-9']+", text.lower())

              found = []
              for place, text in enumerate(dev):
                  own = words(text)
                  for other in map(words, train):
                      short, long = sorted((own, other), key=len)
                      cuts = [long] + [long[:i] + long[i + 1 :] for i in range(len(long))]
                      if short in cuts:
                          found.append(place)
                          break
              return found
        places-in-train: the places of the train texts came back.
          look: what is kept: the place in dev.
          - enumerate(dev)
          + enumerate(train)
          - words(text) for text in train
          + words(text) for text in dev
        dev-against-itself: dev was searched for its own copies.
          look: what dev is compared with: the texts of train.
          - known = [words(text) for text in train]
          + known = []
          - own = words(text)
          + own = words(text)
          +         known = [words(other) for other in dev[:place]]
        kept-for-each-copy: a dev text was kept once for each text of train that it repeats.
          look: what is kept: each place once.
          def leaks(train, dev):
              def words(text):
                  return Counter(re.findall(r"[a-z0-9']+", text.lower()))

              found = []
              for place, text in enumerate(dev):
                  for other in train:
                      a, b = words(text), words(other)
                      if (a - b).total() + (b - a).total() <= 1:
                          found.append(place)
              return found
        texts-returned: the texts came back instead of their places.
          look: what is kept: the place.
          - found.append(place)
          + found.append(text)
    """),
    styles=styles(r"""
        every text without each of its words, looked up:
          def leaks(train, dev):
              def forms(text):
                  words = sorted(re.findall(r"[a-z0-9']+", text.lower()))
                  cuts = {tuple(words[:i] + words[i + 1 :]) for i in range(len(words))}
                  return tuple(words), cuts

              whole, shorter = set(), set()
              for text in train:
                  key, cuts = forms(text)
                  whole.add(key)
                  shorter |= cuts
              found = []
              for place, text in enumerate(dev):
                  key, cuts = forms(text)
                  if key in whole or key in shorter or cuts & whole:
                      found.append(place)
              return found

        shared words counted:
          def leaks(train, dev):
              def words(text):
                  return Counter(re.findall(r"[a-z0-9']+", text.lower()))

              def near(a, b):
                  return a.total() + b.total() - 2 * (a & b).total() < 2

              known = list(map(words, train))
              return [i for i, t in enumerate(dev) if any(near(words(t), b) for b in known)]
    """),
)
