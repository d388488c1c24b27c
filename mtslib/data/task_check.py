"""What a task's data will do to its score, before anything is trained: `task check`.

Every warning says what it would do to a score. Where a file is very large, a seeded sample of it
is looked at, and that is said.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from mtslib.base.text import counted
from mtslib.data import plausible
from mtslib.data.batching import tokenise
from mtslib.data.datasets import Split
from mtslib.data.duplicates import near_pairs, plain
from mtslib.data.readers import Example
from mtslib.data.table import and_so_on, cut
from mtslib.data.tasks import Task
from mtslib.minbert.tokenizer import Tokenizer

TOKENISED, COMPARED = 20_000, 200_000  # rows of a split that are looked at
FEW_OF_A_CLASS = 10  # rows in dev, below which its share of a score is chance
FEW_MARKED = 0.01  # of the rows with HTML
_HTML = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-z]{2,6});|<(?:br|p|b|i|a)\b[^>]*>")
LONG = 0.05  # of the rows cut at the limit
TOLD = 50  # MB; less goes without saying
SHOWN = 3


@dataclass
class Checked:
    """What was found. facts, warnings: for people, a line each. lengths: in word pieces."""

    task: Task
    splits: Mapping[str, Split]
    facts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lengths: dict[str, list[int]] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[str, Sequence[Example]]:
        """The rows of each split that are compared: all, or a sample of a very large one."""
        found = {split: sample(read.labelled, COMPARED) for split, read in self.splits.items()}
        for split, read in self.splits.items():
            if len(found[split]) < len(read.labelled):
                self.facts.append(f"{split}: compared are {COMPARED:,} rows, drawn with seed 0")
        return found

    @cached_property
    def plain(self) -> dict[str, list[str]]:
        """Each row's texts as they are compared."""
        return {split: [plain(row.texts) for row in rows] for split, rows in self.rows.items()}


def check(
    task: Task, splits: Mapping[str, Split], tokenizer: Tokenizer, max_length: int
) -> Checked:
    """Look at all rows of a task. splits: `train` and `dev`, and `test` if there is one."""
    found = Checked(task, splits)
    for split in splits.values():
        _rows(found, split)
        _lengths(found, split, tokenizer, max_length)
    if task.has_classes:
        _classes(found)
    for split in (splits["train"], splits["dev"]):
        doubts = plausible.of_one(task, split.labelled)
        found.warnings += [f"{split.split}: {doubt}" for doubt in doubts]
    _markup(found)
    _same_texts(found)
    _near_texts(found)
    _labels_at_odds(found)
    return found


def sample(rows: Sequence, most: int, seed: int = 0) -> Sequence:
    """At most so many of the rows, in their order."""
    if len(rows) <= most:
        return rows
    return [rows[i] for i in sorted(random.Random(seed).sample(range(len(rows)), most))]


def _rows(found: Checked, split: Split) -> None:
    rows, labelled = split.examples, split.labelled
    some = sample(rows, 1000)
    size = sum(sys.getsizeof(r) + sum(map(sys.getsizeof, (r.id, r.texts, *r.texts))) for r in some)
    size = size / len(some) * len(rows) / 1e6
    memory = f", about {size:,.0f} MB of memory" if size > TOLD else ""
    where = f"{split.path.name}, {split.form}{memory}"
    found.facts.append(f"{split.split}: {counted(len(rows), 'row')} ({where})")
    if labelled:
        told = plausible.summary(found.task, split).partition(": ")[2]
        found.facts.append(f"  {told}")
    if blank := len(split.unlabelled):
        what = "nothing can be scored" if not labelled else "they are neither trained on nor scored"
        found.warnings.append(
            f"{split.split}: {counted(blank, 'row')} {'has' if blank == 1 else 'have'} no label; "
            f"{what}"
        )


def _lengths(found: Checked, split: Split, tokenizer: Tokenizer, max_length: int) -> None:
    some = sample(split.examples, TOKENISED)
    whole = tokenise(tokenizer, [row.texts for row in some], max_length=max_length)
    lengths = sorted(whole.lengths)
    found.lengths[split.split] = whole.lengths
    of = "" if len(some) == len(split.examples) else f" (of {len(some):,} rows)"
    share = whole.truncated / len(some)
    found.facts.append(
        f"  word pieces: half have at most {lengths[len(lengths) // 2]}, 95 % at most "
        f"{lengths[int(0.95 * (len(lengths) - 1))]}, the longest {lengths[-1]}; {share:.1%} are "
        f"cut at {max_length}{of}"
    )
    if share > LONG:
        found.warnings.append(
            f"{split.split}: {share:.0%} of the rows are cut at {max_length} word pieces; what "
            "stands behind is never read, so that a label that hangs on it is a guess"
        )


