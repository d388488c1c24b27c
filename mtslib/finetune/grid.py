"""A grid of runs, checked whole before anything runs: what is done, what is left, how long.

A run counts as done when it stands in the recorded results with these settings, this backbone and
this data, whoever ran it. `whole_grid` is every run that the tables of chapters 08 to 10 read.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from mtslib import backbones
from mtslib.base.errors import TrainError
from mtslib.base.text import counted
from mtslib.data import datasets, plausible, presets, shared_rows, tasks
from mtslib.data.tasks import Task
from mtslib.evidence import results
from mtslib.finetune import distil, objectives
from mtslib.finetune.precision import core_gflops, default_device, resolve
from mtslib.finetune.run import check_before, check_length
from mtslib.finetune.settings import R_DROP, SMART, Settings, depth_name, parse_depth, settings
from mtslib.finetune.task_model import TaskModel
from mtslib.minbert.model import BertModel

# Shares of the best product's speed that training reaches, for the first guess; what was seen
# replaces them as soon as a run has ended.
SHARE = {"fp32": 0.7, "bf16": 0.4}
TIMES = {"": 1, R_DROP: 2, SMART: 4}  # as much work in a step


@dataclass(frozen=True)
class Grid:
    """What to run.

    tasks: as `tasks.get` takes them. depths: freeze depths, None for full.
    objectives: empty for each task's own.
    changes: single settings that differ from the preset; varied: those with several values each,
        of which every combination runs. train_files, dev_files: by task.
    students, ways: how many layers, and how (`presets.WAYS`), after each run, which teaches them.
    student_rate: their learning rate; None for the one of `distil.student_of`.
    """

    tasks: tuple[Task | str | Path, ...]
    depths: tuple[int | None, ...]
    objectives: tuple[str, ...] = ()
    poolings: tuple[str, ...] = ("cls",)
    seeds: tuple[int, ...] = (0,)
    preset: str = "laptop"
    data: str | None = None
    train_files: Mapping[str, str] | None = None
    changes: Mapping[str, Any] | None = None
    dev_files: Mapping[str, str] | None = None
    students: tuple[int, ...] = ()
    ways: tuple[str, ...] = ("distilled",)
    student_rate: float | None = None
    varied: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def files(self, task: str) -> dict[str, str | None]:
        """The training and dev file named for a task, as `datasets.load_pair` takes them."""
        named = {"train_file": self.train_files, "dev_file": self.dev_files}
        return {option: (files or {}).get(task) for option, files in named.items()}


@dataclass(frozen=True)
class Planned:
    """One run of a grid.

    hashes: of its training and dev file. guess: seconds it may take here, of training alone on a
    quiet machine. way: in which a student is taught.
    """

    grid: Grid
    settings: Settings
    hashes: tuple[str, str]
    done: bool
    guess: float
    way: str = ""

    @property
    def name(self) -> str:
        """Its folder, e.g. `sst-d2-ce-cls-s0`, and what marks it in a whole grid.

        Another preset than the default stands before it, and so does a head that is not trained;
        what a grid varies stands in it.
        """
        s = self.settings
        parts = [] if s.preset == Grid.preset else [s.preset]
        parts += [] if s.epochs else ["untrained"]
        parts += [s.task.name, f"d{depth_name(s.freeze_depth)}", s.objective, s.pooling]
        parts += [part for part in (s.encoding, s.regularise, s.before) if part]
        varied = [key for key in self.grid.varied if key not in ("regularise", "before")]
        parts += [f"{key.replace('_', '-')}{getattr(s, key)}" for key in varied]
        parts.append(f"s{s.seed}")
        if s.student:
            parts += [f"l{s.student.layers}", self.way]
            parts += [f"r{s.learning_rate:g}"] if self.grid.student_rate else []
        return "-".join(parts)


MOST = 1000  # numbers of one range


def parse_numbers(text: str, what: str) -> tuple[int, ...]:
    """`0-2,5` → (0, 1, 2, 5). Raises TrainError for anything else."""
    numbers: list[int] = []
    for part in text.split(","):
        ends = part.split("-")
        if not (len(ends) <= 2 and all(end.strip().isdecimal() for end in ends)):
            raise TrainError(f"{what} {part!r} is neither a number nor a range such as 0-2")
        if max(map(len, ends)) > 10 or int(ends[-1]) - int(ends[0]) >= MOST:
            raise TrainError(f"{what} {part[:40]!r} spans more than {MOST} numbers")
        numbers += range(int(ends[0]), int(ends[-1]) + 1)
    return _once(numbers, what)


def parse_depths(text: str, num_layers: int) -> tuple[int | None, ...]:
    """`full,0-6`, or `all` for full and 0…L. Raises TrainError for anything else."""
    if text == "all":
        return (None, *range(num_layers + 1))
    depths: list[int | None] = []
    for part in text.split(","):
        numbered = part != "full" and "-" in part[1:]
        depths += parse_numbers(part, "freeze_depth") if numbered else [parse_depth(part)]
    return _once(depths, "freeze_depth")


def _once(values: Sequence[Any], what: str) -> tuple[Any, ...]:
    for value, count in Counter(values).items():
        if count > 1:
            raise TrainError(f"{what} {depth_name(value)} stands {count} times in the grid")
    if not values:
        raise TrainError(f"no {what} in the grid; expected at least one")
    return tuple(values)


# The whole -------------------------------------------------------------------------------------

SEEDS = (0, 1, 2)


def whole_grid(
    num_layers: int,
    preset: str = Grid.preset,
    data: str | None = None,
    train_files: Mapping[str, str] | None = None,
    changes: Mapping[str, Any] | None = None,
    dev_files: Mapping[str, str] | None = None,
) -> list[Grid]:
    """Every run that the tables of chapters 08 to 10 read, what matters most first.

    With three seeds: every depth of every task and its untrained head, every objective of sts at
    full fine-tuning with two poolings, quora with the mean. With one: the objectives with the
    pretrained pooler, and with a third of the layers trained (the paper's "top 4" of 12); and the
    paper's own preset.
    num_layers: L of the backbone. The rest as in `Grid`. Raises TrainError for a training file of
    no task.
    """
    named = {"train_files": train_files or {}, "dev_files": dev_files or {}}
    for files in named.values():
        check_files(files, tuple(tasks.TASKS))

    def part(*names: str, depths: Sequence[int | None], **values: Any) -> Grid:
        return Grid(
            names,
            tuple(depths),
            data=data,
            **{
                option: {task: files[task] for task in names if task in files}
                for option, files in named.items()
            },
            **({"preset": preset, "changes": changes} | values),
        )

    four = ("sst", "sts", "quora", "cfimdb")
    untrained = {**(changes or {}), "epochs": 0}
    every_depth = parse_depths("all", num_layers)
    a_third = max(1, num_layers // 3)
    similar = tuple(objectives.fitting("sts"))
    one_seed = [
        part("sst", "sts", "quora", depths=(None, a_third), preset="paper"),
        part("sts", depths=(None,), objectives=similar, poolings=("pooler",)),
        part("sts", depths=(num_layers - a_third,), objectives=similar, poolings=("cls", "mean")),
    ]
    parts = []
    for seed in SEEDS:
        own = {"seeds": (seed,)}
        parts += [
            part(*four, depths=(None,), changes=untrained, **own),
            part(*four, depths=every_depth, **own),
            part("sts", depths=(None,), objectives=similar, poolings=("cls", "mean"), **own),
            part("quora", depths=(None,), poolings=("mean",), **own),
        ]
        if seed == SEEDS[0]:
            parts += one_seed
    return parts


# The plan --------------------------------------------------------------------------------------


def plan(grids: Sequence[Grid], results_folder: Path | None = None) -> list[Planned]:
    """Every run of the grids, in order and each once, when all are known to be possible.

    Raises TrainError, DataError or BackboneError for the first that is not; nothing has run then.
    """
    recorded = results.read_runs(results_folder)
    planned: dict[Settings, Planned] = {}
    for grid in grids:
        for run in _plan_one(grid, recorded):
            planned.setdefault(run.settings, run)
    return list(planned.values())


def _plan_one(grid: Grid, recorded: Mapping[str, Mapping[str, Any]]) -> Iterator[Planned]:
    combinations, ways = zip(*_combinations(grid), strict=True)
    names = list(dict.fromkeys(chosen.task.name for chosen in combinations))
    for files in (grid.train_files, grid.dev_files):
        check_files(files or {}, names)
    backbone = backbones.load(combinations[0].backbone)
    with torch.device("meta"):  # every refusal of the model itself, at no cost
        bert = BertModel(backbone.config)
        for chosen in combinations:
            check_length(chosen, backbone)
            check_before(chosen, backbone)
            objective = chosen.resolved_objective
            TaskModel(bert, chosen.task, objective, chosen.freeze_depth, chosen.pooling)
    pairs = zip(combinations, ways, strict=True)
    for task, group in itertools.groupby(pairs, key=lambda pair: pair[0].task):
        train, dev = datasets.load_pair(task, grid.data, **grid.files(task.name))
        shared_rows.check(task, train, dev, grid.data)
        plausible.tell(task, train, dev)
        hashes = (train.sha256, dev.sha256)
        for chosen, way in group:
            done = is_recorded(chosen, hashes, recorded)
            yield Planned(grid, chosen, hashes, done, _guess(chosen, train, dev), way)


def _combinations(grid: Grid) -> Iterator[tuple[Settings, str]]:
    """The settings of each run, and of a student the way in which it is taught."""
    for way in grid.ways:
        if way not in presets.WAYS:
            raise TrainError(f"way {way!r} is unknown; expected some of {', '.join(presets.WAYS)}")
    chosen = [tasks.get(task) for task in grid.tasks]
    for what, values in (
        ("task", [task.name for task in chosen]),
        ("objective", grid.objectives or ("",)),
        ("pooling", grid.poolings),
        ("freeze_depth", grid.depths),
        ("seed", grid.seeds),
        *grid.varied.items(),
    ):
        _once(values, what)
    sides = {"freeze_depth": grid.depths, "pooling": grid.poolings} | grid.varied
    sides["seed"] = grid.seeds
    for task in chosen:
        for objective in grid.objectives or (task.objective,):
            for values in itertools.product(*sides.values()):
                named = dict(grid.changes or {}) | dict(zip(sides, values, strict=True))
                teacher = settings(task, grid.preset, objective=objective, **named)
                yield teacher, ""
                rate = {"learning_rate": grid.student_rate} if grid.student_rate else {}
                for layers, way in itertools.product(grid.students, grid.ways):
                    yield distil.student_of(teacher, layers, **presets.WAYS[way], **rate), way


def check_files(files: Mapping[str, str], of: Sequence[str]) -> None:
    """Raise TrainError for a file of a task that is not in `of`."""
    for task in files:
        if task not in of:
            raise TrainError(
                f"a file is named for {task!r}, which is not asked for ({', '.join(of)})"
            )


def is_recorded(
    chosen: Settings, hashes: tuple[str, str], recorded: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Whether results hold a run of these settings on this backbone, data and precision."""
    backbone = backbones.load(chosen.backbone)
    values = _comparable(chosen.as_dict())
    precision = resolve(chosen.precision, default_device())
    return any(
        _comparable(run["settings"]) == values
        and run["backbone_sha256"] == backbone.sha256
        and (run["data"]["train"]["sha256"], run["data"]["dev"]["sha256"]) == hashes
        and run["environment"]["precision"] == precision
        for run in recorded.values()
    )


def _comparable(written: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without what is compared by hash, and resolved; older ones describe no task."""
    described = {} if "description" in written else tasks.get(written["task"]).as_dict()
    taught = written.get("student")
    nested = {"student": taught | {"teacher": _comparable(taught["teacher"])}} if taught else {}
    own = results.as_recorded(written)
    return {"description": described, **own, **nested, "backbone": "", "precision": ""}


def _guess(chosen: Settings, train: datasets.Split, dev: datasets.Split) -> float:
    """Seconds of training and scoring, from useful FLOPs and the speed of one product here.

    Per token and layer a forward pass costs c = 24H² + 4SH, training three times that; a frozen
    trunk runs once. About four characters of text are a token.
    """
    config = backbones.load(chosen.backbone).config
    lengths = [
        min(chosen.max_length, sum(len(text) for text in example.texts) / 4.2 + 2)
        for example in (*train.labelled, *dev.labelled)
    ]
    tokens, size = sum(lengths), config.hidden_size
    cost = 24 * size**2 + 4 * size * tokens / len(lengths)
    depth = chosen.freeze_depth or 0
    trained = chosen.branch_layers or config.num_layers - depth
    steps = TIMES[chosen.regularise] * chosen.epochs * len(train.labelled) / len(lengths)
    passes = depth + trained * 3 * steps + trained
    precision = resolve(chosen.precision, default_device())
    core = core_gflops(torch.bfloat16 if precision == "bf16" else torch.float32)
    speed = core * torch.get_num_threads()
    return tokens * cost * passes / (speed * 1e9 * SHARE[precision])


def describe(planned: Sequence[Planned]) -> str:
    """The list that `--dry-run` prints: one run per line, and what is left in all."""
    lines = [
        f"  {run.name:<44} {'recorded already' if run.done else 'about ' + duration(run.guess)}"
        for run in planned
    ]
    left = [run for run in planned if not run.done]
    total = duration(sum(run.guess for run in left))
    done = len(planned) - len(left)
    lines.append(
        f"{counted(len(planned), 'run')}, {done} recorded already, {len(left)} to do: about "
        f"{total} if nothing else runs here"
    )
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
