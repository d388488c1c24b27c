"""Chapter 01: slow and obvious forms of tokens and batches, and the questions put to an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

from mtslib import backbones
from mtslib.learn.inputs import Trial
from mtslib.minbert.tokenizer import is_punctuation

PIECES = ("un", "##un", "##able", "able", "drink", "##drink", "dr", "d", "##r", "##s", "s", "tea")
TOY = {piece: number for number, piece in enumerate(["[UNK]", *PIECES])}
WORDS = ("tea", "drinks", "don't", "snake_case", "3.50", "half-price", "yes", "naïve", "a")
MARKS = (".", ",", "?!", "...", "_", "“", "—", "$", "(", ")")
SPACES = (" ", "  ", "\t", "\n", " \n ")


# Specifications --------------------------------------------------------------------------------


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


def slow_pieces(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """Write down every piece that fits here, take the longest, go on behind it."""
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


def slow_frame(
    first: Sequence[str], second: Sequence[str] | None = None
) -> tuple[list[str], list[int]]:
    """Pairs of a token and its type, one after the other."""
    pairs = [("[CLS]", 0)] + [(piece, 0) for piece in first] + [("[SEP]", 0)]
    if second is not None:
        pairs = pairs + [(piece, 1) for piece in second] + [("[SEP]", 1)]
    return [token for token, _ in pairs], [kind for _, kind in pairs]


def slow_pad(sequences: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Row by row and place by place."""
    longest = max(len(sequence) for sequence in sequences)
    rows, masks = [], []
    for sequence in sequences:
        row, mask = [], []
        for place in range(longest):
            real = place < len(sequence)
            row.append(sequence[place] if real else pad_id)
            mask.append(1 if real else 0)
        rows.append(row)
        masks.append(mask)
    return torch.tensor(rows), torch.tensor(masks)


def slow_bucket(
    order: Sequence[int], lengths: Sequence[int], batch_size: int, pool: int
) -> list[list[int]]:
    """Take the shortest that is left in a pool, again and again."""
    batches: list[list[int]] = []
    left = list(order)
    while left:
        here, left = left[:pool], left[pool:]
        batch: list[int] = []
        while here:
            shortest = min(here, key=lambda position: lengths[position])
            here.remove(shortest)
            batch.append(shortest)
            if len(batch) == batch_size or not here:
                batches.append(batch)
                batch = []
    return batches


