"""The form of a task file: which keys it has, and what each may say. A leaf.

Every fault is one DataError that names the file, the key, what was read and what was expected.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from mtslib.base.disks import refuse_device
from mtslib.base.errors import DataError

# A plain decimal number in ASCII. Python's float() would also take `nan`, `1_0` and `٣`.
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# By kind; the first metric, and this objective, where a task names none.
METRICS = {"classes": ("accuracy", "macro-f1", "matthews"), "range": ("pearson", "spearman")}
OBJECTIVE = {"classes": "ce", "range": "soft-ce"}
SPLITS = ("train", "dev", "test")
MOST_CLASSES = 1000
LARGEST = 1 << 20  # bytes
_KEYS = (
    *("name", "asks", "text", "label", "classes", "values", "range"),
    *("metric", "objective", "files", "split", "stems"),
)
_SOURCES = {
    "files": SPLITS,
    "split": ("file", "dev", "test", "seed", "group"),
    "stems": ("cs224n", "controlled"),
}
# A name becomes a folder, a word of file names and an argument. What a reader could take for a
# command or for `all`, and what Windows keeps for devices, is no name of a task.
_TRAINING = ("finetune", "sweep", "distill", "joint", "combine", "cache", "record", "results")
_SERVING = ("merge", "serve", "plan", "evaluate", "predict", "submit", "bench")
_WORKBOOK = ("book", "doctor", "instructor", "lab", "learn", "work", "workbook")
COMMANDS = frozenset((*_TRAINING, *_SERVING, *_WORKBOOK, "data", "task"))
RESERVED = COMMANDS | {"all", "full", "aux", "con", "nul", "prn"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def same_word(text: str) -> str:
    """One spelling for labels that count as equal: no case, nothing unseen, `1.0` as `1`."""
    word = " ".join(text.translate(_UNSEEN).split()).casefold()
    return f"{float(word):.15g}" if NUMBER.fullmatch(word) else word


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file holds. Raises DataError where it is none."""
    if path.is_dir():
        raise DataError(f"{path} is a folder; expected a task file, FILE.toml")
    if not path.exists():
        raise DataError(f"{path} is missing; expected a task file, as `task new` writes it")
    refuse_device(path)
    try:
        if path.stat().st_size > LARGEST:
            raise DataError(
                f"{path} has {path.stat().st_size:,} bytes; a task file has a few lines"
            )
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no TOML, or not UTF-8
        reason = " ".join(str(error).split())
        raise DataError(f"{path} is no task file in TOML ({reason})") from error


