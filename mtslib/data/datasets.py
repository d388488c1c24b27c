"""Task files: locate and load them, and say what is there.

Two datasets exist and are never mixed: `cs224n`, the real files of the course, in a folder that
the user names (`--data DIR` or the variable MTS_DATA), and `controlled`, the corpora in
`data/controlled/`, which serve when no folder is named. The format itself, and what happens to a
text, is in `mtslib.data.readers`.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.base.paths import DATA
from mtslib.data import tasks
from mtslib.data.readers import Example, parse
from mtslib.data.tasks import Task

SPLITS = ("train", "dev", "test")
CONTROLLED = DATA / "controlled"

# Git blob sha1 of each file in the folder data/ of the public GitHub repository
# gpoesia/minbert-default-final-project, commit 7ac8260577fc12a86c7aaf38918056c30054ef39.
RELEASED = {
    "ids-sst-train.csv": "9cb7333cb1dae49c2bd2a4b56a24882a6e8704b5",
    "ids-sst-dev.csv": "3171aa629a340809d2db4a50df8f6e5ec9420ab0",
    "ids-sst-test-student.csv": "bbd2313758825f86e24416d6aad64cd93370cf7a",
    "ids-cfimdb-train.csv": "cd57bcbd2f7214ea6dd1783d3e885d324b1f478d",
    "ids-cfimdb-dev.csv": "8a0f5dcf3d40189b96c801a12cd79bf8003e61de",
    "ids-cfimdb-test-student.csv": "1e789c709b3ca0511f027a309b6d8bd21cde41b2",
    "quora-train.csv": "a3b5546f6a0e65b60a328a5d294d1038f5bed1da",
    "quora-dev.csv": "de7cfa32428fd470b93f778fccc45a619e01336f",
    "quora-test-student.csv": "f257ef00558555afb50819578a58205732b16354",
    "sts-train.csv": "12b17760e7795fee35aeeabc290d5651de02622a",
    "sts-dev.csv": "9392860e584717976b8d817cc40c9e6ceeec27e0",
    "sts-test-student.csv": "25f0cf8fafdd1f82b9e2bb460c708af34341ce60",
}


@dataclass(frozen=True)
class Split:
    """One task file, all rows of it.

    sha256: of the file's bytes.
    unlabelled: the row numbers that have no label.
    original: whether the bytes are those of the course's file of this name; None where the
        course has no file of this name.
    """

    task: str
    split: str
    dataset: str
    path: Path
    sha256: str
    examples: tuple[Example, ...]
    unlabelled: tuple[int, ...]
    original: bool | None = None

    @property
    def labelled(self) -> tuple[Example, ...]:
        """The rows that can be trained on or scored."""
        return tuple(example for example in self.examples if example.label is not None)

    def describe(self) -> str:
        """One line for people: what was read, from where, and how many rows have no label."""
        changed = ", not the course's bytes" if self.original is False else ""
        return (
            f"{self.task} {self.split}: {len(self.examples):,} rows of {self.dataset} "
            f"({self.path.name}, sha256 {self.sha256[:8]}…{changed}), "
            f"{len(self.unlabelled):,} without a label"
        )


# Where a file lies -----------------------------------------------------------------------------


def data_dir(given: str | Path | None = None) -> Path | None:
    """The folder of real files: `given`, else MTS_DATA, else None for the controlled corpora.

    Naming `data/controlled` itself asks for the controlled corpora even where MTS_DATA is set.
    Raises DataError if what is named is not a folder.
    """
    source = "MTS_DATA" if given is None else "the data folder"
    named = os.environ.get("MTS_DATA") or None if given is None else given
    if named is None:
        return None
    folder = Path(named).expanduser()
    if not str(named) or not folder.is_dir():
        kind = "a file" if folder.is_file() else "missing"
        raise DataError(
            f"{source} is {str(named)!r}, which is {kind}; expected a folder that holds the "
            "CS224N files (`python -m mtslib data fetch` makes one), or none for data/controlled"
        )
    return None if folder.resolve() == CONTROLLED.resolve() else folder


def file_name(task: Task, split: str, dataset: str) -> str:
    """What the file of `split` is called: the course hands out its test files as -student."""
    if split not in SPLITS:
        raise DataError(f"unknown split {split!r}; the splits are {', '.join(SPLITS)}")
    if dataset == "controlled":
        return f"{task.controlled_stem}-{split}.csv"
    return f"{task.cs224n_stem}-{'test-student' if split == 'test' else split}.csv"


def controlled_sha256(stem: str) -> str:
    """One hash over the three splits of a controlled corpus, `sentiment` say: which revision."""
    digest = hashlib.sha256()
    for split in ("train", "dev", "test"):
        digest.update((CONTROLLED / f"{stem}-{split}.csv").read_bytes())
    return digest.hexdigest()


def locate(
    task: Task | str,
    split: str,
    data: str | Path | None = None,
    file: str | Path | None = None,
) -> tuple[Path, str]:
    """The path of a task file and the name of its dataset.

    file: another file to read in this place: a path, or a name to look for in the data folder.

    Raises DataError if the file is missing, if two different files have its name, or if `file`
    would mix the two datasets.
    """
    task = tasks.get(task) if isinstance(task, str) else task
    folder = data_dir(data)
    dataset = "controlled" if folder is None else "cs224n"
    name = file_name(task, split, dataset)
    root = folder or CONTROLLED
    if file is not None:
        return _named_file(Path(file).expanduser(), root, dataset), dataset
    if folder is None:
        if not (CONTROLLED / name).exists():
            raise DataError(
                f"{CONTROLLED / name} is missing, a file of this project; restore it with "
                f"`git checkout -- data/controlled`"
            )
        return CONTROLLED / name, dataset
    path = _find(name, root)
    if path is not None:
        return path, dataset
    part = _find(name.replace(".csv", "-part.csv"), root)
    if part is not None:
        raise DataError(
            f"{name} is not in {root}, but {part.name} is, a part of it; "
            f"to train on the part, pass `--train-file {part.name}`; "
            "`python -m mtslib data fetch` downloads the whole"
        )
    raise DataError(
        f"{name} is not in {root} or below it; `python -m mtslib data fetch` downloads it, "
        "and without --data and MTS_DATA the corpora in data/controlled serve"
    )


def _named_file(path: Path, root: Path, dataset: str) -> Path:
    """The file the user named, if it belongs to the dataset that serves the other splits."""
    if not path.exists() and path.name == str(path):
        path = _find(path.name, root) or path
    if not path.exists():
        raise DataError(f"{path} is missing; looked for that path, and for its name in {root}")
    if path.resolve().is_relative_to(CONTROLLED.resolve()) != (dataset == "controlled"):
        raise DataError(
            f"{path} does not belong to the {dataset} data that the other splits come from, and "
            "datasets are never mixed; name the folder of its dev file with --data or MTS_DATA"
        )
    return path


def _find(name: str, root: Path) -> Path | None:
    """The file called `name` in `root` or below; copies are fine if their bytes are equal."""

    def unreadable(error: OSError) -> None:
        raise DataError(f"cannot search {error.filename}: {error.strerror}")

    found = [
        Path(folder) / name
        for folder, _, names in os.walk(root, onerror=unreadable)
        if name in names
    ]
    found.sort(key=lambda path: (len(path.parts), str(path)))
    for other in found[1:]:
        if _read_bytes(other) != _read_bytes(found[0]):
            raise DataError(
                f"two different files are called {name}: {found[0]} and {other}; "
                "remove one, or name a smaller folder"
            )
    return found[0] if found else None


# What a file holds -----------------------------------------------------------------------------


def load(
    task: Task | str,
    split: str = "train",
    data: str | Path | None = None,
    file: str | Path | None = None,
) -> Split:
    """Locate, read and validate one task file.

    data, file: see `data_dir` and `locate`.

    Raises DataError, one line that names file, line and column. The files of train and dev must
    have labels; a test file need not.
    """
    task = tasks.get(task) if isinstance(task, str) else task
    path, dataset = locate(task, split, data, file)
    raw = _read_bytes(path)
    examples = parse(task, raw, path, needs_labels=split != "test")
    known = RELEASED.get(path.name)
    return Split(
        task=task.name,
        split=split,
        dataset=dataset,
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        examples=examples,
        unlabelled=tuple(example.row for example in examples if example.label is None),
        original=None if known is None else git_blob_sha1(raw) == known,
    )


def read(task: Task | str, path: str | Path) -> tuple[Example, ...]:
    """The rows of any file in the task's format, with or without labels: a file to predict."""
    task = tasks.get(task) if isinstance(task, str) else task
    return parse(task, _read_bytes(Path(path)), Path(path), needs_labels=False)


