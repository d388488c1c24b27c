"""Fine-tune one task: the loop, its record, and what survives an interruption. Chapters 06–09."""

from __future__ import annotations

import json
import math
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch import Tensor
from tqdm.auto import tqdm

from mtslib import backbones, datasets, provenance, tasks
from mtslib.backbones import Backbone
from mtslib.batching import Tokenised, collate, tokenise, training_batches
from mtslib.datasets import Split
from mtslib.errors import TrainError
from mtslib.files import check_replaceable, folder_written_whole, sha256_file, write_json
from mtslib.finetune import checkpoint, objectives
from mtslib.finetune.checkpoint import Checkpoint
from mtslib.finetune.evaluate import predict, score_task
from mtslib.finetune.model import TaskModel
from mtslib.finetune.precision import autocast, default_device, resolve
from mtslib.finetune.settings import Settings
from mtslib.metrics import Metric

WARM_UP = 0.1  # of all steps, for the linear schedule


@dataclass
class Run:
    """A fine-tuning run in progress: model, data, and what has been seen so far."""

    settings: Settings
    backbone: Backbone
    model: TaskModel
    train: Split
    dev: Split
    train_tokens: Tokenised
    dev_tokens: Tokenised
    device: torch.device
    precision: str
    history: list[dict[str, Any]]


def finetune(
    settings: Settings,
    out: Path | str,
    data: Path | str | None = None,
    train_file: Path | str | None = None,
    dev_every_epoch: bool = False,
    progress: bool = True,
) -> Checkpoint:
    """Fine-tune one task and write its checkpoint folder `out`.

    data, train_file: where the task's files are (see `datasets.locate`).
    dev_every_epoch: score dev after each epoch, not only at the end; nothing is selected by it.
    Each finished epoch is kept beside `out`; after an interruption the same call goes on there
    and ends with the same weights, bit for bit, on the same machine.
    Raises TrainError, DataError or BackboneError.
    """
    out = Path(out)
    check_replaceable(out, checkpoint.CARD)
    run = prepare(settings, data, train_file, progress)
    optimizer = build_optimizer(run.model, settings)
    state = out.with_name(out.name + ".unfinished")
    done = _restore(state, run, optimizer)
    if done and progress:
        print(f"going on after epoch {done}, kept in {state}")
    try:
        while done < settings.epochs:
            record = train_epoch(run, optimizer, done, progress)
            if dev_every_epoch and done + 1 < settings.epochs:
                record["dev"] = [asdict(m) for m in score_dev(run, progress)[0]]
            run.history.append(record)
            _keep(state, run, optimizer)
            done += 1
        return _finish(run, out, state, progress)
    except KeyboardInterrupt:
        where = f"in epoch {done + 1} of {settings.epochs}"
        saved = _read_kept(state)  # Ctrl-C may have come just before or after it was written
        done = len(saved["history"]) if saved else 0
        kept = f"{done} finished kept in {state}" if done else "none was finished"
        raise TrainError(
            f"stopped by Ctrl-C {where if done < settings.epochs else 'while dev was scored'}, "
            f"{kept}; the same command goes on from there"
        ) from None


def prepare(
    settings: Settings,
    data: Path | str | None = None,
    train_file: Path | str | None = None,
    progress: bool = True,
) -> Run:
    """Read backbone and data, tokenise, and build the model with a seeded head."""
    task = tasks.get(settings.task)
    objective = objectives.get(settings.objective, task)
    backbone = backbones.load(settings.backbone)
    train = datasets.load(task, "train", data, train_file)
    dev = datasets.load(task, "dev", data)
    if train.dataset != dev.dataset and train_file is None:
        raise TrainError(f"train is {train.dataset}, dev is {dev.dataset}; they must not be mixed")
    if settings.max_length > backbone.config.max_positions:
        raise TrainError(
            f"max_length {settings.max_length} is more than the {backbone.config.max_positions} "
            f"positions of {backbone.name}; say --max-length {backbone.config.max_positions}"
        )
    tokenizer = backbone.tokenizer()
    tokens = []
    for split in (train, dev):
        if not split.labelled:
            raise TrainError(f"{split.path} has no labelled row; {split.split} needs labels")
        tokens.append(
            tokenise(
                tokenizer,
                [example.texts for example in split.labelled],
                [float(example.label) for example in split.labelled],
                siamese=objective.siamese,
                max_length=settings.max_length,
            )
        )
        if progress:
            print(_describe(split, tokens[-1], settings.max_length))
    device = default_device()
    provenance.code_sha256()  # now, while the files are still those that were imported
    torch.manual_seed(settings.seed)  # the head's first weights
    bert = backbone.model(encoder_dropout=settings.encoder_dropout)
    model = TaskModel(
        bert, task, objective, settings.freeze_depth, settings.pooling, settings.head_dropout
    )
    return Run(
        settings=settings,
        backbone=backbone,
        model=model.to(device),
        train=train,
        dev=dev,
        train_tokens=tokens[0],
        dev_tokens=tokens[1],
        device=device,
        precision=resolve(settings.precision, device),
        history=[],
    )


