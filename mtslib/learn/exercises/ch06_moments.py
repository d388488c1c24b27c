"""Chapter 06: the exercise on moments and their bias correction."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch06_spec as spec

MOMENTS = Exercise(
    id="06.3",
    title="moments and bias correction",
    minutes=10,
    difficulty="warm-up",
    core=True,
    reference="mtslib.learn.exercises.ch06_by_hand:corrected_moments",
    specification=spec.slow_moments,
    observe=spec.observe_moments,
    hints=(
        "After one gradient, m̂ must be that gradient and v̂ its square. Is it so?",
        "m and v start at 0, and after one step with β₁ = 0.9 only a tenth of the gradient is in "
        "m. Dividing by 1 − β₁ᵗ takes that out, and matters less with every step.",
        "m, v = 0, 0\nfor each gradient g:\n  m = β₁ m + (1 − β₁) g\n  v = β₂ v + (1 − β₂) g²\n"
        "m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ), with t the number of gradients",
    ),
    mistakes=(
        Mistake(
            "no-bias-correction",
            "m and v were returned as they are, drawn towards 0 by their start.",
            "the last line: divide by 1 − β₁ᵗ and by 1 − β₂ᵗ.",
            (("return m / (1 - beta1**steps), v / (1 - beta2**steps)", "return m, v"),),
        ),
        Mistake(
            "square-of-the-mean",
            "v was made from m², not from the square of the gradient.",
            "the line of v: it averages squared gradients.",
            (("* gradient**2", "* m**2"),),
        ),
        Mistake(
            "square-forgotten",
            "v averages the gradients themselves, as m does.",
            "the line of v: it averages squared gradients.",
            (("* gradient**2", "* gradient"),),
        ),
        Mistake(
            "betas-swapped",
            "β₁ and β₂ changed places.",
            "the two lines of the loop: β₁ belongs to m, β₂ to v.",
            (
                ("m = beta1 * m + (1 - beta1)", "m = beta2 * m + (1 - beta2)"),
                ("v = beta2 * v + (1 - beta2)", "v = beta1 * v + (1 - beta1)"),
                (
                    "m / (1 - beta1**steps), v / (1 - beta2**steps)",
                    "m / (1 - beta2**steps), v / (1 - beta1**steps)",
                ),
            ),
        ),
        Mistake(
            "weights-swapped",
            "the old mean got 1 − β and the new gradient got β.",
            "the loop: β keeps the old, 1 − β takes in the new.",
            (
                ("beta1 * m + (1 - beta1) * gradient", "(1 - beta1) * m + beta1 * gradient"),
                ("beta2 * v + (1 - beta2) * gradient", "(1 - beta2) * v + beta2 * gradient"),
            ),
        ),
        Mistake(
            "new-gradient-at-full-weight",
            "the new gradient was added whole, without 1 − β.",
            "the loop: the new gradient has weight 1 − β.",
            (
                ("(1 - beta1) * gradient", "gradient"),
                ("(1 - beta2) * gradient", "gradient"),
            ),
        ),
        Mistake(
            "corrected-inside-the-loop",
            "the corrected m and v were carried on, so the next step corrects them again.",
            "where you divide: after the loop, or into a new name.",
            (
                ("for gradient in gradients:", "for step, gradient in enumerate(gradients, 1):"),
                (
                    "* gradient**2\n",
                    "* gradient**2\n        m, v = m / (1 - beta1**step), v / (1 - beta2**step)\n",
                ),
                ("return m / (1 - beta1**steps), v / (1 - beta2**steps)", "return m, v"),
            ),
        ),
        Mistake(
            "corrected-as-in-step-one",
            "the correction has no exponent, as if every step were the first.",
            "1 − βᵗ: t is the number of gradients so far.",
            (("1 - beta1**steps), v / (1 - beta2**steps)", "1 - beta1), v / (1 - beta2)"),),
        ),
        Mistake(
            "counted-from-zero",
            "the exponent t is one too small, as enumerate gives it from 0; after one gradient "
            "1 − β⁰ is 0, and dividing by it is infinite.",
            "1 − βᵗ: t is 1 after the first gradient; enumerate(gradients, 1) counts so.",
            (("steps = len(gradients)", "steps = len(gradients) - 1"),),
        ),
        Mistake(
            "root-already-taken",
            "the root of v̂ was returned.",
            "the last line: the root belongs to the update, not to the moment.",
            (("v / (1 - beta2**steps)", "(v / (1 - beta2**steps)).sqrt()"),),
        ),
    ),
    styles=(
        Style(
            "in place, on tensors of its own",
            """
            def corrected_moments(gradients, beta1, beta2):
                m, v = torch.zeros_like(gradients[0]), torch.zeros_like(gradients[0])
                for g in gradients:
                    m.lerp_(g, 1 - beta1)
                    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
                t = len(gradients)
                return m.div_(1 - beta1 ** t), v.div_(1 - beta2 ** t)
            """,
        ),
        Style(
            "weights written out",
            """
            def corrected_moments(gradients, beta1, beta2):
                g = torch.stack(list(gradients))
                ages = torch.arange(len(g) - 1, -1, -1).view(-1, *[1] * (g.dim() - 1))
                a, b = beta1 ** ages, beta2 ** ages
                return (a * g).sum(0) / a.sum(0), (b * g * g).sum(0) / b.sum(0)
            """,
        ),
    ),
)
