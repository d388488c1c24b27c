"""Chapter 10's middle: a loss with a floor, and what a siamese head reads."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch10_spec as spec

WHERE = "mtslib.finetune.similarity"

CLAMPED = Exercise(
    id="10.3",
    title="no penalty below zero",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=f"{WHERE}:clamped_cosine_mse",
    specification=spec.slow_clamped_cosine_mse,
    observe=spec.observe_cosine_loss,
    hints=(
        "A pair of score 0 with cosine −0.6: its loss should be 0. What does yours say?",
        "Raise every negative cosine to 0, then compare as before. Think of the gradient too: "
        "where the cosine was raised, it is 0.",
        "cosine = the larger of cosine and 0\nmean of (cosine − score / 5)²",
    ),
    mistakes=(
        Mistake(
            "clamped-from-above",
            "positive cosines were lowered to 0, and the negative ones kept.",
            "min and max of clamp: `min=0` is the floor.",
            (("clamp(min=0)", "clamp(max=0)"),),
        ),
        Mistake(
            "sign-taken-off",
            "negative cosines became positive ones: the opposite of similar counts as similar.",
            "abs: raise a negative cosine to 0.",
            (("clamp(min=0)", "abs()"),),
        ),
        Mistake(
            "error-clamped",
            "the error was clamped: then no cosine that is too low is ever raised.",
            "what is clamped: the cosine, before the target is taken off.",
            (
                (
                    "F.mse_loss(cosines.float()[:, 0].clamp(min=0), scores / HIGHEST)",
                    "(cosines.float()[:, 0] - scores / HIGHEST).clamp(min=0).square().mean()",
                ),
            ),
        ),
        Mistake(
            "not-clamped",
            "nothing was clamped: a negative cosine is still penalised.",
            "the cosine before the target is taken off.",
            ((".clamp(min=0)", ""),),
        ),
        Mistake(
            "moved-to-zero-to-one",
            "the cosines were moved from [−1, 1] to [0, 1]: then every one of them counts higher.",
            "what happens to a positive cosine: nothing, it stays as it is.",
            (("cosines.float()[:, 0].clamp(min=0)", "(cosines.float()[:, 0] + 1) / 2"),),
        ),
        Mistake(
            "gradient-cut-off",
            "the clamped cosine was detached, so nothing learns from this loss.",
            "detach, item and no_grad: none of them belongs in a loss.",
            (("clamp(min=0)", "clamp(min=0).detach().requires_grad_() + 0 * cosines[:, 0]"),),
        ),
        Mistake(
            "labels-not-scaled",
            "the score was compared as it is, 0 to 5.",
            "the target: score / 5.",
            (("scores / HIGHEST", "scores"),),
        ),
    ),
    styles=(
        Style(
            "relu",
            """
            def clamped_cosine_mse(cosines, scores):
                return F.mse_loss(F.relu(cosines.flatten()), scores / 5)
            """,
        ),
        Style(
            "where",
            """
            def clamped_cosine_mse(cosines, scores):
                cosine = cosines[:, 0]
                raised = torch.where(cosine > 0, cosine, torch.zeros_like(cosine))
                return ((raised - scores / 5) ** 2).mean()
            """,
        ),
    ),
)

JOINED = Exercise(
    id="10.4",
    title="two sentences for one head",
    minutes=6,
    difficulty="warm-up",
    core=True,
    reference=f"{WHERE}:joined",
    specification=spec.slow_joined,
    observe=spec.observe_joined,
    hints=(
        "For H = 2 the result has six numbers a pair, the last two of them never negative.",
        "A linear head can weigh u and v, but it cannot compare them. So it is given the "
        "comparison: how far the two lie apart in each feature.",
        "put u, v and |u − v| side by side, along the features",
    ),
    mistakes=(
        Mistake(
            "difference-with-sign",
            "the difference kept its sign, so swapping the sentences changes the answer's input.",
            "the third part: |u − v|.",
            (("(first - second).abs()", "first - second"),),
        ),
        Mistake(
            "one-under-the-other",
            "the parts were put under each other, as if there were three times as many pairs.",
            "the dim of cat: features are the last axis.",
            (("dim=-1", "dim=0"),),
        ),
        Mistake(
            "product-for-difference",
            "the third part is u · v; the distance was asked for.",
            "the third part: |u − v|.",
            (("(first - second).abs()", "first * second"),),
        ),
        Mistake(
            "difference-first",
            "the order of the parts is another one; a trained head would read the wrong numbers.",
            "the order: u, v, |u − v|.",
            (
                (
                    "[first, second, (first - second).abs()]",
                    "[(first - second).abs(), first, second]",
                ),
            ),
        ),
        Mistake(
            "one-distance",
            "the third part is one number, the length of u − v; a distance in each feature was "
            "asked for.",
            "the third part: |u − v|, feature by feature, as long as u.",
            (("(first - second).abs()", "(first - second).norm(dim=-1, keepdim=True)"),),
        ),
        Mistake(
            "difference-squared",
            "the difference was squared.",
            "the third part: the absolute difference.",
            ((".abs()", ".square()"),),
        ),
        Mistake(
            "third-part-missing",
            "only u and v were put together, so the head cannot compare them.",
            "the third part: |u − v|.",
            ((", (first - second).abs()]", "]"),),
        ),
    ),
    styles=(
        Style(
            "hstack",
            """
            def joined(first, second):
                return torch.hstack([first, second, torch.abs(second - first)])
            """,
        ),
        Style(
            "larger minus smaller",
            """
            def joined(first, second):
                apart = torch.maximum(first, second) - torch.minimum(first, second)
                return torch.cat((first, second, apart), 1)
            """,
        ),
    ),
)

SIAMESE_EXERCISES = (CLAMPED, JOINED)