def build_optimizer(model: TaskModel, settings: Settings) -> torch.optim.Optimizer:
    """PyTorch's fused AdamW over the tensors that are trained, and only those.

    `mtslib.minbert.AdamW` is the readable form of the same update; the tests hold them equal.
    """
    return torch.optim.AdamW(
        [tensor for tensor in model.parameters() if tensor.requires_grad],
        lr=settings.learning_rate,
        betas=settings.betas,
        eps=settings.eps,
        weight_decay=settings.weight_decay,
        fused=True,
    )


def train_epoch(
    run: Run, optimizer: torch.optim.Optimizer, epoch: int, progress: bool = True
) -> dict[str, Any]:
    """One pass over the training set → {epoch, loss, seconds}; loss is the mean over examples."""
    settings, model = run.settings, run.model
    # Dropout and order depend on (seed, epoch) alone, so that epoch 2 is the same epoch 2 after
    # an interruption.
    torch.manual_seed(_mix(settings.seed, epoch))
    order = torch.Generator().manual_seed(_mix(settings.seed, epoch))
    batches = training_batches(run.train_tokens.lengths, settings.batch_size, order)
    rates = _learning_rates(settings, len(batches), epoch)
    model.train()
    started, total = time.perf_counter(), 0.0
    bar = tqdm(
        batches,
        desc=f"{settings.task} epoch {epoch + 1}/{settings.epochs}",
        disable=not progress,
        leave=False,
    )
    for step, (positions, rate) in enumerate(zip(bar, rates, strict=True), start=1):
        batch = collate(run.train_tokens, positions).to(run.device)
        with autocast(run.precision, run.device):
            loss = model.objective.loss(model(batch), batch.labels)
        value = loss.item()
        if not math.isfinite(value):
            raise TrainError(
                f"the loss became {value} in epoch {epoch + 1}, step {step} of {len(batches)} "
                f"(learning rate {rate:.2g}, {run.precision}); expected a finite number; "
                "try a smaller --learning-rate or --precision fp32; nothing was written"
            )
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += value * len(positions)
        bar.set_postfix(loss=f"{value:.3f}", refresh=False)
    seconds = time.perf_counter() - started
    return {
        "epoch": epoch + 1,
        "loss": total / len(run.train_tokens),
        "seconds": round(seconds, 2),
    }


def _mix(seed: int, epoch: int) -> int:
    """A stream of its own for every (seed, epoch)."""
    return seed * 1_000_003 + epoch + 1


def _learning_rates(settings: Settings, steps: int, epoch: int) -> Iterator[float]:
    """The learning rate of each step of an epoch."""
    all_steps = steps * settings.epochs
    warm_up = max(1, round(WARM_UP * all_steps))
    for step in range(steps):
        if settings.schedule == "constant":
            yield settings.learning_rate
        else:
            done = epoch * steps + step
            rising = (done + 1) / warm_up
            falling = (all_steps - done) / max(1, all_steps - warm_up)
            yield settings.learning_rate * min(rising, falling, 1.0)


def score_dev(run: Run, progress: bool = True) -> tuple[list[Metric], np.ndarray]:
    """Metrics on dev and the predictions (n,) behind them."""
    run.model.eval()
    predicted = predict(
        run.model,
        run.model.objective,
        run.dev_tokens,
        run.device,
        run.precision,
        progress=f"{run.settings.task} dev" if progress else "",
    )
    return score_task(run.model.task, predicted, run.dev_tokens.labels), predicted


