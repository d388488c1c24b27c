"""Chapter 10, STS objectives: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch10_spec as spec
from mtslib.learn.exercises.ch10_ranking import RANKING_EXERCISES
from mtslib.learn.exercises.ch10_siamese import SIAMESE_EXERCISES

WHERE = "mtslib.finetune.similarity"

COSINE = Exercise(
    id="10.1",
    title="one cosine a pair",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=f"{WHERE}:cosine_of",
    specification=spec.slow_cosine_of,
    observe=spec.observe_cosine_of,
    hints=(
        "(3, 4) and (6, 8) point the same way: their cosine is 1, although one is twice as long.",
        "Each row holds two embeddings side by side. Cut it in the middle, multiply the halves "
        "number by number, sum along the features, and divide by both lengths.",
        "first, second = the two halves of each row\ndot = Σ first · second over the features\n"
        "dot / (length of first · length of second), one column",
    ),
    mistakes=(
        Mistake(
            "cosine-over-the-batch",
            "the sum ran over the pairs of the batch and not over the features of a pair.",
            "the dim of the cosine: features are the last axis.",
            (("second, dim=-1)[:, None]", "second, dim=0)[:, None]"),),
        ),
        Mistake(
            "dot-product-only",
            "the lengths were not divided out, so long embeddings look similar to everything.",
            "the denominator: the length of the first times the length of the second.",
            (("F.cosine_similarity(first, second, dim=-1)", "(first * second).sum(dim=-1)"),),
        ),
        Mistake(
            "one-length-only",
            "only one of the two lengths was divided out.",
            "the denominator: both embeddings have a length.",
            (
                (
                    "F.cosine_similarity(first, second, dim=-1)",
                    "(first * second).sum(dim=-1) / first.norm(dim=-1)",
                ),
            ),
        ),
        Mistake(
            "dot-over-the-batch",
            "one dot product was taken over all pairs, and divided by each pair's lengths.",
            "the sum of the products: over the features only, dim=-1.",
            (
                (
                    "F.cosine_similarity(first, second, dim=-1)",
                    "(first * second).sum() / (first.norm(dim=-1) * second.norm(dim=-1))",
                ),
            ),
        ),
        Mistake(
            "length-of-the-whole-batch",
            "the lengths were taken over all pairs together.",
            "norm: give it dim=-1, a length for each embedding.",
            (
                (
                    "F.cosine_similarity(first, second, dim=-1)",
                    "((first * second).sum(dim=-1) / (first.norm() * second.norm()))",
                ),
            ),
        ),
        Mistake(
            "lengths-not-rooted",
            "the squared lengths were used; the root is missing.",
            "the length of an embedding: √Σx².",
            (
                (
                    "F.cosine_similarity(first, second, dim=-1)",
                    "(first * second).sum(dim=-1)"
                    " / first.square().sum(dim=-1) / second.square().sum(dim=-1)",
                ),
            ),
        ),
        Mistake(
            "odd-and-even",
            "every other number was taken for the first embedding.",
            "the cut: the first half of a row is u, the second half is v.",
            (("embeddings.float().chunk(2, dim=-1)", "(embeddings[:, ::2], embeddings[:, 1::2])"),),
        ),
        Mistake(
            "angle-without-sign",
            "the sign was taken off: opposite directions count as equal ones.",
            "abs: a cosine of −1 is not one of 1.",
            (("dim=-1)[:, None]", "dim=-1)[:, None].abs()"),),
        ),
        Mistake(
            "column-missing",
            "the cosines came back as (B,), not as a column (B, 1) like the outputs of a head.",
            "the last axis: add one of size 1.",
            ((", dim=-1)[:, None]", ", dim=-1)"),),
        ),
    ),
    styles=(
        Style(
            "normalise first",
            """
            def cosine_of(embeddings):
                half = embeddings.shape[1] // 2
                u = F.normalize(embeddings[:, :half], dim=1)
                v = F.normalize(embeddings[:, half:], dim=1)
                return (u * v).sum(dim=1, keepdim=True)
            """,
        ),
        Style(
            "einsum",
            """
            def cosine_of(embeddings):
                u, v = embeddings.view(len(embeddings), 2, -1).unbind(1)
                dot = torch.einsum("bh,bh->b", u, v)
                return (dot / (u.norm(dim=1) * v.norm(dim=1))).unsqueeze(1)
            """,
        ),
        Style(
            "loop",
            """
            def cosine_of(embeddings):
                found = []
                for row in embeddings:
                    u, v = row[: len(row) // 2], row[len(row) // 2 :]
                    found.append([float(u @ v / torch.sqrt((u @ u) * (v @ v)))])
                return torch.tensor(found)
            """,
        ),
    ),
)

COSINE_MSE = Exercise(
    id="10.2",
    title="cosine and squared error",
    minutes=10,
    difficulty="steady",
    core=True,
    reference=f"{WHERE}:cosine_mse",
    specification=spec.slow_cosine_mse,
    observe=spec.observe_cosine_loss,
    hints=(
        "A pair of score 4 with cosine 0.8 is perfect. Which loss does yours give it?",
        "A cosine ends at 1 and a score at 5: bring the score down to [0, 1]. Mind the shapes: "
        "cosines are a column (B, 1), scores are (B,), and broadcasting makes a square of them "
        "without a word.",
        "target = score / 5\nerror = cosine as (B,) − target\nmean of error²",
    ),
    mistakes=(
        Mistake(
            "labels-not-scaled",
            "the score was compared as it is, 0 to 5; no cosine can reach that.",
            "the target: score / 5.",
            (("scores / HIGHEST", "scores"),),
        ),
        Mistake(
            "column-against-row",
            "a column (B, 1) minus a row (B,) became a square: every cosine was compared with "
            "every score.",
            "the shapes before you subtract: both (B,).",
            (
                (
                    "F.mse_loss(cosines.float()[:, 0], scores / HIGHEST)",
                    "(cosines.float() - scores / HIGHEST).square().mean()",
                ),
            ),
        ),
        Mistake(
            "nominal-batch-size",
            "the sum was divided by 32 and not by the pairs there are: a smaller last batch "
            "counts for less.",
            "the denominator: how many pairs came.",
            (
                (
                    "F.mse_loss(cosines.float()[:, 0], scores / HIGHEST)",
                    "(cosines.float()[:, 0] - scores / HIGHEST).square().sum() / 32",
                ),
            ),
        ),
        Mistake(
            "sum-not-mean",
            "the squares were summed: the loss grows with the batch.",
            "the reduction: the mean over pairs.",
            (("scores / HIGHEST)", 'scores / HIGHEST, reduction="sum")'),),
        ),
        Mistake(
            "error-not-squared",
            "the size of the error was taken, not its square.",
            "the power: squared error.",
            (("F.mse_loss", "F.l1_loss"),),
        ),
        Mistake(
            "root-of-the-mean",
            "the root was taken at the end.",
            "what comes after the mean: nothing.",
            (("scores / HIGHEST)", "scores / HIGHEST).sqrt()"),),
        ),
        Mistake(
            "scaled-to-minus-one",
            "the score was scaled to [−1, 1]; that is another objective of this chapter.",
            "the target: score / 5, so 0 stays 0.",
            (("scores / HIGHEST", "2 * scores / HIGHEST - 1"),),
        ),
    ),
    styles=(
        Style(
            "squeeze",
            """
            def cosine_mse(cosines, scores):
                return (cosines.squeeze(1) - scores / 5).pow(2).mean()
            """,
        ),
        Style(
            "column",
            """
            def cosine_mse(cosines, scores):
                error = cosines - 0.2 * scores.unsqueeze(-1)
                return (error * error).sum() / len(scores)
            """,
        ),
    ),
)

EXERCISES = (COSINE, COSINE_MSE, *SIAMESE_EXERCISES, *RANKING_EXERCISES)
