"""Exercise 18.1: SMART's term."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from mtslib.finetune.regularise import symmetric_kl
from mtslib.learn.exercise import Exercise, mistakes, styles
from mtslib.learn.inputs import SeededInputs


def smoothness(
    answer: Callable[[Tensor], Tensor], states: Tensor, noise: Tensor, radius: float
) -> Tensor:
    """How far the worst small shift of the states moves the answer: (B, T, H) → ().

    answer(states) → logits (B, C). From `noise` (B, T, H) take one step along the gradient of
    symmetric_kl(answer(states + noise), answer(states)) by the noise: its largest number in each
    sentence, by size, scaled to `radius`; then cut the shift to ±radius. The states themselves and
    the clean answer do not move in this search. The term is the symmetric_kl of the shifted and the
    clean answer, and both of them learn from it. (Jiang et al., 2020.)
    """
    clean = answer(states)
    start = noise.clone().requires_grad_()
    distance = symmetric_kl(answer(states.detach() + start), clean.detach())
    (gradient,) = torch.autograd.grad(distance, start)
    largest = gradient.abs().amax(dim=(1, 2), keepdim=True)  # (B, 1, 1)
    shift = (noise + radius * gradient / largest).clamp(-radius, radius)
    return symmetric_kl(answer(states + shift), clean)


def slow_smoothness(
    answer: Callable[[Tensor], Tensor], states: Tensor, noise: Tensor, radius: float
) -> Tensor:
    """Sentence by sentence."""
    total = states.sum() * 0
    for row in range(len(states)):
        own, begin = states[row : row + 1], noise[row : row + 1].clone().requires_grad_()
        clean = answer(own)
        symmetric_kl(answer(own.detach() + begin), clean.detach()).backward(inputs=[begin])
        largest = max(abs(number) for number in begin.grad.flatten().tolist())
        shift = begin.detach() + radius * begin.grad / largest
        shift = shift.clamp(-radius, radius)
        total = total + symmetric_kl(answer(own + shift), clean)
    return total / len(states)


def curved(weights: Tensor, top: Tensor) -> Callable[[Tensor], Tensor]:
    """A small branch: tanh of a linear map, the mean over tokens, a head."""
    return lambda states: (states @ weights).tanh().mean(dim=1) @ top


def slope(
    answer: Any, branch: Callable[[Tensor], Tensor], states: Tensor, noise: Tensor
) -> Tensor | str:
    """The gradient of the term by the states, made long enough to be compared."""
    given = states.detach().clone().requires_grad_()
    term = answer(branch, given, noise.detach().clone(), 1.0)
    if not isinstance(term, Tensor) or not term.requires_grad:
        return "no gradient reaches the states"
    (found,) = torch.autograd.grad(term, given, allow_unused=True)
    return "no gradient reaches the states" if found is None else found / found.abs().max()


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One sentence, several of very different steepness, two radii, and a lot of noise."""
    weights, top = inputs.constant(inputs.randn(5, 7)), inputs.constant(2 * inputs.randn(7, 3))
    branch = curved(weights, top)
    one, noise = inputs.randn(1, 4, 5), inputs.constant(0.02 * inputs.randn(1, 4, 5))
    found = {"one sentence, radius 0.2": inputs.call(answer, branch, one, noise, 0.2)}
    steep = torch.tensor([0.2, 1.0, 3.0]).reshape(3, 1, 1)
    several = steep * inputs.randn(3, 4, 5)
    little = inputs.constant(0.02 * inputs.randn(3, 4, 5))
    for radius in (0.2, 0.5):
        name = f"three sentences, some much steeper than others, radius {radius:g}"
        found[name] = inputs.call(answer, branch, several, little, radius)
    far = inputs.constant(0.1 * inputs.randn(3, 4, 5))
    found["the same three, radius 1"] = inputs.call(answer, branch, several, far, 1.0)
    found["the direction in which the states are taught"] = slope(answer, branch, several, far)
    loud = inputs.constant(0.3 * inputs.randn(3, 4, 5))
    found["the same three, with noise beyond the radius 0.2"] = inputs.call(
        answer, branch, several, loud, 0.2
    )
    return found


