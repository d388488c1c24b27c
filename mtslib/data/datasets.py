"""Task files: locate and load them.

A file is known by what it holds. `cs224n` are exactly the course's files and `controlled` exactly
those in `data/controlled/`, whatever they are called and wherever they lie; any other file goes by
the name of its folder and a few digits of its hash. The files of a task come from a folder that
the user names (`--data DIR` or the variable MTS_DATA), or from `data/controlled/`, and the two are
never mixed. The format itself, and what happens to a text, is in `mtslib.data.readers`.
"""

from __future__ import annotations

import difflib
import filecmp
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

from mtslib.base.errors import DataError
from mtslib.base.paths import expanded
from mtslib.base.text import counted
from mtslib.data import readers, tasks
from mtslib.data.known import CONTROLLED, dataset_of, file_name, is_released
from mtslib.data.readers import Example, TaskFile
from mtslib.data.splitting import split_rows
from mtslib.data.tasks import Task

MOST_FILES = 20_000  # below a data folder; a second to look through


@dataclass(frozen=True)
class Split:
    """One task file, all rows of it.

    dataset: `cs224n`, `controlled`, or the folder's name and the first digits of `sha256`.
    sha256: of the rows in their one form (see `readers.TaskFile`).
    form: how it is written, `tab-separated` say.
    unlabelled: the row numbers that have no label.
    original: whether the file is the course's of this name; None where the course has none.
    """

    task: str
    split: str
    dataset: str
    path: Path
    sha256: str
    examples: tuple[Example, ...]
    unlabelled: tuple[int, ...]
    form: str = ""
    original: bool | None = None

    @property
    def labelled(self) -> tuple[Example, ...]:
        """The rows that can be trained on or scored."""
        return tuple(example for example in self.examples if example.label is not None)

    def describe(self) -> str:
        """One line for people: what was read, from where, how many rows lack a label or a text."""
        form = "" if self.form in ("", "tab-separated") else f"{self.form}, "
        changed = ", not the course's file of this name" if self.original is False else ""
        blank = sum(any(not text.strip() for text in row.texts) for row in self.examples)
        return (
            f"{self.task} {self.split}: {counted(len(self.examples), 'row')} of {self.dataset} "
            f"({self.path.name}, {form}sha256 {self.sha256[:8]}…{changed}), "
            f"{len(self.unlabelled):,} without a label"
            + (f", {blank:,} with an empty text" if blank else "")
        )


# Where a file lies -----------------------------------------------------------------------------


def data_dir(given: str | Path | None = None) -> Path | None:
    """The folder of real files: `given`, else MTS_DATA, else None for the controlled corpora.

    Naming `data/controlled` itself asks for the controlled corpora even where MTS_DATA is set.
    Raises DataError if what is named is not a folder, MtsError for a blank name.
    """
    source = "MTS_DATA" if given is None else "the data folder"
    named = os.environ.get("MTS_DATA") or None if given is None else given
    if named is None:
        return None
    folder = expanded(named)
    if not folder.is_dir():
        kind = "a file" if folder.is_file() else "no folder" if folder.exists() else "missing"
        raise DataError(
            f"{source} is {str(named)!r}, which is {kind}; expected a folder that holds the "
            "CS224N files (`python -m mtslib data fetch` makes one), or none for data/controlled"
        )
    return None if folder.resolve() == CONTROLLED.resolve() else folder


def locate(
    task: Task | str,
    split: str,
    data: str | Path | None = None,
    file: str | Path | None = None,
) -> Path:
    """The path of a task file.

    file: another file to read in this place: a path, or a name to look for in the data folder.

    Raises DataError if the file is missing, or if two different files have its name.
    """
    task = tasks.get(task)
    folder = _folder(task, data)
    root = folder or CONTROLLED
    if file is not None:
        return _named_file(expanded(file), root)
    name = file_name(task, split, "controlled" if folder is None else "cs224n")
    if not task.stems:
        return _own_file(task, name, folder)
    path = _find(name, root)
    if path is not None:
        return path
    if folder is None:
        raise DataError(
            f"{CONTROLLED / name} is missing, a file of this project; restore it with "
            f"`git checkout -- data/controlled`"
        )
    raise DataError(
        f"{name} is not in {root} or below it{_near(name, split, root)}; `python -m mtslib data "
        "fetch` downloads it, and without --data and MTS_DATA the corpora in data/controlled serve"
    )