def git_blob_sha1(raw: bytes) -> str:
    """The name that git gives to a file of these bytes."""
    header = f"blob {len(raw)}\0".encode()
    return hashlib.sha1(header + raw, usedforsecurity=False).hexdigest()


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise DataError(f"{path} is a folder; expected one task file (--data names a folder)")
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error


# What is there ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class StatusRow:
    """One line of `data status`; `problem` says why the file cannot serve, or is empty."""

    task: str
    split: str
    dataset: str
    path: str
    rows: int
    unlabelled: int
    sha256: str
    original: bool | None
    problem: str


def status(data: str | Path | None = None) -> list[StatusRow]:
    """Every task and split of the dataset in use, read and validated.

    A file that is missing or malformed is a row with its problem, not an exception.
    Raises DataError if the data folder itself is missing.
    """
    folder = data_dir(data)
    root = folder or CONTROLLED
    dataset = "controlled" if folder is None else "cs224n"
    rows = []
    for task in tasks.TASKS.values():
        for split in SPLITS:
            try:
                found = load(task, split, data)
            except DataError as error:
                name = file_name(task, split, dataset)
                rows.append(StatusRow(task.name, split, dataset, name, 0, 0, "", None, str(error)))
                continue
            rows.append(
                StatusRow(
                    task=task.name,
                    split=split,
                    dataset=dataset,
                    path=found.path.relative_to(root).as_posix(),
                    rows=len(found.examples),
                    unlabelled=len(found.unlabelled),
                    sha256=found.sha256,
                    original=found.original,
                    problem="",
                )
            )
    return rows


def format_status(rows: list[StatusRow]) -> str:
    """`rows` as a plain text table, with what is wrong listed below it."""
    bytes_are = {True: "the course's", False: "CHANGED", None: "-"}
    table = [("task", "split", "dataset", "file", "rows", "no label", "sha256", "bytes")]
    for row in rows:
        if row.problem:
            cells = ("-", "-", "-", "NOT USABLE")
        else:
            digest = row.sha256[:8]
            cells = (f"{row.rows:,}", f"{row.unlabelled:,}", digest, bytes_are[row.original])
        table.append((row.task, row.split, row.dataset, row.path, *cells))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    right = {4, 5}
    lines = [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    problems = [f"{row.task} {row.split}: {row.problem}" for row in rows if row.problem]
    return "\n".join([*lines, *problems])
