"""The rivals of merging: `joint` trains several tasks together, `combine` adds teachers up."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mtslib.base.files import check_place, check_replaceable
from mtslib.base.paths import expanded
from mtslib.cli.finetune import (
    CHANGES,
    DEV_FILES,
    PRESET,
    SETTINGS,
    TRAIN_FILES,
    files_by_task,
    given,
)
from mtslib.cli.parser import DATA, by_task, command, option
from mtslib.cli.serving import metric_line

if TYPE_CHECKING:
    from mtslib.finetune.checkpoint import Checkpoint


@command(
    "joint",
    "train several tasks together, to compare with training them apart and merging",
    "joint --tasks sst,sts --sharing branches --freeze-depth 4 --out runs/joint",
    option("--tasks", required=True, metavar="T,…", help="two or more names and task files"),
    option("--sharing", default="all", help="all layers, or a trunk with branches; else all"),
    option("--freeze-depth", type=int, metavar="D", help="where branches begin; the trunk trains"),
    option(
        "--sampling",
        default="proportional",
        help="uniform, proportional, sqrt, annealed, or sequential: one task after the other",
    ),
    option(
        "--gradients",
        default="alternate",
        help="alternate: one task per step; sum or pcgrad: rows of every task in each step",
    ),
    option("--weights", default="", metavar="T=W,…", help="of the losses; else 1"),
    PRESET,
    option("--seed", type=int, default=0),
    option("--out", type=expanded, required=True, metavar="DIR", help="a checkpoint for each task"),
    option("--results", type=expanded, metavar="DIR", help="record the runs here"),
    option("--held-out", action="store_true", help="score on a fifth of train, not on dev"),
    option("--dev-every-epoch", action="store_true", help="score dev every epoch"),
    DATA,
    TRAIN_FILES,
    DEV_FILES,
    *SETTINGS,
)
def _joint(options: Namespace) -> None:
    if options.results:
        check_place(options.results / "run")

    from mtslib.data import held_out, tasks
    from mtslib.finetune import joint
    from mtslib.finetune.joint_run import Joint, prepare_joint

    check_replaceable(options.out, joint.CARD)
    method = Joint(
        tasks=tuple(tasks.get(name) for name in options.tasks.split(",")),
        sharing=options.sharing,
        freeze_depth=options.freeze_depth,
        sampling=options.sampling,
        gradients=options.gradients,
        weights=by_task("--weights", options.weights, "NUMBER, as in sst=1,sts=0.5", float),
    )
    train_files = files_by_task("--train-file", options.train_file)
    dev_files = files_by_task("--dev-file", options.dev_file)
    if options.held_out:
        for task in method.tasks:
            place, file = options.out.with_name("held-out"), train_files.get(task.name)
            parts = held_out.split(task, place, options.data, file)
            train_files[task.name], dev_files[task.name] = parts.values()
    run = prepare_joint(
        *(method, options.preset, options.data, train_files, dev_files),
        seed=options.seed,
        **given(options, CHANGES),
    )
    found = joint.train_jointly(run, options.out, options.dev_every_epoch)
    _tell(found, options.out)
    if options.results:
        print("\n".join(joint.record(found, options.results)))


@command(
    "combine",
    "add up the weights of full teachers, to compare with merging partial ones",
    "combine runs/sst-full runs/sts-full --way ties --out runs/ties",
    option("folders", nargs="+", type=expanded, metavar="DIR", help="checkpoints of full teachers"),
    option("--way", required=True, help="average, task-arithmetic, ties or dare"),
    option("--heads", default="kept", help="kept, or refitted on the new encoder"),
    option("--seed", type=int, default=0, help="of what dare drops"),
    option("--out", type=expanded, required=True, metavar="DIR", help="a checkpoint for each task"),
    option("--results", type=expanded, metavar="DIR", help="record the runs here"),
    DATA,
    TRAIN_FILES,
    DEV_FILES,
)
def _combine(options: Namespace) -> None:
    if options.results:
        check_place(options.results / "run")

    from mtslib.finetune import joint
    from mtslib.finetune.combine import combine

    train_files = files_by_task("--train-file", options.train_file)
    dev_files = files_by_task("--dev-file", options.dev_file)
    how = (options.folders, options.way, options.heads, options.out)
    found = combine(*how, options.data, train_files, dev_files, seed=options.seed)
    _tell(found, options.out)
    if options.results:
        print("\n".join(joint.record(found, options.results)))


def _tell(found: Mapping[str, Checkpoint], out: Path) -> None:
    for task, written in found.items():
        for metric in written.card["dev"]:
            print(metric_line(task, "dev", metric))
    print(f"checkpoints: {', '.join(str(out / task) for task in found)}")
