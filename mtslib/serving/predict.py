"""Ask a model: sentences, pairs or files in, answers in words out. Chapter 12."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mtslib.base.errors import CheckpointError, DataError, MtsError
from mtslib.data import datasets
from mtslib.data.batching import Batch, collate, evaluation_batches, tokenise
from mtslib.data.datasets import Split
from mtslib.data.tasks import Task
from mtslib.evidence.metrics import Metric
from mtslib.finetune import checkpoint as checkpoints
from mtslib.finetune import objectives
from mtslib.finetune.evaluate import EVALUATION_BATCH, predict, score_task
from mtslib.finetune.precision import resolve
from mtslib.minbert.tokenizer import TokenIds
from mtslib.serving.merged_folder import CERTIFICATE, LoadedModel
from mtslib.serving.merged_folder import load as load_merged
from mtslib.serving.merged_model import assemble

MAX_LENGTH = 512


@dataclass(frozen=True)
class Answer:
    """What one task says of one input.

    value: the class index, or a score in the task's range. words: the same for people.
    confidence: the probability of the class said; None for a score.
    truncated: whether the input was longer than the model reads.
    """

    task: str
    value: float
    words: str
    confidence: float | None
    truncated: bool

    def __str__(self) -> str:
        sure = "" if self.confidence is None else f" ({self.confidence:.0%})"
        cut = " [only its beginning was read]" if self.truncated else ""
        return f"{self.task}: {self.words}{sure}{cut}"


def open_model(folder: Path | str, backbone: Path | str | None = None) -> LoadedModel:
    """A merged folder, or a single checkpoint (also a `full` one) as a model of one task.

    backbone: where a checkpoint's lies now, if not where its card says.
    """
    folder = Path(folder)
    if (folder / CERTIFICATE).is_file():
        if backbone is not None:
            raise MtsError(f"{folder} is merged and holds its own trunk; leave out --backbone")
        return load_merged(folder)
    if not (folder / checkpoints.CARD).is_file():
        raise MtsError(
            f"{folder} is neither a merged model nor a checkpoint; expected a folder written by "
            "`python -m mtslib merge` or `finetune`"
        )
    item = checkpoints.read(folder)
    found = checkpoints.backbone_of(item, backbone)
    model = checkpoints.rebuild(item, found)
    return LoadedModel(
        folder,
        assemble({item.task.name: model}),
        found.config,
        found.tokenizer(),
        {item.task.name: item},
        {},
    )


def ask(
    model: LoadedModel, inputs: Sequence[tuple[str, ...]], tasks: Sequence[str] | None = None
) -> list[list[Answer]]:
    """Answers to each input, `(text,)` or `(first, second)`, from every task that reads its kind.

    All tasks that read an input in the same form share one trunk pass. Raises DataError for an
    input of another form, and when no task of the model fits, naming those it has.
    """
    for given in inputs:
        check_form(given)
    answers: list[list[Answer]] = [[] for _ in inputs]
    for width in (1, 2):
        positions = [p for p, texts in enumerate(inputs) if len(texts) == width]
        if not positions:
            continue
        chosen = fitting(model, width, tasks)
        texts = [inputs[position] for position in positions]
        for apart in (False, True):
            names = [name for name in chosen if objective_of(model, name).apart == apart]
            if names:
                found = _answer(model, names, texts, apart)
                for position, some in zip(positions, found, strict=True):
                    answers[position] += some
    return answers


def check_form(given: tuple[str, ...]) -> None:
    """Raise DataError unless an input is `(text,)` or `(first, second)`."""
    if isinstance(given, str) or len(given) not in (1, 2):
        raise DataError(f"{str(given)[:80]!r} is not an input; expected (text,) or (first, second)")


def longest_input(model: LoadedModel) -> int:
    """How many tokens of an input are read; what is longer is cut."""
    return min(MAX_LENGTH, model.config.max_positions)


def fitting(model: LoadedModel, width: int, tasks: Sequence[str] | None) -> list[str]:
    """The model's tasks for sentences (width 1) or pairs (2), as far as they were asked for."""
    kind = "pairs" if width == 2 else "sentences"
    able = [n for n, item in model.checkpoints.items() if item.task.is_pair == (width == 2)]
    names = able if tasks is None else [name for name in able if name in tasks]
    if not names:
        wanted = "" if tasks is None else f" among {', '.join(tasks)}"
        raise DataError(
            f"no task{wanted} of this model reads {kind}; it answers "
            f"{', '.join(model.checkpoints)}; {kind} are for {', '.join(able) or 'none of them'}"
        )
    return names


