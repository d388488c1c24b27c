"""What labels and texts look like, before anything is trained on them.

A file may be well formed and yet not what it is taken to be: scores from 0 to 1 on a scale of 0 to
5, classes counted from 1, two columns swapped. None of this can be known for certain, so it is a
warning and not a refusal.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from mtslib.base.text import counted, is_blank
from mtslib.data.datasets import Split
from mtslib.data.readers import Example
from mtslib.data.tasks import Task

FEW = 20  # rows; fewer say nothing about shares
HALF_THE_SCALE = 0.5  # scores that use less are probably on another one
AN_END = 0.15  # of the scale without a score at one of its ends
DOMINANT = 0.9  # of the rows in one class
OTHER_SHARE = 0.3  # by which a class's share of dev may differ from its share of train
REPEATED = 0.05  # of the dev rows that stand in train too, or of rows that repeat another
MOSTLY = 0.8
MOSTLY_UNKNOWN = 0.2  # of the tokens
# UTF-8 that was read as Windows-1252 and written again, or characters that were lost in between.
_GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|\ufffd")
_ID = re.compile(r"[A-Za-z0-9_.+-]+")


def tell(task: Task, train: Split, dev: Split, summaries: bool = True) -> None:
    """Print what a run is trained and scored on, and each doubt on stderr, every line once."""
    if summaries:
        for split in (train, dev):
            _once(summary(task, split))
    warn(doubts(task, train, dev))


def warn(found: Sequence[str]) -> None:
    """Print each doubt on stderr, every line once."""
    for doubt in found:
        _once(f"warning: {doubt}", error=True)


@cache
def _once(line: str, error: bool = False) -> None:
    """A sweep trains many times on the same rows."""
    print(line, file=sys.stderr if error else sys.stdout)


def summary(task: Task, split: Split) -> str:
    """One line: how many rows, what they are taken to be, and how their labels are spread."""
    labels = [example.label for example in split.labelled]
    begin = f"{task.name} {split.split}: {len(labels):,} labelled rows, {task.label_column}"
    if not labels:
        return begin
    low, high = task.label_range
    if task.has_classes:
        counts = Counter(labels)
        shares = (f"{_class(task, c)} {counts[c] / len(labels):.0%}" for c in _classes(task))
        return f"{begin} in {task.num_classes} classes: {', '.join(shares)}"
    mean = sum(labels) / len(labels)
    to = "–" if low >= 0 else " to "
    return f"{begin} {low:g}{to}{high:g}: scores {min(labels)}{to}{max(labels)}, mean {mean:.2f}"


def doubts(task: Task, train: Split, dev: Split) -> list[str]:
    """What looks odd in two files, a line each; empty where nothing does."""
    found = []
    for split in (train, dev):
        rows = split.labelled
        said = (*of_one(task, rows), *_of_repeated_texts(task, rows)) if rows else ()
        found += [f"{split.path.name}: {text}" for text in said]
    return found + list(_between(task, train, dev))


def of_one(task: Task, rows: Sequence[Example]) -> list[str]:
    """What looks odd in the labels and texts of some rows, repeated ones aside."""
    of_labels = _of_classes if task.has_classes else _of_scores
    return [*of_labels(task, rows), *_of_texts(task, rows)] if rows else []


def _classes(task: Task) -> range:
    return range(int(task.label_range[0]), int(task.label_range[1]) + 1)


def _class(task: Task, number: int) -> str:
    name = task.class_names[number]
    return name if name == str(number) else f"{number} ({name})"


def _of_classes(task: Task, rows: Sequence[Example]) -> Iterator[str]:
    counts = Counter(row.label for row in rows)
    missing = [c for c in _classes(task) if c not in counts]
    top, most = counts.most_common(1)[0]
    if len(counts) == 1:
        yield f"every row has class {_class(task, top)}; there is nothing to learn"
    elif missing and len(rows) >= FEW:
        shifted = missing == [_classes(task)[0]]
        hint = "; if the file counts its classes from 1, subtract 1 from each" if shifted else ""
        yield f"no row has class {', '.join(_class(task, c) for c in missing)}{hint}"
    elif most / len(rows) > DOMINANT and len(rows) >= FEW:
        share = f"{most / len(rows):.1%}"
        yield f"{share} of the rows have class {_class(task, top)}; always saying so scores as much"


def _of_scores(task: Task, rows: Sequence[Example]) -> Iterator[str]:
    scores, (low, high) = sorted(row.label for row in rows), task.label_range
    cut = len(scores) // 100  # a stray score at either end does not fill a scale
    first, last = scores[cut], scores[-1 - cut]
    used, scale = (last - first) / (high - low), f"the scale of {low:g} to {high:g}"
    if scores[0] == scores[-1]:
        yield f"every score is {first:g}; there is nothing to learn"
    elif len(rows) < FEW:
        return
    elif used <= HALF_THE_SCALE:
        scaled = low == 0 <= first < last <= 1
        hint = f" (from 0 to 1, multiply each by {high:g})" if scaled else ""
        yield f"scores {first:g} to {last:g} use {used:.0%} of {scale}; is theirs another{hint}?"
    elif first - low >= AN_END * (high - low):
        yield f"no score is below {first:g} on {scale}; does theirs begin elsewhere?"
    elif high - last >= AN_END * (high - low):
        yield f"no score is above {last:g} on {scale}; does theirs end elsewhere?"
    elif len(set(scores)) == 2:
        yield f"the only scores are {first:g} and {last:g}; are they classes?"


def _of_texts(task: Task, rows: Sequence[Example]) -> Iterator[str]:
    blank = sum(any(is_blank(text) for text in row.texts) for row in rows)
    if blank:
        have = "has" if blank == 1 else "have"
        yield f"{blank:,} of {counted(len(rows), 'labelled row')} {have} an empty text"
    if len(rows) < FEW:
        return
    for place, column in enumerate(task.text_columns):
        ids = sum(bool(_ID.fullmatch(row.texts[place])) for row in rows)
        if ids > MOSTLY * len(rows):
            yield f"column {column!r} holds single words or numbers; are two columns swapped?"
    garbled = sum(any(map(_GARBLED.search, row.texts)) for row in rows)
    if garbled > REPEATED * len(rows):
        yield f"{garbled:,} rows have characters like `Ã©` or `\ufffd`; is it in another encoding?"
    equal = sum(len(set(_normal(row))) == 1 for row in rows) if task.is_pair else 0
    if equal > REPEATED * len(rows):
        yield f"{equal / len(rows):.0%} of the pairs are a text and itself; is one column a copy?"


def _of_repeated_texts(task: Task, rows: Sequence[Example]) -> Iterator[str]:
    if len(rows) < FEW:
        return
    labels: dict[tuple[str, ...], list] = {}
    for row in rows:
        labels.setdefault(_normal(row), []).append(row.label)
    doubled = len(rows) - len(labels)
    torn = sum(len(some) for some in labels.values() if len(set(some)) > 1)
    if task.has_classes and torn > REPEATED * len(rows):
        yield f"{torn:,} rows have the texts of another row and another class; is a column shifted?"
    elif doubled > REPEATED * len(rows):
        yield f"{doubled:,} of {len(rows):,} rows repeat the texts of another row"


def unknown(split: Split, ids: Sequence[int], unknown_id: int) -> list[str]:
    """A doubt where a backbone's vocabulary does not have the words of a file.

    ids: all tokens of its rows.
    """
    share = sum(number == unknown_id for number in ids) / max(1, len(ids))
    if share <= MOSTLY_UNKNOWN:
        return []
    return [
        f"{split.path.name}: {share:.0%} of the tokens are [UNK], unknown to the backbone; are the "
        "texts in another language or writing?"
    ]


def _normal(row: Example) -> tuple[str, ...]:
    """The texts as compared for overlap: lower-cased, white space collapsed."""
    return tuple(" ".join(text.lower().split()) for text in row.texts)


def _between(task: Task, train: Split, dev: Split) -> Iterator[str]:
    ours, theirs = train.labelled, dev.labelled
    if not ours or not theirs:
        return
    seen = {frozenset(_normal(row)) for row in ours}
    again = sum(frozenset(_normal(row)) in seen for row in theirs)
    if again > REPEATED * len(theirs):
        share = f"{again:,} of {len(theirs):,} dev rows ({again / len(theirs):.0%})"
        yield f"{share} stand in train too; scores on them say little about new texts"
    if min(len(ours), len(theirs)) < FEW:
        return
    labels = [[row.label for row in rows] for rows in (ours, theirs)]
    if not task.has_classes:
        (a, b), (c, d) = ((min(scores), max(scores)) for scores in labels)
        if max(abs(a - c), abs(b - d)) > OTHER_SHARE * (task.label_range[1] - task.label_range[0]):
            yield f"train has scores {a:g} to {b:g}, dev {c:g} to {d:g}; are both on one scale?"
        return
    for number in _classes(task):
        first, second = (some.count(number) / len(some) for some in labels)
        if abs(first - second) > OTHER_SHARE:
            name = _class(task, number)
            yield f"class {name} is {first:.0%} of train and {second:.0%} of dev"
