"""The commands that train and measure: `finetune`, `sweep`, `cache`, `bench`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mtslib.base.errors import MtsError
from mtslib.base.paths import BUILD

if TYPE_CHECKING:
    from mtslib.finetune.grid import Grid


def add_commands(
    command: Callable[..., argparse.ArgumentParser],
    group: Callable[[str, str], argparse._SubParsersAction],
) -> None:
    """Add them to the parser: `command(name, run, help, parent)`, `group(name, help)`."""
    kinds = group("cache", "what the frozen trunk said, kept: see it, remove it")
    command("status", _cache_status, "list what is kept, and how much may be", kinds)
    command("clean", _cache_clean, "remove it all; it is made again when needed", kinds)
    _add_finetune(command("finetune", _finetune, "fine-tune one task"))
    _add_sweep(command("sweep", _sweep, "fine-tune a whole grid and record every run"))


def add_bench(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add `bench`, the last command of the list."""
    parser = command("bench", _bench, "time this library beside its peers")
    parser.add_argument(
        "--workloads", default="A,B,C,E", help="A full, B frozen, C sweep, E encode"
    )
    parser.add_argument("--tasks", default="sst,sts,quora")
    parser.add_argument("--precision", default="fp32,bf16", help="fp32,bf16: a column each")
    parser.add_argument("--rows", type=int, default=1000, help="of each task's training file")
    parser.add_argument("--rounds", type=int, default=5, help="the median of so many is told")
    _train_files_option(parser)
    parser.add_argument("--threads", type=int, default=0, help="else as many as there are cores")
    parser.add_argument(
        "--backbone", default="minilm-l6", help="a name, a folder, or bert-base-shape (random)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=BUILD / "bench.json",
        metavar="FILE",
        help="grows work by work; what it holds is not done again",
    )
    data_option(parser)


def _add_finetune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--task", required=True, help="sst, cfimdb, quora or sts")
    parser.add_argument("--freeze-depth", default="full", metavar="D", help="full, or 0 to L")
    parser.add_argument("--preset", default="laptop", help="laptop or paper")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    data_option(parser)
    parser.add_argument("--train-file", metavar="FILE", help="train on this file instead")
    parser.add_argument("--objective", help="what it is trained with; a wrong one lists them")
    parser.add_argument("--pooling", help="cls, mean or pooler")
    _settings_options(parser)
    parser.add_argument("--dev-every-epoch", action="store_true", help="score dev every epoch")
    parser.add_argument(
        "--no-cache", action="store_true", help="run a frozen trunk at every step, keep nothing"
    )


def _add_sweep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--whole", action="store_true", help="every run that the tables of chapters 08 to 10 read"
    )
    parser.add_argument("--tasks", metavar="T,…", help="sst,cfimdb,quora,sts; else all")
    parser.add_argument("--depths", metavar="D,…", help="full,0-6; else all")
    parser.add_argument("--objectives", metavar="O,…", help="else each task's own")
    parser.add_argument("--poolings", metavar="P,…", help="cls,mean,pooler; else cls")
    parser.add_argument("--seeds", metavar="S,…", help="0-2; else 0")
    parser.add_argument("--preset", default="laptop", help="laptop or paper")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="one folder a run")
    parser.add_argument("--results", type=Path, metavar="DIR", help="else data/results")
    parser.add_argument("--jobs", type=int, default=1, help="processes side by side")
    parser.add_argument("--discard", action="store_true", help="keep results, not checkpoints")
    parser.add_argument("--dry-run", action="store_true", help="list the runs and their time")
    data_option(parser)
    _train_files_option(parser)
    _settings_options(parser)


def _train_files_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--train-file", action="append", default=[], metavar="TASK=FILE", help="train on this file"
    )


def _settings_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--backbone", help="minilm-l6, bert-base-uncased, or a folder")
    parser.add_argument("--epochs", type=int, help="0 scores an untrained head")
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--head-dropout", type=float)
    parser.add_argument("--encoder-dropout", type=float)
    parser.add_argument("--max-length", type=int)
    parser.add_argument("--precision", help="auto, fp32 or bf16")


def data_option(parser: argparse.ArgumentParser) -> None:
    """The option of every command that reads task files."""
    parser.add_argument(
        "--data", metavar="DIR", help="folder of the real files (else MTS_DATA, else ours)"
    )


# Commands: each imports what it needs -----------------------------------------------------------


def _cache_status(options: argparse.Namespace) -> None:
    from mtslib.finetune import cache

    print(cache.status())


def _cache_clean(options: argparse.Namespace) -> None:
    from mtslib.finetune import cache

    count, size = cache.clean()
    print(f"{cache.folder()}: {count} entries removed, {size / 1e6:,.1f} MB")


