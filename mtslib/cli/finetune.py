"""The commands that train: `finetune`, `sweep`, and `cache` for what the frozen trunk gave."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mtslib.base.errors import MtsError
from mtslib.base.files import check_place
from mtslib.base.paths import expanded
from mtslib.base.ray_cluster import OPENS
from mtslib.base.text import counted
from mtslib.cli.parser import DATA, RAY, TASK, by_task, command, group, named, option
from mtslib.cli.serving import metric_line

if TYPE_CHECKING:
    from mtslib.finetune.checkpoint import Checkpoint
    from mtslib.finetune.grid import Grid

group("cache", "what the frozen trunk gave, kept: see it, remove it")


_OF_TASK = (option("--task", help=f"only what its rows gave: {TASK}"), DATA)


@command("cache status", "list what is kept, and how much may be", "cache status", *_OF_TASK)
def _cache_status(options: Namespace) -> None:
    from mtslib.finetune import cache

    print(cache.status(_hashes(options)))


@command("cache clean", "remove it; it is made again when needed", "cache clean", *_OF_TASK)
def _cache_clean(options: Namespace) -> None:
    from mtslib.finetune import cache

    count, size = cache.clean(_hashes(options))
    print(f"{cache.folder()}: {count} entries removed, {size / 1e6:,.1f} MB")


def _hashes(options: Namespace) -> set[str] | None:
    """Of the files of the task that is asked for."""
    from mtslib.data import datasets

    if options.task is None:
        return None
    return {split.sha256 for split in datasets.load_pair(options.task, options.data)}


# Settings that the commands can change, an option each. A sweep takes several values of each, with
# commas, and runs every combination.
SETTINGS = (
    option("--backbone", type=named, help="minilm-l6, bert-base-uncased, or a folder"),
    option("--epochs", type=int, help="0 scores an untrained head"),
    option("--batch-size", type=int),
    option("--learning-rate", type=float),
    option("--head-dropout", type=float),
    option("--encoder-dropout", type=float),
    option("--max-length", type=int),
    option("--precision", help="auto, fp32 or bf16"),
    option("--encoding", help="split: the trunk reads the sentences of a pair apart"),
    option("--regularise", help="smart or r-drop: a term beside the loss"),
    option("--regularise-weight", type=float, help="of that term; else 1"),
    option("--radius", type=float, help="how far smart shifts a state"),
    option("--before", help="contrastive or masked-words: trained on before the task"),
    option("--before-epochs", type=int, help="of that; else 1"),
    option(
        "--before-file", type=named, metavar="FILE", help="contrastive: its pairs; else quora's"
    ),
)


def several(kind: type) -> Callable[[str], Any]:
    """How an option is read that takes one value, or several with commas → it, or a tuple."""

    def read(text: str) -> Any:
        values = tuple(map(kind, text.split(",")))
        return values if len(values) > 1 else values[0]

    read.__name__ = kind.__name__  # as messages call it
    return read


SWEPT = tuple(
    (names, more if "--backbone" in names else more | {"type": several(more.get("type", str))})
    for names, more in SETTINGS
)
CHANGES = tuple(names[0][2:].replace("-", "_") for names, _ in SETTINGS)
PRESET = option("--preset", default="laptop", help="laptop or paper")
TRAIN_FILES, DEV_FILES = (
    option(name, action="append", default=[], metavar="TASK=FILE", help=help)
    for name, help in (("--train-file", "train on this file"), ("--dev-file", "score on this file"))
)


def given(options: Namespace, names: tuple[str, ...]) -> dict[str, Any]:
    """What was named on the command line, of these options."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


