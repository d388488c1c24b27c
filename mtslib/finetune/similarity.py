"""Losses for similarity scores, and how each output is read as a score. Chapter 10.

Three kinds of output, each (B, …): logits of a head, the cosine of two embeddings, and the two
embeddings themselves, [u; v] side by side, where a loss needs more than their cosine. Scores are
as in the files, 0 to 5. Where sentence-transformers has a loss, the tests hold ours equal to it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

HIGHEST = 5.0  # the highest score
SCALE = 20.0  # an inverse temperature, as sentence-transformers sets it
POSITIVE = 4.0  # pairs from this score on count as saying the same

# Logits of a head -------------------------------------------------------------------------------


def soft_labels(scores: Tensor, num_classes: int = 6) -> Tensor:
    """A score between two whole numbers shared by them: (B,) → (B, C), rows sum to 1.

    3.2 becomes 0.8 on class 3 and 0.2 on class 4, so that the expected class is the score
    itself. The paper trains similarity with cross-entropy over 0–5 and leaves open what it does
    with fractions and how it reads a prediction; this, and `expected_score`, is our reading.
    """
    low = scores.floor().clamp(0, num_classes - 2).long()  # (B,)
    share = (scores - low).to(torch.float32)  # (B,), how far towards the upper neighbour
    labels = torch.zeros(len(scores), num_classes, device=scores.device)
    labels.scatter_(1, low[:, None], (1 - share)[:, None])
    labels.scatter_(1, low[:, None] + 1, share[:, None])
    return labels


def soft_cross_entropy(logits: Tensor, scores: Tensor) -> Tensor:
    """Cross-entropy against soft labels: −Σ_c q_c log softmax(logits)_c: (B, C), (B,) → ()."""
    return F.cross_entropy(logits.float(), soft_labels(scores, logits.shape[-1]))


def rounded_cross_entropy(logits: Tensor, scores: Tensor) -> Tensor:
    """Cross-entropy against the nearest whole score, halves upwards: (B, C), (B,) → ()."""
    return F.cross_entropy(logits.float(), (scores + 0.5).floor().long())


def expected_score(logits: Tensor) -> Tensor:
    """Σ_c c · softmax(logits)_c: (B, C) → (B,), a real score between 0 and C − 1."""
    classes = torch.arange(logits.shape[-1], device=logits.device, dtype=torch.float32)
    return logits.float().softmax(dim=-1) @ classes


def binary_cross_entropy(logits: Tensor, scores: Tensor) -> Tensor:
    """One logit against score/5 as a probability: (B, 1), (B,) → ()."""
    return F.binary_cross_entropy_with_logits(logits.float()[:, 0], scores / HIGHEST)


def score_of_probability(logits: Tensor) -> Tensor:
    """5 · sigmoid(logit): (B, 1) → (B,), a score from 0 to 5."""
    return HIGHEST * logits.float()[:, 0].sigmoid()


def scaled_mse(outputs: Tensor, scores: Tensor) -> Tensor:
    """Mean squared error of one linear output against score/5: (B, 1), (B,) → ().

    The same target as `cosine_mse`, so that the two differ in how a pair is encoded.
    """
    return F.mse_loss(outputs.float()[:, 0], scores / HIGHEST)


def scaled_score(outputs: Tensor) -> Tensor:
    """5 times an output, clamped to 0–5: (B, 1) → (B,). Reads linear outputs and cosines."""
    return (HIGHEST * outputs.float()[:, 0]).clamp(0, HIGHEST)


# Cosines ----------------------------------------------------------------------------------------


def cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """Mean squared error between the cosine and the score scaled to [0, 1]: (B, 1), (B,) → ().

    Sentence-BERT's regression objective (Reimers & Gurevych, 2019, section 3), the CS/MSE row
    of the paper's table 3. A cosine reaches from −1 to 1, the target only from 0 to 1: chapter 10
    asks what that costs.
    """
    return F.mse_loss(cosines.float()[:, 0], scores / HIGHEST)


def signed_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """Mean squared error between the cosine and the score scaled to [−1, 1]: (B, 1), (B,) → ()."""
    return F.mse_loss(cosines.float()[:, 0], 2 * scores / HIGHEST - 1)


def clamped_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """`cosine_mse` in which a negative cosine counts as 0: (B, 1), (B,) → ().

    An unrelated pair may then lie beyond a right angle at no penalty. The price: below 0 there
    is no gradient, for a similar pair either.
    """
    return F.mse_loss(cosines.float()[:, 0].clamp(min=0), scores / HIGHEST)


def rescaled_cosine_mse(cosines: Tensor, scores: Tensor) -> Tensor:
    """`cosine_mse` once the batch's cosines have the mean and spread of its targets.

    (B, 1), (B,) → (). With a scale and a shift of their own no target is out of their reach. It
    asks for a straight line and not for this one or that, as Pearson does.
    """
    found, wanted = cosines.float()[:, 0], scores / HIGHEST
    found, wanted = found - found.mean(), wanted - wanted.mean()
    scale = wanted.square().mean().sqrt() / found.square().mean().clamp(min=1e-12).sqrt()
    return F.mse_loss(scale * found, wanted)


def signed_score(cosines: Tensor) -> Tensor:
    """2.5 · (cos + 1): (B, 1) → (B,), a score from 0 to 5 that keeps the order of all cosines."""
    return (HIGHEST / 2 * (cosines.float()[:, 0] + 1)).clamp(0, HIGHEST)


def ranking_loss(similarities: Tensor, scores: Tensor) -> Tensor:
    """log(1 + Σ exp(20·(s_j − s_i))) over all i, j of the batch with score_i > score_j.

    (B,), (B,) → (). It asks only that the better pair has the larger similarity.
    """
    scaled = SCALE * similarities.float()  # (B,)
    margins = scaled[None, :] - scaled[:, None]  # (B, B), [i, j] = 20·(s_j − s_i)
    wrong = margins[scores[:, None] > scores[None, :]]  # (P,) the pairs of pairs that have an order
    return torch.cat([wrong.new_zeros(1), wrong]).logsumexp(dim=0)


def cosent(cosines: Tensor, scores: Tensor) -> Tensor:
    """CoSENT: `ranking_loss` of the cosines (Huang et al., 2024): (B, 1), (B,) → ()."""
    return ranking_loss(cosines[:, 0], scores)


# Embeddings -------------------------------------------------------------------------------------


def side_by_side(first: Tensor, second: Tensor) -> Tensor:
    """The embeddings of two sentences, (B, H) each → (B, 2H) in fp32."""
    return torch.cat([first.float(), second.float()], dim=-1)


def cosine_of(embeddings: Tensor) -> Tensor:
    """The cosine of each row's two embeddings: (B, 2H) → (B, 1)."""
    first, second = embeddings.float().chunk(2, dim=-1)  # (B, H) each
    return F.cosine_similarity(first, second, dim=-1)[:, None]


