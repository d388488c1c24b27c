"""Take turns: every contender in a process of its own, round by round, medians at the end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import cache
from typing import Any

import torch

from benchmarks.workloads import CONTENDERS, Work, lengths_of, real_tokens, useful_flops
from mtslib import backbones
from mtslib.base import provenance
from mtslib.base.errors import MtsError
from mtslib.finetune.precision import cpu_gflops, default_device


def measure(
    all_work: Sequence[Work],
    rounds: int,
    begun: Mapping[str, Any] | None = None,
    keep: Callable[[dict[str, Any]], None] = lambda found: None,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Time everything → {machine, rounds, rows}, as `bench_tables.write` keeps it.

    begun: what an earlier call found; its work is not done again. keep: is given what there is
    after each work, so that an interruption loses one at most.
    A row: work, contender, seconds (median) and all of them, cold seconds (loading and the first
    pass), peak memory in MB, real tokens per second, ratio (how many times longer than ours),
    the best product about this work, bound_seconds and the share of it reached (see `bounded`),
    and the machine's load average when the work began.
    Raises MtsError for no rounds, and where `begun` is of another machine, code or rounds;
    DataError for data that is not there, before the first work begins.
    """
    if rounds < 1:
        raise MtsError(f"--rounds is {rounds}; expected 1 or more")
    machine = provenance.environment(default_device(), "") | {"cores": os.cpu_count()}
    found = {"machine": machine, "rounds": rounds, "rows": []}
    if begun is not None:
        _check_same(begun, found)
        found["rows"] = list(begun["rows"])
    done = {row["work_id"] for row in found["rows"]}
    ids = [work.id for work in all_work]  # reads every data file
    for work, work_id in zip(all_work, ids, strict=True):
        if work_id in done:
            say(f"{work.name:<18} kept from an earlier call")
            continue
        fresh = _one(work, work_id, rounds)
        found["rows"] = bounded(found["rows"] + fresh)
        keep(found)
        for row in fresh:
            say(
                f"{work.name:<18} {row['contender']:<22} {row['seconds']:8.2f} s  "
                f"{row['ratio']:.2f}×"
            )
    return found


def _check_same(begun: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Times stand in one table only if they were taken in the same way."""
    old, new = ({**found["machine"], "rounds": found["rounds"]} for found in (begun, now))
    other = [name for name in new if old.get(name) != new[name]]
    if other:
        raise MtsError(
            f"the file holds times taken with another {', '.join(other)} (there "
            f"{old.get(other[0])}, here {new[other[0]]}); times of one table need one machine and "
            "one code: name another --out, or delete the file"
        )


def bounded(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their bound: useful FLOPs at the best speed that the whole run saw.

    That is of its precision, and the best product of all works: a machine is not equally quick all
    the time. Whatever did its own work quicker still was a quicker product than any, so no share is
    above 1.
    """
    best: dict[str, float] = {}
    for row in rows:
        if product := row["best_product_gflops"]:
            seen = max(product, row["useful_gflop"] / row["seconds"])
            best[row["precision"]] = max(seen, best.get(row["precision"], 0.0))
    found = []
    for row in rows:
        speed = best.get(row["precision"])
        seconds = row["useful_gflop"] / speed if speed else None
        share = seconds / row["seconds"] if seconds else None
        found.append({**row, "bound_seconds": seconds, "share_of_bound": share})
    return found


def _one(work: Work, work_id: str, rounds: int) -> list[dict[str, Any]]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    names = CONTENDERS[work.workload]
    backbone = backbones.load(work.backbone)
    lengths = lengths_of(work, backbone)
    gflop = useful_flops(work, backbone.config, lengths) / 1e9
    before = _best_product(work)
    with ExitStack() as ending:
        fresh = multiprocessing.get_context("spawn")
        own = [ProcessPoolExecutor(1, fresh, signal.signal, _ENDS) for _ in names]
        for process in own:
            ending.enter_context(process)
        turns: list[list[dict[str, float]]] = [[] for _ in names]
        for turn in range(rounds + 1):  # the first is cold
            for i in ((turn + i) % len(names) for i in range(len(names))):
                turns[i].append(_asked(own[i], names[i], work))
    seconds = [[told["seconds"] for told in turns[i][1:]] for i in range(len(names))]
    middle = [statistics.median(times) for times in seconds]
    best = before and max(before, _best_product(work))
    return [
        {
            "work_id": work_id,
            "work": work.name,
            "workload": work.workload,
            "task": work.task,
            "precision": work.precision,
            "depths": ["full" if depth is None else depth for depth in work.depths],
            "rows": len(lengths),
            "load_average": load,
            "contender": name,
            "seconds": middle[i],
            "all_seconds": seconds[i],
            "cold_seconds": turns[i][0]["loading"] + turns[i][0]["seconds"],
            "peak_mb": turns[i][-1]["peak_mb"],
            "real_tokens_per_second": real_tokens(work, lengths) / middle[i],
            "ratio": middle[i] / middle[0],
            "useful_gflop": gflop,
            "best_product_gflops": best,
        }
        for i, name in enumerate(names)
    ]


def _best_product(work: Work) -> float | None:
    """GFLOP/s of the best product here, with the threads of the contenders; not on a GPU."""
    if default_device().type != "cpu":
        return None
    dtype = torch.bfloat16 if work.precision == "bf16" else torch.float32
    return cpu_gflops(dtype, work.threads)


# Contenders, each in a process of its own that Ctrl-C ends without a word.
_ENDS = (signal.SIGINT, signal.SIG_DFL)


def _asked(process: ProcessPoolExecutor, name: str, work: Work) -> dict[str, float]:
    """One turn of a contender → seconds, loading, peak_mb."""
    try:
        return process.submit(_turn, name, work).result()
    except BrokenProcessPool:
        raise MtsError(
            f"contender {name} ended without an answer (was memory short?); try fewer --rows"
        ) from None
    except Exception as error:
        words = " ".join(str(error).split())
        raise MtsError(f"contender {name} failed: {type(error).__name__}: {words}") from error


@cache
def _prepared(name: str, work: Work) -> tuple[Callable[[], None], float]:
    """What does the work, and how long it took to load: once per process."""
    from benchmarks.runners import contender

    torch.set_num_threads(work.threads)
    started = time.perf_counter()
    return contender(name, work), time.perf_counter() - started


def _turn(name: str, work: Work) -> dict[str, float]:
    once, loading = _prepared(name, work)
    started = time.perf_counter()
    once()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "loading": loading, "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    """The most memory this process held: of the GPU if there is one, else of the system."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 1e6
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