def _finish(run: Run, out: Path, state: Path, progress: bool) -> Checkpoint:
    """Score dev, write the checkpoint, remove what was kept for going on."""
    started = time.perf_counter()
    metrics, predicted = score_dev(run, progress)
    dev_seconds = time.perf_counter() - started
    facts = {
        "data": {
            "dataset": run.train.dataset,
            "train": _data_facts(run.train, run.train_tokens),
            "dev": _data_facts(run.dev, run.dev_tokens),
        },
        "dev": [asdict(metric) for metric in metrics],
        "history": run.history,
        "trained_parameters": sum(t.numel() for t in run.model.trained_tensors().values()),
        "environment": provenance.environment(run.device, run.precision),
        "seconds": {
            "train": round(sum(record["seconds"] for record in run.history), 2),
            "dev": round(dev_seconds, 2),
        },
    }
    rows = torch.tensor([example.row for example in run.dev.labelled], dtype=torch.int32)
    kept = {"rows": rows, "predicted": torch.from_numpy(predicted.astype(np.float32))}
    written = checkpoint.save(out, run.model, run.backbone, run.settings, facts, kept)
    shutil.rmtree(state, ignore_errors=True)
    return written


def _data_facts(split: Split, tokens: Tokenised) -> dict[str, Any]:
    return {
        "file": split.path.name,
        "sha256": split.sha256,
        "rows": len(split.labelled),
        "unlabelled": len(split.unlabelled),
        "truncated": tokens.truncated,
    }


def _describe(split: Split, tokens: Tokenised, max_length: int) -> str:
    cut = f", {tokens.truncated:,} cut to {max_length} tokens" if tokens.truncated else ""
    return split.describe() + cut


# Going on after an interruption ----------------------------------------------------------------


def _identity(run: Run) -> dict[str, Any]:
    """What must be the same for a kept epoch to be continued."""
    return {
        "settings": run.settings.as_dict(),
        "precision": run.precision,
        "backbone_sha256": run.backbone.sha256,
        "train_sha256": run.train.sha256,
        "code_sha256": provenance.code_sha256(),
    }


def _keep(state: Path, run: Run, optimizer: torch.optim.Optimizer) -> None:
    """Keep weights, optimizer moments and history after a finished epoch."""
    tensors: dict[str, Tensor] = {
        f"model/{name}": tensor.detach().cpu().contiguous()
        for name, tensor in run.model.trained_tensors().items()
    }
    for number, moments in optimizer.state_dict()["state"].items():
        for name, tensor in moments.items():
            tensors[f"optimizer/{number}/{name}"] = tensor.detach().cpu().contiguous()
    with folder_written_whole(state) as fresh:
        safetensors.torch.save_file(tensors, fresh / "state.safetensors")
        sha256 = sha256_file(fresh / "state.safetensors")
        kept = {"identity": _identity(run), "sha256": sha256, "history": run.history}
        write_json(fresh / "state.json", kept)


def _restore(state: Path, run: Run, optimizer: torch.optim.Optimizer) -> int:
    """Load what was kept → how many epochs are done; 0 when there is nothing that fits."""
    if not state.exists():
        return 0
    kept = _read_kept(state)
    if kept is None or kept["identity"] != _identity(run):
        print(f"{state} is damaged or of another run (settings, data or code); starting anew")
        return 0
    tensors = checkpoint.read_tensors(state / "state.safetensors")
    run.model.load_trained_tensors(
        {n.removeprefix("model/"): t for n, t in tensors.items() if n.startswith("model/")}
    )
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer/"):
            _, number, key = name.split("/")
            moments.setdefault(int(number), {})[key] = tensor
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": moments, "param_groups": groups})
    run.history.extend(kept["history"])
    return len(run.history)


def _read_kept(state: Path) -> dict[str, Any] | None:
    """What `_keep` wrote, or None when a byte of it is no longer what it was."""
    try:
        kept = json.loads((state / "state.json").read_text(encoding="utf-8"))
        whole = kept["sha256"] == sha256_file(state / "state.safetensors")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if whole and kept.keys() >= {"identity", "history"} else None
