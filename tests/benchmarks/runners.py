"""The contenders: each is prepared once and then asked to do the whole work, as often as needed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from benchmarks.workloads import (
    BATCH,
    ENCODER_DROPOUT,
    HEAD_DROPOUT,
    LEARNING_RATE,
    Work,
    data_slice,
    texts_of,
)
from mtslib import backbones
from mtslib.backbones import Backbone
from mtslib.data import tasks
from mtslib.data.batching import Tokenised, collate, evaluation_batches, tokenise, training_batches
from mtslib.finetune import cache, objectives, settings
from mtslib.finetune.dropout import with_fast_dropout
from mtslib.finetune.hidden_states import open_states
from mtslib.finetune.precision import autocast, default_device
from mtslib.finetune.run import Run, source
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer, run_epoch
from mtslib.minbert.model import mean_pool

Once = Callable[[], None]


def contender(name: str, work: Work) -> Once:
    """Load what `name` needs for `work` → a function that does it once, from texts on."""
    if work.workload == "E":
        return (_ours_encodes if name == "ours" else _sentence_transformers)(work)
    if name == "ours":
        return _ours_trains(work)
    return _hugging_face(work, grouped=name == "hf-tuned", tuned=name != "hf-plain")


# Ours ------------------------------------------------------------------------------------------


def _ours_trains(work: Work) -> Once:
    backbone = backbones.load(work.backbone)
    split, (texts, labels) = data_slice(work), texts_of(work)
    place = tempfile.mkdtemp(prefix="mts-bench-")
    os.environ[cache.FOLDER_VARIABLE] = place

    def once() -> None:
        shutil.rmtree(place, ignore_errors=True)  # each time from nothing: filling counts
        tokens = tokenise(backbone.tokenizer(), texts, labels)
        frozen = [depth for depth in work.depths if depth is not None]
        for depth in work.depths:
            run = _run(work, backbone, depth, split, tokens)
            if depth is not None:
                run.train_states = open_states(source(run, "train"), depth, frozen, progress=False)
            optimizer = build_optimizer(run.model, run.settings)
            for epoch in range(work.epochs):
                run_epoch(run, optimizer, epoch, progress=False)
        shutil.rmtree(place, ignore_errors=True)

    return once


def _run(work: Work, backbone: Backbone, depth: int | None, split, tokens: Tokenised) -> Run:
    task = tasks.get(work.task)
    chosen = settings(
        work.task,
        freeze_depth=depth,
        epochs=work.epochs,
        batch_size=BATCH,
        learning_rate=LEARNING_RATE,
        schedule="constant",
        head_dropout=HEAD_DROPOUT,
        encoder_dropout=ENCODER_DROPOUT,
        precision=work.precision,
        backbone=work.backbone,
    )
    objective = objectives.get(chosen.objective, task)
    bert = backbone.model(encoder_dropout=ENCODER_DROPOUT)
    model = TaskModel(bert, task, objective, depth, "cls", HEAD_DROPOUT)
    device = default_device()
    return Run(
        settings=chosen,
        backbone=backbone,
        model=with_fast_dropout(model).to(device),
        train=split,
        dev=split,
        train_tokens=tokens,
        dev_tokens=tokens,
        device=device,
        precision=work.precision,
        history=[],
    )


def _ours_encodes(work: Work) -> Once:
    backbone, device = backbones.load(work.backbone), default_device()
    model = backbone.model().to(device)
    sentences, _ = texts_of(work)

    def once() -> None:
        tokens = tokenise(backbone.tokenizer(), sentences)
        found = torch.empty(len(tokens), backbone.config.hidden_size)
        with torch.inference_mode(), autocast(work.precision, device):
            for positions in evaluation_batches(tokens.lengths, BATCH):
                (inputs,) = collate(tokens, positions).to(device).inputs
                hidden = model(*inputs).hidden_states[-1]
                found[positions] = mean_pool(hidden.float(), inputs.attention_mask).cpu()

    return once


# Peers -----------------------------------------------------------------------------------------


def _quiet_peers() -> None:
    """Their bars and load reports would stand between the rows of the table."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def _sentence_transformers(work: Work) -> Once:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    _quiet_peers()
    device = default_device()
    folder = str(backbones.load(work.backbone).folder)
    body = Transformer(folder, max_seq_length=512)
    pooling = Pooling(body.get_word_embedding_dimension(), pooling_mode="mean")
    model = SentenceTransformer(modules=[body, pooling], device=str(device))
    sentences = [text for (text,) in texts_of(work)[0]]

    def once() -> None:
        with autocast(work.precision, device):
            model.encode(sentences, batch_size=BATCH, show_progress_bar=False)

    return once