@command(
    "finetune",
    "fine-tune one task",
    "finetune --task sst --freeze-depth 4 --out runs/sst",
    option("--task", required=True, help=TASK),
    option("--freeze-depth", default="full", metavar="D", help="full, or 0 to L"),
    PRESET,
    option("--seed", type=int, default=0),
    option("--out", type=expanded, required=True, metavar="DIR"),
    DATA,
    option("--train-file", type=named, metavar="FILE", help="train on this file instead"),
    option("--dev-file", type=named, metavar="FILE", help="score on this file instead"),
    option("--objective", help="its loss; a wrong name lists the possible ones"),
    option("--pooling", help="cls, mean or pooler"),
    *SETTINGS,
    option("--dev-every-epoch", action="store_true", help="score dev every epoch"),
    option("--no-cache", action="store_true", help="run a frozen trunk at every step"),
    option("--train-on-dev", action="store_true", help="though its score then says nothing"),
)
def _finetune(options: Namespace) -> None:
    from mtslib.finetune import finetune, settings
    from mtslib.finetune.settings import parse_depth

    chosen = settings(
        options.task,
        options.preset,
        freeze_depth=parse_depth(options.freeze_depth),
        seed=options.seed,
        **given(options, ("objective", "pooling", *CHANGES)),
    )
    written = finetune(
        chosen,
        options.out,
        options.data,
        options.train_file,
        options.dev_every_epoch,
        cache=not options.no_cache,
        dev_file=options.dev_file,
        train_on_dev=options.train_on_dev,
    )
    _print_outcome(written)


def _print_outcome(written: Checkpoint) -> None:
    for record in written.card["history"]:
        print(f"epoch {record['epoch']}: loss {record['loss']:.4f}, {record['seconds']:.1f} s")
    for metric in written.card["dev"]:
        print(metric_line(written.task.name, "dev", metric))
    print(f"checkpoint: {written.folder}")


@command(
    "distill",
    "teach a shorter branch what a checkpoint's branch has learnt",
    "distill runs/sts --layers 1 --out runs/sts-short",
    option("teacher", type=expanded, metavar="TEACHER", help="its checkpoint folder"),
    option("--layers", type=int, required=True, metavar="l", help="of the student's branch"),
    option("--start", default="lower", help="from its lower or upper layers, or pretrained"),
    option("--teacher-weight", type=float, default=1.0, help="0 learns from labels alone"),
    option("--label-weight", type=float, default=1.0, help="0 never sees a label"),
    option("--temperature", type=float, help="else 2 between classes, 1 between scores"),
    option("--unlabelled", type=named, metavar="FILE", help="learn from its texts too"),
    option("--unlabelled-rows", type=int, default=0, metavar="N", help="only the first N"),
    option("--seed", type=int, help="else the teacher's, as all below"),
    option("--out", type=expanded, required=True, metavar="DIR"),
    DATA,
    option("--train-file", type=named, metavar="FILE", help="learn from this file instead"),
    option("--dev-file", type=named, metavar="FILE", help="score on this file instead"),
    option("--objective", help="its loss; a pair model can teach a siamese one"),
    option("--pooling", help="cls, mean or pooler"),
    *SETTINGS,
    option("--dev-every-epoch", action="store_true", help="score dev every epoch"),
)
def _distill(options: Namespace) -> None:
    from mtslib.finetune import checkpoint
    from mtslib.finetune.distil import distil, student_of

    own = ("start", "teacher_weight", "label_weight", "temperature")
    chosen = student_of(
        checkpoint.read(options.teacher).settings,
        options.layers,
        unlabelled=options.unlabelled or "",
        unlabelled_rows=options.unlabelled_rows,
        **{name: getattr(options, name) for name in own},
        **given(options, ("seed", "objective", "pooling", *CHANGES)),
    )
    written = distil(
        options.teacher,
        chosen,
        options.out,
        options.data,
        options.train_file,
        options.dev_every_epoch,
        dev_file=options.dev_file,
    )
    _print_outcome(written)


# The sides of a grid, and what they are unless told otherwise; objectives: each task's own.
_SIDES = {"tasks": "all", "depths": "all", "objectives": "", "poolings": "cls", "seeds": "0"}
_SIDES |= {"students": "", "ways": "distilled"}


