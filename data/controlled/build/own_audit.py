"""The blind audit of chapter 19's two data sets: `python data/controlled/build/own_audit.py draw|take`.

    draw --out DIR --seed S     60 random rows of each, without label: DIR/NAME.txt, which begins
                                with what the labels mean; the key is DIR/keys/NAME.csv
    take --from DIR --reader N  DIR/N-NAME.tsv, what reader N wrote (number, label, unnatural),
                                into data/controlled/audit/N-NAME.csv by row id, to be committed

`audit.py score` puts their lines below those of the four corpora.
"""

# ruff: noqa: E501
# What readers were told stands in the lines they were told it in.

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

import numpy as np

from mtslib.evidence.intervals import wilson

FOLDER = Path(__file__).resolve().parent.parent
READERS = FOLDER / "audit"
ROWS = 60
# By name: its file, the delimiter, the columns of text, the column of the label.
SETS = {
    "questions": ("questions.csv", ",", ("question",), "kind"),
    "rules": ("rules.tsv", "\t", ("rule", "statement"), "applies"),
}
MEANINGS = {
    "questions": """
Each line is something a person wrote to an information desk. Label the ONE thing that the writer still wants to know; other things may be mentioned that the writer knows already or does not want.
person (who), place (where), time (when, or how long ago), number (how many, how much money), reason (why, what for), way (how: by what method or means)
""",
    "rules": """
Each line is a rule and a statement. Label yes if the statement says that the condition of the rule is met, so that the rule applies to it, and no if it does not; what the rule demands, and whether anyone obeys it, does not matter.
""",
}
FORM = """
Write one line for each line below, tab-separated, first line: number<TAB>label<TAB>unnatural
`unnatural` is 1 where a careful reader would stumble over the English (wrong grammar, a word that does not fit, something nobody would say), else 0. Odd facts are no fault, nor is text typed in lower case without its stops. Judge each line by itself and skip none.
"""


def read(name: str) -> list[dict[str, str]]:
    """The rows of one set."""
    file, delimiter, _, _ = SETS[name]
    with (FOLDER / "own" / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def draw(out: Path, seed: int) -> None:
    """Write the bare rows and the key of each set."""
    (out / "keys").mkdir(parents=True, exist_ok=True)
    for name, (_, _, texts, _) in SETS.items():
        chosen = random.Random(f"audit/{seed}/{name}").sample(read(name), ROWS)
        lines = ["\t".join((str(n), *(row[c] for c in texts))) for n, row in enumerate(chosen, 1)]
        words = [MEANINGS[name].strip(), FORM.strip(), "", *lines, ""]
        _write(out / f"{name}.txt", "\n".join(words))
        key = "".join(f"{n}\t{row['id']}\n" for n, row in enumerate(chosen, 1))
        _write(out / "keys" / f"{name}.csv", f"number\tid\n{key}")


def take(folder: Path, reader: str) -> None:
    """Put what a reader wrote under row ids. Refuses a file that is not complete."""
    for name in SETS:
        given = {line["number"]: line for line in _lines(folder / f"{reader}-{name}.tsv")}
        lines = []
        for key in _lines(folder / "keys" / f"{name}.csv"):
            if key["number"] not in given:
                raise SystemExit(f"{reader}-{name}.tsv lacks line {key['number']}; ask the reader")
            line = given[key["number"]]
            lines.append(f"{key['id']}\t{line['label'].strip().lower()}\t{line['unnatural']}\n")
        _write(READERS / f"{reader}-{name}.csv", "id\tlabel\tunnatural\n" + "".join(lines))


def table_lines() -> list[str]:
    """One line for each committed reader, in the columns of `audit.table`."""
    out = []
    for name, (_, _, _, column) in SETS.items():
        labels = {row["id"]: row[column] for row in read(name)}
        for path in sorted(READERS.glob(f"*-{name}.csv")):
            lines = _lines(path)
            same = np.mean([labels[line["id"]] == line["label"] for line in lines])
            marked = np.mean([line["unnatural"] != "0" for line in lines])
            shares = [_share(float(share), len(lines)) for share in (same, marked)]
            reader = path.stem.removesuffix(f"-{name}")
            out.append(
                f"| {name} | {reader} | {len(lines)} | same label {shares[0]} | – | {shares[1]} | – |"
            )
    return out


def _share(share: float, n: int) -> str:
    low, high = wilson(share, n)
    return f"{share:.1%} ({low:.1%} – {high:.1%})"


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def command_line(about: str, *more: str) -> argparse.Namespace:
    """What an audit is told to do: `draw`, `take`, or one of `more`."""
    parser = argparse.ArgumentParser(description=about)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw")
    drawing.add_argument("--out", type=Path, required=True)
    drawing.add_argument("--seed", type=int, required=True)
    taking = commands.add_parser("take")
    taking.add_argument("--from", dest="folder", type=Path, required=True)
    taking.add_argument("--reader", required=True)
    for name in more:
        commands.add_parser(name)
    return parser.parse_args()


if __name__ == "__main__":
    options = command_line(__doc__.splitlines()[0])
    if options.command == "draw":
        draw(options.out, options.seed)
    else:
        take(options.folder, options.reader)
