"""The commands about learning: `work` for the learner, `learn` for the proof, `instructor`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from mtslib.base.errors import MtsError


def add_commands(
    command: Callable[..., argparse.ArgumentParser],
    group: Callable[[str, str], argparse._SubParsersAction],
) -> None:
    """Add them to the parser: `command(name, run, help, parent)`, `group(name, help)`."""
    kinds = group("work", "your own copy: what is there, a chapter anew, a newer workbook")
    _work_option(command("status", _status, "list your notebooks and what passed in them", kinds))
    reset = command("reset", _reset, "begin a chapter anew; yours goes to work/.old", kinds)
    reset.add_argument("chapter", metavar="CHAPTER", help="its number, e.g. 03")
    _work_option(reset)
    upgrade = "take a newer workbook's text in cells you did not change (close the notebooks first)"
    _work_option(command("upgrade", _upgrade, upgrade, kinds))
    export = command("export", _export, "write your progress to one small file", kinds)
    export.add_argument("file", metavar="FILE", type=Path)
    _work_option(export)

    kinds = group("learn", "the exercises and their checks")
    proof = command("proof", _proof, "prove every check; the table goes to build/proof.csv", kinds)
    proof.add_argument("chapter", metavar="CHAPTER", nargs="?", help="only one, e.g. 03")

    kinds = group("instructor", "notes for teaching, and grading what learners hand in")
    notes = command("notes", _notes, "timing, misconceptions, questions and bug hunts", kinds)
    notes.add_argument("chapter", metavar="CHAPTER", nargs="?", help="one chapter, e.g. 03")
    notes.add_argument("--out", type=Path, metavar="FILE", help="a file instead of the screen")
    _add_grade(
        command(
            "grade",
            _grade,
            "run learners' notebooks anew and write what passed; not a sandbox: run it in a "
            "container",
            kinds,
        )
    )


def _add_grade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a file or folder a learner")
    parser.add_argument("--out", type=Path, required=True, metavar="CSV")
    parser.add_argument("--salt", default="", metavar="WORD", help="another word, other seeds")
    parser.add_argument("--seconds", type=float, default=60, help="the longest for one exercise")
    parser.add_argument("--memory", type=int, default=2048, metavar="MB", help="beyond torch's own")


def _work_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--work", type=Path, metavar="DIR", help="another folder than work/")


def _work(options: argparse.Namespace) -> dict[str, Path]:
    if options.work is None:
        return {}
    if not options.work.is_dir():
        raise MtsError(f"--work {options.work} is no folder")
    return {"work": options.work}


def _status(options: argparse.Namespace) -> None:
    from dataclasses import astuple

    from mtslib.learn import work_folder

    rows = [("notebook", "yours", "workbook", "passed")]
    rows += [astuple(line) for line in work_folder.status(**_work(options))]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        print("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip())


def _reset(options: argparse.Namespace) -> None:
    from mtslib.learn import work_folder

    print(work_folder.reset(options.chapter, **_work(options)))


def _upgrade(options: argparse.Namespace) -> None:
    from mtslib.learn import work_folder

    print("\n".join(work_folder.upgrade(**_work(options))))


def _export(options: argparse.Namespace) -> None:
    from mtslib.learn import work_folder

    passed = work_folder.export(options.file, **_work(options))
    print(f"{options.file}: {passed} exercises passed")


def _proof(options: argparse.Namespace) -> int:
    from mtslib.learn import proof_table
    from mtslib.workbook.notebooks import display_path

    made, wrong = proof_table.run(options.chapter)
    for row in wrong:
        print(f"{row.exercise} {row.kind} {row.name}, seed {row.seed}: {row.said}")
    print(proof_table.found(made).markdown())
    print(f"{display_path(proof_table.TABLE)}: {len(made)} cases, {len(wrong)} wrong")
    return 2 if wrong else 0


def _notes(options: argparse.Namespace) -> None:
    from mtslib.base.files import file_written_whole
    from mtslib.learn.instructor import notes

    text = notes.markdown(options.chapter)
    if options.out is None:
        print(text, end="")
        return
    with file_written_whole(options.out) as part:
        part.write_text(text, encoding="utf-8")
    print(options.out)


def _grade(options: argparse.Namespace) -> None:
    from mtslib.learn.instructor.grade import Limits, grade

    if options.seconds <= 0 or options.memory <= 0:
        raise MtsError(
            f"--seconds {options.seconds:g} and --memory {options.memory} must be more than 0"
        )
    limits = Limits(options.seconds, options.memory)
    rows = grade(options.folder, options.out, options.salt, limits)
    print(f"{options.out}: {len(rows)} rows")