EXERCISE = Exercise(
    id="18.1",
    title="SMART's term",
    minutes=20,
    difficulty="demanding",
    core=False,
    reference=smoothness,
    specification=slow_smoothness,
    observe=observe,
    tolerance=1e-3,
    hints=(
        "Is the term larger than with the noise alone as the shift? It must be: a step was taken "
        "uphill. Is any number of the shift beyond the radius?",
        "Two gradients live here. The inner one is by the noise and only finds a direction; the "
        "states and the clean answer are constants for it. The outer one is the training's: it "
        "flows through both answers, and the shift is a constant for it.",
        "clean = answer(states)\nstart = noise, asked for a gradient\n"
        "distance = symmetric_kl(answer(constant states + start), constant clean)\n"
        "gradient = torch.autograd.grad(distance, start)\n"
        "shift = noise + radius · gradient / its largest size in each sentence, cut to ±radius\n"
        "symmetric_kl(answer(states + shift), clean)",
    ),
    mistakes=mistakes(r"""
        step-downhill: the step went against the gradient, to the shift that moves the answer least.
          look: the sign before the step: the worst shift is uphill.
          - noise + radius * gradient
          + noise - radius * gradient
        no-step: the noise itself was the shift; nothing was searched for.
          look: between gradient and shift: the noise plus a step.
          - (noise + radius * gradient / largest)
          + noise
        noise-thrown-away: the step began at 0 and not at the noise.
          look: the line of the shift: noise plus the step.
          - (noise + radius * gradient / largest)
          + (radius * gradient / largest)
        one-size-for-the-batch: the largest number was taken over the whole batch, so one steep
            sentence takes the step away from all others.
          look: the line of the largest: one for each sentence.
          - gradient.abs().amax(dim=(1, 2), keepdim=True)
          + gradient.abs().max()
        one-size-for-each-token: the largest number was taken in each token, so every token is
            shifted by the whole radius.
          look: the dims of amax: tokens and features together.
          - amax(dim=(1, 2), keepdim=True)
          + amax(dim=2, keepdim=True)
        size-forgotten: the largest was taken of the gradient as it is, so that a large negative
            number counts as small.
          look: the line of the largest: by size, with abs.
          - gradient.abs().amax
          + gradient.amax
        not-cut: the shift was not cut to the radius.
          look: the line of the shift: clamp comes last.
          - (noise + radius * gradient / largest).clamp(-radius, radius)
          + noise + radius * gradient / largest
        cut-on-one-side: only shifts above the radius were cut.
          look: the clamp: from −radius to radius.
          - .clamp(-radius, radius)
          + .clamp(max=radius)
        unscaled-gradient: the gradient was not scaled; where the answer is flat the step is tiny.
          look: the line of the shift: divided by the largest number of its sentence.
          - radius * gradient / largest
          + radius * gradient
        sign-of-the-gradient: every number of the step has the full size; that is another attack,
            the sign method.
          look: the line of the shift: keep the proportions, scale the largest to the radius.
          - gradient / largest
          + gradient.sign()
        clean-answer-taught-nothing: the clean answer was detached in the term as well, so only the
            shifted one learns.
          look: the last line: clean as it came.
          - symmetric_kl(answer(states + shift), clean)
          + symmetric_kl(answer(states + shift), clean.detach())
        term-of-the-search: the distance of the search came back, that of the noise.
          look: the last line: the answer to the states plus the shift.
          - return symmetric_kl(answer(states + shift), clean)
          + return distance
        squared-error: the logits were compared by their squared error.
          look: the last line: symmetric_kl, which a number added to all logits leaves as it is.
          - return symmetric_kl(answer(states + shift), clean)
          + return (answer(states + shift) - clean).square().mean()
    """),
    styles=styles(r"""
        backward on the noise:
          def smoothness(answer, states, noise, radius):
              start = noise.detach().clone()
              start.requires_grad = True
              with torch.no_grad():
                  clean = answer(states)
              symmetric_kl(answer(states.detach() + start), clean).backward(inputs=[start])
              sizes = start.grad.flatten(1).abs().max(dim=1).values.view(-1, 1, 1)
              shift = torch.clamp(noise + radius * start.grad / sizes, min=-radius, max=radius)
              return symmetric_kl(answer(states), answer(states + shift.detach()))

        the divergence written out:
          def smoothness(answer, states, noise, radius):
              def apart(one, other):
                  p, q = one.softmax(-1), other.softmax(-1)
                  return (p * (p / q).log() + q * (q / p).log()).sum(-1).mean()

              clean = answer(states)
              begin = noise.clone().requires_grad_(True)
              moved = answer(states.detach() + begin)
              slope = torch.autograd.grad(apart(moved, clean.detach()), begin)[0]
              slope = slope / slope.abs().reshape(len(slope), -1).amax(1)[:, None, None]
              shift = (noise + radius * slope).clip(-radius, radius)
              return apart(answer(states + shift), clean)

        infinity norm:
          def smoothness(answer, states, noise, radius):
              clean, start = answer(states), noise.clone().requires_grad_()
              found = symmetric_kl(clean.detach(), answer(states.detach() + start))
              gradient = torch.autograd.grad(found, [start])[0]
              norm = torch.linalg.vector_norm(gradient, ord=float("inf"), dim=(1, 2), keepdim=True)
              shift = torch.minimum(
                  torch.maximum(noise + gradient / norm * radius, torch.tensor(-radius)),
                  torch.tensor(radius),
              )
              return symmetric_kl(answer(states + shift), clean)
    """),
)
