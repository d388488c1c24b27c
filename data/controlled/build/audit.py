"""A blind audit of labels and English: `python data/controlled/build/audit.py draw|take|score`.

    draw --out DIR --seed S     100 random rows a task for readers, without label, phenomenon or
                                template: DIR/TASK/rows.csv and DIR/TASK/instructions.txt. A reader
                                gets this folder and nothing else of the project. The key, which
                                says what row an audit id stands for, is DIR/keys/TASK.csv.
    take --from DIR --reader N  DIR/TASK/N.csv, what reader N wrote (audit, label, unnatural),
                                into data/controlled/audit/N-TASK.csv by row id, to be committed
    score                       agreement of the committed readers with the labels, and the share
                                of sentences marked unnatural; printed, and put into data/README.md

Repair by rule, not by row, then draw fresh rows with another seed.
"""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import baselines
import numpy as np
import own_audit
import render

from mtslib.evidence.intervals import wilson

READERS = baselines.FOLDER / "audit"
ROWS = 100
TASKS = {"sentiment": "sst", "reviews": "cfimdb", "paraphrase": "quora", "similarity": "sts"}
SCALES = {"sst": (0, 4), "cfimdb": (0, 1), "quora": (0, 1), "sts": (0, 5)}
TEXTS = ("sentence", "sentence1", "sentence2")
ENDS = re.compile(r"[.?!]+(?=\s|$)")  # of a sentence
_FORM = """
Write a file with one line for each line of rows.csv, tab-separated, first line:
audit<TAB>label<TAB>unnatural
`audit` is copied from rows.csv. `unnatural` is in how many of the line's sentences a careful reader
would stumble over the English (wrong grammar, a word that does not fit, something nobody would
say); 0 if in none. Odd opinions and odd facts are no fault of the English. Judge each line by
itself. Do not skip any.
"""
INSTRUCTIONS = {
    "sst": """
Each line is something a person wrote. Label the opinion of the writer on the thing it is about.
0 very negative   1 negative   2 neutral   3 positive   4 very positive
Judge the opinion that is left at the end, not single words: someone may report what others think,
weigh one thing against another, deny something, be ironic, or speak of what did not happen.
2 is for no opinion, a mere report of facts, or good and bad in balance.
0 and 4 are for strong opinions, 1 and 3 for milder ones.
""",
    "cfimdb": """
Each line is a short review with good and bad points. Label the reviewer's verdict on the whole.
0 negative   1 positive
Reviewers mention both sides. One sentence usually says what they conclude, or which point decides
for them; it may go against most of what else they say. That conclusion is the label.
""",
    "quora": """
Each line is a pair of questions. Label whether they ask the same.
1 the same: whoever has a good answer to one has a good answer to the other
0 not the same
Small differences of wording do not matter. Differences of who, what, how many, when, in which
order, whether or not, what causes what, or what is being asked about it, do matter.
""",
    "sts": """
Each line is a pair of sentences. Give a score from 0 to 5, halves allowed, for how close they are
in meaning.
5 they mean the same
4 mostly the same; a detail is missing or differs
3 roughly the same; an important part (who, when, where, how many) differs or is missing
2 not the same, but they share some parts: the same things with another action, the roles swapped,
  or one denies the other
1 not the same, only about a similar topic
0 nothing to do with each other
""",
}


def draw(out: Path, seed: int) -> None:
    """Write rows, instructions and key of each task."""
    for stem, task in TASKS.items():
        rows = [
            (f"{split}-{row['']}", row)
            for split in ("train", "dev", "test")
            for row in baselines.read(stem, split)
        ]
        chosen = random.Random(f"audit/{seed}/{task}").sample(rows, ROWS)
        texts = [column for column in TEXTS if column in rows[0][1]]
        names = [f"{task}-{number:03}" for number in range(1, ROWS + 1)]
        numbered = list(zip(names, chosen, strict=True))
        lines = [(name, *(row[c] for c in texts)) for name, (_, row) in numbered]
        _write(out / task / "rows.csv", ("audit", *texts), lines)
        key = [(name, where, row["id"]) for name, (where, row) in numbered]
        _write(out / "keys" / f"{task}.csv", ("audit", "row", "id"), key)
        text = INSTRUCTIONS[task].strip() + "\n\n" + _FORM.strip() + "\n"
        (out / task / "instructions.txt").write_text(text, encoding="utf-8", newline="\n")


