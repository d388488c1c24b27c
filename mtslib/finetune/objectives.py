"""Objectives: what a branch puts out, its loss, and how an output is read. Chapters 07 and 10."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch.nn.functional as F
from torch import Tensor

from mtslib.base.errors import TrainError
from mtslib.data import tasks
from mtslib.data.tasks import Task
from mtslib.finetune import similarity

LOGITS, COSINES, EMBEDDINGS = "logits", "cosines", "embeddings"
# How a trunk and a branch read what they are given.
SENTENCE, PAIR, SIAMESE, SPLIT = "sentence", "pair", "siamese", "split"


@dataclass(frozen=True)
class Objective:
    """One way to train a task.

    scores: whether the labels it fits are scores, not classes.
    siamese: whether two sentences are encoded apart and meet only after pooling.
    split: whether two sentences go through the trunk apart and meet in the branch; see `get`.
    outputs: `logits` (B, C) of a head, which reads [CLS] or the like of a pair, or (u, v, |u − v|)
        if siamese; `cosines` (B, 1); or `embeddings` (B, 2H), u and v side by side.
    loss(outputs, labels) → a scalar; labels are (B,) class indices, or scores from 0 to 5.
    predict(outputs) → (B,): a class index, or a score from 0 to 5. See `in_range_of`.
    width: of the logits, where it is not the task's number of classes.
    calibrated: whether a predicted score means what the label does, or only its order counts.
    known_as: what sentence-transformers calls it; empty where it has no such loss.
    """

    name: str
    scores: bool
    siamese: bool
    loss: Callable[[Tensor, Tensor], Tensor]
    predict: Callable[[Tensor], Tensor]
    outputs: str = LOGITS
    width: int = 0
    calibrated: bool = True
    known_as: str = ""
    split: bool = False

    def fits(self, task: Task) -> bool:
        """Whether the task has such labels, and two sentences where two are encoded apart."""
        return self.scores != task.has_classes and (task.is_pair or not self.siamese)

    @property
    def apart(self) -> bool:
        """Whether the trunk reads the two sentences of a pair one at a time."""
        return self.siamese or self.split

    def encoding(self, task: Task) -> str:
        """`sentence`, `pair`, `siamese` or `split`."""
        if self.apart:
            return SPLIT if self.split else SIAMESE
        return PAIR if task.is_pair else SENTENCE

    @property
    def has_head(self) -> bool:
        """Whether anything is trained above the pooled embedding."""
        return self.outputs == LOGITS

    def in_range_of(self, task: Task) -> Objective:
        """The same for a task whose scores have another range, moved to 0 to 5 and back."""
        low, high = task.label_range
        if not self.scores or (low, high) == (0, similarity.HIGHEST):
            return self
        unit = (high - low) / similarity.HIGHEST
        return replace(
            self,
            loss=lambda outputs, labels: self.loss(outputs, (labels - low) / unit),
            predict=lambda outputs: self.predict(outputs) * unit + low,
        )

    def num_outputs(self, task: Task) -> int:
        """How wide the head is; 0 where no head is needed because a cosine is the answer."""
        return (self.width or task.num_classes) if self.has_head else 0


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """−log softmax(logits)[label], averaged over the batch: (B, C), (B,) → ()."""
    return F.cross_entropy(logits.float(), labels.long())


def most_likely(logits: Tensor) -> Tensor:
    """The class with the largest logit: (B, C) → (B,)."""
    return logits.argmax(dim=-1)


def _of_pairs(
    name: str, loss: Callable[..., Tensor], predict: Callable[..., Tensor], width: int = 0
) -> Objective:
    """An objective for scores on one sequence: one head."""
    return Objective(name, True, False, loss, predict, LOGITS, width)


def _siamese(
    name: str,
    loss: Callable[..., Tensor],
    predict: Callable[..., Tensor],
    outputs: str,
    calibrated: bool = True,
    known_as: str = "",
) -> Objective:
    """An objective for scores on two sentences encoded apart."""
    return Objective(
        name, True, True, loss, predict, outputs, calibrated=calibrated, known_as=known_as
    )


OBJECTIVES: dict[str, Objective] = {
    objective.name: objective
    for objective in (
        Objective("ce", False, False, cross_entropy, most_likely),
        _of_pairs("soft-ce", similarity.soft_cross_entropy, similarity.expected_score),
        _of_pairs("rounded-ce", similarity.rounded_cross_entropy, similarity.expected_score),
        _of_pairs("bce", similarity.binary_cross_entropy, similarity.score_of_probability, 1),
        _of_pairs("mse", similarity.scaled_mse, similarity.scaled_score, 1),
        _siamese(
            "siamese-soft-ce",
            similarity.soft_cross_entropy,
            similarity.expected_score,
            LOGITS,
            known_as="SoftmaxLoss",
        ),
        _siamese(
            "cosine-mse",
            similarity.cosine_mse,
            similarity.scaled_score,
            COSINES,
            known_as="CosineSimilarityLoss",
        ),
        _siamese(
            "cosine-mse-signed", similarity.signed_cosine_mse, similarity.signed_score, COSINES
        ),
        _siamese(
            "cosine-mse-clamped", similarity.clamped_cosine_mse, similarity.scaled_score, COSINES
        ),
        # The target of `cosine-mse` without its limits: any scale and shift of the cosine will do.
        _siamese(
            "cosine-mse-rescaled",
            similarity.rescaled_cosine_mse,
            similarity.signed_score,
            COSINES,
            False,
        ),
        # Trained for order only. The reading is a straight line through all cosines, so that no
        # two of them become equal and Pearson is that of the cosines themselves.
        _siamese(
            "cosent", similarity.cosent, similarity.signed_score, COSINES, False, "CoSENTLoss"
        ),
        _siamese(
            "angle",
            similarity.angle_loss,
            similarity.score_of_embeddings,
            EMBEDDINGS,
            False,
            "AnglELoss",
        ),
        _siamese(
            "multiple-negatives-ranking",
            similarity.multiple_negatives_ranking,
            similarity.score_of_embeddings,
            EMBEDDINGS,
            False,
            "MultipleNegativesRankingLoss",
        ),
    )
}


def fitting(task: Task | str | Path) -> dict[str, Objective]:
    """The objectives that fit a task, by name."""
    wanted = tasks.get(task)
    return {name: objective for name, objective in OBJECTIVES.items() if objective.fits(wanted)}


def head_width(task: Task | str | Path) -> int:
    """How wide the head of a task's own objective is; see `Objective.num_outputs`."""
    found = tasks.get(task)
    return get(found.objective, found).num_outputs(found)


def get(name: str, task: Task, encoding: str = "") -> Objective:
    """The objective called `name`, once it is known to fit `task`, in the range of its scores.

    encoding: `split` where it would read a pair; else its own, which need not be said.
    Raises TrainError naming the ones that fit.
    """
    if name not in OBJECTIVES or not OBJECTIVES[name].fits(task):
        raise TrainError(
            f"objective {name!r:.60} does not fit task {task.name}; those that do: "
            f"{', '.join(o.name for o in OBJECTIVES.values() if o.fits(task))}"
        )
    return encoded(OBJECTIVES[name].in_range_of(task), task, encoding)


def encoded(objective: Objective, task: Task, encoding: str) -> Objective:
    """The same with an encoding; see `get`."""
    own = objective.encoding(task)
    if encoding == SPLIT and own == PAIR:
        return replace(objective, split=True)
    if encoding not in ("", own):
        choices = f"{own} or {SPLIT}" if own == PAIR else own
        raise TrainError(
            f"encoding {encoding!r:.60} does not fit: task {task.name} with objective "
            f"{objective.name} is read as {choices}"
        )
    return objective