def _folder(task: Task, data: str | Path | None) -> Path | None:
    """Where a task's files lie: beside its task file, which says so, else in the data folder."""
    return data_dir(data) if task.source is None or task.stems else task.source.parent


def _own_file(task: Task, name: str, folder: Path | None) -> Path:
    if folder is None:
        raise DataError(
            f"where {name} lies is not known: the description of task {task.name} came with a "
            "checkpoint; say --task FILE.toml, its task file, or --data and the folder"
        )
    if not (folder / name).exists():
        where = task.source or "kept with a checkpoint"
        raise DataError(f"{folder / name} is missing, which task {task.name} names ({where})")
    return folder / name


def _named_file(path: Path, root: Path) -> Path:
    if not path.exists() and path.name == str(path):
        path = _find(path.name, root) or path
    if not path.exists():
        raise DataError(
            f"{path} is missing; looked for that path, and for its name in {root}"
            f"{_near(path.name, '', root)}"
        )
    return path


def _near(name: str, split: str, root: Path) -> str:
    """Files of nearly this name, and the option that takes one of them."""
    names = {path.name.lower(): path.name for path in _files(root) if path.suffix.lower() in _TEXTS}
    near = [names[found] for found in difflib.get_close_matches(name.lower(), names, 3, 0.6)]
    if not near:
        return ""
    words = f", which has {', '.join(near)}"
    if split in ("train", "dev"):
        words += f"; to use one of its files, pass `--{split}-file {near[0]}`"
    return words


_TEXTS = (".csv", ".tsv", ".txt")


def _files(root: Path) -> Iterator[Path]:
    """Every file in `root` or below, also behind links to folders; each folder once.

    Raises DataError for a folder that holds too much to be one of task files, a home say.
    """
    seen: set[str] = set()
    count = 0

    def unreadable(error: OSError) -> None:
        raise DataError(f"cannot search {error.filename}: {error.strerror}")

    for folder, inside, names in os.walk(root, onerror=unreadable, followlinks=True):
        seen.add(os.path.realpath(folder))
        inside[:] = [n for n in inside if os.path.realpath(os.path.join(folder, n)) not in seen]
        count += 1 + len(names)
        if count > MOST_FILES:
            raise DataError(
                f"{root} holds more than {MOST_FILES:,} files and folders, too many to look "
                "through; name the folder of the task files itself with --data or MTS_DATA"
            )
        yield from (Path(folder) / name for name in names)


def _find(name: str, root: Path) -> Path | None:
    """The file called `name` in `root` or below; copies are fine if their bytes are equal."""
    found = [path for path in _files(root) if path.name == name]
    found.sort(key=lambda path: (len(path.parts), str(path)))
    for other in found[1:]:
        if not filecmp.cmp(other, found[0], shallow=False):
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
    return load_splits(task, (split,), data, {split: file})[split]


def load_splits(
    task: Task | str,
    splits: Sequence[str],
    data: str | Path | None = None,
    files: Mapping[str, str | Path | None] | None = None,
) -> dict[str, Split]:
    """The same for several splits; one file that holds more of them is read once.

    files: read in place of the task's own, by split.
    """
    task, files = tasks.get(task), files or {}
    loaded, whole = {}, None
    for split in splits:
        path = locate(task, split, data, files.get(split))
        if task.one_file and files.get(split) is None and split in task.one_file.shares:
            whole = whole or _whole(task, path)
            found, places = whole
            examples, sha256 = _part(task, split, found, places, path)
        else:
            found = readers.read(task, path, needs_labels=split != "test")
            examples, sha256 = found.examples, found.sha256
        loaded[split] = Split(
            task=task.name,
            split=split,
            dataset=dataset_of(task, split, found.sha256, found.git_sha1)
            or _own_name(path, _folder(task, data), sha256),
            path=path,
            sha256=sha256,
            examples=examples,
            unlabelled=tuple(example.row for example in examples if example.label is None),
            form=found.form,
            original=is_released(path.name, found.git_sha1),
        )
    return loaded


