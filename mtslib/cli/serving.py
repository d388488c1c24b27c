"""The commands of merged models: `merge`, `evaluate`, `predict`, `serve`."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mtslib.base.errors import DataError, MtsError
from mtslib.base.files import text_of
from mtslib.base.paths import expanded
from mtslib.base.ray_cluster import OPENS
from mtslib.base.text import first_of, is_blank
from mtslib.cli.parser import DATA, RAY, TASK, command, named, option, shielded_text

if TYPE_CHECKING:
    from mtslib.data.tasks import Task
    from mtslib.serving import LoadedModel

BACKBONE = option(
    "--backbone",
    type=named,
    metavar="DIR",
    help="where a checkpoint's backbone lies, if it was moved",
)
_MODEL = option(
    "model",
    type=expanded,
    metavar="DIR",
    help="a folder; or `starter`, the model of chapter 00, trained on first use",
)
LONGEST = 1_000_000  # characters of a text; a model reads 512 tokens


@command(
    "merge",
    "merge checkpoints into one model, with its certificate",
    "merge runs/sst runs/sts --out runs/merged",
    option("folders", nargs="+", type=expanded, metavar="DIR", help="checkpoints or merged models"),
    option("--out", type=expanded, required=True, metavar="DIR"),
    option("--replace", action="store_true", help="a later branch replaces an earlier"),
    option(
        *("--task", "--tasks"), default="", metavar="T,…", help="only these: names and task files"
    ),
    option("--without", metavar="TASK", help=f"leave it out of one merged model: {TASK}"),
    BACKBONE,
    notes="a merged model may be changed in its own place; other tasks keep every byte:\n"
    "  add a task:     merge runs/merged runs/quora --out runs/merged\n"
    "  update a task:  merge runs/merged runs/newer-sst --replace --out runs/merged\n"
    "  remove a task:  merge runs/merged --without quora --out runs/merged",
)
def _merge(options: Namespace) -> None:
    from mtslib import serving
    from mtslib.data import tasks

    if options.without is not None:
        if len(options.folders) != 1:
            raise MtsError("--without takes one merged folder")
        found = serving.load(options.folders[0])
        gone = _chosen(found, options.without).name
        merged = serving.without(options.folders[0], gone, options.out, options.backbone)
    else:
        only = [tasks.get(t) if t.endswith(".toml") else t for t in options.task.split(",") if t]
        given = (options.folders, options.out, options.replace, options.backbone)
        merged = serving.merge(*given, only)
    print(serving.summary(merged.certificate))
    print(f"merged model: {options.out}")


@command(
    "evaluate",
    "score a merged model or a checkpoint",
    "evaluate runs/merged --task sst",
    _MODEL,
    option("--task", help=f"only this: {TASK}"),
    option("--split", default="dev", choices=("train", "dev", "test")),
    option("--precision", default="auto", choices=("auto", "fp32", "bf16")),
    option("--dev-file", type=expanded, metavar="FILE", help="score on this file; needs --task"),
    DATA,
    BACKBONE,
)
def _evaluate(options: Namespace) -> None:
    from dataclasses import asdict

    from mtslib import serving

    if options.dev_file and (options.task is None or options.split != "dev"):
        raise MtsError("--dev-file takes the place of one task's dev file; say --task, not --split")
    model = _opened(options)
    every = [item.task for item in model.checkpoints.values()]
    chosen = every if options.task is None else [_chosen(model, options.task)]
    unscored = []
    for task in chosen:
        try:
            found = serving.evaluate(
                *(model, task, options.split, options.data, options.precision),
                file=options.dev_file,
            )
        except DataError as error:  # one task's files may be elsewhere; the others are scored
            unscored.append(str(error))
            continue
        cut = f", {found.truncated} truncated" if found.truncated else ""
        print(found.split.describe() + cut)
        for metric in found.metrics:
            print(metric_line(task.name, options.split, asdict(metric)))
    if unscored:
        raise DataError(first_of(unscored))


def _opened(options: Namespace) -> LoadedModel:
    """The model that is asked for, by its folder or as `starter`; a folder of that name wins."""
    from mtslib import serving

    if _is_starter(options):
        from mtslib.serving.starter import starter_model  # with all that trains it

        return starter_model()
    return serving.open_model(options.model, options.backbone)


def _is_starter(options: Namespace) -> bool:
    return str(options.model) == "starter" and not options.model.exists()


def _chosen(model: LoadedModel, given: str) -> Task:
    """The task that is meant, once the model is known to answer it.

    A name is one of the model's own, which describes it; a task file also says where its rows lie.
    """
    from mtslib.data import tasks

    name = given if given in model.checkpoints else tasks.get(given).name
    if name not in model.checkpoints:
        raise MtsError(
            f"{model.folder} does not answer {name}; it answers {', '.join(model.checkpoints)}"
        )
    own = model.checkpoints[name].task
    task = own if name == given else tasks.get(given)
    differs = own.differs_from(task)
    if differs:
        raise MtsError(f"task {name} is another one in {model.folder} than in {given}: {differs}")
    return task


def metric_line(task: str, split: str, metric: dict) -> str:
    """One metric with its interval, as every command prints it."""
    return (
        f"{task} {split} {metric['name']} {metric['value']:.4f} "
        f"[{metric['low']:.4f}, {metric['high']:.4f}] n = {metric['n']:,}"
    )


@command(
    "predict",
    "ask a merged model or a checkpoint; one of --sentence, --pair and --file is required",
    'predict runs/merged --sentence "What a day." --sentence "-5 degrees, and no heating."',
    _MODEL,
    option("--task", help="only this task (name, FILE.toml); with --file: its columns"),
    option("--sentence", type=shielded_text, action="append", metavar="TEXT"),
    option("--pair", type=shielded_text, action="append", nargs=2, metavar=("TEXT", "TEXT")),
    option("--file", type=expanded, metavar="FILE", help="a sentence per line, or two with a tab"),
    BACKBONE,
)
def _predict(options: Namespace) -> None:
    inputs = _inputs(options)

    from mtslib import serving

    model = _opened(options)
    task = None if options.task is None else _chosen(model, options.task)
    if options.file and task:
        inputs = _task_file(task, options.file)
    found = serving.ask(model, inputs, task and [task.name])
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


@command(
    "serve",
    "answer over HTTP with a merged model",
    "serve runs/merged --port 8000 --watch",
    _MODEL,
    option("--port", type=int, default=8000, help="0 lets the system choose one"),
    option("--workers", type=int, default=1, help="processes, on one copy of the weights"),
    option(
        "--watch", action="store_true", help="take over a new folder put in the old one's place"
    ),
    option("--host", default="127.0.0.1", help="listen for other machines; needs a token"),
    option("--token", default="", help="that clients bring (or MTS_TOKEN, which no list shows)"),
    option(
        "--threads", type=int, default=0, help="of each worker's model; else its share of cores"
    ),
    option("--precision", default="fp32", choices=("auto", "fp32", "bf16")),
    option("--batch-tokens", type=int, default=1024, help="of one pass, padding included"),
    option("--queue", type=int, default=1024, help="inputs that may wait; more are refused"),
    option("--seconds", type=float, default=30.0, help="an input may wait so long"),
    RAY,
    option("--end-with-stdin", action="store_true", help="end when stdin does: for a notebook"),
    notes="A changed folder is verified first; a bad one is refused and the old one answers on. "
    f"SIGHUP looks for one too.\n\nWith --ray the workers are replicas; on a running cluster the "
    f"command returns once they answer, and the same command with another folder replaces them "
    f"one by one. {OPENS}",
)
def _serve(options: Namespace) -> None:
    import os

    from mtslib.serving.engine import Limits
    from mtslib.serving.serve import Plan, serve

    folder = _opened(options).folder if _is_starter(options) else options.model
    limits = Limits(
        batch_tokens=options.batch_tokens,
        queue=options.queue,
        threads=options.threads,
        precision=options.precision,
    )
    plan = Plan(
        host=options.host,
        port=options.port,
        workers=options.workers,
        watch=options.watch,
        token=options.token or os.environ.get("MTS_TOKEN", ""),
        seconds=options.seconds,
        limits=limits,
    )
    if options.ray:
        from mtslib.serving.on_ray import serve_on_ray

        if options.watch or options.end_with_stdin:
            raise MtsError("--ray replaces a model when the command is given again; leave out "
                           "--watch and --end-with-stdin")  # fmt: skip
        serve_on_ray(folder.absolute(), plan, options.ray)
        return
    serve(folder, plan, options.end_with_stdin)


# What is asked ----------------------------------------------------------------------------------


def _inputs(options: Namespace) -> list[tuple[str, ...]]:
    """What `predict` is asked about, from one of --sentence, --pair and --file.

    Empty where it is a task file: the model may have to say which columns it has.
    """
    given = [name for name in ("sentence", "pair", "file") if getattr(options, name) is not None]
    if not given:
        raise MtsError("one of the arguments --sentence --pair --file is required")
    if len(given) > 1:
        raise MtsError(f"argument --{given[1]}: not allowed with argument --{given[0]}")
    if options.file is not None:
        return [] if options.task else _lines(options.file)
    inputs = [(text,) for text in options.sentence or ()] or [tuple(p) for p in options.pair]
    for number, texts in enumerate(inputs, start=1):
        _check_texts(f"input {number} of {len(inputs)}", texts)
    return inputs


def _check_texts(where: str, texts: tuple[str, ...]) -> None:
    """A blank text would be answered like any other, and a whole file like its beginning."""
    for place, text in zip(("first", "second"), texts, strict=False):
        if is_blank(text):
            which = f" in its {place} part" if len(texts) == 2 else ""
            raise DataError(
                f"{where} has no text{which}: read {text[:20]!a}; expected at least one "
                "character that can be seen"
            )
        if len(text) > LONGEST:
            raise DataError(
                f"{where} has {len(text):,} characters, of which a model would read the first few "
                f"thousand; expected at most {LONGEST:,}; is it a text?"
            )


def _task_file(task: Task, file: Path) -> list[tuple[str, ...]]:
    """The texts of a task file. Its format allows a row with one blank text, but not with two."""
    from mtslib.data import datasets

    inputs = [example.texts for example in datasets.read(task, file)]
    for number, texts in enumerate(inputs, start=1):
        _check_texts(f"input {number} of {len(inputs)}", ("".join(texts),))
    return inputs


def _lines(path: Path) -> list[tuple[str, ...]]:
    """A plain text file: a sentence per line, or two with a tab between them."""
    from mtslib.base.disks import refuse_device
    from mtslib.data.separated import decode

    refuse_device(path)
    lines = text_of(decode(path.read_bytes(), path).encode()).rstrip("\n").split("\n")
    if lines == [""]:
        raise DataError(f"{path} is empty; expected one sentence or one pair per line")
    _refuse_json(path, lines)
    inputs = []
    for number, line in enumerate(lines, start=1):
        texts = tuple(line.split("\t"))
        if len(texts) > 2:
            raise DataError(
                f"{path}, line {number} has {len(texts)} fields; expected a sentence, or two with "
                "one tab between them; for a task file also say --task"
            )
        if is_blank(line):
            raise DataError(f"{path}, line {number} is empty; expected a sentence or a pair")
        _check_texts(f"{path}, line {number}", texts)
        inputs.append(texts)
    return inputs


def _refuse_json(path: Path, lines: list[str]) -> None:
    """A file for programs would be answered brace by brace."""
    import json

    for text in ("\n".join(lines), lines[0]):
        try:
            found = json.loads(text)  # in whatever way its program writes JSON
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict | list):
            raise DataError(
                f"{path} holds JSON; expected a sentence per line, or two with a tab between them; "
                "for a task file, JSON Lines say, add --task"
            )
