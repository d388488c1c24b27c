"""Chapter 06: the exercise on AdamW, in both of its forms."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Form, Mistake, Style
from mtslib.learn.exercises import ch06_spec as spec

FORMS = (
    Form(
        "torch",
        "It has PyTorch's form: the decay comes first, and ε is added to √v̂, after the correction.",
        spec.SlowTorchForm,
    ),
    Form(
        "course",
        "It has the form of CS224N's assignment: ε is added to √v, before the correction, and the "
        "decay comes last. PyTorch's form differs in both; the two part by little.",
        spec.SlowCourseForm,
        (('variant: Variant = "torch"', 'variant: Variant = "course"'),),
    ),
)

DECAY = 'param.mul_(1 - group["lr"] * group["weight_decay"])'
DECAY_FIRST = f"""            {DECAY}
            denominator"""
DECAY_LAST_STEP = 'param.addcdiv_(m, v.sqrt().add_(group["eps"]), value=-rate)'
DECAY_LAST = f"""            {DECAY_LAST_STEP}
            {DECAY}"""
STEP_FIRST_FORM = 'param.addcdiv_(m, denominator, value=-group["lr"] / correction1)'
COURSE_RATE = 'rate = group["lr"] * math.sqrt(correction2) / correction1'
CORRECTION2 = 'correction2 = 1 - beta2 ** state["step"]'
HEAD = """        state = self.state[param]
"""
ROOTS = (
    '(v.sqrt() / math.sqrt(correction2)).add_(group["eps"])',
    'v.sqrt().add_(group["eps"])',
)


def _decay(new: str) -> tuple[tuple[str, str], ...]:
    """The decay of both forms, replaced."""
    return (
        (DECAY_FIRST, DECAY_FIRST.replace(DECAY, new)),
        (DECAY_LAST, DECAY_LAST.replace(DECAY, new)),
    )


ADAMW = Exercise(
    id="06.4",
    title="AdamW",
    minutes=40,
    difficulty="demanding",
    core=True,
    reference="mtslib.minbert.adamw:AdamW",
    specification=spec.SlowTorchForm,
    observe=spec.observe_adamw,
    forms=FORMS,
    tolerance=2e-5,
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
    mistakes=(
        Mistake(
            "no-bias-correction",
            "m and v were used as they are, although they start at 0.",
            "m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).",
            (
                ('correction1 = 1 - beta1 ** state["step"]', "correction1 = 1.0"),
                (CORRECTION2, "correction2 = 1.0"),
            ),
        ),
        Mistake(
            "only-the-first-moment-corrected",
            "m was corrected and v was not.",
            "the denominator: √v̂ with v̂ = v / (1 − β₂ᵗ).",
            ((CORRECTION2, "correction2 = 1.0"),),
        ),
        Mistake(
            "decay-in-the-gradient",
            "the decay was added to the gradient, so it is averaged and divided by √v̂ like it: "
            "that is Adam with L2, not AdamW.",
            "the decay: take lr × weight_decay × parameter off the parameter itself.",
            (
                (
                    "        beta1, beta2 = group",
                    '        grad = param.grad + group["weight_decay"] * param\n'
                    "        beta1, beta2 = group",
                ),
                ("m.lerp_(param.grad,", "m.lerp_(grad,"),
                ("addcmul_(param.grad, param.grad,", "addcmul_(grad, grad,"),
                *_decay("pass"),
            ),
        ),
        Mistake(
            "decay-not-times-the-learning-rate",
            "the decay was not multiplied by the learning rate.",
            "the decay: lr × weight_decay × parameter.",
            _decay('param.mul_(1 - group["weight_decay"])'),
        ),
        Mistake(
            "decay-forgotten",
            "weight_decay has no effect.",
            "one line is missing: parameter −= lr × weight_decay × parameter.",
            _decay("pass"),
        ),
        Mistake(
            "decay-grows-the-weights",
            "the decay has the wrong sign, so weights grow.",
            "the decay: it is taken off.",
            _decay('param.mul_(1 + group["lr"] * group["weight_decay"])'),
        ),
        Mistake(
            "eps-inside-the-root",
            "ε was added under the root.",
            "the denominator: the root first, then + ε.",
            (
                (ROOTS[0], '(v / correction2 + group["eps"]).sqrt()'),
                (ROOTS[1], '(v + group["eps"]).sqrt()'),
            ),
        ),
        Mistake(
            "root-forgotten",
            "the step was divided by v̂ and not by its root.",
            "the denominator: √v̂ + ε.",
            (
                (ROOTS[0], '(v / correction2).add_(group["eps"])'),
                (ROOTS[1], '(v * math.sqrt(correction2)).add_(group["eps"])'),
            ),
        ),
        Mistake(
            "step-not-counted",
            "the step number stays 1, so the correction is always that of the first step.",
            "the state: step += 1 each time, kept from call to call.",
            (('state["step"] += 1', 'state["step"] = 1'),),
        ),
        Mistake(
            "corrected-moments-stored",
            "m̂ and v̂ were put back into the state, so the next step corrects them again.",
            "the state: it keeps m and v as they are; m̂ and v̂ are names of this step only.",
            (
                (
                    CORRECTION2,
                    CORRECTION2 + "\n        m.div_(correction1)\n        v.div_(correction2)\n"
                    "        correction1 = correction2 = 1.0",
                ),
            ),
        ),
        Mistake(
            "parameters-rebound",
            "no parameter moves: `p = p − …` makes a new tensor and leaves the parameter as it "
            "was.",
            "the last lines: change the parameter itself, with `p -= …` or `p.sub_(…)`.",
            (
                (
                    'correction1 = 1 - beta1 ** state["step"]',
                    'param = param.clone()\n        correction1 = 1 - beta1 ** state["step"]',
                ),
            ),
        ),
        Mistake(
            "decay-last-with-pytorchs-eps",
            "two forms are mixed: the decay comes after the step, as in CS224N's form, and ε "
            "stands beside √v̂, as in PyTorch's.",
            "the order: decay first, then the step.",
            (
                (DECAY_FIRST, "            denominator"),
                (STEP_FIRST_FORM, STEP_FIRST_FORM + "\n            " + DECAY),
                (ROOTS[1], '(v / correction2).sqrt().add_(group["eps"])'),
                (COURSE_RATE, 'rate = group["lr"] / correction1'),
            ),
        ),
        Mistake(
            "decay-first-with-the-courses-eps",
            "two forms are mixed: the decay comes before the step, as in PyTorch's form, and ε "
            "stands beside √v before the correction, as in CS224N's.",
            "the denominator: correct v first, then take the root, then add ε.",
            (
                (DECAY_LAST, DECAY_FIRST.removesuffix("denominator") + DECAY_LAST_STEP),
                (ROOTS[0], f"{ROOTS[1]} / math.sqrt(correction2)"),
            ),
        ),
        Mistake(
            "state-shared-between-parameters",
            "all parameters use one m, one v and one step number.",
            "where the state lives: self.state[parameter], a dictionary of its own for each.",
            (
                (
                    HEAD,
                    '        state = self.__dict__.setdefault("common", {})\n'
                    '        if state and state["exp_avg"].shape != param.shape:\n'
                    '            state["exp_avg"] = torch.zeros_like(param)\n'
                    '            state["exp_avg_sq"] = torch.zeros_like(param)\n',
                ),
            ),
        ),
        Mistake(
            "step-counted-for-every-parameter",
            "one step counter serves all parameters and is raised for each of them, so it runs "
            "too fast.",
            "the step number: in the parameter's own state, or raised once a call.",
            (
                (
                    'state["step"] += 1',
                    'self.counted = getattr(self, "counted", 0) + 1\n'
                    '        state["step"] = self.counted',
                ),
            ),
        ),
        Mistake(
            "state-made-anew-each-step",
            "m, v and the step number start from 0 in every call of step.",
            "the state: make it only where self.state[parameter] is empty.",
            (("if not state:", "if True:"),),
        ),
        Mistake(
            "moves-without-gradient",
            "a parameter without a gradient was moved; it took no part in the loss.",
            "the loop: skip a parameter whose grad is None.",
            (
                (
                    "                if param.grad is not None:\n",
                    "                if param.grad is None:\n"
                    "                    param.grad = torch.zeros_like(param)\n"
                    "                if True:\n",
                ),
            ),
        ),
        Mistake(
            "decays-without-gradient",
            "a parameter without a gradient was decayed; it took no part in the loss.",
            "the loop: skip a parameter whose grad is None before anything is done to it.",
            (
                (
                    "                    self._update(param, group)\n",
                    "                    self._update(param, group)\n"
                    f"                else:\n                    {DECAY}\n",
                ),
            ),
        ),
        Mistake(
            "learning-rate-kept-from-the-start",
            "the learning rate given at the start is used, so a schedule has no effect.",
            'the rate: read group["lr"] in every step.',
            ((HEAD, HEAD + '        group = group | {"lr": self.defaults["lr"]}\n'),),
        ),
    ),
    styles=(
        Style("torch's own", "AdamW = torch.optim.AdamW"),
        Style(
            "PyTorch's form in plain lines",
            """
            class AdamW(torch.optim.Optimizer):
                def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
                    super().__init__(
                        params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
                    )

                def step(self, closure=None):
                    with torch.no_grad():
                        for group in self.param_groups:
                            b1, b2 = group["betas"]
                            for p in group["params"]:
                                if p.grad is None:
                                    continue
                                s = self.state[p]
                                t = s["t"] = s.get("t", 0) + 1
                                s["m"] = b1 * s.get("m", 0) + (1 - b1) * p.grad
                                s["v"] = b2 * s.get("v", 0) + (1 - b2) * p.grad ** 2
                                m, v = s["m"] / (1 - b1**t), s["v"] / (1 - b2**t)
                                p -= group["lr"] * group["weight_decay"] * p
                                p -= group["lr"] * m / (v.sqrt() + group["eps"])
            """,
        ),
        Style(
            "the course's form",
            """
            class AdamW(torch.optim.Optimizer):
                def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
                    super().__init__(
                        params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
                    )

                @torch.no_grad()
                def step(self, closure=None):
                    for group in self.param_groups:
                        b1, b2 = group["betas"]
                        for p in group["params"]:
                            if p.grad is None:
                                continue
                            s = self.state[p]
                            if "t" not in s:
                                s["t"], s["m"], s["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
                            s["t"] += 1
                            s["m"].mul_(b1).add_(p.grad, alpha=1 - b1)
                            s["v"].mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
                            size = group["lr"] * (1 - b2 ** s["t"]) ** 0.5 / (1 - b1 ** s["t"])
                            p.addcdiv_(s["m"], s["v"].sqrt() + group["eps"], value=-size)
                            p.add_(p, alpha=-group["lr"] * group["weight_decay"])
            """,
        ),
    ),
)
