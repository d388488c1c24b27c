"""Terms that ask a model for the same answer twice: SMART and R-Drop. Chapter 18.

Both compare two answers to one batch and add the weighted distance to the loss. The answers differ
by a small shift of the states that the branch reads (SMART), or by their dropout masks (R-Drop).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from mtslib.data.batching import Batch
from mtslib.finetune.objectives import LOGITS, Objective
from mtslib.finetune.run import Forward, tapped
from mtslib.finetune.settings import R_DROP, Settings

Answer = Callable[[Sequence[Tensor]], Tensor]
Distance = Callable[[Tensor, Tensor], Tensor]


# How far two answers are apart ------------------------------------------------------------------


def symmetric_kl(first: Tensor, second: Tensor) -> Tensor:
    """KL(p ‖ q) + KL(q ‖ p) of softmax(logits), averaged over the batch: (B, C) twice → ()."""
    log_p, log_q = first.float().log_softmax(dim=-1), second.float().log_softmax(dim=-1)
    return ((log_p.exp() - log_q.exp()) * (log_p - log_q)).sum(dim=-1).mean()


def distance_of(objective: Objective, span: float) -> Distance:
    """Between distributions `symmetric_kl`; between scores the squared error, as shares of `span`.

    span: highest less lowest label of the task.
    """

    def between(first: Tensor, second: Tensor) -> Tensor:
        if objective.outputs == LOGITS and first.shape[-1] > 1:
            return symmetric_kl(first, second)
        one, other = objective.predict(first), objective.predict(second)
        return ((one - other) / span).square().mean()

    return between


# SMART ------------------------------------------------------------------------------------------


def worst_shift(
    answer: Answer,
    states: Sequence[Tensor],
    clean: Tensor,
    distance: Distance,
    radius: float,
) -> list[Tensor]:
    """A shift of each state by at most `radius` that moves the answer far: one step of ascent.

    answer: states → outputs, the same at each call; clean: what it says of `states`, each
    (B, T, H), of which there are one or two. From noise of a tenth of the radius one step along the
    gradient of the distance, the largest number in each sentence scaled to the radius, then cut to
    it (Jiang et al., 2020, algorithm 1, with one step).
    """
    begin = [(radius / 10 * torch.randn_like(state)).requires_grad_() for state in states]
    moved = answer([state.detach() + shift for state, shift in zip(states, begin, strict=True)])
    gradients = torch.autograd.grad(distance(moved, clean.detach()), begin)
    found = []
    for shift, gradient in zip(begin, gradients, strict=True):
        largest = gradient.abs().amax(dim=(1, 2), keepdim=True).clamp(min=1e-30)  # (B, 1, 1)
        found.append((shift + radius * gradient / largest).clamp(-radius, radius).detach())
    return found


def smoothness(
    answer: Answer, states: Sequence[Tensor], distance: Distance, radius: float
) -> Tensor:
    """SMART's term: how far the worst shift of the states moves the answer → ()."""
    clean = answer(states)
    shifts = worst_shift(answer, states, clean, distance, radius)
    return distance(answer([s + shift for s, shift in zip(states, shifts, strict=True)]), clean)


def same_masks(answer: Answer) -> Answer:
    """`answer` with the same dropout masks at each call, so that only its argument can differ."""
    seed = int(torch.randint(2**31, ()))

    def again(states: Sequence[Tensor]) -> Tensor:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return answer(states)

    return again


# A model that is trained with a term --------------------------------------------------------------


class Regularised(nn.Module):
    """A run's model as the loop sees it, with the term that its settings name.

    SMART shifts what the branch reads: the embeddings under full fine-tuning, else the frozen
    trunk's output at the tap. Its passes are in fp32 whatever the run's precision, because bf16
    rounds small shifts away.
    """

    def __init__(self, model: Forward, settings: Settings) -> None:
        super().__init__()
        self.model, self.name = model, settings.regularise
        self.weight, self.radius = settings.regularise_weight, settings.radius
        low, high = settings.task.label_range
        self.distance = distance_of(model.model.objective, high - low)

    def forward(self, batch: Batch) -> tuple[list[Tensor], Tensor]:
        """→ the outputs of one pass (SMART) or two (R-Drop), and the weighted term ()."""
        outputs = [self.model(batch)]
        if self.name == R_DROP:
            outputs.append(self.model(batch))
            term = self.distance(*outputs) / 2  # half of both directions: Wu et al. (2021), eq. 2
        else:
            own = self.model.model
            states = tapped(own, batch, self.model.states)
            answer = same_masks(partial(own.branch, inputs=batch.inputs))
            term = smoothness(answer, states, self.distance, self.radius)
        return outputs, self.weight * term
