"""Run a grid: in processes, resumable, each run recorded when it ends. Chapters 09 and 10.

Two sweeps may work on one folder: each run is claimed, what another process has claimed is left to
it, and when that process dies its claim is gone and the run goes on here.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from mtslib import backbones
from mtslib.base import ray_cluster
from mtslib.base.errors import BusyError, CheckpointError, TrainError
from mtslib.base.files import check_place, check_replaceable
from mtslib.base.locks import locked
from mtslib.base.text import counted
from mtslib.evidence import results
from mtslib.finetune import checkpoint
from mtslib.finetune.distil import distil
from mtslib.finetune.grid import Grid, Planned, duration, is_recorded, plan
from mtslib.finetune.train import finetune

ASK_AGAIN = 2.0  # seconds until runs that another sweep has claimed are looked at again


def sweep(
    grids: Sequence[Grid],
    out: Path,
    results_folder: Path | None = None,
    jobs: int = 1,
    discard: bool = False,
    ray: str = "",
    say: Callable[[str], None] = partial(print, flush=True),  # noqa: B008
) -> int:
    """Run what is not recorded yet → how many runs this call recorded.

    out: a folder in which each run has one of its own; a run that was interrupted goes on there.
    jobs: processes side by side; they share the cores. discard: keep no checkpoint, only results.
    ray: the address of a cluster whose nodes do the runs, each on as many cores as one of `jobs`
        has here; all of them read and write the same folders.
    Raises TrainError when runs failed, after all others are done, naming the first.
    """
    planned = plan(grids, results_folder)
    todo = [run for run in planned if not run.done]
    check_place((results_folder or results.RESULTS) / results.RUNS)
    _check_names(todo, out)
    done = len(planned) - len(todo)
    say(f"{counted(len(planned), 'run')}, {done} recorded already; {len(todo)} to do")
    threads = max(1, torch.get_num_threads() // jobs)
    work = [_Work(run, out, results_folder, discard, threads) for run in todo]
    progress = _Progress(todo, say)
    try:
        with _submitter(jobs, threads) if not ray else _cluster(ray, threads) as submit:
            _run_all(work, len(work) if ray else jobs, submit, progress)
    except BrokenProcessPool:
        raise TrainError(
            f"a process of the sweep was ended from outside (was memory short?), "
            f"{progress.recorded} of {counted(len(todo), 'run')} recorded; the same command goes "
            "on from there, and --jobs 1 needs the least memory"
        ) from None
    except KeyboardInterrupt:
        raise TrainError(
            f"stopped by Ctrl-C, {progress.recorded} of {counted(len(todo), 'run')} recorded; "
            "the same command goes on from there"
        ) from None
    if progress.failed:
        name, reason = progress.failed[0]
        raise TrainError(
            f"{len(progress.failed)} of {counted(len(todo), 'run')} failed, the others are "
            f"recorded; the first was {name}: {reason}"
        )
    return progress.recorded


def _check_names(todo: Sequence[Planned], out: Path) -> None:
    """Refuse a run whose folder another one has: it would be written over.

    A name tells task, depth, objective, pooling and seed, and not a learning rate or a file.
    """
    for name, count in Counter(run.name for run in todo).items():
        if count > 1:
            raise TrainError(f"{count} runs would share the folder {out / name}; sweep them apart")
    for run in todo:
        folder = out / run.name
        check_replaceable(folder, checkpoint.CARD)
        with suppress(CheckpointError):  # absent, or damaged: nothing to lose
            there = checkpoint.read(folder)
            other = _what_differs(there, run)
            if other:
                raise TrainError(
                    f"{folder} holds a run of another {other}; nothing was changed; "
                    "choose another --out"
                )


def _what_differs(there: checkpoint.Checkpoint, run: Planned) -> str:
    """What keeps a checkpoint from being that of a planned run; empty where it is."""
    own, found = run.settings.as_dict(), there.settings.as_dict()
    keys = [key for key in own | found if key != "backbone"]
    changed = [key for key in keys if own.get(key) != found.get(key)]
    if changed and changed[0] == "description":
        return "description of its task"
    if changed:
        seen, here = (values.get(changed[0], "its own") for values in (found, own))
        return f"{changed[0]} ({seen}, here {here})"
    try:
        checkpoint.check_backbone(there, backbones.load(run.settings.backbone))
    except CheckpointError:
        return "backbone"
    data = there.card["data"]
    same = run.hashes == (data["train"]["sha256"], data["dev"]["sha256"])
    return "" if same else "training or dev file"


@dataclass(frozen=True)
class _Work:
    run: Planned
    out: Path
    results_folder: Path | None
    discard: bool
    threads: int


def _attempt(work: _Work) -> str:
    """Do one run → `recorded`, `present`, `busy`, or why it failed."""
    try:
        return _do(work)
    except BusyError:
        return "busy"
    except KeyboardInterrupt:
        raise
    except Exception as error:  # noqa: BLE001 (one run's failure is not the grid's)
        return f"failed: {' '.join(str(error).split()) or type(error).__name__}"


def _do(work: _Work) -> str:
    """Claim, train, record, in that order; each step finds what an earlier attempt left."""
    torch.set_num_threads(work.threads)
    chosen, folder, grid = work.run.settings, work.out / work.run.name, work.run.grid
    with locked(work.out / f".{work.run.name}.claim", wait=0, what=str(folder)):
        if is_recorded(chosen, work.run.hashes, results.read_runs(work.results_folder)):
            return "present"
        found = _trained(work.run, work.out)
        checkpoint.record(found, work.results_folder)
        if work.discard and (chosen.student or not grid.students):
            shutil.rmtree(folder)
        return "recorded"


def _trained(run: Planned, out: Path) -> checkpoint.Checkpoint:
    """The checkpoint of a claimed run: as an earlier attempt left it, or trained now."""
    chosen, folder, grid = run.settings, out / run.name, run.grid
    found = _left_by_an_earlier_attempt(folder, run)
    if found is not None:
        return found
    shared = {"dev_every_epoch": True, "progress": False, **grid.files(chosen.task.name)}
    if chosen.student is None:
        depths = {depth for depth in grid.depths if depth is not None}
        return finetune(chosen, folder, grid.data, also_depths=depths, **shared)
    teacher = replace(run, settings=chosen.student.teacher, way="")
    with locked(out / f".{teacher.name}.claim", wait=0, what=str(out / teacher.name)):
        _trained(teacher, out)  # recorded earlier, perhaps, and its checkpoint not kept
    return distil(out / teacher.name, chosen, folder, grid.data, **shared)


def _left_by_an_earlier_attempt(folder: Path, run: Planned) -> checkpoint.Checkpoint | None:
    """The finished checkpoint of this very run, if it was written but not recorded."""
    try:
        found = checkpoint.read(folder)
    except CheckpointError:
        return None
    return None if _what_differs(found, run) else found


@contextmanager
def _submitter(jobs: int, threads: int) -> Iterator[Callable[..., Future]]:
    """How a run is started: here and now, or in one of `jobs` processes."""
    if jobs == 1:
        yield _here
        return
    os.environ["OMP_NUM_THREADS"] = str(threads)  # for the processes to come
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        try:
            yield pool.submit
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _cluster(address: str, threads: int) -> Iterator[Callable[..., Future]]:
    """How a run is sent to a Ray cluster, which chooses its node and its time."""

    def there(place: Path, function: Callable[..., str], work: _Work) -> str:
        os.chdir(place)  # paths may be relative to where the command was given
        return function(work)

    with ray_cluster.connected(address) as ray:
        remote = ray.remote(num_cpus=threads)(there)
        yield lambda function, work: remote.remote(Path.cwd(), function, work).future()


def _here(function: Callable[..., str], *arguments: Any) -> Future:
    ended: Future = Future()
    ended.set_result(function(*arguments))
    return ended


def _run_all(
    work: Sequence[_Work], jobs: int, submit: Callable[..., Future], progress: _Progress
) -> None:
    """Keep `jobs` runs going; one that another sweep has claimed is asked for again at the end."""
    waiting, running = deque(work), {}
    in_vain = 0  # how many claimed ones in a row
    while waiting or running:
        while waiting and len(running) < jobs:
            task = waiting.popleft()
            running[submit(_attempt, task)] = task
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task, how = running.pop(future), future.result()
            if how != "busy":
                progress.ended(task.run, how)
                in_vain = 0
                continue
            waiting.append(task)
            in_vain += 1
            if in_vain >= len(waiting):
                time.sleep(ASK_AGAIN)
                in_vain = 0


class _Progress:
    """What has ended, what failed, and how long the rest may take."""

    def __init__(self, todo: Sequence[Planned], say: Callable[[str], None]) -> None:
        self.say = say
        self.left = {run.name: run.guess for run in todo}
        self.total = len(todo)
        self.started = time.perf_counter()
        self.guessed_of_ended = 0.0
        self.recorded = 0
        self.failed: list[tuple[str, str]] = []

    def ended(self, run: Planned, how: str) -> None:
        """Take note and print one line: which, how, and the time left."""
        guess = self.left.pop(run.name)
        if how == "recorded":
            self.recorded += 1
            self.guessed_of_ended += guess
        elif how.startswith("failed: "):
            self.failed.append((run.name, how.removeprefix("failed: ")))
        words = "was recorded by another sweep" if how == "present" else how
        number = self.total - len(self.left)
        self.say(f"[{number}/{self.total}] {run.name} {words}{self._time_left()}")

    def _time_left(self) -> str:
        if not self.left or not self.guessed_of_ended:
            return ""
        pace = (time.perf_counter() - self.started) / self.guessed_of_ended
        return f", about {duration(pace * sum(self.left.values()))} left"
