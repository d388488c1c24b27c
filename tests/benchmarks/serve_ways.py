"""The other ways of serving, behind the same server and queue, for `benchmarks.serve`.

`python -m benchmarks.serve_ways separate FOLDER THREADS`: the folder holds one model per task, each
fine-tuned in full. A pass runs the models one after the other, each on the rows that ask it.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
import uvicorn
from torch import Tensor

from benchmarks.serve_peers import PEERS, Outputs
from mtslib.data.batching import Batch, Inputs
from mtslib.serving.engine import Engine, Limits, Served
from mtslib.serving.merged_folder import LoadedModel
from mtslib.serving.metrics import Metrics
from mtslib.serving.predict import open_model
from mtslib.serving.serve import Heads, Plan, end_with_stdin, listening
from mtslib.serving.server import Service, build
from mtslib.serving.shared_pass import PassCost, Row, Wanted, side_by_side


class OneModelPerTask(Served):
    """Answers each task with a model of its own; batches of one task, nothing shared.

    about: what is served, for words and tokens. runs: by task, what computes its logits.
    """

    def __init__(self, about: LoadedModel, runs: Mapping[str, Outputs]) -> None:
        super().__init__(about)
        self.runs = runs

    def run(self, wanted: Sequence[Wanted]) -> tuple[list[dict[str, Tensor]], PassCost]:
        """One pass, task by task."""
        found: list[dict[str, Tensor]] = [{} for _ in wanted]
        spent, riding = {}, set()
        for task, run in self.runs.items():
            begun = time.perf_counter()
            askers: dict[Row, list[int]] = {}
            for place, one in enumerate(wanted):
                if task in one:
                    askers.setdefault(one[task][0], []).append(place)
            if askers:
                inputs = side_by_side(list(askers), self.model.tokenizer.pad_id)
                for output, places in zip(run(inputs), askers.values(), strict=True):
                    for place in places:
                        found[place][task] = output
                spent[task] = (time.perf_counter() - begun) * 1e3
                riding |= askers.keys()
        tokens = sum(map(len, riding))
        return found, PassCost(0.0, spent, len(riding), tokens, 0.0, frozenset())


def ours(model: LoadedModel) -> Outputs:
    """A single checkpoint, run by this library."""
    (task,) = model.checkpoints

    def run(inputs: Inputs) -> Tensor:
        batch = Batch(torch.arange(len(inputs.input_ids)), (inputs,), None)
        return model.model(batch, [task])[task]

    return run


def served(way: str, folder: Path, threads: int) -> OneModelPerTask:
    """Every checkpoint of a folder, run in one way; none of what ran it before is kept."""
    runs, checkpoints = {}, {}
    for path in sorted(folder.iterdir()):
        model = open_model(path)
        ((task, item),) = model.checkpoints.items()
        runs[task] = ours(model) if way == "separate" else PEERS[way][0](item, threads)
        checkpoints[task] = replace(item, branch={})
    return OneModelPerTask(replace(model, model=None, checkpoints=checkpoints), runs)


def main(way: str, folder: str, threads: str) -> None:
    """Serve one way on loopback, on a port that the system chooses, until stdin ends."""
    torch.set_num_threads(1)
    service = Service(Metrics())
    model = served(way, Path(folder), int(threads))
    service.engine = Engine(model, Limits(threads=int(threads)), service.metrics.passed)
    with listening(Plan()) as listener:
        print(f"serving {folder} on http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
        threading.Thread(target=end_with_stdin, daemon=True).start()
        same = {"log_level": "warning", "access_log": False, "ws": "none"}
        same |= {"loop": "asyncio", "http": Heads}  # as `mtslib serve`
        uvicorn.Server(uvicorn.Config(build(service), **same)).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
