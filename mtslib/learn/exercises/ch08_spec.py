"""Chapter 08: what its answers must do, slowly, and how they are put to work."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mtslib.data import tasks
from mtslib.finetune import objectives
from mtslib.finetune.task_model import TaskModel
from mtslib.learn.inputs import Trial
from mtslib.minbert.config import BertConfig
from mtslib.minbert.model import BertModel

# Asking a model ------------------------------------------------------------------------------


class _Asked(nn.Module):
    """A head that notes how it was asked."""

    def __init__(self, inputs: int, classes: int, dropout: float = 0.4) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.linear = nn.Linear(inputs, classes)
        self.training_mode: list[bool] = []
        self.gradients: list[bool] = []

    def forward(self, features: Tensor) -> Tensor:
        self.training_mode.append(self.training)
        self.gradients.append(torch.is_grad_enabled())
        return self.linear(self.drop(features))


def slow_logits_by_row(
    model: nn.Module, batches: Sequence[tuple[Sequence[int], Any]], rows: int
) -> Tensor:
    """Go through the rows, and for each look for the batch that holds it."""
    model.eval()
    lines = []
    for row in range(rows):
        for positions, batch in batches:
            if row in positions:
                with torch.no_grad():
                    lines.append(model(batch)[list(positions).index(row)])
    return torch.stack(lines)


def observe_logits_by_row(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One batch in order; then rows sorted by length, as batches hold them, the last one short."""

    def ask(order: Sequence[int], size: int, classes: int) -> tuple[Any, _Asked]:
        features = trial.randn(len(order), 6)
        model = _Asked(6, classes)
        trial.fill(model)
        model.train()  # as the training loop leaves it
        cut = [list(order[start : start + size]) for start in range(0, len(order), size)]
        batches = [(positions, features[positions]) for positions in cut]
        return trial.call(answer, model, batches, len(order)), model

    one, model = ask(range(3), 3, 2)
    found: dict[str, Any] = {
        "whether the model was asked in eval mode": not any(model.training_mode),
        "whether gradients were off while it was asked": not any(model.gradients),
        "the logits of three rows in one batch": one,
        "five rows that came as batches [3, 0], [4, 2], [1]": ask([3, 0, 4, 2, 1], 2, 2)[0],
    }
    order = [8, 3, 5, 10, 0, 7, 1, 4, 9, 2, 6]
    found["eleven rows in batches of four, of all lengths"] = ask(order, 4, 5)[0]
    return found


# One batch in parts --------------------------------------------------------------------------


def slow_backward_in_parts(model: nn.Module, parts: Sequence[tuple[Any, Tensor]]) -> float:
    """Everything as one list of losses, whose mean goes backward once."""
    losses = []
    for batch, labels in parts:
        for logits, label in zip(model(batch), labels, strict=True):
            losses.append(logits.logsumexp(0) - logits[label])
    mean = sum(losses) / len(losses)
    for parameter in model.parameters():
        parameter.grad = None
    mean.backward()
    return mean.item()