# Settings that the command line can change, one option each; a grid has two of them as lists.
_CHANGES = (
    *("objective", "pooling", "backbone", "epochs", "batch_size", "learning_rate"),
    *("head_dropout", "encoder_dropout", "max_length", "precision"),
)
_IN_THE_GRID = ("objective", "pooling")
# The sides of a grid, and what they are unless told otherwise; objectives: each task's own.
_SIDES = {"tasks": "all", "depths": "all", "objectives": "", "poolings": "cls", "seeds": "0"}


def _finetune(options: argparse.Namespace) -> None:
    from mtslib.finetune import finetune, settings
    from mtslib.finetune.settings import parse_depth

    changes = {name: getattr(options, name) for name in _CHANGES}
    chosen = settings(
        options.task,
        options.preset,
        freeze_depth=parse_depth(options.freeze_depth),
        seed=options.seed,
        **{name: value for name, value in changes.items() if value is not None},
    )
    written = finetune(
        chosen,
        options.out,
        options.data,
        options.train_file,
        options.dev_every_epoch,
        cache=not options.no_cache,
    )
    for record in written.card["history"]:
        print(f"epoch {record['epoch']}: loss {record['loss']:.4f}, {record['seconds']:.1f} s")
    for metric in written.card["dev"]:
        print(metric_line(options.task, "dev", metric))
    print(f"checkpoint: {options.out}")


def _sweep(options: argparse.Namespace) -> None:
    from mtslib.finetune.grid import describe, plan
    from mtslib.finetune.sweep import sweep

    grids = _grids(options)
    if options.jobs < 1:
        raise MtsError(f"--jobs is {options.jobs}; expected 1 or more")
    if options.dry_run:
        print(describe(plan(grids, options.results)))
        return
    count = sweep(grids, options.out, options.results, options.jobs, options.discard)
    print(f"{count} runs recorded")


def _grids(options: argparse.Namespace) -> list[Grid]:
    """The grid that the options describe, or all parts of the whole one."""
    from mtslib import backbones
    from mtslib.data import tasks
    from mtslib.finetune import grid

    changes = {name: getattr(options, name) for name in _CHANGES if name not in _IN_THE_GRID}
    changes = {name: value for name, value in changes.items() if value is not None}
    num_layers = backbones.load(changes.get("backbone", backbones.DEFAULT)).num_layers
    shared = {
        "preset": options.preset,
        "data": options.data,
        "train_files": _train_files(options),
        "changes": changes,
    }
    sides = {name: getattr(options, name) for name in _SIDES}
    named = {name: value for name, value in sides.items() if value is not None}
    if options.whole:
        if named:
            raise MtsError(
                f"--whole has its own {', '.join(named)}; leave out --{next(iter(named))}"
            )
        return grid.whole_grid(num_layers, **shared)
    chosen = _SIDES | named
    return [
        grid.Grid(
            tasks=tuple(tasks.TASKS) if chosen["tasks"] == "all" else _names(chosen["tasks"]),
            depths=grid.parse_depths(chosen["depths"], num_layers),
            objectives=_names(chosen["objectives"]) if chosen["objectives"] else (),
            poolings=_names(chosen["poolings"]),
            seeds=grid.parse_numbers(chosen["seeds"], "seed"),
            **shared,
        )
    ]


def _bench(options: argparse.Namespace) -> None:
    import torch

    from mtslib import backbones, bench

    if options.backbone == bench.BERT_BASE_SHAPE:
        options.backbone = str(bench.random_backbone_folder(BUILD / options.backbone))
    all_work = bench.works(
        options.workloads.split(","),
        options.tasks.split(","),
        options.precision.split(","),
        options.rows,
        options.backbone,
        backbones.load(options.backbone).num_layers,
        options.data,
        options.threads or torch.get_num_threads(),
        _train_files(options),
    )
    found = bench.measure(
        all_work,
        options.rounds,
        begun=bench.read(options.out),
        keep=lambda found: bench.write(found, options.out),
    )
    print(bench.describe(found))
    print(f"kept in {options.out}")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _train_files(options: argparse.Namespace) -> dict[str, str]:
    return dict(_task_and_file(text) for text in options.train_file)


def _task_and_file(text: str) -> tuple[str, str]:
    task, sign, file = text.partition("=")
    if not sign or not task or not file:
        raise MtsError(f"--train-file {text!r} is not TASK=FILE, for example quora=part.csv")
    return task, file


def metric_line(task: str, split: str, metric: dict) -> str:
    """One metric with its interval, as every command prints it."""
    return (
        f"{task} {split} {metric['name']} {metric['value']:.4f} "
        f"[{metric['low']:.4f}, {metric['high']:.4f}] n = {metric['n']:,}"
    )