def toml(told: Mapping[str, Any]) -> str:
    """A task's description as TOML; only what a task file holds: texts, numbers, lists, tables."""
    plain = {key: value for key, value in told.items() if not isinstance(value, Mapping)}
    lines = [f"{key} = {_written(value)}" for key, value in plain.items()]
    for key in told.keys() - plain.keys():
        lines += ["", f"[{key}]", *(f"{k} = {_written(v)}" for k, v in told[key].items())]
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    """JSON is TOML here, but for one character that TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def checked(told: Mapping[str, Any], where: str, folder: Path | None = None) -> dict[str, Any]:
    """A task's description, complete: what may be left out is filled in.

    where: what messages call it. folder: which its files must not leave.
    Raises DataError for the first key that is unknown, missing or says what it must not.
    """
    form = _Form(where)
    form.know(told, _KEYS)
    found = {
        "name": form.name(told),
        "asks": form.text(told, "asks"),
        "text": form.texts(told, "text", "the one or two columns of the texts"),
        "label": form.text(told, "label"),
    }
    if len(found["text"]) > 2 or found["label"] in found["text"]:
        raise form.wrong("text", told["text"], "one or two columns, and not the label's")
    kind = form.one_of(told, ("classes", "range"), "what the labels are")
    found |= form.classes(told) if kind == "classes" else {"range": form.range(told)}
    metric = told.get("metric", METRICS[kind][0])
    if metric not in METRICS[kind]:
        what = "classes" if kind == "classes" else "a score"
        raise form.wrong("metric", metric, f"for {what} one of {', '.join(METRICS[kind])}")
    found["metric"] = metric
    found["objective"] = form.text({"objective": OBJECTIVE[kind], **told}, "objective")
    source = form.one_of(told, tuple(_SOURCES), "where the rows are")
    form.know(told[source], _SOURCES[source], source)
    found[source] = form.stems(told) if source == "stems" else form.files(told, source, folder)
    return found


class _Form:
    """Checks of single keys; each raises DataError."""

    def __init__(self, where: str) -> None:
        self.where = where

    def wrong(self, key: str, read: object, expected: str) -> DataError:
        shown = repr(read)
        shown = shown if len(shown) <= 80 else shown[:79] + "…"
        return DataError(f"{self.where}, key {key!r}: read {shown}; expected {expected}")

    def know(self, told: object, keys: Collection[str], table: str = "") -> None:
        if not isinstance(told, Mapping):
            raise self.wrong(table, told, f"a table with {', '.join(keys)}")
        for key in told:
            if key not in keys:
                near = difflib.get_close_matches(key.lower(), keys, 1, 0.5)
                hint = f"; is {near[0]!r} meant?" if near else f"; the keys are {', '.join(keys)}"
                inside = f" in [{table}]" if table else ""
                raise DataError(f"{self.where}: unknown key {key!r}{inside}{hint}")

    def text(self, told: Mapping[str, Any], key: str, expected: str = "a text") -> str:
        if key not in told:
            raise DataError(f"{self.where}: key {key!r} is missing; expected {expected}")
        if not isinstance(told[key], str) or not told[key].strip():
            raise self.wrong(key, told[key], expected)
        return told[key]

    def texts(self, told: Mapping[str, Any], key: str, expected: str) -> list[str]:
        words = told.get(key)
        if words is None:
            raise DataError(f"{self.where}: key {key!r} is missing; expected {expected}")
        words = words if isinstance(words, list | tuple) else [words]
        if not words or not all(isinstance(word, str) and word.strip() for word in words):
            raise self.wrong(key, told[key], f"{expected}, each in quotation marks")
        if len({same_word(word) for word in words}) < len(words):
            raise self.wrong(key, told[key], "each only once")
        return list(words)

    def name(self, told: Mapping[str, Any]) -> str:
        name = self.text(told, "name", "a word for the task")
        if not _NAME.fullmatch(name):
            raise self.wrong("name", name, "at most 40 of a–z, 0–9, - and _, a letter first")
        if name in RESERVED:
            raise self.wrong("name", name, "a name that is no command and no word of the commands")
        return name

    def one_of(self, told: Mapping[str, Any], keys: tuple[str, ...], what: str) -> str:
        given = [key for key in keys if key in told]
        if len(given) != 1:
            seen = " and ".join(map(repr, given)) or "none of them"
            raise DataError(
                f"{self.where}: one of {', '.join(map(repr, keys))} says {what}; read {seen}"
            )
        return given[0]

    def classes(self, told: Mapping[str, Any]) -> dict[str, list[str]]:
        names = self.texts(told, "classes", "the classes' names")
        if not 2 <= len(names) <= MOST_CLASSES:
            raise self.wrong("classes", names, f"2 to {MOST_CLASSES}; one class teaches nothing")
        if "values" not in told:
            return {"classes": names}
        values = self.texts(told, "values", "what stands for each class in the files")
        if len(values) != len(names):
            raise self.wrong("values", values, f"{len(names)}, one for each of the classes")
        return {"classes": names, "values": values}

    def range(self, told: Mapping[str, Any]) -> list[float]:
        ends = told["range"]
        if "values" in told:
            raise self.wrong("values", told["values"], "none with a range; they name classes")
        if not isinstance(ends, list | tuple) or len(ends) != 2 or not all(map(_finite, ends)):
            raise self.wrong("range", ends, "two numbers, [lowest, highest]")
        if ends[0] >= ends[1]:
            raise self.wrong("range", ends, "the lowest score first, then a higher one")
        return list(ends)

    def stems(self, told: Mapping[str, Any]) -> dict[str, str]:
        return {key: self.text(told["stems"], key) for key in told["stems"]}

    def files(self, told: Mapping[str, Any], source: str, folder: Path | None) -> dict[str, Any]:
        found = dict(told[source])
        names = list(SPLITS) if source == "files" else ["file"]
        for key in names[:2]:
            self.text(found, key, f"a file in [{source}]")
        names += ["test"] if isinstance(found.get("test"), str) and source == "split" else []
        paths = [self.text(found, key) for key in names if key in found]
        for path in paths:
            self._inside(path, folder)
        if len(set(paths)) < len(paths):
            raise self.wrong(source, found, "another file for each split")
        if source == "split":
            self._shares(found)
        return found

    def _inside(self, path: str, folder: Path | None) -> None:
        """A task file may come from anybody: it must not name what lies outside its folder."""
        expected = "a path relative to the task file, in its folder or below"
        if Path(path).is_absolute() or Path(path).drive or ".." in Path(path).parts:
            raise self.wrong("files", path, expected)
        if folder and not (folder / path).resolve().is_relative_to(folder.resolve()):
            raise self.wrong("files", path, f"{expected}; it is a link to somewhere else")

    def _shares(self, split: dict[str, Any]) -> None:
        test = 0 if isinstance(split.get("test"), str) else split.get("test", 0)
        for key, share in (("dev", split.get("dev")), ("test", test)):
            if not _finite(share) or not 0 <= share < 1 or (key == "dev" and not share):
                raise self.wrong(key, share, "a share of the rows between 0 and 1, such as 0.2")
        if split["dev"] + test >= 1:
            raise self.wrong("dev", split["dev"], "less than 1 with test, so that train has rows")
        seed = split.get("seed", 0)
        if type(seed) is not int or not 0 <= seed < 2**31:
            raise self.wrong("seed", seed, "a whole number from 0")
        if "group" in split:
            self.text(split, "group", "a column")


def _finite(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