def _classes(found: Checked) -> None:
    """Classes that one split has and another has not, or hardly."""
    task = found.task
    counts = {s: Counter(r.label for r in split.labelled) for s, split in found.splits.items()}
    few, moves = [], 0.0
    for number, name in enumerate(task.class_names):
        in_train, in_dev = counts["train"][number], counts["dev"][number]
        total = counts["dev"].total()
        if in_dev and not in_train:
            found.warnings.append(
                f"class {name!r} has {counted(in_dev, 'row')} in dev and none in train; each will "
                f"be answered wrong, {in_dev / total:.1%} of dev"
            )
        elif in_train and not in_dev:
            found.warnings.append(
                f"class {name!r} has no row in dev; the score says nothing about it"
            )
        elif in_dev and in_dev < FEW_OF_A_CLASS:
            few.append(f"{name} ({in_dev})")
            moves = max(moves, 1 / in_dev / task.num_classes)
    if few:
        found.warnings.append(
            f"few rows in dev have class {and_so_on(few[:SHOWN], len(few))}; a macro-F1 moves by "
            f"{moves:.3f} or so with a single one of them"
        )


def _markup(found: Checked) -> None:
    """Rows that hold what a web page is written in."""
    for split, rows in found.rows.items():
        marked = [row for row in rows if any(map(_HTML.search, row.texts))]
        if len(marked) > FEW_MARKED * len(rows):
            such = next(filter(None, map(_HTML.search, marked[0].texts)))[0]
            found.warnings.append(
                f"{split}: {len(marked):,} of {counted(len(rows), 'row')} hold HTML, such as "
                f"{such!r}; it is read letter by letter, in the room of words, and can give a "
                "class away; Python's html.unescape undoes `&…;`"
            )


# Texts that return -----------------------------------------------------------------------------


def _same_texts(found: Checked) -> None:
    """Exact duplicates, within a split and across."""
    train = set(found.plain["train"])
    for split, texts in found.plain.items():
        if again := len(texts) - len(set(texts)):
            does = "weigh more than others in what is learnt"
            if split != "train":
                does = "count more than once, so that the score's interval is too narrow"
            found.warnings.append(
                f"{split}: {again:,} of {counted(len(texts), 'row')} "
                f"repeat{'s' * (again == 1)} another; such rows {does}"
            )
        if split != "train":
            both = zip(found.rows[split], texts, strict=True)
            _tell_leak(found, split, [r for r, text in both if text in train], "stand in train too")


def _tell_leak(found: Checked, split: str, leaks: Sequence[Example], how: str) -> None:
    if leaks:
        total = len(found.rows[split])
        share = len(leaks) / total
        found.warnings.append(
            f"leak: {len(leaks):,} of {total:,} {split} rows ({share:.1%}) {how}, such as "
            f"{cut(leaks[0].texts[0])!r}; a model that knows train by heart has them right, which "
            f"can lift the share of right answers in {split} by {share:.3f}"
        )


def _near_texts(found: Checked) -> None:
    """Near duplicates. Each text is compared once, however often it stands there."""
    place: dict[str, str] = {}
    for split, texts in found.plain.items():  # train first
        for text in texts:
            place.setdefault(text, split)
    texts = list(place)
    near: dict[str, set[str]] = {}  # a text → the splits of the texts before it that it is near
    for first, second in near_pairs(texts):
        near.setdefault(texts[second], set()).add(place[texts[first]])
    within = sum("train" in near.get(text, ()) for text in found.plain["train"])
    if within:
        found.facts.append(
            f"train: {within:,} of {counted(len(found.plain['train']), 'row')} nearly "
            f"repeat{'s' * (within == 1)} an earlier one"
        )
    for split in list(found.plain)[1:]:
        both = zip(found.rows[split], found.plain[split], strict=True)
        leaks = [r for r, text in both if place[text] == split and "train" in near.get(text, ())]
        _tell_leak(found, split, leaks, "nearly stand in train")


def _labels_at_odds(found: Checked) -> None:
    """The same text under two labels: what no model can get right."""
    told: dict[str, list] = {}
    for split, texts in found.plain.items():
        for row, text in zip(found.rows[split], texts, strict=True):
            told.setdefault(text, []).append((split, row))
    torn = {
        text: rows
        for text, rows in told.items()
        if len({row.label for _, row in rows}) > 1
        and (found.task.has_classes or _apart([row.label for _, row in rows], found.task))
    }
    if not torn:
        return
    rows = next(iter(torn.values()))
    labels = ", ".join(_label(found.task, row.label) for _, row in rows[:SHOWN])
    of_dev = ([row.label for split, row in rows if split == "dev"] for rows in torn.values())
    lost = sum(map(_lost, of_dev))
    effect = (
        f"at least {counted(lost, 'dev row')} will be wrong whatever a model says"
        if lost
        else "train wavers"
    )
    if lost and found.task.has_classes:
        effect += f", so that no accuracy is above {1 - lost / len(found.rows['dev']):.3f}"
    found.warnings.append(
        f"{counted(len(torn), 'text')} stand{'s' * (len(torn) == 1)} under more than one label, "
        f"such as {cut(rows[0][1].texts[0])!r} ({labels}); {effect}"
    )


def _apart(labels: Sequence[float], task: Task) -> bool:
    low, high = task.label_range
    return max(labels) - min(labels) > (high - low) / 4


def _lost(labels: Sequence) -> int:
    return len(labels) - max(Counter(labels).values()) if labels else 0


def _label(task: Task, label: float | int) -> str:
    return task.class_names[label] if task.has_classes else f"{label:g}"