class _Classifier(nn.Module):
    """Hugging Face's BERT with dropout and a linear head on [CLS]."""

    def __init__(self, folder: str, num_outputs: int, depth: int | None) -> None:
        super().__init__()
        from transformers import BertModel

        self.bert = BertModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            hidden_dropout_prob=ENCODER_DROPOUT,
            attention_probs_dropout_prob=ENCODER_DROPOUT,
        ).float()
        self.head = nn.Sequential(
            nn.Dropout(HEAD_DROPOUT), nn.Linear(self.bert.config.hidden_size, num_outputs)
        )
        layers = self.bert.encoder.layer
        self.trunk = [] if depth is None else [self.bert.embeddings, *layers[:depth]]
        for part in self.trunk:
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> _Classifier:
        super().train(mode)
        for part in self.trunk:
            part.eval()
        return self

    def forward(self, encoded: dict[str, Tensor]) -> Tensor:
        return self.head(self.bert(**encoded).last_hidden_state[:, 0])


def _hugging_face(work: Work, grouped: bool, tuned: bool) -> Once:
    """Plain: random batches padded to their longest. Tuned: grouped by length, fused AdamW."""
    _quiet_peers()
    backbone, device, task = backbones.load(work.backbone), default_device(), tasks.get(work.task)
    folder = str(backbone.folder)
    tokenizer = peer_tokenizer(backbone)
    objective = objectives.get(task.objective, task)
    texts, labels = texts_of(work)

    def once() -> None:
        columns = [list(column) for column in zip(*texts, strict=True)]
        encoded = tokenizer(*columns, truncation=True, max_length=512)
        lengths = [len(ids) for ids in encoded["input_ids"]]
        for depth in work.depths:
            torch.manual_seed(0)
            model = _Classifier(folder, objective.num_outputs(task), depth).to(device).train()
            trained = [tensor for tensor in model.parameters() if tensor.requires_grad]
            optimizer = torch.optim.AdamW(
                trained, lr=LEARNING_RATE, weight_decay=0.0, fused=True if tuned else None
            )
            for epoch in range(work.epochs):
                for positions in _batches(lengths, epoch, grouped):
                    batch = tokenizer.pad(
                        {key: [values[p] for p in positions] for key, values in encoded.items()},
                        return_tensors="pt",
                    ).to(device)
                    targets = torch.tensor([labels[p] for p in positions], device=device)
                    with autocast(work.precision, device):
                        loss = objective.loss(model(dict(batch)), targets)
                    optimizer.zero_grad(set_to_none=True)
                    loss.backward()
                    optimizer.step()

    return once


def peer_tokenizer(backbone: Backbone):
    """Hugging Face's fast tokenizer with a backbone's vocabulary, whatever file that came from."""
    from transformers import AddedToken, BertTokenizerFast

    rules = backbone.rules
    made = BertTokenizerFast(
        vocab=dict(backbone.vocabulary),
        do_lower_case=rules.lowercase,
        strip_accents=rules.strip_accents,
        tokenize_chinese_chars=rules.chinese,
    )
    made.add_tokens([AddedToken(content, normalized=where) for content, where in rules.added])
    return made


def _batches(lengths: Sequence[int], epoch: int, grouped: bool) -> Iterator[list[int]]:
    order = torch.Generator().manual_seed(epoch)
    if grouped:
        yield from training_batches(lengths, BATCH, order)
    else:
        positions = torch.randperm(len(lengths), generator=order).tolist()
        yield from (positions[i : i + BATCH] for i in range(0, len(positions), BATCH))
