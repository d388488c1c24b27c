"""Objectives: what a branch puts out, its loss, and how an output is read. Chapters 07 and 10."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from mtslib.errors import TrainError
from mtslib.tasks import Task


@dataclass(frozen=True)
class Objective:
    """One way to train a task.

    tasks: the tasks it fits.
    siamese: whether two sentences are encoded apart and only their embeddings compared.
    loss(outputs, labels) → a scalar. Outputs are logits (B, C), or cosines (B, 1) if siamese;
        labels are (B,) as in the files.
    predict(outputs) → (B,): a class index, or a score from 0 to 5.
    """

    name: str
    tasks: tuple[str, ...]
    siamese: bool
    loss: Callable[[Tensor, Tensor], Tensor]
    predict: Callable[[Tensor], Tensor]

    def num_outputs(self, task: Task) -> int:
        """How wide the head is; 0 where no head is needed because a cosine is the answer."""
        return 0 if self.siamese else task.num_classes


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """−log softmax(logits)[label], averaged over the batch: (B, C), (B,) → ()."""
    return F.cross_entropy(logits.float(), labels.long())


def most_likely(logits: Tensor) -> Tensor:
    """The class with the largest logit: (B, C) → (B,)."""
    return logits.argmax(dim=-1)


def soft_labels(scores: Tensor, num_classes: int = 6) -> Tensor:
    """A score between two whole numbers shared by them: (B,) → (B, C), rows sum to 1.

    3.2 becomes 0.8 on class 3 and 0.2 on class 4, so that the expected class is the score
    itself. The paper trains similarity with cross-entropy over 0–5 and leaves open what it does
    with fractions and how it reads a prediction; this, and `expected_score`, is our reading.
    """
    low = scores.floor().clamp(0, num_classes - 2).long()  # (B,)
    share = (scores - low).to(torch.float32)  # (B,), how far towards the upper neighbour
    labels = torch.zeros(len(scores), num_classes, device=scores.device)
    labels.scatter_(1, low[:, None], (1 - share)[:, None])
    labels.scatter_(1, low[:, None] + 1, share[:, None])
    return labels


def soft_cross_entropy(logits: Tensor, scores: Tensor) -> Tensor:
    """Cross-entropy against soft labels: −Σ_c q_c log softmax(logits)_c: (B, C), (B,) → ()."""
    return F.cross_entropy(logits.float(), soft_labels(scores, logits.shape[-1]))


def expected_score(logits: Tensor) -> Tensor:
    """Σ_c c · softmax(logits)_c: (B, C) → (B,), a real score between 0 and C − 1."""
    classes = torch.arange(logits.shape[-1], device=logits.device, dtype=torch.float32)
    return logits.float().softmax(dim=-1) @ classes


def cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """Mean squared error between the cosine and the score scaled to [0, 1]: (B, 1), (B,) → ().

    Sentence-BERT's regression objective (Reimers & Gurevych, 2019, section 3), the CS/MSE row
    of the paper's table 3. A cosine reaches from −1 to 1, the target only from 0 to 1: chapter 10
    asks what that costs.
    """
    return F.mse_loss(cosines.float()[:, 0], scores / 5)


def score_of_cosine(cosines: Tensor) -> Tensor:
    """A cosine read as a score: (B, 1) → (B,), 5·cos clamped to 0–5."""
    return (5 * cosines.float()[:, 0]).clamp(0, 5)


OBJECTIVES: dict[str, Objective] = {
    objective.name: objective
    for objective in (
        Objective("ce", ("sst", "cfimdb", "quora"), False, cross_entropy, most_likely),
        Objective("soft-ce", ("sts",), False, soft_cross_entropy, expected_score),
        Objective("cosine-mse", ("sts",), True, cosine_mse, score_of_cosine),
    )
}


def get(name: str, task: Task) -> Objective:
    """The objective called `name`, once it is known to fit `task`.

    Raises TrainError naming the ones that fit.
    """
    fitting = [o.name for o in OBJECTIVES.values() if task.name in o.tasks]
    if name not in fitting:
        raise TrainError(
            f"objective {name!r} does not fit task {task.name}; those that do: {', '.join(fitting)}"
        )
    return OBJECTIVES[name]
