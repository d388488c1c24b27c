"""A training run of a second, by which the parts of two trainings are compared with each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from mtslib.data import tasks
from mtslib.data.batching import Tokenised
from mtslib.finetune.parts import LIBRARY, TrainingParts
from mtslib.finetune.precision import autocast, default_device, resolve
from mtslib.finetune.run import Forward
from mtslib.finetune.settings import settings
from mtslib.finetune.task_model import TaskModel
from mtslib.finetune.train import build_optimizer, epoch_batches
from mtslib.minbert import BertConfig, BertModel
from mtslib.minbert.tokenizer import TokenIds

# Dropout stands in the trunk only, where it must not act.
CONFIG = BertConfig(vocab_size=60, hidden_size=16, num_layers=2, num_heads=2, intermediate_size=32)
DEPTH, EPOCHS, ROWS, BATCH = 1, 2, 10, 4
CPU = torch.device("cpu")
CLOSE_IN_BF16 = 0.2  # of losses of about 1, some of 20 times a cosine, whose step is then 0.08


@dataclass(frozen=True)
class Outcome:
    """losses: of each epoch. trained, frozen: tensors by name. outputs: in train mode, (n, …)."""

    losses: list[float]
    trained: dict[str, Tensor]
    frozen: dict[str, Tensor]
    hidden: Tensor


def difference(parts: TrainingParts, objective: str, close: float) -> str:
    """Where a training with `parts` leaves the library's, in words; '' where it does not.

    A frozen trunk, batches of unequal size that come once, and a learning rate that changes. Once
    more in bf16 where the chapters train in it.
    """
    found = _differ(train(parts, objective), train(LIBRARY, objective), close)
    if found or resolve("auto", default_device()) != "bf16":
        return found
    losses = [train(own, objective, "bf16").losses for own in (parts, LIBRARY)]
    return _losses_differ(*losses, CLOSE_IN_BF16, " in bf16")


def _differ(seen: Outcome, expected: Outcome, close: float) -> str:
    if not isinstance(seen.losses, list) or len(seen.losses) != EPOCHS:
        return f"on a small model it gave back {seen.losses!r:.80}, expected {EPOCHS} losses"
    if seen.trained.keys() != expected.trained.keys():
        names = sorted(set(seen.trained) ^ set(expected.trained))
        return f"on a small model its tensors have other names: {names[0]}"
    if any(not torch.equal(seen.frozen[name], kept) for name, kept in expected.frozen.items()):
        return "on a small model it moved a frozen tensor of the trunk"
    if not torch.equal(seen.hidden, expected.hidden):
        return "on a small model the trunk does not give the library's numbers, bit for bit"
    if found := _losses_differ(seen.losses, expected.losses, close):
        return found
    for name, wanted in expected.trained.items():
        apart = (seen.trained[name] - wanted).abs().max().item()
        if not apart <= close:
            return f"after training a small model, {name} differs by up to {apart:.2g}"
    return ""


def _losses_differ(seen: list[float], expected: list[float], close: float, how: str = "") -> str:
    for epoch, (loss, wanted) in enumerate(zip(seen, expected, strict=True), 1):
        if not abs(float(loss) - wanted) <= close:
            return (
                f"on a small model{how} the loss of epoch {epoch} is {loss:.4g}, "
                f"expected {wanted:.4g}"
            )
    return ""


def train(parts: TrainingParts, objective: str, precision: str = "fp32") -> Outcome:
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

    def loss(outputs: Tensor, labels: Tensor) -> Tensor:
        with autocast(precision, CPU):
            return made.loss(outputs, labels)

    losses = parts.fit(
        Forward(model, None, precision),
        lambda epoch: epoch_batches(tokens, chosen, optimizer, epoch),
        optimizer,
        EPOCHS,
        loss=loss,
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
        else 3 + 2 * torch.rand(ROWS, generator=draw)  # half of them count as saying the same
    )
    sequences = tuple(tuple(one() for _ in range(inputs)) for _ in range(ROWS))
    return Tokenised(sequences, tuple(labels.tolist()), 0, 0)
