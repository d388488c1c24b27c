"""What the columns of a table hold: texts, classes, scores, or nothing to learn from.

A column is looked at over all of its rows, in one pass that keeps counts. Which one is read as
what follows from that and from its name. What cannot be told is a DataError that names the
possibilities, and the option of `task new` that decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mtslib.base.errors import DataError
from mtslib.base.text import counted
from mtslib.data.table import and_so_on
from mtslib.data.task_form import MOST_CLASSES, NUMBER, same_word

MOST_SHARE = 0.8  # of the rows in one class: beyond it accuracy says little
FEW = 20  # distinct whole numbers; more of them are a score
WORDS, CHARACTERS = 3.0, 25.0  # a value of a text column has on average one of these or more
MOST_VALUES = 50 * MOST_CLASSES  # of a column, that are counted one by one
MISSING = frozenset(["n/a", "#n/a", "nan", "null", "none given", "?"])  # words for no label
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}([T ].*)?")
_LIST = re.compile(r"\[.*\]|[^|;,]+([|;,] *[^|;,]+)+")
# What columns are called whose values are texts, or labels, by people who publish data.
TEXT_NAMES = frozenset(
    ["text", "sentence", "question", "review", "content", "body", "utterance", "query", "tweet"]
)
ID_NAMES = frozenset(["id", "ids", "idx", "index", "uid", "uuid", "guid"])
# What says which rows belong together, and is no label unless --label says so.
GROUP_NAMES = frozenset(
    [
        *("group", "family", "cluster", "session", "thread", "conversation", "document", "doc"),
        *("user", "author", "speaker", "fold", "split", "template"),
    ]
)
LABEL_NAMES = frozenset(
    [
        *("label", "class", "category", "target", "kind", "type", "intent", "answer", "gold", "y"),
        *("sentiment", "score", "rating", "similarity", "relatedness", "quality", "overall"),
        *("stars", "polarity", "emotion", "stance"),
        *("duplicate", "entailment", "judgment", "judgement"),
    ]
)


@dataclass
class Column:
    """One column. values: how often each occurs as it is written, while they are few.

    wide: values with other than ASCII characters, which may be texts without a space in them.
    """

    name: str
    rows: int = 0
    blank: int = 0
    words: int = 0
    characters: int = 0
    numbers: int = 0
    wide: int = 0
    values: Counter[str] = field(default_factory=Counter)

    def add(self, value: str) -> None:
        """One more row."""
        value = value.strip()
        self.rows += 1
        if not value:
            self.blank += 1
            return
        self.characters += len(value)
        self.words += value.count(" ") + 1
        self.wide += not value.isascii()
        if value in self.values or len(self.values) < MOST_VALUES:
            self.values[value] += 1
        if len(value) < 30 and NUMBER.fullmatch(value):
            self.numbers += 1

    def merge(self, other: Column) -> None:
        """The rows of the same column of another file."""
        for count in ("rows", "blank", "words", "characters", "numbers", "wide"):
            setattr(self, count, getattr(self, count) + getattr(other, count))
        self.values.update(other.values)

    @property
    def filled(self) -> int:
        """Rows that have a value."""
        return self.rows - self.blank

    @property
    def is_number(self) -> bool:
        """Whether every value is a number, those aside that say there is none."""
        return 0 < self.numbers >= self.filled - sum(self.missing.values())

    @property
    def is_text(self) -> bool:
        """Whether the values are texts."""
        if not self.filled or self.is_number or self.is_date:
            return False
        long = self.words >= WORDS * self.filled
        # One long word is a name or an address; a whole sentence where no spaces are written.
        if not long and self.wide > self.filled / 2:
            long = self.characters >= CHARACTERS * self.filled
        return long and len(self.values) > min(FEW, self.filled / 3)

    @property
    def spellings(self) -> dict[str, str]:
        """Each value as the reader compares it → its commonest spelling, in order; none missing."""
        found, missing = {}, self.missing
        for value, _ in self.values.most_common():
            if value not in missing:
                found.setdefault(same_word(value), value)
        order = (lambda word: float(word)) if self.is_number else None
        return {word: found[word] for word in sorted(found, key=order)}

    @property
    def missing(self) -> dict[str, int]:
        """Words that stand for no label, and how often. A dash is none where a plus is one."""
        words = MISSING if "+" in self.values else MISSING | {"-"}
        return {value: n for value, n in self.values.items() if value.lower() in words}

    @property
    def is_date(self) -> bool:
        """Whether every value is a day."""
        return bool(self.values) and all(map(_DATE.fullmatch, self.values))

    @property
    def why_no_label(self) -> str:
        """What it has that no label has, for people."""
        distinct = len(self.spellings)
        if distinct < 2:
            only = f"only {next(iter(self.spellings.values()))!r}" if distinct else "nothing"
            return f"{self.name} has {only} in it"
        if self.is_date:
            return f"{self.name} has dates in it"
        kind = "texts" if self.is_text else "values"
        return f"{self.name} has {distinct:,} different {kind} in {counted(self.filled, 'row')}"

    @property
    def label_kind(self) -> str:
        """`classes`, `score`, or empty where it can be no label."""
        distinct = len(self.spellings)
        if distinct < 2 or self.is_text or self.is_date or named_like(self.name, ID_NAMES):
            return ""
        if self.is_number:
            whole = all(float(word).is_integer() for word in self.spellings)
            if not whole:
                return "score"
            if distinct > FEW:
                return "score" if distinct < min(MOST_VALUES, self.filled / 2) else ""
        repeated = distinct <= max(2, self.filled / 3)
        return "classes" if repeated and distinct <= MOST_CLASSES else ""


def look(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Column]:
    """Every column of a table that has a name, after one pass through its rows."""
    columns = [Column(name) for name in header]
    for fields in rows:
        for column, value in zip(columns, fields, strict=True):
            column.add(value)
    return [column for column in columns if column.name.strip()]


def named_like(name: str, words: frozenset[str]) -> int:
    """How well a column's name says what it holds: 2 it does, 1 a part of it does, 0."""
    parts = "".join(char if char.isalpha() else " " for char in name.lower()).split()
    if name.strip().lower() in words:
        return 2
    return int(any(part in words or part.removesuffix("s") in words for part in parts))