def slow_share(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> float:
    """Count every place of every batch, real or padding."""
    padding = places = 0
    for batch in batches:
        longest = max(lengths[position] for position in batch)
        for position in batch:
            for place in range(longest):
                places += 1
                padding += place >= lengths[position]
    return padding / places


# Questions -------------------------------------------------------------------------------------


def observe_split(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A few readable texts, then words, marks and white space at random."""
    parts = []
    for _ in range(12):
        parts += [trial.pick(WORDS), trial.pick(MARKS), trial.pick((*SPACES, ""))]
    texts = ("tea, please", "don't stop...", "snake_case", "a  b\tc\nd ", "", "".join(parts))
    return {f"the words of {text!r}": trial.call(answer, text) for text in texts}


def observe_pieces(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A toy vocabulary, in which the greedy way can be followed, then BERT's own."""
    shown = ", ".join(PIECES)
    seen = {
        f"the pieces of {word!r}; the vocabulary holds {shown}": trial.call(answer, word, TOY)
        for word in ("tea", "drinks", "undrinkable", "ddr", "teapot", "xtea", "unxun")
    }
    for length in (100, 101):
        word = "d" + "r" * (length - 1)
        seen[f"the pieces of a word of {length} letters, d and then r's"] = trial.call(
            answer, word, TOY
        )
    known, whole = real_vocabulary()
    for _ in range(6):
        word = trial.pick(whole) + trial.pick(whole) + trial.pick(("", "s", "ish", "☃"))
        seen[f"the pieces of {word!r}, BERT's vocabulary"] = trial.call(answer, word, known)
    return seen


def observe_frame(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A sentence, a pair, and pairs of random lengths."""

    def ask(*sides: list[str]) -> dict[str, Any]:
        made = trial.call(answer, *sides)
        if not isinstance(made, tuple) or len(made) != 2:
            return {"two lists, tokens and token types": made}
        return {"tokens": made[0], "token types": made[1]}

    seen = {
        "the sentence 'tea'": ask(["tea"]),
        "the pair 'tea', 'no thanks'": ask(["tea"], ["no", "thanks"]),
    }
    for _ in range(3):
        first, second = (["dr", "##ink"] * trial.pick(range(1, 5)) for _ in range(2))
        first, second = [*first, "tea"], [*second, "milk", "."]
        seen[f"a pair of {len(first)} and {len(second)} pieces"] = ask(first, second)
    return seen


def observe_pad(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Three short rows, one row alone, then random rows and another number for padding."""

    def ask(rows: list[list[int]], pad_id: int) -> dict[str, Any]:
        made = trial.call(answer, rows, pad_id)
        if not isinstance(made, tuple) or len(made) != 2:
            return {"two tensors, input_ids and attention_mask": made}
        return {"input_ids": made[0], "attention_mask": made[1]}

    rows = [
        trial.randint(104, 2000, (int(n),)).tolist() for n in trial.randint(3, 9, (5,)).tolist()
    ]
    return {
        "rows of 2, 4 and 3 ids, pad_id 0": ask([[101, 102], [101, 7, 8, 102], [101, 9, 102]], 0),
        "rows of 3 and 5 ids, pad_id 1": ask([[101, 9, 102], [101, 7, 8, 9, 102]], 1),
        "one row of 3 ids, pad_id 0": ask([[101, 9, 102]], 0),
        f"rows of {', '.join(str(len(row)) for row in rows)} ids, pad_id 50": ask(rows, 50),
    }


def observe_bucket(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Lengths that a reader can sort, then random ones; ties are compared by length only."""
    lengths = [5, 9, 3, 8, 6, 4, 7]
    seen = {
        f"lengths {lengths}, order {order}, batches of {size}, pools of {pool}": trial.call(
            answer, order, lengths, size, pool
        )
        for order, size, pool in (
            ([0, 1, 2, 3], 2, 4),
            ([6, 1, 0, 4, 2, 5, 3], 2, 4),
            ([6, 1, 0, 4, 2, 5, 3], 2, 2),
        )
    }
    many = trial.randint(3, 12, (50,)).tolist()
    order = torch.randperm(50, generator=trial.generator).tolist()
    made = trial.call(answer, order, many, 4, 12)
    if isinstance(made, list) and all(isinstance(batch, list) for batch in made):
        flat = [position for batch in made for position in batch]
        seen["50 examples, batches of 4, pools of 12: each exactly once"] = sorted(flat)
        if sorted(flat) == list(range(50)):
            made = [[many[position] for position in batch] for batch in made]
    seen["50 examples, batches of 4, pools of 12: the lengths in each batch"] = made
    return seen


def observe_share(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Batches that can be counted with a finger, one without the last example, random ones."""
    cases = [([4, 2], [[0, 1]]), ([4, 2, 10], [[0, 1]])]
    cases += [([4, 2, 8, 8, 2], [[0, 1], [3, 2, 4]]), ([5, 5, 5], [[2, 0], [1]])]
    lengths = trial.randint(3, 40, (23,)).tolist()
    order = torch.randperm(23, generator=trial.generator).tolist()
    cases.append((lengths, [order[start : start + 5] for start in range(0, 23, 5)]))
    return {
        f"lengths {lengths}, batches {batches}": trial.call(answer, lengths, batches)
        for lengths, batches in cases
    }


@cache
def real_vocabulary() -> tuple[Mapping[str, int], list[str]]:
    """BERT's own token → id, and those of its tokens that are words of four letters or more.

    It cannot be written to, so a trial need not copy 30,522 tokens a call.
    """
    known = MappingProxyType(backbones.load().tokenizer().vocabulary)
    return known, [token for token in known if token.isalpha() and len(token) > 3]
