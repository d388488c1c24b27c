"""The other ways of serving, behind the same server and queue, for `benchmarks.serve`.

`python -m benchmarks.serve_ways separate FOLDER`: the folder holds one model per task, each
fine-tuned in full. A pass runs the models one after the other, each on the rows that ask it.
"""

from __future__ import annotations

import sys
import threading
import time
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
import uvicorn
from torch import Tensor

from mtslib.backbones import load as load_backbone
from mtslib.data.batching import Batch, Inputs
from mtslib.serving.engine import Engine, Limits, Served
from mtslib.serving.merged_folder import LoadedModel
from mtslib.serving.metrics import Metrics
from mtslib.serving.predict import open_model
from mtslib.serving.serve import Plan, end_with_stdin, listening
from mtslib.serving.server import Service, build
from mtslib.serving.shared_pass import PassCost, Row, Wanted, side_by_side


class OneModelPerTask(Served):
    """Answers each task with a model of its own; batches of one task, nothing shared."""

    def __init__(self, models: dict[str, LoadedModel]) -> None:
        first = next(iter(models.values()))
        together = {name: model.checkpoints[name] for name, model in models.items()}
        super().__init__(replace(first, checkpoints=together))
        self.models = models

    @abstractmethod
    def outputs(self, task: str, inputs: Inputs) -> Tensor:
        """(B, C), what one task's model puts out."""

    def run(self, wanted: Sequence[Wanted]) -> tuple[list[dict[str, Tensor]], PassCost]:
        """One pass, task by task."""
        found: list[dict[str, Tensor]] = [{} for _ in wanted]
        spent, riding = {}, set()
        for task in self.models:
            begun = time.perf_counter()
            askers: dict[Row, list[int]] = {}
            for place, one in enumerate(wanted):
                if task in one:
                    askers.setdefault(one[task][0], []).append(place)
            if askers:
                inputs = side_by_side(list(askers), self.model.tokenizer.pad_id)
                rows = zip(self.outputs(task, inputs), askers.values(), strict=True)
                for output, places in rows:
                    for place in places:
                        found[place][task] = output
                spent[task] = (time.perf_counter() - begun) * 1e3
                riding |= askers.keys()
        tokens = sum(map(len, riding))
        return found, PassCost(0.0, spent, len(riding), tokens, 0.0, frozenset())


class Separate(OneModelPerTask):
    """Our own models."""

    def outputs(self, task: str, inputs: Inputs) -> Tensor:
        batch = Batch(torch.arange(len(inputs.input_ids)), (inputs,), None)
        return self.models[task].model(batch, [task])[task]


class HuggingFace(OneModelPerTask):
    """Hugging Face's sequence classifiers of the same backbone, without a pipeline's own cost."""

    def __init__(self, models: dict[str, LoadedModel]) -> None:
        from transformers import BertForSequenceClassification

        super().__init__(models)
        folder = str(load_backbone().folder)
        self.peers = {
            name: BertForSequenceClassification.from_pretrained(
                folder, num_labels=model.checkpoints[name].task.num_classes
            ).eval()
            for name, model in models.items()
        }
        self.models = dict.fromkeys(models)  # ours are not kept in memory beside them

    def outputs(self, task: str, inputs: Inputs) -> Tensor:
        return self.peers[task](**inputs._asdict()).logits


WAYS = {"separate": Separate, "hugging face": HuggingFace}


def main(way: str, folder: str, threads: str) -> None:
    """Serve one way on loopback, on a port that the system chooses, until stdin ends."""
    models = {path.name: open_model(path) for path in sorted(Path(folder).iterdir())}
    torch.set_num_threads(1)
    service = Service(Metrics())
    served = WAYS[way](models)
    service.engine = Engine(served, Limits(threads=int(threads)), service.metrics.passed)
    with listening(Plan()) as listener:
        print(f"serving {folder} on http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
        threading.Thread(target=end_with_stdin, daemon=True).start()
        quiet = {"log_level": "warning", "access_log": False, "ws": "none"}
        uvicorn.Server(uvicorn.Config(build(service), **quiet)).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