def take(folder: Path, reader: str) -> None:
    """Put what a reader wrote under row ids. Refuses a file that is not complete."""
    for task, (low, high) in SCALES.items():
        written = folder / task / f"{reader}.csv"
        if not written.is_file():
            print(f"{task}: no {written.name} in {written.parent.name}/, nothing taken")
            continue
        given = {line["audit"]: line for line in _read(written)}
        lines = []
        for key in _read(folder / "keys" / f"{task}.csv"):
            line = given.get(key["audit"])
            if line is None:
                raise SystemExit(
                    f"{written.name} of {task} has no line {key['audit']}; expected all {ROWS}; "
                    "let the reader label it"
                )
            if not low <= float(line["label"]) <= high or not line["unnatural"].isdecimal():
                raise SystemExit(
                    f"{written.name} of {task}, line {key['audit']}: read label "
                    f"{line['label']!r}, unnatural {line['unnatural']!r}; expected a label from "
                    f"{low} to {high} and how many sentences are unnatural; ask the reader"
                )
            lines.append((key["row"], key["id"], line["label"], line["unnatural"]))
        _write(READERS / f"{reader}-{task}.csv", ("row", "id", "label", "unnatural"), lines)


def table() -> str:
    """Agreement by task, for each reader and for their mean, from the committed files."""
    out = [
        "| task | reader | n | agreement | also | rows with a mark | sentences marked |",
        "|---|---|---|---|---|---|---|",
    ]
    for stem, task in TASKS.items():
        paths = sorted(READERS.glob(f"*-{task}.csv"))
        readers = {path.stem.removesuffix(f"-{task}"): path for path in paths}
        labels = _labels(stem)
        read = {name: _judged(path, labels) for name, path in readers.items()}
        for name, judged in read.items():
            wanted, found, unnatural, sentences = judged
            out.append(_line(task, name, wanted, found[None], unnatural[None], sentences))
        rows = [tuple(line["row"] for line in _read(path)) for path in readers.values()]
        if len(read) > 1 and len(set(rows)) == 1:
            wanted, _, _, sentences = next(iter(read.values()))
            found = np.array([judged[1] for judged in read.values()])
            unnatural = np.array([judged[2] for judged in read.values()])
            name = f"mean of {len(read)}"
            out.append(_line(task, name, wanted, found, unnatural, sentences))
    out += own_audit.table_lines()
    if len(out) == 2:
        return "Not audited yet: no reader's labels are committed, and no number is claimed."
    return "\n".join(out)


def _line(task: str, reader: str, wanted, found, unnatural, sentences) -> str:
    """One line of the table. found, unnatural (how many sentences): (readers, rows).

    Classes from 0 to 4 and scores are averaged over the readers; of two classes, the agreement is.
    """
    away = abs(found.mean(axis=0) - wanted) + 0.0
    if task == "sst":
        first = f"within one class {_share(away <= 1)}"
        also = f"same class {_share((found == wanted).mean(axis=0))}"
    elif task == "sts":
        first = f"within 1.0 {_share(away <= 1 + 1e-9)}"
        also = f"Pearson {render.pearson(found.mean(axis=0), wanted):.3f}"
    else:
        first, also = f"same label {_share((found == wanted).mean(axis=0))}", "–"
    rows = _share((unnatural > 0).mean(axis=0))
    marked = _interval(unnatural.mean(axis=0).sum() / sentences.sum(), sentences.sum())
    return f"| {task} | {reader} | {len(wanted)} | {first} | {also} | {rows} | {marked} |"


def _share(values) -> str:
    return _interval(np.mean(values), len(values))


def _interval(share: float, n: int) -> str:
    low, high = wilson(float(share), n)
    return f"{share:.1%} ({low:.1%} – {high:.1%})"


def _labels(stem: str) -> dict[str, tuple[str, float, int]]:
    """By row id, the row's own id, its label, and how many sentences it has."""
    found = {}
    for split in ("train", "dev", "test"):
        rows = baselines.read(stem, split)
        for row, label in zip(rows, baselines.labels(stem, rows), strict=True):
            texts = [row[column] for column in TEXTS if column in row]
            count = sum(max(1, len(ENDS.findall(text))) for text in texts)
            found[f"{split}-{row['']}"] = (row["id"], float(label), count)
    return found


def _judged(path: Path, labels: dict) -> tuple[np.ndarray, ...]:
    """Of one reader, by row: the corpus's labels, the reader's, the marks, the sentences."""
    lines = _read(path)
    for line in lines:
        if labels[line["row"]][0] != line["id"]:
            raise SystemExit(
                f"{path.name}: row {line['row']} is no longer the row that was read; the corpus "
                "changed after this audit; draw fresh rows, and remove this file"
            )
    wanted = np.array([labels[line["row"]][1] for line in lines])
    found = np.array([float(line["label"]) for line in lines])
    unnatural = np.array([int(line["unnatural"]) for line in lines])
    return wanted, found, unnatural, np.array([labels[line["row"]][2] for line in lines])


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _write(path: Path, columns: tuple[str, ...], lines) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)


def main() -> None:
    """Draw, take or score."""
    given = own_audit.command_line(__doc__.splitlines()[0], "score")
    if given.command == "draw":
        draw(given.out, given.seed)
    elif given.command == "take":
        take(given.folder, given.reader)
    else:
        print(table())
        render.replace_block("audit", table())


if __name__ == "__main__":
    main()
