"""A training run of a second, by which the parts of two trainings are compared with each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mtslib.data import tasks
from mtslib.data.batching import Tokenised
from mtslib.finetune.parts import LIBRARY, TrainingParts
from mtslib.finetune.settings import settings
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer, epoch_batches
from mtslib.minbert import BertConfig, BertModel
from mtslib.minbert.tokenizer import TokenIds

# Dropout stands in the trunk only, where it must not act.
CONFIG = BertConfig(vocab_size=60, hidden_size=16, num_layers=2, num_heads=2, intermediate_size=32)
DEPTH, EPOCHS, ROWS, BATCH = 1, 2, 10, 4


@dataclass(frozen=True)
class Outcome:
    """losses: of each epoch. trained, frozen: tensors by name. outputs: in train mode, (n, …)."""

    losses: list[float]
    trained: dict[str, Tensor]
    frozen: dict[str, Tensor]
    hidden: Tensor


def difference(parts: TrainingParts, objective: str, close: float) -> str:
    """Where a training with `parts` leaves the library's, in words; '' where it does not.

    A frozen trunk, batches of unequal size that come once, and a learning rate that changes.
    """
    seen, expected = train(parts, objective), train(LIBRARY, objective)
    if not isinstance(seen.losses, list) or len(seen.losses) != EPOCHS:
        return f"on a small model it gave back {seen.losses!r:.80}, expected {EPOCHS} losses"
    if seen.trained.keys() != expected.trained.keys():
        names = sorted(set(seen.trained) ^ set(expected.trained))
        return f"on a small model its tensors have other names: {names[0]}"
    if any(not torch.equal(seen.frozen[name], kept) for name, kept in expected.frozen.items()):
        return "on a small model it moved a frozen tensor of the trunk"
    if not torch.equal(seen.hidden, expected.hidden):
        return "on a small model the trunk does not give the library's numbers, bit for bit"
    for epoch, (loss, wanted) in enumerate(zip(seen.losses, expected.losses, strict=True), 1):
        if not abs(float(loss) - wanted) <= close:
            return (
                f"on a small model the loss of epoch {epoch} is {loss:.4g}, expected {wanted:.4g}"
            )
    for name, wanted in expected.trained.items():
        apart = (seen.trained[name] - wanted).abs().max().item()
        if not apart <= close:
            return f"after training a small model, {name} differs by up to {apart:.2g}"
    return ""


def train(parts: TrainingParts, objective: str) -> Outcome:
    """Train the upper of two layers and a head on made-up rows."""
    chosen_task = tasks.SST if objective == "ce" else tasks.STS
    chosen = settings(
        chosen_task.name,
        objective=objective,
        freeze_depth=DEPTH,
        epochs=EPOCHS,
        batch_size=BATCH,
        learning_rate=1e-3,
        eps=1e-6,  # a gradient that is 0 but for rounding moves nothing
        weight_decay=0.01,
    )
    torch.manual_seed(0)
    bert = BertModel(CONFIG, parts)
    for layer in bert.layers[DEPTH:]:
        for part in layer.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
    made = parts.objective(objective, chosen_task)
    model = TaskModel(bert, chosen_task, made, DEPTH, "mean", 0.0, trunk=parts.trunk)
    tokens = _tokens(2 if made.siamese else 1, classes=chosen_task is tasks.SST)
    optimizer = build_optimizer(model, chosen, parts)
    losses = parts.fit(
        model,
        lambda epoch: epoch_batches(tokens, chosen, optimizer, epoch),
        optimizer,
        EPOCHS,
        loss=made.loss,
        train_epoch=parts.train_epoch,
    )
    model.train()
    batch, _ = next(epoch_batches(tokens, chosen, optimizer, 0))
    with torch.no_grad():
        hidden = model.trunk(batch.inputs[0], {DEPTH})[DEPTH]
    return Outcome(losses, model.trained_tensors(), model.frozen_tensors(), hidden)


def _tokens(inputs: int, classes: bool) -> Tokenised:
    draw = torch.Generator().manual_seed(1)

    def one() -> TokenIds:
        length = int(torch.randint(2, 9, (), generator=draw))
        ids = torch.randint(1, CONFIG.vocab_size, (length,), generator=draw).tolist()
        return TokenIds(ids, [0] * length, 0)

    labels = (
        torch.randint(0, 5, (ROWS,), generator=draw)
        if classes
        else 5 * torch.rand(ROWS, generator=draw)
    )
    sequences = tuple(tuple(one() for _ in range(inputs)) for _ in range(ROWS))
    return Tokenised(sequences, tuple(labels.tolist()), 0, 0)
