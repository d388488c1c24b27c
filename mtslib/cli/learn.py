"""The commands about learning: `work` for the learner, `learn` for the proof, `instructor`."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from mtslib.base.errors import MtsError
from mtslib.base.files import check_place, file_written_whole
from mtslib.base.paths import expanded
from mtslib.base.text import counted
from mtslib.cli.parser import command, group, of_tests, option

group("work", "your own copy: what is there, a chapter anew, a newer workbook")
group("learn", "the exercises and their checks")
group("instructor", "notes for teaching, and grading what learners hand in")

_WORK = option("--work", type=expanded, metavar="DIR", help="another folder than work/")
_CHAPTER = option("chapter", metavar="CHAPTER", nargs="?", help="only one, e.g. 03")


def _folder(options: Namespace) -> dict[str, Path]:
    if options.work is None:
        return {}
    if not options.work.is_dir():
        raise MtsError(f"--work {options.work} is not a folder")
    return {"work": options.work}


@command("work status", "list your notebooks and what passed in them", "work status", _WORK)
def _status(options: Namespace) -> None:
    from dataclasses import astuple

    from mtslib.learn import work_folder

    rows = [("notebook", "yours", "workbook", "passed")]
    rows += [astuple(line) for line in work_folder.status(**_folder(options))]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        print("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip())


@command(
    "work reset",
    "begin a chapter anew; yours goes to work/.old",
    "work reset 03",
    option("chapter", metavar="CHAPTER", help="its number, e.g. 03"),
    _WORK,
)
def _reset(options: Namespace) -> None:
    from mtslib.learn import work_folder

    print(work_folder.reset(options.chapter, **_folder(options)))


@command(
    "work upgrade",
    "take a newer workbook's text in cells you did not change (close the notebooks first)",
    "work upgrade",
    _WORK,
)
def _upgrade(options: Namespace) -> None:
    from mtslib.learn import work_folder

    lines = work_folder.upgrade(**_folder(options))
    print("\n".join(lines))
    left = [line for line in lines if work_folder.LEFT in line]
    if left:
        raise MtsError(f"{len(left)} of {counted(len(lines), 'notebook')} left alone: {left[0]}")


@command(
    "work export",
    "write your progress to one small file",
    "work export progress.json",
    option("file", metavar="FILE", type=expanded),
    _WORK,
)
def _export(options: Namespace) -> None:
    from mtslib.learn import work_folder

    passed = work_folder.export(options.file, **_folder(options))
    print(f"{options.file}: {passed} exercises passed")


@command(
    "learn proof",
    "prove every check, with tests/proof.py; the table goes to build/",
    "learn proof 03",
    _CHAPTER,
    option("--free", action="store_true", help="mistakes that nobody wrote, by general operators"),
)
def _proof(options: Namespace) -> int:
    return of_tests("proof").main(options.chapter, options.free)


@command(
    "instructor notes",
    "timing, misconceptions, questions and bug hunts",
    "instructor notes 03",
    _CHAPTER,
    option("--out", type=expanded, metavar="FILE", help="a file instead of the screen"),
    option("--replace", action="store_true", help="write over a file that is there"),
)
def _notes(options: Namespace) -> None:
    from mtslib.learn.instructor import notes

    if options.out is not None:
        check_place(options.out, "file")
        if os.path.lexists(options.out) and not options.replace:
            raise MtsError(f"{options.out} exists; nothing was changed; say --replace, or move it")
    text = notes.markdown(options.chapter)
    if options.out is None:
        print(text, end="")
        return
    with file_written_whole(options.out) as part:
        part.write_text(text, encoding="utf-8")
    print(options.out)


@command(
    "instructor grade",
    "run learners' notebooks anew and write what passed; not a sandbox: run it in a container",
    "instructor grade handed-in --out grades.csv",
    option("folder", metavar="FOLDER", type=expanded, help="a file, folder or archive per learner"),
    option("--out", type=expanded, required=True, metavar="CSV"),
    option("--salt", default="", metavar="WORD", help="the same word, the same seeds"),
    option("--seconds", type=float, default=60, help="the longest for one exercise"),
    option("--memory", type=int, default=2048, metavar="MB", help="beyond torch's own"),
)
def _grade(options: Namespace) -> None:
    if not (0 < options.seconds < 1e6 and 0 < options.memory < 1e9):
        raise MtsError(
            f"--seconds {options.seconds:g} and --memory {options.memory} must be more than 0, and "
            "within reason"
        )
    check_place(options.out, "file")

    from mtslib.learn.instructor.grade import Limits, grade

    limits = Limits(options.seconds, options.memory)
    rows = grade(options.folder, options.out, options.salt, limits)
    print(f"{options.out}: {counted(len(rows), 'row')}")
