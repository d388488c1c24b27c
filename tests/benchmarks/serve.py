"""`python -m mtslib bench serve`: which rate of requests each way of serving holds.

The figure is the highest open-loop rate at which the 99th percentile of the response time stays
within `BOUND` ms, and the median of a lone request. All ways answer behind the same server and
queue, each in a process of its own, and take turns in one run, so that their ratios mean something.
What they compute is real, what they say is not: heads are untrained, since speed needs no training.
So all ways of a mix hold the same numbers, and must say the same before they are timed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.serve_peers import PEERS, lacking
from mtslib import backbones
from mtslib.base import provenance
from mtslib.base.errors import MtsError
from mtslib.base.paths import BUILD
from mtslib.data import datasets, tasks
from mtslib.data.tasks import Task
from mtslib.finetune import checkpoint, settings
from mtslib.finetune.task_model import TaskModel
from mtslib.serving import LoadedModel, ask, merge, open_model
from mtslib.serving.open_loop import result_of, start_load
from mtslib.serving.started import Running, question, serve_command, started_as

BOUND = 250.0  # ms, of the 99th percentile
STEPS = 4  # halvings of the interval that holds the rate
LONE = 40  # requests, one after the other
NAMES = ("first", "second", "third")  # three tasks that read the same sentences
PLACE = BUILD / "bench-serve"
CATALOGUE = 50  # sentences that pairs are about
MERGED = ("merged", "pair", "split")  # served by `mtslib serve`
SAME = 1e-4  # how far a merged model's probabilities may be from those of separate ones


@dataclass(frozen=True)
class Mix:
    """A mix of traffic: by name, the ways that are asked with it, the first the one that others
    are measured against, and what is asked."""

    name: str
    ways: tuple[str, ...]
    bodies: tuple[str, ...]


def measure(
    depth: int, seconds: float, threads: int, names: Sequence[str], say: Callable[[str], None]
) -> dict[str, Any]:
    """Measure every mix → {machine, rows}; a row: mix, way, rate, p50 and p99 at it, lone p50, MB.

    depth: freeze_depth of the branches. seconds: of each trial. names: of mixes, all if empty.
    """
    folders = prepared(depth)
    machine = provenance.environment(torch.device("cpu"), "fp32") | {"cores": os.cpu_count()}
    rows = []
    for mix in mixes():
        if names and mix.name not in names:
            continue
        with ExitStack() as running:
            servers = {
                way: running.enter_context(started_as(command(way, folders[way], threads)))
                for way in _installed(mix, say)
            }
            far = check_same_answers(servers, mix.bodies)
            lone = _lone(servers, mix.bodies, {way: folders[way] for way in MERGED}, threads)
            for way, server in servers.items():
                trial = partial(tried, server, mix.bodies, seconds=seconds)
                held = rate_held(trial, guess=1e3 * threads / lone[way]["lone_p50_ms"])
                rows.append(
                    {"mix": mix.name, "way": way, "depth": depth, **lone[way], **far.get(way, {}),
                     "memory_mb": _memory(server), "threads": threads, **held}
                )  # fmt: skip
                say(f"{mix.name:28} {way:22} " + ", ".join(f"{k} {v:.3g}" for k, v in held.items()))
    return {"machine": machine, "rounds": 1, "bound_ms": BOUND, "rows": rows}


def command(way: str, folder: Path, threads: int) -> list[str]:
    """What serves a folder in one way."""
    if way not in MERGED:
        return ["benchmarks.serve_ways", way, str(folder), str(threads)]
    return serve_command(folder, "--threads", str(threads))


def mixes() -> Iterator[Mix]:
    """Every mix: all tasks about the same text; another text each; one task in ten requests;
    pairs about a fixed catalogue."""
    texts = [e.texts[0] for e in datasets.load("sst", "dev", datasets.CONTROLLED).labelled]
    draw = random.Random(0)
    three = ("separate", "merged", *PEERS)

    def bodies(asked: Iterator[tuple[tuple[str, ...], tuple[str, ...]]]) -> tuple[str, ...]:
        return tuple(json.dumps(question([given], named)) for given, named in asked)

    yield Mix("all tasks, same text", three, bodies(((text,), NAMES) for text in texts))
    yield Mix(
        "another text each",
        three,
        bodies(((text,), (NAMES[n % 3],)) for n, text in enumerate(texts)),
    )
    skewed = draw.choices(NAMES, (8, 1, 1), k=len(texts))
    yield Mix(
        "another text each, skewed",
        three,
        bodies(((text,), (name,)) for text, name in zip(texts, skewed, strict=True)),
    )
    pairs = [(draw.choice(texts[:CATALOGUE]), draw.choice(texts[:CATALOGUE])) for _ in texts]
    yield Mix("pairs about a catalogue", ("pair", "split"), bodies((p, ("quora",)) for p in pairs))


# The figure ------------------------------------------------------------------------------------


def rate_held(trial: Callable[[float], dict[str, float]], guess: float) -> dict[str, float]:
    """The highest rate a second whose p99 is within BOUND, every request answered.

    From a guess up or down by factors of 2, then by halves of what lies between. trial: what came
    of one rate; see `tried`.
    """
    below, above, best = 0.0, float("inf"), {"rate": 0.0, "p50_ms": 0.0, "p99_ms": 0.0}
    rate, halvings = guess, 0
    while halvings < STEPS:
        found = trial(rate)
        if found["p99_ms"] <= BOUND and found["lost"] == 0:
            below, best = rate, {key: found[key] for key in best}
        else:
            above = rate
        halvings += below > 0 and above < float("inf")
        if above == float("inf"):
            rate *= 2
        elif not below:
            rate /= 2
            halvings += rate < 0.1
        else:
            rate = (below + above) / 2
    return best


def tried(server: Running, bodies: Sequence[str], rate: float, seconds: float) -> dict[str, float]:
    """One load at one rate, and then rest, so that the next begins with an empty queue."""
    found = result_of(start_load(server.address, rate, seconds, bodies, seed=round(rate * 10)))
    time.sleep(0.3)
    answered = found["statuses"].get("200", 0)
    p50, p99 = np.percentile(found["ms"], [50, 99]) if found["ms"] else (float("inf"),) * 2
    return {
        "rate": rate,
        "p50_ms": float(p50),
        "p99_ms": float(p99),
        "lost": found["sent"] - answered,
    }


def _installed(mix: Mix, say: Callable[[str], None]) -> Iterator[str]:
    """The ways of a mix that can run here; what another lacks is said."""
    for way in mix.ways:
        if lacks := lacking(way):
            say(f"{mix.name:28} {way:22} left out: {', '.join(lacks)} not installed (extra bench)")
        else:
            yield way


def check_same_answers(
    servers: Mapping[str, Running], bodies: Sequence[str]
) -> dict[str, dict[str, float]]:
    """How far each way's probabilities are at most from the first's, and how many labels differ.

    Raises MtsError for a way that is further away than it may be: it would be timed doing
    something else. The two encodings of pairs are different models and are not compared.
    """
    first, *others = servers
    found: dict[str, dict[str, float]] = {}
    for way in others if first not in MERGED else ():
        far, flipped, count = 0.0, 0, 0
        for body in bodies[:LONE]:
            (expected,), (seen,) = (
                servers[w].post(json.loads(body))["answers"] for w in (first, way)
            )
            for task, answer in expected["tasks"].items():
                other = seen["tasks"][task]
                flipped += other["label"] != answer["label"]
                far = max(far, abs(other["confidence"] - answer["confidence"]))
                count += 1
        bound = PEERS[way][2] if way in PEERS else SAME
        if far > bound:
            raise MtsError(
                f"{way} answers otherwise than {first}: probabilities differ by up to {far:.2g}, "
                f"expected at most {bound:g}; it is not timed"
            )
        found[way] = {"differs": far, "flipped": flipped / count}
    return found


def _lone(
    servers: Mapping[str, Running],
    bodies: Sequence[str],
    folders: Mapping[str, Path],
    threads: int,
) -> dict[str, dict[str, float]]:
    """Medians of lone requests in ms, the ways in turn: of the request, of what server and queue
    add to the model's own time, and, where a folder is given, of a bare `ask` in a process of its
    own."""
    found: dict[str, list[tuple[float, ...]]] = {way: [] for way in servers}
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        for body in bodies[:LONE]:
            asked = json.loads(body) | {"bill": True}
            for way, server in servers.items():
                begun = time.perf_counter()
                (answer,) = server.post(asked)["answers"]
                spent = 1e3 * (time.perf_counter() - begun)
                bill = answer["bill"]
                times = (spent, spent - bill["trunk_ms"] - sum(bill["branch_ms"].values()))
                if way in folders:
                    times += (pool.submit(bare_ask, folders[way], body, threads).result(),)
                found[way].append(times)
    names = ("lone_p50_ms", "overhead_p50_ms", "ask_p50_ms")
    return {
        way: dict(zip(names, map(statistics.median, zip(*times[5:], strict=True)), strict=False))
        for way, times in found.items()
    }


def bare_ask(folder: Path, body: str, threads: int) -> float:
    """Milliseconds of the same question put to `ask`, in this process."""
    torch.set_num_threads(threads)
    model, asked = _opened(folder), json.loads(body)
    inputs = [tuple(one.values()) for one in asked["inputs"]]
    begun = time.perf_counter()
    ask(model, inputs, asked["tasks"])
    return 1e3 * (time.perf_counter() - begun)


@cache
def _opened(folder: Path) -> LoadedModel:
    return open_model(folder)


def _memory(server: Running) -> float:
    """MB of a server: its proportional share of what is in memory, where the system tells it."""
    import psutil

    process = psutil.Process(server.process.pid)
    full = process.memory_full_info()
    return getattr(full, "pss", full.rss) / 1e6


# What is served --------------------------------------------------------------------------------


def prepared(depth: int) -> dict[str, Path]:
    """A folder for each way: merged models, and one with three models trained in full.

    All pool as Hugging Face's classifiers do.
    """
    place = PLACE / str(depth)
    three = [_task(name) for name in NAMES]

    backbone = backbones.load()

    def teacher(task: Task | str, name: str, depth: int | None, **changes: str) -> Path:
        chosen = settings(task, freeze_depth=depth, precision="fp32", pooling="pooler", **changes)
        torch.manual_seed(0)
        objective = chosen.resolved_objective
        model = TaskModel(backbone.model(), chosen.task, objective, depth, chosen.pooling).eval()
        facts = {"data": {}, "dev": [], "environment": {}}
        checkpoint.save(place / name, model, backbone, chosen, facts, {})
        return place / name

    folders = dict.fromkeys(("separate", *PEERS), place / "full")
    for task in three:
        teacher(task, f"full/{task.name}", None)
    merge([teacher(t, t.name, depth) for t in three], place / "merged")
    folders["merged"] = place / "merged"
    for encoding in ("pair", "split"):
        changes = {"encoding": "split"} if encoding == "split" else {}
        merge([teacher("quora", f"of {encoding}", depth, **changes)], place / encoding)
        folders[encoding] = place / encoding
    return folders


def _task(name: str) -> Task:
    """Sentiment in five classes under another name."""
    return replace(tasks.get("sst"), name=name)