@command(
    "sweep",
    "fine-tune a whole grid and record every run",
    "sweep --tasks sst,sts --depths full,4-6 --epochs 3,5 --out runs/sweep --dry-run",
    option("--whole", action="store_true", help="every run that chapters 08 to 10 read"),
    option("--tasks", metavar="T,…", help="names and task files; else the four"),
    option("--depths", metavar="D,…", help="full,0-6; else all"),
    option("--objectives", metavar="O,…", help="else each task's own"),
    option("--poolings", metavar="P,…", help="cls,mean,pooler; else cls"),
    option("--seeds", metavar="S,…", help="0-2; else 0"),
    option("--students", metavar="L,…", help="teach students of 1,2 layers after each run"),
    option(
        "--ways", metavar="W,…", help="how, and the controls; else distilled, a wrong one lists all"
    ),
    option(
        "--student-rate", type=float, metavar="R", help="their learning rate; else the preset's"
    ),
    PRESET,
    option("--out", type=expanded, required=True, metavar="DIR", help="one folder per run"),
    option("--results", type=expanded, metavar="DIR", help="else data/results"),
    option("--jobs", type=int, default=1, help="processes side by side"),
    RAY,
    option("--discard", action="store_true", help="keep results, not checkpoints"),
    option("--held-out", action="store_true", help="score on a fifth of train, not on dev"),
    option("--dry-run", action="store_true", help="list the runs and their time"),
    DATA,
    TRAIN_FILES,
    DEV_FILES,
    *SWEPT,
    notes=OPENS,
)
def _sweep(options: Namespace) -> None:
    if options.jobs < 1:
        raise MtsError(f"--jobs is {options.jobs}; expected 1 or more")
    for folder in filter(None, (options.out, options.results)):
        check_place(folder / "run")

    from mtslib.finetune.grid import describe, plan
    from mtslib.finetune.sweep import sweep

    grids = _grids(options)
    if options.dry_run:
        print(describe(plan(grids, options.results)))
        return
    how = (options.jobs, options.discard, options.ray)
    count = sweep(grids, options.out, options.results, *how)
    print(f"{counted(count, 'run')} recorded")


def _grids(options: Namespace) -> list[Grid]:
    """The grid that the options describe, or all parts of the whole one."""
    from mtslib import backbones
    from mtslib.data import held_out, tasks
    from mtslib.finetune import grid

    changes = given(options, CHANGES)
    varied = {name: changes.pop(name) for name in CHANGES if type(changes.get(name)) is tuple}
    num_layers = backbones.load(changes.get("backbone", backbones.DEFAULT)).num_layers
    shared = {
        "preset": options.preset,
        "data": options.data,
        "train_files": files_by_task("--train-file", options.train_file),
        "dev_files": files_by_task("--dev-file", options.dev_file),
        "changes": changes,
    }
    named = given(options, tuple(_SIDES))
    if options.whole:
        if named := [*named, *varied]:
            raise MtsError(
                f"--whole has its own {', '.join(named)}; leave out --{named[0].replace('_', '-')}"
            )
        return grid.whole_grid(num_layers, **shared)
    chosen = _SIDES | named
    sides = {name: tuple(text.split(",")) if text else () for name, text in chosen.items()}
    asked = tuple(tasks.TASKS) if chosen["tasks"] == "all" else sides["tasks"]
    if options.held_out:
        for task in asked:
            file = shared["train_files"].get(task)
            parts = held_out.split(task, options.out / "held-out", options.data, file)
            shared["train_files"][task], shared["dev_files"][task] = parts.values()
    return [
        grid.Grid(
            tasks=asked,
            depths=grid.parse_depths(chosen["depths"], num_layers),
            objectives=sides["objectives"],
            poolings=sides["poolings"],
            seeds=grid.parse_numbers(chosen["seeds"], "seed"),
            students=grid.parse_numbers(chosen["students"], "student")
            if chosen["students"]
            else (),
            ways=sides["ways"],
            student_rate=options.student_rate,
            varied=varied,
            **shared,
        )
    ]


def files_by_task(option: str, given: list[str]) -> dict[str, str]:
    """TASK=FILE, once per task → files by task."""
    return by_task(option, given, "FILE, for example quora=part.csv")