def observe_backward_in_parts(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """One part, equal parts, a short last part, and a model with a gradient from before."""

    def ask(sizes: Sequence[int], old: float = 0.0) -> tuple[float, Any]:
        model = nn.Linear(4, 3)
        trial.fill(model)
        if old:
            model.weight.grad = torch.full_like(model.weight, old)
            model.bias.grad = torch.full_like(model.bias, old)
        parts = [(trial.randn(size, 4), trial.randint(0, 3, (size,))) for size in sizes]
        loss = trial.call(answer, model, parts)
        grad = model.bias.grad
        number = torch.tensor(loss) if isinstance(loss, float) else loss
        return number, "no gradient" if grad is None else grad.clone()

    one, equal, short = ask([4]), ask([3, 3]), ask([4, 4, 1])
    return {
        "the bias's gradient from one part of four": one[1],
        "the bias's gradient from parts of 3 and 3": equal[1],
        "the bias's gradient from parts of 4, 4 and 1": short[1],
        "the mean loss of parts of 4, 4 and 1": short[0],
        "the gradient of parts of 2 and 1, when an old gradient was there": ask([2, 1], 5.0)[1],
    }


# Early stopping ------------------------------------------------------------------------------


def slow_fit(
    model: nn.Module,
    one_epoch: Callable[[nn.Module], Any],
    dev_score: Callable[[nn.Module], float],
    epochs: int,
    patience: int,
) -> list[float]:
    """Keep the weights of every epoch; look back at all scores after each."""
    scores: list[float] = []
    every = []
    while len(scores) < epochs:
        one_epoch(model)
        scores.append(dev_score(model))
        every.append([tensor.detach().clone() for tensor in model.state_dict().values()])
        if len(scores) - 1 - scores.index(max(scores)) >= patience:
            break
    best = every[scores.index(max(scores))]
    with torch.no_grad():
        for tensor, wanted in zip(model.state_dict().values(), best, strict=True):
            tensor.copy_(wanted)
    return scores


class _Counter(nn.Module):
    """A model whose only weight is the number of epochs it was trained."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs = nn.Parameter(torch.zeros(1))


def _train(model: _Counter) -> None:
    with torch.no_grad():
        model.epochs += 1


def _train_anew(model: _Counter) -> None:
    """The same with a new tensor in the old one's place: then a forgotten copy does no harm."""
    model.epochs.data = model.epochs.data + 1


def observe_fit(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A dev score for each epoch, by table; what is kept tells which epoch it was."""

    def ask(
        table: Sequence[float], patience: int, epochs: int = 0, train: Any = _train
    ) -> tuple[Any, Any]:
        model = _Counter()

        def dev_score(asked: _Counter) -> float:
            return table[min(int(asked.epochs), len(table)) - 1]

        scores = trial.call(answer, model, train, dev_score, epochs or len(table), patience)
        ran = [float(score) for score in scores] if isinstance(scores, list | tuple) else scores
        kept = int(model.epochs)
        return (torch.tensor(ran) if isinstance(ran, list) else ran), f"epoch {kept}"

    fall = ask([0.3, 0.5, 0.4, 0.35], patience=9)
    stop = ask([0.3, 0.5, 0.4, 0.45, 0.48, 0.9], patience=2)
    reset = ask([0.4, 0.3, 0.5, 0.2, 0.6, 0.1, 0.7], patience=2)
    climb = ask([0.5, 0.2, 0.3, 0.4, 0.45, 0.9], patience=3)
    ties = ask([0.2, 0.4, 0.4, 0.4, 0.4, 0.4], patience=2)
    minus = ask([-0.5, -0.3, -0.4], patience=9)  # minus a loss is a score too
    drawn = [round(float(x), 3) for x in torch.rand(12, generator=trial.generator)]
    long = ask(drawn, patience=3)
    return {
        "scores .3 .5 .4 .35, patience 9: which epoch's weights were kept": fall[1],
        "the same, where training replaces a weight by a new tensor": ask(
            [0.3, 0.5, 0.4, 0.35], patience=9, train=_train_anew
        )[1],
        "scores .3 .5 .4 .35, patience 9: what came back": fall[0],
        "scores .3 .5 .4 .45 .48 .9, patience 2: scores until it stopped": stop[0],
        "the same: which epoch's weights were kept": stop[1],
        "scores .4 .3 .5 .2 .6 .1 .7, patience 2: scores until it stopped": reset[0],
        "scores .5 .2 .3 .4 .45 .9, patience 3: scores until it stopped": climb[0],
        "scores .2 .4 .4 .4 .4 .4, patience 2: scores until it stopped": ties[0],
        "the same, of equal scores: which epoch's weights were kept": ties[1],
        "scores −.5 −.3 −.4, patience 9: which epoch's weights were kept": minus[1],
        "twelve scores at random, patience 3": long[0],
        "five epochs at most, patience 5": ask(drawn, patience=5, epochs=5)[0],
    }


# Dropout -------------------------------------------------------------------------------------


def slow_set_dropout(model: nn.Module, head_dropout: float, encoder_dropout: float) -> None:
    """Walk the tree by hand, and remember whether a head was passed on the way."""

    def walk(part: nn.Module, in_head: bool) -> None:
        for name, child in part.named_children():
            below = in_head or name == "head"
            if type(child) is nn.Dropout:
                child.p = head_dropout if below else encoder_dropout
            walk(child, below)

    walk(model, False)


def observe_set_dropout(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A BERT of two small layers with a head: its five kinds of places, by name."""
    config = BertConfig(30, 8, 2, 2, 12, 16, 2)
    found: dict[str, Any] = {}
    for depth, rates in ((None, (0.5, 0.25)), (1, (0.05, 0.45))):
        task = tasks.SST
        model = TaskModel(BertModel(config), task, objectives.get("ce", task), depth)
        trial.call(answer, model, *rates)
        where = f"head_dropout {rates[0]}, encoder_dropout {rates[1]}"
        for name, part in model.named_modules():
            if isinstance(part, nn.Dropout):
                found[f"{where}: the rate of {name}"] = round(float(part.p), 6)
    return found


# Confusion -----------------------------------------------------------------------------------


def slow_confusion(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Each cell by counting."""
    pairs = list(zip(labels.tolist(), predicted.tolist(), strict=True))
    table = np.zeros((classes, classes))
    for true in range(classes):
        of_class = [said for label, said in pairs if label == true]
        for said in range(classes):
            table[true, said] = of_class.count(said) / len(of_class) if of_class else 0.0
    return table


def observe_confusion(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A case to read, a class that never comes, chance, and real numbers as labels."""

    def ask(predicted: Any, labels: Any, classes: int) -> Any:
        table = trial.call(answer, np.array(predicted), np.array(labels), classes)
        return torch.tensor(np.asarray(table, dtype=float)) if _is_table(table) else table

    drawn = trial.randint(0, 5, (60,)).numpy()
    said = np.where(trial.randn(60).numpy() > 0, drawn, (drawn + 1) % 5)
    absent = np.array([0, 0, 1, 3, 3, 3])
    return {
        "labels 0 0 0 1, said 0 1 1 1, two classes": ask([0, 1, 1, 1], [0, 0, 0, 1], 2),
        "labels that lack class 2 of four": ask([0, 2, 1, 3, 0, 3], absent, 4),
        "a last class that nobody says and no text has": ask([0, 1, 1], [0, 1, 0], 3),
        "sixty answers at random": ask(said, drawn, 5),
    }


def _is_table(value: Any) -> bool:
    try:
        return math.prod(np.asarray(value, dtype=float).shape) > 0
    except (TypeError, ValueError):
        return False