def _whole(task: Task, path: Path) -> tuple[TaskFile, list[str]]:
    """The one file of a task, and the split of each of its rows."""
    found, cut = readers.read(task, path, needs_labels=True), task.one_file
    if cut.group and not any(row.group for row in found.examples):
        raise DataError(
            f"{path} has no column {cut.group!r}, or nothing in it; expected the groups that task "
            f"{task.name} ({task.source}) keeps together"
        )
    return found, split_rows(
        [row.label if task.has_classes else row.label is None for row in found.examples],
        [row.group or f"row {row.row}" for row in found.examples],  # without one a row stands alone
        cut.shares,
        cut.seed,
    )


def _part(
    task: Task, split: str, found: TaskFile, places: Sequence[str], path: Path
) -> tuple[tuple[Example, ...], str]:
    """One split of the rows of one file, numbered from 0, and a hash of which rows these are."""
    examples, cut = found.examples, task.one_file
    chosen = [row for row, place in zip(examples, places, strict=True) if place == split]
    if not chosen:
        groups = f" in {len({row.group for row in examples}):,} groups" if cut.group else ""
        raise DataError(
            f"{path} has {counted(len(examples), 'row')}{groups}, of which none falls to {split}; "
            f"ask for a larger share of {split} in the task file, or add rows"
        )
    which = " ".join([found.sha256, *(str(row.row) for row in chosen)])
    others = [f.name for f in fields(Example)][1:]
    rest = attrgetter(*others)  # of millions of rows, where `replace` takes longer than reading
    numbered = tuple(Example(number, *rest(row)) for number, row in enumerate(chosen))
    return numbered, hashlib.sha256(which.encode()).hexdigest()


def load_pair(
    task: Task | str,
    data: str | Path | None = None,
    train_file: str | Path | None = None,
    dev_file: str | Path | None = None,
) -> tuple[Split, Split]:
    """What a task is trained on and what it is scored on.

    Raises DataError as `load` does, and where one of the two is ours and the other is not.
    """
    train, dev = load_splits(
        task, ("train", "dev"), data, {"train": train_file, "dev": dev_file}
    ).values()
    ours = [split.path.resolve().is_relative_to(CONTROLLED.resolve()) for split in (train, dev)]
    if ours[0] != ours[1]:
        raise DataError(
            f"{train.path} and {dev.path} do not belong together, as one of them is of "
            "data/controlled, and datasets are never mixed; name the folder of both with --data "
            "or MTS_DATA, or both files with --train-file and --dev-file"
        )
    return train, dev


def dataset_name(train: Split, dev: Split) -> str:
    """What a run on these files counts as: `cs224n` only where both are the course's own."""
    if train.dataset == dev.dataset:
        return train.dataset
    own = next(split for split in (train, dev) if split.dataset not in ("cs224n", "controlled"))
    digest = hashlib.sha256(f"{train.sha256} {dev.sha256}".encode()).hexdigest()
    return f"{own.dataset.rsplit('-', 1)[0]}-{digest[:8]}"


def _own_name(path: Path, folder: Path | None, sha256: str) -> str:
    folder = folder or CONTROLLED
    inside = path.resolve().is_relative_to(folder.resolve())
    name = folder.resolve().name if inside else path.resolve().parent.name
    return f"{name or 'data'}-{sha256[:8]}"


def read(task: Task | str, path: str | Path) -> tuple[Example, ...]:
    """The rows of any file in the task's format, with or without labels: a file to predict."""
    task = tasks.get(task)
    return readers.read(task, Path(path), needs_labels=False).examples
