"""Files of the forms of well-known data sets, made up: as their authors ship them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WORDS = [
    *("café", "river", "denver", "gold", "late", "price", "green"),
    *("table", "never", "often", "seven", "broken", "window"),
]


@dataclass(frozen=True)
class MadeUp:
    """arguments, options: of `task new`. rows: (texts, label) of all. counts: rows by split."""

    arguments: list[str]
    classes: tuple[str, ...]
    rows: list[tuple]
    counts: dict[str, int]
    options: dict[str, Any] = field(default_factory=dict)
    label_range: tuple[float, float] = (0, 1)


def trec(folder: Path, seed: int) -> MadeUp:
    """Label first on the line, coarse and fine, no header, Latin-1; nothing says what is test."""
    rng = random.Random(seed)
    kinds = {
        "ABBR:exp": "What does {} stand for ?",
        "DESC:def": "What , in {} , is {} ?",
        "HUM:ind": "Who was the first to see {} ?",
        "NUM:dist": "How far is it from {} to {} ?",
    }
    classes = ("ABBR", "DESC", "HUM", "NUM")
    rows, counts = [], {"train": 96, "test": 20}
    for name, count in (("train_5500.label", 120), ("TREC_10.label", 20)):
        lines = []
        for i in range(count):
            kind = list(kinds)[i % 4]
            text = kinds[kind].format(*rng.sample(WORDS, 2))
            lines.append(f"{kind} {text}\n")
            rows.append(((text,), classes.index(kind[: kind.index(":")])))
        (folder / name).write_bytes("".join(lines).encode("latin-1"))
    names = [str(folder / "train_5500.label"), f"test={folder / 'TREC_10.label'}"]
    return MadeUp(names, classes, rows, counts, label_range=(0, 3))


def mrpc(folder: Path, seed: int) -> MadeUp:
    """Pairs, tab-separated, byte order mark, Windows line ends, stray quotation marks."""
    rng = random.Random(seed)
    rows = []
    for name, count in (("msr_paraphrase_train.txt", 100), ("msr_paraphrase_test.txt", 30)):
        lines = ["Quality\t#1 ID\t#2 ID\t#1 String\t#2 String"]
        for i in range(count):
            first = f'The {rng.choice(WORDS)} rose , he said , " not {rng.choice(WORDS)} {i} .'
            second = rng.choice(['"{}', '"{}"', "{}", '{} " so "']).format(first[:-6])
            lines.append(f"{i % 2}\t{700 + i}\t{900 + i}\t{first}\t{second}")
            rows.append(((first, second), i % 2))
        (folder / name).write_bytes("\ufeff".encode() + "\r\n".join(lines).encode() + b"\r\n")
    names = [str(folder / f"msr_paraphrase_{split}.txt") for split in ("train", "test")]
    return MadeUp(names, ("0", "1"), rows, {"train": 80, "dev": 20, "test": 30})


def sick(folder: Path, seed: int) -> MadeUp:
    """Two labels in one file, a score and three classes; a column says which split a row is in."""
    rng = random.Random(seed)
    columns = "pair_ID sentence_A sentence_B entailment_label relatedness_score entailment_AB"
    columns += " sentence_A_original sentence_B_original sentence_A_dataset SemEval_set"
    lines, rows = [columns.replace(" ", "\t")], []
    for i in range(100):
        first, second = (f"A dog sees the {rng.choice(WORDS)} {i}" for _ in range(2))
        score = rng.choice(["1", "2.5", "3.65", "5"])
        label = ["NEUTRAL", "ENTAILMENT", "CONTRADICTION"][i % 3]
        place = ["TRAIN", "TRAIN", "TRIAL", "TEST"][i % 4]
        fields = [i, first, second, label, score, f"A_{label.lower()}_B", f"{first} .", second]
        lines.append("\t".join(map(str, [*fields, "FLICKR", place])))
        rows.append(((first, second), float(score)))
    (folder / "SICK.txt").write_text("\n".join(lines) + "\n", "utf-8")
    options = {"label": "relatedness_score"}
    counts = {"train": 50, "dev": 25, "test": 25}
    return MadeUp([str(folder / "SICK.txt")], (), rows, counts, options, (1, 5))


def sick_classes(folder: Path, seed: int) -> MadeUp:
    """The other label of the same file."""
    made = sick(folder, seed)
    classes = ("CONTRADICTION", "ENTAILMENT", "NEUTRAL")
    rows = [(texts, (2, 1, 0)[i % 3]) for i, (texts, _) in enumerate(made.rows)]
    options = {"label": "entailment_label"}
    return MadeUp(made.arguments, classes, rows, made.counts, options, (0, 2))


def _class_files(
    folder: Path, names: dict[str, str], classes: tuple[str, ...], seed: int
) -> MadeUp:
    rng = random.Random(seed)
    rows = []
    for label, (name, text) in enumerate(names.items()):
        texts = [f"{text} , the {rng.choice(WORDS)} {i} , {rng.choice(WORDS)} ." for i in range(50)]
        texts[0] = texts[0].replace(" ,", "")
        (folder / name).write_bytes("\n".join(texts).encode("latin-1") + b"\n")
        rows += [((line,), label) for line in texts]
    return MadeUp([str(folder / name) for name in names], classes, rows, {"dev": 20, "test": 10})


def subj(folder: Path, seed: int) -> MadeUp:
    """A sentence on each line, a file for each class, without an ending that says so; Latin-1."""
    names = {"plot.tok.gt9.5000": "the story begins", "quote.tok.gt9.5000": "smart and alert"}
    return _class_files(folder, names, ("plot", "quote"), seed)


def cr(folder: Path, seed: int) -> MadeUp:
    """The same with the class as the ending."""
    names = {"custrev.neg": "it broke at once", "custrev.pos": "it works , and i love it"}
    return _class_files(folder, names, ("neg", "pos"), seed)


def cr_features(folder: Path, seed: int) -> MadeUp:
    """As the reviews were annotated: features with strengths, titles, and lines without either."""
    rng = random.Random(seed)
    lines, rows = ["* Annotated by: somebody", "*" * 20, "[t]excellent , but see below"], []
    for i in range(60):
        good = i % 3 != 0
        marks = f"zoom[{'+' if good else '-'}{rng.randint(1, 3)}]"
        marks += rng.choice(["", "[u]", ", size[-1], grip[+1]", ",menu[+1][p],case[-1]"])
        text = f"the {rng.choice(WORDS)} {i} is {'lovely' if good else 'awful'} , really ."
        lines.append(f"{marks}##{text}")
        rows.append(((text,), int(good)))
        lines += [f"##i bought it in week {i} ."] * (i % 4 == 0)
    (folder / "Canon G3.txt").write_bytes("\r\n".join(lines).encode("latin-1") + b"\r\n")
    classes = ("negative", "positive")
    return MadeUp([str(folder / "Canon G3.txt")], classes, rows, {"dev": 12, "test": 6})


FORMS: dict[str, Callable[[Path, int], MadeUp]] = {
    made.__name__: made for made in (trec, mrpc, sick, sick_classes, subj, cr, cr_features)
}
