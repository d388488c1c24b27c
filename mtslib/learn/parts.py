"""The parts of a BERT and of its training that a learner passed, each put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F

from mtslib import backbones, minbert
from mtslib.base.errors import BackboneError, MtsError
from mtslib.finetune import fit, similarity, task_model
from mtslib.finetune.fit import train_epoch
from mtslib.finetune.parts import LIBRARY, TrainingParts
from mtslib.learn import registry, run_limited, small_training, timing
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import AnswerError
from mtslib.learn.replaying import replay
from mtslib.learn.run_limited import NotAttempted
from mtslib.minbert import BertModel, Parts

CLOSE = 1e-4  # on numbers of order 1, where fp32 sums in another order differ by 1e-6
SECONDS = 60.0


@dataclass(frozen=True)
class Place:
    """A place that a learner's object can take.

    part: a field of `TrainingParts`, or `loss NAME` for an objective.
    asked: the library's object that the exercise asks for, or the exercise's number.
    adapted: what the learner wrote → what stands in the place.
    """

    part: str
    asked: Any
    adapted: Callable[[Any], Any] = lambda own: own

    @property
    def field(self) -> str:
        """The field of `TrainingParts`."""
        return self.part.split()[0].replace("loss", "losses")

    @property
    def objective(self) -> str:
        """The objective that a training needs to show it."""
        return self.part.removeprefix("loss ") if self.field == "losses" else "ce"


def _soft(own: Any) -> Any:
    return lambda logits, scores: F.cross_entropy(logits.float(), own(scores, logits.shape[-1]))


def _ranking(own: Any) -> Any:
    return lambda cosines, scores: own(cosines[:, 0], scores)


def _angles(own: Any) -> Any:
    return lambda pairs, scores: own(similarity.angle_similarity(*pairs.chunk(2, -1)), scores)


PLACES = (
    Place("embeddings", minbert.embeddings.Embeddings),
    Place("attention", minbert.attention.SelfAttention),
    Place("layer", minbert.encoder.EncoderLayer),
    Place("train_epoch", train_epoch),
    Place("fit", fit.fit),
    Place("optimizer", minbert.AdamW),
    Place("trunk", task_model.Trunk),
    Place("loss ce", "06.1", lambda own: lambda logits, y: own(logits.float(), y.long())),
    Place("loss soft-ce", similarity.soft_labels, _soft),
    Place("loss siamese-soft-ce", similarity.soft_labels, _soft),
    Place("loss cosine-mse", similarity.cosine_mse),
    Place("loss cosine-mse-clamped", similarity.clamped_cosine_mse),
    Place("loss cosent", similarity.ranking_loss, _ranking),
    Place("loss angle", similarity.ranking_loss, _angles),
    Place("loss multiple-negatives-ranking", similarity.multiple_negatives_ranking),
)


@dataclass(frozen=True)
class Used:
    """Which object takes a place, and why. mine: whether it is the learner's."""

    part: str
    mine: bool
    why: str


def collect(
    names: Sequence[str] = (), insist: bool = False
) -> tuple[TrainingParts, tuple[Used, ...]]:
    """The learner's passed parts, each compared with the library's → (parts, which are theirs).

    names: the parts that are wanted, `losses` for all losses; empty for everything.
    insist: take a part also where it is clearly slower than the library's.
    Raises MtsError for a name that is none.
    """
    chosen = LIBRARY
    used = []
    back: dict[str, tuple[Any, str]] = {}  # by exercise: one may fill two places
    for place in _wanted(names):
        exercise = _exercise(place)
        if exercise is None:
            used.append(Used(place.part, False, "no exercise asks for it"))
            continue
        if exercise.id not in back:
            back[exercise.id] = _part(exercise, insist)
        made, why = back[exercise.id]
        if made is not None:
            with_it = _put(chosen, place, made)
            problem = _problem(with_it, place)
            if problem:
                made, why = None, problem
            else:
                chosen = with_it
        used.append(Used(place.part, made is not None, why))
    return chosen, tuple(used)


def _wanted(names: Sequence[str]) -> Iterator[Place]:
    known = {name for place in PLACES for name in (place.part, place.field)}
    for name in names:
        if name not in known:
            raise MtsError(f"there is no part {name!r}; there are {', '.join(sorted(known))}")
    for place in PLACES:
        if not names or place.part in names or place.field in names:
            yield place


def _exercise(place: Place) -> Exercise | None:
    own = (e for e in registry.every() if place.asked == e.id or place.asked is e.reference)
    return next(own, None)


def _put(parts: TrainingParts, place: Place, made: Any) -> TrainingParts:
    own = place.adapted(made)
    if place.field == "losses":
        own = {**parts.losses, place.objective: own}
    return replace(parts, **{place.field: own})


def _problem(parts: TrainingParts, place: Place) -> str:
    """Why a part that passed is not used all the same; '' where it may be."""
    if hasattr(Parts, place.part):
        return difference(parts)
    own = replace(LIBRARY, **{place.field: getattr(parts, place.field)})
    said, problem = _of_a_learner(lambda: small_training.difference(own, place.objective, CLOSE))
    return problem or said


def _of_a_learner(ask: Callable[[], Any]) -> tuple[Any, str]:
    """What came of running a learner's code, or None and in words what it did instead."""
    try:
        return run_limited.run(ask, SECONDS)[0], ""
    except (BackboneError, AnswerError, NotAttempted) as error:
        return None, str(error) or "it holds a TODO"


def _part(exercise: Exercise, insist: bool) -> tuple[Any, str]:
    """The learner's object and a word on it, or None and why not."""
    back = replay(exercise)
    if back.made is None:
        return None, back.problem
    ratio = timing.slower(exercise, back.made, back.verdict.seconds)
    if ratio is not None and not insist:
        return None, (
            f"yours ({exercise.id}) is about {timing.words(ratio)} slower; "
            "learn.my_parts(insist=True) takes it all the same"
        )
    return back.made, f"your answer to {exercise.id}, equal to the library's on a model"


def difference(parts: Parts) -> str:
    """Where a model of these parts leaves the library's, on the default backbone; '' where equal.

    A batch with padding and both token types; every hidden state is compared.
    """
    try:
        backbone = backbones.load()
    except BackboneError as error:
        return f"it could not be compared on the backbone: {error}"
    theirs, problem = _of_a_learner(lambda: _states(backbone.model(parts=parts)))
    if problem:
        return problem
    for depth, (seen, expected) in enumerate(
        zip(theirs, _states(backbone.model()), strict=True),
    ):
        if seen.shape != expected.shape:
            return (
                f"on the backbone hidden_states[{depth}] has shape {tuple(seen.shape)}, "
                f"expected {tuple(expected.shape)}"
            )
        apart = (seen - expected).abs().max().item()
        if not apart <= CLOSE:
            return (
                f"on the backbone hidden_states[{depth}] differs from the library's by up to "
                f"{apart:.2g}"
            )
    return ""


def _states(model: BertModel) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(1000, model.config.vocab_size, (3, 9), generator=generator)
    lengths = torch.tensor([9, 4, 1])
    places = torch.arange(9)
    mask = (places < lengths[:, None]).long()
    types = (places >= 3).long().expand(3, 9)
    with torch.no_grad():
        return model(ids, mask, types).hidden_states
