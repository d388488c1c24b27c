"""The course's prediction files: written for a model, and checked against the task files. Table 4.

For each split there are three: `sst-dev-output.csv`, `para-dev-output.csv`, `sts-dev-output.csv`.
The format is that of the course's handout, oddities included, since its reader knows no other:

- The first line is `id`, a tab and the name of the column, with a space before and after the tab
  and one at the end: `id \\t Predicted_Sentiment \\n`. Similarity is spelt `Predicted_Similiary`.
- Every other line is an id and a value with a comma between them, which nothing else in the format
  uses: `ID , VALUE \\n`, again with a space on each side and one at the end.
- A value is a class index for sentiment, `0.0` or `1.0` for paraphrase, a number for similarity.
- A dev file holds the rows that have a label (the handout's loader drops others), a test file all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mtslib.base.disks import refuse_device
from mtslib.base.errors import DataError, MtsError
from mtslib.base.files import check_file, file_written_whole
from mtslib.base.text import counted
from mtslib.data import datasets, tasks
from mtslib.data.readers import Example
from mtslib.data.table import Trouble
from mtslib.data.tasks import Task
from mtslib.evidence import overall
from mtslib.evidence.metrics import METRICS
from mtslib.serving.merged_folder import LoadedModel
from mtslib.serving.predict import answers

SPLITS = ("dev", "test")
LARGEST = 64 * 2**20  # bytes; the largest of the course's has 1.4 MB
_LINE = re.compile(r"(\S+) , (\S+) ")


@dataclass(frozen=True)
class Form:
    """How the predictions of one task are written.

    column: its name in the first line. written: a prediction → its text. value: the texts that
    a value may have. expected: the same in words.
    """

    task: Task
    stem: str
    column: str
    written: Callable[[float], str]
    value: re.Pattern[str]
    expected: str

    @property
    def header(self) -> str:
        """The first line, without its end."""
        return f"id \t {self.column} "

    def name(self, split: str) -> str:
        """The file of a split."""
        return f"{self.stem}-{split}-output.csv"

    def fits(self, text: str) -> bool:
        """Whether a value is one that the task has."""
        if not self.value.fullmatch(text):
            return False
        low, high = self.task.label_range if not self.task.has_classes else (-np.inf, np.inf)
        return low <= float(text) <= high


_NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
FORMS = {
    form.task.name: form
    for form in (
        Form(
            *(tasks.SST, "sst", "Predicted_Sentiment", lambda said: f"{said:.0f}"),
            *(re.compile("[0-4]"), "a class, 0 to 4"),
        ),
        Form(
            *(tasks.QUORA, "para", "Predicted_Is_Paraphrase", lambda said: f"{said:.1f}"),
            *(re.compile("[01][.]0"), "0.0 or 1.0"),
        ),
        Form(
            *(tasks.STS, "sts", "Predicted_Similiary", lambda said: f"{said}"),
            *(_NUMBER, "a number from 0 to 5"),
        ),
    )
}


def forms_of(names: Collection[str] = ()) -> list[Form]:
    """The forms of some tasks, or of all three. Raises MtsError for a name that is none of them."""
    unknown = [name for name in names if name not in FORMS]
    if unknown:
        raise MtsError(
            f"the course has no prediction file of {unknown[0]!r:.60}; it has {', '.join(FORMS)}"
        )
    return [form for name, form in FORMS.items() if not names or name in names]


def asked(form: Form, split: str, data: Path | str | None = None) -> tuple[Example, ...]:
    """The rows that a file holds, in their order: of dev those with a label, of test all."""
    found = datasets.load(form.task, split, data)
    return found.examples if split == "test" else found.labelled


# Written ----------------------------------------------------------------------------------------


def write(
    model: LoadedModel,
    out: Path,
    split: str,
    data: Path | str | None = None,
    names: Collection[str] = (),
    precision: str = "auto",
    progress: bool = True,
) -> list[Path]:
    """Write what a model says to every row of a split, a file for each task → the files.

    names: only these tasks. Raises MtsError before anything is computed where a task is missing, or
    where a file would take the place of something that is no prediction file.
    """
    forms = forms_of(names)
    for form in forms:
        _check_task(model, form)
        check_file(out / form.name(split), "id \t Predicted_")
    rows = [asked(form, split, data) for form in forms]
    written = []
    for form, examples in zip(forms, rows, strict=True):
        bar = f"{form.task.name} {split}" if progress else ""
        said, _ = answers(model, form.task.name, [e.texts for e in examples], precision, bar)
        path = out / form.name(split)
        lines = [f"{e.id} , {form.written(one)} \n" for e, one in zip(examples, said, strict=True)]
        with file_written_whole(path) as fresh:
            fresh.write_text("".join([f"{form.header}\n", *lines]), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _check_task(model: LoadedModel, form: Form) -> None:
    name = form.task.name
    if name not in model.checkpoints:
        raise MtsError(
            f"{model.folder} does not answer {name}; it answers {', '.join(model.checkpoints)}; "
            "merge a checkpoint of it, or name those that are meant with --tasks"
        )
    differs = model.checkpoints[name].task.differs_from(form.task)
    if differs:
        raise MtsError(f"task {name} of {model.folder} is not the course's: {differs}")


# Checked ----------------------------------------------------------------------------------------


def check(
    folder: Path, data: Path | str | None = None, names: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """What the prediction files of a folder say, and what is wrong with them → (facts, faults).

    A split of which there is a file must have all, of the tasks in `names` or of all three. Where
    rows have labels, the facts are scores, and with three tasks both overall scores. Raises
    DataError where there is no prediction file.
    """
    forms, facts, faults = forms_of(names), [], []
    for split in SPLITS:
        if not any((folder / form.name(split)).exists() for form in forms):
            continue
        scores: dict[str, float] = {}
        for form in forms:
            try:
                fact, score = _checked(folder / form.name(split), form, split, data)
            except MtsError as error:
                faults.append(str(error))
                continue
            facts.append(fact)
            if score is not None:
                scores[form.task.name] = score
        if len(scores) == len(FORMS):
            facts.append(
                f"{split}: overall {overall.plain(**scores):.3f}, the mean of the three; "
                f"{overall.rescaled(**scores):.3f} with the correlation brought to 0 to 1"
            )
    if not facts and not faults:
        raise DataError(
            f"{folder} holds no prediction file; expected {', '.join(f.name('dev') for f in forms)}"
            " or those of test, as `python -m mtslib submit MODEL --out DIR` writes them"
        )
    return facts, faults


def _checked(
    path: Path, form: Form, split: str, data: Path | str | None
) -> tuple[str, float | None]:
    """What one file holds, in words, and its score where the rows have labels."""
    said = read(path, form)
    examples = asked(form, split, data)
    _compare_ids(path, [name for name, _ in said], [example.id for example in examples])
    labels = [example.label for example in examples]
    fact = f"{path.name}: {counted(len(said), 'row')}, as in {split}"
    if None in labels:
        return fact, None
    metric = form.task.metric
    score = METRICS[metric](np.array([value for _, value in said]), np.array(labels, float))
    return f"{fact}; {metric} {score:.3f}", score


def read(path: Path, form: Form) -> list[tuple[str, float]]:
    """(id, value) of every row. Raises DataError, one line, with each kind of fault."""
    lines = _lines(path)
    trouble, first = Trouble(path), {}
    if lines[0] != form.header:
        trouble.add(1, "", repr(lines[0]), repr(form.header))
    found = []
    for number, line in enumerate(lines[1:], start=2):
        parts = _LINE.fullmatch(line)
        if parts is None:
            trouble.add(number, "", repr(line), "'ID , VALUE ' with these four spaces")
            continue
        name, value = parts.groups()
        if first.setdefault(name, number) != number:
            trouble.add(number, "id", repr(name), f"each id once; it is on line {first[name]} too")
        if not form.fits(value):
            trouble.add(number, form.column, repr(value), form.expected)
            continue
        found.append((name, float(value)))
    trouble.tell()
    return found


def _lines(path: Path) -> list[str]:
    if not path.exists():
        raise DataError(f"{path} is missing; the course takes the files of a split together")
    refuse_device(path)
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise DataError(f"{path} is a folder, or larger than {LARGEST >> 20} MB; expected a file")
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 ({error.reason} at byte {error.start})") from error
    if not text.endswith("\n"):
        raise DataError(f"{path} does not end with a line end; was it cut short?")
    return text.removesuffix("\n").split("\n")


def _compare_ids(path: Path, seen: Sequence[str], expected: Sequence[str]) -> None:
    """Raise DataError unless the ids are those of the task file, in its order."""
    if list(seen) == list(expected):
        return
    missing, unknown = set(expected) - set(seen), set(seen) - set(expected)
    if not missing and not unknown:
        place = next(
            i for i, (one, two) in enumerate(zip(seen, expected, strict=True)) if one != two
        )
        raise DataError(
            f"{path}, line {place + 2}: its ids stand in another order than in the task file; read "
            f"{seen[place]!r}, expected {expected[place]!r}"
        )
    told = [
        f"{counted(len(ids), 'id')} {what}, {min(ids)!r:.40} say"
        for ids, what in ((missing, "of the task file missing"), (unknown, "not in the task file"))
        if ids
    ]
    raise DataError(
        f"{path} has {counted(len(seen), 'row')}, expected the {len(expected):,} of the task file: "
        + "; ".join(told)
    )
