"""What a branch is trained on before its task: sentence pairs, or words to be guessed. Chapter 18.

The trunk stays as frozen as it is for the task, so a checkpoint that began so merges like any
other. Both are runs of the one loop, kept epoch by epoch beside the run that they come before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from mtslib.base.locks import held_alone
from mtslib.data import datasets, tasks
from mtslib.data.batching import tokenise
from mtslib.finetune import objectives, similarity
from mtslib.finetune.dropout import with_fast_dropout
from mtslib.finetune.hidden_states import open_states
from mtslib.finetune.masked_words import MaskedWords
from mtslib.finetune.run import Run, source
from mtslib.finetune.settings import CONTRASTIVE, MASKED_WORDS, NO_EXTRAS
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer, resumed, run_epoch

HEAD_RATE = 1e-3  # of the new head alone, in the epoch before the layers join it


@contextmanager
def trained_before(
    run: Run, out: Path, data: Path | str | None = None, progress: bool = True
) -> Iterator[None]:
    """Train the branch of a prepared run as its settings say; inside, its task is trained.

    After an interruption both are taken up where they stopped. data: the folder of the pairs.
    Raises TrainError or DataError where there is nothing to train, or on.
    """
    with held_alone(out.with_name(out.name + ".before")) as place:
        pairs = run.settings.before == CONTRASTIVE
        first = contrastive(run, data, progress) if pairs else masked_words(run)
        optimizer = build_optimizer(first.model, first.settings)
        layers = [tensor for tensor in run.model.parameters() if tensor.requires_grad]

        def one_epoch(done: int) -> None:
            alone = done == 0 and not pairs  # the new head, until it can tell the layers anything
            for tensor in layers:
                tensor.requires_grad_(not alone)
            rate = HEAD_RATE if alone else first.settings.learning_rate
            chosen = replace(first.settings, learning_rate=rate)
            run_epoch(replace(first, settings=chosen), optimizer, done, progress)

        with resumed(first, optimizer, place, first.settings.epochs, one_epoch, progress):
            own = run.model.trained_tensors()
            kept = {n: t for n, t in first.model.trained_tensors().items() if n in own}
            run.model.load_trained_tensors(own | kept)
            run.history_before = first.history
            yield


def masked_words(run: Run) -> Run:
    """The run that guesses words of the task's own training sentences, their labels unread.

    The backbone came without a head for that: a new one is trained alone for an epoch first.
    """
    torch.manual_seed(run.settings.seed)  # the new head's first weights
    model = MaskedWords(run.model, run.backbone).to(run.device)
    run.before = {"name": MASKED_WORDS, "rows": len(run.train_tokens)}
    return _first(run, model, run.settings.before_epochs + 1)


def contrastive(run: Run, data: Path | str | None = None, progress: bool = True) -> Run:
    """The run that finds each question's duplicate among those of the other pairs of its batch.

    The pairs are quora's, from the same folder; those whose label is 0 are left out.
    """
    chosen = run.settings
    pairs = datasets.load(tasks.QUORA, "train", data, chosen.before_file or None)
    if progress:
        print(pairs.describe())
    texts = [row.texts for row in pairs.labelled if row.label == 1]
    objective = objectives.OBJECTIVES["multiple-negatives-ranking"]
    labels = [similarity.HIGHEST] * len(texts)
    tokenizer = run.backbone.tokenizer()
    tokens = tokenise(tokenizer, texts, labels, siamese=True, max_length=chosen.max_length)
    bert = run.backbone.model(encoder_dropout=chosen.encoder_dropout, parts=run.parts)
    model = TaskModel(
        bert, tasks.QUORA, objective, chosen.freeze_depth, chosen.pooling, trunk=run.parts.trunk
    )
    model = with_fast_dropout(model).to(run.device) if bert.fast_paths else model.to(run.device)
    run.before = {"name": CONTRASTIVE, "file": pairs.path.name, "sha256": pairs.sha256}
    run.before |= {"rows": len(texts)}
    first = replace(_first(run, model, chosen.before_epochs), train=pairs, train_tokens=tokens)
    if run.train_states is not None:  # it is frozen, and the cache is on
        own = replace(source(first, "train"), name="quora's pairs")
        first.train_states = open_states(own, model.depth, progress=progress)
    return first


def _first(run: Run, model: nn.Module, epochs: int) -> Run:
    """The same run with another model, without what only its task has."""
    chosen = replace(run.settings, epochs=epochs, **NO_EXTRAS)
    return replace(run, settings=chosen, model=model, history=[], train_states=None)