def tokens_for(
    model: LoadedModel, texts: tuple[str, ...], tasks: Sequence[str] | None = None
) -> dict[str, tuple[TokenIds, ...]]:
    """One input as each task reads it that it is meant for: one sequence, or two where apart.

    tasks: only these. Raises DataError as `ask` does.
    """
    check_form(texts)
    names = fitting(model, len(texts), tasks)
    forms = {name: objective_of(model, name).apart for name in names}
    limit = longest_input(model)
    read = {
        apart: tokenise(model.tokenizer, [texts], siamese=apart, max_length=limit).sequences[0]
        for apart in set(forms.values())
    }
    return {name: read[apart] for name, apart in forms.items()}


def _answer(
    model: LoadedModel, names: Sequence[str], texts: Sequence[tuple[str, ...]], apart: bool
) -> list[list[Answer]]:
    """Answers of several tasks to inputs of one form, in one trunk pass per batch."""
    limit = longest_input(model)
    tokenised = tokenise(model.tokenizer, texts, siamese=apart, max_length=limit)
    outputs: dict[str, list] = {name: [None] * len(texts) for name in names}
    with torch.inference_mode():
        for positions in evaluation_batches(tokenised.lengths, EVALUATION_BATCH):
            found = model.model(collate(tokenised, positions), names)
            for name in names:
                for row, position in enumerate(positions):
                    outputs[name][position] = found[name][row]
    return [
        [in_words(model, name, outputs[name][p], parts) for name in names]
        for p, parts in enumerate(tokenised.sequences)
    ]


def in_words(
    model: LoadedModel, name: str, output: torch.Tensor, parts: Sequence[TokenIds]
) -> Answer:
    """What a branch put out for one input, read by its objective. parts: what was read."""
    task, objective = model.checkpoints[name].task, objective_of(model, name)
    if not output.isfinite().all():
        raise CheckpointError(
            f"{name} of {model.folder} put out NaN or infinity; expected finite numbers; its "
            "weights are damaged or were trained at too high a learning rate"
        )
    value = float(objective.predict(output[None])[0])
    cut = any(part.dropped for part in parts)
    if not task.has_classes:
        low, high = task.label_range
        scale = f"{value:.2f} of {high:g}" if low == 0 else f"{value:.2f} on {low:g} to {high:g}"
        return Answer(name, value, scale, None, cut)
    confidence = float(output.float().softmax(-1)[int(value)])
    return Answer(name, int(value), task.class_names[int(value)], confidence, cut)


def objective_of(model: LoadedModel, name: str) -> objectives.Objective:
    """The objective that one of the model's tasks was trained with."""
    return model.checkpoints[name].settings.resolved_objective


@dataclass(frozen=True)
class Evaluation:
    """One task of a model on one split: its metrics, the predictions, and what was read."""

    split: Split
    metrics: list[Metric]
    predicted: np.ndarray
    truncated: int


def evaluate(
    model: LoadedModel,
    task: Task,
    split: str = "dev",
    data: Path | str | None = None,
    precision: str = "auto",
    progress: bool = True,
    file: Path | str | None = None,
) -> Evaluation:
    """Score one task of a model on the labelled rows of a split, truncated like in training.

    data, file: see `datasets.locate`.
    """
    found = datasets.load(task, split, data, file)
    if not found.labelled:
        raise DataError(f"{found.path} has no labelled row; only labelled rows can be scored")
    predicted, truncated = answers(
        *(model, task.name, [example.texts for example in found.labelled], precision),
        progress=f"{task.name} {split}" if progress else "",
    )
    labels = np.array([float(example.label) for example in found.labelled])
    return Evaluation(found, score_task(task, predicted, labels), predicted, truncated)


def answers(
    model: LoadedModel,
    name: str,
    texts: Sequence[tuple[str, ...]],
    precision: str = "auto",
    progress: str = "",
) -> tuple[np.ndarray, int]:
    """What one task says to every input, in their order → (n,), and how many were truncated.

    They are truncated like in training. progress: what the bar is called; empty shows none.
    """
    objective = objective_of(model, name)
    tokenised = tokenise(
        *(model.tokenizer, texts),
        siamese=objective.apart,
        max_length=model.checkpoints[name].settings.max_length,
    )
    device = torch.device("cpu")

    def forward(batch: Batch) -> torch.Tensor:
        return model.model(batch, [name])[name]

    how = resolve(precision, device)
    predicted = predict(forward, objective, tokenised, device, how, progress)
    return predicted, tokenised.truncated