def angle_similarity(first: Tensor, second: Tensor) -> Tensor:
    """The angle between two embeddings read as complex numbers: (B, H), (B, H) → (B,).

    The first half of an embedding holds the real parts, the second the imaginary ones (Li & Li,
    2024). With u and v scaled to length 1: |Re⟨u, v⟩ + Im⟨u, v⟩|, where Re is the cosine. It has
    a slope where the cosine is flat, at 1 and at −1. An odd H is filled up with a 0.
    """
    odd = first.shape[-1] % 2
    u, v = (F.pad(F.normalize(x.float(), dim=-1), (0, odd)) for x in (first, second))
    (u_re, u_im), (v_re, v_im) = u.chunk(2, dim=-1), v.chunk(2, dim=-1)  # (B, H/2) each
    real = (u_re * v_re + u_im * v_im).sum(dim=-1)  # (B,)
    imaginary = (u_im * v_re - u_re * v_im).sum(dim=-1)  # (B,)
    return (real + imaginary).abs()


def angle_loss(embeddings: Tensor, scores: Tensor) -> Tensor:
    """AnglE: `ranking_loss` of `angle_similarity` (Li & Li, 2024): (B, 2H), (B,) → ()."""
    return ranking_loss(angle_similarity(*embeddings.chunk(2, dim=-1)), scores)


def multiple_negatives_ranking(embeddings: Tensor, scores: Tensor) -> Tensor:
    """Find each sentence's partner among the partners of the others: (B, 2H), (B,) → ().

    Only the K pairs with a score of 4 and above take part. Row i of the K × K cosines, times 20,
    are logits whose right class is i: cross-entropy, averaged over K (Henderson et al., 2017,
    section 4). A batch without such a pair gives 0 and no gradient.
    """
    kept = embeddings.float()[scores >= POSITIVE]  # (K, 2H)
    if not len(kept):
        return embeddings.float().sum() * 0.0
    first, second = (F.normalize(x, dim=-1) for x in kept.chunk(2, dim=-1))  # (K, H) each
    logits = SCALE * first @ second.T  # (K, K)
    return F.cross_entropy(logits, torch.arange(len(logits), device=logits.device))


def score_of_embeddings(embeddings: Tensor) -> Tensor:
    """`signed_score` of the cosine: (B, 2H) → (B,)."""
    return signed_score(cosine_of(embeddings))


def joined(first: Tensor, second: Tensor) -> Tensor:
    """(u, v, |u − v|), what Sentence-BERT's classifier reads: (B, H), (B, H) → (B, 3H).

    Reimers & Gurevych (2019), section 3, classification objective.
    """
    return torch.cat([first, second, (first - second).abs()], dim=-1)
