"""Chapter 07: what its answers must do, slowly, and how they are put to work."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mtslib.learn.inputs import Trial

# A head ----------------------------------------------------------------------------------------


def slow_head(num_inputs: int, num_outputs: int, head_dropout: float) -> nn.Module | None:
    """The same by setting every number."""
    if num_outputs == 0:
        return None
    head = nn.Sequential(nn.Dropout(p=head_dropout), nn.Linear(num_inputs, num_outputs))
    with torch.no_grad():
        for row in head[1].weight:
            row.normal_(mean=0.0, std=0.02)
        head[1].bias.fill_(0.0)
    return head


def observe_head(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Its parameters, its outputs with and without dropout, and its first weights."""
    head = trial.build(answer, 6, 3, 0.4)
    pooled = trial.randn(2, 6)
    seen: dict[str, Any] = {
        "the head's parameters, 6 inputs, 3 outputs": trial.parameters(head),
        "logits of two texts in eval mode": trial.call(head, pooled),
        "the same in train mode, where dropout acts": trial.call(head.train(), pooled),
    }
    sure = trial.build(answer, 6, 3, 0.0).train()
    seen["the same in train mode with dropout 0"] = trial.call(sure, pooled)
    fresh = trial.call(answer, 300, 5, 0.3)
    linear = next(part for part in fresh.modules() if isinstance(part, nn.Linear))
    spread = float(linear.weight.detach().std())
    seen["the spread of the first weights, to two digits"] = f"{spread:.2f}"
    seen["whether the first bias is zero"] = (
        linear.bias is not None and not linear.bias.any().item()
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns of a map without outputs
        without = trial.call(answer, 6, 0, 0.4)
    seen["what comes back for num_outputs = 0"] = type(without).__name__
    return seen


# Reading logits --------------------------------------------------------------------------------


def slow_most_likely(logits: Tensor) -> Tensor:
    """One text at a time."""
    found = []
    for row in logits.tolist():
        best = 0
        for number, value in enumerate(row):
            if value > row[best]:
                best = number
        found.append(best)
    return torch.tensor(found, dtype=torch.long)


def observe_most_likely(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A case to read at a glance, then more texts than classes and the reverse."""
    clear = torch.tensor([[0.1, 2.0, -1.0], [3.0, 0.5, 1.0]])
    return {
        "the classes of two texts, three classes": trial.call(answer, clear),
        "seven texts, five classes": trial.call(answer, trial.randn(7, 5)),
        "three texts, four classes": trial.call(answer, trial.randn(3, 4)),
        "one text whose logits are all negative": trial.call(answer, -1 - trial.randn(1, 5).abs()),
    }


def slow_soft_labels(scores: Tensor, num_classes: int = 6) -> Tensor:
    """A triangle around each score: class c gets 1 minus its distance, or nothing."""
    rows = [[max(0.0, 1 - abs(score - c)) for c in range(num_classes)] for score in scores.tolist()]
    return torch.tensor(rows, dtype=torch.float32)


def observe_soft_labels(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Scores between, at and next to whole numbers; another number of classes."""
    drawn = (50 * torch.rand(5, generator=trial.generator)).floor() / 10
    drawn = torch.cat([drawn, torch.tensor([3.5])])  # PyTorch rounds it to the even neighbour
    return {
        "the labels of 3.2": trial.call(answer, torch.tensor([3.2])),
        "the labels of 0, 2 and 5": trial.call(answer, torch.tensor([0.0, 2.0, 5.0])),
        "six scores of one decimal": trial.call(answer, drawn),
        "two scores with 4 classes": trial.call(answer, torch.tensor([0.6, 3.0]), 4),
    }


def slow_expected_score(logits: Tensor) -> Tensor:
    """Weigh each class by its probability, in plain numbers."""
    found = []
    for row in logits.tolist():
        grown = [math.exp(value - max(row)) for value in row]
        found.append(sum(c * value / sum(grown) for c, value in enumerate(grown)))
    return torch.tensor(found, dtype=torch.float32)


def observe_expected_score(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """An undecided row, a decided one, and rows at random."""
    return {
        "the score of six equal logits": trial.call(answer, torch.zeros(1, 6)),
        "a row that is sure of class 4": trial.call(answer, 50.0 * torch.eye(6)[4:5]),
        "five rows of six logits": trial.call(answer, 2 * trial.randn(5, 6)),
        "two rows of four logits": trial.call(answer, 2 * trial.randn(2, 4)),
    }


# Metrics ---------------------------------------------------------------------------------------


def slow_macro_f1(predicted: np.ndarray, labels: np.ndarray) -> float:
    """Count hits, false alarms and misses of each class that occurs on either side."""
    pairs = list(zip(predicted.tolist(), labels.tolist(), strict=True))
    found = []
    for c in sorted({value for pair in pairs for value in pair}):
        hits = sum(p == c and t == c for p, t in pairs)
        alarms = sum(p == c and t != c for p, t in pairs)
        misses = sum(p != c and t == c for p, t in pairs)
        found.append(2 * hits / (2 * hits + alarms + misses))
    return sum(found) / len(found)


def observe_macro_f1(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """A rare class that is never found, one that is predicted and never there, and chance."""
    labels = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 2])
    constant = np.zeros(10, dtype=int)
    rare = np.array([0, 0, 0, 0, 1, 1, 1, 2, 0, 0])
    stray = np.array([0, 0, 3, 0, 0, 3, 1, 1, 2, 0])
    drawn = trial.randint(0, 4, (30,)).numpy()
    noisy = np.where(trial.randn(30).numpy() > 0, drawn, (drawn * 2) % 3)
    return {
        "predictions that find all but the rare classes": trial.call(answer, rare, labels),
        "always class 0, right 6 times of 10": trial.call(answer, constant, labels),
        "a class predicted that no label has": trial.call(answer, stray, labels),
        "thirty predictions at random": trial.call(answer, noisy, drawn),
    }


def slow_pearson(batches: Sequence[tuple[Tensor, Tensor]]) -> float:
    """Gather everything, then NumPy's own correlation."""
    predicted = [float(x) for said, _ in batches for x in said]
    labels = [float(x) for _, wanted in batches for x in wanted]
    if len(set(predicted)) == 1 or len(set(labels)) == 1:
        return 0.0
    return float(np.corrcoef(predicted, labels)[0, 1])


def observe_pearson(answer: Any, trial: Trial) -> Mapping[str, Any]:
    """Batches whose means differ, so that what holds in each does not hold for all."""

    def ask(batches: list[tuple[Tensor, Tensor]]) -> Any:
        said = trial.call(answer, batches)
        is_number = isinstance(said, int | float) and not isinstance(said, bool)
        return torch.tensor(said, dtype=torch.float64) if is_number else said

    labels = [trial.randn(size) + shift for size, shift in ((5, 0), (4, 3), (3, 9))]
    batches = [(3 + 2 * y + trial.randn(len(y)).pow(3), y) for y in labels]
    return {
        "the correlation of one batch of five": ask(batches[:1]),
        "batches of five, four and three": ask(batches),
        "predictions that fall as labels rise": ask([(-said, wanted) for said, wanted in batches]),
        "a model that says 2.5 to everything": ask([(torch.full((5,), 2.5), labels[0])]),
    }