def looks_like_header(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line of a file names its columns, rather than being a row like the rest."""
    named = [cell.strip() for cell in cells]
    if any(NUMBER.fullmatch(name) or len(name) > 40 or name.count(" ") > 3 for name in named):
        return False
    again = (
        name == row[i].strip() for row in rows for i, name in enumerate(named) if name and row[i:]
    )
    return any(named) and not any(again)


# What each column is for --------------------------------------------------------------------------


def choose_texts(
    by_column: Mapping[str, Column], given: Sequence[str], notes: list[str]
) -> list[str]:
    """The one or two columns of the texts."""
    if given:
        _known(given, by_column, "--text")
        return list(given)
    found = [name for name, column in by_column.items() if column.is_text]
    if not found:
        found = [name for name in by_column if named_like(name, TEXT_NAMES) == 2]
    if not found:
        raise DataError(
            f"no column holds texts of a few words; the columns are {', '.join(by_column)}; "
            "name the one or two to read with --text"
        )
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i + 1 :] if _is_pair(a, b)]
    chosen = found if len(found) <= 2 else list(pairs[0]) if pairs else found[:1]
    if len(found) > 2 and not pairs:
        named = [name for name in found if named_like(name, TEXT_NAMES) == 2]
        if len(named) != 1:
            raise DataError(
                f"cannot tell which texts to read: {', '.join(found)}; name one or two, "
                f"--text {found[0]} or --text {','.join(found[:2])}"
            )
        chosen = named
    lengths = (by_column[name].words / max(1, by_column[name].filled) for name in chosen)
    words = (f"{name!r} ({n:.0f} words)" for name, n in zip(chosen, lengths, strict=True))
    others = [name for name in found if name not in chosen]
    more = f"; not read: {', '.join(others)} (--text takes others)" if others else ""
    kind = "text" if len(chosen) == 1 else "pair of texts"
    notes.append(f"{kind}: {' and '.join(words)}{more}")
    return chosen


def _is_pair(first: str, second: str) -> bool:
    """Whether two names differ in a number or a letter alone: `text1`, `text2`."""
    if len(first) != len(second):
        return False
    differing = [(a, b) for a, b in zip(first.lower(), second.lower(), strict=True) if a != b]
    return differing in ([("1", "2")], [("a", "b")], [("0", "1")])


def choose_label(
    by_column: Mapping[str, Column], given: str, texts: Sequence[str], notes: list[str]
) -> Column:
    """The column of the labels."""
    if given:
        _known([given], by_column, "--label")
        if not by_column[given].label_kind:
            raise DataError(
                f"--label: column {by_column[given].why_no_label}; expected from 2 to "
                f"{MOST_CLASSES:,} classes that repeat, or numbers"
            )
        return by_column[given]
    able = [c for name, c in by_column.items() if name not in texts and c.label_kind]
    possible = [column for column in able if not named_like(column.name, GROUP_NAMES)]
    possible = possible or [c for c in able if named_like(c.name, GROUP_NAMES) == 1]
    groups = [column for column in able if column not in possible]
    if not possible:
        others = [
            f"{c.name} is called like what rows belong together by (--label {c.name} takes it)"
            if c in groups
            else c.why_no_label
            for name, c in by_column.items()
            if name not in texts
        ]
        only = f"there are only texts, {and_so_on(list(map(repr, texts)), len(texts))}"
        raise DataError(
            f"no column can be the label, which is 2 to {MOST_CLASSES:,} classes that repeat, or "
            "numbers: "
            f"{', '.join(others[:5]) or only}; a label stands in a column of its "
            "own, or in the names of a file for each class"
        )
    best = max(named_like(column.name, LABEL_NAMES) for column in possible)
    named = [column for column in possible if named_like(column.name, LABEL_NAMES) == best]
    if len(named) > 1:
        raise DataError(
            f"cannot tell which column is the label: {and_so_on(_kinds(named), len(named))}; "
            f"choose one, --label {named[0].name!r}"
        )
    others = _kinds([column for column in able if column is not named[0]][:3])
    if others:
        notes.append(f"not taken for the label: {', '.join(others)} (--label takes another)")
    notes += [
        f'{c.name!r} may say which rows belong together; in [split], `group = "{c.name}"` keeps '
        "them in one split"
        for c in groups
    ]
    return named[0]


def _kinds(found: Sequence[Column]) -> list[str]:
    return [
        f"{c.name} ({len(c.spellings)} classes)"
        if c.label_kind == "classes"
        else f"{c.name} (scores)"
        for c in found
    ]


def _known(names: Sequence[str], by_column: Mapping[str, Column], option: str) -> None:
    for name in names:
        if name not in by_column:
            raise DataError(f"{option}: no column {name!r}; there are {', '.join(by_column)}")
    if len(names) > 2 or len(set(names)) < len(names):
        raise DataError(f"{option} names {', '.join(names)}; expected one column, or two")


def describe_labels(column: Column, notes: list[str]) -> dict[str, object]:
    """What the TOML says of the labels, and how they are scored."""
    if column.missing:
        words = ", ".join(f"{word!r} in {counted(n, 'row')}" for word, n in column.missing.items())
        notes.append(f"not a label: {words}; leave these cells blank, or the file is refused")
    words = list(column.spellings.values())
    if column.label_kind == "score":
        numbers = [float(word) for word in words]
        low, high = math.floor(min(numbers)), math.ceil(max(numbers))
        notes.append(
            f"label: {column.name!r}, scores from {min(numbers):g} to {max(numbers):g}; the scale "
            f"is taken to be {low} to {high}: if it goes further, correct `range`"
        )
        return {"range": [low, high], "metric": "pearson"}
    counts = dict.fromkeys(column.spellings, 0)
    for value, n in column.values.items():
        if value not in column.missing:
            counts[same_word(value)] += n
    total = sum(counts.values())
    shares = [f"{words[i]} {n / total:.0%}" for i, n in enumerate(counts.values())]
    notes.append(
        f"label: {column.name!r}, {len(words)} classes: {and_so_on(shares[:8], len(shares))}"
    )
    if column.is_number and len(words) > 2:
        notes.append(
            f"  whole numbers are taken for classes; for a score write `range = [{words[0]}, "
            f'{words[-1]}]` and `metric = "pearson"` in place of `classes` and `metric`'
        )
    if 2 * sum(bool(_LIST.fullmatch(word)) for word in words) > len(words):
        notes.append("  they look like lists; a text has one label here, so each list is a class")
    rare = max(counts.values()) > MOST_SHARE * total
    if rare:
        notes.append("metric: macro-F1, as always saying the commonest class has a high accuracy")
    return {"classes": words, "metric": "macro-f1" if rare else "accuracy"}
