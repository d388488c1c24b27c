"""What a learner passed, brought back: one object, or the parts of the BERT they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from mtslib import backbones
from mtslib.base.errors import BackboneError
from mtslib.learn import progress_store, registry, run_limited, timing
from mtslib.learn.checking import PASSED, Verdict, examine
from mtslib.learn.exercise import Exercise
from mtslib.learn.inputs import AnswerError
from mtslib.learn.run_limited import NotAttempted
from mtslib.minbert import BertModel, Parts

# The part of the model → the reference that its exercise has.
PLACES = {
    "embeddings": "mtslib.minbert.embeddings:Embeddings",
    "attention": "mtslib.minbert.attention:SelfAttention",
    "layer": "mtslib.minbert.encoder:EncoderLayer",
}
CLOSE = 1e-4  # on hidden states of order 1, where fp32 sums in another order differ by 1e-6
SECONDS = 60.0


@dataclass(frozen=True)
class Replayed:
    """A kept answer that ran again. made: the object, or None with a sentence in `problem`."""

    exercise: Exercise
    made: Any = None
    problem: str = ""
    verdict: Verdict | None = None


def replay(exercise: Exercise) -> Replayed:
    """Run the kept source of an exercise and check what it defines."""
    record, trouble = progress_store.load(exercise.id)
    if not record.passed:
        return Replayed(exercise, problem=trouble or f"{exercise.id} is not passed yet")
    if not record.source:
        return Replayed(exercise, problem=f"no source was kept when {exercise.id} passed")
    try:
        made, _ = run_limited.run(
            lambda: exercise.make(record.source, "replayed"), exercise.seconds
        )
    except (AnswerError, NotAttempted) as error:
        return Replayed(exercise, problem=str(error) or "it holds a TODO")
    verdict = examine(exercise, made)
    if verdict.outcome != PASSED:
        said = verdict.problem or "it passed once, and does not pass now"
        return Replayed(exercise, problem=said, verdict=verdict)
    return Replayed(exercise, made, verdict=verdict)


@dataclass(frozen=True)
class Used:
    """Whose a part is, and why. mine: whether it is the learner's."""

    part: str
    mine: bool
    why: str


def collect(insist: bool = False) -> tuple[Parts, tuple[Used, ...]]:
    """The learner's passed parts, each held against the library's on the backbone → (parts, whose).

    insist: take a part also where it is clearly slower than the library's.
    """
    chosen: dict[str, Any] = {}
    used = []
    for part, reference in PLACES.items():
        exercise = next((e for e in registry.every() if e.address == reference), None)
        if exercise is None:
            used.append(Used(part, False, "no exercise asks for it"))
            continue
        made, why = _part(exercise, insist)
        if made is not None:
            problem = difference(Parts(**chosen, **{part: made}))
            if problem:
                made, why = None, problem
        if made is not None:
            chosen[part] = made
        used.append(Used(part, made is not None, why))
    return Parts(**chosen), tuple(used)


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
    return back.made, f"your answer to {exercise.id}, equal to the library's on the backbone"


def difference(parts: Parts) -> str:
    """Where a model of these parts leaves the library's, on the default backbone; '' where equal.

    A batch with padding and both token types; every hidden state is compared.
    """
    try:
        backbone = backbones.load()
    except BackboneError as error:
        return f"it could not be compared on the backbone: {error}"
    try:
        theirs, _ = run_limited.run(lambda: _states(backbone.model(parts=parts)), SECONDS)
    except BackboneError as error:
        return str(error)
    except (AnswerError, NotAttempted) as error:
        return str(error) or "it holds a TODO"
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
