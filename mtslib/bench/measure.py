"""Take turns: every contender in a process of its own, round by round, medians at the end."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

import torch

from mtslib import backbones, provenance
from mtslib.bench.work import WORKLOADS, Work, real_tokens, tokens_of, useful_flops
from mtslib.errors import MtsError
from mtslib.finetune.precision import cpu_gflops, default_device


def measure(
    all_work: Sequence[Work], rounds: int, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Time everything → {machine, rows}, as `table.write` keeps it.

    A row: work, contender, seconds (median) and all of them, cold seconds (loading and the first
    pass), peak memory in MB, real tokens a second, ratio (how many times longer than ours),
    bound_seconds (useful FLOPs at the speed of the best product) and the share of it reached.
    """
    if rounds < 1:
        raise MtsError(f"--rounds is {rounds}; expected 1 or more")
    rows = []
    for work in all_work:
        found = _one(work, rounds)
        rows += found
        for row in found:
            say(
                f"{work.name:<18} {row['contender']:<22} {row['seconds']:8.2f} s  "
                f"{row['ratio']:.2f}×"
            )
    machine = provenance.environment(default_device(), "")
    machine["cores"] = os.cpu_count()
    machine["load_average"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"machine": machine, "rounds": rounds, "rows": rows}


def _one(work: Work, rounds: int) -> list[dict[str, Any]]:
    names = WORKLOADS[work.workload][1]
    backbone = backbones.load(work.backbone)
    lengths = _lengths(work, backbone)
    flops = useful_flops(work, backbone.config, lengths)
    best = _best_product(work)
    workers = [_Worker(name, work) for name in names]
    try:
        cold = [worker.ask() for worker in workers]
        seconds: list[list[float]] = [[] for _ in workers]
        for turn in range(rounds):
            order = [(turn + i) % len(workers) for i in range(len(workers))]
            for i in order:
                seconds[i].append(workers[i].ask()["seconds"])
        peaks = [worker.ask(only_memory=True)["peak_mb"] for worker in workers]
    finally:
        for worker in workers:
            worker.end()
    middle = [statistics.median(times) for times in seconds]
    bound = flops / (best * 1e9) if best else None
    return [
        {
            "work": work.name,
            "workload": work.workload,
            "task": work.task,
            "precision": work.precision,
            "depths": ["full" if depth is None else depth for depth in work.depths],
            "rows": len(lengths),
            "contender": name,
            "seconds": middle[i],
            "all_seconds": seconds[i],
            "cold_seconds": cold[i]["loading"] + cold[i]["seconds"],
            "peak_mb": peaks[i],
            "real_tokens_per_second": real_tokens(work, lengths) / middle[i],
            "ratio": middle[i] / middle[0],
            "useful_gflop": flops / 1e9,
            "best_product_gflops": best,
            "bound_seconds": bound,
            "share_of_bound": bound / middle[i] if bound else None,
        }
        for i, name in enumerate(names)
    ]


def _lengths(work: Work, backbone: backbones.Backbone) -> list[int]:
    if work.workload == "E":
        from mtslib.batching import tokenise
        from mtslib.bench.contenders import _sentences

        return tokenise(backbone.tokenizer(), [(text,) for text in _sentences(work)]).lengths
    return tokens_of(work, backbone).lengths


def _best_product(work: Work) -> float | None:
    """GFLOP/s of the best product here, with the threads of the contenders; not on a GPU."""
    if default_device().type != "cpu":
        return None
    before = torch.get_num_threads()
    torch.set_num_threads(work.threads)
    cpu_gflops.cache_clear()
    try:
        return cpu_gflops(torch.bfloat16 if work.precision == "bf16" else torch.float32)
    finally:
        torch.set_num_threads(before)
        cpu_gflops.cache_clear()


class _Worker:
    """A contender in its own process, idle until asked."""

    def __init__(self, name: str, work: Work) -> None:
        self.name = name
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, name, work), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, only_memory: bool = False) -> dict[str, float]:
        """Do the work once (unless `only_memory`) → seconds, loading, peak_mb."""
        self._ours.send(only_memory)
        try:
            answer = self._ours.recv()
        except EOFError:
            raise MtsError(
                f"contender {self.name} ended without an answer (was memory short?); "
                "try fewer --rows"
            ) from None
        if isinstance(answer, str):
            raise MtsError(f"contender {self.name} failed: {answer}")
        return answer

    def end(self) -> None:
        """Let it go."""
        self._ours.close()
        self._process.join(10)
        if self._process.is_alive():
            self._process.terminate()


def _serve(pipe: Connection, name: str, work: Work) -> None:
    torch.set_num_threads(work.threads)
    once, loading = None, 0.0
    while True:
        try:
            only_memory = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            if once is None:
                from mtslib.bench.contenders import contender

                started = time.perf_counter()
                once = contender(name, work)
                loading = time.perf_counter() - started
            seconds = 0.0 if only_memory else _timed(once)
            pipe.send({"seconds": seconds, "loading": loading, "peak_mb": _peak_mb()})
        except Exception as error:  # noqa: BLE001 (told by the parent, in one line)
            pipe.send(f"{type(error).__name__}: {' '.join(str(error).split())}")


def _timed(once: Callable[[], None]) -> float:
    started = time.perf_counter()
    once()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - started


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
