"""Chapter 10's second half: losses that compare pairs with each other."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch10_spec as spec

WHERE = "mtslib.finetune.similarity"

RANKING = Exercise(
    id="10.5",
    title="CoSENT: only the order counts",
    minutes=20,
    difficulty="demanding",
    core=False,
    reference=f"{WHERE}:ranking_loss",
    specification=spec.slow_ranking_loss,
    observe=spec.observe_ranking_loss,
    hints=(
        "Two pairs in the right order and far apart: the loss is nearly 0. In the wrong order it "
        "is large. Try both.",
        "Take every two pairs i, j of the batch of which i has the higher score. The similarity "
        "of j should lie below that of i: exp(20 · (s_j − s_i)) is small when it does. The 1 "
        "under the logarithm lets the loss reach 0.",
        "margins[i, j] = 20 · (s_j − s_i)\nkeep those with score_i > score_j\n"
        "log(1 + Σ exp(margin)), by logsumexp over the margins and a 0",
    ),
    mistakes=(
        Mistake(
            "order-upside-down",
            "the better pair is pushed below the worse one.",
            "the sign of the margin: s_j − s_i, where i has the higher score.",
            (("scaled[None, :] - scaled[:, None]", "scaled[:, None] - scaled[None, :]"),),
        ),
        Mistake(
            "equal-scores-ranked",
            "pairs of equal score were ranked too, each pair against itself among them.",
            "the comparison of scores: greater, not greater or equal.",
            (("scores[:, None] > scores", "scores[:, None] >= scores"),),
        ),
        Mistake(
            "one-forgotten",
            "the 1 under the logarithm is missing, so the loss falls below 0 without end.",
            "the 0 among the margins: exp(0) is that 1.",
            (("torch.cat([wrong.new_zeros(1), wrong])", "wrong"),),
        ),
        Mistake(
            "scale-forgotten",
            "similarities were not multiplied by 20: differences of cosines are too small to "
            "matter.",
            "the line of the margins: times 20.",
            (("SCALE * similarities.float()", "similarities.float()"),),
        ),
        Mistake(
            "divided-by-scale",
            "similarities were divided by 20: it is an inverse temperature.",
            "the line of the margins: times 20, not divided by it.",
            (("SCALE * similarities.float()", "similarities.float() / SCALE"),),
        ),
        Mistake(
            "mean-for-sum",
            "the mean of the exponentials was taken, so the loss forgets how many are wrong.",
            "under the logarithm stands a sum.",
            ((".logsumexp(dim=0)", ".exp().mean().log()"),),
        ),
        Mistake(
            "log-of-each",
            "the logarithm was taken of each term and then summed.",
            "one logarithm, of 1 plus the sum of all exponentials.",
            (
                (
                    "torch.cat([wrong.new_zeros(1), wrong]).logsumexp(dim=0)",
                    "F.softplus(wrong).sum()",
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "mask by minus infinity",
            """
            def ranking_loss(similarities, scores):
                margins = 20 * (similarities.unsqueeze(0) - similarities.unsqueeze(1))
                unordered = scores.unsqueeze(1) <= scores.unsqueeze(0)
                margins = margins.masked_fill(unordered, float("-inf"))
                return torch.logsumexp(torch.cat([torch.zeros(1), margins.flatten()]), 0)
            """,
        ),
        Style(
            "loop",
            """
            def ranking_loss(similarities, scores):
                total = torch.ones(())
                for i in range(len(scores)):
                    for j in range(len(scores)):
                        if scores[i] > scores[j]:
                            total = total + (20 * (similarities[j] - similarities[i])).exp()
                return total.log()
            """,
        ),
    ),
)

MULTIPLE_NEGATIVES = Exercise(
    id="10.6",
    title="in-batch negatives",
    minutes=20,
    difficulty="demanding",
    core=False,
    reference=f"{WHERE}:multiple_negatives_ranking",
    specification=spec.slow_multiple_negatives,
    observe=spec.observe_multiple_negatives,
    hints=(
        "With K good pairs there are K × K cosines. Make up three good pairs and print them: the "
        "large ones should lie on the diagonal.",
        "Each first sentence chooses among the second sentences of all good pairs. It is a "
        "classification with K classes, and the right class of row i is i. Nobody had to label "
        "the wrong ones.",
        "keep pairs of score 4 and above\nu, v = halves of each row, scaled to length 1\n"
        "logits = 20 · u vᵀ, (K, K)\ncross-entropy with labels 0, 1, …, K − 1\n"
        "without a good pair: 0",
    ),
    mistakes=(
        Mistake(
            "diagonal-missed",
            "every row was told that its partner is the first one.",
            "the labels of the cross-entropy: row i has class i.",
            (
                (
                    "torch.arange(len(logits), device=logits.device)",
                    "torch.zeros(len(logits), dtype=torch.long)",
                ),
            ),
        ),
        Mistake(
            "diagonal-shifted",
            "the right class is one off: row i was told that its partner is i + 1.",
            "the labels of the cross-entropy: row i has class i.",
            (
                (
                    "torch.arange(len(logits), device=logits.device)",
                    "torch.arange(len(logits)).roll(-1)",
                ),
            ),
        ),
        Mistake(
            "all-pairs-kept",
            "pairs of low score took part as if their sentences said the same.",
            "the pairs that are kept: score 4 and above.",
            (
                ("[scores >= POSITIVE]", "[scores >= 0]"),
                ("    if not len(kept):", "    if not (scores >= POSITIVE).any():"),
            ),
        ),
        Mistake(
            "four-left-out",
            "pairs of score 4 were left out.",
            "the comparison: 4 and above, not above 4.",
            (("scores >= POSITIVE", "scores > POSITIVE"),),
        ),
        Mistake(
            "dot-products",
            "the embeddings were not scaled to length 1, so long ones attract everything.",
            "before the product: each embedding divided by its length.",
            (("(F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))", "kept.chunk(2, dim=-1)"),),
        ),
        Mistake(
            "scaled-before-the-cut",
            "each row was scaled to length 1 as a whole, both embeddings together.",
            "the order: cut the row into u and v, then scale each.",
            (
                ("embeddings.float()[scores", "F.normalize(embeddings.float(), dim=-1)[scores"),
                (
                    "(F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))",
                    "kept.chunk(2, dim=-1)",
                ),
            ),
        ),
        Mistake(
            "dot-products-without-four",
            "two things at once: the embeddings were not scaled to length 1, and pairs of score "
            "4 were left out.",
            "score 4 and above; each embedding divided by its length before the product.",
            (
                ("scores >= POSITIVE", "scores > POSITIVE"),
                (
                    "(F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))",
                    "kept.chunk(2, dim=-1)",
                ),
            ),
        ),
        Mistake(
            "no-good-pair-forgotten",
            "a batch without a good pair gave NaN, the mean of nothing.",
            "before the product: where no pair is left, return 0 that still hangs on the "
            "embeddings.",
            (
                (
                    "    if not len(kept):\n        return embeddings.float().sum() * 0.0\n",
                    "",
                ),
            ),
        ),
        Mistake(
            "nothing-to-derive",
            "without a good pair a bare 0 came back: `backward` would fail on such a batch.",
            "what is returned there: 0 times a sum of the embeddings.",
            (("embeddings.float().sum() * 0.0", "torch.tensor(0.0)"),),
        ),
        Mistake(
            "normalised-over-the-batch",
            "the lengths were taken over the batch: each feature was scaled, not each sentence.",
            "the dim of normalize: features are the last axis.",
            (("F.normalize(x, dim=-1)", "F.normalize(x, dim=0)"),),
        ),
        Mistake(
            "scale-forgotten",
            "the cosines were not multiplied by 20: a softmax over numbers from −1 to 1 is never "
            "sure.",
            "the line of the logits: times 20.",
            (("SCALE * first", "first"),),
        ),
        Mistake(
            "nominal-batch-size",
            "the sum was divided by all pairs of the batch, not by those that took part.",
            "the denominator: K, the good pairs.",
            (
                (
                    "F.cross_entropy(logits, torch.arange(len(logits), device=logits.device))",
                    "F.cross_entropy(logits, torch.arange(len(logits)), reduction='sum')"
                    " / len(scores)",
                ),
            ),
        ),
        Mistake(
            "second-chooses-first",
            "each second sentence chose among the first ones: columns in place of rows.",
            "the product: first sentences are the rows.",
            (("first @ second.T", "second @ first.T"),),
        ),
    ),
    styles=(
        Style(
            "matrix of cosines",
            """
            def multiple_negatives_ranking(embeddings, scores):
                u, v = embeddings[scores >= 4].chunk(2, dim=1)
                if len(u) == 0:
                    return torch.zeros(()) * embeddings.sum()
                logits = 20 * F.cosine_similarity(u[:, None, :], v[None, :, :], dim=-1)
                return -torch.log_softmax(logits, dim=1).diagonal().mean()
            """,
        ),
        Style(
            "einsum",
            """
            def multiple_negatives_ranking(embeddings, scores):
                pairs = embeddings[scores >= 4].unflatten(1, (2, -1))
                if not pairs.numel():
                    return 0 * embeddings.sum()
                pairs = pairs / pairs.norm(dim=-1, keepdim=True)
                logits = 20 * torch.einsum("ih,jh->ij", pairs[:, 0], pairs[:, 1])
                right = logits.diagonal()
                return (logits.logsumexp(dim=1) - right).mean()
            """,
        ),
    ),
)

RANKING_EXERCISES = (RANKING, MULTIPLE_NEGATIVES)
