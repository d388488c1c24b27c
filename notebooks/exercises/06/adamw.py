"""Exercise 06.4: AdamW."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

from mtslib.learn.exercise import Exercise, Form, edits, mistakes, styles
from mtslib.learn.inputs import AnswerError, SeededInputs
from mtslib.minbert.adamw import AdamW


class SlowTorchForm:
    """PyTorch's form in plain numbers: decay, then the corrected step."""

    defaults = MappingProxyType({"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8})

    def __init__(self, params: Sequence[Any], **settings: Any) -> None:
        groups = params if isinstance(params[0], dict) else [{"params": params}]
        plain = {**self.defaults, "weight_decay": 0.0, **settings}
        self.param_groups = [{**plain, **group} for group in groups]
        self.past: dict[Tensor, list[Tensor]] = {}

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient, using all its past gradients."""
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    past = self.past.setdefault(param, [])
                    past.append(param.grad.detach().double().clone())
                    param.copy_(self.moved(param.double(), past, group))

    def moved(self, param: Tensor, past: Sequence[Tensor], group: Mapping[str, Any]) -> Tensor:
        """The parameter's next value."""
        m, v = _sums(past, group["betas"])
        first, second = (1 - beta ** len(past) for beta in group["betas"])
        param = param - group["lr"] * group["weight_decay"] * param
        return param - group["lr"] * (m / first) / ((v / second).sqrt() + group["eps"])


class SlowCourseForm(SlowTorchForm):
    """The course's form: ε beside √v itself, and the decay last."""

    defaults = MappingProxyType(SlowTorchForm.defaults | {"eps": 1e-6})

    def moved(self, param: Tensor, past: Sequence[Tensor], group: Mapping[str, Any]) -> Tensor:
        m, v = _sums(past, group["betas"])
        first, second = (1 - beta ** len(past) for beta in group["betas"])
        rate = group["lr"] * math.sqrt(second) / first
        param = param - rate * m / (v.sqrt() + group["eps"])
        return param - group["lr"] * group["weight_decay"] * param


def _sums(past: Sequence[Tensor], betas: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """m and v from all gradients at once."""
    ages = range(len(past) - 1, -1, -1)
    m = sum((1 - betas[0]) * betas[0] ** n * g for n, g in zip(ages, past, strict=True))
    v = sum((1 - betas[1]) * betas[1] ** n * g**2 for n, g in zip(ages, past, strict=True))
    return m, v


def _walk(
    answer: Any,
    starts: Sequence[Tensor],
    gradients: Sequence[Sequence[Tensor | None]],
    then: Callable[[Any, int], None] = lambda optimizer, step: None,
    groups: Sequence[Mapping[str, Any]] = (),
    **settings: Any,
) -> list[Tensor]:
    """Where parameters are after steps with given gradients. groups: settings of each one's own."""
    params = [nn.Parameter(start.clone()) for start in starts]
    apart = [{"params": [one], **own} for one, own in zip(params, groups, strict=False)]
    optimizer = answer(apart or params, **settings)
    for step, row in enumerate(gradients):
        then(optimizer, step)
        for param, gradient in zip(params, row, strict=True):
            param.grad = None if gradient is None else gradient.clone()
        optimizer.step()
        if any(p.grad is None and one is not None for p, one in zip(params, row, strict=True)):
            raise AnswerError("your step took a gradient away; clearing is the work of zero_grad")
    return [param.detach().clone() for param in params]


def _scaled(**factors: float) -> Callable[[Any, int], None]:
    """A schedule that multiplies settings after each step, in the groups, as all schedules do."""

    def then(optimizer: Any, step: int) -> None:
        if not hasattr(optimizer, "param_groups"):
            raise AnswerError(
                "your optimizer has no param_groups, in which a schedule changes settings; keep "
                "the line `class AdamW(Optimizer):` of the cell, and call super().__init__"
            )
        for group in optimizer.param_groups if step else ():
            group.update({name: group[name] * factor for name, factor in factors.items()})

    return then


def observe(answer: Any, inputs: SeededInputs) -> Mapping[str, Any]:
    """One number, one step; then everything else, one thing at a time."""
    plain = {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-3, "weight_decay": 0.0}
    decaying = plain | {"weight_decay": 0.5}
    other = {"lr": 0.03, "betas": (0.7, 0.9), "eps": 1e-2, "weight_decay": 0.1}
    one, step, still = torch.tensor([1.0, -2.0]), torch.tensor([0.5, -0.02]), torch.zeros(2)
    starts = [inputs.randn(3), inputs.randn(2, 2)]
    rows = [[inputs.randn(3), inputs.randn(2, 2)] for _ in range(3)]
    gap = [[row[0], None if n == 1 else row[1]] for n, row in enumerate(rows)]
    small = [[1e-3 * gradient for gradient in row] for row in rows]
    found: dict[str, Any] = {}

    def walk(words: str, starts: Any, rows: Any, *args: Any, **named: Any) -> None:
        found[words] = inputs.call(_walk, answer, starts, rows, *args, **named)

    walk(
        "[1, −2] after one step without decay, lr 0.1, eps 0.001, gradient [0.5, −0.02]",
        *([one], [[step]]),
        **plain,
    )
    walk("[1, −2] after one step with weight_decay 0.5", [one], [[step]], **decaying)
    walk("[1, −2] after a step with gradient 0 and weight_decay 0.5", [one], [[still]], **decaying)
    walk("one parameter after three steps", starts[:1], [row[:1] for row in rows], **decaying)
    two = "two parameters"
    walk(f"{two} after three steps", starts, rows, **decaying)
    walk(f"{two} after three steps with small gradients", starts, small, **decaying)
    lame = f"{two}, the {{}} of which never has a gradient"
    walk(lame.format("second"), starts, [[row[0], None] for row in rows], **decaying)
    walk(lame.format("first"), starts, [[None, row[1]] for row in rows], **decaying)
    walk(f"{two}, the second of which has no gradient in step 2", starts, gap, **decaying)
    halved, firmer = _scaled(lr=0.5), _scaled(weight_decay=1.5, eps=20.0)
    schedule = f"{two} while a schedule"
    walk(f"{schedule} halves the learning rate in the groups", starts, rows, halved, **decaying)
    walk(f"{schedule} raises weight_decay and eps there", starts, rows, firmer, **decaying)
    own = {"groups": (decaying, other)}
    walk(f"{two} in two groups, all of whose settings differ", starts, rows, **own)
    walk("[0.1, −0.2] after two steps with no setting given", [0.1 * one], [[step], [still]])
    return found


EXERCISE = Exercise(
    id="06.4",
    title="AdamW",
    minutes=40,
    difficulty="demanding",
    core=True,
    reference=AdamW,
    specification=SlowTorchForm,
    observe=observe,
    tolerance=2e-05,
    forms=(
        Form(
            "torch",
            "It has PyTorch's form: the decay comes first, and ε is added to √v̂, after the "
            "correction.",
            SlowTorchForm,
        ),
        Form(
            "course",
            "It has the form of CS224N's assignment: ε is added to √v, before the correction, and "
            "the decay comes last. PyTorch's form differs in both; the two part by little.",
            SlowCourseForm,
            edits('- variant: Variant = "torch"\n+ variant: Variant = "course"'),
        ),
    ),
    hints=(
        "After one step without decay, every weight has moved by nearly lr, whatever its "
        "gradient. Has it? With a gradient of 0 it only shrinks, by lr × weight_decay of itself.",
        "Each parameter has a state of its own: how many steps, m, v. The state survives between "
        "calls of step. The decay acts on the weight and never enters m or v.",
        "for each group, for each parameter with a gradient:\n"
        "  state = self.state[parameter]; when empty: step 0, m and v zeros\n  step += 1\n"
        "  update m and v in the state\n  parameter −= lr × weight_decay × parameter\n"
        "  parameter −= lr × m̂ / (√v̂ + ε)",
    ),
    mistakes=mistakes(r"""
        no-bias-correction: m and v were used as they are, although they start at 0.
          look: m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
          - correction1 = 1 - beta1 ** state["step"]
          + correction1 = 1.0
          - correction2 = 1 - beta2 ** state["step"]
          + correction2 = 1.0
        only-the-first-moment-corrected: m was corrected and v was not.
          look: the denominator: √v̂ with v̂ = v / (1 − β₂ᵗ).
          - correction2 = 1 - beta2 ** state["step"]
          + correction2 = 1.0
        decay-in-the-gradient: the decay was added to the gradient, so it is averaged and divided by
            √v̂ like it: that is Adam with L2, not AdamW.
          look: the decay: take lr × weight_decay × parameter off the parameter itself.
          -         beta1, beta2 = group
          +         grad = param.grad + group["weight_decay"] * param
          +         beta1, beta2 = group
          - m.lerp_(param.grad,
          + m.lerp_(grad,
          - addcmul_(param.grad, param.grad,
          + addcmul_(grad, grad,
          - 1 - group["lr"] * group["weight_decay"]
          + 1.0
        decay-not-times-the-learning-rate: the decay was not multiplied by the learning rate.
          look: the decay: lr × weight_decay × parameter.
          - 1 - group["lr"] * group["weight_decay"]
          + 1 - group["weight_decay"]
        decay-forgotten: weight_decay has no effect.
          look: one line is missing: parameter −= lr × weight_decay × parameter.
          - 1 - group["lr"] * group["weight_decay"]
          + 1.0
        decay-grows-the-weights: the decay has the wrong sign, so weights grow.
          look: the decay: it is taken off.
          - 1 - group["lr"] * group["weight_decay"]
          + 1 + group["lr"] * group["weight_decay"]
        eps-inside-the-root: ε was added under the root.
          look: the denominator: the root first, then + ε.
          - (v.sqrt() / math.sqrt(correction2)).add_(group["eps"])
          + (v / correction2 + group["eps"]).sqrt()
          - v.sqrt().add_(group["eps"])
          + (v + group["eps"]).sqrt()
        root-forgotten: the step was divided by v̂ and not by its root.
          look: the denominator: √v̂ + ε.
          - (v.sqrt() / math.sqrt(correction2)).add_(group["eps"])
          + (v / correction2).add_(group["eps"])
          - v.sqrt().add_(group["eps"])
          + (v * math.sqrt(correction2)).add_(group["eps"])
        step-not-counted: the step number stays 1, so the correction is always that of the first
            step.
          look: the state: step += 1 each time, kept from call to call.
          - state["step"] += 1
          + state["step"] = 1
        corrected-moments-stored: m̂ and v̂ were put back into the state, so the next step corrects
            them again.
          look: the state: it keeps m and v as they are; m̂ and v̂ are names of this step only.
          - correction2 = 1 - beta2 ** state["step"]
          + correction2 = 1 - beta2 ** state["step"]
          +         m.div_(correction1)
          +         v.div_(correction2)
          +         correction1 = correction2 = 1.0
        parameters-rebound: no parameter moves: `p = p − …` makes a new tensor and leaves the
            parameter as it was.
          look: the last lines: change the parameter itself, with `p -= …` or `p.sub_(…)`.
          - correction1 = 1 - beta1 ** state["step"]
          + param = param.clone()
          +         correction1 = 1 - beta1 ** state["step"]
        decay-last-with-pytorchs-eps: two forms are mixed: the decay comes after the step, as in
            CS224N's form, and ε stands beside √v̂, as in PyTorch's.
          look: the order: decay first, then the step.
          -             param.mul_(kept)
          -             denominator
          +             denominator
          - param.addcdiv_(m, denominator, value=-group["lr"] / correction1)
          + param.addcdiv_(m, denominator, value=-group["lr"] / correction1)
          +             param.mul_(kept)
          - v.sqrt().add_(group["eps"])
          + (v / correction2).sqrt().add_(group["eps"])
          - rate = group["lr"] * math.sqrt(correction2) / correction1
          + rate = group["lr"] / correction1
        decay-first-with-the-courses-eps: two forms are mixed: the decay comes before the step, as
            in PyTorch's form, and ε stands beside √v before the correction, as in CS224N's.
          look: the denominator: correct v first, then take the root, then add ε.
          -             param.addcdiv_(m, v.sqrt().add_(group["eps"]), value=-rate)
          -             param.mul_(kept)
          +             param.mul_(kept)
          +             param.addcdiv_(m, v.sqrt().add_(group["eps"]), value=-rate)
          - (v.sqrt() / math.sqrt(correction2)).add_(group["eps"])
          + v.sqrt().add_(group["eps"]) / math.sqrt(correction2)
        state-shared-between-parameters: all parameters use one m, one v and one step number.
          look: where the state lives: self.state[parameter], a dictionary of its own for each.
          -         state = self.state[param]
          +         state = self.__dict__.setdefault("common", {})
          +         if state and state["exp_avg"].shape != param.shape:
          +             state["exp_avg"] = torch.zeros_like(param)
          +             state["exp_avg_sq"] = torch.zeros_like(param)
        step-counted-for-every-parameter: one step counter serves all parameters and is raised for
            each of them, so it runs too fast.
          look: the step number: in the parameter's own state, or raised once per call.
          - state["step"] += 1
          + self.counted = getattr(self, "counted", 0) + 1
          +         state["step"] = self.counted
        state-made-anew-each-step: m, v and the step number start from 0 in every call of step.
          look: the state: make it only where self.state[parameter] is empty.
          - if not state:
          + if True:
        moves-without-gradient: a parameter without a gradient was moved; it took no part in the
            loss.
          look: the loop: skip a parameter whose grad is None.
          -                 if param.grad is not None:
          +                 if param.grad is None:
          +                     param.grad = torch.zeros_like(param)
          +                 if True:
        decays-without-gradient: a parameter without a gradient was decayed; it took no part in the
            loss.
          look: the loop: skip a parameter whose grad is None before anything is done to it.
          -                     self._update(param, group)
          +                     self._update(param, group)
          +                 else:
          +                     param.mul_(1 - group["lr"] * group["weight_decay"])
        learning-rate-kept-from-the-start: the learning rate given at the start is used, so a
            schedule has no effect.
          look: the rate: read group["lr"] in every step.
          -         state = self.state[param]
          +         state = self.state[param]
          +         group = group | {"lr": self.defaults["lr"]}
    """),
    styles=styles(r"""
        torch's own:
          AdamW = torch.optim.AdamW

        PyTorch's form in plain lines:
          class AdamW(torch.optim.Optimizer):
              def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
                  settings = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
                  super().__init__(params, settings)

              def step(self, closure=None):
                  with torch.no_grad():
                      for group in self.param_groups:
                          b1, b2 = group["betas"]
                          for p in (p for p in group["params"] if p.grad is not None):
                              s = self.state[p]
                              t = s["t"] = s.get("t", 0) + 1
                              s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                              s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad ** 2
                              m, v = s["m"] / (1 - b1**t), s["v"] / (1 - b2**t)
                              p -= group["lr"] * group["weight_decay"] * p
                              p -= group["lr"] * m / (v.sqrt() + group["eps"])

        the course's form:
          class AdamW(torch.optim.Optimizer):
              def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
                  settings = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
                  super().__init__(params, settings)

              @torch.no_grad()
              def step(self, closure=None):
                  for group in self.param_groups:
                      b1, b2 = group["betas"]
                      for p in [p for p in group["params"] if p.grad is not None]:
                          s = self.state[p]
                          if "t" not in s:
                              s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                          s["t"] += 1
                          s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                          s["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                          size = group["lr"] * (1 - b2 ** s["t"]) ** 0.5 / (1 - b1 ** s["t"])
                          p.addcdiv_(s["m"], s["v"].sqrt() + group["eps"], value=-size)
                          p.add_(p, alpha=-group["lr"] * group["weight_decay"])
    """),
)
