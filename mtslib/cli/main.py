"""`python -m mtslib …`: every command of the project.

Errors that a user can cause are one line on stderr and exit code 2; `--debug` shows the trace.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mtslib import __version__
from mtslib.base.errors import DataError, MtsError
from mtslib.cli import finetune, learn
from mtslib.cli.finetune import data_option, metric_line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command → its exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        return options.run(options) or 0
    except MtsError as error:
        if options.debug:
            raise
        message = str(error)
    except KeyboardInterrupt:
        if options.debug:
            raise
        message = "stopped by Ctrl-C; nothing half-written is left"
    except OSError as error:
        if options.debug:
            raise
        where = f" ({error.filename})" if error.filename else ""
        message = f"the system said: {error.strerror or error}{where}"
    # Only here is the trace gone, and with it a progress bar that would share the line.
    print(f"error: {message}", file=sys.stderr)
    return 2


# Commands: each imports what it needs, so that `--help` answers at once -------------------------


def _lab(options: argparse.Namespace) -> int | None:
    from mtslib.workbook.lab import open_lab

    return open_lab(port=options.port, browser=not options.no_browser)


def _workbook(options: argparse.Namespace) -> None:
    from mtslib.workbook import execute

    notebooks = execute.find_notebooks(only=options.only)
    (execute.execute_in_place if options.in_place else execute.execute_all)(notebooks)


def _doctor(options: argparse.Namespace) -> int:
    from mtslib.workbook import doctor

    text, well = doctor.report()
    print(text)
    return 0 if well else 2


def _data_status(options: argparse.Namespace) -> None:
    from mtslib.data import datasets

    print(datasets.format_status(datasets.status(options.data)))


def _data_fetch(options: argparse.Namespace) -> None:
    from mtslib.data import fetch

    address = {"base_url": options.address} if options.address else {}
    for path in fetch.fetch(options.out, **address):
        print(path)


def _merge(options: argparse.Namespace) -> None:
    from mtslib import serving

    if options.without:
        if len(options.folders) != 1:
            raise MtsError("--without takes one merged folder")
        merged = serving.without(options.folders[0], options.without, options.out)
    else:
        merged = serving.merge(options.folders, options.out, options.replace)
    print(serving.summary(merged.certificate))
    print(f"merged model: {options.out}")


def _evaluate(options: argparse.Namespace) -> None:
    from dataclasses import asdict

    from mtslib import serving
    from mtslib.data import tasks

    model = serving.open_model(options.model)
    names = [options.task] if options.task else list(model.checkpoints)
    for name in names:
        task = tasks.get(name)
        if name not in model.checkpoints:
            raise MtsError(
                f"{options.model} does not answer {name}; it answers {', '.join(model.checkpoints)}"
            )
        found = serving.evaluate(model, task, options.split, options.data, options.precision)
        cut = f", {found.truncated} truncated" if found.truncated else ""
        print(found.split.describe() + cut)
        for metric in found.metrics:
            print(metric_line(name, options.split, asdict(metric)))


def _predict(options: argparse.Namespace) -> None:
    from mtslib import serving

    inputs = _inputs(options)
    model = serving.open_model(options.model)
    wanted = [options.task] if options.task else None
    found = serving.ask(model, inputs, wanted)
    for number, (texts, answers) in enumerate(zip(inputs, found, strict=True), start=1):
        if options.file:
            for answer in answers:
                print(f"{number}\t{answer.task}\t{answer.value:g}\t{answer.words}")
        else:
            print(" | ".join(texts))
            for answer in answers:
                print(f"  {answer}")
    cut = sum(any(answer.truncated for answer in some) for some in found)
    if cut:
        limit = serving.longest_input(model)
        print(f"{cut} of {len(inputs)} inputs were cut to {limit} tokens", file=sys.stderr)


def _record(options: argparse.Namespace) -> None:
    from mtslib.evidence import results
    from mtslib.finetune import checkpoint
    from mtslib.workbook import execute, readme

    if not options.folders and not options.publish:
        raise MtsError("nothing to record: name checkpoint folders, or say --publish")
    for folder in options.folders:
        kept = checkpoint.read(folder)
        predictions = checkpoint.read_tensors(Path(folder) / checkpoint.PREDICTIONS)
        name, new = results.record(
            kept.card,
            predictions["rows"].numpy(),
            predictions["predicted"].numpy(),
            seconds_comparable=options.quiet_machine,
        )
        print(f"{name}: {'recorded' if new else 'is recorded already'} ({folder})")
    if options.publish:
        print(f"snapshot of {results.publish()} runs")
        print(_paired(options.data))
        print("executing the notebooks anew")
        readme.refresh()
        execute.execute_in_place(execute.find_notebooks())


def _paired(data: str | None) -> str:
    """Work out the paired intervals of sts where its labels are → what was done, in words."""
    from mtslib.data import datasets
    from mtslib.evidence import contrasts
    from mtslib.report import depth_verdicts, similarity_tables

    folder = datasets.data_dir(data)
    if folder is None:
        return "paired intervals of sts stay as they are: --data or MTS_DATA names no real files"
    count = contrasts.measure([*depth_verdicts.wanted(), *similarity_tables.wanted()], folder)
    return f"{count} paired intervals of sts worked out"


def _inputs(options: argparse.Namespace) -> list[tuple[str, ...]]:
    """What `predict` is asked about, from one of --sentence, --pair and --file."""
    from mtslib.data import datasets

    if options.sentence is not None:
        inputs = [(text,) for text in options.sentence]
    elif options.pair is not None:
        inputs = [tuple(pair) for pair in options.pair]
    elif options.task:
        inputs = [example.texts for example in datasets.read(options.task, options.file)]
    else:
        inputs = _lines(Path(options.file))
    for number, texts in enumerate(inputs, start=1):
        if not any(text.strip() for text in texts):
            raise DataError(
                f"input {number} of {len(inputs)} has no text; expected at least one character "
                "that is not a space"
            )
    return inputs


def _lines(path: Path) -> list[tuple[str, ...]]:
    """A plain text file: a sentence a line, or two with a tab between them."""
    try:
        lines = path.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 ({error.reason} at byte {error.start})") from error
    if lines == [""]:
        raise DataError(f"{path} is empty; expected a sentence or a pair a line")
    inputs = []
    for number, line in enumerate(lines, start=1):
        texts = tuple(line.split("\t"))
        if len(texts) > 2:
            raise DataError(
                f"{path}, line {number} has {len(texts)} fields; expected a sentence, or two with "
                "one tab between them; for a task file also say --task"
            )
        if not line.strip():
            raise DataError(f"{path}, line {number} is empty; expected a sentence or a pair")
        inputs.append(texts)
    return inputs


# The parser ------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        """One line, like every other error."""
        print(f"error: {message}; `{self.prog} --help` lists what is possible", file=sys.stderr)
        raise SystemExit(2)


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    parser = _Parser(prog="python -m mtslib", description=__doc__.split("\n")[0])
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run, help_text: str, parent=commands) -> argparse.ArgumentParser:
        made = parent.add_parser(name, help=help_text, description=help_text)
        made.add_argument("--debug", action="store_true", help="show the whole trace of an error")
        made.set_defaults(run=run)
        return made

    def group(name: str, help_text: str) -> argparse._SubParsersAction:
        made = commands.add_parser(name, help=help_text, description=help_text)
        return made.add_subparsers(required=True, metavar="WHAT", parser_class=_Parser)

    lab = command("lab", _lab, "open the workbook in JupyterLab")
    lab.add_argument("--port", type=int, default=8888)
    lab.add_argument("--no-browser", action="store_true", help="only print the address")

    execute = command("workbook", _workbook, "execute every notebook, in order, without a browser")
    execute.add_argument("--only", help="one notebook, by its number, e.g. 05")
    execute.add_argument("--in-place", action="store_true", help="refresh the committed outputs")

    command("doctor", _doctor, "check that everything the workbook needs is here")

    kinds = group("data", "the task files: what is here, and fetching real ones")
    status = command("status", _data_status, "list every task file and validate it", kinds)
    data_option(status)
    fetch = command("fetch", _data_fetch, "download the real files of CS224N", kinds)
    fetch.add_argument("--out", type=Path, required=True, metavar="DIR")
    fetch.add_argument("--from", dest="address", metavar="ADDRESS", help="a mirror of the files")

    finetune.add_commands(command, group)

    merge = command("merge", _merge, "merge checkpoints into one model, with its certificate")
    merge.add_argument("folders", nargs="+", metavar="DIR", help="checkpoints or merged models")
    merge.add_argument("--out", type=Path, required=True, metavar="DIR")
    merge.add_argument("--replace", action="store_true", help="a later branch replaces an earlier")
    merge.add_argument("--without", metavar="TASK", help="remove a task from one merged model")

    evaluate = command("evaluate", _evaluate, "score a merged model or a checkpoint")
    evaluate.add_argument("model", metavar="DIR")
    evaluate.add_argument("--task", help="only this task")
    evaluate.add_argument("--split", default="dev", choices=("train", "dev", "test"))
    evaluate.add_argument("--precision", default="auto", choices=("auto", "fp32", "bf16"))
    data_option(evaluate)

    predict = command("predict", _predict, "ask a merged model or a checkpoint")
    predict.add_argument("model", metavar="DIR")
    predict.add_argument("--task", help="only this task; with --file: the columns of its files")
    given = predict.add_mutually_exclusive_group(required=True)
    given.add_argument("--sentence", action="append", metavar="TEXT")
    given.add_argument("--pair", action="append", nargs=2, metavar=("TEXT", "TEXT"))
    given.add_argument("--file", metavar="FILE", help="a sentence a line, or two with a tab")

    learn.add_commands(command, group)

    record = command("record", _record, "append checkpoints' results to data/results")
    record.add_argument("folders", nargs="*", metavar="DIR")
    record.add_argument("--publish", action="store_true", help="freeze the snapshot, run notebooks")
    record.add_argument(
        "--quiet-machine", action="store_true", help="nothing else ran: seconds are comparable"
    )
    data_option(record)
    finetune.add_bench(command)
    return parser
