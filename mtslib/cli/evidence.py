"""The commands that measure and keep what was measured: `record`, `bench`."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.errors import MtsError, ResultsError
from mtslib.base.files import check_file, check_place
from mtslib.base.paths import BUILD, expanded
from mtslib.base.text import counted
from mtslib.cli.finetune import TRAIN_FILES, files_by_task
from mtslib.cli.parser import DATA, TASK, command, group, named, of_tests, option, tell


@command(
    "record",
    "append checkpoints' results to data/results",
    "record runs/sst",
    option("folders", nargs="*", type=expanded, metavar="DIR"),
    option("--task", help=f"only checkpoints of this: {TASK}"),
    option("--publish", action="store_true", help="freeze the snapshot, run notebooks"),
    option("--inside", action="store_true", help="only measure what changed in each layer"),
    option("--quiet-machine", action="store_true", help="nothing else ran: seconds are comparable"),
    DATA,
)
def _record(options: Namespace) -> None:
    if not options.folders and (options.inside or not options.publish):
        raise MtsError("nothing to record: name checkpoint folders, or say --publish")

    from mtslib.data import tasks
    from mtslib.finetune import checkpoint

    if options.inside:
        _record_inside(options)
        return
    only = tasks.get(options.task) if options.task else None
    for folder in options.folders:
        kept = checkpoint.read(folder)
        if only and (kept.task.name != only.name or kept.task.differs_from(only)):
            print(f"{kept.name} is left out: not the task {only.name}")
            continue
        name, new = checkpoint.record(kept, seconds_comparable=options.quiet_machine)
        print(f"{name}: {'recorded' if new else 'is recorded already'} ({folder})")
    if options.publish:
        _publish(options.data)


def _record_inside(options: Namespace) -> None:
    from mtslib.evidence import inside
    from mtslib.finetune import checkpoint
    from mtslib.finetune.inside import measured

    for folder in options.folders:
        kept = checkpoint.read(folder)
        count = inside.record(measured(kept, options.data))
        print(f"{kept.name}: measured layer by layer; {counted(count, 'run')} in {inside.FILE}")


def _publish(data: str | None) -> None:
    from mtslib.evidence import results
    from mtslib.workbook import execute

    print(f"snapshot of {counted(results.publish(), 'run')}")
    print(_paired(data))
    print("executing the notebooks anew")
    of_tests("pages").refresh()
    execute.execute_notebooks(out=None)


def _paired(data: str | None) -> str:
    """Work out the recorded differences where the labels are → what was done, in words."""
    from mtslib.data import datasets
    from mtslib.evidence import (
        claim_rules,
        contrasts,
        depth_verdicts,
        encodings,
        explanations,
        extras,
        options,
        students,
        together,
    )

    folder = datasets.data_dir(data)
    if folder is None:
        return "differences stay as they are: neither --data nor MTS_DATA names the real files"
    chapters = (depth_verdicts, explanations, options, encodings, together, students, claim_rules)
    chapters += (extras,)
    count = contrasts.measure([pair for own in chapters for pair in own.wanted()], folder)
    return f"{count} differences worked out"


group("results", "what is recorded: whether it is whole")


@command(
    "results verify",
    "compare every recorded run, its metrics and its predictions with the manifest",
    "results verify",
    option("--results", type=expanded, metavar="DIR", help="else data/results"),
)
def _verify(options: Namespace) -> None:
    if options.results and not options.results.is_dir():
        raise MtsError(f"--results {options.results} is not a folder")

    from mtslib.evidence.whole import verify

    tell(*verify(options.results), ResultsError)
    print("whole: nothing was cut, edited or taken out")


@command(
    "bench",
    "time this library beside its peers; `bench serve`: the rate that a server holds",
    "bench --workloads B --tasks sst --rows 64 --rounds 1 --out build/quick-bench.json",
    option("what", nargs="?", default="training", choices=("training", "serve")),
    option("--seconds", type=float, default=6.0, help="serve: of each trial of a rate"),
    option("--mixes", default="", help="serve: only these, by name, with commas"),
    option("--depth", type=int, default=4, help="serve: freeze_depth of the branches"),
    option("--workloads", default="A,B,C,E", help="A full, B frozen, C sweep, E encode"),
    option("--tasks", default="sst,sts,quora"),
    option("--precision", default="fp32,bf16", help="fp32,bf16: one column each"),
    option("--rows", type=int, default=2048, help="of each task's training file"),
    option("--rounds", type=int, default=5, help="take the median of so many"),
    TRAIN_FILES,
    option("--threads", type=int, default=0, help="else as many as there are cores"),
    option("--backbone", type=named, default="minilm-l6", help="name, folder or bert-base-shape"),
    option(
        "--out",
        type=expanded,
        metavar="FILE",
        help="written after each work; what it holds is not run again",
    ),
    DATA,
)
def _bench(options: Namespace) -> None:
    options.out = options.out or BUILD / f"bench{'-serve' * (options.what == 'serve')}.json"
    if not 0 < options.seconds < 1e6:
        raise MtsError(f"--seconds is {options.seconds}; expected more than 0, and within reason")
    for name, least in (("rows", 1), ("rounds", 1), ("threads", 0)):
        if not least <= getattr(options, name) <= 1_000_000:
            raise MtsError(f"--{name} is {getattr(options, name)}; expected {least} or more")
    check_place(options.out, "file")

    import torch

    from mtslib import backbones
    from mtslib.bench import bench_tables

    if options.what == "serve":
        check_file(options.out, '{\n "machine"')
        _bench_serve(options)
        return
    workloads, measure = of_tests("benchmarks.workloads"), of_tests("benchmarks.measure").measure
    if options.backbone == workloads.BERT_BASE_SHAPE:
        options.backbone = str(workloads.random_backbone_folder(BUILD / options.backbone))
    all_work = workloads.works(
        options.workloads.split(","),
        options.tasks.split(","),
        options.precision.split(","),
        options.rows,
        options.backbone,
        backbones.load(options.backbone).num_layers,
        options.data,
        options.threads or torch.get_num_threads(),
        files_by_task("--train-file", options.train_file),
    )
    measure(
        all_work,
        options.rounds,
        begun=bench_tables.read(options.out) if options.out.is_file() else None,
        keep=lambda found: bench_tables.write(found, options.out),
    )
    print(f"{bench_tables.made_with(options.out)}; kept in {options.out}")
    for table in (bench_tables.waits(options.out), bench_tables.first_time(options.out)):
        print(f"\n{table.to_string(index=False)}")


def _bench_serve(options: Namespace) -> None:
    from mtslib.bench import bench_tables, serving_table

    serving = of_tests("benchmarks.serve")
    wanted = [name.strip() for name in options.mixes.split(",") if name.strip()]
    threads = options.threads or 1
    found = serving.measure(options.depth, options.seconds, threads, wanted, print)
    bench_tables.write(found, options.out)
    print(f"\n{serving_table.table(found).to_string(index=False)}\nkept in {options.out}")
